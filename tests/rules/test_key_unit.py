"""When a key unit is to be visited: months, what is left of them, the middle, what was missed."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from config.workdays import official
from rules.key_unit import days_left, is_due, missed_months, months, near_middle

DAYS = st.dates(date(2023, 1, 1), date(2025, 12, 31))


def test_the_month_of_the_approval_counts_with_five_workdays_left_and_later_ones_from_their_first_workday() -> None:
    calendar = official()
    assert is_due(date(2023, 7, 24), date(2023, 7, 24), calendar)
    assert not is_due(date(2023, 7, 25), date(2023, 7, 25), calendar)
    assert is_due(date(2023, 7, 24), date(2023, 7, 31), calendar)  # what was left on the day of the approval counts
    assert not is_due(date(2023, 9, 27), date(2023, 10, 6), calendar)
    assert is_due(date(2023, 9, 27), date(2023, 10, 7), calendar)  # a Saturday made up for
    assert not is_due(date(2023, 8, 10), date(2023, 8, 9), calendar)
    assert not is_due(date(2023, 8, 10), date(2023, 7, 20), calendar)


def test_what_is_left_of_a_month_begins_tomorrow_and_ends_with_the_month() -> None:
    assert days_left(date(2023, 12, 27), official()) == [date(2023, 12, 28), date(2023, 12, 29)]
    assert days_left(date(2024, 2, 29), official()) == []


def test_the_middle_third_is_shared_out_and_the_ends_are_left_alone() -> None:
    days = [date(2023, 8, 1) + timedelta(days=n) for n in range(9)]
    assert near_middle(days, {}) == days[4]
    assert near_middle(days, {days[4]: 1}) == days[3]
    assert near_middle(days, {days[3]: 2, days[4]: 2, days[5]: 1}) == days[5]
    assert near_middle(days, dict.fromkeys(days[3:6], 9)) == days[4]
    assert near_middle(days[:1], {}) == days[0]


def test_months_run_over_the_turn_of_the_year() -> None:
    assert months(date(2023, 11, 30), date(2024, 1, 1)) == [date(2023, 11, 1), date(2023, 12, 1), date(2024, 1, 1)]
    assert missed_months(date(2023, 11, 30), date(2024, 2, 1)) == [date(2023, 12, 1), date(2024, 1, 1)]
    assert missed_months(date(2023, 11, 1), date(2023, 12, 31)) == []
    assert missed_months(date(2023, 12, 31), date(2023, 11, 1)) == []


@given(DAYS)
def test_the_day_chosen_is_a_later_workday_of_the_same_month(day: date) -> None:
    left = days_left(day, official())
    assert all(official().is_workday(one) and one > day and one.month == day.month for one in left)
    if left:
        assert near_middle(left, {}) in left


@given(DAYS, DAYS)
def test_every_later_month_becomes_due_on_its_first_workday_and_stays_so(since: date, day: date) -> None:
    if (since.year, since.month) >= (day.year, day.month):
        return
    first_workday = next(d for n in range(31) if official().is_workday(d := day.replace(day=1) + timedelta(days=n)))
    assert is_due(since, day, official()) == (day >= first_workday)
