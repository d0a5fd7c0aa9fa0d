"""The ways a contact is reached: a first, a second for when it fails, and an address that was refused for good."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, update

from actions.record import Actor, allow, record
from actions.refusal import readdressed
from config import clock
from models.base import Conflict, Rejected
from models.unit import Contact, LinkCode
from models.words import Channel
from plans.directory import channel_problems
from rules.address import LONGEST as LONGEST_ADDRESS
from rules.address import shown
from rules.roles import Act

LONGEST = 200
WAYS = (("channel", "address"), ("second_channel", "second_address"))


def check_lengths(fields: Mapping[str, str]) -> None:
    """Refuse one-line fields that nobody types by hand; they would stand in the history for ever."""
    for name, value in fields.items():
        most = LONGEST_ADDRESS if name.endswith("address") else LONGEST
        if len(value) > most:
            raise Rejected(f"每一项请控制在{most}字以内。")


def check_ways(row: dict[str, Any], contact: Contact | None) -> None:
    """Put typed ways into codes, or Rejected. An address left empty stays as it is while its way does: pages show a
    robot's address only in part, so nobody could type it again."""
    for way, address in WAYS:
        row[way], row[address] = row.get(way, ""), row.get(address, "")
        if contact and not row[address] and row[way] and row[way] == getattr(contact, way):
            row[address] = getattr(contact, address)
    if problems := channel_problems(row):
        raise Rejected("\n".join(problems))


def put_ways(session: Session, contact: Contact, row: Mapping[str, Any]) -> None:
    """Set what the row names. Where the first way changes, codes sent to the old one end and its refusal is past."""
    before = (contact.channel, contact.address)
    if "channel" in row:
        contact.channel = Channel(row["channel"])
    if "address" in row:
        contact.address = row["address"]
    if "second_channel" in row:
        second = row["second_channel"]
        contact.second_channel = Channel(second) if second else None
        contact.second_address = row.get("second_address", "") if second else ""
    if (contact.channel, contact.address) != before:
        end_codes(session, contact.id)
        readdressed(session, contact)


def save_ways(session: Session, actor: Actor, contact: Contact, fields: Mapping[str, str]) -> None:
    """A person of the office sets how a contact is reached; of the office's and teams' own also who that is."""
    allow(actor, Act.CONTACT)
    row: dict[str, Any] = {name: text.strip() for name, text in fields.items()}
    check_lengths(row)
    if not contact.active:
        raise Conflict("这位联系人已被更换，请到单位页面查看现联系人。")
    check_ways(row, contact)
    put_ways(session, contact, row)
    if contact.unit_id is None:
        if not row.get("name"):
            raise Rejected("请填写姓名。")
        contact.name, contact.phone = row["name"], row.get("phone", "")
    record(
        session, actor, "设定通知方式", contact.id, unit_id=contact.unit_id, name=contact.name,
        channel=contact.channel.label, address=shown(contact.channel, contact.address),
        second=contact.second_channel.label if contact.second_channel else "",
    )


def use_again(session: Session, actor: Actor, contact: Contact) -> None:
    """An address that was refused for good is tried again from now on, with what was missed meanwhile."""
    allow(actor, Act.CONTACT)
    if contact.refused_at is None:
        raise Conflict("这个地址没有停用，不需要恢复。")
    why = contact.refused_why
    readdressed(session, contact)
    record(session, actor, "恢复使用通知地址", contact.id, unit_id=contact.unit_id, name=contact.name, reason=why)


def end_codes(session: Session, contact_id: UUID) -> None:
    """No code sent to a contact counts any more, nor the proof one gave."""
    mine, now = col(LinkCode.contact_id) == contact_id, clock.now()
    session.exec(update(LinkCode).where(mine).values(proof_until=None))
    session.exec(update(LinkCode).where(mine, col(LinkCode.expires_at) > now).values(expires_at=now))
