"""结转下年度: what a cycle leaves unfinished, shown problem by problem before it moves into another one."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from actions.carry_over import Carrying, Row, asks_limit, carry_over, newcomers, next_no, stamp_of, targets, unfinished
from actions.record import Actor, allow
from models.base import Conflict, NotFound, Refused
from models.cycle import Cycle
from models.database import fetch, reading, transaction
from models.ledger import running_cycle
from rules.roles import Act
from web.forms import day, key_of, row_key, texts
from web.guard import Me
from web.page import render
from web.status import status_of

router = APIRouter(prefix="/cycles/{cycle_id}/carry-over")
DUE = "due-"


@router.get("")
def page(
    request: Request, me: Me, cycle_id: UUID, into: Annotated[str, Query()] = "", due_on: Annotated[str, Query()] = ""
) -> Response:
    """Where to, and what would move."""
    return _page(request, me, cycle_id, {"into": into, "due_on": due_on})


def _page(
    request: Request, me: Actor, cycle_id: UUID, typed: Mapping[str, str], error: Refused | None = None
) -> Response:
    allow(me, Act.STEER)
    with reading() as session:
        cycle = fetch(session, Cycle, cycle_id, me.office_id)
        running_cycle(session, cycle.id)
        rows, cycles = unfinished(session, cycle.id), targets(session, cycle)
        target = next((one for one in cycles if str(one.id) == typed.get("into")), None)
        fields = {} if isinstance(error, Conflict) else typed  # a stale page is shown anew, the reason kept
        return render(
            request, "office/carry_over.html", status_of(error) if error else 200, cycle=cycle, rows=rows,
            cycles=cycles, target=target, error=error, due_on=_plain_day(typed.get("due_on", "")),
            typed={**fields, "reason": typed.get("reason", "")}, seen=stamp_of(rows), **_preview(session, target, rows),
        )


def _preview(session: Session, target: Cycle | None, rows: list[Row]) -> dict[str, object]:
    """The numbers the problems would get, the units that come in with them, and whose limit must be named."""
    if target is None:
        return {"first": 1, "fresh": set(), "asks": set()}
    fresh = {unit.id for unit in newcomers(session, target, rows)}
    return {"first": next_no(session, target), "fresh": fresh, "asks": {p.id for p, _, i in rows if asks_limit(i)}}


def _plain_day(text: str) -> str:
    try:
        return str(day(text, "新时限") or "")
    except Refused:
        return ""


@router.post("")
async def carry(request: Request, me: Me, cycle_id: UUID) -> Response:
    """All of them move, or the form comes back as it was typed."""
    return await run_in_threadpool(_carry, request, me, cycle_id, texts(await request.form()))


def _carry(request: Request, me: Actor, cycle_id: UUID, typed: dict[str, str]) -> Response:
    allow(me, Act.STEER)
    try:
        with transaction() as session:
            cycle = fetch(session, Cycle, cycle_id, me.office_id)
            target = fetch(session, Cycle, key_of(typed.get("into", ""), "督察周期"), me.office_id)
            wish = Carrying(typed.get("reason", ""), _limits(typed), typed.get("seen", ""))
            carry_over(session, me, cycle, target, wish)
    except NotFound:
        raise
    except Refused as error:
        return _page(request, me, cycle_id, typed, error)
    return RedirectResponse(f"/cycles/{cycle_id}?done=ok", 303)


def _limits(typed: Mapping[str, str]) -> dict[UUID, date | None]:
    """The new limits by problem; a field that names no problem is none of ours."""
    found: dict[UUID, date | None] = {}
    for name, text in typed.items():
        if name.startswith(DUE) and name != "due_on":
            try:
                key = row_key(name.removeprefix(DUE))
            except ValueError:
                continue
            found[key] = day(text, "新时限")
    return found
