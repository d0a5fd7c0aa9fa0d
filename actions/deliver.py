"""Planned notices go out: claim (commit), send with no transaction open, record (commit).

The one action that commits: a write lock held over a slow wire would stop every click of every unit.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import Engine
from sqlmodel import Session, col, or_, select, update

from actions.record import Actor, allow, record, system
from actions.remind import alert_office
from config import clock
from config.policy import Policy
from config.settings import settings
from config.workdays import official
from models.base import NotAllowed
from models.cycle import Assignment, Cycle
from models.database import fetch, transaction
from models.ledger import open_cycles
from models.notice import Message, Notice
from models.office import Office
from models.unit import Contact, Link, Unit
from models.words import Channel, CycleState, MessageState, NoticeState
from notifications.channel import Parcel, Receipt, send
from notifications.link import hash_token, mask, token_for
from notifications.wording import Letterhead, render
from rules.roles import Act

MOST_ATTEMPTS = 6
STALE = timedelta(minutes=10)
BACK_OFF = (timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4), timedelta(hours=24))


@dataclass(frozen=True)
class Delivery:
    """What one round did."""

    sent: int = 0
    failed: int = 0
    cancelled: int = 0


def may_send(moment: datetime, policy: Policy) -> bool:
    """Only on workdays, between the office's hours."""
    local = moment.astimezone(clock.ZONE)
    return official().is_workday(clock.date_of(moment)) and policy.send_from <= local.time() <= policy.send_until


def deliver(bind: Engine | None = None) -> Delivery:
    """Send everything owed now, each cycle within its own hours; safe to run twice and beside another worker."""
    with transaction(bind) as session:
        ready = _ready(session)
        if not ready:
            return Delivery()
        _compose(session, ready)
        # no wire leaves our own database for the embedded outbox: its messages need no transaction of their own
        results, waiting = [], []
        for key, channel in _waiting(session, ready):
            if channel == Channel.OUTBOX:
                results.append(_deliver_inside(session, key))
            else:
                waiting.append(key)
    results += [_deliver_one(bind, key) for key in waiting]
    return Delivery(results.count("sent"), results.count("failed"), results.count("cancelled"))


def _ready(session: Session) -> set[UUID | None]:
    """The cycles that may send now; None stands for what belongs to no cycle."""
    now = clock.now()
    hours: dict[UUID | None, Policy] = {cycle.id: Policy.model_validate(cycle.policy) for cycle in open_cycles(session)}
    ended = session.exec(select(Cycle.id).where(Cycle.state == CycleState.CLOSED))
    hours.update({key: Policy() for key in [None, *ended]})
    return {key for key, policy in hours.items() if may_send(now, policy)}


def _compose(session: Session, ready: set[UUID | None]) -> None:
    """One message per person out of all that is planned for that person now."""
    planned = select(Notice).where(
        Notice.state == NoticeState.PLANNED, col(Notice.message_id).is_(None), col(Notice.contact_id).is_not(None)
    )
    groups: dict[UUID, list[Notice]] = defaultdict(list)
    for notice in session.exec(planned):
        if notice.contact_id and notice.cycle_id in ready:
            groups[notice.contact_id].append(notice)
    for contact_id, notices in groups.items():
        contact = session.get_one(Contact, contact_id)
        message = Message(
            office_id=contact.office_id, cycle_id=notices[0].cycle_id, unit_id=contact.unit_id, contact_id=contact.id,
            day=clock.today(), channel=contact.channel, address=contact.address,
        )
        session.add(message)
        session.flush()
        for notice in notices:
            notice.message_id = message.id


def _waiting(session: Session, ready: set[UUID | None]) -> list[tuple[UUID, Channel]]:
    """Messages to send now; one claimed long ago by a worker that died is taken again, once, and marked."""
    now = clock.now()
    session.exec(
        update(Message)
        .where(col(Message.state) == MessageState.CLAIMED, col(Message.claimed_at) < now - STALE)
        .values(state=MessageState.FAILED, retry_at=now, error="发送中断，可能重复")
    )
    due = or_(
        col(Message.state) == MessageState.QUEUED,
        (col(Message.state) == MessageState.FAILED) & (col(Message.retry_at) <= now),
    )
    found = session.exec(
        select(Message.id, Message.cycle_id, Contact.channel)
        .join(Contact, col(Contact.id) == Message.contact_id)
        .where(due)
        .order_by(col(Message.day), col(Message.id))
    ).all()
    return [(row[0], Channel(row[2])) for row in found if row[1] in ready]


def _deliver_inside(session: Session, key: UUID) -> str:
    parcel = _claim(session, key)
    return parcel if isinstance(parcel, str) else _note_result(session, key, send(parcel))


def _deliver_one(bind: Engine | None, key: UUID) -> str:
    with transaction(bind) as session:
        parcel = _claim(session, key)
        if isinstance(parcel, str):
            return parcel
    try:
        receipt = send(parcel)
    except Exception as error:  # one bad address must not stop everybody else's messages
        receipt = Receipt(False, f"发送出错：{type(error).__name__}")
    with transaction(bind) as session:
        return _note_result(session, key, receipt)


