"""今日督察: what a team does today, one visit on a phone, and the worker that opens its pages without signal."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, Response
from sqlmodel import Session

from actions import sign_off
from actions.members import me_of
from actions.record import Actor
from config import clock
from models.base import Refused
from models.cycle import Visit
from models.database import fetch, reading
from models.look_back_ledger import looks_to_make
from models.visit_ledger import Trip, team_reports, trips
from models.words import VisitState
from rules.roles import of_office
from web.guard import Me
from web.page import render
from web.status import status_of
from web.team_door import Came, came, done, nothing
from web.team_view import Typed, view_of

router = APIRouter(prefix="/team")
STATIC = Path(__file__).parent / "static"


@router.get("")
def today(request: Request, me: Me, all: Annotated[str, Query()] = "") -> Response:
    """My visits today, those to come, those without a sheet, the reports owed; the office sees every team's."""
    with reading() as session:
        mine = not all and not of_office(me.role)
        user_id = me_of(session, me).id if mine else None
        rows = trips(session, me.office_id, user_id)
        return render(
            request, "team/today.html", mine=mine, office=of_office(me.role), groups=_sorted(rows),
            reports=team_reports(session, me.office_id, user_id), looks=looks_to_make(session, me.office_id, user_id),
        )


def _sorted(rows: Sequence[Trip]) -> dict[str, list[Trip]]:
    """Visits by what they need: now, later, a sheet that is missing, nothing more."""
    day, over = clock.today(), VisitState.FED_BACK
    return {
        "now": [row for row in rows if row[0].start_on <= day <= row[0].end_on],
        "missing": [row for row in rows if row[0].end_on < day and row[0].state != over],
        "coming": [row for row in rows if row[0].start_on > day],
        "past": [row for row in rows if row[0].end_on < day and row[0].state == over],
    }


@router.get("/worker.js")
def worker() -> Response:
    """The service worker: from here it may look after /team, which from /static it might not."""
    return FileResponse(
        STATIC / "team_worker.js", media_type="text/javascript", headers={"Service-Worker-Allowed": "/team"}
    )


@router.get("/visits/{key:uuid}")
def visit_page(request: Request, me: Me, key: UUID) -> Response:
    return show(request, me, key)


def show(
    request: Request, me: Actor, key: UUID, error: Refused | None = None, typed: Typed | None = None,
    kept: dict[str, Any] | None = None, at: str = "",
) -> Response:
    """The page of a visit; after a refusal with its sentence and everything that was typed."""
    with reading() as session:
        view = view_of(session, me, fetch(session, Visit, key, me.office_id), typed, str(error or ""))
        return render(
            request, "team/visit.html", status_of(error) if error else 200, v=view, visit=view.visit,
            error=str(error or ""), kept=kept or {}, at=at, now=clock.now(),
        )


@router.get("/visits/{key:uuid}/programme")
def programme(request: Request, me: Me, key: UUID) -> Response:
    """The programme for the unit, to print or to show: when, who, what is looked at."""
    with reading() as session:
        view = view_of(session, me, fetch(session, Visit, key, me.office_id))
        return render(request, "team/programme.html", v=view, visit=view.visit)


@router.post("/visits/{key:uuid}/arrive")
async def arrive(request: Request, me: Me, key: UUID) -> Response:
    """The team is there."""
    return await run_in_threadpool(_arrive, request, me, key, await came(request))


def _arrive(request: Request, me: Actor, key: UUID, what: Came) -> Response:
    def do(session: Session, visit: Visit) -> dict[str, Any]:
        sign_off.arrive(session, me, visit)
        return {"of_item": {"words": visit.state.label}}

    back = f"/team/visits/{key}"
    return done(request, me, key, what, do, back, lambda error: show(request, me, key, error), nothing)
