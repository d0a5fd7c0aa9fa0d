"""Units with their contacts, and files as they came in."""

from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response

from actions import keep_evidence
from actions.enrol import enrol_units
from actions.record import Actor
from models import lists
from models.base import Rejected
from models.database import fetch, reading, transaction
from models.ledger import contacts_of_unit
from models.submission import Evidence
from plans.directory import COLUMNS, read_directory
from web.forms import uploads
from web.guard import Me
from web.page import render

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


@router.get("/evidence/{key}")
def evidence(me: Me, key: UUID) -> Response:
    """A file as it came in, checked against its hash; never opened inside our page."""
    with reading() as session:
        row = fetch(session, Evidence, key, me.office_id)
    name = f"attachment; filename=\"evidence\"; filename*=UTF-8''{quote(row.name)}"
    return Response(keep_evidence.read(row), media_type=row.mime, headers={"Content-Disposition": name})
