"""A circular on a unit's own page: read there, or taken along as it was signed."""

from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from actions.paper import look
from models.base import NotFound
from models.database import reading
from models.paper import Paper
from models.report_ledger import circulars_of_unit
from papers.forms import ending_of
from web.unit_door import READ, Here, enter

router = APIRouter(prefix="/u")


@router.api_route("/{token}/circulars/{paper_id:uuid}", methods=READ)
def page(request: Request, token: str, paper_id: UUID) -> Response:
    """The words of a circular."""
    with reading() as session:
        here = enter(request, session, token)
        return here.show("circular", paper=_own(here, paper_id))


@router.api_route("/{token}/circulars/{paper_id:uuid}/file", methods=READ)
def file(request: Request, token: str, paper_id: UUID) -> Response:
    """The document as it was signed."""
    with reading() as session:
        paper = _own(enter(request, session, token), paper_id)
        data = look(session, paper)
    name = f"attachment; filename*=UTF-8''{quote(f'{paper.title}.{ending_of(paper.kind)}', safe='')}"
    return Response(data, media_type="application/octet-stream", headers={"Content-Disposition": name})


def _own(here: Here, paper_id: UUID) -> Paper:
    """A circular this unit was sent and that still holds."""
    found = next((one for one in circulars_of_unit(here.session, here.who.unit.id) if one.id == paper_id), None)
    if found is None:
        raise NotFound("没有找到这份通报，可能已被新版替代或撤回。")
    return found
