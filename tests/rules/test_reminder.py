"""The ladder of a limit: on workdays only, reminders before, urging after, missed steps merged."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.policy import Ladder
from config.workdays import official
from rules import workday
from rules.reminder import due_words, ladder_steps, next_step_on, owed_steps

CALENDAR = official()
DUTY = Ladder()
DUES = st.dates(date(2020, 3, 1), date(2026, 10, 31))
LADDERS = st.builds(
    Ladder, before=st.lists(st.integers(0, 30), max_size=6).map(tuple),
    after=st.lists(st.integers(1, 10), max_size=4, unique=True).map(lambda found: tuple(sorted(found))),
    draft_after=st.none() | st.integers(11, 15),
)


def mornings(due: date) -> list[tuple[date, str]]:
    return [(step.day, step.name) for step in ladder_steps(due, DUTY, CALENDAR)]


def test_the_self_check_of_puyang_is_told_on_three_mornings_before_its_monday() -> None:
    assert mornings(date(2020, 8, 10)) == [
        (date(2020, 8, 3), "T-7"), (date(2020, 8, 7), "T-3·T-1"), (date(2020, 8, 10), "T0"),
        (date(2020, 8, 11), "+1"), (date(2020, 8, 13), "+3"), (date(2020, 8, 14), "拟督办单"),
    ]


def test_a_saturday_limit_is_chased_on_the_friday_before_and_urged_on_the_monday_after() -> None:
    assert mornings(date(2020, 9, 5))[:4] == [
        (date(2020, 8, 28), "T-7"), (date(2020, 9, 2), "T-3"), (date(2020, 9, 4), "T-1·T0"), (date(2020, 9, 7), "+1"),
    ]


def test_steps_in_a_long_holiday_become_one_on_the_last_workday_before_it() -> None:
    assert mornings(date(2020, 10, 5))[:2] == [(date(2020, 9, 28), "T-7"), (date(2020, 9, 30), "T-3·T-1·T0")]


@given(DUES, LADDERS)
def test_no_step_is_on_a_rest_day_and_no_morning_comes_twice(due: date, ladder: Ladder) -> None:
    days = [step.day for step in ladder_steps(due, ladder, CALENDAR)]
    assert all(CALENDAR.is_workday(day) for day in days)
    assert days == sorted(set(days))


@given(DUES, LADDERS)
def test_a_reminder_never_comes_after_the_limit_and_urging_never_before_the_day_after(
    due: date, ladder: Ladder
) -> None:
    for step in ladder_steps(due, ladder, CALENDAR):
        assert step.day > due if step.overdue else step.day <= due


@given(DUES, LADDERS)
def test_every_day_asked_for_before_the_limit_is_told_on_its_last_workday(due: date, ladder: Ladder) -> None:
    told = {step.day for step in ladder_steps(due, ladder, CALENDAR) if not step.overdue}
    assert told == {workday.on_or_before(due - timedelta(days=n), CALENDAR) for n in ladder.before}


@given(DUES, LADDERS)
def test_walking_from_step_to_step_finds_every_step_once(due: date, ladder: Ladder) -> None:
    day, walked = due - timedelta(days=100), []
    while (found := next_step_on(due, ladder, CALENDAR, day)) is not None:
        walked.append(found)
        day = found
    assert walked == [step.day for step in ladder_steps(due, ladder, CALENDAR)]


@given(DUES, st.integers(-12, 12), st.integers(0, 20))
def test_a_machine_down_for_any_time_says_one_thing_when_it_is_back(due: date, start: int, length: int) -> None:
    since, day = due + timedelta(days=start), due + timedelta(days=start + length)
    reached = [step for step in ladder_steps(due, DUTY, CALENDAR) if since <= step.day <= day]
    owed = owed_steps(due, DUTY, CALENDAR, since, day)
    assert (owed is None) == (not reached)
    if owed:
        spoken = [step for step in reached if not step.draft] or reached
        assert owed.step == spoken[-1]
        assert owed.late_from == (reached[0].day if reached[0].day < day else None)
        assert owed.draft == any(step.draft for step in reached)


def test_what_was_missed_before_the_limit_gives_way_to_the_urging_after_it() -> None:
    owed = owed_steps(date(2020, 8, 10), DUTY, CALENDAR, date(2020, 8, 7), date(2020, 8, 11))
    assert (owed.step.name, owed.step.overdue, owed.late_from) == ("+1", True, date(2020, 8, 7))


def test_no_limit_no_step() -> None:
    assert next_step_on(None, DUTY, CALENDAR, date(2020, 8, 1)) is None


@pytest.mark.parametrize(
    ("due", "today", "words"),
    [
        (date(2020, 9, 5), date(2020, 9, 4), "明日（周六）到期"),
        (date(2020, 8, 10), date(2020, 8, 10), "今日（周一）到期"),
        (date(2020, 8, 10), date(2020, 8, 3), "8月10日（周一）截止，距截止5个工作日"),
        (date(2020, 8, 10), date(2020, 8, 11), "8月10日（周一）已到期，逾期1天"),
        (date(2020, 10, 9), date(2020, 9, 27), "10月9日（周五）截止，距截止4个工作日"),
    ],
)
def test_the_distance_is_put_as_officials_put_it(due: date, today: date, words: str) -> None:
    assert due_words(due, today, CALENDAR) == words


@given(DUES, st.integers(-40, 40))
def test_words_speak_of_delay_exactly_when_the_limit_has_passed(due: date, distance: int) -> None:
    words = due_words(due, due - timedelta(days=distance), CALENDAR)
    assert ("逾期" in words) == (distance < 0)
