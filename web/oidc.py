"""Signing in through the office's identity provider: only people the head has entered, never new accounts."""

import base64
import hashlib
import hmac
import json
import secrets
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from actions import people, sign_in
from actions.record import Actor
from actions.sign_in import BY_PROVIDER
from config import clock
from config.settings import settings
from models.base import NotAllowed, NotFound, Refused
from models.database import fetch, transaction
from models.office import User
from models.office_ledger import users_by_identity
from web import oidc_provider
from web.guard import COOKIE, Me, came, signed_in
from web.let_in import inside, let_in
from web.oidc_provider import ProviderDown, Visitor, WrongAnswer
from web.security_log import note_person
from web.sessions import show_login
from web.status import status_of

router = APIRouter(prefix="/oidc")
TRIP = "duban_oidc"
LONGEST = 600  # seconds a visitor may spend at the provider
LOGIN, LINK, PROVE = "login", "link", "prove"


def _seal(text: str) -> str:
    return hmac.new(settings().secret, b"oidc" + text.encode(), hashlib.sha256).hexdigest()


def _packed(trip: dict[str, Any]) -> str:
    text = base64.urlsafe_b64encode(json.dumps(trip).encode()).decode()
    return f"{text}.{_seal(text)}"


def _unpacked(cookie: str) -> dict[str, Any]:
    """What this browser set out with; WrongAnswer when it did not set out here, or too long ago."""
    text, _, seal = cookie.partition(".")
    if not text or not hmac.compare_digest(seal.encode(), _seal(text).encode()):
        raise WrongAnswer("这次登录不是从本机本浏览器发起的，请重新登录。")
    trip: dict[str, Any] = json.loads(base64.urlsafe_b64decode(text))
    if clock.wall().timestamp() - trip["at"] > LONGEST:
        raise WrongAnswer("登录用时过长，请重新登录。")
    return trip


class WhichOffice(Exception):
    """The person works for several offices and has not said for which this time."""

    def __init__(self, offices: list[tuple[UUID, str]], to: str) -> None:
        super().__init__()
        self.offices, self.to = offices, to


@router.get("/start")
def start(request: Request, to: str = "", office: str = "") -> Response:
    """Off to the provider; only this browser's cookie knows what for, and for which office."""
    return _leave(request, LOGIN, to, office)


@router.get("/link")
def link(request: Request, me: Me) -> Response:
    """Tie one's own account to this sign-in, once, after a fresh proof of who one is."""
    if not sign_in.proved(request.state.login):
        raise NotAllowed("请先退出，用口令重新登录后十分钟内关联。")
    return _leave(request, LINK, "/sessions")


@router.get("/prove")
def prove(request: Request, me: Me, to: str = "") -> Response:
    """Prove again who one is, at the provider."""
    return _leave(request, PROVE, to)


def _leave(request: Request, purpose: str, to: str, office: str = "") -> Response:
    if not settings().oidc_issuer:
        raise NotFound("没有设置统一身份认证。")
    trip: dict[str, Any] = {
        "state": secrets.token_urlsafe(24), "nonce": secrets.token_urlsafe(24), "verifier": secrets.token_urlsafe(48),
        "purpose": purpose, "to": inside(to), "office": office[:40], "at": int(clock.wall().timestamp()),
    }
    try:
        there = oidc_provider.start_address(trip["state"], trip["nonce"], trip["verifier"], purpose == PROVE)
    except ProviderDown as error:
        return show_login(request, 503, str(error), to=to)
    answer = RedirectResponse(there, 303)
    secure = settings().site.startswith("https://")
    answer.set_cookie(TRIP, _packed(trip), max_age=LONGEST, httponly=True, samesite="lax", secure=secure, path="/oidc")
    return answer


@router.get("/back")
async def back(request: Request, code: str = "", state: str = "", error: str = "") -> Response:
    """Back from the provider: the cookie and what it signed must fit together, and the person must be known."""
    purpose = LOGIN
    try:
        trip = _unpacked(request.cookies.get(TRIP, ""))
        purpose = trip["purpose"]
        if not hmac.compare_digest(state.encode(), trip["state"].encode()):
            raise WrongAnswer("这次登录不是从本机本浏览器发起的，请重新登录。")
        if error or not code:
            raise NotAllowed("您在统一身份认证中取消了登录，或未获准许。")
        who = await run_in_threadpool(oidc_provider.visitor, code, trip["verifier"], trip["nonce"])
        if purpose == LOGIN:
            answer = await run_in_threadpool(_let_in, request, who, trip)
        else:
            me = await signed_in(request)
            answer = await run_in_threadpool(_for_me, request, me, who, trip)
    except WhichOffice as asked:
        note = "您在多个办公室任职，请选择这次登录的办公室。"
        answer = show_login(request, to=asked.to, note=note, choices=asked.offices)
    except Refused as fault:
        if purpose != LOGIN:
            raise
        status = 503 if isinstance(fault, ProviderDown) else 403 if isinstance(fault, WrongAnswer) else status_of(fault)
        answer = show_login(request, status, str(fault))
    answer.delete_cookie(TRIP, path="/oidc")  # a second use of this answer finds nothing
    return answer


def _identity(who: Visitor) -> str:
    return f"{settings().oidc_issuer}|{who.subject}"


def _let_in(request: Request, who: Visitor, trip: dict[str, Any]) -> Response:
    with transaction() as session:
        user = _known(session, who, trip)
        note_person(request, user.id)
        token = sign_in.begin(session, user, came(request), BY_PROVIDER, request.cookies.get(COOKIE, ""))
    return let_in(token, trip["to"] or "/")


def _known(session: Session, who: Visitor, trip: dict[str, Any]) -> User:
    """The person with this identity, in the office chosen where there are several; one who was entered by e-mail is
    tied to it at the first sign-in."""
    found = users_by_identity(session, _identity(who))
    tied = {user.office_id for user, _ in found}
    by_mail = users_by_identity(session, f"{people.MAIL}{who.mail}") if who.mail else []
    found += [row for row in by_mail if row[0].office_id not in tied]
    chosen = [row for row in found if trip.get("office") in ("", None, str(row[1].id))]
    if not chosen:
        raise NotAllowed(f"“{settings().oidc_name}”中的这个帐号没有关联到本系统人员，请办公室主任先行登记。")
    if len(chosen) > 1:
        raise WhichOffice([(office.id, office.name) for _, office in chosen], trip["to"])
    user = chosen[0][0]
    if user.identity != _identity(who):
        people.link_identity(session, Actor(user.office_id, user.name, user.role, BY_PROVIDER), user, _identity(who))
    return user


def _for_me(request: Request, me: Actor, who: Visitor, trip: dict[str, Any]) -> Response:
    """Link or prove, for the person who is signed in here."""
    user, login = request.state.user, request.state.login
    if trip["purpose"] == LINK:
        with transaction() as session:
            people.link_identity(session, me, fetch(session, User, user.id, me.office_id), _identity(who))
        return RedirectResponse("/sessions?done=linked", 303)
    if user.identity != _identity(who) or who.proved_at < trip["at"] - oidc_provider.SKEW:
        raise NotAllowed("没有重新确认本人身份，请再试一次。")
    with transaction() as session:
        sign_in.prove(session, login.id)
    return RedirectResponse(trip["to"] or "/", 303)
