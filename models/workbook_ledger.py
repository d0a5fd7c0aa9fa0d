"""The rows of the ledgers that are handed out as workbooks: problems with their letters, tasks with who does them."""

from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.cycle import Assignment, DeadlineVersion
from models.duty import Duty
from models.event import Event
from models.notice import Message, Notice
from models.paper import Paper
from models.paper_words import LookBackState, PaperKind
from models.problem import Letter, LookBack, Problem
from models.unit import Unit
from models.words import AssignmentKind, AssignmentState, LimitChange, MessageState, Move

LOOKED = (Move.LOOK_BACK_PASS.label, Move.LOOK_BACK_FAIL.label)


def problem_rows(session: Session, cycle_id: UUID) -> list[tuple[Problem, Unit, Assignment | None, Letter | None]]:
    """Every problem of a cycle with what carries its limit and the letter it was fed back by, unit by unit."""
    columns: Any = (Problem, Unit, Assignment, Letter)
    statement = (
        select(*columns)
        .join(Unit, col(Unit.id) == Problem.unit_id)
        .join(Assignment, col(Assignment.problem_id) == Problem.id, isouter=True)
        .join(Letter, col(Letter.id) == Problem.letter_id, isouter=True)
        .where(Problem.cycle_id == cycle_id)
        .order_by(col(Unit.sort), col(Unit.name), col(Problem.no))
    )
    return [(row[0], row[1], row[2], row[3]) for row in session.exec(statement)]


def looks_noted(session: Session, cycle_id: UUID) -> dict[str, Event]:
    """The last look-back of each problem as the history tells it, by the problem's key."""
    statement = select(Event).where(Event.cycle_id == cycle_id, col(Event.verb).in_(LOOKED))
    return {event.subject: event for event in session.exec(statement.order_by(col(Event.seq)))}


def looks_back(session: Session, cycle_id: UUID) -> dict[UUID, LookBack]:
    """The last finished look-back of each problem."""
    done = (LookBackState.PASSED, LookBackState.FAILED)
    statement = select(LookBack).where(LookBack.cycle_id == cycle_id, col(LookBack.state).in_(done))
    return {row.problem_id: row for row in session.exec(statement.order_by(col(LookBack.looked_at).nulls_first()))}


def extensions_counted(session: Session, cycle_id: UUID) -> dict[UUID, int]:
    """How often the limit of each assignment was extended."""
    statement: Any = (
        select(DeadlineVersion.assignment_id, func.count())
        .join(Assignment, col(Assignment.id) == DeadlineVersion.assignment_id)
        .where(Assignment.cycle_id == cycle_id, DeadlineVersion.change == LimitChange.EXTENDED)
        .group_by(col(DeadlineVersion.assignment_id))
    )
    return dict(session.exec(statement).all())


class Done(NamedTuple):
    """One unit's part in a task; `task` is the task's key, or the title of a duty that comes again."""

    task: UUID | str
    unit: str
    kind: AssignmentKind
    state: AssignmentState
    due_on: date | None
    paused_on: date | None
    standing: bool


def parts_done(session: Session, cycle_id: UUID) -> list[Done]:
    """Every unit's part in every task of a cycle, unit by unit."""
    a = Assignment
    rest: Any = (Unit.name, a.kind, a.state, a.due_on, a.paused_on, a.standing)
    found = []
    for key, where in ((a.task_id, col(a.task_id).is_not(None)), (Duty.title, col(a.duty_id).is_not(None))):
        statement: Any = (
            select(key, *rest)
            .select_from(a)
            .join(Unit, col(Unit.id) == a.unit_id)
            .join(Duty, col(Duty.id) == a.duty_id, isouter=True)
            .where(a.cycle_id == cycle_id, where)
            .order_by(col(Unit.sort), col(Unit.name), col(a.due_on).nulls_first())
        )
        found += [Done(*row) for row in session.exec(statement)]
    return found


class Told(NamedTuple):
    """How often something was told, first and last."""

    times: int
    first: datetime
    last: datetime


def times_told(session: Session, office_id: UUID, keys: list[UUID]) -> dict[UUID, Told]:
    """The messages that went out about each of these."""
    statement: Any = (
        select(Notice.assignment_id, func.count(func.distinct(Message.id)), func.min(Message.sent_at),
               func.max(Message.sent_at))
        .join(Message, col(Message.id) == Notice.message_id)
        .where(
            Notice.office_id == office_id, col(Notice.assignment_id).in_(keys), Message.state == MessageState.SENT,
        )
        .group_by(col(Notice.assignment_id))
    )
    return {row[0]: Told(*row[1:]) for row in session.exec(statement)}


def workbooks_made(session: Session, office_id: UUID, kinds: list[PaperKind], limit: int = 200) -> list[Paper]:
    """The workbooks an office has made, newest first."""
    statement = select(Paper).where(Paper.office_id == office_id, col(Paper.kind).in_(kinds), Paper.digest != "")
    return list(session.exec(statement.order_by(col(Paper.drafted_at).desc()).limit(limit)))
