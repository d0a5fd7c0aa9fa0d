"""One assignment: its limits with their whole history, how they were counted, and what is done to its clock."""

from datetime import date
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from actions import entry, extend, finish, pause, register_event, submit
from actions.finish import OWN
from models.base import Conflict
from models.cycle import Assignment
from models.database import fetch, reading, transaction
from models.duty import Duty, Entry
from models.duty_ledger import entries_of
from models.ledger import LIVE
from models.limit_ledger import versions_of
from models.unit import Unit
from rules.deadline import Offset
from rules.deadline import Unit as Span
from web.forms import day, needed_day
from web.guard import Me
from web.page import render

router = APIRouter(prefix="/items")


@router.get("/{key:uuid}")
def item_page(request: Request, me: Me, key: UUID) -> Response:
    """The assignment with every version of its limit."""
    with reading() as session:
        item = fetch(session, Assignment, key, me.office_id)
        return render(
            request, "office/item.html", item=item, unit=session.get(Unit, item.unit_id) if item.unit_id else None,
            duty=session.get(Duty, item.duty_id) if item.duty_id else None, on_time=submit.on_time(item),
            versions=versions_of(session, item), counted=counted(item), live=item.state in LIVE,
            entries=entries_of(session, item.id) if item.duty_id else [], own=item.kind in OWN,
        )


def counted(item: Assignment) -> dict[str, object]:
    """The basis of a limit as a page can say it: event, its day, so much time, and whether it leaves rest days."""
    if not item.basis:
        return {}
    offset = Offset(item.basis["n"], Span(item.basis["unit"]))
    return {
        "event": item.basis["event"] or "起算日", "day": date.fromisoformat(item.basis["anchor"]),
        "span": offset.words, "back": offset.n < 0, "rolls": item.basis["rolls"] and offset.n > 0,
        "workdays": offset.unit == Span.WORKDAY,
    }


@router.post("/{key:uuid}/pause")
def pause_item(me: Me, key: UUID, reason: str = Form("")) -> Response:
    with transaction() as session:
        pause.pause(session, me, fetch(session, Assignment, key, me.office_id), reason)
    return RedirectResponse(f"/items/{key}?done=ok", 303)


@router.post("/{key:uuid}/resume")
def resume_item(me: Me, key: UUID, reason: str = Form("")) -> Response:
    with transaction() as session:
        pause.resume(session, me, fetch(session, Assignment, key, me.office_id), reason)
    return RedirectResponse(f"/items/{key}?done=ok", 303)


@router.post("/{key:uuid}/restart")
def restart_item(me: Me, key: UUID, on: str = Form(""), reason: str = Form("")) -> Response:
    """The event happened anew: count again from its new day."""
    with transaction() as session:
        item = fetch(session, Assignment, key, me.office_id)
        register_event.restart(session, me, item, needed_day(on, "新的起算日"), reason)
    return RedirectResponse(f"/items/{key}?done=ok", 303)


@router.post("/{key:uuid}/confirm")
def confirm_item(me: Me, key: UUID, note: str = Form("")) -> Response:
    with transaction() as session:
        entry.confirm(session, me, fetch(session, Assignment, key, me.office_id), note)
    return RedirectResponse("/duties?done=confirmed", 303)


@router.post("/{key:uuid}/return")
def return_item(me: Me, key: UUID, reason: str = Form(""), new_due: str = Form("")) -> Response:
    with transaction() as session:
        item = fetch(session, Assignment, key, me.office_id)
        entry.return_entry(session, me, item, reason, day(new_due, "补办时限"))
    return RedirectResponse("/duties?done=returned", 303)


@router.post("/entries/{key:uuid}/withdraw")
def withdraw(me: Me, key: UUID, reason: str = Form("")) -> Response:
    """Take back what was registered; it stays on record."""
    with transaction() as session:
        row = fetch(session, Entry, key, me.office_id)
        entry.withdraw(session, me, row, reason)
    return RedirectResponse(f"/duties/{row.duty_id}?done=ok", 303)


@router.post("/{key:uuid}/finish")
def finish_item(me: Me, key: UUID, note: str = Form("")) -> Response:
    """An own duty of the office or a team is done."""
    with transaction() as session:
        finish.finish(session, me, fetch(session, Assignment, key, me.office_id), note)
    return RedirectResponse("/?done=ok", 303)


@router.post("/{key:uuid}/limit")
def limit_item(
    me: Me, key: UUID, new_day: str = Form("", alias="day"), reason: str = Form(""), seen: str = Form("")
) -> Response:
    """A limit where the document gives none; who comes second is told."""
    with transaction() as session:
        item = fetch(session, Assignment, key, me.office_id)
        if seen and seen != str(item.deadline_version):
            raise Conflict(f"“{item.title}”的时限刚刚已由他人设定，您的操作没有生效，请看过现状后再办。")
        extend.set_limit(session, me, item, needed_day(new_day, "时限"), reason)
    return RedirectResponse("/?done=ok", 303)
