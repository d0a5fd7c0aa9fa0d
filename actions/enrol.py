"""Units and their contacts: taken from a list, confirmed and replaced by the units themselves."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select, update

from actions.record import Actor, allow, record
from actions.register_event import contact_changed
from actions.remind import alert_office, tell
from actions.ways import LONGEST, check_lengths, check_ways, end_codes, put_ways
from config import clock
from models.base import NotFound, Rejected
from models.ledger import contacts_of_unit
from models.notice import Notice
from models.unit import Contact, Link, ShortAddress, Unit
from models.words import Channel, NoticeState
from rules.address import MAILBOX, MOBILE
from rules.behalf import check_name
from rules.roles import Act


def enrol_units(session: Session, actor: Actor, rows: Sequence[dict[str, Any]]) -> tuple[int, int]:
    """Add or refresh units and contacts by name; returns how many units are new and how many were known."""
    allow(actor, Act.UNITS)
    known = {unit.name: unit for unit in session.exec(select(Unit).where(Unit.office_id == actor.office_id))}
    added = 0
    if not rows:
        raise Rejected("名录里没有单位。")
    for sort, row in enumerate(rows, len(known)):
        unit = known.get(row["name"])
        if unit is None:
            unit = Unit(office_id=actor.office_id, name=row["name"], subject=row["subject"], sort=sort)
            session.add(unit)
            session.flush()
            known[unit.name] = unit
            added += 1
        unit.subject = row["subject"]
        if row.get("contact"):
            _set_contact(session, actor, unit, row)
    record(session, actor, "录入单位名录", added=added, total=len(rows))
    return added, len(rows) - added


def _set_contact(session: Session, actor: Actor, unit: Unit, row: dict[str, Any]) -> None:
    known = contacts_of_unit(session, unit.id)
    for contact in known:
        if contact.name == row["contact"]:
            for column in {"phone", "post"} & set(row):
                setattr(contact, column, row[column])
            put_ways(session, contact, row)
            return
    if any(contact.confirmed_at for contact in known):
        return  # whom the unit itself has confirmed or named is not overruled by a list
    new = _new_contact(session, actor, unit, row)
    for contact in known:
        _retire(session, contact, new)
        contact_changed(session, actor, unit.id, contact.name, new.name)


def name_contact(session: Session, actor: Actor, unit: Unit, fields: dict[str, str]) -> Contact:
    """The office enters whom it reaches at a unit; another person's links die, the same person's are kept."""
    allow(actor, Act.CONTACT)
    row = {name: text.strip() for name, text in fields.items()}
    check_lengths(row)
    if not row.get("contact"):
        raise Rejected("请填写联系人姓名。")
    known = contacts_of_unit(session, unit.id)
    contact = next((one for one in known if one.name == row["contact"]), None)
    check_ways(row, contact)
    if contact:
        contact.post, contact.phone = row.get("post", ""), row.get("phone", "")
        put_ways(session, contact, row)
    else:
        contact = _new_contact(session, actor, unit, row)
        for old in known:
            _retire(session, old, contact)
            contact_changed(session, actor, unit.id, old.name, contact.name)
    record(session, actor, "录入联系人", contact.id, unit_id=unit.id, name=contact.name, channel=contact.channel.label)
    return contact


def _new_contact(session: Session, actor: Actor, unit: Unit, row: dict[str, Any]) -> Contact:
    contact = Contact(
        office_id=actor.office_id, unit_id=unit.id, name=row["contact"], post=row.get("post", ""),
        phone=row.get("phone", ""),
    )
    session.add(contact)
    session.flush()
    put_ways(session, contact, row)
    return contact


def _retire(session: Session, old: Contact, new: Contact) -> None:
    """The old contact's links die and what was planned for them is re-addressed."""
    old.active = False
    revoke_links(session, old.id)
    session.exec(
        update(Notice)
        .where(col(Notice.contact_id) == old.id, col(Notice.state) == NoticeState.PLANNED)
        .values(contact_id=new.id, message_id=None)
    )


def replace_contact(session: Session, actor: Actor, old: Contact, fields: dict[str, str]) -> Contact:
    """A unit names a new contact: the old one's links die and what was planned for them is re-addressed."""
    if actor.unit_id is not None and actor.unit_id != old.unit_id:
        raise NotFound("没有找到这位联系人。")
    if not fields.get("name", "").strip() or not fields.get("phone", "").strip():
        raise Rejected("更换联系人须填写姓名和电话。")
    check_name(fields["name"])
    address = fields.get("address", "").strip() if old.channel == Channel.MAIL else ""
    phone = fields["phone"].strip()
    if old.channel == Channel.MAIL and not MAILBOX.fullmatch(address):
        raise Rejected("请填写新联系人的电子邮箱（一个地址），通知将发往该邮箱。")
    check_lengths(fields)
    new = Contact(
        office_id=old.office_id, unit_id=old.unit_id, name=fields["name"].strip(), post=fields.get("post", "").strip(),
        phone=phone, channel=old.channel, address=address, confirmed_at=clock.now(),
    )
    if old.channel == Channel.SMS and MOBILE.fullmatch(phone):
        new.address = phone
    elif old.channel != Channel.MAIL:
        new.channel = Channel.OUTBOX  # the old address may be the old person's; the office sets a new one
    session.add(new)
    session.flush()
    _retire(session, old, new)
    tell(
        session, [new.id], "您已被登记为本单位督办联系人，请使用本通知中的链接办理；原联系人的链接已停用。",
        office_id=new.office_id, step="更换联系人", unit_id=new.unit_id,
    )
    changed = f"{unit_name(session, old)}更换联系人：{old.name}改为{new.name}"
    alert_office(session, old.office_id, f"{changed}，请核实并确认通知方式。")
    record(session, actor, "更换联系人", new.id, unit_id=old.unit_id, old=old.name, new=new.name)
    if old.unit_id:
        contact_changed(session, actor, old.unit_id, old.name, new.name)
    return new


def unit_name(session: Session, contact: Contact) -> str:
    unit = session.get(Unit, contact.unit_id) if contact.unit_id else None
    return unit.name if unit else ""


def revoke_links(session: Session, contact_id: UUID) -> None:
    """End every way in of a contact at once: links and calendars, codes and their proofs, short addresses."""
    now = clock.now()
    for table in (Link, ShortAddress):
        session.exec(
            update(table).where(col(table.contact_id) == contact_id, col(table.revoked_at).is_(None))
            .values(revoked_at=now)
        )
    end_codes(session, contact_id)


__all__ = [
    "LONGEST", "check_lengths", "end_codes", "enrol_units", "name_contact", "replace_contact", "revoke_links",
    "unit_name",
]
