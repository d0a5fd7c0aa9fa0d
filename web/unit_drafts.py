"""Drafts kept while a unit types; of two people at one form neither writes over the other unseen."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from actions import keep_draft
from config import clock
from models import unit_ledger as own
from models.base import NotFound, Rejected
from models.database import transaction
from web.forms import row_key
from web.said import said_plain
from web.unit_door import enter
from web.unit_typed import said

router = APIRouter(prefix="/u")
LONGEST_DRAFT = 400_000  # bytes
OWNERS: dict[str, Callable[..., Any]] = {
    "item": own.own_item, "extend": own.own_item, "report": own.own_problem, "object": own.own_problem,
    "entry": own.own_item, "event": own.own_duty, "state": own.own_about, "tasks": own.own_cycle,
}


@router.post("/{token}/draft/{form}")
async def keep(request: Request, token: str, form: str) -> Response:
    """Keep what is being typed; answers the time of saving."""
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > LONGEST_DRAFT:
            raise Rejected("内容过长，草稿未能保存；长材料请作为附件上传。")
    fields = dict(parse_qsl(data.decode(errors="replace").replace("%00", ""), keep_blank_values=True))
    return await run_in_threadpool(_keep, request, token, form, fields)


def _keep(request: Request, token: str, form: str, fields: dict[str, str]) -> Response:
    kind, _, key = form.partition("-")
    seen = fields.pop("draft_seen", None)
    with transaction() as session:
        here = enter(request, session, token)
        try:
            OWNERS[kind](session, here.who.unit.id, row_key(key))
        except (KeyError, ValueError):
            raise NotFound("没有这份表单。") from None
        try:
            moment = keep_draft.save(session, here.who.actor, form, fields, seen)
        except keep_draft.DraftMoved as moved:  # both are kept: theirs here, the sender's on its own page
            return _moved(moved.kept, str(moved))
    stamp = keep_draft.stamp(fields)
    return PlainTextResponse(f"{moment.astimezone(clock.ZONE):%H:%M}", headers={"X-Draft-Seen": stamp})


def _moved(kept: keep_draft.Kept, words: str) -> Response:
    """The other draft, for a page that shows it beside its own."""
    beside = [(said_plain(name), value) for name, value in said(kept.fields)]
    shown = {"error": said_plain(words), "seen": kept.stamp, "fields": kept.fields, "said": beside}
    return JSONResponse(shown, status_code=409)
