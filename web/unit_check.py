"""What the office's check would find in a form that is not handed in yet: advice only, nothing is sent or held back."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from models import unit_ledger as own
from models.base import Refused
from models.database import reading
from web.unit_attempt import again, posted
from web.unit_door import Here, Posted, enter
from web.unit_pages import show_item

router = APIRouter(prefix="/u")


@router.post("/{token}/check/{key:uuid}")
async def check(request: Request, token: str, key: UUID) -> Response:
    """The form again as it was filled, its words kept as a draft and its files waiting, with what the check says."""
    what = await posted(request, token)
    return await run_in_threadpool(_look, request, token, what, key)


def _look(request: Request, token: str, what: Posted, key: UUID) -> Response:
    with reading() as session:
        own.own_item(session, enter(request, session, token).who.unit.id, key)

    def page(here: Here, fields: dict[str, str], error: Refused | None) -> Response:
        return show_item(here, key, fields, error, "check")

    return again(request, token, what, page, f"item-{key}", what.fault)
