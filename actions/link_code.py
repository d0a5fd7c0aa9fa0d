"""The six-digit code that proves who acts behind a link, and the short proof that a right one gives."""

import hashlib
import hmac
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import Session, col, update

from actions.open_link import Visitor
from actions.record import Actor, allow, record
from config import clock
from config.settings import settings
from models.base import NotAllowed
from models.database import fetch
from models.door_ledger import codes_since, newest_code, proof_lives
from models.office import Office
from models.unit import LinkCode
from models.words import PERSONAL, LinkPurpose
from notifications.code import code_words, masked_code
from notifications.link import hash_token
from rules.roles import Act

LIFE, PROOF = timedelta(minutes=10), timedelta(minutes=30)
MOST_CODES, MOST_A_DAY, MOST_TRIES = 3, 20, 5
DIGITS = 6


@dataclass(frozen=True)
class Letter:
    """What goes out and what may be kept of it."""

    subject: str
    body: str
    kept: str


@dataclass(frozen=True)
class Tried:
    """What became of a typed code: whether it was right, the word of the proof it gave, or what to tell the person."""

    right: bool
    proof: str = ""
    said: str = ""


def asks(session: Session, who: Visitor) -> bool:
    """Whether a final act by this link must be confirmed: the office wants it, and the contact can be sent a code."""
    office = session.get_one(Office, who.unit.office_id)
    reachable = who.contact.channel in PERSONAL and bool(who.contact.address)
    return office.asks_code and who.link.purpose == LinkPurpose.PAGE and reachable


def make_code(session: Session, who: Visitor) -> Letter:
    """A fresh code for this link, in the words that carry it; the one before no longer counts.

    NotAllowed when codes were asked for too often. Only a keyed hash of it stays in the database.
    """
    now = clock.now()
    if codes_since(session, now - LIFE, link_id=who.link.id) >= MOST_CODES:
        raise NotAllowed(f"{_minutes(LIFE)}分钟内最多发送{MOST_CODES}次验证码，请稍后再试。")
    if codes_since(session, now - timedelta(days=1), contact_id=who.contact.id) >= MOST_A_DAY:
        raise NotAllowed("今天发送验证码的次数已用完，请明天再试，或请办公室代为录入。")
    digits = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    row = LinkCode(
        office_id=who.unit.office_id, link_id=who.link.id, contact_id=who.contact.id, code_hash="", made_at=now,
        expires_at=now + LIFE,
    )
    row.code_hash = _keyed(row, digits)
    session.add(row)
    office = session.get_one(Office, who.unit.office_id)
    subject, body = code_words(office.name, who.unit.name, digits, _minutes(LIFE))
    return Letter(subject, body, masked_code(body, digits))


def try_code(session: Session, who: Visitor, typed: str, request: str) -> Tried:
    """Try a code for one request (`request` is its digest). Every try counts, so the caller commits whatever comes.

    The same request sent again by a second click is the same use; for any other the code is used up.
    """
    row, digits, now = newest_code(session, who.link.id), _digits(typed), clock.now()
    if row is None:
        return Tried(False, said="请先点“发送验证码”。")
    if row.used_at is not None:
        again = hmac.compare_digest(row.used_for, request) and _same(row, digits) and row.expires_at > now
        return Tried(again, said="" if again else "此验证码已使用过，请重新发送。")
    if row.expires_at <= now:
        return Tried(False, said="验证码已过期，请重新发送。")
    if not _count_try(session, row):
        return Tried(False, said=f"此验证码已输错{MOST_TRIES}次，不能再用，请重新发送。")
    if not _same(row, digits):
        left = MOST_TRIES - row.tries
        more = f"还可再试{left}次。" if left else "请重新发送。"
        return Tried(False, said=f"验证码不对，{more}以最近一次收到的为准。")
    return _use(session, who, row, request)


def _use(session: Session, who: Visitor, row: LinkCode, request: str) -> Tried:
    proof, now = secrets.token_urlsafe(32), clock.now()
    row.used_at, row.used_for = now, request
    row.proof_hash, row.proof_until = hash_token(proof), now + PROOF
    record(session, who.actor, "确认本人操作", who.link.id, unit_id=who.unit.id, channel=who.contact.channel.label)
    return Tried(True, proof)


def proven(session: Session, who: Visitor, proof: str) -> bool:
    """Whether this word is a proof of this very link that has not run out."""
    return bool(proof) and proof_lives(session, who.link.id, hash_token(proof), clock.now())


def set_asks_code(session: Session, actor: Actor, wanted: bool) -> None:
    """The head has units confirm by code, or no longer; setting what is set already changes nothing."""
    allow(actor, Act.SWITCH_CODE)
    office = fetch(session, Office, actor.office_id)
    if office.asks_code != wanted:
        office.asks_code = wanted
        record(session, actor, "启用验证码" if wanted else "停用验证码", office.id)


def _count_try(session: Session, row: LinkCode) -> bool:
    """One more try, unless all are spent: of many at once none goes uncounted."""
    done = session.exec(
        update(LinkCode)
        .where(col(LinkCode.id) == row.id, col(LinkCode.tries) < MOST_TRIES, col(LinkCode.used_at).is_(None))
        .values(tries=LinkCode.tries + 1)
    )
    session.refresh(row)
    return done.rowcount == 1


def _same(row: LinkCode, digits: str) -> bool:
    return hmac.compare_digest(row.code_hash, _keyed(row, digits))


def _keyed(row: LinkCode, digits: str) -> str:
    """A plain hash of a million codes is counted out in a second; without the installation's key it is not."""
    said = b"code:" + row.id.bytes + row.link_id.bytes + digits.encode()
    return hmac.new(settings().secret, said, hashlib.sha256).hexdigest()


def _digits(typed: str) -> str:
    """What was typed, wide digits and spaces forgiven."""
    return "".join(ch for ch in unicodedata.normalize("NFKC", typed)[:40] if ch.isascii() and ch.isdigit())


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)
