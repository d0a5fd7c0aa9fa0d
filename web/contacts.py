"""How a contact is reached: first and second way, an address that was refused, and 试发."""

from collections.abc import Mapping
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from actions import try_out, ways
from actions.record import Actor
from models.base import Conflict, NotAllowed, NotFound, Refused, Rejected
from models.contact_ledger import own_contacts
from models.cycle import Team
from models.database import fetch, reading, transaction
from models.unit import Contact, Unit
from models.words import Channel
from notifications.channel import Receipt, send
from rules.address import HINTS
from web.forms import texts
from web.guard import Me
from web.page import render
from web.status import status_of

router = APIRouter()
FIELDS = ("name", "phone", "channel", "address", "second_channel", "second_address")


@router.get("/contacts")
def contacts(request: Request, me: Me) -> Response:
    """The office's own contacts and its teams'; those of units stand on their units' pages."""
    with reading() as session:
        return render(request, "office/contacts.html", rows=own_contacts(session, me.office_id))


@router.get("/contacts/{key:uuid}")
def contact(request: Request, me: Me, key: UUID) -> Response:
    return _page(request, me, key)


def _page(
    request: Request, me: Actor, key: UUID, error: Refused | None = None, typed: Mapping[str, str] | None = None,
    receipt: Receipt | None = None,
) -> Response:
    """One contact; after a refusal with its sentence and what was typed, after a trial with what came of it."""
    with reading() as session:
        row = _of(session, me, key)
        return render(
            request, "office/contact_ways.html", status_of(error) if error else 200, error=error, typed=typed or {},
            contact=row, unit=session.get(Unit, row.unit_id) if row.unit_id else None,
            team=session.get(Team, row.team_id) if row.team_id else None, channels=Channel, hints=HINTS,
            receipt=receipt, tried=try_out.in_words(receipt) if receipt else "",
        )


def _of(session: Session, me: Actor, key: UUID) -> Contact:
    """The contact, of this office; who only reads digests is set on that person's own page."""
    row = fetch(session, Contact, key, me.office_id)
    if row.user_id is not None:
        raise NotFound("没有找到这位联系人。")
    return row


@router.post("/contacts/{key:uuid}")
async def save(request: Request, me: Me, key: UUID) -> Response:
    """Set the ways this contact is reached."""
    return await run_in_threadpool(_save, request, me, key, texts(await request.form()))


def _save(request: Request, me: Actor, key: UUID, fields: Mapping[str, str]) -> Response:
    given = {name: fields.get(name, "") for name in FIELDS}
    try:
        with transaction() as session:
            ways.save_ways(session, me, _of(session, me, key), given)
    except (Conflict, Rejected) as error:
        return _page(request, me, key, error, given)
    return RedirectResponse(f"/contacts/{key}?done=ok", 303)


@router.post("/contacts/{key:uuid}/resume")
def resume(request: Request, me: Me, key: UUID) -> Response:
    """A refused address is used again."""
    try:
        with transaction() as session:
            ways.use_again(session, me, _of(session, me, key))
    except Conflict as error:
        return _page(request, me, key, error)
    return RedirectResponse(f"/contacts/{key}?done=ok", 303)


@router.post("/contacts/{key:uuid}/try")
def try_it(request: Request, me: Me, key: UUID, way: str = Form("first")) -> Response:
    """Send one message now and show what came of it; no transaction is open while the wire is slow."""
    try:
        with transaction() as session:
            row = _of(session, me, key)
            parcel = try_out.prepare(session, me, row, way == "second")
        try_out.not_too_often(me, row)
    except (Conflict, NotAllowed, Rejected) as error:
        return _page(request, me, key, error)
    receipt = send(parcel)
    with transaction() as session:
        try_out.note(session, me, _of(session, me, key), parcel, receipt)
    return _page(request, me, key, receipt=receipt)
