"""Figures over everything that units owe, what was sent to them, and the problems found: counted by the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, func, or_
from sqlmodel import Session, col, select

from models.counting import count_if, is_late
from models.cycle import Assignment, Cycle, CycleUnit
from models.ledger import LIVE, A
from models.local_day import LocalDay, Monday
from models.notice import Message, Notice
from models.plan import Task
from models.problem import Problem
from models.unit import Unit
from models.words import (
    RECEIPTS,
    AssignmentKind,
    CycleState,
    MessageState,
    NoticeState,
    ProblemSource,
    ProblemState,
    StageKind,
)

NOT_COUNTED = (*RECEIPTS, AssignmentKind.GOAL, AssignmentKind.CONFIRMATION)
OF_ITS_OWN = (  # what a unit owes under a limit of its own: no parts, no signatures
    col(Assignment.unit_id).is_not(None), col(Assignment.team_id).is_(None), col(Assignment.part_of).is_(None),
    col(Assignment.kind).not_in(NOT_COUNTED),
)


@dataclass(frozen=True)
class Scope:
    """Which cycles of which office are counted, as of which day."""

    office_id: UUID
    cycles: tuple[UUID, ...]
    today: date


def running_scope(session: Session, office_id: UUID, today: date, cycle_id: UUID | None = None) -> Scope:
    """One cycle of the office, or all that run."""
    statement = select(Cycle.id).where(Cycle.office_id == office_id)
    statement = statement.where(Cycle.id == cycle_id if cycle_id else Cycle.state == CycleState.OPEN)
    return Scope(office_id, tuple(session.exec(statement.order_by(col(Cycle.opened_on)))), today)


@dataclass(frozen=True)
class Standing:
    """What is owed, by how far it has come. `on_time` and `on_time_first` are counted among `judged` and
    `judged_first`: what was handed in, or should have been by now, against the limit in force and the first one."""

    total: int = 0
    done: int = 0
    waiting: int = 0
    overdue: int = 0
    judged: int = 0
    on_time: int = 0
    judged_first: int = 0
    on_time_first: int = 0

    @property
    def share(self) -> float | None:
        return self.on_time / self.judged if self.judged else None

    @property
    def share_first(self) -> float | None:
        return self.on_time_first / self.judged_first if self.judged_first else None


def _counted(scope: Scope) -> Any:
    """What units owe in these cycles under a limit of its own, nothing called off."""
    a = Assignment
    return and_(
        col(a.office_id) == scope.office_id, col(a.cycle_id).in_(scope.cycles), col(a.state) != A.CANCELLED, *OF_ITS_OWN
    )


def _columns(scope: Scope) -> list[Any]:
    """The eight sums of a Standing, in its order."""
    a = Assignment
    handed = col(a.state).in_((A.SUBMITTED, A.DONE))
    day = LocalDay(func.coalesce(a.sent_in_at, a.done_at))
    running = and_(col(a.state).in_(LIVE), col(a.paused_on).is_(None))

    def judged(limit: Any) -> list[Any]:
        due = or_(handed, and_(running, limit < scope.today))
        return [count_if(and_(limit.is_not(None), due)), count_if(and_(handed, day <= limit))]

    return [
        func.count(), count_if(col(a.state) == A.DONE), count_if(col(a.state) == A.SUBMITTED),
        count_if(is_late(scope.today)),
        *judged(col(a.due_on)), *judged(col(a.first_due_on)),
    ]


def _grouped(session: Session, scope: Scope, key: Any) -> dict[Any, Standing]:
    statement: Any = select(key, *_columns(scope)).where(_counted(scope)).group_by(key)
    return {row[0]: Standing(*row[1:]) for row in session.exec(statement)}


def by_unit(session: Session, scope: Scope) -> list[tuple[Unit, Standing]]:
    """Every unit of these cycles in the order of the directory; one that owes nothing has zeros."""
    found = _grouped(session, scope, Assignment.unit_id)
    return [(unit, found.get(unit.id, Standing())) for unit in units_in(session, scope)]


def of_unit(session: Session, scope: Scope, unit_id: UUID) -> Standing:
    """One unit in these cycles."""
    statement: Any = select(*_columns(scope)).where(_counted(scope), Assignment.unit_id == unit_id)
    return Standing(*session.exec(statement).one())


def units_in(session: Session, scope: Scope) -> list[Unit]:
    """The units enrolled in any of these cycles, or to which something owed there went over, in the order of the
    directory."""
    enrolled = select(CycleUnit.unit_id).where(col(CycleUnit.cycle_id).in_(scope.cycles))
    owing = select(Assignment.unit_id).where(_counted(scope))
    mine = or_(col(Unit.id).in_(enrolled), col(Unit.id).in_(owing))
    statement = select(Unit).where(Unit.office_id == scope.office_id, mine)
    return list(session.exec(statement.order_by(col(Unit.sort), col(Unit.name))))


def by_cycle(session: Session, scope: Scope) -> dict[UUID, Standing]:
    return _grouped(session, scope, Assignment.cycle_id)


def by_stage(session: Session, scope: Scope) -> list[tuple[StageKind, Standing]]:
    """In the order in which a cycle walks through its stages."""
    found = _grouped(session, scope, Assignment.stage)
    return [(kind, found[kind]) for kind in StageKind if kind in found]


def by_theme(session: Session, scope: Scope) -> list[tuple[str, Standing]]:
    """Measures of a decomposition by the section that prints them, in the order of the document."""
    section = func.coalesce(func.nullif(Task.sheet_title, ""), Task.duty)
    statement: Any = (
        select(section, *_columns(scope))
        .select_from(Assignment)
        .join(Task, col(Task.id) == Assignment.task_id)
        .where(_counted(scope))
        .group_by(section)
        .order_by(func.min(Task.no), section)
    )
    return [(row[0], Standing(*row[1:])) for row in session.exec(statement)]


def ageing(session: Session, scope: Scope, edges: Sequence[date]) -> list[tuple[UUID, int, int]]:
    """Unit, band and count of what is overdue now; `edges` are the earliest limits of the bands, latest first."""
    due = col(Assignment.due_on)
    band = case(*((due >= edge, n) for n, edge in enumerate(edges)), else_=len(edges))
    statement: Any = (
        select(Assignment.unit_id, band, func.count())
        .where(_counted(scope), is_late(scope.today))
        .group_by(col(Assignment.unit_id), band)
    )
    return [(row[0], row[1], row[2]) for row in session.exec(statement)]


def oldest_overdue(session: Session, scope: Scope, most: int) -> dict[UUID, list[tuple[Assignment, Unit]]]:
    """By cycle, at most so many of the things that have been overdue longest."""
    place = func.row_number().over(
        partition_by=col(Assignment.cycle_id), order_by=(col(Assignment.due_on), col(Assignment.id))
    )
    ranked: Any = select(col(Assignment.id).label("id"), place.label("place"))
    ranked = ranked.where(_counted(scope), is_late(scope.today)).subquery()
    statement = (
        select(Assignment, Unit)
        .join(ranked, ranked.c.id == Assignment.id)
        .join(Unit, col(Unit.id) == Assignment.unit_id)
        .where(ranked.c.place <= most)
        .order_by(col(Assignment.due_on).nulls_first(), col(Unit.sort))
    )
    found: dict[UUID, list[tuple[Assignment, Unit]]] = {}
    for item, unit in session.exec(statement):
        found.setdefault(item.cycle_id, []).append((item, unit))
    return found


def sending_by_week(session: Session, scope: Scope) -> list[tuple[date, int, int]]:
    """Monday, messages sent, messages failed."""
    week = Monday(col(Message.day))
    failed = col(Message.state).in_((MessageState.FAILED, MessageState.DEAD))
    statement: Any = (
        select(week, count_if(col(Message.state) == MessageState.SENT), count_if(failed))
        .where(Message.office_id == scope.office_id, col(Message.cycle_id).in_(scope.cycles))
        .group_by(week)
        .order_by(week)
    )
    return [(row[0], row[1], row[2]) for row in session.exec(statement)]


def problems_by_state(session: Session, scope: Scope) -> dict[tuple[ProblemState, ProblemSource], int]:
    statement: Any = (
        select(Problem.state, Problem.source, func.count())
        .where(Problem.office_id == scope.office_id, col(Problem.cycle_id).in_(scope.cycles))
        .group_by(col(Problem.state), col(Problem.source))
    )
    return {(row[0], row[1]): row[2] for row in session.exec(statement)}


def burden(session: Session, scope: Scope) -> list[tuple[UUID, date, int, int]]:
    """Unit, Monday, messages it got in that week, and what they asked of it one by one."""
    week = Monday(col(Message.day))
    statement: Any = (
        select(Message.unit_id, week, func.count(func.distinct(Message.id)), func.count(col(Notice.id)))
        .join(Notice, and_(col(Notice.message_id) == Message.id, col(Notice.state) == NoticeState.SENT), isouter=True)
        .where(
            Message.office_id == scope.office_id, col(Message.cycle_id).in_(scope.cycles),
            Message.state == MessageState.SENT, col(Message.unit_id).is_not(None),
        )
        .group_by(col(Message.unit_id), week)
        .order_by(week)
    )
    return [(row[0], row[1], row[2], row[3]) for row in session.exec(statement)]
