"""What the office sees of limits: their history, what waits for a signature, how many fall into which year."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session, col, select

from models.cycle import Assignment, Cycle, DeadlineVersion
from models.duty import Duty
from models.ledger import LIVE
from models.open_work import not_started
from models.plan import Deliverable
from models.unit import Unit
from models.words import AssignmentKind, AssignmentState, CycleState, StageKind


@dataclass(frozen=True)
class LimitVersion:
    """One version of a limit; the first one has no day before it."""

    number: int
    change: str
    old: date | None
    new: date | None
    because: str
    made_by: str = ""
    made_at: datetime | None = None


def versions_of(session: Session, item: Assignment) -> list[LimitVersion]:
    """The whole history of a limit, first version first."""
    statement = select(DeadlineVersion).where(DeadlineVersion.assignment_id == item.id)
    rows = list(session.exec(statement.order_by(col(DeadlineVersion.version))))
    first = rows[0].old_due_on if rows and rows[0].version == 2 else item.first_due_on
    because = _first_reason(session, item) if rows else item.because
    return [
        LimitVersion(1, "首次下达", None, first, because),
        *(
            LimitVersion(
                row.version, row.change.label, row.old_due_on, row.due_on, row.because, row.made_by, row.made_at
            )
            for row in rows
        ),
    ]


def _first_reason(session: Session, item: Assignment) -> str:
    """Why the first limit was what it was, once the row itself tells of a later one: the printed words."""
    if item.duty_id and (duty := session.get(Duty, item.duty_id)):
        return f"“{duty.phrase}”：{duty.because}"
    printed = (
        select(Deliverable.text)
        .join(Cycle, col(Cycle.plan_id) == Deliverable.plan_id)
        .where(Cycle.id == item.cycle_id, Deliverable.code == item.code, Deliverable.text != "")
    )
    text = session.exec(printed).first() if item.code else None
    return f"原文：{text}" if text else ""


@dataclass(frozen=True)
class Unsigned:
    """What of a unit waits for one signature; no receipt where there is nothing to sign yet."""

    unit: Unit
    receipt: Assignment | None
    items: list[Assignment]


def waiting_for_signature(session: Session, office_id: UUID) -> list[Unsigned]:
    """Limits whose clock stands at nothing, with the receipt that starts them."""
    waiting = not_started(session, office_id)
    receipts = _open_receipts(session, office_id) if waiting else {}
    found: dict[tuple[UUID, UUID, AssignmentKind], Unsigned] = {}
    for item, unit in waiting:
        late = item.stage == StageKind.RECTIFICATION
        kind = AssignmentKind.FEEDBACK_RECEIPT if late else AssignmentKind.CONTACT
        key = (item.cycle_id, unit.id, kind)
        found.setdefault(key, Unsigned(unit, receipts.get(key), [])).items.append(item)
    return list(found.values())


def _open_receipts(session: Session, office_id: UUID) -> dict[tuple[UUID, UUID, AssignmentKind], Assignment]:
    kinds = (AssignmentKind.CONTACT, AssignmentKind.FEEDBACK_RECEIPT)
    statement = select(Assignment).where(
        Assignment.office_id == office_id, col(Assignment.kind).in_(kinds),
        col(Assignment.state).in_((AssignmentState.OPEN, AssignmentState.PLANNED)),
    )
    return {(row.cycle_id, row.unit_id, row.kind): row for row in session.exec(statement) if row.unit_id}


def running_years(session: Session, office_id: UUID) -> dict[int, int]:
    """How many running limits fall into each year."""
    statement = (
        select(Assignment)
        .join(Cycle, col(Cycle.id) == Assignment.cycle_id)
        .where(
            Assignment.office_id == office_id, Cycle.state == CycleState.OPEN, col(Assignment.state).in_(LIVE),
            col(Assignment.due_on).is_not(None), col(Assignment.part_of).is_(None),
        )
    )
    return dict(Counter(item.due_on.year for item in session.exec(statement) if item.due_on))
