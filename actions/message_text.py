"""The words of claimed messages, written at the last moment from what is still planned, a group at a time."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import bindparam, update
from sqlmodel import Session, col, select

from actions.compose import MESSAGE, drop_settled
from config import clock
from config.settings import settings
from config.workdays import official
from models.cycle import Assignment
from models.database import insert_new
from models.notice import Message, Notice
from models.office import Office
from models.unit import Contact, Link, Unit
from models.words import Channel, LinkPurpose, NoticeState
from notifications.channel import Parcel
from notifications.link import hash_token, mask, token_for
from notifications.wording import Letterhead, render


@dataclass(frozen=True, slots=True)
class Claim:
    """A message in this worker's hands: what goes over the wire, and what must be known to write the result down."""

    parcel: Parcel
    id: UUID
    office_id: UUID
    cycle_id: UUID | None
    unit_id: UUID | None
    contact_id: UUID
    to: str
    kept: str
    merged: int
    attempts: int
    tried_at: datetime
    second_way: bool
    second: tuple[Channel, str] | None
    keys: tuple[str, ...]


@dataclass
class Written:
    """A group after the writing: what to send, what has nothing left to say, whom nothing reaches."""

    claims: list[Claim]
    empty: list[UUID]
    unreached: list[Claim]


def write(session: Session, keys: Sequence[UUID]) -> Written:
    """The words of these claimed messages. What was written today for the same notices stays as it was, letter for
    letter: it may have arrived."""
    drop_settled(session, [col(Notice.message_id).in_(keys), col(Notice.state) == NoticeState.PLANNED])
    notices = _notices(session, keys)
    done, links, texts = Written([], [], []), [], []
    for row in _messages(session, keys):
        mine = notices.get(row.id, [])
        if not mine or not row.active:
            done.empty.append(row.id)
            continue
        token = token_for(settings().secret, row.id) if row.unit_id else ""
        claim, text = _claim(row, mine, token)
        (done.claims if _way(row) else done.unreached).append(claim)
        texts.append(text)
        if token:
            links.append(_link(row, token))
    insert_new(session, Link, links)
    _store(session, texts)
    return done


def _messages(session: Session, keys: Sequence[UUID]) -> Sequence[Any]:
    columns: Any = (
        col(Message.id), col(Message.office_id), col(Message.cycle_id), col(Message.unit_id), col(Message.contact_id),
        col(Message.subject), col(Message.body), col(Message.merged), col(Message.attempts), col(Message.tried_at),
        col(Message.second_way), col(Message.text_on), col(Contact.channel), col(Contact.address),
        col(Contact.second_channel), col(Contact.second_address), col(Contact.refused_at), col(Contact.active),
        col(Contact.name), col(Contact.user_id), col(Unit.name).label("unit"), col(Office.name).label("office"),
    )
    statement: Any = (
        select(*columns)
        .join(Contact, col(Contact.id) == Message.contact_id)
        .join(Office, col(Office.id) == Message.office_id)
        .join(Unit, col(Unit.id) == Message.unit_id, isouter=True)
        .where(col(Message.id).in_(keys))
        .order_by(col(Message.day), col(Message.id))
    )
    return list(session.exec(statement))


def _notices(session: Session, keys: Sequence[UUID]) -> dict[UUID, list[Any]]:
    columns: Any = (
        col(Notice.message_id), col(Notice.kind), col(Notice.step), col(Notice.due_on), col(Notice.late_from),
        col(Notice.text), col(Notice.assignment_id), col(Notice.deadline_version), col(Assignment.title),
    )
    statement: Any = (
        select(*columns)
        .join(Assignment, col(Assignment.id) == Notice.assignment_id, isouter=True)
        .where(col(Notice.message_id).in_(keys), col(Notice.state) == NoticeState.PLANNED)
        .order_by(col(Notice.due_on), col(Notice.made_at), col(Notice.id))
    )
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in session.exec(statement):
        found[row.message_id].append(row)
    return found


def _second(row: Any) -> bool:
    """The second way is taken when the first has failed, and at once where the first was refused for good."""
    return bool(row.second_way or row.refused_at)


def _way(row: Any) -> tuple[Channel, str] | None:
    if not _second(row):
        return row.channel, row.address
    return _other(row)


def _other(row: Any) -> tuple[Channel, str] | None:
    return (row.second_channel, row.second_address) if row.second_channel else None


def _claim(row: Any, notices: list[Any], token: str) -> tuple[Claim, dict[str, Any]]:
    """The claim, and the columns its text is kept in; as kept, the link is masked."""
    channel, address = _way(row) or (row.channel, row.address)
    subject, body, kept = _words(row, notices, token)
    claim = Claim(
        Parcel(channel, address, subject, body, str(row.id)), row.id, row.office_id, row.cycle_id, row.unit_id,
        row.contact_id, row.unit or (row.name if row.user_id else "督察组"), kept, len(notices), row.attempts,
        row.tried_at, _second(row),
        _other(row),
        tuple(f"{one.assignment_id}:{one.step}:{one.deadline_version}" for one in notices),
    )
    return claim, {
        "key": row.id, "channel": channel, "address": address, "subject": subject, "body": kept,
        "merged": len(notices), "text_on": clock.today(), "second_way": claim.second_way,
    }


def _words(row: Any, notices: list[Any], token: str) -> tuple[str, str, str]:
    if row.body and row.text_on == clock.today() and row.merged == len(notices):
        return row.subject, row.body.replace(mask(token, token), token) if token else row.body, row.body
    link = f"{settings().site}/u/{token}" if token else ""
    head = Letterhead(row.office, row.unit or row.name, clock.today(), link)
    once = {(one.assignment_id, one.kind, one.text) if one.assignment_id else one: one for one in notices}
    told = list(once.values())
    subject, body = render(head, told, [one.title or "" for one in told], official())
    return subject, body, mask(body, token)


def _link(row: Any, token: str) -> dict[str, Any]:
    now = clock.now()
    return {
        "id": uuid4(), "office_id": row.office_id, "unit_id": row.unit_id, "contact_id": row.contact_id,
        "token_hash": hash_token(token), "made_at": now, "expires_at": now + timedelta(days=settings().link_days),
        "purpose": LinkPurpose.PAGE, "basis": "",
    }


def _store(session: Session, texts: list[dict[str, Any]]) -> None:
    if texts:  # the columns to set are those the rows name
        session.connection().execute(update(MESSAGE).where(MESSAGE.c.id == bindparam("key")), texts)
