"""Which days a light stands for: the same bounds by which `rules.stage.light` colours a row."""

from datetime import date, timedelta

from config.workdays import DAY, Calendar
from rules import workday
from rules.stage import SOON_WORKDAYS


def soon(today: date, calendar: Calendar) -> tuple[date, date]:
    """From today to the last day that is no more than three workdays away: the rest days before the fourth are too."""
    return today, workday.add(today, SOON_WORKDAYS + 1, calendar) - DAY


def this_week(today: date) -> tuple[date, date]:
    """Monday to Sunday around today."""
    monday = today - timedelta(days=today.weekday())
    return monday, monday + timedelta(days=6)
