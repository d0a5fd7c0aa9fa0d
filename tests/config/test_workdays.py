"""The official calendar, against figures counted by hand from the State Council's notices."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from config.workdays import FOLDER, official, read_year

CALENDAR = official()
GROUND_TRUTH = Path(__file__).parents[3] / "shared" / "ground-truth" / "official_workdays.json"
WORKDAYS = {2020: 249, 2021: 250, 2023: 249, 2024: 251, 2025: 248, 2026: 248}


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


@pytest.mark.parametrize(("year", "count"), WORKDAYS.items())
def test_a_year_has_as_many_workdays_as_its_notice_leaves(year: int, count: int) -> None:
    assert sum(CALENDAR.is_workday(day) for day in days_of(year)) == count


@pytest.mark.skipif(not GROUND_TRUTH.exists(), reason="the hand-entered calendar of ../shared is not here")
def test_every_single_day_agrees_with_the_hand_entered_calendar() -> None:
    for year, told in json.loads(GROUND_TRUTH.read_text(encoding="utf-8"))["years"].items():
        for day in days_of(int(year)):
            makeup, off = str(day) in told["makeup_workdays"], str(day) in told["off"]
            assert CALENDAR.is_workday(day) == (makeup or (not off and day.weekday() < 5)), day


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2020, 10, 8), "国庆节、中秋节"), (date(2020, 2, 2), "春节"), (date(2020, 9, 5), "周六"),
        (date(2020, 9, 6), "周日"), (date(2020, 9, 27), ""), (date(2020, 9, 7), ""),
    ],
)
def test_a_rest_day_says_why_nobody_works_and_a_workday_says_nothing(day: date, name: str) -> None:
    assert CALENDAR.rest_name(day) == name


def test_the_makeup_saturday_that_the_longer_spring_festival_of_2020_withdrew_is_a_rest_day() -> None:
    assert not CALENDAR.is_workday(date(2020, 2, 1))


def test_a_year_without_a_notice_on_file_is_not_known() -> None:
    assert CALENDAR.knows(date(2026, 12, 31))
    assert not CALENDAR.knows(date(2027, 1, 1))
    assert not CALENDAR.knows(date(2022, 10, 1))


@pytest.mark.parametrize("path", sorted(FOLDER.glob("2*.yaml")), ids=lambda path: path.stem)
def test_a_calendar_file_cites_its_notice_and_makes_up_only_on_weekends(path: Path) -> None:
    year = read_year(path)
    assert year.notices[int(path.stem)].startswith("国办")
    assert all(day.weekday() >= 5 for day in year.makeup)
    assert not year.makeup & set(year.names)
