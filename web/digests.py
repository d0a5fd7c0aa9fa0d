"""督察简报: the list of digests, and who gets them by mail."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from actions import digest
from actions.record import Actor
from models.base import Refused
from models.database import fetch, reading, transaction
from models.digest_ledger import digests_of
from models.office import User
from web.guard import Me
from web.page import render
from web.person import show_person
from web.sessions import show_devices

router = APIRouter()
Words = Annotated[str, Form()]
Ticks = Annotated[list[str] | None, Form()]


@router.get("/digests")
def page(request: Request, me: Me) -> Response:
    """Every digest, the newest first, with its sentences."""
    with reading() as session:
        return render(request, "office/digests.html", rows=digests_of(session, me.office_id))


@router.post("/sessions/digests")
def own(request: Request, me: Me, mail: Words = "", digests: Ticks = None, seen: Words = "") -> Response:
    """One's own wish."""
    key = request.state.user.id
    try:
        _set(me, key, mail, digests or [], seen)
    except Refused as error:
        return show_devices(request, error, {"mail": mail, "digests": digests or [], "seen": seen})
    return RedirectResponse("/sessions?done=ok", 303)


@router.post("/people/{user_id}/digests")
def of_person(
    request: Request, me: Me, user_id: UUID, mail: Words = "", digests: Ticks = None, seen: Words = ""
) -> Response:
    """A leader's, set by the head."""
    try:
        _set(me, user_id, mail, digests or [], seen)
    except Refused as error:
        typed = {"mail": mail, "wish": ",".join(digests or []), "wish_seen": seen}
        return show_person(request, me, user_id, error, typed)
    return RedirectResponse(f"/people/{user_id}?done=ok", 303)


def _set(me: Actor, key: UUID, mail: str, kinds: list[str], seen: str) -> None:
    with transaction() as session:
        digest.set_digests(session, me, fetch(session, User, key, me.office_id), mail, kinds, seen)
