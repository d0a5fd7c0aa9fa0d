"""试发: one message to a contact's address while somebody looks on, so that a wrong address shows before it matters."""

from uuid import uuid4

from sqlmodel import Session

from actions.record import Actor, allow, record
from config import clock
from models.base import NotAllowed, Rejected
from models.database import fetch
from models.office import Office
from models.unit import Contact
from models.words import Channel
from notifications.channel import Parcel, Receipt
from notifications.rate import take
from notifications.wording import trial
from rules.address import shown
from rules.roles import Act

OFTEN = "3/10minute"
OFTEN_ALL = "30/hour"


def not_too_often(actor: Actor, contact: Contact) -> None:
    """NotAllowed when this address, or this office, was tried too often; outside any transaction, for it counts."""
    wait = take(OFTEN, f"try/{contact.id}") or take(OFTEN_ALL, f"try-office/{actor.office_id}")
    if wait:
        raise NotAllowed(f"试发过于频繁，请{int(wait // 60) + 1}分钟后再试。")


def prepare(session: Session, actor: Actor, contact: Contact, second: bool) -> Parcel:
    """What will be sent."""
    allow(actor, Act.CONTACT)
    channel = contact.second_channel if second else contact.channel
    address = contact.second_address if second else contact.address
    if channel in (None, Channel.OUTBOX):
        raise Rejected("站内发件箱不向外发送，不需要试发。")
    office = fetch(session, Office, actor.office_id)
    subject, body = trial(contact.name, office.name, clock.now().astimezone(clock.ZONE))
    return Parcel(channel, address, subject, body, str(uuid4()))


def note(session: Session, actor: Actor, contact: Contact, parcel: Parcel, receipt: Receipt) -> None:
    """Whoever tried, and what came of it, stands in the history."""
    record(
        session, actor, "试发通知", contact.id, unit_id=contact.unit_id, name=contact.name, ok=receipt.ok,
        channel=parcel.channel.label, address=shown(parcel.channel, parcel.address), error=receipt.error,
    )


def in_words(receipt: Receipt) -> str:
    """What came of it, for the person who looks on."""
    if receipt.ok:
        also = f"但{receipt.error}。" if receipt.error else ""
        return f"对方服务器已接收。{also}请向收件人核实是否收到。"
    if receipt.held:
        return f"没有发送：{receipt.error}，约{int(receipt.wait or 0) + 1}秒后可再试。"
    if receipt.permanent:
        return f"没有发出，这个地址不可用：{receipt.error}。请更改地址。"
    later = f"，约{int(receipt.wait) + 1}秒后可再试" if receipt.wait else ""
    return f"没有发出：{receipt.error}{later}。"
