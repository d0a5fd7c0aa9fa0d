"""The office's day: what needs a person now."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from actions.alert import read_alert
from actions.feed_back import proposed_day
from config import clock
from models import lists, open_work
from models.database import reading, transaction
from models.key_unit_ledger import waiting_key_units
from models.ledger import stages_of_cycle
from models.limit_ledger import waiting_for_signature
from web.guard import Me
from web.page import render

router = APIRouter()


@router.get("/")
def today(request: Request, me: Me) -> Response:
    """What needs me, what the system did, what is coming."""
    with reading() as session:
        day = clock.today()
        cycles = [c for c in lists.cycles_of(session, me.office_id) if c.closed_on is None]
        return render(
            request, "office/today.html",
            work=open_work.waiting_work(session, me.office_id, day),
            alerts=open_work.alerts(session, me.office_id),
            figures=lists.sending_figures(session, me.office_id, day),
            cycles=[(cycle, stages_of_cycle(session, cycle.id)) for cycle in cycles],
            overdue=open_work.overdue(session, me.office_id, day),
            own=open_work.own_duties(session, me.office_id),
            no_limit=[(item, proposed_day(item)) for item in open_work.without_limit(session, me.office_id)],
            waiting=waiting_for_signature(session, me.office_id),
            unsigned=open_work.unsigned(session, me.office_id, day),
            key_units=waiting_key_units(session, me.office_id),
        )


@router.post("/alerts/{alert_id}/read")
def alert_read(me: Me, alert_id: UUID) -> Response:
    with transaction() as session:
        read_alert(session, me, alert_id)
    return RedirectResponse("/?done=ok", 303)
