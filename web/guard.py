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
from sqlmodel import Session, select

from actions.people import PASSWORDS
from actions.record import Actor
from config import clock
from config.settings import settings
from models.base import NotAllowed
from models.database import reading, transaction
from models.office import Login, User
from models.office_ledger import user_by_login

COOKIE = "duban"
NOBODY = PASSWORDS.hash(secrets.token_hex(16))  # what a word for an unknown name is checked against
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
TOKEN = re.compile(r"[A-Za-z0-9_-]{40,}")
LOG = logging.getLogger("duban.web")
MOST_KEYS = 10_000
SMALL = 16 * 1024
Next = Callable[[Request], Awaitable[Response]]


async def guard(request: Request, call_next: Next) -> Response:
    """Refuse posts from elsewhere; add headers; log without the secret part of a link."""
    if request.method not in ("GET", "HEAD", "OPTIONS") and not same_origin(request):
        return PlainTextResponse("请求来源不符，已拒绝。", status_code=403)
    if too_large(request):
        return PlainTextResponse("提交的内容过大，已拒绝。", status_code=413)
    started = time.perf_counter()
    response = await call_next(request)
    response.headers.update(HEADERS)
    if not request.url.path.startswith("/static/"):
        response.headers["Cache-Control"] = "no-store"
    spent = (time.perf_counter() - started) * 1000
    path = ascii(TOKEN.sub("…", request.url.path))
    LOG.info("%s %s %s %.0fms", request.method, path, response.status_code, spent)
    return response


def too_large(request: Request) -> bool:
    """Whether a body should not even be read: beyond what files may add up to, or from nobody signed in."""
    size = int(request.headers.get("content-length") or 0) if request.method == "POST" else 0
    known = request.url.path.startswith("/u/") or COOKIE in request.cookies
    return size > (settings().evidence_max_mb * 6 * 1024 * 1024 if known else SMALL)


def same_origin(request: Request) -> bool:
    """Whether a form was posted from our own pages: Origin, or where it is absent Referer, names this host."""
    source = request.headers.get("origin") or request.headers.get("referer")
    if source is None:
        return True  # not a browser's form; the session cookie is SameSite=Lax and links carry their own secret
    try:
        return urlsplit(source).netloc == request.headers.get("host")
    except ValueError:
        return False


class Throttle:
    """At most `most` tries per key within `seconds`, in this process."""

    def __init__(self, most: int, seconds: float) -> None:
        self.most, self.seconds = most, seconds
        self.tries: dict[str, deque[float]] = defaultdict(deque)

    def check(self, key: str, count: bool = True) -> None:
        """Refuse when there were too many tries; count this one unless told not to."""
        now, tries = time.monotonic(), self.tries.get(key, deque())
        while tries and now - tries[0] > self.seconds:
            tries.popleft()
        if len(tries) >= self.most:
            raise NotAllowed("尝试次数过多，请稍后再试。")
        if count:
            self.count(key)

    def count(self, key: str) -> None:
        """Note a try; of very many keys the oldest is forgotten."""
        if len(self.tries) >= MOST_KEYS:
            self.tries.pop(next(iter(self.tries)))
        self.tries[key].append(time.monotonic())


SIGN_INS = Throttle(8, 300)
SIGN_INS_FROM = Throttle(60, 300)
BAD_LINKS = Throttle(20, 300)


def sign_in(login: str, word: str, address: str) -> str | None:
    """A fresh session word for the right password; None otherwise, in the same time for unknown names."""
    keys = (f"{login[:64]}@{address}", address)
    for key, throttle in zip(keys, (SIGN_INS, SIGN_INS_FROM), strict=True):
        throttle.check(key, count=False)
    with reading() as session:
        user = user_by_login(session, login)
    # verified outside any transaction: Argon2 is slow on purpose, and a write lock held over it would stop everybody
    right = PASSWORDS.verify(word[:200], user.password_hash if user else NOBODY)
    if user is None or not right:
        for key, throttle in zip(keys, (SIGN_INS, SIGN_INS_FROM), strict=True):
            throttle.count(key)
        return None
    token, now = secrets.token_urlsafe(32), clock.wall()
    ends = now + timedelta(hours=settings().session_hours)
    with transaction() as session:
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


def user_here(request: Request, session: Session) -> User | None:
    """Who of the office is signed in on this machine, if anybody: pages behind links ask too."""
    return _user_of(session, request.cookies.get(COOKIE, ""))


Me = Annotated[Actor, Depends(signed_in)]
