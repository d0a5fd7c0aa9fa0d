"""A second factor for signing in by word: enrolled by a first code, asked for each time, ended by owner or head."""

import base64
import hashlib
import secrets
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, delete, select, update

from actions.record import Actor, allow, record
from actions.sign_in import WITHIN, end_sessions
from config import clock
from config.settings import settings
from models.base import Conflict, NotAllowed, Rejected
from models.office import SignInTry, User
from models.office_ledger import tries_since
from models.second_factor import (
    TABLES,
    RecoveryCode,
    SecondFactor,
    factor_of,
    has_factor,
    locked_factor,
    unused_codes,
)
from models.turns import take_turn
from rules import totp
from rules.roles import Act

MOST, EVER = 8, 100  # wrong codes within five minutes; since the last right one
CODES, GROUPS, LETTERS = 8, 4, 6  # 119 bits each: a plain hash will do (ASVS 6.5.2)
EASY = "abcdefghijkmnpqrstuvwxyz23456789"
WRONG = "动态口令不对，或已经用过；请等手机显示下一个后再输。"


def begin_factor(session: Session, actor: Actor, user: User) -> str:
    """A fresh secret in base 32; it counts only after `confirm_factor`."""
    allow(actor, Act.SECOND_FACTOR)
    session.exec(select(User.id).where(User.id == user.id).with_for_update()).one()  # two clicks make one secret each
    known = factor_of(session, user.id)
    if known and known.confirmed_at:
        raise Conflict("动态口令已启用；更换手机请先解除，再重新启用。")
    if known:
        session.delete(known)
        session.flush()
    secret = secrets.token_bytes(totp.BYTES)
    session.add(SecondFactor(user_id=user.id, secret=_sealed(user.id, secret), made_at=clock.wall()))
    return base64.b32encode(secret).decode()


def secret_shown(session: Session, user_id: UUID) -> str:
    """The secret of a factor only begun, in base 32; "" once it is confirmed: then nobody sees it again."""
    factor = factor_of(session, user_id)
    secret = _opened(factor) if factor and factor.confirmed_at is None else None
    return base64.b32encode(secret).decode() if secret else ""


def confirm_factor(
    session: Session, actor: Actor, user: User, code: str, this: UUID | None = None
) -> list[str]:
    """The first code proves that the telephone has the secret; the recovery codes, shown this once. Sign-ins made
    without it end, but for `this`."""
    allow(actor, Act.SECOND_FACTOR)
    factor = factor_of(session, user.id)
    if factor is None or factor.confirmed_at:
        raise Conflict("没有待启用的动态口令，请刷新页面。")
    if not _take_step(session, factor, digits_of(code)):
        raise Rejected("动态口令不对，请核对手机时间后再输一次。")
    factor.confirmed_at = clock.wall()
    end_sessions(session, user.id, but=this)
    record(session, actor, "启用动态口令", user.id, name=user.name)
    return _fresh_codes(session, user.id)


def new_codes(session: Session, actor: Actor, user: User, typed: str) -> list[str]:
    """Recovery codes anew, for a code that opens; the old ones open nothing any more. None for a wrong code."""
    allow(actor, Act.SECOND_FACTOR)
    if not _proved(session, user, typed):
        return []
    record(session, actor, "更换备用码", user.id, name=user.name)
    return _fresh_codes(session, user.id)


def end_own(session: Session, actor: Actor, user: User, typed: str) -> bool:
    """No second factor any more, for a code that opens: a machine left open, or a word, is not enough. False for a
    wrong code, which counts like one at the sign-in."""
    allow(actor, Act.SECOND_FACTOR)
    if not _proved(session, user, typed):
        return False
    _end(session, actor, user)
    return True


def end_factor(session: Session, actor: Actor, user: User) -> None:
    """No second factor any more, by the head, for who lost telephone and paper."""
    allow(actor, Act.MANAGE_PEOPLE)
    _end(session, actor, user)


def _proved(session: Session, user: User, typed: str) -> bool:
    if not has_factor(session, user.id):
        raise Conflict("动态口令尚未启用。")
    return take_code(session, user, typed)


def _end(session: Session, actor: Actor, user: User) -> None:
    ended = has_factor(session, user.id)
    for table in TABLES:
        session.exec(delete(table).where(col(table.user_id) == user.id))  # type: ignore[attr-defined]
    if ended:
        record(session, actor, "解除动态口令", user.id, name=user.name)


