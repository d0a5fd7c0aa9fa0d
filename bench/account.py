"""The day's account: what it costs beside the planning of the same day, and when ten times as much exists."""

import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import Engine, insert
from sqlmodel import Session

from actions.day_account import settle_days
from actions.remind import plan_reminders
from bench.many import _frame
from bench.measure import Figure, show
from commands.office import make_office
from config import clock
from config.settings import temporary_home
from models.cycle import Assignment
from models.database import create_all, make_engine, transaction
from models.words import AssignmentKind, AssignmentState, StageKind

DAY = date(2026, 11, 19)  # a Thursday; T-7 of the Thursday after
DUE, UNITS = 1_000, 200


def filled(bind: Engine, rows: int) -> tuple[UUID, UUID]:
    """An office with `rows` duties in one cycle, DUE of which have a morning today, the rest far ahead."""
    create_all(bind)
    office = make_office(bind, "某市", "某市", "first-word").office_id
    units = [UUID(int=n + 1) for n in range(UNITS)]
    plan, team, cycle = UUID(int=9001), UUID(int=9002), UUID(int=9003)
    with bind.begin() as connection:
        for model, lines in _frame(office, plan, team, units, [cycle]):
            connection.execute(insert(model.__table__), lines)
        for first in range(0, rows, 20_000):
            lines = [_row(office, cycle, units[n % UNITS], n) for n in range(first, min(rows, first + 20_000))]
            connection.execute(insert(Assignment.__table__), lines)
    return office, cycle


def _row(office: UUID, cycle: UUID, unit: UUID, n: int) -> dict[str, object]:
    due = DAY + timedelta(days=7 if n < DUE else 60 + n % 200)
    return {
        "id": UUID(int=100_000 + n), "office_id": office, "cycle_id": cycle, "unit_id": unit, "title": f"第{n}项任务",
        "kind": AssignmentKind.MEASURE, "stage": StageKind.DAILY, "state": AssignmentState.OPEN, "due_on": due,
        "first_due_on": due, "next_notice_on": due - timedelta(days=7), "deadline_version": 1, "terms": {},
        "basis": {}, "code": "", "because": "", "standing": False, "note": "", "version": 1,
    }


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def planned(session: Session, cycle: UUID) -> None:
    while plan_reminders(session, cycle, DAY):
        pass


def measured(rows: int) -> tuple[float, float]:
    """Seconds of planning and of the account of the same day."""
    with tempfile.TemporaryDirectory() as folder, temporary_home(Path(folder)):
        bind = make_engine(f"sqlite:///{folder}/duban.db")
        office, cycle = filled(bind, rows)
        with clock.jumped_to(clock.at_time(DAY)):
            with transaction(bind) as session:
                plan = timed(lambda: planned(session, cycle))
            with transaction(bind) as session:
                settle_days(session, office)
            counts = []
            for _ in range(7):
                with transaction(bind) as session:
                    counts.append(timed(lambda: settle_days(session, office)))
        bind.dispose()
    return plan, min(counts)


def figures() -> list[Figure]:
    """B2 and B7 of the account: ten times as many rows, the same number due."""
    (plan, small), (_, large) = measured(10_000), measured(100_000)
    return [
        Figure("account of a day, 1,000 due of 10,000, beside its planning", small, 2 * plan, "s"),
        Figure("account of a day, 1,000 due: of 100,000 beside of 10,000", large, 1.5 * small, "s"),
    ]


if __name__ == "__main__":
    show(figures(), keep=False)
