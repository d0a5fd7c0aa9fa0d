"""The outbox: every message with its result, what a person must find out by telephone, and the hold."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response

from actions import doubt, sending
from actions.record import Actor
from config import clock
from models import lists, outbox_ledger
from models.database import Session, fetch, reading, transaction
from models.notice import Message
from models.unit import Contact, Unit
from web.forms import row_key, texts
from web.guard import Me
from web.page import render

router = APIRouter(prefix="/outbox")
CHOICES = {sending.SEND: "照常发送", sending.DONE: "已送达，不再发", sending.ASK: "先不发，电话核实"}
LEFT = 200


@router.get("")
def outbox(request: Request, me: Me) -> Response:
    """Every message: to whom, over which channel, with what result; first what waits for a person."""
    with reading() as session:
        return render(
            request, "office/outbox.html", rows=lists.messages_of(session, me.office_id, limit=300),
            figures=lists.sending_figures(session, me.office_id, clock.today()),
            carried=outbox_ledger.carried_people(session, me.office_id, clock.today()),
            asked=outbox_ledger.to_telephone(session, me.office_id), **_held(session, me),
        )


def _held(session: Session, me: Actor) -> dict[str, Any]:
    """The hold, what is known to have left meanwhile, and what would leave after it with the choice proposed."""
    hold = sending.held(session, me.office_id)
    if hold is None:
        return {"hold": None}
    left = [one for one in sending.doubtful(session) if one.office_id == me.office_id]
    told = {one.contact_id for one in left}
    waiting = outbox_ledger.in_states(session, me.office_id, outbox_ledger.WAITING)
    proposed = [(*row, sending.ASK if row[0].contact_id in told else sending.SEND) for row in waiting]
    seen = str(hold.id) if hold in session else ""
    return {"hold": hold, "seen": seen, "left": left[:LEFT], "waiting": proposed, "choices": CHOICES}


@router.get("/{key}")
def message(request: Request, me: Me, key: UUID) -> Response:
    with reading() as session:
        row = fetch(session, Message, key, me.office_id)
        contact = fetch(session, Contact, row.contact_id)
        unit = session.get(Unit, row.unit_id) if row.unit_id else None
        return render(request, "office/message.html", row=row, contact=contact, unit=unit)


@router.post("/release")
async def release(request: Request, me: Me) -> Response:
    """The head lets notices out again, each waiting one as chosen."""
    fields = texts(await request.form())
    return await run_in_threadpool(_release, me, fields)


def _release(me: Actor, fields: dict[str, str]) -> Response:
    chosen = {
        row_key(name.removeprefix("m-")): choice
        for name, choice in fields.items() if name.startswith("m-") and choice in CHOICES
    }
    with transaction() as session:
        sending.release(session, me, row_key(fields["seen"]) if fields.get("seen") else None, chosen)
    return RedirectResponse("/outbox?done=ok", 303)


@router.post("/{key}/again")
def send_again(me: Me, key: UUID, reason: str = Form("")) -> Response:
    with transaction() as session:
        doubt.send_again(session, me, fetch(session, Message, key, me.office_id), reason)
    return RedirectResponse("/outbox?done=ok", 303)


@router.post("/{key}/delivered")
def delivered(me: Me, key: UUID, how: str = Form("")) -> Response:
    with transaction() as session:
        doubt.was_delivered(session, me, fetch(session, Message, key, me.office_id), how)
    return RedirectResponse("/outbox?done=ok", 303)
