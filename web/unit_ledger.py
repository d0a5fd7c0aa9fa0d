"""The ledger sheet behind a unit's link: downloaded, filled in offline, brought back, looked at, handed in."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response

from actions.give_ledger import give_ledger
from actions.keep_sheet import Kept, find_sheet, keep_sheet, read_sheet
from actions.open_link import LinkExpired, named
from actions.record import Actor
from models.base import NotFound, Refused
from models.database import reading, transaction
from web import unit_code
from web.sheet_pages import confirm, download, look, one_file, wrong_rows
from web.unit_attempt import posted
from web.unit_door import READ, Here, Posted, enter

router = APIRouter(prefix="/u")


@router.api_route("/{token}/ledger", methods=READ)
def page(request: Request, token: str) -> Response:
    with reading() as session:
        return _page(enter(request, session, token))


def _page(here: Here, error: Refused | None = None) -> Response:
    return here.show("ledger", error)


@router.api_route("/{token}/ledger.xlsx", methods=READ)
def sheet(request: Request, token: str) -> Response:
    """Everything this unit owes in running cycles."""
    with reading() as session:
        unit = enter(request, session, token).who.unit
        return download(*give_ledger(session, unit.office_id, None, unit))


@router.post("/{token}/ledger")
async def bring_back(request: Request, token: str) -> Response:
    """Keep a filled sheet and show what taking it in would do."""
    return await run_in_threadpool(_bring_back, request, token, await posted(request, token))


def _bring_back(request: Request, token: str, what: Posted) -> Response:
    try:
        file = one_file(what.files())
        read_sheet(file)  # before the transaction: no lock is held while a file is read
        with transaction() as session:
            kept = keep_sheet(session, enter(request, session, token).who.actor, file)
    except Refused as error:
        if isinstance(error, LinkExpired | NotFound):
            raise
        with reading() as session:
            return _page(enter(request, session, token), error)
    return RedirectResponse(f"/u/{token}/ledger/{kept.ref}", 303)


def _kept(request: Request, token: str, ref: int) -> tuple[Actor, Kept]:
    """Who asks, and the unit's own kept sheet, read before anything is locked."""
    with reading() as session:
        actor = enter(request, session, token).who.actor
        kept = find_sheet(session, actor, ref)
    kept.read()
    return actor, kept


@router.api_route("/{token}/ledger/{ref:int}", methods=READ)
def preview(request: Request, token: str, ref: int, taken: Annotated[str, Query()] = "") -> Response:
    """Row by row what taking it in would do, and after it what is left."""
    actor, kept = _kept(request, token, ref)
    with transaction() as session:
        looked = look(session, actor, kept)
        path = f"/u/{token}/ledger/{ref}"
        return enter(request, session, token).show("ledger_preview", looked=looked, taken=bool(taken), path=path)


@router.post("/{token}/ledger/{ref:int}")
async def take_in(request: Request, token: str, ref: int) -> Response:
    return await run_in_threadpool(_take_in, request, token, ref, await posted(request, token))


def _take_in(request: Request, token: str, ref: int, what: Posted) -> Response:
    _, kept = _kept(request, token, ref)
    asked = unit_code.gate(request, lambda session: enter(request, session, token), what, lambda: None)
    if isinstance(asked, Response):
        return asked
    with reading() as session:
        actor = named(session, enter(request, session, token).who, what.own.get("acting", "")).actor
    confirm(actor, kept)
    return unit_code.remember(RedirectResponse(f"/u/{token}/ledger/{ref}?taken=1", 303), token, asked)


@router.api_route("/{token}/ledger/{ref:int}/wrong.xlsx", methods=READ)
def wrong(request: Request, token: str, ref: int) -> Response:
    actor, kept = _kept(request, token, ref)
    return wrong_rows(actor, kept)
