"""Bands of lateness agree with counting workdays one by one, over holidays and make-up days."""

from datetime import date, timedelta

import pytest

from config.workdays import official
from rules import workday
from rules.ageing import BANDS, edges

DAY = timedelta(days=1)


def band_of(due: date, today: date) -> int:
    late = max(1, workday.between(due, today, official()))
    return next(n for n, band in enumerate(BANDS) if band.last is None or late <= band.last)


@pytest.mark.parametrize("today", [date(2020, 9, 5), date(2020, 9, 7), date(2020, 10, 9), date(2020, 10, 11)])
def test_every_day_falls_into_the_band_of_its_workdays(today: date) -> None:
    bounds = edges(today, official())
    for n in range(1, 90):
        due = today - n * DAY
        found = next((place for place, edge in enumerate(bounds) if due >= edge), len(bounds))
        assert found == band_of(due, today), due


def test_bands_say_what_they_hold() -> None:
    assert [band.label for band in BANDS] == [
        "1—3个工作日", "4—10个工作日", "11—30个工作日", "30个工作日以上",
    ]
