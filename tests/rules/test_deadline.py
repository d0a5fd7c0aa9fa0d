"""Limits that run from an event: counted without its day, off rest days, clamped to a month's end, never guessed."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.workdays import official
from rules import workday
from rules.deadline import (
    Deadline,
    Kind,
    Offset,
    Unit,
    add_months,
    as_basis,
    count,
    from_basis,
    kept,
    resolve,
    settle,
)

CALENDAR = official()
KNOWN = st.dates(date(2020, 1, 1), date(2025, 12, 1))


def within(n: float, unit: Unit, anchor: date) -> tuple[date, date]:
    found = settle(Offset(n, unit), anchor, CALENDAR, "签收")
    return found.due, found.rolled


def test_thirty_days_from_a_signature_leave_the_national_holiday_and_say_so() -> None:
    found = settle(Offset(30, Unit.DAY), date(2021, 9, 7), CALENDAR, "签收")
    assert (found.due, found.rolled) == (date(2021, 10, 7), date(2021, 10, 8))
    assert found.because == "自签收之日起30日：2021-09-07次日起算，10-07为国庆节假期，顺延至10-08"


@pytest.mark.parametrize(("n", "unit", "anchor", "due", "rolled"), [
    (1, Unit.MONTH, date(2024, 1, 31), date(2024, 2, 29), date(2024, 2, 29)),
    (1, Unit.MONTH, date(2023, 1, 31), date(2023, 2, 28), date(2023, 2, 28)),
    (3, Unit.MONTH, date(2024, 11, 30), date(2025, 2, 28), date(2025, 2, 28)),
    (1, Unit.YEAR, date(2024, 2, 29), date(2025, 2, 28), date(2025, 2, 28)),
    (4, Unit.YEAR, date(2020, 2, 29), date(2024, 2, 29), date(2024, 2, 29)),
    (0.5, Unit.MONTH, date(2024, 4, 26), date(2024, 5, 11), date(2024, 5, 11)),  # a Saturday on which all work
    (2, Unit.WEEK, date(2024, 4, 19), date(2024, 5, 3), date(2024, 5, 6)),
    (18, Unit.MONTH, date(2024, 4, 26), date(2025, 10, 26), date(2025, 10, 27)),
    (20, Unit.WORKDAY, date(2020, 9, 20), date(2020, 10, 22), date(2020, 10, 22)),
    (10, Unit.WORKDAY, date(2020, 9, 20), date(2020, 10, 9), date(2020, 10, 9)),
])
def test_months_and_years_clamp_to_the_months_end(n: float, unit: Unit, anchor: date, due: date, rolled: date) -> None:
    assert within(n, unit, anchor) == (due, rolled)


@pytest.mark.parametrize(("n", "unit", "anchor", "due"), [
    (-6, Unit.MONTH, date(2026, 8, 31), date(2026, 2, 28)), (-10, Unit.DAY, date(2024, 1, 31), date(2024, 1, 21)),
    (-20, Unit.WORKDAY, date(2024, 10, 18), date(2024, 9, 14)),  # a Saturday on which all work
])
def test_what_is_counted_back_never_moves_off_a_rest_day(n: float, unit: Unit, anchor: date, due: date) -> None:
    assert within(n, unit, anchor) == (due, due)
    assert "不顺延" in settle(Offset(n, unit), anchor, CALENDAR).because


def test_the_office_may_leave_limits_on_rest_days() -> None:
    found = settle(Offset(30, Unit.DAY), date(2021, 9, 7), CALENDAR, "签收", rolls=False)
    assert (found.rolled, found.because) == (
        date(2021, 10, 7), "自签收之日起30日：2021-09-07次日起算，至2021-10-07届满（国庆节，按设定不顺延）"
    )


def test_a_year_without_a_holiday_notice_leaves_a_doubt_and_no_promise() -> None:
    limit = Deadline("签收后10个工作日内", Kind.RELATIVE, offset=Offset(10, Unit.WORKDAY), anchor="签收")
    found, settled = resolve(limit, date(2031, 5, 6), CALENDAR)
    assert settled.unknown_years == (2031,)
    assert found.doubt == "2031年放假通知尚未入库，日期为暂定。"
    crossing, _ = resolve(limit, date(2026, 12, 25), CALENDAR)
    assert "2027年放假通知尚未入库" in crossing.doubt


def test_a_count_beyond_the_calendar_is_a_doubt_and_never_an_error() -> None:
    limit = Deadline("三千年内", Kind.RELATIVE, offset=Offset(9000, Unit.YEAR))
    found, settled = resolve(limit, date(2024, 1, 1), CALENDAR)
    assert settled is None
    assert "超出历法范围" in found.doubt


@given(KNOWN, st.integers(1, 250), st.sampled_from(list(Unit)))
def test_rolling_never_moves_a_date_earlier_and_ends_on_a_workday(anchor: date, n: int, unit: Unit) -> None:
    if unit in (Unit.MONTH, Unit.YEAR):
        n = min(n, 12) if unit == Unit.MONTH else 1
    found = settle(Offset(n, unit), anchor, CALENDAR)
    assert anchor < found.due <= found.rolled
    assert CALENDAR.is_workday(found.rolled)
    between = [found.due + timedelta(days=k) for k in range((found.rolled - found.due).days)]
    assert not any(CALENDAR.is_workday(day) for day in between)


@given(KNOWN, st.integers(1, 200))
def test_counting_forward_and_back_returns_to_a_workday(anchor: date, n: int) -> None:
    start = workday.on_or_after(anchor, CALENDAR)
    there = count(start, Offset(n, Unit.WORKDAY), CALENDAR)
    assert count(there, Offset(-n, Unit.WORKDAY), CALENDAR) == start
    assert count(count(start, Offset(n, Unit.DAY), CALENDAR), Offset(-n, Unit.DAY), CALENDAR) == start


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(-600, 600))
def test_a_month_on_keeps_the_day_or_takes_the_months_last(day: date, n: int) -> None:
    found = add_months(day, n)
    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == n
    assert found.day == day.day or (found.day < day.day and (found + timedelta(days=1)).day == 1)


@given(KNOWN, st.integers(1, 60), st.booleans())
def test_what_was_counted_can_be_counted_again_from_its_note(anchor: date, n: int, rolls: bool) -> None:
    note = as_basis(Offset(n, Unit.WORKDAY), anchor, "印发", rolls)
    assert from_basis(note, CALENDAR) == settle(Offset(n, Unit.WORKDAY), anchor, CALENDAR, "印发", rolls)


@pytest.mark.parametrize(("sent", "limit", "today", "verdict"), [
    (date(2020, 8, 10), date(2020, 8, 10), date(2020, 9, 1), True),
    (date(2020, 8, 11), date(2020, 8, 10), date(2020, 9, 1), False),
    (None, date(2020, 8, 10), date(2020, 8, 10), None), (None, date(2020, 8, 10), date(2020, 8, 11), False),
    (date(2020, 8, 10), None, date(2020, 9, 1), None),
])
def test_a_limit_is_kept_on_its_last_day_and_not_after(
    sent: date | None, limit: date | None, today: date, verdict: bool | None
) -> None:
    assert kept(sent, limit, today) is verdict
