"""What can be typed from a paper letter: made once, tried carefully, and good for a fresh link each time."""

import secrets
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlmodel import Session, col, select, update

from actions.open_link import grant
from actions.record import Actor, allow, record
from actions.remind import alert_office
from config import clock
from config.settings import settings
from models.base import NotFound
from models.door_ledger import short_by_selector
from models.unit import Contact, ShortAddress, Unit
from rules.roles import Act

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U
FORGIVEN = str.maketrans("OIL", "011")
SELECTOR, VERIFIER = 5, 7  # 25 bits find the row, 35 bits prove it: in 10 tries one in three thousand million
MOST_TRIES = 10
TAIL = 4  # digits of the contact's telephone


@dataclass(frozen=True)
class ShortCode:
    """The two halves of a typed address."""

    selector: str
    verifier: str

    @property
    def shown(self) -> str:
        """As printed: 7K3M-9QXZ-4TPW."""
        text = self.selector + self.verifier
        return "-".join(text[n : n + 4] for n in range(0, len(text), 4))


def fresh_code() -> ShortCode:
    text = "".join(secrets.choice(ALPHABET) for _ in range(SELECTOR + VERIFIER))
    return ShortCode(text[:SELECTOR], text[SELECTOR:])


def read_code(typed: str) -> ShortCode | None:
    """A typed address; case, width, spaces, hyphens and look-alikes are forgiven. None when it can be none."""
    wide = unicodedata.normalize("NFKC", typed[:200]).upper()
    text = "".join(ch for ch in wide if ch.isascii() and ch.isalnum()).translate(FORGIVEN)
    if len(text) != SELECTOR + VERIFIER or set(text) - set(ALPHABET):
        return None
    return ShortCode(text[:SELECTOR], text[SELECTOR:])


def keep_short(session: Session, actor: Actor, contact: Contact, code: ShortCode, verifier_hash: str) -> ShortAddress:
    """Keep a short address for a contact; `verifier_hash` is slow to make and comes from outside the transaction."""
    allow(actor, Act.LINK)
    if contact.unit_id is None or not contact.active:
        raise NotFound("没有找到这位单位联系人。")
    while session.exec(select(ShortAddress.id).where(ShortAddress.selector == code.selector)).first():
        code = ShortCode(fresh_code().selector, code.verifier)
    now = clock.now()
    row = ShortAddress(
        office_id=contact.office_id, unit_id=contact.unit_id, contact_id=contact.id, selector=code.selector,
        verifier_hash=verifier_hash, made_at=now, expires_at=now + timedelta(days=settings().link_days),
    )
    session.add(row)
    record(session, actor, "制作纸质信函入口", row.id, unit_id=contact.unit_id, contact=contact.name)
    return row


def tail_of(contact: Contact) -> str:
    """The last four digits of the registered telephone; empty when there is none to ask for."""
    digits = digits_of(contact.phone)
    return digits[-TAIL:] if len(digits) >= TAIL else ""


def digits_of(text: str) -> str:
    """The digits of what was typed, wide ones too."""
    return "".join(ch for ch in unicodedata.normalize("NFKC", text[:100]) if ch.isascii() and ch.isdigit())


def revoke(session: Session, actor: Actor, row: ShortAddress) -> None:
    """End a short address; a second click finds it ended."""
    allow(actor, Act.LINK)
    if row.revoked_at is None:
        row.revoked_at = clock.now()
        record(session, actor, "停用短地址", row.id, unit_id=row.unit_id)


def note_miss(session: Session, key: UUID) -> None:
    """A wrong try of a real address; the tenth ends it, and the office is told."""
    session.exec(update(ShortAddress).where(col(ShortAddress.id) == key).values(tries=ShortAddress.tries + 1))
    row = session.get_one(ShortAddress, key, populate_existing=True)
    if row.tries < MOST_TRIES or row.revoked_at is not None:
        return
    row.revoked_at, unit = clock.now(), session.get_one(Unit, row.unit_id)
    alert_office(session, row.office_id, f"{unit.name}的纸质信函短地址输错{MOST_TRIES}次，已停用，需要时请重新制作。")
    record(session, Actor(row.office_id, "系统"), "停用短地址", row.id, unit_id=row.unit_id, reason="多次输错")


def open_short(session: Session, selector: str) -> str:
    """The word of a fresh link for the contact of a short address that was typed rightly."""
    found = short_by_selector(session, selector, clock.now())
    if found is None:
        raise NotFound("短地址已停用，请联系督察办公室。")
    row, contact = found
    token, link = grant(session, contact)
    actor = Actor(row.office_id, contact.name, "unit", "纸质信函", row.unit_id)
    record(session, actor, "凭短地址进入", link.id, unit_id=row.unit_id, contact=contact.name)
    return token
