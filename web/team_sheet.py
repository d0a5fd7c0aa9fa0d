"""What a team found and how a visit ends: problems, what was put right on the spot, the sheet the unit signs."""

import base64
import binascii
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from sqlmodel import Session

from actions import findings, sign_off
from actions.findings import Finding
from actions.record import Actor
from actions.sign_off import Signed
from models.base import Refused, Rejected
from models.cycle import Visit
from models.database import fetch, reading
from models.problem import Problem
from web.guard import Me
from web.page import render
from web.team import show
from web.team_door import Came, came, done, nothing
from web.team_view import view_of

router = APIRouter(prefix="/team/visits/{key:uuid}")
DRAWN = "data:image/png;base64,"
LARGEST_DRAWING = 400_000


@router.post("/problems")
async def problem(request: Request, me: Me, key: UUID) -> Response:
    """A problem found on site; with `spot` it was put right before the team left."""
    return await run_in_threadpool(_problem, request, me, key, await came(request))


def _problem(request: Request, me: Actor, key: UUID, what: Came) -> Response:
    said = what.fields

    def do(session: Session, visit: Visit) -> dict[str, Any]:
        finding = Finding(
            said.get("title", ""), said.get("detail", ""), what.item, bool(said.get("spot")), said.get("note", ""),
            what.files,
        )
        row = findings.note_finding(session, me, visit, finding)
        return {"of_item": {"problem": f"{row.no}. {row.title}", "id": str(row.id), "words": row.state.label},
                "sheet": sign_off.proposed_sheet(session, visit)}

    def again(error: Refused) -> Response:
        return show(request, me, key, error, kept={"problem": said}, at="problems")

    return done(request, me, key, what, do, f"/team/visits/{key}#problems", again, nothing)


@router.post("/problems/{problem_id:uuid}/fix")
async def fix(request: Request, me: Me, key: UUID, problem_id: UUID) -> Response:
    """Close a problem of today that was put right meanwhile."""
    return await run_in_threadpool(_fix, request, me, key, problem_id, await came(request))


def _fix(request: Request, me: Actor, key: UUID, problem_id: UUID, what: Came) -> Response:
    def do(session: Session, visit: Visit) -> dict[str, Any]:
        row = fetch(session, Problem, problem_id, me.office_id)
        findings.fix_on_the_spot(session, me, visit, row, what.seen, what.fields.get("note", ""), what.files)
        return {"of_item": {"words": row.state.label}}

    def again(error: Refused) -> Response:
        return show(request, me, key, error, kept={f"fix-{problem_id}": what.fields}, at="problems")

    return done(request, me, key, what, do, f"/team/visits/{key}#problems", again, nothing)


@router.get("/sheet")
def sheet(request: Request, me: Me, key: UUID) -> Response:
    """The feedback sheet to print or to read out."""
    with reading() as session:
        view = view_of(session, me, fetch(session, Visit, key, me.office_id))
        return render(request, "team/sheet.html", v=view, visit=view.visit)


@router.post("/sheet")
async def sign(request: Request, me: Me, key: UUID) -> Response:
    """The unit signs; the visit ends."""
    return await run_in_threadpool(_sign, request, me, key, await came(request))


def _sign(request: Request, me: Actor, key: UUID, what: Came) -> Response:
    said = what.fields

    def do(session: Session, visit: Visit) -> dict[str, Any]:
        signed = Signed(said.get("sheet", ""), said.get("name", ""), said.get("post", ""), drawn(said))
        sign_off.sign_off(session, me, visit, what.seen, signed)
        return {"of_item": {"words": visit.state.label}}

    def again(error: Refused) -> Response:
        return show(request, me, key, error, kept={"sheet": said}, at="sheet")

    return done(request, me, key, what, do, f"/team/visits/{key}#sheet", again, nothing)


def drawn(fields: dict[str, str]) -> bytes:
    """The PNG of a signature drawn on the screen, or nothing: then the typed name is the signature."""
    text = fields.get("signature", "")
    if not text:
        return b""
    if not text.startswith(DRAWN) or len(text) > LARGEST_DRAWING:
        raise Rejected("签字图像无法识别，请清除后重签，或只填写姓名。")
    try:
        return base64.b64decode(text.removeprefix(DRAWN), validate=True)
    except binascii.Error:
        raise Rejected("签字图像无法识别，请清除后重签，或只填写姓名。") from None
