"""What reports upward are made of: every problem with its letter and theme, what was done on site, looks back."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.cycle import Assignment, Cycle, Team, Visit
from models.event import Event
from models.ledger import units_of_cycle
from models.paper import Paper
from models.paper_words import EscalationState, EscalationStep, PaperKind, PaperState
from models.plan import Deliverable, Task
from models.problem import Escalation, Letter, Problem
from models.score import Score
from models.statistics import Scope, units_in
from models.unit import Unit
from models.words import AssignmentKind, AssignmentState, Move, ProblemState, VisitState

SENT_OUT = "发送通报"
MINUTES = "登记推进会纪要"


@dataclass(frozen=True)
class Found:
    """One problem with its unit, the number of the letter that carries it, the theme it belongs to and its limit."""

    problem: Problem
    unit: Unit
    number: str
    theme: str
    item: Assignment | None


def found_problems(session: Session, cycle_id: UUID) -> list[Found]:
    """Every problem of a cycle that was not withdrawn, in the order of its numbers. Its theme is the category it was
    put under, else the duty of the item it belongs to."""
    columns: Any = (Problem, Unit, Letter.number, Task.duty, Assignment)
    statement = (
        select(*columns)
        .join(Unit, col(Unit.id) == Problem.unit_id)
        .join(Letter, col(Letter.id) == Problem.letter_id, isouter=True)
        .join(Task, col(Task.id) == Problem.task_id, isouter=True)
        .join(Assignment, col(Assignment.problem_id) == Problem.id, isouter=True)
        .where(Problem.cycle_id == cycle_id, Problem.state != ProblemState.WITHDRAWN)
        .order_by(col(Problem.no))
    )
    return [
        Found(p, unit, number or "", p.category.strip() or duty or "", item)
        for p, unit, number, duty, item in session.exec(statement)
    ]


def moved_ever(session: Session, cycle_id: UUID, move: Move) -> set[str]:
    """The keys (as text) of the problems of a cycle to which this was ever done, by the history."""
    statement = select(Event.subject).where(Event.cycle_id == cycle_id, Event.verb == move.label)
    return set(session.exec(statement.distinct()))


@dataclass(frozen=True)
class Work:
    """How much was done in a cycle."""

    units: int
    teams: int
    visits: int
    visited: int
    reports: int
    letters: int
    signed: int
    withdrawn: int


def work_done(session: Session, cycle_id: UUID) -> Work:
    """Units, teams and visits, self-check reports accepted, letters issued and signed for, problems withdrawn."""

    def count(model: Any, *where: Any) -> int:
        return session.exec(select(func.count()).select_from(model).where(model.cycle_id == cycle_id, *where)).one()

    done = col(Visit.state).in_((VisitState.DONE, VisitState.FED_BACK))
    accepted = (Assignment.kind == AssignmentKind.SELF_CHECK_REPORT, Assignment.state == AssignmentState.DONE)
    return Work(
        len(units_of_cycle(session, cycle_id)), count(Team), count(Visit, Visit.state != VisitState.CANCELLED),
        count(Visit, done), count(Assignment, *accepted), count(Letter),
        count(Letter, col(Letter.signed_at).is_not(None)), count(Problem, Problem.state == ProblemState.WITHDRAWN),
    )


def steps_taken(session: Session, cycle_id: UUID, unit_id: UUID | None = None) -> dict[EscalationStep, int]:
    """Steps a leader approved, by kind; referrals are told to nobody by a report."""
    statement: Any = (
        select(Escalation.step, func.count())
        .where(
            Escalation.cycle_id == cycle_id, Escalation.step != EscalationStep.REFERRAL,
            col(Escalation.state).in_((EscalationState.APPROVED, EscalationState.DELISTED, EscalationState.DONE)),
        )
        .group_by(col(Escalation.step))
    )
    if unit_id:
        statement = statement.where(Escalation.unit_id == unit_id)
    return {row[0]: row[1] for row in session.exec(statement)}


def scored_visits(session: Session, cycle_id: UUID) -> list[Visit]:
    """Visits of a cycle at which points were given, in order; of a unit's several the last one counts."""
    given = select(Score.visit_id).where(Score.cycle_id == cycle_id, col(Score.points).is_not(None))
    statement = select(Visit).where(
        Visit.cycle_id == cycle_id, col(Visit.id).in_(given), Visit.state != VisitState.CANCELLED
    )
    return list(session.exec(statement.order_by(col(Visit.start_on))))


def receiver_of(session: Session, cycle: Cycle, kind: AssignmentKind) -> str:
    """To whom the plan sends a hand-over of this kind; empty where it does not say."""
    statement = select(Deliverable.receiver).where(Deliverable.plan_id == cycle.plan_id, Deliverable.kind == kind)
    return session.exec(statement).first() or ""


def units_told(session: Session, paper: Paper) -> list[Unit]:
    """The units a paper of a cycle goes to: those that have part in the cycle and still exist."""
    if paper.cycle_id is None:
        return []
    scope = Scope(paper.office_id, (paper.cycle_id,), paper.drafted_at.date())
    return [unit for unit in units_in(session, scope) if unit.active and unit.merged_into is None]


def sent_to(session: Session, paper: Paper) -> dict[UUID | None, Event]:
    """The units a paper was sent to, each with the event that says so."""
    statement = select(Event).where(
        Event.office_id == paper.office_id, Event.subject == str(paper.id), Event.verb == SENT_OUT
    )
    return {event.unit_id: event for event in session.exec(statement)}


def minutes_of(session: Session, paper: Paper) -> list[Event]:
    """The notes of meetings attached to a paper, the first one first."""
    statement = select(Event).where(
        Event.office_id == paper.office_id, Event.subject == str(paper.id), Event.verb == MINUTES
    )
    return list(session.exec(statement.order_by(col(Event.seq))))


def circulars_of_unit(session: Session, unit_id: UUID) -> list[Paper]:
    """The circulars that were sent to a unit and still hold, newest first."""
    events = select(Event.subject).where(Event.unit_id == unit_id, Event.verb == SENT_OUT)
    keys = [UUID(subject) for subject in session.exec(events.distinct())]
    statement = select(Paper).where(
        col(Paper.id).in_(keys), Paper.kind == PaperKind.RESULTS, Paper.state == PaperState.ISSUED
    )
    return list(session.exec(statement.order_by(col(Paper.issued_at).desc().nulls_last())))
