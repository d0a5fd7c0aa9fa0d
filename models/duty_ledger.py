"""What is known of duties that come again: how far each has come, who is behind, what was registered when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from config import clock
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


def duties_to_open(session: Session, cycle_id: UUID, day: date) -> list[Duty]:
    """Duties whose next period has begun."""
    statement = select(Duty).where(
        Duty.cycle_id == cycle_id, col(Duty.next_on) <= day, col(Duty.ended_on).is_(None)
    )
    return list(session.exec(statement))


def duties_on_new_contact(session: Session, unit_id: UUID) -> list[Duty]:
    """What a unit's change of contact calls up, in cycles that run."""
    statement = select(Duty).join(Cycle, col(Cycle.id) == Duty.cycle_id).where(
        Duty.unit_id == unit_id, Cycle.state == CycleState.OPEN, Duty.kind == DutyKind.EVENT,
        col(Duty.ended_on).is_(None),
    )
    return [duty for duty in session.exec(statement) if duty.terms.get("on_new_contact")]


def standing_to_keep(session: Session, cycle_id: UUID) -> list[Assignment]:
    """Milestones reached whose duty goes on for good and has no yearly confirmation yet."""
    statement = select(Assignment).where(
        Assignment.cycle_id == cycle_id, Assignment.state == AssignmentState.DONE, col(Assignment.standing).is_(True)
    )
    found = list(session.exec(statement))
    kept = select(Duty.code).where(Duty.cycle_id == cycle_id, col(Duty.standing).is_(True))
    known = set(session.exec(kept)) if found else set()
    return [item for item in found if f"confirm:{item.id}" not in known]


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
    statement = select(Assignment).where(
        col(Assignment.duty_id).in_(duty_ids), Assignment.state != AssignmentState.CANCELLED
    )
    newest = (col(Assignment.period_start).desc().nulls_last(), col(Assignment.due_on).desc().nulls_last())
    for item in session.exec(statement.order_by(*newest)):
        found.setdefault(item.duty_id, []).append(item)  # type: ignore[arg-type]
    return found


def entries_of(session: Session, assignment_id: UUID) -> list[Entry]:
    statement = select(Entry).where(Entry.assignment_id == assignment_id)
    return list(session.exec(statement.order_by(col(Entry.day), col(Entry.made_at))))


def occurrence_on(session: Session, duty_id: UUID, day: date) -> Assignment | None:
    """The occurrence whose period holds a day."""
    statement = select(Assignment).where(
        Assignment.duty_id == duty_id, col(Assignment.period_start) <= day,
        Assignment.state != AssignmentState.CANCELLED,
    )
    for item in session.exec(statement.order_by(col(Assignment.period_start).desc().nulls_last())):
        end = item.terms.get("period_end")
        if end and day <= date.fromisoformat(end):
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
        .order_by(col(Assignment.sent_in_at).nulls_first())
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
    """Persons (or the unit) with less than a yearly quota, and how much is missing; other periods have no such sum."""
    if not _is_yearly(duty):
        return []
    sums = {name: sum(row) for name, row in months_of(session, duty.id, year).items()}
    if not duty.per_person:
        sums = {"合计": sum(sums.values())}
    return [(name, duty.needed - total) for name, total in sums.items() if total < duty.needed]


def _is_yearly(duty: Duty) -> bool:
    rule = str(duty.terms.get("rrule", ""))
    return rule.startswith("FREQ=YEARLY") and "," not in rule and "INTERVAL" not in rule


def rate(session: Session, office_id: UUID, code: str, today: date) -> tuple[int, int, list[tuple[Assignment, Unit]]]:
    """Of a subject's occurrences due by today: how many were kept in time, of how many, and those that were not.

    A yearly confirmation and a clock that stands still are never late.
    """
    statement = (
        select(Assignment, Unit)
        .join(Duty, col(Duty.id) == Assignment.duty_id)
        .join(Unit, col(Unit.id) == Assignment.unit_id)
        .where(
            Duty.office_id == office_id, Duty.code == code, Assignment.state != AssignmentState.CANCELLED,
            Assignment.kind != AssignmentKind.CONFIRMATION, col(Assignment.due_on).is_not(None),
        )
        .order_by(col(Assignment.due_on).nulls_first(), col(Unit.sort))
    )
    rows = [(row[0], row[1]) for row in session.exec(statement)]
    owed = [(item, unit) for item, unit in rows if item.state not in LIVE or _is_late(item, today)]
    missing = [(item, unit) for item, unit in owed if not _was_in_time(item)]
    return len(owed) - len(missing), len(owed), missing


def _is_late(item: Assignment, today: date) -> bool:
    return item.due_on is not None and item.due_on < today and item.paused_on is None


def _was_in_time(item: Assignment) -> bool:
    if item.state in LIVE or item.sent_in_at is None or item.due_on is None:
        return False
    return clock.date_of(item.sent_in_at) <= item.due_on



@dataclass(frozen=True)
class Progress:
    """How far one occurrence has come, in whatever the duty counts."""

    done: float
    needed: float
    measure: str

    @property
    def percent(self) -> int:
        return min(100, round(100 * self.done / self.needed)) if self.needed else 0


def progress_of(duty: Duty, item: Assignment, entries: Sequence[Entry]) -> Progress:
    """Receivers that have it, persons who reached their figure, or simply the sum."""
    valid = [entry for entry in entries if not entry.withdrawn]
    if duty.receivers:
        return Progress(len({entry.receiver for entry in valid} & set(duty.receivers)), len(duty.receivers), "处")
    needed = float(item.terms.get("needed", duty.needed))
    if not duty.per_person:
        return Progress(sum(entry.amount for entry in valid), needed, item.terms.get("measure", duty.measure))
    sums: dict[str, float] = {}
    for entry in valid:
        sums[entry.person] = sums.get(entry.person, 0) + entry.amount
    return Progress(len([total for total in sums.values() if total >= needed]), len(sums), "人")


def entries_by_item(session: Session, keys: Sequence[UUID]) -> dict[UUID, list[Entry]]:
    """What was registered for each of these occurrences, withdrawn acts too, in the order of their days."""
    found: dict[UUID, list[Entry]] = {}
    statement = select(Entry).where(col(Entry.assignment_id).in_(keys))
    for entry in session.exec(statement.order_by(col(Entry.day), col(Entry.made_at))):
        found.setdefault(entry.assignment_id, []).append(entry)
    return found
