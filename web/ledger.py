"""The ledger sheet at the office's desk: of a cycle or one unit, out and back in by whatever channel it came."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response

from actions.give_ledger import give_ledger
from actions.keep_evidence import Upload
from actions.keep_sheet import Kept, find_sheet, keep_sheet, read_sheet
from actions.record import Actor, allow
from models.base import NotFound, Refused
from models.cycle import Cycle
from models.database import fetch, reading, transaction
from models.ledger import units_of_cycle
from models.unit import Unit
from rules.roles import Act
from web.forms import texts, uploads
from web.guard import Me
from web.page import render
from web.sheet_pages import confirm, download, look, one_file, only_of, wrong_rows
from web.status import status_of

router = APIRouter(prefix="/cycles")


@router.get("/{cycle_id}/ledger")
def page(request: Request, me: Me, cycle_id: UUID) -> Response:
    return _page(request, me, cycle_id)


def _page(request: Request, me: Actor, cycle_id: UUID, error: Refused | None = None, only: str = "") -> Response:
    with reading() as session:
        cycle = fetch(session, Cycle, cycle_id, me.office_id)
        return render(
            request, "office/ledger_sheet.html", status_of(error) if error else 200, cycle=cycle, error=error,
            units=units_of_cycle(session, cycle.id), only=only,
        )


@router.get("/{cycle_id}/ledger.xlsx")
def sheet(me: Me, cycle_id: UUID, unit: Annotated[str, Query()] = "") -> Response:
    """The ledger of the cycle, or of one unit in it."""
    with reading() as session:
        allow(me, Act.SHEET)
        cycle, key = fetch(session, Cycle, cycle_id, me.office_id), only_of(unit)
        chosen = fetch(session, Unit, key, me.office_id) if key else None
        return download(*give_ledger(session, me.office_id, cycle, chosen))


@router.post("/{cycle_id}/ledger")
async def bring_in(request: Request, me: Me, cycle_id: UUID) -> Response:
    """Keep a filled sheet and show what taking it in would do."""
    async with request.form() as form:
        files, only = await uploads(form, "files"), texts(form).get("unit", "")
    return await run_in_threadpool(_bring_in, request, me, cycle_id, files, only)


def _bring_in(request: Request, me: Actor, cycle_id: UUID, files: list[Upload], only: str) -> Response:
    try:
        allow(me, Act.SHEET)
        file = one_file(files)
        read_sheet(file)  # before the transaction: no lock is held while a file is read
        with transaction() as session:
            cycle, key = fetch(session, Cycle, cycle_id, me.office_id), only_of(only)
            chosen = fetch(session, Unit, key, me.office_id).id if key else None
            kept = keep_sheet(session, me, file, cycle.id, chosen)
    except Refused as error:
        if isinstance(error, NotFound):
            raise
        return _page(request, me, cycle_id, error, only)
    return RedirectResponse(f"/cycles/{cycle_id}/ledger/{kept.ref}", 303)


def _kept(me: Actor, cycle_id: UUID, ref: int) -> Kept:
    """The kept sheet of this cycle, read before anything is locked."""
    allow(me, Act.SHEET)
    with reading() as session:
        kept = find_sheet(session, me, ref)
    if kept.cycle_id != cycle_id:
        raise NotFound("没有找到这份已上传的台账，请重新上传。")
    kept.read()
    return kept


@router.get("/{cycle_id}/ledger/{ref:int}")
def preview(request: Request, me: Me, cycle_id: UUID, ref: int, taken: Annotated[str, Query()] = "") -> Response:
    """Row by row what taking it in would do, and after it what is left."""
    kept = _kept(me, cycle_id, ref)
    with transaction() as session:
        cycle = fetch(session, Cycle, cycle_id, me.office_id)
        only = fetch(session, Unit, kept.only, me.office_id) if kept.only else None
        looked = look(session, me, kept)
        return render(
            request, "office/ledger_preview.html", cycle=cycle, looked=looked, taken=bool(taken), only=only,
            path=f"/cycles/{cycle_id}/ledger/{ref}",
        )


@router.post("/{cycle_id}/ledger/{ref:int}")
def take_in(me: Me, cycle_id: UUID, ref: int) -> Response:
    confirm(me, _kept(me, cycle_id, ref))
    return RedirectResponse(f"/cycles/{cycle_id}/ledger/{ref}?taken=1", 303)


@router.get("/{cycle_id}/ledger/{ref:int}/wrong.xlsx")
def wrong(me: Me, cycle_id: UUID, ref: int) -> Response:
    return wrong_rows(me, _kept(me, cycle_id, ref))
