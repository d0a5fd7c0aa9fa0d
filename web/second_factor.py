"""动态口令: enrolment with a QR code, recovery codes shown once, the page between the right word and the session."""

import base64
import hashlib
import hmac
import json
from typing import Any
from uuid import UUID

import segno
from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from actions import second_factor as factors
from actions import sign_in
from actions.record import Actor
from actions.sign_in import BY_WORD, Came
from config import clock
from config.settings import settings
from models.base import NotAllowed, Refused
from models.database import fetch, reading, transaction
from models.office import User
from models.second_factor import factor_of, unused_codes
from rules import totp
from web.guard import COOKIE, Me, came
from web.let_in import inside, let_in
from web.page import render
from web.security_log import note_person
from web.status import status_of

router = APIRouter()
HALF, HALF_PATH, LONGEST = "duban_second", "/login", 300  # seconds between the word and the code
TOO_LATE = "两步之间间隔过长，请重新输入口令。"


def ask_code(request: Request, user: User, to: str, office: str = "") -> Response:
    """The word was right: the code is asked for; only this browser's cookie knows for whom."""
    said = {"user": str(user.id), "word": _print(user), "to": to, "office": office, "at": int(clock.wall().timestamp())}
    text = base64.urlsafe_b64encode(json.dumps(said).encode()).decode()
    answer = _code_page(request)
    secure = settings().site.startswith("https://")
    answer.set_cookie(
        HALF, f"{text}.{_seal(text)}", max_age=LONGEST, httponly=True, samesite="lax", secure=secure, path=HALF_PATH
    )
    return answer


@router.post("/login/code")
def code(request: Request, code: str = Form("")) -> Response:
    """The second step: a right code opens the session, a wrong one is asked for again."""
    try:
        half = _half(request)
        note_person(request, half["user"])
        token, to = _with_code(half, code, came(request), request.cookies.get(COOKIE, ""))
    except Refused as error:
        return _code_page(request, status_of(error), str(error))
    if not token:
        return _code_page(request, 401, factors.WRONG)
    answer = let_in(token, to or "/", half["office"])
    answer.delete_cookie(HALF, path=HALF_PATH)
    return answer


def _with_code(half: dict[str, Any], code: str, where: Came, old: str) -> tuple[str, str]:
    """A fresh session's word and where to go; "" for a wrong code, which is counted."""
    with transaction() as session:
        user = session.get(User, UUID(half["user"]))
        if user is None or not user.active or _print(user) != half["word"]:
            raise NotAllowed(TOO_LATE)
        if not factors.take_code(session, user, code):
            return "", ""
        return sign_in.begin(session, user, where, BY_WORD, old), inside(half["to"])


def _half(request: Request) -> dict[str, Any]:
    text, _, seal = request.cookies.get(HALF, "").partition(".")
    if not text or not hmac.compare_digest(seal.encode(), _seal(text).encode()):
        raise NotAllowed(TOO_LATE)
    half: dict[str, Any] = json.loads(base64.urlsafe_b64decode(text))
    if clock.wall().timestamp() - half["at"] > LONGEST:
        raise NotAllowed(TOO_LATE)
    return half


def _print(user: User) -> str:
    """Changes with the word: a word that was reset meanwhile opens nothing."""
    return hashlib.sha256(user.password_hash.encode()).hexdigest()[:16]


def _seal(text: str) -> str:
    return hmac.new(settings().secret, b"second" + text.encode(), hashlib.sha256).hexdigest()


def _code_page(request: Request, status: int = 200, wrong: str = "") -> Response:
    return render(request, "office/login_code.html", status, wrong=wrong, late=wrong == TOO_LATE)


@router.get("/second-factor")
def page(request: Request, me: Me) -> Response:
    return _page(request)


def _page(request: Request, error: Refused | None = None, codes: list[str] | None = None) -> Response:
    """Not enrolled, begun (with its QR code), or enrolled; recovery codes only in the answer that made them."""
    user = request.state.user
    with reading() as session:
        factor = factor_of(session, user.id)
        secret, left = factors.secret_shown(session, user.id), len(unused_codes(session, user.id))
    asked = totp.enrolment_address(secret, user.login, "督办") if secret else ""
    return render(
        request, "office/second_factor.html", status_of(error) if error else 200, error=error, secret=secret,
        picture=segno.make(asked, error="m").svg_data_uri(scale=5, border=2) if asked else "", codes=codes or [],
        on=bool(factor and factor.confirmed_at), left=left, required=request.state.lacks_factor,
    )


@router.post("/second-factor")
def begin(request: Request, me: Me) -> Response:
    with transaction() as session:
        factors.begin_factor(session, me, _myself(session, request, me))
    return RedirectResponse("/second-factor", 303)


@router.post("/second-factor/confirm")
def confirm(request: Request, me: Me, code: str = Form("")) -> Response:
    this = request.state.login.id
    try:
        with transaction() as session:
            codes = factors.confirm_factor(session, me, _myself(session, request, me), code, this)
    except Refused as error:
        return _page(request, error)
    request.state.lacks_factor = False
    return _page(request, codes=codes)


@router.post("/second-factor/codes")
def codes(request: Request, me: Me, code: str = Form("")) -> Response:
    try:
        with transaction() as session:
            fresh = factors.new_codes(session, me, _myself(session, request, me), code)
    except Refused as error:
        return _page(request, error)
    return _page(request, codes=fresh) if fresh else _page(request, NotAllowed(factors.WRONG))


@router.post("/second-factor/end")
def end(request: Request, me: Me, code: str = Form("")) -> Response:
    try:
        with transaction() as session:
            right = factors.end_own(session, me, _myself(session, request, me), code)
    except Refused as error:
        return _page(request, error)
    return RedirectResponse("/second-factor?done=ok", 303) if right else _page(request, NotAllowed(factors.WRONG))


@router.post("/people/{user_id}/second-factor/end")
def end_of(request: Request, me: Me, user_id: UUID) -> Response:
    """The head ends it for who has lost the telephone and the codes; one's own asks for a code."""
    if user_id == request.state.user.id:
        raise NotAllowed("本人的动态口令，请到“登录设备”中凭动态口令或备用码解除。")
    with transaction() as session:
        factors.end_factor(session, me, fetch(session, User, user_id, me.office_id))
    return RedirectResponse(f"/people/{user_id}?done=ok", 303)


def _myself(session: Any, request: Request, me: Actor) -> User:
    return fetch(session, User, request.state.user.id, me.office_id)


async def to_factor(_request: Request, _error: Exception) -> Response:
    """Where the installation asks for a second factor, nothing else opens before there is one."""
    return RedirectResponse("/second-factor", 303)