def take_code(session: Session, user: User, typed: str) -> bool:
    """Whether this code opens: the telephone's, each once, or one from paper. A wrong one counts, after too many from
    wherever all are refused; those that come at once are looked at one after another."""
    take_turn(session, user.office_id)  # before the row: who acts in the office has the turn first and the row later
    factor = locked_factor(session, user.id)
    _check_tries(session, user.id)
    if factor is None or factor.confirmed_at is None:
        return False
    right = _take_recovery(session, user, typed)
    if not right and factor.wrong < EVER:
        right = _take_step(session, factor, digits_of(typed))
    _count(session, factor, right)
    return right


def _check_tries(session: Session, user_id: UUID) -> None:
    if tries_since(session, _key(user_id), clock.wall() - WITHIN) >= MOST:
        raise NotAllowed("尝试次数过多，请五分钟后再试。")


def _count(session: Session, factor: SecondFactor, right: bool) -> None:
    counted = update(SecondFactor).where(col(SecondFactor.id) == factor.id)
    session.exec(counted.values(wrong=0 if right else col(SecondFactor.wrong) + 1))
    if not right:
        session.add(SignInTry(key=_key(factor.user_id), at=clock.wall()))


def digits_of(typed: str) -> str:
    """A code as typed, without the space in the middle that telephones show."""
    return "".join(typed.split())[:20]


def _take_step(session: Session, factor: SecondFactor, code: str) -> bool:
    """Compare and swap: two who send the same code at once are let in once."""
    secret = _opened(factor)
    step = totp.matching_step(secret, code, clock.wall().timestamp(), factor.last_step) if secret else None
    if step is None:
        return False
    mine = (col(SecondFactor.id) == factor.id, col(SecondFactor.last_step) < step)
    return bool(session.exec(update(SecondFactor).where(*mine).values(last_step=step)).rowcount)


def _take_recovery(session: Session, user: User, typed: str) -> bool:
    hashed = _hash(user.id, typed)
    mine = (col(RecoveryCode.user_id) == user.id, col(RecoveryCode.code_hash) == hashed)
    unused = update(RecoveryCode).where(*mine, col(RecoveryCode.used_at).is_(None))
    if not session.exec(unused.values(used_at=clock.wall())).rowcount:
        return False
    left = len(unused_codes(session, user.id))
    record(session, Actor(user.office_id, user.name, user.role), "使用备用码", user.id, name=user.name, left=left)
    return True


def _fresh_codes(session: Session, user_id: UUID) -> list[str]:
    """A fresh set, kept as hashes; whatever was left of the old one goes."""
    session.exec(delete(RecoveryCode).where(col(RecoveryCode.user_id) == user_id))
    codes = [
        "-".join("".join(secrets.choice(EASY) for _ in range(LETTERS)) for _ in range(GROUPS)) for _ in range(CODES)
    ]
    session.add_all([RecoveryCode(user_id=user_id, code_hash=_hash(user_id, code)) for code in codes])
    return codes


def _hash(user_id: UUID, typed: str) -> str:
    """Not keyed by the installation: codes on paper open a restored one, too, whose secret.key is another."""
    plain = "".join(ch for ch in typed.casefold() if ch.isalnum())[:40]
    return hashlib.sha256(b"recovery" + user_id.bytes + plain.encode()).hexdigest()


def _key(user_id: UUID) -> str:
    return hashlib.sha256(b"second" + user_id.bytes).hexdigest()


def _cipher() -> Any:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # 6 MB that an office without a factor does without
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return AESGCM(HKDF(SHA256(), 32, None, b"duban second factor").derive(settings().secret))


def _sealed(user_id: UUID, secret: bytes) -> str:
    nonce = secrets.token_bytes(12)
    return base64.b64encode(nonce + _cipher().encrypt(nonce, secret, user_id.bytes)).decode()


def _opened(factor: SecondFactor) -> bytes | None:
    """The secret; None where it was sealed with another key (a database moved without its secret.key)."""
    from cryptography.exceptions import InvalidTag

    raw = base64.b64decode(factor.secret)
    try:
        return bytes(_cipher().decrypt(raw[:12], raw[12:], factor.user_id.bytes))
    except InvalidTag:
        return None
