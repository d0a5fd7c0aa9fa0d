"""Periods of duties that come again: which one a day lies in, that they meet without gap, how far one must be."""

from datetime import date, timedelta
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.workdays import official
from models.base import Rejected
from plans.phrase import read
from rules.deadline import Offset, Unit
from rules.expiry import check_validity
from rules.period import ends, is_behind, lacking, period_with

CALENDAR = official()
PHRASES = [
    "每年", "每半年", "每季度", "每月", "每周", "每周二", "每两周", "每两个月", "每年3月底前", "每月5日前",
    "每月31日前", "每旬", "每日",
    "每年6月和12月底前", "每季度首月10日前", "每半月", "每两年", "每月第一个工作日",
]


def around(phrase: str, day: date, anchor: date | None = None):
    found = read(phrase, date(2021, 1, 1))
    return period_with(found.rrule, day, CALENDAR, anchor, found.offset)


@pytest.mark.parametrize(("phrase", "day", "start", "due", "name"), [
    ("每季度听取一次", date(2021, 2, 10), date(2021, 1, 1), date(2021, 3, 31), "2021年一季度"),
    ("每半年听取一次", date(2021, 7, 1), date(2021, 7, 1), date(2021, 12, 31), "2021年下半年"),
    ("每年报告", date(2021, 7, 1), date(2021, 1, 1), date(2021, 12, 31), "2021年"),
    ("每年3月底前", date(2021, 4, 1), date(2021, 4, 1), date(2022, 3, 31), "2021.04.01—2022.03.31"),
    ("每月报送", date(2024, 2, 10), date(2024, 2, 1), date(2024, 2, 29), "2024年2月"),
    ("每月31日前", date(2021, 2, 10), date(2021, 2, 1), date(2021, 2, 28), "2021年2月"),
    ("每周", date(2021, 2, 10), date(2021, 2, 8), date(2021, 2, 14), "2021.02.08—02.14"),
    ("每周二", date(2021, 2, 10), date(2021, 2, 10), date(2021, 2, 16), "2021.02.10—02.16"),
    ("每两个月", date(2021, 2, 10), date(2021, 1, 1), date(2021, 2, 28), "2021.01.01—02.28"),
])
def test_a_day_lies_in_one_period(phrase: str, day: date, start: date, due: date, name: str) -> None:
    found = around(phrase, day)
    assert (found.start, found.due, found.name) == (start, due, name)


def test_a_duty_after_the_periods_end_is_due_later_and_says_how_it_was_counted() -> None:
    found = around("每季度结束后5个工作日内", date(2021, 2, 10))
    assert (found.end, found.due) == (date(2021, 3, 31), date(2021, 4, 8))
    assert "按放假通知和调休数到2021-04-08" in found.because


@pytest.mark.parametrize("anchor", [date(2020, 2, 29), date(2020, 8, 31), date(2021, 1, 1)])
def test_every_two_years_of_an_event_keeps_its_day_and_clamps(anchor: date) -> None:
    first = around("规范性文件实施后每2年清理一次", anchor, anchor)
    assert first.start == anchor
    assert (first.due.year, first.due.month) == (anchor.year + 2, anchor.month)
    second = around("规范性文件实施后每2年清理一次", first.end + timedelta(days=1), anchor)
    assert (second.start, second.due.year) == (first.end + timedelta(days=1), anchor.year + 4)


@given(st.sampled_from(PHRASES), st.dates(date(2019, 6, 1), date(2027, 6, 1)))
def test_periods_hold_their_days_and_meet_without_gap(phrase: str, day: date) -> None:
    found = around(phrase, day)
    assert found.start <= day <= found.end <= found.due
    following = around(phrase, found.end + timedelta(days=1))
    assert following.start == found.end + timedelta(days=1)
    assert around(phrase, found.start) == found


@given(st.sampled_from(PHRASES), st.dates(date(2019, 6, 1), date(2027, 6, 1)))
def test_the_ends_of_a_rule_go_forward_from_the_day_asked(phrase: str, day: date) -> None:
    days = list(islice(ends(read(phrase, day).rrule, day), 5))
    assert days[0] >= day
    assert all(a < b for a, b in pairwise(days))


def test_a_rule_that_never_comes_has_no_period() -> None:
    assert period_with("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", date(2021, 1, 1), CALENDAR) is None


@pytest.mark.parametrize(("day", "done", "behind"), [
    (date(2021, 6, 30), 9, True), (date(2021, 6, 30), 10, False), (date(2021, 10, 31), 19, True),
    (date(2021, 10, 31), 20, False), (date(2021, 12, 15), 18, True),
])
def test_half_is_asked_by_the_middle_of_the_year_and_all_of_it_later(day: date, done: float, behind: bool) -> None:
    assert is_behind(day, date(2021, 1, 1), date(2021, 12, 31), 20, done) is behind


def test_more_than_enough_lacks_nothing() -> None:
    assert (lacking(20, 18), lacking(20, 25)) == (2, 0)


@pytest.mark.parametrize(("title", "years", "fault"), [
    ("某办法（试行）", 5, "试行"), ("某暂行规定", 3, "暂行"), ("某办法", 6, "最长不得超过5年"), ("某办法", 0, "大于零"),
])
def test_a_document_cannot_be_valid_for_longer_than_the_rules_allow(title: str, years: float, fault: str) -> None:
    with pytest.raises(Rejected, match=fault):
        check_validity(title, years)
    check_validity("某办法（试行）", 2)
    check_validity("某办法", 5)


def test_an_offset_in_workdays_may_cross_into_a_year_without_a_notice() -> None:
    rule = "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=31"
    found = period_with(rule, date(2026, 5, 1), CALENDAR, None, Offset(5, Unit.WORKDAY))
    assert found.due > date(2026, 12, 31)
