"""Visits: told in time and told again when they move, recorded by the team, ended by a signed sheet."""

from collections.abc import Callable
from datetime import date, time

import pytest
from sqlmodel import select

from actions.visit import feed_back_on_site, mark_visited, move_visit, record_problem
from models.base import NotAllowed, Rejected
from models.cycle import Assignment, Visit
from models.notice import Notice
from models.words import AssignmentState, NoticeKind, NoticeState, VisitState
from tests.programme import visit_of


def aug(day: int) -> date:
    return date(2020, 8, day)


def first(running, session) -> Visit:
    return visit_of(session, running.cycle_id, running.unit(session).id)


def programmes(running) -> list[str]:
    """The days that the first unit was told its visit would be, in the order of telling."""
    with running.on(aug(20)) as session:
        statement = select(Notice).where(
            Notice.unit_id == running.unit(session).id, Notice.kind == NoticeKind.PROGRAMME,
            Notice.state == NoticeState.SENT,
        )
        texts = [notice.text for notice in session.exec(statement.order_by(Notice.made_at))]
        return [text[text.index("8月"):][:5] for text in texts]


def test_a_visit_is_told_once_however_often_the_round_runs(puyang: Callable) -> None:
    running = puyang(units=1)
    running.rounds(aug(7), aug(11))
    assert programmes(running) == ["8月11日"]


def test_a_moved_visit_is_told_anew_with_its_new_day_and_its_sheet_is_due_then(puyang: Callable) -> None:
    running = puyang(units=1)
    running.round(aug(7))
    with running.on(aug(7)) as session:
        visit = first(running, session)
        move_visit(session, running.actor("zuzhang"), visit, aug(12), aug(13))
        assert session.get_one(Assignment, visit.assignment_id).due_on == aug(13)
    running.rounds(aug(10), aug(10))
    assert programmes(running) == ["8月11日", "8月12日"]


def test_a_visit_moved_away_and_back_is_told_each_time(puyang: Callable) -> None:
    running = puyang(units=1)
    running.round(aug(7))
    for hour, day in ((10, 12), (14, 11)):
        with running.on(aug(10), time(hour)) as session:
            move_visit(session, running.actor("zuzhang"), first(running, session), aug(day), aug(day))
        running.round(aug(10), time(hour + 1))
    assert programmes(running) == ["8月11日", "8月12日", "8月11日"]


def test_a_visit_cannot_end_before_it_begins_even_with_a_reason(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(aug(7)) as session, pytest.raises(Rejected, match="结束日期早于开始日期"):
        move_visit(session, running.actor("zuzhang"), first(running, session), aug(13), aug(12), "特殊情况")


def test_only_field_people_record_what_was_found_and_fed_back(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(aug(11)) as session:
        visit = first(running, session)
        for actor in (running.speaks(session), running.actor("lingdao")):
            with pytest.raises(NotAllowed, match="须由督察组成员或办公室"):
                record_problem(session, actor, visit, "档案缺失")
            with pytest.raises(NotAllowed, match="须由督察组成员或办公室"):
                feed_back_on_site(session, actor, visit, "反馈", "单位负责人")


def test_the_sheet_ends_the_visit_and_its_duty(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(aug(11)) as session:
        visit, lead = first(running, session), running.actor("zuzhang")
        mark_visited(session, lead, visit)
        feed_back_on_site(session, lead, visit, " 反馈2个问题 ", "单位负责人")
        assert (visit.state, visit.feedback, visit.signed_by) == (VisitState.FED_BACK, "反馈2个问题", "单位负责人")
        assert session.get_one(Assignment, visit.assignment_id).state == AssignmentState.DONE
        mark_visited(session, lead, visit)
        assert visit.state == VisitState.FED_BACK
    running.round(aug(11), time(17, 30))
    with running.on(aug(11)) as session:
        assert "尚无现场反馈单" not in running.said(session, aug(11))
