"""What is known of duties that come again: how far each has come, who is behind, what was registered when."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.cycle import Assignment, Cycle
from models.duty import Duty, Entry
from models.ledger import LIVE
from models.unit import Unit
from models.words import DUTIES, AssignmentKind, AssignmentState, CycleState, DutyKind


def done_of(session: Session, assignment_ids: Sequence[UUID]) -> dict[UUID, float]:
    """How much is registered for each of these occurrences."""
    statement = (
        select(Entry.assignment_id, func.sum(Entry.amount))
        .where(col(Entry.assignment_id).in_(assignment_ids), Entry.withdrawn == "")
        .group_by(col(Entry.assignment_id))
    )
    return {row[0]: float(row[1]) for row in session.exec(statement)} if assignment_ids else {}


def quota_progress(session: Session, rows: Sequence[Any]) -> dict[UUID, float]:
    """Of the rows due for a notice, what is registered for each that counts towards a figure."""
    quotas = [row.id for row in rows if row.kind == AssignmentKind.QUOTA and row.due_on and row.period_start]
    return dict.fromkeys(quotas, 0.0) | done_of(session, quotas)


def duties_to_open(session: Session, cycle_id: UUID, day: date) -> list[Duty]:
    """Duties whose next period has begun."""
    statement = select(Duty).where(
        Duty.cycle_id == cycle_id, col(Duty.next_on) <= day, col(Duty.ended_on).is_(None)
    )
    return list(session.exec(statement))


def standing_to_keep(session: Session, cycle_id: UUID) -> list[Assignment]:
    """Milestones reached whose duty goes on for good and has no yearly confirmation yet."""
    kept = select(Duty.code).where(Duty.cycle_id == cycle_id, col(Duty.standing).is_(True))
    statement = select(Assignment).where(
        Assignment.cycle_id == cycle_id, Assignment.state == AssignmentState.DONE, col(Assignment.standing).is_(True)
    )
    known = set(session.exec(kept))
    return [item for item in session.exec(statement) if f"confirm:{item.id}" not in known]


def duties_of(session: Session, office_id: UUID, code: str = "") -> list[tuple[Duty, Unit]]:
    """An office's duties in running cycles, by subject and unit."""
    statement = (
        select(Duty, Unit)
        .join(Unit, col(Unit.id) == Duty.unit_id)
        .join(Cycle, col(Cycle.id) == Duty.cycle_id)
        .where(Duty.office_id == office_id, Cycle.state == CycleState.OPEN)
        .order_by(col(Duty.code), col(Unit.sort), col(Unit.name))
    )
    if code:
        statement = statement.where(Duty.code == code)
    return [(row[0], row[1]) for row in session.exec(statement)]


def occurrences_of(session: Session, duty_ids: Sequence[UUID]) -> dict[UUID, list[Assignment]]:
    """All times a duty was or is owed, newest first."""
    found: dict[UUID, list[Assignment]] = {}
    statement = select(Assignment).where(col(Assignment.duty_id).in_(duty_ids), Assignment.state != AssignmentState.CANCELLED)
    for item in session.exec(statement.order_by(col(Assignment.period_start).desc(), col(Assignment.due_on).desc())):
        found.setdefault(item.duty_id, []).append(item)  # type: ignore[arg-type]
    return found


def entries_of(session: Session, assignment_id: UUID) -> list[Entry]:
    statement = select(Entry).where(Entry.assignment_id == assignment_id)
    return list(session.exec(statement.order_by(col(Entry.day), col(Entry.made_at))))


def occurrence_on(session: Session, duty_id: UUID, day: date) -> Assignment | None:
    """The occurrence whose period holds a day."""
    statement = select(Assignment).where(
        Assignment.duty_id == duty_id, col(Assignment.period_start) <= day, Assignment.state != AssignmentState.CANCELLED,
    )
    for item in session.exec(statement.order_by(col(Assignment.period_start).desc())):
        end = item.terms.get("period_end")
        if end is None or day <= date.fromisoformat(end):
            return item
    return None


def waiting_duties(session: Session, office_id: UUID) -> list[tuple[Assignment, Unit]]:
    """Occurrences that units report as done and the office has not confirmed."""
    statement = (
        select(Assignment, Unit)
        .join(Unit, col(Unit.id) == Assignment.unit_id)
        .where(
            Assignment.office_id == office_id, Assignment.state == AssignmentState.SUBMITTED,
            col(Assignment.kind).in_(DUTIES),
        )
        .order_by(col(Assignment.sent_in_at))
    )
    return [(row[0], row[1]) for row in session.exec(statement)]


def months_of(session: Session, duty_id: UUID, year: int) -> dict[str, list[float]]:
    """A duty's register of one year: for every person (or unit) twelve sums."""
    statement = select(Entry).where(Entry.duty_id == duty_id, Entry.withdrawn == "")
    table: dict[str, list[float]] = {}
    for entry in session.exec(statement):
        if entry.day.year == year:
            row = table.setdefault(entry.person or "合计", [0.0] * 12)
            row[entry.day.month - 1] += entry.amount
    return dict(sorted(table.items()))


def below_quota(session: Session, duty: Duty, year: int) -> list[tuple[str, float]]:
    """Persons (or the unit) with less than the quota in a year, and how much is missing."""
    sums = {name: sum(row) for name, row in months_of(session, duty.id, year).items()}
    return [(name, duty.needed - total) for name, total in sums.items() if total < duty.needed]


def rate(session: Session, office_id: UUID, code: str, today: date) -> tuple[int, int, list[tuple[Assignment, Unit]]]:
    """Of a subject's occurrences due by today: how many were kept in time, of how many, and those that were not."""
    statement = (
        select(Assignment, Unit)
        .join(Duty, col(Duty.id) == Assignment.duty_id)
        .join(Unit, col(Unit.id) == Assignment.unit_id)
        .where(Duty.office_id == office_id, Duty.code == code, Assignment.state != AssignmentState.CANCELLED)
        .order_by(col(Assignment.due_on))
    )
    rows = [(row[0], row[1]) for row in session.exec(statement)]
    missing = [(item, unit) for item, unit in rows if item.state in LIVE and (item.due_on is None or item.due_on < today)]
    owed = [item for item, _ in rows if item.state not in LIVE or (item.due_on and item.due_on < today)]
    return len(owed) - len([1 for item, _ in missing if item in owed]), len(owed), missing


def events_duties(session: Session, office_id: UUID, unit_id: UUID | None = None) -> list[tuple[Duty, Unit]]:
    """Duties that an event calls up, for the form that registers one."""
    return [
        (duty, unit) for duty, unit in duties_of(session, office_id)
        if duty.kind in (DutyKind.EVENT, DutyKind.PERIOD) and (unit_id is None or duty.unit_id == unit_id)
    ]
