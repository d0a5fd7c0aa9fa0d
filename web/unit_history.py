"""What a unit did, what was sent to it, and its receipts: by cycle, page by page."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from models import unit_history
from models import unit_ledger as own
from models.cycle import Cycle
from models.database import reading
from web.unit_door import READ, Here, enter
from web.unit_words import SHOWN_ACTS, event_words

router = APIRouter(prefix="/u")
AT_ONCE = 30
Choice = Annotated[str, Query()]
PageNo = Annotated[int, Query(ge=1, le=10_000)]


def _cycles(here: Here, chosen: str) -> tuple[list[Cycle], Cycle | None]:
    """The unit's cycles, newest first, and the one asked for; a key that is none of them asks for all."""
    found = [cycle for cycle, _ in own.plans_of_unit(here.session, here.who.unit.id).values()]
    cycles = sorted(found, key=lambda cycle: cycle.opened_on, reverse=True)
    return cycles, next((cycle for cycle in cycles if str(cycle.id) == chosen), None)


@router.api_route("/{token}/history", methods=READ)
def history(request: Request, token: str, cycle: Choice = "", page: PageNo = 1) -> Response:
    """Who did what when, and what was sent to the unit, each with its result."""
    with reading() as session:
        here = enter(request, session, token)
        cycles, chosen = _cycles(here, cycle)
        key: UUID | None = chosen.id if chosen else None
        offset, unit_id = (page - 1) * AT_ONCE, here.who.unit.id
        acts = unit_history.acts_of_unit(session, unit_id, SHOWN_ACTS, key, offset, AT_ONCE + 1)
        told = unit_history.messages_of_unit(session, unit_id, key, offset, AT_ONCE + 1)
        return here.show(
            "history", cycles=cycles, chosen=chosen, number=page, more=max(len(acts), len(told)) > AT_ONCE,
            events=[(event, event_words(event)) for event in acts[:AT_ONCE]], messages=told[:AT_ONCE],
            pages=unit_history.pages_of(session, unit_id, acts[:AT_ONCE]),
        )


@router.api_route("/{token}/receipts", methods=READ)
def receipts(request: Request, token: str, cycle: Choice = "") -> Response:
    """Every file received, with its hash: to be printed and filed."""
    with reading() as session:
        here = enter(request, session, token)
        cycles, chosen = _cycles(here, cycle)
        rows = unit_history.receipts_of(session, here.who.unit.id, chosen.id if chosen else None)
        return here.show("receipts", cycles=cycles, chosen=chosen, rows=rows)
