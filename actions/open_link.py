"""The link without an account: who it belongs to, a fresh one, and the human act of signing."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID, uuid4

from sqlmodel import Session, select

from actions.advance import refresh
from actions.deadline import settle, start_clock
from actions.enrol import LONGEST, check_lengths
from actions.record import Actor, allow, record
from actions.remind import alert_office, tell
from config import clock
from config.settings import settings
from models.base import Conflict, NotAllowed, NotFound, Rejected
from models.cycle import Assignment
from models.door_ledger import last_signed_name
from models.ledger import contacts_of_unit, unit_items, waiting_for_receipt
from models.office import User
from models.problem import Letter
from models.turns import take_turn, waits_for_turn
from models.unit import Contact, Link, Unit
from models.words import RECEIPTS, AssignmentKind, AssignmentState, Channel, LinkPurpose, StageKind
from notifications.link import hash_token, token_for
from rules.behalf import VIA, check_name, entered_name, way_and_giver
from rules.roles import Act


class LinkExpired(NotAllowed):
    """A real link that no longer opens; its page offers a fresh one."""


@dataclass(frozen=True)
class Visitor:
    """The unit and contact behind a link; `typed` is who said to be acting, `clerk` who enters in the unit's name."""

    link: Link
    unit: Unit
    contact: Contact
    clerk: str = ""
    typed: str = ""

    @property
    def actor(self) -> Actor:
        name, via = self.contact.name, f"链接{self.link.token_hash[:8]}"
        if self.link.purpose == LinkPurpose.BEHALF:
            how, giver = way_and_giver(self.link.basis)
            name, via = entered_name(giver, self.clerk), f"{VIA}{how}"
        elif self.typed not in ("", self.contact.name):
            name = f"{self.typed}（使用{self.contact.name}的链接）"
        return Actor(self.unit.office_id, name, "unit", via, self.unit.id)

    @property
    def behalf(self) -> str:
        """On what basis the office enters in the unit's name; empty for the unit itself."""
        return self.link.basis if self.link.purpose == LinkPurpose.BEHALF else ""

    def acting(self, name: str) -> "Visitor":
        """The same visitor under the name typed in."""
        return replace(self, typed=name.strip())


def visitor(session: Session, token: str, feed: bool = False) -> Visitor:
    """Who a link belongs to. Reading changes nothing; unknown, revoked and expired links are refused.

    A calendar's link opens the calendar (`feed`) and nothing else, and no other link opens that.
    """
    if waits_for_turn(session):
        whose = session.exec(select(Link.office_id).where(Link.token_hash == hash_token(token))).first()
        take_turn(session, whose) if whose else None
    link = session.exec(select(Link).where(Link.token_hash == hash_token(token))).first()
    if link is None or (link.purpose == LinkPurpose.FEED) != feed:
        raise NotFound("链接无效，请核对是否完整，或联系督察办公室。")
    if link.revoked_at is not None:
        raise LinkExpired("此链接已停用（联系人已更换或办公室已收回）。")
    if link.expires_at < clock.now():
        raise LinkExpired("此链接已过期。")
    clerk = session.get_one(User, link.user_id).name if link.user_id else ""
    return Visitor(link, session.get_one(Unit, link.unit_id), session.get_one(Contact, link.contact_id), clerk)


def named(session: Session, who: Visitor, typed: str) -> Visitor:
    """The visitor of a final act: under the name typed with it, else under the one this link was signed with."""
    check_lengths({"acting": typed})
    check_name(typed)
    return who.acting(typed or last_signed_name(session, who.unit.id, who.actor.via))


def make_link(session: Session, actor: Actor, contact: Contact) -> str:
    """A fresh link for a contact, made by the office (for the telephone or the printed letter)."""
    allow(actor, Act.LINK)
    if not contact.active:
        raise Conflict("该联系人已更换，不能再生成办理链接，请刷新页面后选择现联系人。")
    token, _ = grant(session, contact)
    record(session, actor, "生成办理链接", contact.id, unit_id=contact.unit_id, contact=contact.name)
    return f"{settings().site}/u/{token}"


def grant(
    session: Session, contact: Contact, purpose: LinkPurpose = LinkPurpose.PAGE, key: UUID | None = None
) -> tuple[str, Link]:
    """The word of a fresh link, and its row. Leaves no event: the caller says why it was made.

    The same `key` gives the same link: a second click finds the first.
    """
    if contact.unit_id is None:
        raise NotFound("只有单位联系人才有办理链接。")
    token, now = token_for(settings().secret, key or uuid4()), clock.now()
    if known := session.exec(select(Link).where(Link.token_hash == hash_token(token))).first():
        return token, known
    link = Link(
        office_id=contact.office_id, unit_id=contact.unit_id, contact_id=contact.id, token_hash=hash_token(token),
        made_at=now, expires_at=now + timedelta(days=settings().link_days), purpose=purpose,
    )
    session.add(link)
    return token, link


