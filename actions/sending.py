"""The hold: while one stands nothing leaves; a database older than what was sent from it puts one up by itself."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import Session, col, or_, select

from actions import sent_list
from actions.compose import compose_all
from actions.doubt import not_again
from actions.record import Actor, allow, record, system
from actions.remind import alert_office
from actions.sent_list import Left
from config import clock
from config.settings import settings
from models.base import Conflict
from models.event import ChainHead, Event
from models.notice import Hold, Message
from models.office import Office
from models.office_ledger import every_office
from models.turns import hold_turn, take_turn
from models.words import MessageState
from rules.roles import Act

HEADS, RESTORED = "heads", "restored"
SEND, DONE, ASK = "send", "done", "ask"


def mark_file(session: Session) -> Path | None:
    """The small file beside the database that knows how far its history had come; None for one kept in memory."""
    url = session.get_bind().engine.url
    if url.get_backend_name() != "sqlite":
        return settings().home / "duban.sent.json"
    return Path(url.database).with_suffix(".sent.json") if url.database and url.database != ":memory:" else None


def held(session: Session, office_id: UUID | None = None) -> Hold | None:
    """The hold that stands for an office (without one: for any), or (not saved yet) the one that what lies beside the
    database calls for."""
    statement = select(Hold).where(col(Hold.released_at).is_(None)).order_by(col(Hold.since))
    if office_id:
        statement = statement.where(or_(Hold.office_id == office_id, col(Hold.office_id).is_(None)))
    if found := session.exec(statement).first():
        return found
    why = _why(session)
    return Hold(since=clock.now(), why=why, office_id=office_id) if why else None


def stands(session: Session) -> frozenset[UUID]:
    """The offices a hold was put up for: the short question between two groups of a round."""
    found = set(session.exec(select(Hold.office_id).where(col(Hold.released_at).is_(None))))
    everybody = set(every_office(session)) if None in found else set()
    return frozenset(key for key in found | everybody if key)


def watch(session: Session) -> frozenset[UUID]:
    """At the start of a round: put up the hold that is called for; the offices of which nothing may leave."""
    hold_turn(session)
    standing = stands(session)
    if standing >= set(every_office(session)):
        return standing  # nothing is released yet, and the mark beside the database stays as it is
    if why := _why(session):
        hold(session, why)
    return stands(session)


def nobody_may(session: Session, held: frozenset[UUID]) -> bool:
    """Whether these are all the offices there are."""
    return bool(held) and held >= set(every_office(session))


def hold(session: Session, why: str) -> list[Hold]:
    """Nothing leaves from now on: every office is told, and is held until its own head has looked and released it."""
    hold_turn(session)
    free = [key for key in every_office(session) if key not in stands(session)]
    rows = [Hold(since=clock.now(), why=why, office_id=office_id) for office_id in free]
    session.add_all(rows)
    for row in rows:
        if row.office_id:
            record(session, system(row.office_id), "暂停发送", row.id, why=why)
            alert_office(session, row.office_id, f"通知已暂停发送：{why}。请主任到“通知”页核对后恢复发送。")
    session.flush()
    return rows


def doubtful(session: Session) -> list[Left]:
    """What left after the state this database stands at, as far as the list beside it tells."""
    return sent_list.unknown_here(session, list_file(session))


def release(session: Session, actor: Actor, seen: UUID | None, choices: Mapping[UUID, str]) -> None:
    """The head lets notices out again; `seen` is the hold that was looked at, None for one not saved yet. Of each
    waiting message the choice is to send it (SEND), that it has arrived (DONE), or to find out first (ASK); what goes
    to somebody who was written to after the backup is asked about where nobody has chosen."""
    allow(actor, Act.RELEASE_HOLD)
    take_turn(session, actor.office_id)
    hold_turn(session)
    row = held(session, actor.office_id)
    if row is None or (seen is not None and row in session and row.id != seen):
        raise Conflict("发送已经恢复，或暂停的原因已变，请重新打开本页。")
    if row not in session:  # found before a round came to it: the other offices have theirs to look at
        row = next(one for one in hold(session, row.why) if one.office_id == actor.office_id)
    left = [one for one in doubtful(session) if one.office_id == actor.office_id]
    compose_all(session, actor.office_id)
    chosen = _settle(session, actor, choices, {one.contact_id for one in left})
    row.released_at, row.released_by = clock.now(), actor.name
    record(session, actor, "恢复发送", row.id, why=row.why, since=row.since, left=len(left), chosen=chosen)
    if row.office_id is None:
        _tell_others(session, actor, row)
    session.flush()
    note_heads(session)


def _tell_others(session: Session, actor: Actor, row: Hold) -> None:
    """What held the whole machine (its clock) was looked at by one head: the others read by which office."""
    here = session.get_one(Office, actor.office_id).name
    for other in every_office(session):
        if other != actor.office_id:
            record(session, system(other), "恢复发送", row.id, why=row.why, since=row.since, office=here)
            alert_office(session, other, f"“{here}”已核对（{row.why}），通知恢复发送。")


def _settle(session: Session, actor: Actor, choices: Mapping[UUID, str], told: set[UUID]) -> dict[str, int]:
    count = {SEND: 0, DONE: 0, ASK: 0}
    waiting = select(Message).where(
        Message.office_id == actor.office_id, col(Message.state).in_((MessageState.QUEUED, MessageState.FAILED))
    )
    for message in session.exec(waiting.execution_options(populate_existing=True)):
        choice = choices.get(message.id, "") or (ASK if message.contact_id in told else SEND)
        if choice == DONE:
            not_again(session, message, "备份之后已经送达，不再发送")
        elif choice == ASK:
            message.state, message.error, message.doubtful = MessageState.UNKNOWN, "恢复前可能已发出", True
        count[choice if choice in count else SEND] += 1
    return count


def note_heads(session: Session) -> None:
    """Write down how far every office's history has come; a copy of the database from before will not know of it."""
    file = mark_file(session)
    if file is None:
        return
    heads = {str(head.office_id): [head.seq, head.hash] for head in session.exec(select(ChainHead))}
    text = json.dumps({HEADS: heads})
    if not file.exists() or file.read_text(encoding="utf-8") != text:
        fresh = file.with_name(f"{file.name}.{uuid4().hex}.new")  # two workers may write it at the same moment
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(file)


def list_file(session: Session) -> Path | None:
    """Where the list of what has left lies."""
    file = mark_file(session)
    return file.with_suffix(".jsonl") if file else None


def mark_restored(file: Path, taken: str) -> None:
    """Beside a restored database: nothing may leave before a person has looked."""
    file.write_text(json.dumps({RESTORED: taken}), encoding="utf-8")


def _why(session: Session) -> str:
    known = _read(mark_file(session))
    if RESTORED in known:
        return f"数据库由{known[RESTORED]}的备份恢复，备份之后已发出的通知系统并不知道"
    heads = {str(head.office_id): head for head in session.exec(select(ChainHead))}
    for key, (seq, seal) in known.get(HEADS, {}).items():
        if key not in heads:
            continue  # another installation's file
        if heads[key].seq < seq:
            return f"数据库比发送记录旧：记录已到第{seq}号，数据库只到第{heads[key].seq}号"
        there = select(Event.hash).where(Event.office_id == UUID(key), Event.seq == seq)
        if seq and session.exec(there).first() != seal:
            return f"数据库与发送记录不是同一份：第{seq}号办理记录不同"
    return ""


def _read(file: Path | None) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text(encoding="utf-8")) if file else {}
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
