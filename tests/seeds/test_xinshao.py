"""Xinshao 新政办函〔2024〕38号: its printed limits, hours per person, counts by a day, duties without a period."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlmodel import select

from actions.entry import Act, confirm, register
from models import duty_ledger as ledger
from models.base import Rejected
from models.cycle import Assignment
from models.duty import Duty
from models.words import AssignmentKind, AssignmentState, DutyKind
from plans.phrase import read
from rules.deadline import Kind
from tests.seeds.duty import duty_of, one

K, A = AssignmentKind, AssignmentState
ISSUED = date(2024, 7, 11)
OPENED = date(2024, 7, 12)


@pytest.mark.parametrize(("phrase", "due", "standing", "done"), [
    ("2024年6月底前完成并长期坚持", date(2024, 6, 30), True, False),
    ("2024年底前完成", date(2024, 12, 31), False, False),
    ("2024年完成并长期坚持", date(2024, 12, 31), True, False),
    ("2025年完成并长期坚持", date(2025, 12, 31), True, False),
    ("2025年底前完成", date(2025, 12, 31), False, False),
    ("2023年已完成并长期坚持", date(2023, 12, 31), True, True),
])
def test_n3_the_printed_limits_have_their_day_and_say_what_goes_on_for_good(
    phrase: str, due: date, standing: bool, done: bool
) -> None:
    found = read(phrase, ISSUED)
    assert (found.due, found.ongoing, found.done, found.doubt) == (due, standing, done, None)


def test_n3_the_beginning_of_a_year_needs_a_decision_and_the_end_of_march_is_proposed() -> None:
    found = read("2024年初完成", ISSUED)
    assert (found.kind, found.due) == (Kind.FIXED, date(2024, 3, 31))
    assert "没有确切日期" in found.doubt
    assert found.choices == ("2024-03-31", "2024-01-31", "2024-02-29")


def test_n3_a_standing_duty_turns_into_a_yearly_confirmation_that_is_never_overdue(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(OPENED) as session:
        key = duty_of(running, session, "公布清单", "2024年底前完成并长期坚持").id
    with running.on(date(2024, 11, 4)) as session:
        item = one(session, session.get_one(Duty, key))
        register(session, running.speaks(session), item, Act("1", date(2024, 11, 1), "已公布"))
        confirm(session, running.actor("zhuren"), item)
    running.round(date(2025, 1, 2))
    with running.on(date(2025, 1, 2)) as session:
        kept = session.exec(select(Assignment).where(Assignment.kind == K.CONFIRMATION)).one()
        assert (kept.due_on, kept.state, kept.next_notice_on) == (date(2025, 12, 31), A.OPEN, date(2025, 12, 24))
    for day in (date(2026, 1, 5), date(2026, 1, 7), date(2026, 1, 8)):
        running.round(day)
    assert {step for _, step in running.told(K.CONFIRMATION)} <= {"T-7", "T0"}
    with running.on(date(2026, 1, 8)) as session:
        counted = session.exec(select(Assignment).where(Assignment.kind == K.CONFIRMATION)).all()
        assert [row.due_on.year for row in counted] == [2025, 2026]


def test_n3_what_was_done_already_is_confirmed_yearly_and_asks_for_nothing_now(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(OPENED) as session:
        duty = duty_of(running, session, "清理文件", "2023年已完成并长期坚持")
        assert (duty.kind, duty.standing) == (DutyKind.STANDING, True)
        assert one(session, duty).kind == K.CONFIRMATION


def test_n3_a_limit_past_on_arrival_gets_no_ladder(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(OPENED) as session:
        item = one(session, duty_of(running, session, "年初任务", "2024年6月底前完成"))
        assert (item.due_on, item.next_notice_on) == (date(2024, 6, 30), None)


def test_n8_sixty_hours_per_person_make_a_table_of_twelve_months(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(OPENED) as session:
        duty = duty_of(running, session, "执法人员培训", "每人每年接受不少于60学时", per_person=True)
        item, speaker = one(session, duty), running.speaks(session)
        assert (item.kind, item.terms["needed"], item.terms["measure"]) == (K.QUOTA, 60, "学时")
        with pytest.raises(Rejected, match="按人计"):
            register(session, speaker, item, Act("0", OPENED, "培训", 8))
        for nonce, day, hours, person in (
            ("1", date(2024, 1, 9), 16, "甲"), ("2", date(2024, 3, 6), 24, "甲"), ("3", date(2024, 3, 8), 60, "乙")
        ):
            register(session, speaker, item, Act(nonce, day, "培训", hours, person))
        table = ledger.months_of(session, duty.id, 2024)
        assert table["甲"] == [16, 0, 24, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        assert ledger.below_quota(session, duty, 2024) == [("甲", 20)]
        assert item.state == A.OPEN


def test_n9_at_least_one_assessment_by_the_end_of_2024_is_reminded_of_thirty_days_before(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(OPENED) as session:
        phrase = "2024年底前要对已下放的行政执法事项至少进行一次评估"
        duty = duty_of(running, session, "评估", phrase, remind_before=[30, 7, 1, 0])
        item = one(session, duty)
        assert (item.due_on, duty.min_count, item.next_notice_on) == (date(2024, 12, 31), 1, date(2024, 11, 29))
    running.round(date(2024, 11, 29))  # thirty days before is a Sunday
    assert running.told(K.PERIODIC) == [(date(2024, 11, 29), "T-30")]


def test_n10_a_duty_without_a_period_asks_the_clerk_and_never_invents_a_date(puyang: Callable) -> None:
    assert (read("定期报送监管情况", ISSUED).rrule, read("定期报送监管情况", ISSUED).due) == (None, None)
    running = puyang(units=1)
    with running.on(OPENED) as session:
        with pytest.raises(Rejected, match="没有写明周期，请选定周期"):
            duty_of(running, session, "报送监管情况", "定期报送监管情况")
        chosen = duty_of(
            running, session, "报送监管情况", "定期报送监管情况", rrule="FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1"
        )
        item = one(session, chosen)
        assert (item.title, item.due_on) == ("报送监管情况（2024年三季度）", date(2024, 9, 30))
        yearly = duty_of(running, session, "公布典型案例", "原则上每年向社会公布一批典型案例")
        assert (one(session, yearly).due_on, yearly.min_count) == (date(2024, 12, 31), 1)
