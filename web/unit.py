"""A unit's page behind its link: what waits, signing, the contact, its own files."""

import re
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response

from actions import keep_evidence, open_link
from actions.enrol import replace_contact
from actions.paper import look
from models import unit_ledger as own
from models.base import NotAllowed, NotFound, Refused
from models.database import reading, transaction
from models.door_ledger import telephones_behind
from models.paper_ledger import issued_to
from notifications.link import hash_token
from web.page import render
from web.throttle import Throttle
from web.unit_attempt import attempt, posted
from web.unit_door import READ, Here, Posted, address, enter
from web.unit_home import show_home

router = APIRouter(prefix="/u")
GLUED = re.compile(r"([\w-]{43})[^\w-]", re.ASCII)  # messengers take the words behind a link for a part of it
FRESH_BY_ADDRESS, FRESH_BY_LINK = Throttle(10, 3600), Throttle(3, 3600)


@router.api_route("/{token}", methods=READ)
def home(request: Request, token: str) -> Response:
    """Everything of the unit at a glance. Opening changes nothing: previews and mail scanners open links too."""
    if glued := GLUED.match(token):
        return RedirectResponse(f"/u/{glued[1]}", 303)
    with reading() as session:
        return show_home(enter(request, session, token), {}, None)


@router.api_route("/{token}/sign", methods=READ)
def back_home(token: str) -> Response:
    """A messenger that reopens the address of a refused form finds the form."""
    return RedirectResponse(f"/u/{token}", 303)


@router.post("/{token}/sign")
async def sign(request: Request, token: str) -> Response:
    what = await posted(request, token)
    return await run_in_threadpool(attempt, request, token, what, _sign, show_home)


def _sign(here: Here, what: Posted) -> str:
    open_link.sign(here.session, here.who, what.fields)
    return "?done=signed"


@router.post("/{token}/fresh")
def fresh(request: Request, token: str) -> Response:
    """A fresh link for the registered contact; the answer is the same whether the link was known or not."""
    try:
        FRESH_BY_ADDRESS.check(address(request))
        FRESH_BY_LINK.check(hash_token(token))
        with transaction() as session:
            open_link.ask_fresh_link(session, token)
    except NotAllowed:
        pass  # asked too often: nothing is sent, and nothing else is told
    return render(request, "unit/fresh.html", token=token)


@router.api_route("/{token}/contact", methods=READ)
def contact(request: Request, token: str, done: Annotated[str, Query()] = "") -> Response:
    """The form to name another contact; afterwards this link is dead and the page says where the new one went."""
    with reading() as session:
        try:
            return show_contact(enter(request, session, token), {}, None)
        except open_link.LinkExpired:
            if done != "replaced":
                raise
        telephones = telephones_behind(session, hash_token(token))
    return render(request, "unit/replaced.html", token=token, telephones=telephones)


def show_contact(here: Here, fields: dict[str, str], error: Refused | None) -> Response:
    return here.show("contact", error, fields=fields)


@router.post("/{token}/contact")
async def change_contact(request: Request, token: str) -> Response:
    what = await posted(request, token)
    return await run_in_threadpool(attempt, request, token, what, _change_contact, show_contact, final=True)


def _change_contact(here: Here, what: Posted) -> str:
    replace_contact(here.session, here.who.actor, here.who.contact, what.fields)
    return "/contact?done=replaced"


@router.api_route("/{token}/papers/{paper_id:uuid}", methods=READ)
def letter(request: Request, token: str, paper_id: UUID) -> Response:
    """A letter that was served on the unit, as it was signed."""
    with reading() as session:
        row = issued_to(session, enter(request, session, token).who.unit.id, paper_id)
        data = look(session, row)
    name = f"attachment; filename*=UTF-8''{quote(f'{row.number}{row.title}.docx', safe='')}"
    return Response(data, media_type="application/octet-stream", headers={"Content-Disposition": name})


@router.api_route("/{token}/evidence/{evidence_id:uuid}", methods=READ)
def evidence(request: Request, token: str, evidence_id: UUID) -> Response:
    """A file the unit sent in, as it was received, under the name it came with."""
    with reading() as session:
        row = own.own_evidence(session, enter(request, session, token).who.unit.id, evidence_id)
    try:
        data = keep_evidence.read(row)
    except FileNotFoundError:
        raise NotFound(f"“{row.name}”不在存放位置，请联系办公室。") from None
    name = f"attachment; filename*=UTF-8''{quote(row.name, safe='')}"
    return Response(data, media_type="application/octet-stream", headers={"Content-Disposition": name})