def _claim(session: Session, key: UUID) -> Parcel | str:
    """Take a message for this worker; the text is written now, from what is still planned."""
    taken = session.exec(
        update(Message)
        .where(col(Message.id) == key, col(Message.state).in_((MessageState.QUEUED, MessageState.FAILED)))
        .values(state=MessageState.CLAIMED, claimed_at=clock.now(), attempts=Message.attempts + 1)
    )
    if taken.rowcount != 1:
        return "taken"
    message = session.get_one(Message, key, populate_existing=True)
    notices = list(
        session.exec(
            select(Notice)
            .where(Notice.message_id == key, Notice.state == NoticeState.PLANNED)
            .order_by(col(Notice.due_on), col(Notice.made_at), col(Notice.id))
        )
    )
    contact = session.get_one(Contact, message.contact_id)
    if not notices or not contact.active:
        message.state = MessageState.CANCELLED
        return "cancelled"
    return _write(session, message, notices, contact)


def _write(session: Session, message: Message, notices: Sequence[Notice], contact: Contact) -> Parcel:
    message.channel, message.address = contact.channel, contact.address  # as they are now, not when it was composed
    keys = [n.assignment_id for n in notices if n.assignment_id]
    found = session.exec(select(Assignment.id, Assignment.title).where(col(Assignment.id).in_(keys)))
    titles = {row[0]: row[1] for row in found}
    token = token_for(settings().secret, message.id) if message.unit_id else ""
    if token:
        _remember_link(session, message, token)
    office = fetch(session, Office, message.office_id)
    unit = session.get(Unit, message.unit_id) if message.unit_id else None
    head = Letterhead(
        office.name, unit.name if unit else contact.name, clock.today(), f"{settings().site}/u/{token}" if token else ""
    )
    named = [titles.get(n.assignment_id, "") if n.assignment_id else "" for n in notices]
    subject, body = render(head, notices, named, official())
    message.subject, message.body, message.merged = subject, mask(body, token), len(notices)
    return Parcel(message.channel, message.address, subject, body, str(message.id))


def send_again(session: Session, actor: Actor, message: Message) -> None:
    """A person has what finally failed sent once more, to where the contact is reached now."""
    allow(actor, Act.SEND)
    if message.state != MessageState.DEAD:
        raise NotAllowed("只有多次失败的通知可以重发。")
    message.state = MessageState.CANCELLED
    session.exec(
        update(Notice)
        .where(col(Notice.message_id) == message.id, col(Notice.state) == NoticeState.FAILED)
        .values(state=NoticeState.PLANNED, message_id=None)
    )
    record(session, actor, "重发通知", message.id, message.cycle_id, message.unit_id, title=message.subject)


def _remember_link(session: Session, message: Message, token: str) -> None:
    digest = hash_token(token)
    if session.exec(select(Link.id).where(Link.token_hash == digest)).first() is None and message.unit_id:
        session.add(
            Link(
                office_id=message.office_id, unit_id=message.unit_id, contact_id=message.contact_id,
                token_hash=digest, made_at=clock.now(),
                expires_at=clock.now() + timedelta(days=settings().link_days),
            )
        )


def _note_result(session: Session, key: UUID, receipt: Receipt) -> str:
    """Write down what really happened; notices are stamped sent only when the wire took the message."""
    message = session.get_one(Message, key, populate_existing=True)
    if not receipt.ok:
        return _note_failure(session, message, receipt.error)
    message.state, message.sent_at, message.error = MessageState.SENT, clock.now(), message.error[:200]
    session.exec(
        update(Notice)
        .where(col(Notice.message_id) == key, col(Notice.state) == NoticeState.PLANNED)
        .values(state=NoticeState.SENT)
    )
    record(
        session, system(message.office_id), "发出通知", message.id, message.cycle_id, message.unit_id,
        channel=message.channel, merged=message.merged, title=message.subject,
        text_sha256=sha256(message.body.encode()).hexdigest(),  # the text itself is vouched for, not only its sending
    )
    return "sent"


def _note_failure(session: Session, message: Message, error: str) -> str:
    message.error = error
    if message.attempts >= MOST_ATTEMPTS:
        message.state = MessageState.DEAD
        session.exec(update(Notice).where(col(Notice.message_id) == message.id).values(state=NoticeState.FAILED))
        unit = session.get(Unit, message.unit_id) if message.unit_id else None
        person = session.get_one(Contact, message.contact_id)
        name = unit.name if unit else person.name if person.user_id else "督察组"
        alert_office(session, message.office_id, f"发往{name}的通知{message.attempts}次未成功，请电话通知：{error}")
    else:
        message.state = MessageState.FAILED
        message.retry_at = clock.now() + BACK_OFF[min(message.attempts, len(BACK_OFF)) - 1]
    record(
        session, system(message.office_id), "通知未发出", message.id, message.cycle_id, message.unit_id,
        attempt=message.attempts, error=error,
    )
    return "failed"


