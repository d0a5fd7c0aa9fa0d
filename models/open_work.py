"""What waits for the office: work not done, not signed, not dated, not told."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from models.cycle import Assignment, Cycle
from models.duty_ledger import waiting_duties
from models.key_unit_ledger import waiting_key_units
from models.ledger import LIVE
from models.notice import Notice
from models.outbox_ledger import unknown_count
from models.paper_words import EscalationState, EscalationStep
from models.problem import Escalation, Problem
from models.submission import Extension, Submission
from models.unit import Unit
from models.words import (
    FROM_RECEIPT,
    MEASURES,
    RECEIPTS,
    AssignmentKind,
    CycleState,
    ExtensionState,
    NoticeKind,
    NoticeState,
    ProblemState,
    SubmissionState,
)


def waiting_work(session: Session, office_id: UUID, today: date, referrals: bool = False) -> dict[str, int]:
    """How many things wait for a person of the office, by kind; `referrals` only for those who decide on them."""

    def count(model: Any, *where: Any) -> int:
        return session.exec(select(func.count()).select_from(model).where(model.office_id == office_id, *where)).one()

    return {
        "submissions": count(Submission, Submission.state == SubmissionState.SUBMITTED),
        "extensions": count(Extension, Extension.state == ExtensionState.ASKED),
        "escalations": count(Escalation, Escalation.state == EscalationState.DRAFT, *steps_told(referrals)),
        "objections": count(Problem, Problem.state == ProblemState.OBJECTED),
        "reported": count(Problem, Problem.state == ProblemState.REPORTED),
        "verified": count(Problem, Problem.state == ProblemState.VERIFIED),
        "to_close": count(Problem, Problem.state == ProblemState.LOOKED_BACK),
        "found": count(Problem, Problem.state == ProblemState.FOUND),
        "unsigned": count(Assignment, *_unsigned(today)), "no_limit": count(Assignment, *_without_limit()),
        "duties": len(waiting_duties(session, office_id)),
        "key_units": len(waiting_key_units(session, office_id)),
        "unknown": unknown_count(session, office_id),
    }


def steps_told(referrals: bool) -> list[Any]:
    """Of which steps a reader is told at all."""
    return [] if referrals else [col(Escalation.step) != EscalationStep.REFERRAL]


def alerts(session: Session, office_id: UUID) -> list[Notice]:
    """What the system must tell the office, until somebody has read it."""
    statement = select(Notice).where(
        Notice.office_id == office_id, Notice.kind == NoticeKind.ALERT, Notice.state == NoticeState.PLANNED
    )
    return list(session.exec(statement.order_by(col(Notice.made_at).desc())))


def _running() -> Any:
    """The cycles that are still open, for `in_`."""
    return select(Cycle.id).where(Cycle.state == CycleState.OPEN)


def unsigned(session: Session, office_id: UUID, today: date) -> list[tuple[Assignment, Unit]]:
    """Receipts whose limit has passed: the telephone list."""
    statement = (
        select(Assignment, Unit)
        .join(Unit, col(Unit.id) == Assignment.unit_id)
        .where(Assignment.office_id == office_id, *_unsigned(today))
        .order_by(col(Unit.sort))
    )
    return [(row[0], row[1]) for row in session.exec(statement)]


def _unsigned(today: date) -> list[Any]:
    return [
        col(Assignment.state).in_(LIVE), col(Assignment.due_on) < today, col(Assignment.cycle_id).in_(_running()),
        col(Assignment.kind).in_(RECEIPTS), col(Assignment.unit_id).is_not(None),
    ]


def without_limit(session: Session, office_id: UUID) -> list[Assignment]:
    """Duties of the office for which the document gives no date, until somebody sets one; what is to be kept up for
    good needs none."""
    return list(session.exec(select(Assignment).where(Assignment.office_id == office_id, *_without_limit())))


def _without_limit() -> list[Any]:
    return [
        col(Assignment.due_on).is_(None), col(Assignment.state).in_(LIVE), col(Assignment.cycle_id).in_(_running()),
        or_(col(Assignment.unit_id).is_(None), col(Assignment.kind).in_((AssignmentKind.FILING, *MEASURES))),
        Assignment.kind != AssignmentKind.ON_SITE_FEEDBACK, col(Assignment.standing).is_(False),
    ]


def not_started(session: Session, office_id: UUID) -> list[tuple[Assignment, Unit]]:
    """Limits that run from a signature not yet given: their clock stands at nothing, and nobody is late."""
    statement = (
        select(Assignment, Unit)
        .join(Unit, col(Unit.id) == Assignment.unit_id)
        .where(
            Assignment.office_id == office_id, col(Assignment.due_on).is_(None), col(Assignment.state).in_(LIVE),
            col(Assignment.cycle_id).in_(_running()), col(Assignment.kind) != AssignmentKind.PROBLEM,
            Assignment.terms["anchor"].as_string() == FROM_RECEIPT,
        )
        .order_by(col(Unit.sort))
    )
    return [(row[0], row[1]) for row in session.exec(statement)]


def own_duties(session: Session, office_id: UUID) -> list[Assignment]:
    """Open duties of the office and its teams that have a limit, nearest first."""
    kinds = (AssignmentKind.OFFICE_TASK, AssignmentKind.TEAM_REPORT, AssignmentKind.INSPECTION_REPORT)
    statement = select(Assignment).where(
        Assignment.office_id == office_id, col(Assignment.state).in_(LIVE), col(Assignment.due_on).is_not(None),
        col(Assignment.cycle_id).in_(_running()),
        col(Assignment.kind).in_(kinds),
    )
    return list(session.exec(statement.order_by(col(Assignment.due_on).nulls_first())))


def overdue(
    session: Session, office_id: UUID, today: date, most: int | None = None
) -> list[tuple[Assignment, Unit]]:
    """What units owe past its limit, oldest first, no more than `most`; the parts of a report are left to the report.
    How many there are in all, models/statistics.py counts."""
    statement = (
        select(Assignment, Unit)
        .join(Unit, col(Unit.id) == Assignment.unit_id)
        .where(
            Assignment.office_id == office_id, col(Assignment.state).in_(LIVE), col(Assignment.due_on) < today,
            col(Assignment.cycle_id).in_(_running()),
            col(Assignment.part_of).is_(None), col(Assignment.team_id).is_(None),
            col(Assignment.kind).not_in((*RECEIPTS, AssignmentKind.GOAL, AssignmentKind.CONFIRMATION)),
            col(Assignment.paused_on).is_(None),
        )
        .order_by(col(Assignment.due_on).nulls_first(), col(Unit.sort))
        .limit(most)
    )
    return [(row[0], row[1]) for row in session.exec(statement)]
