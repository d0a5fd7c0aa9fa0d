"""Xinshao 新政办函〔2024〕38号, what units report and make public: the acceptance rows N11 to N13."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlmodel import select

from actions.entry import Act, confirm, register
from actions.register_event import register_event
from models.base import Rejected
from models.duty import Entry
from models.notice import Notice
from models.words import AssignmentState
from tests.seeds.duty import duty_of, one

A = AssignmentState
OPENED = date(2024, 7, 12)
HALVES = "FREQ=YEARLY;BYMONTH=6,12;BYMONTHDAY=-1"


def test_n11_a_letter_of_authority_is_done_when_it_is_public_and_filed(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(OPENED) as session:
        both = ["社会公开（网址）", "上级备案（回执号）"]
        duty = duty_of(running, session, "委托书公开和备案", "及时", receivers=both)
        item = register_event(session, running.actor("zhuren"), duty, OPENED, "委托书〔2024〕1号")
        speaker = running.speaks(session)
        register(session, speaker, item, Act("1", OPENED, "https://example.invalid/wts/1", receiver=both[0]))
        assert item.state == A.OPEN
        register(session, speaker, item, Act("2", OPENED, "备案回执2024-1", receiver=both[1]))
        assert item.state == A.SUBMITTED
        kept = [row.what for row in session.exec(select(Entry).where(Entry.assignment_id == item.id))]
        assert sorted(kept) == ["https://example.invalid/wts/1", "备案回执2024-1"]


def test_n12_the_assessment_by_stages_asks_for_its_period_and_is_reminded_of_a_fortnight_before(
    puyang: Callable,
) -> None:
    running = puyang(units=1)
    with running.on(OPENED) as session:
        with pytest.raises(Rejected, match="没有写明"):
            duty_of(running, session, "落实情况评估", "定期")
        duty = duty_of(running, session, "落实情况评估", "定期", rrule=HALVES, remind_before=[14, 3, 0])
        item = one(session, duty)
        assert (item.due_on, item.next_notice_on) == (date(2024, 12, 31), date(2024, 12, 17))
    running.round(date(2024, 12, 17))
    with running.on(date(2024, 12, 17)) as session:
        steps = session.exec(select(Notice.step).where(Notice.assignment_id == item.id)).all()
        assert list(steps) == ["T-14"]


def test_n13_the_report_to_the_units_own_party_group_carries_the_day_of_its_minutes(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(OPENED) as session:
        duty = duty_of(running, session, "向本单位党组报告组织实施情况", "每年一次")
        item = one(session, duty)
        with pytest.raises(Rejected, match="晚于今天"):
            register(session, running.speaks(session), item, Act("1", date(2024, 8, 1), "党组会议纪要"))
        register(session, running.speaks(session), item, Act("2", date(2024, 7, 10), "党组会议纪要第6期"))
        confirm(session, running.actor("jingban"), item)
        assert session.exec(select(Entry.day).where(Entry.assignment_id == item.id)).one() == date(2024, 7, 10)
        assert item.state == A.DONE
