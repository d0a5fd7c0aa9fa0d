"""Signing in and out: sessions the office can see and end, and wrong words counted for every process together."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, delete, update

from actions.record import Actor, allow, record
from config import clock
from config.settings import settings
from models.base import NotAllowed, NotFound
from models.office import Login, SignInTry, User
from models.office_ledger import login_by_hash, tries_since
from notifications.link import hash_token
from rules.device import LONGEST, device_words
from rules.roles import Act

BY_WORD, BY_PROVIDER = "口令", "统一身份认证"
WITHIN = timedelta(minutes=5)
MOST, MOST_FROM = 8, 60  # wrong words for one name from one address; from one address altogether
SEEN_EVERY = timedelta(minutes=1)  # a page a second must not become a write a second
PROVED_FOR = timedelta(minutes=10)


@dataclass(frozen=True)
class Came:
    """Where a visitor comes from: network address and what the browser says of itself."""

    address: str
    device: str = ""


def idle() -> timedelta:
    """How long a sign-in may rest."""
    return timedelta(minutes=settings().session_idle_minutes)


def keys_of(login: str, came: Came) -> tuple[tuple[str, int], ...]:
    """Under which keys a wrong word counts, and how many each bears."""
    return ((hash_token(f"{login[:104]}@{came.address}"), MOST), (hash_token(came.address), MOST_FROM))


def check_tries(session: Session, login: str, came: Came) -> None:
    """Refuse when there were too many wrong words for this name or from this address."""
    since = clock.wall() - WITHIN
    if any(tries_since(session, key, since) >= most for key, most in keys_of(login, came)):
        raise NotAllowed("尝试次数过多，请五分钟后再试。")


def note_try(session: Session, login: str, came: Came) -> None:
    """Count a wrong word; what no longer counts goes."""
    now = clock.wall()
    session.exec(delete(SignInTry).where(col(SignInTry.at) < now - WITHIN))
    session.add_all([SignInTry(key=key, at=now) for key, _ in keys_of(login, came)])


def begin(session: Session, user: User, came: Came, way: str, old_token: str = "") -> str:
    """A fresh session with a fresh word, which is returned; what this browser had before ends."""
    end_token(session, old_token)
    token, now = secrets.token_urlsafe(32), clock.wall()
    session.add(
        Login(
            user_id=user.id, token_hash=hash_token(token), started_at=now, seen_at=now, confirmed_at=now, way=way,
            ends_at=now + timedelta(hours=settings().session_hours), address=came.address,
            device=came.device[:LONGEST],
        )
    )
    return token


def end_token(session: Session, token: str) -> None:
    """Sign out: the word in this browser opens nothing any more."""
    row = login_by_hash(session, hash_token(token)) if token else None
    if row and row.ended_at is None:
        row.ended_at = clock.wall()


def why_closed(login: Login, now: datetime) -> str:
    """Why a sign-in opens nothing any more ("ended", "over", "idle"), or ""."""
    if login.ended_at is not None:
        return "ended"
    if login.ends_at < now:
        return "over"
    return "idle" if (login.seen_at or login.started_at) < now - idle() else ""


def see(session: Session, login_id: UUID) -> None:
    """Note that a sign-in is in use."""
    session.exec(update(Login).where(col(Login.id) == login_id).values(seen_at=clock.wall()))


def prove(session: Session, login_id: UUID) -> None:
    """Note that the person has just proved again who it is."""
    session.exec(update(Login).where(col(Login.id) == login_id).values(confirmed_at=clock.wall()))


def proved(login: Login) -> bool:
    """Whether the person proved who it is within the last ten minutes."""
    return login.confirmed_at is not None and login.confirmed_at > clock.wall() - PROVED_FOR


def end_login(session: Session, actor: Actor, me: UUID, key: UUID) -> Login:
    """End one sign-in: one's own, or as head anybody's of the office; a second click changes nothing."""
    row = session.get(Login, key)
    owner = session.get(User, row.user_id) if row else None
    if row is None or owner is None or owner.office_id != actor.office_id:
        raise NotFound("没有找到这次登录。")
    allow(actor, Act.OWN_SIGN_IN if owner.id == me else Act.MANAGE_PEOPLE)
    if row.ended_at is None:
        row.ended_at = clock.wall()
        device = device_words(row.device)
        record(session, actor, "结束登录", owner.id, name=owner.name, device=device, since=row.started_at)
    return row


def end_sessions(session: Session, user_id: UUID, but: UUID | None = None) -> int:
    """End every sign-in of a person at the server, except one; how many those were."""
    statement = update(Login).where(col(Login.user_id) == user_id, col(Login.ended_at).is_(None))
    if but:
        statement = statement.where(col(Login.id) != but)
    return int(session.exec(statement.values(ended_at=clock.wall())).rowcount)


def end_all(session: Session, actor: Actor, user: User) -> int:
    """End every sign-in of a person, as head."""
    allow(actor, Act.MANAGE_PEOPLE)
    ended = end_sessions(session, user.id)
    if ended:
        record(session, actor, "结束全部登录", user.id, name=user.name, count=ended)
    return ended


def end_others(session: Session, actor: Actor, me: UUID, this: UUID) -> int:
    """End one's own other sign-ins."""
    allow(actor, Act.OWN_SIGN_IN)
    ended = end_sessions(session, me, but=this)
    if ended:
        record(session, actor, "结束其他登录", me, name=actor.name, count=ended)
    return ended
