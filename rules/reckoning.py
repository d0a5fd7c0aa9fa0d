"""What is owed on a day by plain reasoning, one duty at a time: the sender's stored days and its notices play no part.

Deliberately not built on rules/reminder.py: a fault there must show as a difference here.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from config.policy import Ladder
from config.workdays import DAY, Calendar

LONG = 40  # no run of rest days is longer


@dataclass(frozen=True)
class Limit:
    """A limit in force since `day`; `late` when it was set after the hours of that day. None: no limit, or paused."""

    day: date
    due: date | None
    version: int
    late: bool = False


@dataclass(frozen=True)
class Life:
    """One duty: its limits, oldest first, and the day on which it was handed in, done or dropped."""

    limits: tuple[Limit, ...]
    ended: date | None = None


def limit_on(life: Life, day: date) -> Limit | None:
    """The limit that could be spoken of on `day`."""
    known = [limit for limit in life.limits if limit.day < day or (limit.day == day and not limit.late)]
    return known[-1] if known else None


def owed_on(life: Life, ladder: Ladder, calendar: Calendar, day: date) -> Limit | None:
    """The limit this duty must be told of on `day`; None when there is nothing to say."""
    if not calendar.is_workday(day) or (life.ended is not None and life.ended < day):
        return None
    limit = limit_on(life, day)
    if limit is None or limit.due is None:
        return None
    if limit is life.limits[0] and limit.due < limit.day:
        return None  # due before it arrived: nobody could have met it
    return limit if any(is_step(limit.due, ladder, calendar, one) for one in _mornings(limit, calendar, day)) else None


def _mornings(limit: Limit, calendar: Calendar, day: date) -> Iterator[date]:
    """The mornings that `day` answers for: its own, and that of a limit which came too late to be told on its day."""
    yield day
    if limit.late and day > limit.day and _workdays(limit.day, day, calendar) == 1:
        yield limit.day


def is_step(due: date, ladder: Ladder, calendar: Calendar, day: date) -> bool:
    """Whether `day` is a morning of the ladder: the last workday up to T-n, or the n-th workday after the limit."""
    if day > due:
        return _workdays(due, day, calendar) in ladder.after
    return any(day <= due - n * DAY and not _workdays(day, due - n * DAY, calendar) for n in ladder.before)


def _workdays(start: date, end: date, calendar: Calendar) -> int:
    """Workdays after `start` up to and with `end`, counted one by one; a long way is more than any ladder has."""
    if (end - start).days > LONG * 2:
        return LONG
    return sum(calendar.is_workday(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


def dues_told_on(ladder: Ladder, calendar: Calendar, days: Iterable[date]) -> set[date]:
    """The limits that have a morning on one of these days: what must be looked at, whatever else there is."""
    found = set()
    for day in (one for one in days if calendar.is_workday(one)):
        found |= {one + n * DAY for n in ladder.before for one in _with_rest_days(day, calendar)}
        due, late, most = day, 0, max(ladder.after, default=0)
        while (late := late + calendar.is_workday(due)) <= most:
            due -= DAY
            if late in ladder.after:
                found.add(due)
    return found


def _with_rest_days(day: date, calendar: Calendar) -> Iterator[date]:
    """`day` and the rest days right after it."""
    yield day
    while not calendar.is_workday(day + DAY):
        day += DAY
        yield day
