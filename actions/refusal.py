"""An address that was refused for good: nothing more is sent there, until the contact gives another one."""

from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlmodel import Session, col, func, select

from actions.record import record, system
from actions.remind import alert_office
from config import clock
from models.cycle import Assignment
from models.ledger import LIVE
from models.notice import Message, Notice
from models.unit import Contact
from models.words import MessageState, NoticeState
from notifications.channel import Parcel


def refuse(session: Session, contact_id: UUID, parcel: Parcel, why: str, to: str) -> None:
    """The wire says this address will never take anything: note it, unless the contact has changed it meanwhile."""
    contact = session.get(Contact, contact_id, populate_existing=True)
    if contact is None or contact.refused_at or (contact.channel, contact.address) != (parcel.channel, parcel.address):
        return
    contact.refused_at, contact.refused_why = clock.now(), why
    session.add(contact)
    then = "，通知改用第二种方式" if contact.second_channel else "，请电话通知"
    record(session, system(contact.office_id), "地址停用", contact.id, unit_id=contact.unit_id, name=contact.name,
           channel=contact.channel.label, why=why)
    alert_office(session, contact.office_id, f"{to}联系人{contact.name}的{contact.channel.label}地址被对方退回，"
                 f"已停用{then}，并请核对后更正地址：{why}")


def readdressed(session: Session, contact: Contact) -> int:
    """The contact is reached elsewhere from now on: the refusal is forgotten, and what never arrived and still matters
    is planned again; returns how many notices."""
    if contact.refused_at is None:
        return 0
    contact.refused_at, contact.refused_why = None, ""
    session.flush()
    missed = _missed(session, contact.id)
    if missed:
        session.exec(_update(Notice, [row.id for row in missed]).values(
            state=NoticeState.PLANNED, message_id=None, late_from=func.coalesce(Notice.late_from, Notice.planned_on),
        ))
        session.exec(_update(Message, list({row.message_id for row in missed})).values(state=MessageState.CANCELLED))
    record(session, system(contact.office_id), "地址更正", contact.id, unit_id=contact.unit_id, name=contact.name,
           missed=len(missed))
    return len(missed)


def _update(model: Any, keys: list[UUID]) -> Any:
    return update(model).where(col(model.id).in_(keys)).execution_options(synchronize_session=False)


def _missed(session: Session, contact_id: UUID) -> list[Any]:
    """What finally failed and is still owed, of each assignment the newest step; letters all."""
    columns: Any = (col(Notice.id), col(Notice.message_id), col(Notice.assignment_id), col(Notice.text))
    statement: Any = (
        select(*columns)
        .join(Message, col(Message.id) == Notice.message_id)
        .join(Assignment, col(Assignment.id) == Notice.assignment_id, isouter=True)
        .where(
            col(Notice.contact_id) == contact_id, col(Notice.state) == NoticeState.FAILED,
            col(Message.state) == MessageState.DEAD,
            col(Assignment.id).is_(None) | col(Assignment.state).in_(LIVE) | (col(Notice.text) != ""),
        )
        .order_by(col(Notice.planned_on), col(Notice.made_at))
    )
    newest = {(row.assignment_id, row.text) if row.assignment_id else row.id: row for row in session.exec(statement)}
    return list(newest.values())
