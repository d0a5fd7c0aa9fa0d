"""Working-day arithmetic against the official calendar and against counting one by one."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.workdays import Calendar, official
from rules import workday

CALENDAR = official()
DAYS = st.dates(date(2020, 1, 15), date(2026, 11, 30))
COUNTS = st.integers(-60, 60)


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2020, 9, 20), 20, date(2020, 10, 22)),  # make-up days 09-27 and 10-10; plain Mon-Fri says 10-16
        (date(2020, 9, 20), 10, date(2020, 10, 9)),  # plain Mon-Fri says 10-02, in the middle of the holiday
        (date(2020, 9, 5), 1, date(2020, 9, 7)),
        (date(2020, 8, 11), -2, date(2020, 8, 7)),
        (date(2020, 8, 11), 0, date(2020, 8, 11)),
    ],
)
def test_known_spans_end_where_the_notices_say(start: date, count: int, end: date) -> None:
    assert workday.add(start, count, CALENDAR) == end


@given(DAYS, COUNTS)
def test_adding_lands_on_a_workday_and_counting_gives_the_number_back(day: date, count: int) -> None:
    end = workday.add(day, count, CALENDAR)
    if count:
        assert CALENDAR.is_workday(end)
    if count > 0:
        assert workday.between(day, end, CALENDAR) == count


@given(DAYS, st.integers(1, 60))
def test_going_forth_and_back_from_a_workday_ends_where_it_began(day: date, count: int) -> None:
    start = workday.on_or_after(day, CALENDAR)
    assert workday.add(workday.add(start, count, CALENDAR), -count, CALENDAR) == start


@given(DAYS, st.integers(1, 30), st.integers(1, 30))
def test_two_spans_after_each_other_are_one_long_span(day: date, first: int, second: int) -> None:
    stopped = workday.add(workday.add(day, first, CALENDAR), second, CALENDAR)
    assert stopped == workday.add(day, first + second, CALENDAR)


@given(DAYS)
def test_the_nearest_workdays_lie_on_their_sides_with_only_rest_between(day: date) -> None:
    before, after = workday.on_or_before(day, CALENDAR), workday.on_or_after(day, CALENDAR)
    assert before <= day <= after
    assert CALENDAR.is_workday(before)
    assert CALENDAR.is_workday(after)
    between = [before + timedelta(days=n) for n in range(1, (after - before).days)]
    assert not any(CALENDAR.is_workday(one) for one in between)


@given(DAYS, DAYS)
def test_the_way_back_is_the_way_there_with_a_minus(start: date, end: date) -> None:
    assert workday.between(start, end, CALENDAR) == -workday.between(end, start, CALENDAR)


def test_the_on_site_window_of_puyang_has_eight_workdays() -> None:
    days = workday.window(date(2020, 8, 11), date(2020, 8, 20), CALENDAR)
    assert len(days) == 8
    assert not {date(2020, 8, 15), date(2020, 8, 16)} & set(days)


def test_a_window_over_the_mid_autumn_holiday_keeps_its_makeup_sunday() -> None:
    days = workday.window(date(2020, 9, 26), date(2020, 10, 10), CALENDAR)
    assert days == [date(2020, 9, 27), date(2020, 9, 28), date(2020, 9, 29), date(2020, 9, 30), date(2020, 10, 9),
                    date(2020, 10, 10)]


def test_without_any_notice_monday_to_friday_counts() -> None:
    assert workday.add(date(2027, 9, 30), 1, Calendar()) == date(2027, 10, 1)
