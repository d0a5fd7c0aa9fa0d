"""What stands before every page: same-origin posts, strict headers, masked links in logs, sign-ins."""

import logging
import re
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import PlainTextResponse
from sqlmodel import Session

from actions.people import PASSWORDS
from actions.record import Actor
from actions.sign_in import (
    BY_WORD,
    SEEN_EVERY,
    Came,
    check_tries,
    note_try,
    prove,
    proved,
    see,
    why_closed,
)
from config import clock
from config.settings import settings
from models.base import NotAllowed
from models.database import reading, transaction
from models.office import Login, User
from models.office_ledger import login_before, login_by_hash
from models.second_factor import has_factor
from models.turns import ACTING
from notifications.link import hash_token
from notifications.log_line import REQUEST_ID, about, note
from rules.roles import check, needs_factor
from web.counted import count
from web.doors import FRESH, acts_at
from web.headers import HEADERS
from web.said import said_plain
from web.security_log import note_answer

COOKIE, PROOF = "duban", "own_word"
UNCHANGED = frozenset({"/word", "/sessions"})  # what a one-time word opens
UNENROLLED = frozenset({"/word", "/second-factor", "/second-factor/confirm"})  # what opens before a second factor
NOBODY = PASSWORDS.hash(secrets.token_hex(16))  # what a word for an unknown name is checked against
TOKEN = re.compile(r"[A-Za-z0-9_-]{40,}")
LOG = logging.getLogger("duban.web")
SMALL = 16 * 1024
Next = Callable[[Request], Awaitable[Response]]
Fields = Sequence[tuple[str, str]]


async def guard(request: Request, call_next: Next) -> Response:
    """Give the request its number: a proxy's own, or a new one; every line about it carries the number."""
    given = request.headers.get("x-request-id", "")
    request.state.number = given if REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
    with about(request=request.state.number):
        response = await guarded(request, call_next)
    response.headers["X-Request-Id"] = request.state.number
    return response


async def guarded(request: Request, call_next: Next) -> Response:
    """Refuse posts from elsewhere; add headers; log without the secret part of a link."""
    started = time.perf_counter()
    response = _turned_away(request) or await call_next(request)
    note_answer(request, response)
    response.headers.update(HEADERS)
    if not request.url.path.startswith("/static/"):
        response.headers["Cache-Control"] = "no-store"
    spent, path = time.perf_counter() - started, TOKEN.sub("…", request.url.path)
    count(request.method, response.status_code, spent)
    told = {"method": request.method, "path": path, "status": response.status_code, "ms": round(spent * 1000)}
    LOG.info("request", extra=told)
    return response


def _turned_away(request: Request) -> Response | None:
    """What no page is asked about."""
    if request.method not in ("GET", "HEAD", "OPTIONS") and not same_origin(request):
        return PlainTextResponse(said_plain("请求来源不符，已拒绝。"), status_code=403)
    if too_large(request):
        return PlainTextResponse(said_plain("提交的内容过大，已拒绝。"), status_code=413)
    return None


def too_large(request: Request) -> bool:
    """Whether a body should not even be read: beyond what files may add up to, or from nobody signed in."""
    told = request.headers.get("content-length", "") if request.method == "POST" else ""
    size = int(told) if re.fullmatch("[0-9]{1,18}", told) else 0  # web/bodies.py counts what really comes
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


class NeedsLogin(Exception):
    """Nobody is signed in (any more): `why` is "", "idle", "over" or "ended"."""

    def __init__(self, why: str = "") -> None:
        super().__init__(why)
        self.why = why


class NeedsNewWord(Exception):
    """The word was given by the head: nothing opens before it is changed."""


class NeedsFactor(Exception):
    """The installation asks the head for a second factor, and there is none yet."""


class NeedsProof(Exception):
    """The person must give the word again; `fields` were typed, `files` were chosen, `wrong` says why it asks anew."""

    def __init__(self, fields: Fields = (), files: bool = False, wrong: str = "") -> None:
        super().__init__(wrong)
        self.fields, self.files, self.wrong = fields, files, wrong


def came(request: Request) -> Came:
    """Where a request comes from."""
    return Came(request.client.host if request.client else "", request.headers.get("user-agent", ""))


