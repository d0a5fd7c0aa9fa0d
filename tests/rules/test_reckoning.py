"""The independent reckoning agrees with the ladder, limit by limit and day by day, and knows what a ladder does not."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from config.policy import Ladder, Policy
from config.workdays import official
from rules.reckoning import Life, Limit, dues_told_on, is_step, limit_on, owed_on
from rules.reminder import ladder_steps

CALENDAR, DUTY = official(), Ladder()
DUES = st.dates(date(2020, 3, 1), date(2026, 10, 31))
LADDERS = st.builds(
    Ladder, before=st.lists(st.integers(0, 30), max_size=6).map(tuple),
    after=st.lists(st.integers(1, 10), max_size=4, unique=True).map(lambda found: tuple(sorted(found))),
    draft_after=st.none(),
)
EARLY = date(2020, 1, 1)


def life(due: date | None, since: date = EARLY, late: bool = False, ended: date | None = None) -> Life:
    return Life((Limit(since, due, 1, late),), ended)


@given(DUES, LADDERS, st.integers(-60, 40))
def test_both_reckonings_know_the_same_mornings(due: date, ladder: Ladder, distance: int) -> None:
    day = due + timedelta(days=distance)
    told = {step.day for step in ladder_steps(due, ladder, CALENDAR)}
    assert (owed_on(life(due), ladder, CALENDAR, day) is not None) == (day in told)


@given(DUES, LADDERS)
def test_no_limit_with_a_morning_today_is_left_out_of_the_question(day: date, ladder: Ladder) -> None:
    asked = dues_told_on(ladder, CALENDAR, [day])
    if CALENDAR.is_workday(day):
        near = (day + timedelta(days=n) for n in range(-30, 75))
        assert {due for due in near if is_step(due, ladder, CALENDAR, day)} <= asked
    assert len(asked) <= 40 * (len(ladder.before) + len(ladder.after))


def test_the_question_of_a_usual_day_names_a_handful_of_limits() -> None:
    usual = dues_told_on(Policy().duty, CALENDAR, [date(2020, 9, 16)])
    assert len(usual) == 8, "T-7, T-3, T-1, T0, +1, and +3 of three days: a weekend lies between"


def test_what_was_handed_in_yesterday_is_not_owed_and_what_is_handed_in_today_is_looked_at() -> None:
    monday = date(2020, 8, 10)
    assert owed_on(life(monday, ended=date(2020, 8, 7)), DUTY, CALENDAR, monday) is None
    assert owed_on(life(monday, ended=monday), DUTY, CALENDAR, monday) is not None


def test_a_limit_set_after_hours_is_told_on_the_next_workday() -> None:
    friday, monday = date(2020, 8, 7), date(2020, 8, 10)
    late = life(date(2020, 8, 14), friday, late=True)  # T-7 was Friday
    assert is_step(date(2020, 8, 14), DUTY, CALENDAR, friday)
    assert owed_on(late, DUTY, CALENDAR, friday) is None
    assert owed_on(late, DUTY, CALENDAR, monday) is not None
    assert owed_on(late, DUTY, CALENDAR, date(2020, 8, 12)) is None


def test_a_duty_that_was_due_before_it_arrived_has_no_ladder_and_a_paused_one_none_either() -> None:
    assert owed_on(life(date(2020, 8, 10), since=date(2020, 8, 11)), DUTY, CALENDAR, date(2020, 8, 11)) is None
    assert owed_on(life(None), DUTY, CALENDAR, date(2020, 8, 11)) is None


def test_the_limit_in_force_that_day_counts_not_the_one_set_since() -> None:
    two = Life((Limit(EARLY, date(2020, 8, 10), 1), Limit(date(2020, 8, 11), date(2020, 8, 31), 2)))
    assert limit_on(two, date(2020, 8, 10)).version == 1
    assert owed_on(two, DUTY, CALENDAR, date(2020, 8, 10)) is not None
    assert owed_on(two, DUTY, CALENDAR, date(2020, 8, 11)) is None, "the urging of the old limit is gone with it"


def test_leap_days_make_up_days_and_the_years_of_summer_time_are_days_like_others_r9() -> None:
    assert is_step(date(2024, 3, 7), DUTY, CALENDAR, date(2024, 2, 29)), "seven days before lies the leap day"
    assert owed_on(life(date(2020, 9, 27)), DUTY, CALENDAR, date(2020, 9, 27)) is not None, "a Sunday people work"
    summer = [date(1986, 5, 4), date(1988, 4, 10), date(1991, 9, 15)]
    for day in summer:
        told = [day + timedelta(days=n) for n in range(-12, 12) if is_step(day, DUTY, CALENDAR, day + timedelta(days=n))
                and CALENDAR.is_workday(day + timedelta(days=n))]
        assert told == [step.day for step in ladder_steps(day, DUTY, CALENDAR) if not step.draft], day
