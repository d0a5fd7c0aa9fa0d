"""Units with their contacts and history, what was sent, files, the event history."""

from collections.abc import Mapping
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response

from actions import deliver, keep_evidence, open_link
from actions.enrol import enrol_units
from actions.record import Actor
from config import clock
from models import lists
from models.base import Refused, Rejected
from models.database import fetch, reading, transaction
from models.door_ledger import live_links, live_short_addresses
from models.key_unit_ledger import key_cards
from models.ledger import contacts_of_unit, unit_items
from models.notice import Message
from models.submission import Evidence
from models.unit import Contact, Unit
from models.words import Channel
from plans.directory import COLUMNS, read_directory
from rules.roles import Act, may
from web.forms import uploads
from web.guard import Me
from web.page import render
from web.status import status_of

router = APIRouter()


@router.get("/units")
def units(request: Request, me: Me) -> Response:
    with reading() as session:
        rows = [(unit, contacts_of_unit(session, unit.id)) for unit in lists.units_of(session, me.office_id)]
        return render(request, "office/units.html", rows=rows, columns=list(COLUMNS))


@router.post("/units")
async def import_units(request: Request, me: Me) -> Response:
    """Read a .csv or .xlsx directory; every bad row is named, nothing is written unless all are good."""
    files = await uploads(await request.form(), "directory")
    if not files:
        raise Rejected("请选择单位名录文件（.csv 或 .xlsx）。")
    return await run_in_threadpool(_import, me, files[0])


def _import(me: Actor, file: keep_evidence.Upload) -> Response:
    rows = read_directory(keep_evidence.shown_name(file.name), file.data)
    with transaction() as session:
        added, known = enrol_units(session, me, rows)
    return RedirectResponse(f"/units?done=imported&added={added}&known={known}", 303)


@router.get("/units/{unit_id}")
def unit_page(request: Request, me: Me, unit_id: UUID) -> Response:
    """One unit: contacts, what it owes, letters, messages, the whole history."""
    with reading() as session:
        unit = fetch(session, Unit, unit_id, me.office_id)
    return show_unit(request, me, unit)


def show_unit(
    request: Request, me: Actor, unit: Unit, link: str = "", error: Refused | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response:
    """The page of a unit; after a refusal with its sentence and what was typed."""
    with reading() as session:
        others = [one for one in lists.units_of(session, me.office_id) if one.active and one.id != unit.id]
        successor = fetch(session, Unit, unit.merged_into).name if unit.merged_into else ""
        return render(
            request, "office/unit.html", status_of(error) if error else 200, unit=unit, link=link, others=others,
            successor=successor, error=error, typed=typed or {}, cards=key_cards(session, unit.id, clock.today()),
            contacts=contacts_of_unit(session, unit.id), channels=Channel,
            items=unit_items(session, unit.id), messages=lists.messages_of(session, me.office_id, unit.id, limit=50),
            events=lists.events_of(
                session, me.office_id, limit=100, referrals=may(me.role, Act.READ_REFERRALS), unit_id=unit.id
            ),
            doors=live_links(session, unit.id, clock.now()), shorts=live_short_addresses(session, unit.id, clock.now()),
        )


@router.post("/units/{unit_id}/link")
def fresh_link(request: Request, me: Me, unit_id: UUID, contact_id: UUID = Form()) -> Response:
    """A fresh link, shown once, for the telephone or the printed letter."""
    with transaction() as session:
        unit = fetch(session, Unit, unit_id, me.office_id)
        contact = fetch(session, Contact, contact_id, me.office_id)
        link = open_link.make_link(session, me, contact)
    return show_unit(request, me, unit, link)


@router.get("/outbox")
def outbox(request: Request, me: Me) -> Response:
    """Every message: to whom, over which channel, with what result."""
    with reading() as session:
        return render(
            request, "office/outbox.html", rows=lists.messages_of(session, me.office_id, limit=300),
            figures=lists.sending_figures(session, me.office_id, clock.today()),
        )


@router.get("/outbox/{key}")
def message(request: Request, me: Me, key: UUID) -> Response:
    with reading() as session:
        row = fetch(session, Message, key, me.office_id)
        contact = fetch(session, Contact, row.contact_id)
        unit = session.get(Unit, row.unit_id) if row.unit_id else None
        return render(request, "office/message.html", row=row, contact=contact, unit=unit)


@router.post("/outbox/{key}/again")
def send_again(me: Me, key: UUID) -> Response:
    with transaction() as session:
        deliver.send_again(session, me, fetch(session, Message, key, me.office_id))
    return RedirectResponse("/outbox?done=ok", 303)


@router.get("/evidence/{key}")
def evidence(me: Me, key: UUID) -> Response:
    """A file as it came in, checked against its hash; never opened inside our page."""
    with reading() as session:
        row = fetch(session, Evidence, key, me.office_id)
    name = f"attachment; filename=\"evidence\"; filename*=UTF-8''{quote(row.name)}"
    return Response(keep_evidence.read(row), media_type=row.mime, headers={"Content-Disposition": name})
