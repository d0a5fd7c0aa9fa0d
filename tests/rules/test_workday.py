"""Working-day arithmetic against the official calendar and against counting one by one."""

import random
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.workdays import FOLDER, Calendar, merged, parse, read_year
from rules import workday

CALENDAR = merged(read_year(path) for path in sorted(FOLDER.glob("2*.yaml")))
EVERY_DAY = [date(2020, 1, 1) + timedelta(days=n) for n in range((date(2027, 1, 1) - date(2020, 1, 1)).days)]
REST = st.sampled_from([day for day in EVERY_DAY[30:-60] if not CALENDAR.is_workday(day)])
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


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2026, 1, 3), 1, date(2026, 1, 4)),  # a Saturday of the holiday; the next day is a make-up Sunday
        (date(2026, 1, 4), 1, date(2026, 1, 5)),  # from the make-up Sunday to its Monday
        (date(2026, 1, 4), -1, date(2025, 12, 31)),  # and back over the whole holiday
        (date(2026, 1, 5), -1, date(2026, 1, 4)),
        (date(2026, 2, 14), 1, date(2026, 2, 24)),  # a make-up Saturday before nine days of rest
        (date(2026, 2, 15), 1, date(2026, 2, 24)), (date(2026, 2, 15), -1, date(2026, 2, 14)),
        (date(2026, 5, 16), 1, date(2026, 5, 18)), (date(2026, 5, 17), -1, date(2026, 5, 15)),
        (date(2020, 2, 1), 1, date(2020, 2, 3)),  # the withdrawn make-up Saturday
        (date(2022, 12, 31), 1, date(2023, 1, 3)), (date(2023, 1, 3), -1, date(2022, 12, 30)),
        (date(2022, 10, 7), 2, date(2022, 10, 9)), (date(2023, 9, 28), 2, date(2023, 10, 8)),
    ],
)
def test_counting_from_rest_days_and_make_up_days(start: date, count: int, end: date) -> None:
    assert workday.add(start, count, CALENDAR) == end


@given(REST, st.integers(1, 30))
def test_forth_and_back_from_a_rest_day_ends_on_the_nearest_workday_of_the_way_back(day: date, count: int) -> None:
    """Counting forth from a rest day counts as from the workday before it, so the way back stops one day later:
    n forth and n back is the last workday before; the rest day itself is no workday and cannot be reached."""
    before, after = workday.on_or_before(day, CALENDAR), workday.on_or_after(day, CALENDAR)
    assert workday.add(day, count, CALENDAR) == workday.add(before, count, CALENDAR)
    assert workday.add(day, -count, CALENDAR) == workday.add(after, -count, CALENDAR)
    assert workday.add(workday.add(day, count, CALENDAR), -count, CALENDAR) == before
    assert workday.add(workday.add(day, -count, CALENDAR), count, CALENDAR) == after


def told_by_the_files() -> dict[date, bool]:
    """Every day of the seven years from the bare files: make-up, else not in a holiday and Monday to Friday."""
    files = [parse(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("2*.yaml"))]
    makeup = {day for data in files for day in data["makeup"]}
    rests = [span for data in files for span in data["rest"].values()]
    return {
        day: day in makeup or (day.isoweekday() <= 5 and not any(a <= day <= z for a, z in rests)) for day in EVERY_DAY
    }


def test_every_day_of_seven_years_agrees_with_the_files() -> None:
    assert {day: CALENDAR.is_workday(day) for day in EVERY_DAY} == told_by_the_files()


def test_ten_thousand_spans_agree_with_counting_on_a_calendar_of_one_s_own() -> None:
    told, chance = told_by_the_files(), random.Random(2026)
    for _ in range(10_000):
        start, count = chance.choice(EVERY_DAY[150:-150]), chance.randint(-90, 90)
        day, left = start, abs(count)
        while left:
            day = date.fromordinal(day.toordinal() + (1 if count > 0 else -1))
            left -= told[day]
        assert workday.add(start, count, CALENDAR) == day, (start, count)


def test_workdays_follow_each_other_under_plus_one() -> None:
    works = [day for day in EVERY_DAY if CALENDAR.is_workday(day)]
    assert all(workday.add(one, 1, CALENDAR) == other for one, other in pairwise(works))
    assert all(workday.add(other, -1, CALENDAR) == one for one, other in pairwise(works))


def test_differences_name_every_day_that_turns_and_no_other() -> None:
    year = read_year(FOLDER / "2023.yaml")
    sentences = workday.differences(Calendar(), year, 2023)
    assert "2023-01-28（周六）由休息改为上班。" in sentences
    assert "2023-10-05（周四）由上班改为休息（中秋节、国庆节）。" in sentences
    assert not any("2022-12-31" in one for one in sentences)  # a Saturday rests either way
    assert len(sentences) == 1 + 5 + 1 + 3 + 2 + 6 + 7  # workdays turned into rest per holiday, then make-up days
    assert workday.differences(year, year, 2023) == []
