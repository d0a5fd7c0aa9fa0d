"""A clock that stands still: no reminders, not overdue, and as much time left afterwards as before."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlmodel import select

from actions.deadline import move_deadline
from actions.pause import pause, resume
from models import open_work
from models.base import Conflict, NotAllowed, Rejected
from models.cycle import DeadlineVersion
from models.ledger import task_items
from models.words import AssignmentKind, LimitChange

K = AssignmentKind


def history(session, item) -> list[tuple[LimitChange, date, date]]:
    found = select(DeadlineVersion).where(DeadlineVersion.assignment_id == item.id).order_by(DeadlineVersion.version)
    return [(row.change, row.old_due_on, row.due_on) for row in session.exec(found)]


def test_a_paused_limit_is_silent_and_moves_by_the_days_it_stood(puyang: Callable) -> None:
    running = puyang(units=1)
    running.round(date(2020, 8, 3))
    with running.on(date(2020, 8, 4)) as session:
        pause(session, running.actor("zhuren"), running.item(session, K.SELF_CHECK_REPORT), "防汛")
    running.rounds(date(2020, 8, 5), date(2020, 8, 12))
    assert running.told(K.SELF_CHECK_REPORT) == [(date(2020, 8, 3), "T-7"), (date(2020, 8, 4), "暂停2")]
    with running.on(date(2020, 8, 13)) as session:
        item = running.item(session, K.SELF_CHECK_REPORT)
        assert [row.id for row, _ in open_work.overdue(session, running.people.office_id, date(2020, 8, 13))] == []
        resume(session, running.actor("zhuren"), item, "汛情解除")
        # nine days on: 08-19, a Wednesday
        assert (item.first_due_on, item.due_on, item.paused_on) == (date(2020, 8, 10), date(2020, 8, 19), None)
        assert "暂停9天，原2020-08-10顺延至2020-08-19" in item.because
        parts = [part for part, _ in task_items(session, running.cycle_id, running.unit(session).id)]
        assert {(part.due_on, part.paused_on) for part in parts} == {(date(2020, 8, 19), None)}
        assert history(session, item) == [
            (LimitChange.PAUSED, date(2020, 8, 10), date(2020, 8, 10)),
            (LimitChange.RESUMED, date(2020, 8, 10), date(2020, 8, 19)),
        ]


def test_a_limit_that_would_end_on_a_rest_day_goes_on_to_the_workday_after(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(date(2020, 8, 3)) as session:
        item = running.item(session, K.SELF_CHECK_REPORT)
        pause(session, running.actor("zhuren"), item, "防汛")
    with running.on(date(2020, 8, 8)) as session:
        item = running.item(session, K.SELF_CHECK_REPORT)
        resume(session, running.actor("zhuren"), item)
        assert item.due_on == date(2020, 8, 17)  # 08-15 is a Saturday


def test_pausing_needs_a_reason_a_limit_and_the_office(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(date(2020, 8, 3)) as session:
        item, head = running.item(session, K.SELF_CHECK_REPORT), running.actor("zhuren")
        with pytest.raises(Rejected, match="须写明理由"):
            pause(session, head, item, " ")
        with pytest.raises(NotAllowed, match="须由办公室"):
            pause(session, running.speaks(session), item, "防汛")
        with pytest.raises(NotAllowed, match="有时限"):
            pause(session, head, running.item(session, K.GOAL), "防汛")
        with pytest.raises(Conflict, match="没有暂停"):
            resume(session, head, item)
        pause(session, head, item, "防汛")
        with pytest.raises(Conflict, match="已暂停计时"):
            pause(session, head, item, "又一次")


def test_a_limit_moved_while_it_stands_still_wakes_nothing(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(date(2020, 8, 3)) as session:
        item, head = running.item(session, K.SELF_CHECK_REPORT), running.actor("zhuren")
        pause(session, head, item, "防汛")
        move_deadline(session, head, item, date(2020, 8, 14), "另定")
        assert (item.next_notice_on, item.paused_on) == (None, date(2020, 8, 3))
