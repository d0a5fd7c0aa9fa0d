"""What a leader asks: what changed within some days, and what waits for a leader's own decision."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func
from sqlmodel import Session, col, select

from config import clock
from models import statistics
from models.cycle import Assignment
from models.ledger import LIVE, A
from models.open_work import steps_told
from models.paper_words import EscalationState
from models.problem import Escalation, Letter, Problem
from models.statistics import OF_ITS_OWN, Scope
from models.submission import Extension
from models.unit import Unit
from models.words import ExtensionState, ProblemState


@dataclass(frozen=True)
class Days:
    """From one day to another, both counted."""

    first: date
    last: date

    def hold(self, moment: Any) -> Any:
        """The condition that a column of moments lies within these days."""
        start, end = (clock.at_time(day, time(0, 0)) for day in (self.first, self.last + timedelta(days=1)))
        return and_(col(moment) >= start, col(moment) < end)


def moved(session: Session, office_id: UUID, days: Days, cycle_id: UUID | None = None) -> dict[str, int]:
    """How much was found, closed and finished within these days, and the letters of these days: in one cycle, or in
    all of the office."""

    def count(model: Any, *where: Any) -> int:
        mine = model.cycle_id == cycle_id if cycle_id else model.office_id == office_id
        return session.exec(select(func.count()).select_from(model).where(mine, *where)).one()

    return {
        "found": count(Problem, days.hold(Problem.found_at), Problem.state != ProblemState.WITHDRAWN),
        "closed": count(Problem, days.hold(Problem.closed_at)),
        "finished": count(Assignment, days.hold(Assignment.done_at), Assignment.state == A.DONE, *OF_ITS_OWN),
        "letters": count(Letter, col(Letter.issued_on).between(days.first, days.last)),
    }


def changes(session: Session, office_id: UUID, days: Days, referrals: bool = False) -> dict[str, int]:
    """What moved within these days and what was decided, over all cycles of the office; `referrals` only for those
    who decide on them."""

    def count(model: Any, *where: Any) -> int:
        mine = model.office_id == office_id, days.hold(model.decided_at)
        return session.exec(select(func.count()).select_from(model).where(*mine, *where)).one()

    undecided = (EscalationState.DRAFT, EscalationState.DROPPED)
    return moved(session, office_id, days) | {
        "extended": count(Extension, Extension.state == ExtensionState.APPROVED),
        "steps": count(Escalation, col(Escalation.state).not_in(undecided), *steps_told(referrals)),
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
