"""What was asked of units: things owed, messages, visits and returns, as bare rows for a cycle or all that run."""

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.cycle import Assignment, Cycle, Stage, Visit
from models.event import Event
from models.local_day import LocalDay
from models.notice import Message
from models.problem import Letter, Problem
from models.statistics import Scope
from models.words import AssignmentKind, AssignmentState, MessageState, Move, VisitState

RETURNS = (Move.RETURN.label, Move.LOOK_BACK_FAIL.label, Move.REOPEN.label)  # 退回 of reports and entries too


@dataclass(frozen=True)
class Period:
    """From one day to another, both counted; open where None."""

    first: date | None = None
    last: date | None = None

    def has(self, day: date) -> bool:
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)

    def within(self, day: Any) -> list[Any]:
        """The same as conditions on a column of days."""
        return [*([day >= self.first] if self.first else []), *([day <= self.last] if self.last else [])]


class Asked(NamedTuple):
    """One thing owed: its first limit and the day it was asked."""

    unit_id: UUID
    kind: AssignmentKind
    due_on: date | None
    asked_on: date | None


def asked(session: Session, scope: Scope) -> list[Asked]:
    """Everything units owe or owed in these cycles, the items of score sheets left to `lines`.

    A problem is asked by its letter, a period by its first day, the rest with their stage or, failing that, the cycle.
    """
    a = Assignment
    columns: Any = (
        a.unit_id, a.kind, func.coalesce(a.first_due_on, a.due_on), a.period_start, Letter.issued_on, Stage.opened_on,
        Cycle.opened_on,
    )
    statement: Any = (
        select(*columns)
        .join(Cycle, col(Cycle.id) == a.cycle_id)
        .join(Stage, (col(Stage.cycle_id) == a.cycle_id) & (col(Stage.kind) == a.stage), isouter=True)
        .join(Problem, col(Problem.id) == a.problem_id, isouter=True)
        .join(Letter, col(Letter.id) == Problem.letter_id, isouter=True)
        .where(*_owed(scope), a.kind != AssignmentKind.TASK)
    )
    return [Asked(row[0], row[1], row[2], next(filter(None, row[3:]), None)) for row in session.exec(statement)]


def _owed(scope: Scope) -> list[Any]:
    a = Assignment
    return [
        col(a.office_id) == scope.office_id, col(a.cycle_id).in_(scope.cycles), col(a.unit_id).is_not(None),
        col(a.team_id).is_(None), col(a.state) != AssignmentState.CANCELLED,
    ]


def lines(session: Session, scope: Scope, period: Period) -> dict[UUID, int]:
    """How many items of score sheets each unit had to answer."""
    a = Assignment
    day = func.coalesce(a.first_due_on, a.due_on)
    statement: Any = (
        select(a.unit_id, func.count()).where(*_owed(scope), a.kind == AssignmentKind.TASK, *period.within(day))
    )
    return dict(session.exec(statement.group_by(col(a.unit_id))).all())


def messages(session: Session, scope: Scope, period: Period) -> list[tuple[UUID, date, int]]:
    """Unit, day, and how many messages one of its contacts got on it."""
    columns: Any = (Message.unit_id, Message.day, func.count())
    statement: Any = (
        select(*columns)
        .where(
            Message.office_id == scope.office_id, col(Message.cycle_id).in_(scope.cycles),
            Message.state == MessageState.SENT, col(Message.unit_id).is_not(None), *period.within(col(Message.day)),
        )
        .group_by(col(Message.unit_id), col(Message.contact_id), col(Message.day))
    )
    return [(row[0], row[1], row[2]) for row in session.exec(statement)]


def visits(session: Session, scope: Scope, period: Period) -> dict[UUID, int]:
    """How often a team went or goes to each unit."""
    statement: Any = select(Visit.unit_id, func.count()).where(
        Visit.office_id == scope.office_id, col(Visit.cycle_id).in_(scope.cycles),
        Visit.state != VisitState.CANCELLED, *period.within(col(Visit.start_on)),
    )
    return dict(session.exec(statement.group_by(col(Visit.unit_id))).all())


def returns(session: Session, scope: Scope, period: Period) -> dict[UUID, int]:
    """How often something was sent back to each unit."""
    statement: Any = select(Event.unit_id, func.count()).where(
        Event.office_id == scope.office_id, col(Event.cycle_id).in_(scope.cycles), col(Event.verb).in_(RETURNS),
        col(Event.unit_id).is_not(None), *period.within(LocalDay(Event.at)),
    )
    return dict(session.exec(statement.group_by(col(Event.unit_id))).all())
