"""One message to one person at once, whatever the hour: claim (commit), send with no transaction open, record (commit).

It commits for the same reason as actions/deliver.py; unlike there nothing is tried again, for the person who waits is
told at once that it did not go out.
"""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import Engine
from sqlmodel import Session

from actions import claim, sending
from actions.record import record, system
from actions.refusal import refuse
from actions.remind import alert_office
from config import clock
from models.database import transaction
from models.notice import Message
from models.unit import Contact, Unit
from models.words import MessageState
from notifications.channel import Parcel, Receipt, send

Write = Callable[[Session], tuple[str, str, str]]
HELD, REFUSED = "通知已暂停发送", "该联系人的地址已被退回停用"


def send_now(contact_id: UUID, write: Write, bind: Engine | None = None) -> Receipt:
    """`write` gives subject, body, and the body as it may be kept; its own rows are claimed with the message, so that
    a refusal leaves neither. While a hold stands, and to an address that was refused for good, nothing goes."""
    worker = claim.new_worker()
    with transaction(bind) as session:
        contact = session.get_one(Contact, contact_id)
        if why := HELD if sending.held(session, contact.office_id) else REFUSED if contact.refused_at else "":
            return Receipt(False, why)
        claim.live(session, worker)
        subject, body, kept = write(session)
        message = Message(
            office_id=contact.office_id, unit_id=contact.unit_id, contact_id=contact.id, day=clock.today(),
            channel=contact.channel, address=contact.address, subject=subject, body=kept, merged=1, attempts=1,
            state=MessageState.CLAIMED, claimed_at=clock.now(), claimed_by=worker,
        )
        session.add(message)
    parcel = Parcel(message.channel, message.address, subject, body, str(message.id))
    try:
        receipt = send(parcel)
    except Exception as error:  # whatever a wire throws, the row must not stay claimed
        receipt = Receipt(False, f"发送出错：{type(error).__name__}")
    with transaction(bind) as session:
        claim.leave(session, worker)
        _note(session, session.get_one(Message, message.id), parcel, receipt)
    return receipt


def _note(session: Session, message: Message, parcel: Parcel, receipt: Receipt) -> None:
    who, key, unit_id = system(message.office_id), message.id, message.unit_id
    if receipt.ok:
        message.state, message.sent_at = MessageState.SENT, clock.now()
        record(
            session, who, "发出通知", key, unit_id=unit_id, channel=message.channel, merged=1, title=message.subject
        )
        return
    message.state, message.error = MessageState.DEAD, receipt.error
    unit = session.get(Unit, unit_id) if unit_id else None
    to = unit.name if unit else "督察组"
    if receipt.permanent:
        refuse(session, message.contact_id, parcel, receipt.error, to)
    alert_office(session, message.office_id, f"发往{to}的“{message.subject}”未发出，请电话联系：{receipt.error}")
    record(session, who, "通知未发出", key, unit_id=unit_id, attempt=1, error=receipt.error)
