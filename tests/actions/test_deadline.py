"""Limits change in one place: versions grow, the first limit stays, what was planned is withdrawn."""

from collections.abc import Callable
from datetime import date, time

import pytest
from sqlmodel import select

from actions.advance import close_cycle
from actions.deadline import move_deadline, set_stage_dates
from actions.rectify import Acting, move_problem
from models.base import Rejected
from models.event import Event
from models.ledger import task_items
from models.words import AssignmentKind, Move, NoticeState, StageKind

K = AssignmentKind
AUGUST_3 = date(2020, 8, 3)


def test_a_change_needs_a_reason_and_keeps_the_first_limit_through_many_changes(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(AUGUST_3) as session:
        item, head = running.item(session, K.SELF_CHECK_REPORT), running.actor("zhuren")
        with pytest.raises(Rejected, match="须写明理由"):
            move_deadline(session, head, item, date(2020, 8, 12), "")
        for day in (12, 14, 13):
            move_deadline(session, head, item, date(2020, 8, day), "顺延")
        assert (item.first_due_on, item.due_on, item.deadline_version) == (date(2020, 8, 10), date(2020, 8, 13), 4)
        changes = session.exec(select(Event).where(Event.verb == "调整时限")).all()
        assert [event.data["new"] for event in changes] == ["2020-08-12", "2020-08-14", "2020-08-13"]


def test_the_parts_of_a_report_move_along_and_stay_silent(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(AUGUST_3) as session:
        report = running.item(session, K.SELF_CHECK_REPORT)
        move_deadline(session, running.actor("zhuren"), report, date(2020, 8, 12), "顺延")
        parts = [item for item, _ in task_items(session, running.cycle_id, running.unit(session).id)]
        assert {(item.due_on, item.next_notice_on) for item in parts} == {(date(2020, 8, 12), None)}


def test_a_limit_moved_while_the_report_is_under_review_wakes_none_of_its_items(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(AUGUST_3) as session:
        running.hand_in(session)
        report = running.item(session, K.SELF_CHECK_REPORT)
        move_deadline(session, running.actor("zhuren"), report, date(2020, 8, 12), "顺延")
        parts = [item for item, _ in task_items(session, running.cycle_id, running.unit(session).id)]
        assert {item.next_notice_on for item in [report, *parts]} == {None}


def test_a_limit_moved_there_and_back_on_one_day_is_not_told_twice(puyang: Callable) -> None:
    running = puyang(units=1)
    running.round(AUGUST_3)
    with running.on(AUGUST_3) as session:
        item = running.item(session, K.SELF_CHECK_REPORT)
        for day in (12, 10):
            move_deadline(session, running.actor("zhuren"), item, date(2020, 8, day), "误改，改回")
    running.round(AUGUST_3, time(17, 30))
    assert running.told(K.SELF_CHECK_REPORT) == [(AUGUST_3, "T-7")]


def test_a_stage_cannot_end_before_it_begins(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(AUGUST_3) as session, pytest.raises(Rejected, match="结束日期2020-10-01早于开始日期2020-10-15"):
        set_stage_dates(
            session, running.actor("jingban"), running.cycle(session), StageKind.HIGHER_INSPECTION,
            date(2020, 10, 15), date(2020, 10, 1), "通知",
        )


def test_a_day_that_becomes_unknown_again_takes_the_goal_out_of_the_calendar(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(AUGUST_3) as session:
        clerk, cycle = running.actor("jingban"), running.cycle(session)
        for start in (date(2020, 10, 15), None):
            set_stage_dates(session, clerk, cycle, StageKind.HIGHER_INSPECTION, start, None, "通知")
        goal = running.item(session, K.GOAL)
        assert (goal.due_on, goal.next_notice_on) == (None, None)


def test_a_unit_whose_problems_are_all_settled_is_not_chased_for_the_goal(puyang: Callable) -> None:
    """P13 closes with "all problems closed"."""
    running = puyang(units=1)
    with running.on(date(2020, 8, 26)) as session:
        problem = running.find(session)
        move_problem(session, running.actor("jingban"), problem, Acting(Move.WITHDRAW, problem.version, "查无实据"))
        clerk, cycle = running.actor("jingban"), running.cycle(session)
        set_stage_dates(session, clerk, cycle, StageKind.HIGHER_INSPECTION, date(2020, 10, 15), None, "通知")
    running.round(date(2020, 9, 30))
    assert running.told(K.GOAL) == []


def test_what_was_planned_in_a_cycle_that_ends_is_withdrawn(puyang: Callable) -> None:
    running = puyang(units=1)
    running.round(AUGUST_3, time(8))  # written, not yet sent
    with running.on(AUGUST_3, time(8, 30)) as session:
        close_cycle(session, running.actor("zhuren"), running.cycle(session), AUGUST_3)
    running.round(AUGUST_3)
    assert running.told(K.SELF_CHECK_REPORT, state=NoticeState.SENT) == []
