"""What stands before every page: same-origin posts, strict headers, masked links in logs, sign-ins."""

import hashlib
import logging
import re
import secrets
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request, Response
from fastapi.responses import PlainTextResponse
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlmodel import Session, select

from actions.record import Actor
from config import clock
from config.settings import settings
from models.base import NotAllowed
from models.database import reading, transaction
from models.ledger import user_by_login
from models.office import Login, User

COOKIE = "duban"
PASSWORDS = PasswordHash((Argon2Hasher(),))
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; script-src 'self'; "
        "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    ),
    # not no-referrer: with it browsers post our own forms with "Origin: null", which must stay refused
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}
TOKEN = re.compile(r"/u/[A-Za-z0-9_-]{8,}")
LOG = logging.getLogger("duban.web")
MOST_KEYS = 10_000
Next = Callable[[Request], Awaitable[Response]]


async def guard(request: Request, call_next: Next) -> Response:
    """Refuse posts from elsewhere; add headers; log without the secret part of a link."""
    if request.method not in ("GET", "HEAD", "OPTIONS") and not same_origin(request):
        return PlainTextResponse("请求来源不符，已拒绝。", status_code=403)
    started = time.perf_counter()
    response = await call_next(request)
    response.headers.update(HEADERS)
    if not request.url.path.startswith("/static/"):
        response.headers["Cache-Control"] = "no-store"
    spent = (time.perf_counter() - started) * 1000
    path = TOKEN.sub("/u/…", request.url.path)
    LOG.info("%s %s %s %.0fms", request.method, path, response.status_code, spent)
    return response


def same_origin(request: Request) -> bool:
    """Whether a form was posted from our own pages: Origin, or where it is absent Referer, names this host."""
    source = request.headers.get("origin") or request.headers.get("referer")
    if source is None:
        return True  # not a browser's form; the session cookie is SameSite=Lax and links carry their own secret
    return urlsplit(source).netloc == request.headers.get("host")


class Throttle:
    """At most `most` tries per key within `seconds`, in this process."""

    def __init__(self, most: int, seconds: float) -> None:
        self.most, self.seconds = most, seconds
        self.tries: dict[str, deque[float]] = defaultdict(deque)

    def check(self, key: str) -> None:
        """Count a try; NotAllowed when there were too many."""
        if len(self.tries) > MOST_KEYS:
            self.tries.clear()
        now, tries = time.monotonic(), self.tries[key]
        while tries and now - tries[0] > self.seconds:
            tries.popleft()
        if len(tries) >= self.most:
            raise NotAllowed("尝试次数过多，请稍后再试。")
        tries.append(now)


SIGN_INS = Throttle(8, 300)
BAD_LINKS = Throttle(20, 300)


def sign_in(login: str, word: str, address: str) -> str | None:
    """A fresh session word for the right password; None otherwise, in the same time for unknown names."""
    SIGN_INS.check(f"{login}@{address}")
    with transaction() as session:
        user = user_by_login(session, login)
        known = user.password_hash if user else PASSWORDS.hash("")
        if not PASSWORDS.verify(word, known) or user is None:
            return None
        token = secrets.token_urlsafe(32)
        now = clock.wall()
        ends = now + timedelta(hours=settings().session_hours)
        session.add(Login(user_id=user.id, token_hash=_hash(token), started_at=now, ends_at=ends))
        return token


def sign_out(token: str) -> None:
    """End a session at the server."""
    with transaction() as session:
        row = session.exec(select(Login).where(Login.token_hash == _hash(token))).first()
        if row:
            row.ended_at = clock.wall()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class NeedsLogin(Exception):
    """Nobody is signed in: the page sends the visitor to the sign-in form."""


def signed_in(request: Request) -> Actor:
    """The person behind the session cookie, as an actor of their office."""
    token = request.cookies.get(COOKIE, "")
    with reading() as session:
        user = _user_of(session, token)
    if user is None:
        raise NeedsLogin
    request.state.user = user
    return Actor(user.office_id, user.name, user.role, "网页")


def _user_of(session: Session, token: str) -> User | None:
    if not token:
        return None
    row = session.exec(select(Login).where(Login.token_hash == _hash(token))).first()
    if row is None or row.ended_at is not None or row.ends_at < clock.wall():
        return None
    user = session.get(User, row.user_id)
    return user if user and user.active else None


Me = Annotated[Actor, Depends(signed_in)]
