"""One unit as the office sees it: what it owes in every cycle, contacts and links, what was sent, visits, history."""

from collections.abc import Mapping
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from actions import open_link
from actions.record import Actor
from actions.submit import on_time
from config import clock
from models import lists
from models.base import Refused
from models.database import fetch, reading, transaction
from models.door_ledger import live_links, live_short_addresses
from models.key_unit_ledger import key_cards
from models.ledger import contacts_of_unit
from models.unit import Contact, Unit
from models.unit_cycles import by_cycle, handed_in, problems_of_unit, standing_of, trips_of
from models.words import Channel
from rules.roles import Act, may
from web.guard import Me
from web.page import render
from web.status import status_of

router = APIRouter()


@router.get("/units/{unit_id}")
def unit_page(request: Request, me: Me, unit_id: UUID) -> Response:
    """One unit with its whole story."""
    with reading() as session:
        unit = fetch(session, Unit, unit_id, me.office_id)
    return show_unit(request, me, unit)


def show_unit(
    request: Request, me: Actor, unit: Unit, link: str = "", error: Refused | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response:
    """The page of a unit; after a refusal with its sentence and what was typed."""
    with reading() as session:
        others = [one for one in lists.units_of(session, me.office_id) if one.active and one.id != unit.id]
        successor = fetch(session, Unit, unit.merged_into).name if unit.merged_into else ""
        cycles = by_cycle(session, unit.id)
        kept = [on_time(item) for one in cycles for item in one.items]
        return render(
            request, "office/unit.html", status_of(error) if error else 200, unit=unit, link=link, others=others,
            successor=successor, error=error, typed=typed or {}, cards=key_cards(session, unit.id, clock.today()),
            contacts=contacts_of_unit(session, unit.id), channels=Channel, cycles=cycles,
            doors=live_links(session, unit.id, clock.now()), shorts=live_short_addresses(session, unit.id, clock.now()),
            standing=standing_of(session, unit.id, cycles, clock.today()),
            kept=[sum(pair[n] is True for pair in kept) for n in (0, 1)],
            judged=sum(pair[0] is not None for pair in kept), problems=problems_of_unit(session, unit.id),
            sent=handed_in(session, unit.id), trips=trips_of(session, unit.id),
            messages=lists.messages_of(session, me.office_id, unit.id, limit=50),
            events=lists.events_of(
                session, me.office_id, limit=100, referrals=may(me.role, Act.READ_REFERRALS), unit_id=unit.id
            ),
        )


@router.post("/units/{unit_id}/link")
def fresh_link(request: Request, me: Me, unit_id: UUID, contact_id: UUID = Form()) -> Response:
    """A fresh link, shown once, for the telephone or the printed letter."""
    with transaction() as session:
        unit = fetch(session, Unit, unit_id, me.office_id)
        contact = fetch(session, Contact, contact_id, me.office_id)
        link = open_link.make_link(session, me, contact)
    return show_unit(request, me, unit, link)
