"""督办文书 behind a unit's link: what was decided about it, the paper to download, the signature for it."""

from datetime import datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from actions import step_receipt
from actions.paper import look
from models.base import NotFound, Refused
from models.database import reading
from models.paper import Paper
from models.paper_words import PaperState
from models.step_ledger import own_step, own_steps
from web.forms import row_key
from web.unit_attempt import take
from web.unit_door import READ, Here, Posted, enter

router = APIRouter(prefix="/u")
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def steps_at_home(here: Here) -> dict[str, Any]:
    """What the first page says of them: those not signed for, and the rest."""
    rows = own_steps(here.session, here.who.unit.id)
    return {
        "steps_open": [pair for pair in rows if not pair[0].terms.get("signed")],
        "steps_signed": [pair for pair in rows if pair[0].terms.get("signed")],
    }


@router.api_route("/{token}/step/{key:uuid}", methods=READ)
def step(request: Request, token: str, key: UUID) -> Response:
    with reading() as session:
        return show_step(enter(request, session, token), key, {}, None)


def show_step(here: Here, key: UUID, fields: dict[str, str], error: Refused | None) -> Response:
    """The step with what it asks, its papers, and the form to sign or the signature."""
    row, item = own_step(here.session, here.who.unit.id, key)
    signed = row.terms.get("signed")
    at = datetime.fromisoformat(signed["at"]) if signed else None
    return here.show(
        "step", error, row=row, item=item, fields=fields, papers=papers_of(here.session, row), signed=signed,
        signed_at=at,
    )


def papers_of(session: Session, row: Any) -> list[Paper]:
    """The signed papers of a step: its own, and of a listing that was closed the second one."""
    keys = [row.paper_id, *([row_key(row.terms["delisting"])] if row.terms.get("delisting") else [])]
    found = [session.get(Paper, key) for key in keys if key]
    return [one for one in found if one is not None and one.state in (PaperState.ISSUED, PaperState.REPLACED)]


@router.api_route("/{token}/step/{key:uuid}/paper/{paper_id:uuid}", methods=READ)
def paper(request: Request, token: str, key: UUID, paper_id: UUID) -> Response:
    """The paper as it was signed."""
    with reading() as session:
        row, _ = own_step(session, enter(request, session, token).who.unit.id, key)
        found = next((one for one in papers_of(session, row) if one.id == paper_id), None)
        if found is None:
            raise NotFound("没有找到这份文书，可能已作废或不属于本单位。")
        data, name = look(session, found), f"{found.kind.label}{found.number}.docx"
    named = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return Response(data, media_type=WORD, headers={"Content-Disposition": named})


@router.api_route("/{token}/step/{key:uuid}/sign", methods=READ)
def back(token: str, key: UUID) -> Response:
    """A messenger that reopens the address of a refused form finds the form."""
    return RedirectResponse(f"/u/{token}/step/{key}", 303)


@router.post("/{token}/step/{key:uuid}/sign")
async def sign(request: Request, token: str, key: UUID) -> Response:
    return await take(request, token, key, _sign, show_step, "")


def _sign(here: Here, what: Posted, key: UUID) -> str:
    row, _ = own_step(here.session, here.who.unit.id, key)
    step_receipt.sign_step(here.session, here.who, row, what.fields)
    return f"/step/{key}?done=signed"
