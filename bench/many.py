"""An office with as much owed as a large one has: units, cycles, rows of every kind and state, the same each time."""

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, insert

from commands.office import People, make_office
from config import clock
from config.policy import Policy
from config.workdays import official
from models.cycle import Assignment, Cycle, CycleUnit, Stage, Team, UnitStage
from models.ledger import LIVE
from models.plan import Plan
from models.unit import Contact, Unit
from models.words import AssignmentKind, AssignmentState, Channel, CycleState, StageKind, StageState
from rules.reminder import next_step_on

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
OPEN_STAGES = (StageKind.SELF_CHECK, StageKind.RECTIFICATION, StageKind.DAILY)
TOLD_TODAY = tuple(TODAY + timedelta(days=n) for n in (7, 3, 0, -1, -3))  # T-7, T-3, T0, first and third workday after
TOLD_KINDS = (AssignmentKind.MEASURE, AssignmentKind.SHARE, AssignmentKind.RECT_REPORT, AssignmentKind.PROBLEM)


def fill(
    bind: Engine, rows: int, units: int = 200, cycles: int = 20, word: str | None = None, due: int = 0
) -> People:
    """Make the office and write its rows; every fifth cycle has ended, one row in twenty has no limit. With `due` so
    many rows, spread over all, are to be told today, and every other live one has its next look later."""
    people = make_office(bind, "某市委依法治市办", "市委依法治市办", word)
    office, dice = people.office_id, random.Random(20261120)
    keys = [UUID(int=dice.getrandbits(128)) for _ in range(units + cycles + 2)]
    plan, team, unit_keys, cycle_keys = keys[0], keys[1], keys[2:units + 2], keys[units + 2:]
    with bind.begin() as connection:
        for model, lines in _frame(office, plan, team, unit_keys, cycle_keys):
            connection.execute(insert(model.__table__), lines)
    indexes = list(Assignment.__table__.indexes)
    for index in indexes:  # built in one go at the end: several times as fast as row by row
        index.drop(bind)
    batch: list[dict[str, Any]] = []
    running = [key for n, key in enumerate(cycle_keys) if n % 5 != 4]
    for number, row in enumerate(_rows(dice, rows, office, unit_keys, cycle_keys, team)):
        batch.append(_looked_at(row, number, rows, due, running, unit_keys) if due else row)
        if len(batch) == AT_ONCE:
            _write(bind, batch)
            batch = []
    _write(bind, batch)
    for index in indexes:
        index.create(bind)
    return people


def _looked_at(
    row: dict[str, Any], number: int, rows: int, due: int, running: list[UUID], units: list[UUID]
) -> dict[str, Any]:
    """The row with its next look: today for `due` of all rows, on the next morning of its ladder for the others."""
    every = rows // due
    if number % every == 0 and number // every < due:
        turn = number // every
        day = TOLD_TODAY[turn % len(TOLD_TODAY)]
        return row | {
            "kind": TOLD_KINDS[turn // len(TOLD_TODAY) % len(TOLD_KINDS)], "state": A.OPEN, "due_on": day,
            "first_due_on": day, "paused_on": None, "next_notice_on": TODAY, "team_id": None,
            "cycle_id": running[turn % len(running)], "unit_id": units[turn % len(units)],
        }
    live = row["state"] in LIVE and row["cycle_id"] in running and not row["paused_on"]
    return row | {"next_notice_on": _later(row["kind"], row["due_on"]) if live else None}


@cache
def _later(kind: AssignmentKind, due_on: date | None) -> date | None:
    return next_step_on(due_on, Policy().ladder(kind), official(), TODAY)


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
    stages = [
        Stage(cycle_id=key, kind=kind, no=n, name=kind.label, start_on=date(2026, 1, 1), state=StageState.OPEN,
              opened_on=date(2026, 1, 1), watched_on=TODAY - timedelta(days=1))
        for key in cycles for n, kind in enumerate(OPEN_STAGES)
    ]
    yield Stage, [stage.model_dump() for stage in stages]
    yield UnitStage, [UnitStage(cycle_id=one.cycle_id, stage_id=one.id, unit_id=u, kind=one.kind).model_dump()
                      for one in stages for u in units]
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
