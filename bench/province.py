"""Many offices whose units are reached by a webhook, with the same number to be told every morning."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Engine, insert

from actions.record import Actor, record
from bench.many import _frame
from config import clock
from config.policy import Policy
from config.workdays import official
from models.cycle import Assignment
from models.database import transaction
from models.office import Office
from models.unit import Contact
from models.words import AssignmentKind, Channel, StageKind
from rules.reminder import next_step_on

WARM = date(2026, 11, 16)  # a Monday: the week's digests are made on it, and nothing is told
MORNINGS = tuple(WARM + timedelta(days=n) for n in (1, 2, 3))
EACH = 2  # told to every unit on each of the mornings
AHEAD = 7  # the first step of the ladder, days before the limit


def fill(bind: Engine, offices: int, units: int, tasks: int, sink: str) -> int:
    """Write it all; returns how many assignments that are."""
    with clock.jumped_to(clock.at_time(WARM)):
        for number in range(offices):
            _office(bind, number, units, tasks, sink)
    if bind.dialect.name == "postgresql":
        with bind.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
    return offices * units * tasks


def _office(bind: Engine, number: int, units: int, tasks: int, sink: str) -> None:
    with transaction(bind) as session:
        office = Office(name=f"第{number + 1}县委依法治县办", short_name=f"第{number + 1}县", made_at=clock.now())
        session.add(office)
        session.flush()
        session.add(Contact(office_id=office.id, name=office.short_name, post="办公室"))
        record(session, Actor(office.id, "安装程序"), "设立办公室", office.id, name=office.name)
        plan, team, cycle, keys = uuid4(), uuid4(), uuid4(), [uuid4() for _ in range(units)]
        for model, rows in _frame(office.id, plan, team, keys, [cycle]):
            lines = [row | {"channel": Channel.WEBHOOK, "address": sink} for row in rows] if model is Contact else rows
            session.connection().execute(insert(model.__table__), lines)
        session.connection().execute(
            insert(Assignment.__table__), list(_rows(office.id, cycle, keys, tasks))  # type: ignore[attr-defined]
        )


def _rows(office: UUID, cycle: UUID, units: list[UUID], tasks: int) -> Iterator[dict[str, Any]]:
    kind = AssignmentKind.MEASURE
    ladder, calendar = Policy().ladder(kind), official()
    blank = Assignment(office_id=office, cycle_id=cycle, kind=kind, stage=StageKind.DAILY, title="").model_dump()
    for task in range(tasks):
        told = task // EACH
        due = MORNINGS[told] + timedelta(days=AHEAD) if told < len(MORNINGS) else WARM + timedelta(days=40 + task)
        look = next_step_on(due, ladder, calendar, WARM)
        for unit in units:
            yield blank | {
                "id": uuid4(), "unit_id": unit, "title": f"任务{task + 1}", "due_on": due, "first_due_on": due,
                "next_notice_on": look,
            }
