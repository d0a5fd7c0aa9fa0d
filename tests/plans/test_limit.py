"""Limits that run from the document's own issue: counted where the paper has a day, left to an event otherwise."""

from datetime import date

import pytest

from plans.limit import basis_of, read_limit
from rules.deadline import Kind

ISSUED = date(2026, 9, 8)


@pytest.mark.parametrize(("text", "due"), [
    ("自本通知印发之日起30个工作日内", date(2026, 10, 26)),  # over the National Day's make-up days
    ("本方案下发后10日内", date(2026, 9, 18)),
    ("自文件印发之日起3个月内完成", date(2026, 12, 8)),
    ("自印发之日起25日内", date(2026, 10, 8)),  # the 3rd of October is a holiday until the 7th
])
def test_they_have_their_day_and_say_how_it_was_counted(text: str, due: date) -> None:
    found = read_limit(text, ISSUED, 2026)
    assert (found.kind, found.due) == (Kind.RELATIVE, due)
    assert "2026-09-08次日起算" in found.because
    assert basis_of(found, ISSUED)["anchor"] == "2026-09-08"


@pytest.mark.parametrize("text", [
    "自收到本通知之日起10日内", "接到通知后5个工作日", "自意见书印发之日起60日内", "自本办法施行之日起6个月内",
    "督察结束后15个工作日内", "本通知印发前5日",
])
def test_another_event_stays_an_event(text: str) -> None:
    found = read_limit(text, ISSUED, 2026)
    assert found.due is None and basis_of(found, ISSUED) == {}


def test_without_a_day_of_issue_nothing_is_counted() -> None:
    found = read_limit("自本通知印发之日起30日内", None, 2026)
    assert found.due is None and found.offset is not None


def test_a_year_without_its_holiday_notice_leaves_the_day_provisional() -> None:
    found = read_limit("自本通知印发之日起60个工作日内", date(2026, 12, 1), 2026)
    assert found.due is not None and "2027年放假通知尚未入库" in (found.doubt or "")


def test_a_fixed_day_is_as_printed() -> None:
    assert read_limit("2026年12月底前", ISSUED, 2026).due == date(2026, 12, 31)
