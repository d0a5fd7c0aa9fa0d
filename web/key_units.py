"""重点督导对象 at the office's desk: proposed, decided on and released on the page of the unit."""

from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from actions import key_unit
from actions.record import Actor
from models.base import Refused, Rejected
from models.cycle import Cycle
from models.database import fetch, reading, transaction
from models.key_unit import KeyUnit
from models.unit import Unit
from web.forms import key_of
from web.guard import Me
from web.unit_story import show_unit

router = APIRouter()


@router.post("/units/{key:uuid}/key")
def propose(request: Request, me: Me, key: UUID, cycle: str = Form(""), reason: str = Form("")) -> Response:
    """Propose the unit in one of its running cycles."""
    try:
        with transaction() as session:
            chosen = fetch(session, Cycle, key_of(cycle, "督察周期"), me.office_id)
            key_unit.propose(session, me, chosen.id, fetch(session, Unit, key, me.office_id), reason)
    except Refused as error:
        return _again(request, me, key, error, {f"reason-{cycle}": reason})
    return _back(key, chosen.id)


@router.post("/key-units/{key:uuid}/decide")
def decide(request: Request, me: Me, key: UUID, verdict: str = Form(""), answer: str = Form("")) -> Response:
    """The second key: approve, or refuse with a reason."""
    row = _row(me, key)
    try:
        if verdict not in ("approve", "refuse"):
            raise Rejected("请选择批准或不予批准。")
        with transaction() as session:
            key_unit.decide(session, me, fetch(session, KeyUnit, key, me.office_id), verdict == "approve", answer)
    except Refused as error:
        return _again(request, me, row.unit_id, error, {f"answer-{key}": answer})
    return _back(row.unit_id, row.cycle_id)


@router.post("/key-units/{key:uuid}/release")
def release(request: Request, me: Me, key: UUID, reason: str = Form("")) -> Response:
    """End it, with a reason; visits that lie ahead are cancelled."""
    row = _row(me, key)
    try:
        with transaction() as session:
            key_unit.release(session, me, fetch(session, KeyUnit, key, me.office_id), reason)
    except Refused as error:
        return _again(request, me, row.unit_id, error, {f"release-{key}": reason})
    return _back(row.unit_id, row.cycle_id)


def _row(me: Actor, key: UUID) -> KeyUnit:
    with reading() as session:
        return fetch(session, KeyUnit, key, me.office_id)


def _again(request: Request, me: Actor, unit_id: UUID, error: Refused, typed: dict[str, str]) -> Response:
    """The page of the unit with the refusal and what was typed."""
    with reading() as session:
        unit = fetch(session, Unit, unit_id, me.office_id)
    return show_unit(request, me, unit, error=error, typed=typed)


def _back(unit_id: UUID, cycle_id: UUID) -> Response:
    return RedirectResponse(f"/units/{unit_id}?done=ok#key-{cycle_id}", 303)
