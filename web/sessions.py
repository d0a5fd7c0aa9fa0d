"""Signing in and out, 登录设备, one's own word, and what happens to a page when the sign-in has ended meanwhile."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, unquote
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from actions import people, sign_in
from actions.digest import mails, wish_of
from actions.sign_in import BY_WORD, Came
from config import clock
from config.settings import settings
from models.base import Conflict, NotAllowed, NotFound, Refused, Rejected
from models.database import fetch, reading, transaction
from models.office import User
from models.office_ledger import login_before, office_named, open_logins, several, users_by_login
from models.second_factor import has_factor
from rules.roles import keeps_word
from web.guard import COOKIE, Me, NeedsLogin, NeedsProof, came, prove_by_word, right_word
from web.let_in import CHOSEN, inside, let_in
from web.page import render
from web.second_factor import ask_code
from web.security_log import note_person
from web.status import status_of

router = APIRouter()
LONGEST_OFFICE = 60
WRONG = "用户名或口令不对。"
WRONG_OFFICE = "用户名或口令不对。本系统有多个办公室，请核对办公室简码。"
LONGEST = 100_000  # letters of a form that are carried over a new sign-in
CLOSED = {
    "idle": "较长时间没有操作，已自动退出，请重新登录。",
    "over": "登录已满时限，请重新登录。",
    "ended": "本次登录已被结束（在其他设备上结束、更改口令或由主任结束），请重新登录。",
    "out": "已退出。",
}


@router.get("/login")
def login_form(request: Request, why: str = "", to: str = "", office: str = "") -> Response:
    return show_login(request, to=to, note=CLOSED.get(why, ""), office=office)


def show_login(
    request: Request, status: int = 200, wrong: str = "", login: str = "", to: str = "", note: str = "",
    office: str = "", choices: Sequence[tuple[UUID, str]] = (),
) -> Response:
    """The sign-in form, with a sentence that says why it is here. Where there are several offices it asks for one and
    names none; `choices` are those a person known to the provider works for."""
    return render(
        request, "office/login.html", status, wrong=wrong, login=login, to=inside(to), note=note,
        provider=settings().oidc_name if settings().oidc_issuer else "", by_word=settings().local_passwords,
        several=several(), office=office or unquote(request.cookies.get(CHOSEN, ""))[:LONGEST_OFFICE], choices=choices,
    )


@router.post("/login")
def login(
    request: Request, login: str = Form(""), word: str = Form(""), to: str = Form(""), office: str = Form(""),
) -> Response:
    """Sign in; a wrong word is answered with the form, too many with a pause."""
    name, _, typed = login.strip().partition("@")  # zhuren@py says the same as the field of its own
    chosen = (typed or office).strip()[:LONGEST_OFFICE]
    try:
        user = _whose(name, chosen)
        if user:
            note_person(request, user.id)
        token = _by_word(user, name, word, came(request), request.cookies.get(COOKIE, ""))
    except Refused as error:
        return show_login(request, status_of(error), str(error), login, to, office=chosen)
    if token is None:
        return show_login(request, 401, WRONG_OFFICE if several() else WRONG, login, to, office=chosen)
    if isinstance(token, User):
        return ask_code(request, token, inside(to), chosen)
    return let_in(token, inside(to) or "/", chosen)


def _whose(login: str, office: str) -> User | None:
    """The one person of this name, in the office that was chosen; which offices there are, nobody learns here."""
    with reading() as session:
        try:
            found = users_by_login(session, login, office_named(session, office).id if office else None)
        except NotFound:
            return None
    return found[0] if len(found) == 1 else None


def _by_word(user: User | None, login: str, word: str, where: Came, old: str) -> str | User | None:
    """A fresh session word for the right password; the person where a code is still wanted; None otherwise."""
    if not right_word(user, login, word, where) or user is None:
        return None
    if not keeps_word(user.role) and not settings().local_passwords:
        raise NotAllowed(f"口令登录已停用，请用“{settings().oidc_name}”登录。")
    with transaction() as session:
        fresh = session.get(User, user.id)  # the word may have been reset, the person stopped while it was checked
        if fresh is None or not fresh.active or fresh.password_hash != user.password_hash:
            return None
        if has_factor(session, fresh.id):
            return fresh
        return sign_in.begin(session, fresh, where, BY_WORD, old)


@router.post("/logout")
def logout(request: Request) -> Response:
    with transaction() as session:
        sign_in.end_token(session, request.cookies.get(COOKIE, ""))
    answer = RedirectResponse("/login?why=out", 303)
    answer.delete_cookie(COOKIE)
    return answer


@router.get("/sessions")
def devices(request: Request, me: Me) -> Response:
    """登录设备: one's own sign-ins that still open pages, and the one before this."""
    return show_devices(request)


