"""Working-day arithmetic over the official calendar (国务院办公厅 yearly notices)."""

from datetime import date, timedelta

from config.workdays import DAY, Calendar


def on_or_before(day: date, calendar: Calendar) -> date:
    """The last workday not later than `day`."""
    while not calendar.is_workday(day):
        day -= DAY
    return day


def on_or_after(day: date, calendar: Calendar) -> date:
    """The first workday not earlier than `day`."""
    while not calendar.is_workday(day):
        day += DAY
    return day


def add(day: date, count: int, calendar: Calendar) -> date:
    """The `count`-th workday after `day` (before it when negative); `day` itself is not counted."""
    step = DAY if count > 0 else -DAY
    for _ in range(abs(count)):
        day += step
        while not calendar.is_workday(day):
            day += step
    return day


def between(start: date, end: date, calendar: Calendar) -> int:
    """Workdays after `start` up to and with `end`; negative when `end` lies before `start`."""
    if end < start:
        return -between(end, start, calendar)
    return sum(calendar.is_workday(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


def window(start: date, end: date, calendar: Calendar) -> list[date]:
    """The workdays from `start` to `end`, both included."""
    days = (start + timedelta(days=n) for n in range((end - start).days + 1))
    return [day for day in days if calendar.is_workday(day)]
