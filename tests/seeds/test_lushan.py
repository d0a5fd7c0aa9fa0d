"""Lushan 鲁法政办〔2021〕4号: the yearly table, the filing of penalties, the thirty days from receipt."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlmodel import select

from actions.day_owed import owed_pairs
from actions.duty import Wanted, add_duty
from actions.entry import Act, register
from actions.open_link import sign_on_paper
from actions.register_event import register_event
from config.policy import Policy
from config.workdays import official
from models import open_work
from models.base import Rejected
from models.cycle import Assignment, DeadlineVersion
from models.duty import Duty
from models.unit import Contact
from models.words import AssignmentKind, AssignmentState
from plans.draft import PlanDraft
from plans.phrase import read
from rules.deadline import resolve
from rules.period import period_with
from rules.reminder import ladder_steps
from tests.conftest import Running

K = AssignmentKind
YEAR_START = date(2021, 1, 1)


def test_l2_the_table_of_every_march_is_due_on_its_last_day_and_chased_on_the_friday_before_a_sunday() -> None:
    rule = read("每年3月底之前", YEAR_START).rrule
    assert rule == "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=31"
    dues = [period_with(rule, date(year, 2, 1), official()).due for year in (2021, 2024)]
    assert dues == [date(2021, 3, 31), date(2024, 3, 31)]
    assert [day.weekday() for day in dues] == [2, 6]  # a Wednesday, a Sunday
    last = [step for step in ladder_steps(dues[1], Policy().periodic, official()) if not step.overdue][-1]
    assert (last.day, last.name) == (date(2024, 3, 29), "T-1·T0")


def test_l2_the_duty_opens_each_year_once_and_reminds_from_fourteen_days_before(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(date(2021, 1, 4)) as session:
        wanted = Wanted(title="自查和计划编排表", phrase="每年3月底之前")
        key = add_duty(session, running.actor("zhuren"), running.cycle_id, running.unit(session), wanted).id
    for day in (date(2021, 3, 17), date(2021, 3, 17), date(2021, 4, 1), date(2021, 4, 2)):
        running.round(day)
    with running.on(date(2021, 4, 2)) as session:
        items = session.exec(select(Assignment).where(Assignment.duty_id == key).order_by(Assignment.due_on)).all()
        assert [item.due_on for item in items] == [date(2021, 3, 31), date(2022, 3, 31)]
    assert running.told(K.PERIODIC)[0] == (date(2021, 3, 17), "T-14")


def test_l8_fifteen_days_from_a_decision_leave_the_holiday_and_the_rule_is_a_setting(puyang: Callable) -> None:
    phrase = "自作出重大行政处罚决定之日起15日内"
    decided = date(2021, 9, 22)
    found, settled = resolve(read(phrase, YEAR_START), decided, official())
    assert (settled.due, settled.rolled) == (date(2021, 10, 7), date(2021, 10, 8))
    assert "2021-09-22次日起算，10-07为国庆节假期，顺延至10-08" in found.because
    for rolls, due in ((True, date(2021, 10, 8)), (False, date(2021, 10, 7))):
        running = puyang(units=1, policy=Policy(roll_off_rest_days=rolls), title=f"顺延{rolls}")
        with running.on(date(2021, 9, 23)) as session:
            wanted = Wanted(title="重大行政处罚备案", phrase=phrase)
            duty = add_duty(session, running.actor("zhuren"), running.cycle_id, running.unit(session), wanted)
            item = register_event(session, running.actor("zhuren"), duty, decided, f"罚〔2021〕{int(rolls)}号")
            assert item.due_on == due
            assert "10-07" in item.because
            # 10-03 and 10-07 are rest days: both steps fall on the last workday before them
            steps = ladder_steps(date(2021, 10, 8), Policy().filing, official())
            assert [(step.day.day, step.name) for step in steps][:2] == [(30, "T-5·T-1"), (8, "T0")]


@pytest.fixture
def from_receipt(draft: PlanDraft) -> PlanDraft:
    """Puyang with a rectification report due thirty days after the notice is received, as Lushan's letters ask."""
    items = [
        item.model_copy(update={"due": None, "anchor": "receipt", "text": "接到本通知后于30日之内"})
        if item.kind == K.RECT_REPORT else item
        for item in draft.deliverables
    ]
    return draft.model_copy(update={"deliverables": items, "key": "from-receipt", "short_title": "签收起算"})


def two_letters(puyang: Callable, from_receipt: PlanDraft) -> Running:
    """Two units with a problem each, and their letters of 2021-09-06."""
    running = puyang(units=2, plan=from_receipt)
    with running.on(date(2020, 8, 12)) as session:
        for n in range(2):
            running.find(session, n)
    with running.on(date(2021, 9, 6)) as session:
        for n in range(2):
            running.letter(session, n)
    return running


