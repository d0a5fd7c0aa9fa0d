"""Messages of which nobody knows whether they arrived: reminders go again once, everything else waits for a person."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import case, insert, update
from sqlmodel import Session, col, func, select

from actions.claim import dead_claims
from actions.compose import MESSAGE, REMINDERS, by_office
from actions.record import Actor, Fact, allow, record, record_many, system
from config import clock
from models.base import Conflict, NotAllowed, Rejected
from models.notice import Message, Notice
from models.portions import portions
from models.words import MessageState, NoticeState
from rules.roles import Act

TWICE = "发送中断，可能重复"
UNKNOWN = "发送中断，结果不明"
OTHER_DAY = "发送中断，改按当日内容另发"
NOTHING = "发送中断，其间已无须通知"
LONGEST = 200


def take_over(session: Session, office_id: UUID | None = None) -> int:
    """What died in a worker's hands (of one office when named); returns how many messages that were. What only reminds
    goes again once, by the same key and with the same words where they still hold; a second death, or anything else,
    waits for a person."""
    keys = dead_claims(session, office_id)
    for some in portions(keys):
        _take_over(session, some)
    return len(keys)


def _take_over(session: Session, keys: Sequence[UUID]) -> None:
    rows = _looked_at(session, keys)
    empty = [row.id for row in rows if not row.planned]
    unknown = [row for row in rows if row.planned and (row.planned > row.reminders or row.doubtful)]
    again = [row for row in rows if row.planned and row.planned == row.reminders and not row.doubtful]
    same = [row.id for row in again if _same_words(row)]
    _set(session, empty, state=MessageState.CANCELLED, error=NOTHING)
    _set(session, [row.id for row in unknown], state=MessageState.UNKNOWN, error=UNKNOWN, doubtful=True)
    _set(session, same, state=MessageState.QUEUED, error=TWICE, doubtful=True, retry_at=None)
    renew(session, [row.id for row in again if not _same_words(row)])
    for office_id, mine in by_office(list(rows)):
        facts = [Fact("发送中断", row.id, row.cycle_id, row.unit_id, {"title": row.subject}) for row in mine]
        record_many(session, system(office_id), facts)


def _looked_at(session: Session, keys: Sequence[UUID]) -> Sequence[Any]:
    """Each message with how many of its notices are still planned, and how many of those only remind."""
    m = Message
    own: Any = (m.id, m.office_id, m.cycle_id, m.unit_id, m.subject, m.doubtful, m.text_on, m.merged)
    reminders = func.sum(case((col(Notice.kind).in_(REMINDERS), 1), else_=0))
    columns: Any = (*own, func.count(col(Notice.id)).label("planned"), reminders.label("reminders"))
    statement: Any = (
        select(*columns)
        .join(
            Notice, (col(Notice.message_id) == m.id) & (col(Notice.state) == NoticeState.PLANNED), isouter=True
        )
        .where(col(m.id).in_(keys))
        .group_by(*own)
    )
    return list(session.exec(statement))


def _same_words(row: Any) -> bool:
    return bool(row.text_on == clock.today() and row.merged == row.planned)


def _set(session: Session, keys: Sequence[UUID], **values: Any) -> None:
    if keys:
        session.exec(
            update(Message).where(col(Message.id).in_(keys)).values(claimed_by="", **values)
            .execution_options(synchronize_session=False)
        )


def renew(session: Session, keys: Sequence[UUID]) -> None:
    """What must be said in other words is another message, with a key of its own; the old one keeps its words."""
    for old in session.exec(select(Message).where(col(Message.id).in_(keys)).execution_options(populate_existing=True)):
        fresh = old.model_dump() | {
            "id": uuid4(), "day": clock.today(), "subject": "", "body": "", "merged": 0, "state": MessageState.QUEUED,
            "attempts": 0, "claimed_at": None, "retry_at": None, "sent_at": None, "error": TWICE, "doubtful": True,
            "claimed_by": "", "tried_at": None, "text_on": None,
        }
        session.connection().execute(insert(MESSAGE), [fresh])
        session.exec(update(Notice).where(
            col(Notice.message_id) == old.id, col(Notice.state) == NoticeState.PLANNED
        ).values(message_id=fresh["id"]).execution_options(synchronize_session=False))
    _set(session, keys, state=MessageState.CANCELLED, error=OTHER_DAY, doubtful=True)


def send_again(session: Session, actor: Actor, message: Message, reason: str = "") -> None:
    """A person has what finally failed, or what perhaps never arrived, sent once more to where the contact is reached
    now; the latter carries its key again while its words still hold, so that a machine takes it once."""
    allow(actor, Act.SEND)
    if message.state == MessageState.UNKNOWN:
        _again_unknown(session, message, _reason(reason, "请写明重发的理由。"))
    elif message.state == MessageState.DEAD:
        message.state = MessageState.CANCELLED
        session.exec(
            update(Notice)
            .where(col(Notice.message_id) == message.id, col(Notice.state) == NoticeState.FAILED)
            .values(state=NoticeState.PLANNED, message_id=None)
        )
    else:
        raise NotAllowed("只有多次失败或结果不明的通知可以重发。")
    record(session, actor, "重发通知", message.id, message.cycle_id, message.unit_id, title=message.subject,
           reason=reason.strip())


def _again_unknown(session: Session, message: Message, _reason: str) -> None:
    (row,) = _looked_at(session, [message.id])
    if not row.planned:
        raise Conflict("这条通知所说的事项已办结或撤回，无须重发。")
    if _same_words(row):
        _set(session, [message.id], state=MessageState.QUEUED, error=TWICE, attempts=0, tried_at=None, retry_at=None)
    else:
        renew(session, [message.id])
    session.refresh(message)


def was_delivered(session: Session, actor: Actor, message: Message, how: str) -> None:
    """A person has asked by telephone: it arrived, or was told by telephone now. `how` says who answered."""
    allow(actor, Act.SEND)
    if message.state not in (MessageState.UNKNOWN, MessageState.DEAD):
        raise NotAllowed("只有多次失败或结果不明的通知需要电话核实。")
    how = _reason(how, "请写明何时由谁接听、怎样核实。")
    before = message.state
    message.state, message.sent_at, message.error = MessageState.SENT, clock.now(), f"电话核实：{how}"
    open_ones = (NoticeState.PLANNED, NoticeState.FAILED)
    session.exec(
        update(Notice).where(col(Notice.message_id) == message.id, col(Notice.state).in_(open_ones))
        .values(state=NoticeState.SENT)
    )
    record(session, actor, "电话核实送达", message.id, message.cycle_id, message.unit_id, title=message.subject,
           how=how, before=before)


def not_again(session: Session, message: Message, why: str) -> None:
    """What waits to be sent is withdrawn for good: it has arrived already."""
    message.state, message.error = MessageState.SENT, why
    message.sent_at, message.doubtful = clock.now(), True
    session.exec(
        update(Notice).where(col(Notice.message_id) == message.id, col(Notice.state) == NoticeState.PLANNED)
        .values(state=NoticeState.SENT)
    )


def _reason(text: str, missing: str) -> str:
    text = text.strip()
    if not text:
        raise Rejected(missing)
    if len(text) > LONGEST:
        raise Rejected(f"说明请控制在{LONGEST}字以内。")
    return text