def revoke(session: Session, actor: Actor, link: Link) -> None:
    """End one link; a second click finds it ended."""
    if actor.unit_id is None:
        allow(actor, Act.LINK)
    elif actor.unit_id != link.unit_id:
        raise NotFound("没有找到这个链接。")
    if link.revoked_at is None:
        link.revoked_at = clock.now()
        record(session, actor, f"停用{link.purpose.label}", link.id, unit_id=link.unit_id)


def ask_fresh_link(session: Session, token: str) -> None:
    """Send the registered contacts of the unit a fresh link; says nothing about whether the link was known."""
    link = session.exec(select(Link).where(Link.token_hash == hash_token(token))).first()
    if link is None or link.purpose != LinkPurpose.PAGE:
        return
    contacts = contacts_of_unit(session, link.unit_id)
    tell(
        session, [contact.id for contact in contacts], "您单位申请了新的办理链接，请使用本通知中的链接。",
        office_id=link.office_id, step="新链接", unit_id=link.unit_id,
    )
    unit = session.get_one(Unit, link.unit_id)
    if any(contact.channel == Channel.OUTBOX for contact in contacts):
        alert_office(session, link.office_id, f"{unit.name}申请新的办理链接，其通知只在站内，请电话转告。")
    record(session, Actor(link.office_id, "单位", "unit"), "申请新链接", unit_id=link.unit_id)


def sign(session: Session, who: Visitor, fields: dict[str, str]) -> list[Assignment]:
    """Sign for everything that waits for a receipt, with name, post and phone; a second click signs nothing new."""
    name, phone = fields.get("name", "").strip(), fields.get("phone", "").strip()
    if not name or not phone:
        raise Rejected("签收须填写姓名和电话。")
    check_name(name)
    fields = {"name": name, "post": fields.get("post", ""), "phone": phone}  # an earlier day only the office may note
    check_lengths(fields)
    signed = [
        item
        for item in unit_items(session, who.unit.id)
        if item.kind in RECEIPTS and item.state in (AssignmentState.OPEN, AssignmentState.PLANNED)
    ]
    return _take_receipt(session, who.acting(name).actor, who.contact, signed, name, fields)


def sign_on_paper(session: Session, actor: Actor, item: Assignment, contact: Contact, fields: dict[str, str]) -> None:
    """The office notes a signature given on paper or by telephone, marked as such."""
    allow(actor, Act.RECEIPT)
    name = fields.get("name", "").strip()
    if not name or len(name) > LONGEST:
        raise Rejected("请填写签收人姓名。")
    if item.kind not in RECEIPTS or item.state not in (AssignmentState.OPEN, AssignmentState.PLANNED):
        raise NotAllowed("此项不是待签收事项，或已签收。")
    _take_receipt(session, actor, contact, [item], f"{name}（{fields.get('how') or '电话'}签收）", fields)


def _take_receipt(
    session: Session, actor: Actor, contact: Contact, items: list[Assignment], name: str, fields: dict[str, str]
) -> list[Assignment]:
    served = _served_on(fields.get("day", ""))
    for item in items:
        settle(session, item, AssignmentState.DONE)
        item.note = f"{name} {fields.get('post', '')}".strip()
        if item.kind == AssignmentKind.FEEDBACK_RECEIPT:
            letter = session.exec(select(Letter).where(Letter.assignment_id == item.id)).one()
            letter.signed_by, letter.signed_at = name, clock.now()
        record(
            session, actor, "签收", item.id, item.cycle_id, item.unit_id, title=item.title, name=name,
            post=fields.get("post", ""), phone=fields.get("phone", ""),
        )
        _start_clocks(session, actor, item, served)
        refresh(session, item.cycle_id, item.stage, clock.today(), item.unit_id)
    if items and contact.name == name.split("（", maxsplit=1)[0]:
        contact.confirmed_at = clock.now()
        contact.post = fields.get("post", "").strip() or contact.post
        contact.phone = fields.get("phone", "").strip() or contact.phone
    return items


def _served_on(text: str) -> date:
    """The day of the signature; on paper it may lie before the day it is noted."""
    try:
        day = date.fromisoformat(text) if text.strip() else clock.today()
    except ValueError:
        raise Rejected(f"送达日期“{text}”不是日期。") from None
    if day > clock.today():
        raise Rejected(f"送达日期{day}晚于今天。")
    return day


def _start_clocks(session: Session, actor: Actor, receipt: Assignment, day: date) -> None:
    """What runs from this signature begins to run: after the plan's own receipt or after that of the feedback."""
    after = receipt.kind == AssignmentKind.FEEDBACK_RECEIPT
    for item in waiting_for_receipt(session, receipt.cycle_id, receipt.unit_id):
        if (item.stage == StageKind.RECTIFICATION) == after:
            start_clock(session, actor, item, day, "签收")
