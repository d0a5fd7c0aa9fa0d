"""The rows of a page of the ledger: what is owed by whom, when it was last spoken of, what was last done about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, select
from sqlmodel import Session

from models.cycle import Assignment, Cycle, Team
from models.event import Event
from models.notice import Message, Notice
from models.unit import Unit
from models.words import AssignmentKind, AssignmentState, MessageState, NoticeKind, StageKind


def _table(model: Any) -> Any:
    """The bare table: rows of plain values, no objects to be kept track of."""
    return model.__table__


A, N, M, E, U, C, T = (_table(model) for model in (Assignment, Notice, Message, Event, Unit, Cycle, Team))
COLUMNS: tuple[Any, ...] = (
    A.c.id, A.c.title, A.c.code, A.c.kind, A.c.stage, A.c.state, A.c.due_on, A.c.first_due_on, A.c.paused_on,
    A.c.version, A.c.deadline_version, A.c.problem_id, A.c.unit_id, U.c.name, A.c.cycle_id, C.c.title, A.c.team_id,
    T.c.name, A.c.office_id,
)
AT_ONCE = 500


@dataclass(frozen=True)
class Act:
    """The last thing done about a row."""

    verb: str
    actor: str
    at: datetime


@dataclass(frozen=True)
class Line:
    """One row of the ledger; `told_at` is when its last reminder went out."""

    id: UUID
    title: str
    code: str
    kind: AssignmentKind
    stage: StageKind
    state: AssignmentState
    due_on: date | None
    first_due_on: date | None
    paused_on: date | None
    version: int
    deadline_version: int
    problem_id: UUID | None
    unit_id: UUID | None
    unit_name: str | None
    cycle_id: UUID
    cycle_title: str
    team_id: UUID | None
    team_name: str | None
    told_at: datetime | None = None
    act: Act | None = None

    @property
    def who(self) -> str:
        """Who owes it: a unit, a team at a unit, a team, or the office."""
        if self.team_name and self.unit_name:
            return f"{self.unit_name}（{self.team_name}）"
        return self.unit_name or self.team_name or "办公室"

    @property
    def moved(self) -> int:
        """By how many days the limit in force differs from the first one."""
        return (self.due_on - self.first_due_on).days if self.due_on and self.first_due_on else 0


def lines_of(session: Session, office_id: UUID, keys: Sequence[UUID]) -> list[Line]:
    """These rows of an office in this order; a key of another office is left out."""
    found: dict[UUID, Line] = {}
    for start in range(0, len(keys), AT_ONCE):
        found |= _some(session, office_id, keys[start:start + AT_ONCE])
    return [found[key] for key in keys if key in found]


def _some(session: Session, office_id: UUID, keys: Sequence[UUID]) -> dict[UUID, Line]:
    statement = (
        select(*COLUMNS)
        .join_from(A, C, C.c.id == A.c.cycle_id, isouter=True)
        .join(U, U.c.id == A.c.unit_id, isouter=True)
        .join(T, T.c.id == A.c.team_id, isouter=True)
        .where(A.c.id.in_(keys))
    )
    # the office is looked at here: named in the statement it would lead SQLite to walk all its rows
    rows = [row[:-1] for row in session.connection().execute(statement) if row[-1] == office_id]
    told = _told(session, [row[0] for row in rows])
    acts = _acts(session, office_id, [key for row in rows for key in (row[0], row[11]) if key])
    found = {}
    for row in rows:
        mine = [act for key in (row[0], row[11]) if (act := acts.get(str(key)))]
        cells: tuple[Any, ...] = (*row, told.get(row[0]), max(mine, key=lambda act: act.at, default=None))
        found[row[0]] = Line(*cells)
    return found


def _told(session: Session, keys: Sequence[UUID]) -> dict[UUID, datetime]:
    """When the last reminder of each went over the wire."""
    statement = (
        select(N.c.assignment_id, func.max(case((M.c.state == MessageState.SENT, M.c.sent_at))))
        .join_from(N, M, M.c.id == N.c.message_id)
        .where(N.c.assignment_id.in_(keys), N.c.kind.in_((NoticeKind.REMIND, NoticeKind.URGE)))
        .group_by(N.c.assignment_id)
    )
    return {row[0]: row[1] for row in session.connection().execute(statement)}


def _acts(session: Session, office_id: UUID, keys: Sequence[UUID]) -> dict[str, Act]:
    """The newest event of each subject."""
    words = [str(key) for key in keys]
    newest = (
        select(func.max(E.c.id))
        .where(E.c.subject.in_(words))
        .group_by(E.c.subject)
    )
    statement = select(E.c.subject, E.c.verb, E.c.actor, E.c.at).where(E.c.id.in_(newest), E.c.office_id == office_id)
    return {row[0]: Act(*row[1:]) for row in session.connection().execute(statement)}
