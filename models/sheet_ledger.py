"""The rows of the ledger sheet: everything units owe in a cycle, and what was last said about each of them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import or_
from sqlmodel import Session, col, select

from models.base import NotFound, Rejected
from models.cycle import Assignment, Cycle
from models.duty import Duty, Entry
from models.event import Event
from models.plan import Plan, Task
from models.portions import portions
from models.problem import Problem
from models.submission import Draft, Submission
from models.unit import Unit
from models.unit_ledger import SHOWN
from models.unit_names import names_of
from models.words import AssignmentKind, AssignmentState, CycleState


@dataclass(frozen=True)
class Owed:
    """One thing a unit owes, with what it comes from."""

    item: Assignment
    unit: Unit
    task: Task | None = None
    problem: Problem | None = None
    duty: Duty | None = None


def owed_rows(
    session: Session, office_id: UUID, cycle_id: UUID | None = None, unit_id: UUID | None = None
) -> list[Owed]:
    """What units owe in a cycle (in every running one without it), by unit and limit; items of score sheets are left
    to the self-check report, problems nobody was told of are not shown."""
    statement = (
        select(Assignment, Unit, Task, Problem, Duty)  # type: ignore[call-overload]
        .join(Unit, col(Unit.id) == Assignment.unit_id)
        .join(Cycle, col(Cycle.id) == Assignment.cycle_id)
        .join(Task, col(Task.id) == Assignment.task_id, isouter=True)
        .join(Problem, col(Problem.id) == Assignment.problem_id, isouter=True)
        .join(Duty, col(Duty.id) == Assignment.duty_id, isouter=True)
        .where(
            Assignment.office_id == office_id, col(Assignment.team_id).is_(None),
            Assignment.state != AssignmentState.CANCELLED, Assignment.kind != AssignmentKind.TASK,
            or_(col(Assignment.problem_id).is_(None), SHOWN),
            Assignment.cycle_id == cycle_id if cycle_id else Cycle.state == CycleState.OPEN,
        )
        .order_by(col(Unit.sort), col(Unit.name), col(Assignment.due_on).is_(None), col(Assignment.due_on),
                  col(Assignment.code), col(Problem.no), col(Assignment.id))
    )
    if unit_id:
        statement = statement.where(Assignment.unit_id == unit_id)
    return [Owed(*row) for row in session.exec(statement)]


def _in_pieces(keys: Sequence[Any], ask: Callable[[Sequence[Any]], Any]) -> Iterator[Any]:
    for some in portions(keys):
        yield from ask(some)


def newest_submissions(session: Session, keys: Sequence[UUID]) -> dict[UUID, Submission]:
    """What was last handed in for each of these."""
    def ask(some: Sequence[UUID]) -> Any:
        found = select(Submission).where(col(Submission.assignment_id).in_(some))
        return session.exec(found.order_by(col(Submission.sent_at)))

    return {row.assignment_id: row for row in _in_pieces(keys, ask)}



def entries_by_nonce(session: Session, nonces: Sequence[str]) -> dict[str, Entry]:
    """Acts that came by these forms, each of which is bound to one thing owed."""
    found = _in_pieces(nonces, lambda some: session.exec(select(Entry).where(col(Entry.nonce).in_(some))))
    return {row.nonce: row for row in found}


def drafts_of(session: Session, unit_ids: Sequence[UUID]) -> dict[tuple[UUID, str], Draft]:
    """What these units have typed and not sent, by unit and form."""
    found = _in_pieces(unit_ids, lambda some: session.exec(select(Draft).where(col(Draft.unit_id).in_(some))))
    return {(row.unit_id, row.form): row for row in found}


def kept_sheet(
    session: Session, office_id: UUID, verb: str, unit_id: UUID | None, **where: Any
) -> Event | None:
    """The event that says a sheet came in: by its number, or by the hash it is filed under."""
    statement = select(Event).where(Event.office_id == office_id, Event.verb == verb, Event.unit_id == unit_id)
    for column, value in where.items():
        statement = statement.where(getattr(Event, column) == value)
    return session.exec(statement.order_by(col(Event.seq).desc())).first()


def cycle_named(session: Session, office_id: UUID, name: str) -> Cycle:
    """The running cycle meant by its title, its plan's key or short title, or the beginning of its id."""
    statement = select(Cycle, Plan).join(Plan, col(Plan.id) == Cycle.plan_id).where(Cycle.office_id == office_id)
    rows = [(row[0], row[1]) for row in session.exec(statement.order_by(col(Cycle.opened_on).desc()))]
    exact = [c for c, p in rows if name in (c.title, p.key, p.short_title, p.doc_no)]
    found = exact or [c for c, _ in rows if len(name) >= 4 and str(c.id).startswith(name.lower())]
    running = [cycle for cycle in found if cycle.state == CycleState.OPEN] or found
    if not running:
        raise NotFound(f"没有找到督察周期“{name}”；可写周期名称、方案代号或周期编号。")
    if len(running) > 1:
        listed = "、".join(f"{cycle.title}（{str(cycle.id)[:8]}）" for cycle in running)
        raise Rejected(f"“{name}”对应{len(running)}个周期，请写周期编号：{listed}。")
    return running[0]


def unit_named(session: Session, office_id: UUID, name: str) -> Unit:
    """A unit by its name or an alias."""
    key = names_of(session, office_id).units.get(name.strip())
    if key is None:
        raise NotFound(f"没有找到单位“{name}”，请核对名称。")
    return session.get_one(Unit, key)
