"""One unit as the office sees it: what it owes in every cycle, contacts and links, what was sent, visits, history."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from sqlmodel import Session

from actions import open_link
from actions.record import Actor
from config import clock
from models import lists, statistics
from models.base import NotFound, Refused
from models.database import fetch, reading, transaction
from models.door_ledger import live_links, live_short_addresses
from models.key_unit_ledger import key_cards
from models.ledger import contacts_of_unit
from models.paper_ledger import letters_to
from models.unit import Contact, Unit
from models.unit_cycles import OfCycle, by_cycle, handed_in, problems_of_unit, standing_of, trips_of
from models.words import AssignmentState, Channel
from models.work_ledger import count_of
from models.work_want import Lamp
from rules.address import HINTS
from rules.roles import Act, may
from web.guard import Me
from web.page import render
from web.papers import hidden_for
from web.status import status_of
from web.work_filters import read_filters

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
        return render(
            request, "office/unit.html", status_of(error) if error else 200, unit=unit, link=link, others=others,
            successor=successor, error=error, typed=typed or {}, cards=key_cards(session, unit.id, clock.today()),
            contacts=contacts_of_unit(session, unit.id), channels=Channel, hints=HINTS, cycles=cycles,
            doors=live_links(session, unit.id, clock.now()), shorts=live_short_addresses(session, unit.id, clock.now()),
            standing=standing_of(session, unit.id, cycles), late=_listed(session, unit, light=Lamp.OVERDUE),
            returned=_listed(session, unit, state=AssignmentState.RETURNED), kept=_kept(session, unit, cycles),
            problems=problems_of_unit(session, unit.id), sent=handed_in(session, unit.id),
            trips=trips_of(session, unit.id), papers=letters_to(session, unit.id, hidden_for(me)),
            messages=lists.messages_of(session, me.office_id, unit.id, limit=50),
            events=lists.events_of(
                session, me.office_id, limit=100, referrals=may(me.role, Act.READ_REFERRALS), unit_id=unit.id
            ),
        )


def _listed(session: Session, unit: Unit, **filters: str) -> int:
    """How many rows of the ledger stand behind a figure of the unit."""
    return count_of(session, read_filters(session, unit.office_id, {"unit": str(unit.id), **filters}).want)


def _kept(session: Session, unit: Unit, cycles: Sequence[OfCycle]) -> statistics.Standing:
    """How often it kept its limits, judged as in 统计 over all its cycles."""
    scope = statistics.Scope(unit.office_id, tuple(one.cycle.id for one in cycles), clock.today())
    return statistics.of_unit(session, scope, unit.id)


@router.post("/units/{unit_id}/link")
def fresh_link(request: Request, me: Me, unit_id: UUID, contact_id: UUID = Form()) -> Response:
    """A fresh link, shown once, for the telephone or the printed letter."""
    with transaction() as session:
        unit = fetch(session, Unit, unit_id, me.office_id)
        contact = fetch(session, Contact, contact_id, me.office_id)
        if contact.unit_id != unit.id:
            raise NotFound("没有找到这位联系人。")
        link = open_link.make_link(session, me, contact)
    return show_unit(request, me, unit, link)