def test_l12_the_thirty_days_run_from_the_signature_and_before_it_no_clock_runs(
    puyang: Callable, from_receipt: PlanDraft
) -> None:
    running = two_letters(puyang, from_receipt)
    with running.on(date(2021, 9, 8)) as session:
        waiting = open_work.not_started(session, running.people.office_id)
        assert {item.kind for item, _ in waiting} == {K.RECT_REPORT}
        assert len(waiting) == 2
        receipt = running.item(session, K.FEEDBACK_RECEIPT, 0)
        fields = {"name": "收件人", "how": "纸质", "day": "2021-09-07"}
        clerk, contact = running.actor("jingban"), running.contact(session)
        with pytest.raises(Rejected, match="晚于今天"):
            sign_on_paper(session, clerk, receipt, contact, fields | {"day": "2021-09-09"})
        sign_on_paper(session, clerk, receipt, contact, fields)
        report = running.item(session, K.RECT_REPORT, 0)
        assert (report.due_on, report.first_due_on) == (date(2021, 10, 8), date(2021, 10, 8))
        assert "2021-09-07次日起算，10-07为国庆节假期，顺延至10-08" in report.because
        problem = session.exec(
            select(Assignment).where(Assignment.kind == K.PROBLEM, Assignment.unit_id == report.unit_id)
        ).one()
        assert problem.due_on == report.due_on
        other = running.item(session, K.RECT_REPORT, 1)
        assert (other.due_on, other.next_notice_on) == (None, None)
        assert [item.id for item, _ in open_work.not_started(session, running.people.office_id)] == [other.id]


def test_l12_the_thirty_days_are_reminded_of_ten_three_and_one_day_before_and_a_silent_unit_is_telephoned(
    puyang: Callable, from_receipt: PlanDraft
) -> None:
    """T-10, T-3, T-1, T0 of 2021-10-08: 10-05 and 10-07 are holidays and meet on 09-30; Saturday 10-09 is worked."""
    running = two_letters(puyang, from_receipt)
    running.rounds(date(2021, 9, 6), date(2021, 9, 7))
    with running.on(date(2021, 9, 7)) as session:
        receipt, contact = running.item(session, K.FEEDBACK_RECEIPT), running.contact(session)
        sign_on_paper(session, running.actor("jingban"), receipt, contact, {"name": "收件人", "how": "纸质"})
        assert running.item(session, K.RECT_REPORT).due_on == date(2021, 10, 8)
    running.rounds(date(2021, 9, 8), date(2021, 10, 9))
    sep, october = date(2021, 9, 30), date(2021, 10, 8)
    assert running.told(K.RECT_REPORT, 0) == [
        (date(2021, 9, 28), "T-10"), (sep, "T-3·T-1"), (october, "T0"), (date(2021, 10, 9), "+1"),
    ]
    assert running.told(K.RECT_REPORT, 1) == []  # no clock before the signature
    with running.on(sep) as session:
        report = running.item(session, K.RECT_REPORT).id
        owed = [day for day in (27, 28, 29, 30) for pair in owed_pairs(
            session, running.people.office_id, date(2021, 9, day), []
        ) if pair.item == report]
        assert owed == [28, 30], "the day's account reckons the same mornings without the sender"
    with running.on(date(2021, 9, 9)) as session:
        called = open_work.unsigned(session, running.people.office_id, date(2021, 9, 9))
        names = {unit.name for item, unit in called if item.kind == K.FEEDBACK_RECEIPT}
        assert names == {running.unit(session, 1).name}  # two workdays after 09-06


def test_l6_eighteen_of_twenty_hours_on_the_fifteenth_of_december_names_the_two_missing(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(date(2021, 1, 4)) as session:
        wanted = Wanted(title="专业法培训", phrase="培训贯穿整个年度且不低于20个学时")
        key = add_duty(session, running.actor("zhuren"), running.cycle_id, running.unit(session), wanted).id
    with running.on(date(2021, 5, 6)) as session:
        item = session.exec(select(Assignment).where(Assignment.duty_id == key)).one()
        register(session, running.speaks(session), item, Act("1", date(2021, 5, 1), "上半年培训", 12))
    running.round(date(2021, 6, 30))
    assert running.told(K.QUOTA) == []  # more than half by the middle of the year
    with running.on(date(2021, 11, 1)) as session:
        item = session.exec(select(Assignment).where(Assignment.duty_id == key)).one()
        register(session, running.speaks(session), item, Act("2", date(2021, 10, 20), "网上学习", 6))
    running.round(date(2021, 12, 15))
    with running.on(date(2021, 12, 15)) as session:
        said = running.said(session, date(2021, 12, 15), unit_id=running.unit(session).id)
        assert "应20学时，已登记18学时，尚缺2学时" in said
        duty = session.get_one(Duty, key)
        assert session.exec(select(Contact)).first() and duty.quota == 20
        assert session.exec(select(DeadlineVersion)).all() == []
        assert session.exec(select(Assignment).where(Assignment.duty_id == key)).one().state == AssignmentState.OPEN
