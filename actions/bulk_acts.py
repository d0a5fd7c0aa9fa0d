"""One act on many rows of the ledger: looked at first, then done once, row by row, on what was seen."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from sqlmodel import Session, col, select

from actions.cancel_item import Cancelling
from actions.grant_time import Granting
from actions.record import Actor, allow, record
from actions.urge import Urging
from models.base import Conflict, NotFound, Rejected, Word
from models.cycle import Assignment, Cycle
from models.event import Event
from models.unit import Contact
from models.words import CycleState
from rules.roles import Act, may

MOST_ROWS = 500
Seen = tuple[int, int]  # the version of a row and of its limit


class BulkAct(Word):
    """What can be done to many rows at once."""

    URGE = "urge", "催办"
    EXTEND = "extend", "调整时限"
    CANCEL = "cancel", "取消事项"


WHO: dict[BulkAct, tuple[Act, ...]] = {
    BulkAct.URGE: (Act.URGE,), BulkAct.EXTEND: (Act.EXTENSION, Act.LIMIT), BulkAct.CANCEL: (Act.CANCEL,),
}


def acts_of(role: str) -> list[BulkAct]:
    """What this person may do to many rows."""
    return [act for act in BulkAct if any(may(role, one) for one in WHO[act])]


@dataclass(frozen=True)
class Wish:
    """What to do: with which reason, and for limits to which day or by how many workdays."""

    act: BulkAct
    reason: str = ""
    day: date | None = None
    workdays: int = 0


class Doing(Protocol):
    """One kind of act, prepared for these rows."""

    def refusal(self, item: Assignment) -> str:
        """Why this row is left as it is; empty when it is not."""

    def says(self, item: Assignment) -> str:
        """What will become of this row."""

    def told(self, item: Assignment) -> list[tuple[Contact, str]]:
        """Who will be told what about it."""

    def do(self, item: Assignment) -> None:
        """Do it."""

    @property
    def when(self) -> str:
        """When what is told goes out."""


@dataclass(frozen=True)
class Row:
    """A row of a preview: what becomes of it, or why nothing does."""

    item: Assignment
    says: str = ""
    why: str = ""


@dataclass(frozen=True)
class Look:
    """What an act would do: the rows it changes, those it leaves, and what each person will read."""

    wish: Wish
    rows: list[Row]
    left: list[Row]
    told: list[tuple[Contact, list[str]]]
    when: str


def look(session: Session, actor: Actor, wish: Wish, keys: Sequence[UUID]) -> Look:
    """What would happen to these rows; changes nothing."""
    doing, items = _prepared(session, actor, wish, keys)
    rows, left, told = [], [], dict[UUID, tuple[Contact, list[str]]]()
    for item in items:
        if why := _ended(session, item) or doing.refusal(item):
            left.append(Row(item, why=why))
            continue
        rows.append(Row(item, doing.says(item)))
        for contact, line in doing.told(item):
            told.setdefault(contact.id, (contact, []))[1].append(line)
    return Look(wish, rows, left, list(told.values()), doing.when)


def carry_out(
    session: Session, actor: Actor, wish: Wish, seen: Mapping[UUID, Seen], nonce: str
) -> Event:
    """Do it to every row that still is as it was seen; the event says which were done and which not, and why.

    A second click with the same `nonce` finds the first event and does nothing.
    """
    if len(nonce) < 8 or len(nonce) > 40:
        raise Rejected("表单已失效，请返回台账重新选择。")
    if done := outcome_of(session, actor.office_id, nonce):
        return done
    doing, items = _prepared(session, actor, wish, list(seen))
    kept, left = [], []
    for item in items:
        stale = "" if seen[item.id] == (item.version, item.deadline_version) else "预览之后已由他人办理，未作改动"
        if why := stale or _ended(session, item) or doing.refusal(item):
            left.append([str(item.id), why])
            continue
        doing.do(item)
        kept.append(str(item.id))
    if not kept:
        raise Conflict("所选事项都不能办理或已由他人办理，没有改动。")
    record(
        session, actor, f"批量{wish.act.label}", nonce, act=wish.act.value, reason=wish.reason.strip(), done=kept,
        left=left, when=doing.when,
    )
    found = outcome_of(session, actor.office_id, nonce)
    if found is None:
        raise NotFound("没有找到这次办理的结果。")
    return found


def outcome_of(session: Session, office_id: UUID, nonce: str) -> Event | None:
    """The event an earlier click with this nonce has left."""
    verbs = [f"批量{act.label}" for act in BulkAct]
    statement = select(Event).where(Event.office_id == office_id, Event.subject == nonce, col(Event.verb).in_(verbs))
    return session.exec(statement).first()


DOING: dict[BulkAct, Callable[..., Doing]] = {
    BulkAct.URGE: Urging, BulkAct.EXTEND: Granting, BulkAct.CANCEL: Cancelling,
}


def _prepared(
    session: Session, actor: Actor, wish: Wish, keys: Sequence[UUID]
) -> tuple[Doing, list[Assignment]]:
    allow(actor, *WHO[wish.act])
    if not keys:
        raise Rejected("请先勾选要办理的事项。")
    if len(keys) > MOST_ROWS:
        raise Rejected(f"一次最多办理{MOST_ROWS}项，请缩小范围。")
    items = _items(session, actor.office_id, keys)
    return DOING[wish.act](session, actor, wish.reason.strip(), wish.day, wish.workdays, items), items


def _items(session: Session, office_id: UUID, keys: Sequence[UUID]) -> list[Assignment]:
    """These rows of the office, in the order given."""
    statement = select(Assignment).where(Assignment.office_id == office_id, col(Assignment.id).in_(keys))
    found = {item.id: item for item in session.exec(statement)}
    return [found[key] for key in dict.fromkeys(keys) if key in found]


def _ended(session: Session, item: Assignment) -> str:
    cycle = session.get(Cycle, item.cycle_id)
    return "本督察周期已结束" if cycle is None or cycle.state == CycleState.CLOSED else ""
