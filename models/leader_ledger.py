"""What a leader asks: what changed in a week, and what waits for a leader's own decision."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from models import statistics
from models.cycle import Assignment
from models.ledger import LIVE, A
from models.open_work import steps_told
from models.paper_words import EscalationState
from models.problem import Escalation, Letter, Problem
from models.statistics import Scope
from models.submission import Extension
from models.unit import Unit
from models.words import ExtensionState


@dataclass(frozen=True)
class Week:
    """From one moment up to (and without) another; as days the last one is counted."""

    start: datetime
    end: datetime
    first: date
    last: date


def changes(session: Session, office_id: UUID, week: Week, referrals: bool = False) -> dict[str, int]:
    """How much was found, finished, decided within a week, over all cycles of the office; `referrals` only for those
    who decide on them."""

    def count(model: Any, *where: Any) -> int:
        return session.exec(select(func.count()).select_from(model).where(model.office_id == office_id, *where)).one()

    def within(moment: Any) -> Any:
        return (col(moment) >= week.start) & (col(moment) < week.end)

    a = Assignment
    finished = (
        a.state == A.DONE, col(a.unit_id).is_not(None), col(a.team_id).is_(None), col(a.part_of).is_(None),
        col(a.kind).not_in(statistics.NOT_COUNTED),
    )
    return {
        "found": count(Problem, within(Problem.found_at)), "closed": count(Problem, within(Problem.closed_at)),
        "finished": count(Assignment, within(Assignment.done_at), *finished),
        "letters": count(Letter, col(Letter.issued_on).between(week.first, week.last)),
        "extended": count(Extension, within(Extension.decided_at), Extension.state == ExtensionState.APPROVED),
        "steps": count(
            Escalation, within(Escalation.decided_at),
            col(Escalation.state).not_in((EscalationState.DRAFT, EscalationState.DROPPED)), *steps_told(referrals),
        ),
    }


def newly_overdue(session: Session, scope: Scope, since: date) -> int:
    """What fell overdue since that day and still is."""
    bounds = statistics.ageing(session, scope, [since])
    return sum(count for _, band, count in bounds if band == 0)


def drafts_of(session: Session, office_id: UUID, today: date) -> list[tuple[Escalation, Unit, bool]]:
    """Steps that wait for approval, oldest first, and whether the thing is still owed: if not, none can be taken."""
    statement = (
        select(Escalation, Unit, Assignment)
        .join(Unit, col(Unit.id) == Escalation.unit_id)
        .join(Assignment, col(Assignment.id) == Escalation.assignment_id)
        .where(Escalation.office_id == office_id, Escalation.state == EscalationState.DRAFT)
        .order_by(col(Escalation.drafted_on), col(Unit.sort))
    )
    return [
        (row, unit, item.state in LIVE and (item.state == A.RETURNED or bool(item.due_on and item.due_on < today)))
        for row, unit, item in session.exec(statement)
    ]


def asked_extensions(session: Session, office_id: UUID) -> list[tuple[Extension, Unit, Assignment]]:
    """Requests for more time that nobody has decided on, oldest first."""
    statement = (
        select(Extension, Unit, Assignment)
        .join(Unit, col(Unit.id) == Extension.unit_id)
        .join(Assignment, col(Assignment.id) == Extension.assignment_id)
        .where(Extension.office_id == office_id, Extension.state == ExtensionState.ASKED)
        .order_by(col(Extension.asked_at))
    )
    return [(row[0], row[1], row[2]) for row in session.exec(statement)]
