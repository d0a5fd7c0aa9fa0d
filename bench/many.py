"""An office with as much owed as a large one has: units, cycles, rows of every kind and state, the same each time."""

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, insert

from commands.office import People, make_office
from config import clock
from models.cycle import Assignment, Cycle, CycleUnit, Team
from models.plan import Plan
from models.unit import Contact, Unit
from models.words import AssignmentKind, AssignmentState, Channel, CycleState, StageKind

TODAY = date(2026, 11, 20)
KINDS = (
    (AssignmentKind.MEASURE, StageKind.DAILY), (AssignmentKind.SHARE, StageKind.DAILY),
    (AssignmentKind.PERIODIC, StageKind.DAILY), (AssignmentKind.SELF_CHECK_REPORT, StageKind.SELF_CHECK),
    (AssignmentKind.RECT_REPORT, StageKind.RECTIFICATION), (AssignmentKind.PROBLEM, StageKind.RECTIFICATION),
    (AssignmentKind.FILING, StageKind.DAILY), (AssignmentKind.CONTACT, StageKind.PREPARATION),
)
A = AssignmentState
STATES = (A.OPEN, A.OPEN, A.OPEN, A.PLANNED, A.SUBMITTED, A.RETURNED, A.DONE, A.DONE, A.DONE, A.CANCELLED)
AT_ONCE = 20_000


def fill(bind: Engine, rows: int, units: int = 200, cycles: int = 20, word: str | None = None) -> People:
    """Make the office and write its rows; every fifth cycle has ended, one row in twenty has no limit."""
    people = make_office(bind, "某市委依法治市办", "市委依法治市办", word)
    office, dice = people.office_id, random.Random(20261120)
    keys = [UUID(int=dice.getrandbits(128)) for _ in range(units + cycles + 2)]
    plan, team, unit_keys, cycle_keys = keys[0], keys[1], keys[2:units + 2], keys[units + 2:]
    with bind.begin() as connection:
        for model, lines in _frame(office, plan, team, unit_keys, cycle_keys):
            connection.execute(insert(model.__table__), lines)
    batch: list[dict[str, Any]] = []
    for row in _rows(dice, rows, office, unit_keys, cycle_keys, team):
        batch.append(row)
        if len(batch) == AT_ONCE:
            _write(bind, batch)
            batch = []
    _write(bind, batch)
    return people


def _write(bind: Engine, batch: list[dict[str, Any]]) -> None:
    if batch:
        with bind.begin() as connection:
            connection.execute(insert(Assignment.__table__), batch)


def _frame(
    office: UUID, plan: UUID, team: UUID, units: list[UUID], cycles: list[UUID]
) -> Iterator[tuple[Any, list[dict[str, Any]]]]:
    now = clock.now()
    yield Plan, [{**Plan(
        id=plan, office_id=office, key="many", title="年度督察方案", short_title="年度督察", issuer="某市", doc_no="无",
        year=2026, digest="", adopted_at=now).model_dump()}]
    yield Unit, [Unit(id=key, office_id=office, name=f"第{n + 1}单位", sort=n).model_dump()
                 for n, key in enumerate(units)]
    yield Contact, [_contact(office, key, n, now) for n, key in enumerate(units)]
    yield Cycle, [
        Cycle(id=key, office_id=office, plan_id=plan, title=f"督察{n + 1}", opened_on=date(2026, 1, 1),
              state=CycleState.CLOSED if n % 5 == 4 else CycleState.OPEN,
              closed_on=date(2026, 6, 1) if n % 5 == 4 else None).model_dump()
        for n, key in enumerate(cycles)
    ]
    yield CycleUnit, [CycleUnit(cycle_id=c, unit_id=u).model_dump() for c in cycles for u in units]
    yield Team, [Team(id=team, office_id=office, cycle_id=cycles[0], name="第一督察组").model_dump()]


def _contact(office: UUID, unit: UUID, number: int, now: datetime) -> dict[str, Any]:
    return Contact(office_id=office, unit_id=unit, name=f"联络员{number + 1}", channel=Channel.OUTBOX,
                   confirmed_at=now).model_dump()


def _rows(
    dice: random.Random, rows: int, office: UUID, units: list[UUID], cycles: list[UUID], team: UUID
) -> Iterator[dict[str, Any]]:
    blank = Assignment(office_id=office, cycle_id=cycles[0], kind=KINDS[0][0], stage=KINDS[0][1], title="").model_dump()
    for number in range(rows):
        kind, stage = KINDS[number % len(KINDS)]
        unit: UUID | None = units[number % len(units)]
        if number % 101 == 100:
            kind, unit = AssignmentKind.OFFICE_TASK, None
        due = None if dice.random() < 0.05 else TODAY + timedelta(days=dice.randint(-200, 160))
        yield blank | {
            "id": UUID(int=dice.getrandbits(128)), "cycle_id": cycles[dice.randrange(len(cycles))], "unit_id": unit,
            "team_id": team if unit is None and number % 2 else None, "kind": kind, "stage": stage,
            "title": f"任务{number % 997 + 1}：{kind.label}", "state": dice.choice(STATES), "due_on": due,
            "first_due_on": due and due - timedelta(days=dice.choice((0, 0, 0, 7))),
            "paused_on": TODAY if due and dice.random() < 0.005 else None,
        }
