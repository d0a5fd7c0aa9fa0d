"""Where the two databases by themselves would answer differently, ours answer alike: order of nothing, case, zones."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlmodel import Session, select

from actions.claim import due_messages
from actions.compose import Ready
from actions.enrol import enrol_units
from config import clock
from config.policy import Policy
from models.database import transaction
from models.finding import find
from models.local_day import LocalDay, Monday
from models.notice import Message
from models.office import Office
from models.unit import Contact
from models.words import Channel, MessageState

pytestmark = pytest.mark.both_databases


def test_what_was_never_tried_goes_before_what_failed_and_is_tried_again(puyang: Callable) -> None:
    running = puyang(1)
    with running.on(date(2020, 8, 3)) as session:
        contact = running.contact(session)
        keys = [message(session, contact, state, retry).id for state, retry in (
            (MessageState.FAILED, clock.now() - timedelta(minutes=5)), (MessageState.QUEUED, None),
            (MessageState.FAILED, clock.now() - timedelta(minutes=9)),
        )]
        session.flush()
        found = [one[0] for one in due_messages(session, Ready({running.cycle_id: Policy(), None: Policy()}))]
        assert found == [keys[1], keys[2], keys[0]]


def message(session: Session, contact: Contact, state: MessageState, retry: datetime | None) -> Message:
    row = Message(
        office_id=contact.office_id, unit_id=contact.unit_id, contact_id=contact.id, day=date(2020, 8, 3),
        channel=Channel.MAIL, state=state, retry_at=retry,
    )
    session.add(row)
    return row


@pytest.mark.parametrize("typed", ["oa", "OA", "Oa平台", "100%", "一_二"])
def test_a_search_does_not_ask_for_capitals_and_takes_signs_as_they_are(puyang: Callable, typed: str) -> None:
    running = puyang(1)
    with running.on(date(2020, 8, 3)) as session:
        names = ["OA平台100%办", "oa平台一_二办", "别的百分办"]
        enrol_units(session, running.actor("jingban"), [{"name": name, "subject": "department"} for name in names])
        session.flush()
        groups = find(session, running.people.office_id, typed)
        hits = [hit.words for group in groups if group.name == "单位" for hit in group.hits]
        assert hits == [name for name in names if typed.lower() in name.lower()]


def test_a_moment_falls_on_the_offices_day_whatever_the_zone_of_the_server(bind) -> None:
    """R9: 2026-08-31T17:30Z is the first of September here; the server of these tests stands in another zone still."""
    made = datetime.fromisoformat("2026-08-31T17:30:00+00:00")
    with transaction(bind) as session:
        session.add(Office(name="办", short_name="办", made_at=made))
        session.flush()
        day = LocalDay(Office.made_at)
        assert tuple(map(str, session.exec(select(day, Monday(day))).one())) == ("2026-09-01", "2026-08-31")
