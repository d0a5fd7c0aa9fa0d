"""Every act leaves an event: appended, sealed with the hash of the one before, never changed."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import insert, inspect, select
from sqlmodel import Session, col

from config import clock
from models.door_ledger import former_names
from models.event import ChainHead, Event
from models.office import Office
from rules import chain
from rules.behalf import MARK
from rules.roles import Act, check, other_hand


@dataclass(frozen=True)
class Actor:
    """Who acts: a person of the office (role), a unit by its link (role "unit"), or the system."""

    office_id: UUID
    name: str
    role: str = "system"
    via: str = ""
    unit_id: UUID | None = None


def allow(actor: Actor, *acts: Act) -> None:
    """Refuse an actor whose role may do none of these (rules/roles.py)."""
    check(actor.role, *acts)


def second_key(session: Session, actor: Actor, first: Sequence[str], sentence: str) -> None:
    """Refuse who turned the first key, under a former name too: what was entered in a unit's name keeps its words."""
    names = [actor.name]
    if any(MARK in name for name in first):
        names += former_names(session, actor.office_id, actor.name)
    for name in names:
        other_hand(name, first, sentence)


def system(office_id: UUID) -> Actor:
    """The system itself, on the clock."""
    return Actor(office_id, "系统")


@dataclass(frozen=True)
class Fact:
    """What happened, before it is sealed."""

    verb: str
    subject: object = ""
    cycle_id: UUID | None = None
    unit_id: UUID | None = None
    data: dict[str, Any] | None = None


def record(
    session: Session,
    actor: Actor,
    verb: str,
    subject: object = "",
    cycle_id: UUID | None = None,
    unit_id: UUID | None = None,
    **data: Any,
) -> None:
    """Append one event. `data` must be JSON; dates and keys are written as text."""
    record_many(session, actor, [Fact(verb, subject, cycle_id, unit_id or actor.unit_id, data)])


def meet(session: Session, *office_ids: UUID) -> None:
    """Whoever writes into the histories of several offices first has them all, in one order for everybody: two who
    meet wait one after the other, and not for each other."""
    heads = select(col(ChainHead.office_id)).where(col(ChainHead.office_id).in_(office_ids))
    session.execute(heads.order_by(col(ChainHead.office_id)).with_for_update())


def record_many(session: Session, actor: Actor, facts: Sequence[Fact]) -> None:
    """Append events in order with one statement; the head row keeps two writers apart."""
    if not facts:
        return
    session.flush()
    head = session.scalars(
        select(ChainHead).where(col(ChainHead.office_id) == actor.office_id).with_for_update()
    ).first()
    if head is None:
        head = ChainHead(office_id=actor.office_id, hash=chain.START)
        session.add(head)
    rows = []
    for fact in facts:
        row: dict[str, Any] = {
            "office_id": actor.office_id, "seq": head.seq + 1, "at": clock.now(), "actor": actor.name,
            "via": actor.via, "verb": fact.verb, "subject": str(fact.subject), "cycle_id": fact.cycle_id,
            "unit_id": fact.unit_id, "data": _plain(fact.data or {}),
        }
        row["salt"] = new_salt()
        row["prev_hash"], row["hash"] = head.hash, chain.seal(head.hash, row)
        head.seq, head.hash = head.seq + 1, row["hash"]
        rows.append(row)
    session.flush()
    session.connection().execute(insert(Event.__table__), rows)  # type: ignore[attr-defined]


def new_salt() -> str:
    """Sealed with an event; without it a seal would tell an erased name to who tries a list of names."""
    return secrets.token_hex(16)


def _plain(data: dict[str, Any]) -> dict[str, Any]:
    kept = (bool, int, float, str, list, dict, type(None))
    return {key: value if isinstance(value, kept) else str(value) for key, value in data.items()}


def _kept(session: Session) -> list[Any]:
    """The columns of an event in this database: that of an earlier release, not yet migrated, lacks some."""
    here = {one["name"] for one in inspect(session.connection()).get_columns("event")}
    return [getattr(Event, name) for name in Event.model_fields if name in here]


def broken_at(session: Session, office_id: UUID) -> tuple[int, str] | None:
    """Walk an office's chain; the first event that does not hold, or None."""
    statement = select(*_kept(session)).where(col(Event.office_id) == office_id).order_by(col(Event.seq))
    count, last = 0, chain.START

    def events() -> Any:
        nonlocal count, last
        for event in session.execute(statement.execution_options(yield_per=1000)):
            count, last = count + 1, event.hash
            yield dict(event._mapping)

    if found := chain.first_break(events()):
        return found
    head = session.get(ChainHead, office_id)
    if head is None:
        erased = count > 0 or session.get(Office, office_id) is not None
        return (1, "没有链首记录，办理记录被清除或改换") if erased else None
    if head.seq != count:
        return count + 1, f"应有{head.seq}个事件，只剩{count}个：末尾被删除"
    return None if head.hash == last else (count, "末尾事件的印记与链首记录不符：被改写")
