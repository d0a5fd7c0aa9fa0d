"""A new holiday notice: what it moves is listed before anything moves, then moved with the old day on record."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlmodel import select

from actions.recount import apply, moves
from config.workdays import official, would_be, write_year
from models.base import NotAllowed
from models.cycle import DeadlineVersion
from models.event import Event
from models.notice import Notice
from models.words import AssignmentKind, LimitChange, NoticeKind

pytestmark = pytest.mark.both_databases

K = AssignmentKind
MONDAY_OFF = {
    "year": 2020, "notice": "试验通知〔2020〕9号", "makeup": [date(2020, 8, 1)],
    "rest": {
        "防汛假": [date(2020, 7, 27), date(2020, 7, 29)], "国庆节、中秋节": [date(2020, 10, 1), date(2020, 10, 8)],
    },
}


def test_moves_are_listed_before_anything_moves(puyang: Callable) -> None:
    running = puyang(units=2)
    with running.on(date(2020, 7, 24)) as session:
        calendar = would_be(MONDAY_OFF)
        found = moves(session, running.people.office_id, calendar)
        # receipts: two workdays after Friday 07-24; with Monday to Wednesday off they end on Friday 07-31
        assert {(row.title, row.old, row.new) for row in found} == {
            ("签收方案并确认联系人", date(2020, 7, 28), date(2020, 7, 31))
        }
        assert len(found) == 2
        assert running.item(session, K.CONTACT).due_on == date(2020, 7, 28)
        assert official().rest_name(date(2020, 7, 27)) == ""


def test_applying_moves_them_once_keeps_the_old_day_and_plans_every_reminder_anew(puyang: Callable) -> None:
    running = puyang(units=2)
    with running.on(date(2020, 7, 24)) as session:
        report = running.item(session, K.SELF_CHECK_REPORT)
        assert report.next_notice_on == date(2020, 8, 3)
        write_year({**MONDAY_OFF, "rest": {**MONDAY_OFF["rest"], "临时放假": [date(2020, 8, 3), date(2020, 8, 4)]}})
        calendar = official()
        assert apply(session, running.actor("zhuren"), calendar) == 2
        item = running.item(session, K.CONTACT)
        assert (item.first_due_on, item.due_on) == (date(2020, 7, 28), date(2020, 7, 31))
        version = session.exec(select(DeadlineVersion).where(DeadlineVersion.assignment_id == item.id)).one()
        assert (version.change, version.old_due_on) == (LimitChange.RECOUNTED, date(2020, 7, 28))
        assert report.next_notice_on == date(2020, 8, 1)  # the Saturday is now a workday, the Monday is none
        assert (report.due_on, report.deadline_version) == (date(2020, 8, 10), 1)  # a named day does not move
        assert apply(session, running.actor("zhuren"), calendar) == 0
        assert len(session.exec(select(Event).where(Event.verb == "按放假通知重算时限")).all()) == 2


def test_visits_on_new_rest_days_are_put_before_the_office_and_do_not_move(puyang: Callable) -> None:
    running = puyang(units=2)
    with running.on(date(2020, 7, 24)) as session:
        write_year({**MONDAY_OFF, "rest": {"防汛假": [date(2020, 8, 11), date(2020, 8, 14)]}})
        apply(session, running.actor("zhuren"), official())
        alert = session.exec(select(Notice).where(Notice.kind == NoticeKind.ALERT)).one()
        assert "次实地督察落在休息日，请调整日程" in alert.text


def test_a_unit_cannot_recount(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(date(2020, 7, 24)) as session, pytest.raises(NotAllowed):
        apply(session, running.speaks(session), official())
