"""流程监控: the latest flow runs and those to come, read from Prefect's API."""

import secrets

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from actions.record import allow
from models.database import reading
from models.lists import cycles_of
from models.office_ledger import several
from rules.roles import Act
from web import engine
from web.guard import Me
from web.page import render

router = APIRouter(prefix="/runs")


@router.get("")
def runs(request: Request, me: Me, part: str = "") -> Response:
    """The whole page, or with `part=list` only what htmx refreshes every ten seconds."""
    with reading() as session:
        mine, alone = {str(cycle.id) for cycle in cycles_of(session, me.office_id)}, not several()
    try:
        latest = engine.runs(upcoming=False, cycles=mine, alone=alone)
        coming, silent = engine.runs(upcoming=True, cycles=mine, alone=alone), False
    except engine.EngineSilent:
        latest, coming, silent = [], [], True
    name = "office/runs_list.html" if part == "list" else "office/runs.html"
    return render(request, name, latest=latest, coming=coming, silent=silent, prefect=engine.page())


@router.post("/sweep")
def sweep(me: Me) -> Response:
    """A person asks for a sweep now."""
    allow(me, Act.SWEEP)
    asked = engine.ask_sweep(f"by-hand/{secrets.token_hex(8)}")
    return RedirectResponse("/runs?done=asked" if asked else "/runs", 303)
