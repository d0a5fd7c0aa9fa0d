"""The office's people: who may sign in, in which role; the head adds and changes them."""

from collections.abc import Callable
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from actions import people, sign_in
from actions.record import Actor
from config.settings import settings
from models.base import Refused, Rejected
from models.database import fetch, reading, transaction
from models.office import User
from models.office_ledger import last_logins, people_of
from models.words import Role
from web.forms import texts
from web.guard import Me
from web.page import render
from web.person import show_person
from web.status import status_of

router = APIRouter(prefix="/people")


@router.get("")
def page(request: Request, me: Me) -> Response:
    return _page(request, me)


def _page(
    request: Request, me: Actor, error: Refused | None = None, typed: dict[str, str] | None = None
) -> Response:
    with reading() as session:
        return render(
            request, "office/people.html", status_of(error) if error else 200, rows=people_of(session, me.office_id),
            last=last_logins(session, me.office_id), roles=list(Role), error=error, typed=typed or {},
        )


@router.post("")
async def add(request: Request, me: Me) -> Response:
    """A new person; the first word is made here and shown once."""
    return await run_in_threadpool(_add, request, me, texts(await request.form()))


def _add(request: Request, me: Actor, given: dict[str, str]) -> Response:
    word = people.one_time_word()
    hashed = people.PASSWORDS.hash(word)  # before any transaction is open: Argon2 is slow on purpose
    try:
        role = given.get("role", "")
        if role not in set(Role):
            raise Rejected("请选择身份。")
        with transaction() as session:
            user = people.add_person(
                session, me, given.get("login", ""), given.get("name", ""), Role(role), hashed, given.get("post", ""),
                given.get("phone", ""),
            )
            session.flush()
    except Refused as error:
        return _page(request, me, error, given)
    return show_person(request, me, user.id, word=word)


@router.post("/{user_id}")
async def change(request: Request, me: Me, user_id: UUID) -> Response:
    """Name, role, post and telephone in one form; a stale page overwrites nothing."""
    given = texts(await request.form())
    return await run_in_threadpool(_change, request, me, user_id, given)


def _change(request: Request, me: Actor, user_id: UUID, given: dict[str, str]) -> Response:
    def act(session: Session, user: User) -> None:
        people.change_person(session, me, user, given, given.get("seen"))

    return _do(request, me, user_id, act, given)


@router.post("/{user_id}/active")
def active(request: Request, me: Me, user_id: UUID, active: str = Form("")) -> Response:
    return _do(request, me, user_id, lambda session, user: people.set_active(session, me, user, active == "yes"))


@router.post("/{user_id}/identity")
def identity(request: Request, me: Me, user_id: UUID, identity: str = Form("")) -> Response:
    """Which account at the identity provider is this person's: by e-mail, or by its subject."""
    issuer = settings().oidc_issuer
    return _do(
        request, me, user_id, lambda session, user: people.set_identity(session, me, user, identity, issuer),
        {"identity": identity},
    )


@router.post("/{user_id}/sessions/end")
def end_all(request: Request, me: Me, user_id: UUID) -> Response:
    """End every sign-in of a person."""
    return _do(request, me, user_id, lambda session, user: sign_in.end_all(session, me, user))


@router.post("/{user_id}/word")
def reset(request: Request, me: Me, user_id: UUID) -> Response:
    """A one-time word, shown once to the head; it opens nothing but its own change."""
    word = people.one_time_word()
    hashed = people.PASSWORDS.hash(word)
    try:
        with transaction() as session:
            people.reset_word(session, me, fetch(session, User, user_id, me.office_id), hashed)
    except Refused as error:
        return show_person(request, me, user_id, error)
    return show_person(request, me, user_id, word=word)


def _do(
    request: Request, me: Actor, user_id: UUID, act: Callable[[Session, User], object],
    typed: dict[str, str] | None = None,
) -> Response:
    """One act on one person; refused, the person's page says why and keeps what was typed."""
    try:
        with transaction() as session:
            act(session, fetch(session, User, user_id, me.office_id))
    except Refused as error:
        return show_person(request, me, user_id, error, typed)
    return RedirectResponse(f"/people/{user_id}?done=ok", 303)
