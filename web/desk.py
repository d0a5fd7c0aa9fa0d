"""The office's day: what needs a person now."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from actions.alert import read_alert
from models.database import reading, transaction
from models.open_work import alerts
from web.first_steps import steps_of
from web.guard import Me
from web.page import render
from web.today import door_of, today_of

router = APIRouter()


@router.get("/")
def today(request: Request, me: Me, desk: str = "") -> Response:
    """What needs me, what the system did, what is coming; who works elsewhere is sent there unless they ask for it."""
    if not desk and (door := door_of(me.role)):
        return RedirectResponse(door, 303)
    with reading() as session:
        steps = steps_of(session, me.office_id)
        if steps:
            return render(request, "office/first_steps.html", steps=steps, alerts=alerts(session, me.office_id))
        return render(request, "office/today.html", **today_of(session, me))


@router.post("/alerts/{alert_id}/read")
def alert_read(me: Me, alert_id: UUID) -> Response:
    with transaction() as session:
        read_alert(session, me, alert_id)
    return RedirectResponse("/?done=ok", 303)
