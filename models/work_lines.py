"""The rows of a page of the ledger: what is owed by whom, when it was last spoken of, what was last done about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlmodel import Session

from models.cycle import Assignment, Cycle, Team
from models.event import Event
from models.notice import Message, Notice
from models.portions import portions
from models.unit import Unit
from models.words import AssignmentKind, AssignmentState, MessageState, NoticeKind, StageKind


def _table(model: Any) -> Any:
    """The bare table: rows of plain values, no objects to be kept track of."""
    return model.__table__


A, N, M, E, U, C, T = (_table(model) for model in (Assignment, Notice, Message, Event, Unit, Cycle, Team))
COLUMNS: tuple[Any, ...] = (
    A.c.id, A.c.title, A.c.code, A.c.kind, A.c.stage, A.c.state, A.c.due_on, A.c.first_due_on, A.c.paused_on,
    A.c.version, A.c.deadline_version, A.c.problem_id, A.c.unit_id, U.c.name, A.c.cycle_id, C.c.title, A.c.team_id,
    T.c.name,
)
# Written once: a statement that is built anew for every page costs more than its rows.
TOLD = (
    select(func.max(M.c.sent_at))
    .join_from(N, M, M.c.id == N.c.message_id)
    .where(
        N.c.assignment_id == A.c.id, N.c.kind.in_((NoticeKind.REMIND, NoticeKind.URGE)),
        M.c.state == MessageState.SENT,
    )
    .correlate(A)
    .scalar_subquery()
)
ROWS = (
    select(*COLUMNS, TOLD)
    .join_from(A, C, C.c.id == A.c.cycle_id, isouter=True)
    .join(U, U.c.id == A.c.unit_id, isouter=True)
    .join(T, T.c.id == A.c.team_id, isouter=True)
    .where(
        A.c.id.in_(bindparam("keys", expanding=True)),
        func.coalesce(A.c.office_id, A.c.office_id) == bindparam("office"),  # plain, SQLite would walk all its rows
    )
)
NEWEST = select(func.max(E.c.id)).where(E.c.subject.in_(bindparam("subjects", expanding=True))).group_by(E.c.subject)
ACTS = (
    select(E.c.subject, E.c.verb, E.c.actor, E.c.at)
    .where(E.c.id.in_(NEWEST), E.c.office_id == bindparam("office"))
)


@dataclass(frozen=True)
class Act:
    """The last thing done about a row."""

    verb: str
    actor: str
    at: datetime


class Line(NamedTuple):
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
    for some in portions(keys):
        found |= _some(session, office_id, some)
    return [found[key] for key in keys if key in found]


def _some(session: Session, office_id: UUID, keys: Sequence[UUID]) -> dict[UUID, Line]:
    rows = list(session.connection().execute(ROWS, {"keys": keys, "office": office_id}))
    acts = _acts(session, office_id, [key for row in rows for key in (row[0], row[11]) if key])
    found = {}
    for row in rows:
        mine = [act for key in (row[0], row[11]) if (act := acts.get(str(key)))]
        cells: tuple[Any, ...] = (*row, max(mine, key=lambda act: act.at, default=None))
        found[row[0]] = Line(*cells)
    return found


def _acts(session: Session, office_id: UUID, keys: Sequence[UUID]) -> dict[str, Act]:
    """The newest event of each subject."""
    asked = {"subjects": [str(key) for key in keys], "office": office_id}
    return {row[0]: Act(*row[1:]) for row in session.connection().execute(ACTS, asked)}
