"""The office's desk: what waits, who has not signed, what was sent; each office sees its own only."""

from collections.abc import Callable
from datetime import date

import pytest

from actions.enrol import enrol_units
from actions.open_link import sign_on_paper
from commands import office
from models import lists, open_work
from models.words import AssignmentKind

pytestmark = pytest.mark.both_databases

K = AssignmentKind
AUGUST_3 = date(2020, 8, 3)


def test_receipts_reach_the_telephone_list_the_day_after_their_limit(puyang: Callable) -> None:
    running = puyang(units=2, on=date(2020, 7, 24))  # Friday: two workdays later is Tuesday 07-28
    with running.on(date(2020, 7, 28)) as session:
        assert open_work.unsigned(session, running.people.office_id, date(2020, 7, 28)) == []
    with running.on(date(2020, 7, 29)) as session:
        item, contact = running.item(session, K.CONTACT), running.contact(session)
        sign_on_paper(session, running.actor("jingban"), item, contact, {"name": "某人"})
        left = open_work.unsigned(session, running.people.office_id, date(2020, 7, 29))
        assert [unit.id for _, unit in left] == [running.unit(session, 1).id]


def test_what_waits_for_the_office_is_counted_by_kind(puyang: Callable) -> None:
    running = puyang(units=2)
    with running.on(AUGUST_3) as session:
        running.hand_in(session, 0)
        waiting = open_work.waiting_work(session, running.people.office_id, AUGUST_3)
        assert (waiting["submissions"], waiting["unsigned"], waiting["found"]) == (1, 2, 0)


def test_nothing_of_one_office_is_seen_by_another(puyang: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    running = puyang(units=2)
    running.round(AUGUST_3)
    monkeypatch.setattr(office, "PEOPLE", tuple((f"b-{login}", name, role) for login, name, role in office.PEOPLE))
    other = office.make_office(running.bind, "别的办公室", "别办")
    with running.on(AUGUST_3) as session:
        row = {"name": "别县", "subject": "county", "contact": "别县联络员"}
        enrol_units(session, other.actors["b-jingban"], [row])
        assert set(open_work.waiting_work(session, other.office_id, AUGUST_3).values()) == {0}
        assert lists.messages_of(session, other.office_id) == []
        assert open_work.without_limit(session, other.office_id) == []
        assert lists.sending_figures(session, other.office_id, AUGUST_3)["owed"] == 0
        assert len(lists.messages_of(session, running.people.office_id)) > 0


def test_figures_of_a_day_add_up(puyang: Callable) -> None:
    running = puyang(units=3)
    running.round(AUGUST_3)
    with running.on(AUGUST_3) as session:  # one message per unit, one to the office about its own duty of 07-31
        figures = lists.sending_figures(session, running.people.office_id, AUGUST_3)
        assert figures == {"owed": 4, "sent": 4, "failed": 0, "waiting": 0}
        assert len(lists.messages_of(session, running.people.office_id, running.unit(session).id)) == 1


def test_what_is_late_comes_oldest_first_and_leaves_when_it_is_handed_in(puyang: Callable) -> None:
    running = puyang(units=2)
    with running.on(date(2020, 8, 11)) as session:
        assert [item.kind for item, _ in open_work.overdue(session, running.people.office_id, date(2020, 8, 10))] == []
        late = open_work.overdue(session, running.people.office_id, date(2020, 9, 6))
        assert [item.kind for item, _ in late] == [K.SELF_CHECK_REPORT] * 2 + [K.RECT_REPORT] * 2
        running.hand_in(session, 0)
        late = open_work.overdue(session, running.people.office_id, date(2020, 8, 11))
        assert [unit.name for _, unit in late] == [running.unit(session, 1).name]
