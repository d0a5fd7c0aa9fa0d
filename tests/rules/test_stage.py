"""Stages by their dates, units by their counts, lights with their words, visits by the window."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.workdays import official
from models.words import StageState, UnitStageState
from rules import stage
from rules.stage import Tally, light, shift_remark, should_close, should_open, spread, unit_state, visit_doubt

CALENDAR = official()
S, U = StageState, UnitStageState
FIRST, LAST = date(2020, 8, 11), date(2020, 8, 20)


def test_a_stage_opens_on_its_first_day_or_later_once() -> None:
    assert [should_open(S.PLANNED, FIRST, date(2020, 8, n)) for n in (10, 11, 14)] == [False, True, True]
    assert not should_open(S.OPEN, FIRST, FIRST)
    assert not should_open(S.CLOSED, FIRST, FIRST)


def test_a_stage_closes_only_after_its_last_day() -> None:
    assert [should_close(S.OPEN, LAST, date(2020, 8, n)) for n in (20, 21)] == [False, True]
    assert not should_close(S.CLOSED, LAST, date(2020, 9, 1))


def test_a_stage_without_dates_neither_opens_nor_closes_by_itself() -> None:
    far = date(2099, 1, 1)
    assert not should_open(S.PLANNED, None, far)
    assert not should_close(S.OPEN, None, far)


@pytest.mark.parametrize(
    ("tally", "state", "expected"),
    [
        (Tally(), S.PLANNED, U.WAITING), (Tally(), S.OPEN, U.WAITING), (Tally(), S.CLOSED, U.NONE),
        (Tally(2, done=2), S.PLANNED, U.DONE), (Tally(2, done=1), S.PLANNED, U.WAITING),
        (Tally(2, done=1), S.OPEN, U.ACTIVE), (Tally(2, done=1, submitted=1), S.OPEN, U.SUBMITTED),
        (Tally(2, submitted=1), S.OPEN, U.ACTIVE), (Tally(2, returned=1, late=1), S.OPEN, U.RETURNED),
        (Tally(2, late=1, done=1), S.OPEN, U.UNFINISHED), (Tally(1, late=1), S.CLOSED, U.UNFINISHED),
    ],
)
def test_how_a_unit_stands_follows_from_its_counts(tally: Tally, state: StageState, expected: U) -> None:
    assert unit_state(tally, state) == expected


@pytest.mark.parametrize(
    ("today", "colour", "word"),
    [
        (date(2020, 8, 3), "green", "剩5个工作日"), (date(2020, 8, 5), "yellow", "剩3个工作日"),
        (date(2020, 8, 10), "yellow", "今日到期"), (date(2020, 8, 11), "red", "逾期1天"),
    ],
)
def test_a_light_turns_yellow_three_workdays_before_and_red_the_day_after(today: date, colour: str, word: str) -> None:
    shown = light(date(2020, 8, 10), False, today, CALENDAR)
    assert (shown.colour, shown.word) == (colour, word)


def test_done_is_green_even_late_and_no_limit_is_never_red() -> None:
    assert light(FIRST, True, date(2020, 12, 1), CALENDAR).colour == "green"
    assert light(None, False, date(2020, 12, 1), CALENDAR).colour == "grey"
    assert light(FIRST, False, date(2020, 12, 1), CALENDAR, waiting=True).word == "待审核"


@given(st.integers(1, 300), st.integers(1, 12))
def test_visits_are_spread_evenly_over_days_and_teams(units: int, teams: int) -> None:
    days = [date(2020, 8, n) for n in (11, 12, 13, 14, 17, 18, 19, 20)]
    plan = spread(units, days, teams)
    assert len(plan) == units
    assert [day for day, _ in plan] == sorted(day for day, _ in plan)
    per_day = [[day for day, _ in plan].count(day) for day in days]
    per_team = [[team for _, team in plan].count(team) for team in range(teams)]
    assert max(per_day) - min(per_day) <= 1
    assert max(per_team) - min(per_team) <= 1


@pytest.mark.parametrize(
    ("start", "end", "doubt"),
    [
        (date(2020, 8, 11), date(2020, 8, 12), ""),
        (date(2020, 8, 15), date(2020, 8, 15), "逢周六"),
        (date(2020, 8, 14), date(2020, 8, 16), "逢周日"),
        (date(2020, 8, 21), date(2020, 8, 21), "不在实地督察阶段（08-11至08-20）内"),
        (date(2020, 8, 10), date(2020, 8, 11), "不在实地督察阶段"),
        (date(2020, 8, 13), date(2020, 8, 12), "结束日期早于开始日期"),
    ],
)
def test_a_visit_on_odd_days_says_what_is_odd(start: date, end: date, doubt: str) -> None:
    said = visit_doubt(start, end, FIRST, LAST, CALENDAR)
    assert said.startswith(doubt)
    assert bool(said) == bool(doubt)


def test_a_moved_plan_names_changed_week_days_rest_days_and_years_without_a_notice() -> None:
    assert shift_remark(date(2020, 8, 10), date(2020, 8, 17), CALENDAR) == ""
    assert shift_remark(date(2020, 8, 10), date(2020, 8, 16), CALENDAR) == "由周一变为周日；逢周日，提醒提前至08-14"
    assert "2027年放假通知未入库" in shift_remark(date(2020, 8, 10), date(2027, 8, 9), CALENDAR)


def test_every_date_moves_by_the_same_number_of_days() -> None:
    moved = stage.shift([("自查结束", date(2020, 8, 10)), ("整改报告", date(2020, 9, 5))], 7, CALENDAR)
    assert [(one.name, one.moved) for one in moved] == [
        ("自查结束", date(2020, 8, 17)), ("整改报告", date(2020, 9, 12)),
    ]
