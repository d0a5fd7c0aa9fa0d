"""The rows of a page of the ledger: what is owed by whom, when it was last spoken of, what was last done about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import Session, col

from models.cycle import Assignment, Cycle, Team
from models.event import Event
from models.notice import Message, Notice
from models.unit import Unit
from models.words import AssignmentKind, AssignmentState, MessageState, NoticeKind, StageKind

a = Assignment
COLUMNS: tuple[Any, ...] = (
    a.id, a.title, a.code, a.kind, a.stage, a.state, a.due_on, a.first_due_on, a.paused_on, a.version,
    a.deadline_version, a.problem_id, a.unit_id, Unit.name, a.cycle_id, Cycle.title, a.team_id, Team.name,
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
        .join_from(Assignment, Cycle, col(Cycle.id) == a.cycle_id, isouter=True)  # outer: begins with the keys
        .join(Unit, col(Unit.id) == a.unit_id, isouter=True)
        .join(Team, col(Team.id) == a.team_id, isouter=True)
        .where(col(a.office_id) == office_id, col(a.id).in_(keys))
        .with_hint(Assignment, "INDEXED BY sqlite_autoindex_assignment_1", "sqlite")
    )
    rows = session.connection().execute(statement).all()
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
        select(col(Notice.assignment_id), func.max(Message.sent_at))
        .join(Message, col(Message.id) == Notice.message_id)
        .where(
            col(Notice.assignment_id).in_(keys), col(Notice.kind).in_((NoticeKind.REMIND, NoticeKind.URGE)),
            col(Message.state) == MessageState.SENT,
        )
        .group_by(col(Notice.assignment_id))
    )
    return {row[0]: row[1] for row in session.connection().execute(statement)}


def _acts(session: Session, office_id: UUID, keys: Sequence[UUID]) -> dict[str, Act]:
    """The newest event of each subject."""
    words = [str(key) for key in keys]
    newest = (
        select(func.max(col(Event.id)))
        .where(col(Event.office_id) == office_id, col(Event.subject).in_(words))
        .group_by(col(Event.subject))
    )
    columns: Any = (Event.subject, Event.verb, Event.actor, Event.at)
    statement = select(*columns).where(col(Event.id).in_(newest))
    return {row[0]: Act(*row[1:]) for row in session.connection().execute(statement)}
