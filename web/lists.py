"""What waits for a decision: submissions, extensions, receipts."""

from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from actions import extend, open_link
from models import lists
from models.base import NotAllowed
from models.cycle import Assignment
from models.database import fetch, reading, transaction
from models.ledger import contacts_of_unit
from models.submission import Extension
from rules.roles import Act, may
from web.forms import day
from web.guard import Me
from web.page import render

router = APIRouter()


@router.get("/submissions")
def submissions(request: Request, me: Me) -> Response:
    with reading() as session:
        return render(request, "office/submissions.html", rows=lists.pending_submissions(session, me.office_id))


@router.get("/extensions")
def extensions(request: Request, me: Me) -> Response:
    with reading() as session:
        rows = lists.extensions_of(session, me.office_id)
        return render(request, "office/extensions.html", rows=rows, mine=may(me.role, Act.EXTENSION))


@router.post("/extensions/{key}")
def decide_extension(
    me: Me, key: UUID, approve: str = Form(""), answer: str = Form(""), new_day: str = Form("")
) -> Response:
    with transaction() as session:
        row = fetch(session, Extension, key, me.office_id)
        extend.decide_extension(session, me, row, approve == "yes", answer, day(new_day, "同意延至"))
    return RedirectResponse("/extensions?done=approved", 303)


@router.post("/receipts/{key}")
def receipt(
    me: Me, key: UUID, name: str = Form(""), how: str = Form("电话"), served: str = Form("", alias="day")
) -> Response:
    """A signature given on paper or by telephone; limits that run from it count from the day of service."""
    with transaction() as session:
        item = fetch(session, Assignment, key, me.office_id)
        contacts = contacts_of_unit(session, item.unit_id) if item.unit_id else []
        if not contacts:
            raise NotAllowed("该单位没有联系人，请先录入。")
        open_link.sign_on_paper(session, me, item, contacts[0], {"name": name, "how": how, "day": served})
    return RedirectResponse("/?done=ok", 303)