async def signed_in(request: Request) -> Actor:
    """The person behind the session cookie, as an actor of their office whose role may pass this door."""
    user, login = await run_in_threadpool(_known, request)
    request.state.user, request.state.login = user, login
    note(office=str(user.office_id))
    template = getattr(request.scope.get("route"), "path", request.url.path)
    if user.must_change and login.way == BY_WORD and template not in UNCHANGED:
        raise NeedsNewWord
    if request.state.lacks_factor and template not in UNENROLLED:
        raise NeedsFactor
    acts = acts_at(request.method, template)
    if not acts:
        LOG.error("no line in web/doors.py for %s %s", request.method, template)
        raise NotAllowed("此操作尚未列入权限表，暂不能办理，请联系系统维护人员。")
    check(user.role, *acts)
    if request.method == "POST" and FRESH.intersection(acts) and not proved(login):
        await _prove(request, user, login)
    ACTING.set(user.office_id)  # what this request writes waits for its office's turn
    return Actor(user.office_id, user.name, user.role, "网页")


def _known(request: Request) -> tuple[User, Login]:
    token = request.cookies.get(COOKIE, "")
    with reading() as session:
        login = login_by_hash(session, hash_token(token)) if token else None
        user = session.get(User, login.user_id) if login else None
        # the first page after signing in says when that was the last time
        request.state.lacks_factor = user is not None and login is not None and _lacks(session, user, login)
        request.state.before = login_before(session, login) if login and request.url.path == "/" else None
    if login is None or user is None:
        raise NeedsLogin
    now = clock.wall()
    if why := why_closed(login, now) or ("" if user.active else "ended"):
        raise NeedsLogin(why)
    # what the page asks for by itself (htmx) is no sign of a person
    if "hx-request" not in request.headers and now - (login.seen_at or login.started_at) > SEEN_EVERY:
        with transaction() as session:
            see(session, login.id)
    return user, login


def _lacks(session: Session, user: User, login: Login) -> bool:
    wanted = settings().second_factor_required and needs_factor(user.role) and login.way == BY_WORD
    return wanted and not has_factor(session, user.id)


def person_of(request: Request) -> User | None:
    """Who is signed in, for what nobody needs a role for (the language of the pages); None for a stranger."""
    try:
        return _known(request)[0]
    except NeedsLogin:
        return None


async def _prove(request: Request, user: User, login: Login) -> None:
    """Take the word that came with the form, or ask for it; what was typed is asked for only once."""
    form = await request.form()
    fields = [(key, value) for key, value in form.multi_items() if isinstance(value, str) and key != PROOF]
    files = any(not isinstance(value, str) and value.filename for _, value in form.multi_items())
    word = form.get(PROOF)
    if not isinstance(word, str) or not word:
        raise NeedsProof(fields, files)
    if not await run_in_threadpool(prove_by_word, user, login, word, came(request)):
        raise NeedsProof(fields, files, "口令不对，请再试一次。")


def prove_by_word(user: User, login: Login, word: str, where: Came) -> bool:
    """Whether the word is right; then the session counts as proved for some minutes."""
    if not right_word(user, user.login, word, where):
        return False
    with transaction() as session:
        prove(session, login.id)
    return True


def right_word(user: User | None, name: str, word: str, where: Came) -> bool:
    """Whether this is the person's word; wrong ones count, and unknown names take the same time. The same name in
    another office is another person's: its wrong words do not lock this one out."""
    name = f"{user.office_id}/{name}" if user else name
    with reading() as session:
        check_tries(session, name, where)
    # verified outside any transaction: Argon2 is slow on purpose, and a write lock held over it would stop everybody
    if PASSWORDS.verify(word[:200], user.password_hash if user else NOBODY) and user is not None:
        return True
    with transaction() as session:
        note_try(session, name, where)
    return False


def user_here(request: Request, session: Session) -> User | None:
    """Who of the office is signed in on this machine, if anybody: pages behind links ask too."""
    token = request.cookies.get(COOKIE, "")
    login = login_by_hash(session, hash_token(token)) if token else None
    user = session.get(User, login.user_id) if login else None
    return user if login and user and user.active and not why_closed(login, clock.wall()) else None


Me = Annotated[Actor, Depends(signed_in)]
