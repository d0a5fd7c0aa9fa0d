"""The paper letter's door: a page to print with its QR code, and the place where its short address is typed."""

import hmac
import secrets
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from actions import open_link, short_address
from actions.people import PASSWORDS
from config import clock
from config.settings import settings
from models.base import NotAllowed, NotFound
from models.database import fetch, reading, transaction
from models.door_ledger import short_by_selector
from models.office import Office
from models.unit import Contact, Unit
from web.guard import NOBODY, Me
from web.page import render
from web.throttle import Throttle
from web.unit_door import READ, address

router = APIRouter()
WRONG_FROM = Throttle(20, 300)
WRONG = "短地址或电话后四位不对，请对照信函核对后再输。"


@router.post("/units/{unit_id}/letter")
def letter(request: Request, me: Me, unit_id: UUID, contact_id: UUID = Form()) -> Response:
    """A letter to print: a fresh link as a QR code, and a short address. Both are shown this once."""
    import segno  # 4 MB, which a web that prints no letter does without

    code = short_address.fresh_code()
    hashed = PASSWORDS.hash(code.verifier)  # before any transaction is open: it is slow on purpose
    with transaction() as session:
        unit, contact = fetch(session, Unit, unit_id, me.office_id), fetch(session, Contact, contact_id, me.office_id)
        if contact.unit_id != unit.id:
            raise NotFound("没有找到这位联系人。")
        row = short_address.keep_short(session, me, contact, code, hashed)
        link = open_link.make_link(session, me, contact)
        office = fetch(session, Office, me.office_id)
    shown = short_address.ShortCode(row.selector, code.verifier).shown
    picture = segno.make(link, error="m", micro=False).svg_data_uri(scale=5, border=2, light="#fff")
    return render(
        request, "office/letter_door.html", unit=unit, contact=contact, office=office, code=shown, picture=picture,
        place=f"{settings().site}/k", until=clock.date_of(row.expires_at), tail=bool(short_address.tail_of(contact)),
    )


@router.api_route("/k", methods=READ)
def page(request: Request) -> Response:
    return render(request, "unit/short.html", error="", code="")


@router.post("/k")
def typed(request: Request, code: str = Form(""), tail: str = Form("")) -> Response:
    """A right address gives a fresh link; a wrong one says no more than that something was wrong."""
    try:
        WRONG_FROM.check(address(request), count=False)
        token = _try(code, tail)
    except NotAllowed as refused:
        return render(request, "unit/short.html", 403, error=str(refused), code=code[:40])
    if not token:
        WRONG_FROM.count(address(request))
        return render(request, "unit/short.html", 422, error=WRONG, code=code[:40])
    return RedirectResponse(f"/u/{token}", 303)


def _try(code: str, tail: str) -> str:
    """The word of a fresh link, or nothing. The slow check runs for unknown addresses too, and in no transaction."""
    halves = short_address.read_code(code)
    with reading() as session:
        found = short_by_selector(session, halves.selector, clock.now()) if halves else None
    verifier = halves.verifier if halves else secrets.token_hex(4)
    right = PASSWORDS.verify(verifier, found[0].verifier_hash if found else NOBODY)
    if found is None or halves is None:
        return ""
    wanted = short_address.tail_of(found[1])
    if not right or not hmac.compare_digest(wanted, short_address.digits_of(tail) if wanted else ""):
        with transaction() as session:
            short_address.note_miss(session, found[0].id)
        return ""
    with transaction() as session:
        return short_address.open_short(session, halves.selector)
