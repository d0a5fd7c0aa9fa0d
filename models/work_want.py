"""What a person asks of the ledger of everything owed: filters, order, and the place where a page begins."""

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import literal_column

from models.base import Word
from models.cycle import QUIET, Assignment
from models.words import AssignmentKind, AssignmentState

A = AssignmentState
T = Assignment.__table__.c  # type: ignore[attr-defined]
NOT_DONE = (A.PLANNED, A.OPEN, A.SUBMITTED, A.RETURNED)  # the states of the partial indexes (models.cycle.OWED)
STATE_ORDER = (A.RETURNED, A.OPEN, A.SUBMITTED, A.PLANNED, A.DONE, A.CANCELLED)
NOWHERE = UUID(int=0)  # stands for the unit of what no unit owes


class Lamp(Word):
    """What a person looks for by the light of a row."""

    OVERDUE = "overdue", "已逾期"
    SOON = "soon", "3个工作日内到期"
    WEEK = "week", "本周到期"
    UNDATED = "undated", "未定时限"
    PAUSED = "paused", "暂停计时"
    DONE = "done", "已办结"


class Order(Word):
    """In which order the rows stand."""

    LIMIT = "limit", "按时限"
    UNIT = "unit", "按单位"
    STATE = "state", "按状态"


class Owner(Word):
    """Whose rows: of units, of the teams, of the office itself."""

    UNITS = "units", "各单位"
    TEAMS = "teams", "督察组"
    OFFICE = "office", "办公室"
    OWN = "own", "办公室、督察组"


@dataclass(frozen=True)
class Want:
    """What a person asked to see. `states` empty means everything not done; `days` are the first and last limit;
    `ended` are cycles left out where none is chosen (a list of what runs would make the database sort)."""

    office_id: UUID
    cycle_id: UUID | None = None
    ended: tuple[UUID, ...] = ()
    unit_ids: tuple[UUID, ...] | None = None
    owner: Owner | None = None
    stage: str = ""
    kinds: tuple[AssignmentKind, ...] = ()
    task_ids: tuple[UUID, ...] | None = None
    states: tuple[AssignmentState, ...] = ()
    days: tuple[date | None, date | None] | None = None
    undated: bool = False
    paused: bool | None = None
    late: bool = False
    text: str = ""
    order: Order = Order.LIMIT

    @property
    def parts(self) -> bool:
        """Whether the items of score sheets are asked for: they have no index of their own, a cycle has few."""
        return AssignmentKind.TASK in self.kinds


class Key(NamedTuple):
    """Where a row stands among those of its unit or state: dated ones first, by day, then by key."""

    due: date | None
    id: UUID


class Place(NamedTuple):
    """Where a page begins: after `key` within `group` (a state or a unit; empty where there is only one)."""

    group: str
    key: Key

    def __str__(self) -> str:
        return f"{self.group}~{self.key.due or ''}~{self.key.id.hex}"


def read_place(words: str) -> Place | None:
    """The place an address names; None where it names none."""
    try:
        group, due, key = words.split("~")
        return Place(group, Key(date.fromisoformat(due) if due else None, UUID(key)))
    except ValueError:
        return None


def conditions_of(want: Want) -> list[Any]:
    """What holds for every row asked for, whatever its state and unit."""
    found: list[Any] = [T.cycle_id == want.cycle_id] if want.cycle_id else []
    if want.ended and not want.cycle_id:
        found.append(T.cycle_id.not_in(want.ended))
    if want.stage:
        found.append(T.stage == want.stage)
    if len(want.kinds) == 1:
        found.append(T.kind == want.kinds[0])
    elif want.kinds:  # written so that no index is taken for it
        found.append(literal_column("kind || ''").in_([kind.value for kind in want.kinds]))
    if want.task_ids is not None:
        found.append(T.task_id.in_(want.task_ids))
    return [*found, *_owner(want), *_limits(want), *_words(want)]


def _owner(want: Want) -> list[Any]:
    return {
        None: [], Owner.UNITS: [T.unit_id.is_not(None)], Owner.TEAMS: [T.team_id.is_not(None)],
        Owner.OFFICE: [T.unit_id.is_(None), T.team_id.is_(None)], Owner.OWN: [T.unit_id.is_(None)],
    }[want.owner]


def _limits(want: Want) -> list[Any]:
    found: list[Any] = [T.due_on.is_(None)] if want.undated else []
    if want.days:
        first, last = want.days
        found += [T.due_on >= first] if first else []
        found += [T.due_on <= last] if last else []
    if want.paused is not None:
        found.append(T.paused_on.is_not(None) if want.paused else T.paused_on.is_(None))
    if want.late:  # what is handed in waits for the office; a yearly confirmation is asked for again, never late
        found += [T.kind != AssignmentKind.CONFIRMATION, T.state.not_in(QUIET)]
    return found


def _words(want: Want) -> list[Any]:
    """Words of the title, taken as they are: what a person types is no pattern."""
    return [T.title.icontains(want.text, autoescape=True)] if want.text else []