def show_devices(request: Request, error: Refused | None = None, wish: dict[str, Any] | None = None) -> Response:
    """The page; after a refused wish for digests with its sentence and what was typed."""
    this = request.state.login
    with reading() as session:
        rows = open_logins(session, this.user_id, clock.wall(), sign_in.idle())
        return render(
            request, "office/sessions.html", status_of(error) if error else 200, error=error,
            wish=wish or wish_of(fetch(session, User, this.user_id)), mails=mails(), rows=rows,
            this=this.id, before=login_before(session, this),
            idle=settings().session_idle_minutes, hours=settings().session_hours,
            provider=settings().oidc_name if settings().oidc_issuer else "",
        )


@router.post("/sessions/{key:uuid}/end")
def end(request: Request, me: Me, key: UUID) -> Response:
    """End one sign-in; the head comes from the person's page and goes back there."""
    mine = request.state.user.id
    with transaction() as session:
        row = sign_in.end_login(session, me, mine, key)
    return RedirectResponse("/sessions?done=ended" if row.user_id == mine else f"/people/{row.user_id}?done=ended", 303)


@router.post("/sessions/end-others")
def end_others(request: Request, me: Me) -> Response:
    with transaction() as session:
        sign_in.end_others(session, me, request.state.user.id, request.state.login.id)
    return RedirectResponse("/sessions?done=ended", 303)


@router.get("/word")
def word_form(request: Request, me: Me) -> Response:
    return _word_page(request)


def _word_page(request: Request, error: Refused | None = None) -> Response:
    status, first = status_of(error) if error else 200, request.state.user.must_change
    return render(request, "office/word.html", status, error=error, first=first, shortest=people.SHORTEST_WORD)


@router.post("/word")
def change_word(
    request: Request, me: Me, old: str = Form(""), word: str = Form(""), again: str = Form("")
) -> Response:
    """Change one's own word: the old one is asked for, every other sign-in ends."""
    user, this = request.state.user, request.state.login.id
    try:
        people.check_word(word)
        if word != again:
            raise Rejected("两次输入的新口令不一致。")
        if word == old:
            raise Rejected("新口令须与原口令不同。")
        if not right_word(user, user.login, old, came(request)):
            raise Rejected("原口令不对。")
        hashed = people.PASSWORDS.hash(word[:200])
        with transaction() as session:
            fresh = fetch(session, User, user.id, me.office_id)
            if fresh.password_hash != user.password_hash:
                raise Conflict("口令刚刚已被更改，请用新口令重新登录。")
            people.change_word(session, me, fresh, word, hashed, this)
    except Refused as error:
        return _word_page(request, error)
    return RedirectResponse("/?done=word" if user.must_change else "/sessions?done=word", 303)


@router.post("/confirm")
def confirm(request: Request, me: Me, own_word: str = Form(""), back: str = Form("")) -> Response:
    """Prove again who one is, for a form that cannot be carried along, and go back to it."""
    user, this = request.state.user, request.state.login
    if not prove_by_word(user, this, own_word, came(request)):
        return _proof(request, inside(back), NeedsProof((), True, "口令不对，请再试一次。"))
    return RedirectResponse(inside(back) or "/", 303)


async def to_login(request: Request, error: Exception) -> Response:
    """To the sign-in form and back; a form that was being sent waits on a page of its own."""
    why = error.why if isinstance(error, NeedsLogin) else ""
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if "hx-request" in request.headers:  # else the form would appear within the list that refreshes itself
        return Response(headers={"HX-Redirect": f"/login?why={why}"})
    if why and request.method == "POST":
        return await _kept(request, why)
    if not why:
        return RedirectResponse("/login", 303)
    target = path if request.method == "GET" else ""
    return RedirectResponse(f"/login?why={why}&to={quote(target)}", 303)


async def _kept(request: Request, why: str) -> Response:
    """What was typed when the sign-in had ended: sign in beside it, then send it again."""
    form = await request.form()
    fields = [(key, value) for key, value in form.multi_items() if isinstance(value, str)]
    secret = any(key in ("word", "again", "old", "own_word") for key, _ in fields)
    if secret or sum(len(value) for _, value in fields) > LONGEST:
        return RedirectResponse(f"/login?why={why}", 303)
    files = any(not isinstance(value, str) and value.filename for _, value in form.multi_items())
    return render(
        request, "office/kept.html", 401, sentence=CLOSED[why], fields=fields, files=files, path=request.url.path,
        shown=[value for _, value in fields if not value.isascii()],  # keys and nonces say nothing to a person
    )


async def to_new_word(_request: Request, _error: Exception) -> Response:
    return RedirectResponse("/word", 303)


async def to_proof(request: Request, error: Exception) -> Response:
    """Ask for the word again; the form is carried along, files are not."""
    asked = error if isinstance(error, NeedsProof) else NeedsProof()
    back = request.headers.get("referer", "")
    inner = "/" + back.split("/", 3)[3] if back.count("/") > 2 else "/"
    return _proof(request, inner, asked)


def _proof(request: Request, back: str, asked: NeedsProof) -> Response:
    path, known = "/confirm" if asked.files else request.url.path, request.state.user.identity
    return render(
        request, "office/confirm.html", 401, path=path, fields=asked.fields, files=asked.files, wrong=asked.wrong,
        back=inside(back), provider=settings().oidc_name if settings().oidc_issuer and known else "",
    )
