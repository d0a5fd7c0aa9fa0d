"""The office's side of a unit's doors: entering in its name, its links and their end, whether codes are asked for."""

from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from actions import behalf, link_code, open_link, short_address
from actions.record import Actor
from config import clock
from models.base import NotFound, Refused
from models.database import fetch, reading, transaction
from models.ledger import contacts_of_unit
from models.office import Office
from models.unit import Contact, Link, ShortAddress, Unit
from rules.behalf import WAYS, Basis
from rules.roles import Act, may
from web.forms import key_of, needed_day
from web.guard import Me
from web.page import render
from web.status import status_of

router = APIRouter()


@router.get("/units/{unit_id}/behalf")
def behalf_form(request: Request, me: Me, unit_id: UUID) -> Response:
    return _form(request, me, unit_id, {"day": clock.today().isoformat()})


def _form(
    request: Request, me: Actor, unit_id: UUID, typed: dict[str, str], error: Refused | None = None
) -> Response:
    with reading() as session:
        unit = fetch(session, Unit, unit_id, me.office_id)
        return render(
            request, "office/behalf.html", status_of(error) if error else 200, unit=unit, typed=typed, error=error,
            contacts=contacts_of_unit(session, unit.id), ways=WAYS, may=may(me.role, Act.BEHALF),
        )


@router.post("/units/{unit_id}/behalf")
def begin(
    request: Request, me: Me, unit_id: UUID, contact: str = Form(""), how: str = Form(""), giver: str = Form(""),
    day: str = Form(""),
) -> Response:
    """A link for this person alone, and straight to the unit's pages behind it."""
    try:
        basis = Basis(how, giver.strip(), needed_day(day, "提供日期"))
        with transaction() as session:
            unit = fetch(session, Unit, unit_id, me.office_id)
            person = fetch(session, Contact, key_of(contact, "联系人"), me.office_id)
            token = behalf.begin(session, me, request.state.user.id, unit, person, basis)
    except NotFound:
        raise
    except Refused as error:
        return _form(request, me, unit_id, {"contact": contact, "how": how, "giver": giver, "day": day}, error)
    return RedirectResponse(f"/u/{token}", 303)


@router.post("/units/{unit_id}/links/{key}/revoke")
def revoke(me: Me, unit_id: UUID, key: UUID) -> Response:
    with transaction() as session:
        link = fetch(session, Link, key, me.office_id)
        if link.unit_id != unit_id:
            raise NotFound("没有找到这个链接。")
        open_link.revoke(session, me, link)
    return RedirectResponse(f"/units/{unit_id}?done=ok#doors", 303)


@router.post("/units/{unit_id}/short/{key}/revoke")
def revoke_short(me: Me, unit_id: UUID, key: UUID) -> Response:
    with transaction() as session:
        row = fetch(session, ShortAddress, key, me.office_id)
        if row.unit_id != unit_id:
            raise NotFound("没有找到这个短地址。")
        short_address.revoke(session, me, row)
    return RedirectResponse(f"/units/{unit_id}?done=ok#doors", 303)


@router.get("/codes")
def codes(request: Request, me: Me) -> Response:
    """Whether units confirm by code, and what it costs to do without."""
    with reading() as session:
        office = fetch(session, Office, me.office_id)
        return render(request, "office/codes.html", office=office, may=may(me.role, Act.SWITCH_CODE))


@router.post("/codes")
def set_codes(me: Me, asks: str = Form("")) -> Response:
    with transaction() as session:
        link_code.set_asks_code(session, me, asks == "yes")
    return RedirectResponse("/codes?done=ok", 303)
