"""Where every unit's duties stand, subject by subject, as the office sees them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import Session

from models.cycle import Assignment
from models.duty import Duty
from models.duty_ledger import Progress, duties_of, entries_by_item, occurrences_of, progress_of
from models.ledger import LIVE
from models.unit import Unit
from models.words import AssignmentState, DutyKind


@dataclass(frozen=True)
class Standing:
    """A unit's duty with the occurrence that matters now; `behind` counts older ones that are still owed."""

    duty: Duty
    unit: Unit
    item: Assignment | None
    behind: int
    progress: Progress | None

    @property
    def done(self) -> bool:
        return self.item is not None and self.item.state == AssignmentState.DONE and not self.behind


@dataclass(frozen=True)
class Subject:
    """One subject over all its units."""

    code: str
    rows: list[Standing]

    @property
    def name(self) -> str:
        return name_of(self.rows[0].duty)

    @property
    def owed(self) -> int:
        return len([row for row in self.rows if row.item])

    @property
    def done(self) -> int:
        return len([row for row in self.rows if row.done])


def name_of(duty: Duty) -> str:
    """What a subject is called; a confirmation made by the system has a key for a code."""
    return duty.title if duty.code.startswith("confirm:") else duty.code


def current_of(duty: Duty, items: Sequence[Assignment]) -> Assignment | None:
    """Of occurrences, newest first: the period we are in; of events the one still owed that is due first."""
    if duty.kind not in (DutyKind.PERIOD, DutyKind.STANDING):
        owed = [item for item in items if item.state != AssignmentState.DONE]
        items = sorted(owed, key=lambda item: item.due_on or date.max) or items
    return items[0] if items else None


def subjects_of(session: Session, office_id: UUID, code: str = "") -> list[Subject]:
    """All duties of running cycles by subject, each unit with where it stands."""
    duties = duties_of(session, office_id, code)
    times = occurrences_of(session, [duty.id for duty, _ in duties])
    now = {duty.id: current_of(duty, times.get(duty.id, [])) for duty, _ in duties}
    entries = entries_by_item(session, [item.id for item in now.values() if item])
    found: dict[str, list[Standing]] = {}
    for duty, unit in duties:
        item = now[duty.id]
        owed = [one for one in times.get(duty.id, []) if one.state in LIVE and item and one.id != item.id]
        come = progress_of(duty, item, entries.get(item.id, [])) if item else None
        found.setdefault(duty.code, []).append(Standing(duty, unit, item, len(owed), come))
    return [Subject(key, rows) for key, rows in found.items()]
