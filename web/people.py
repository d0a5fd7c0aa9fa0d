"""The office's people: names, roles, sign-ins; everybody's own word."""

from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from actions import people
from models.base import Rejected
from models.database import fetch, reading, transaction
from models.office import User
from models.office_ledger import people_of
from models.words import Role
from web.guard import Me
from web.page import render

router = APIRouter(prefix="/people")


@router.get("")
def page(request: Request, me: Me) -> Response:
    with reading() as session:
        return render(request, "office/people.html", rows=people_of(session, me.office_id), roles=list(Role))


@router.post("")
def add(me: Me, login: str = Form(""), name: str = Form(""), role: Role = Form(), word: str = Form("")) -> Response:
    hashed = _hashed(word)
    with transaction() as session:
        people.add_person(session, me, login, name, role, hashed)
    return RedirectResponse("/people?done=ok", 303)


@router.post("/{user_id}/name")
def rename(me: Me, user_id: UUID, name: str = Form("")) -> Response:
    with transaction() as session:
        people.rename(session, me, fetch(session, User, user_id, me.office_id), name)
    return RedirectResponse("/people?done=ok", 303)


@router.post("/{user_id}/active")
def active(me: Me, user_id: UUID, active: str = Form("")) -> Response:
    with transaction() as session:
        people.set_active(session, me, fetch(session, User, user_id, me.office_id), active == "yes")
    return RedirectResponse("/people?done=ok", 303)


@router.post("/{user_id}/word")
def word(me: Me, user_id: UUID, word: str = Form(""), again: str = Form("")) -> Response:
    if word != again:
        raise Rejected("两次输入的口令不一致。")
    hashed = _hashed(word)
    with transaction() as session:
        people.change_word(session, me, fetch(session, User, user_id, me.office_id), word, hashed)
    return RedirectResponse("/people?done=ok", 303)


def _hashed(word: str) -> str:
    """Argon2 before any transaction is open: it is slow on purpose."""
    if len(word) < people.SHORTEST_WORD:
        raise Rejected(f"口令至少{people.SHORTEST_WORD}位。")
    return people.PASSWORDS.hash(word[:200])
