"""Duties that come again: which period a day lies in, when it is due, and how much of it is still missing.

Occurrences by RFC 5545 (dateutil), except the plain "every n years/months" of an event, which keeps the event's own
day and is clamped to the month's end (民法典 202) where RFC 5545 would leave the occurrence out.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dateutil.rrule import rrulestr

from config.workdays import DAY, Calendar
from rules.deadline import Offset, Settled, add_months, settle

PLAIN = re.compile(r"FREQ=(YEARLY|MONTHLY);INTERVAL=(\d+)$")
LATE_DAY = re.compile(r"FREQ=MONTHLY;(?:INTERVAL=\d+;)?BYMONTHDAY=(29|30|31)$")
NAMES = {12: "", 6: "{half}半年", 3: "{nth}季度", 1: "{month}月"}
INTERVAL = re.compile(r"INTERVAL=(\d+)")
FAR = timedelta(days=366 * 12)  # no rule of ours is silent for longer


@dataclass(frozen=True)
class Period:
    """From its first to its last day, and the day by which the duty is owed."""

    start: date
    end: date
    due: date
    because: str = ""

    @property
    def name(self) -> str:
        """As officials name it: 2026年, 2026年三季度, 2026年上半年, 2026年8月, else its days."""
        start, end = self.start, self.end
        last = (end + DAY).day == 1 and start.day == 1 and start.year == end.year
        months = end.month - start.month + 1 if last else 0
        if (named := NAMES.get(months)) is not None:
            half, quarter = "上" if end.month == 6 else "下", "一二三四"[(end.month - 1) // 3]
            return f"{end.year}年" + named.format(half=half, nth=quarter, month=end.month)
        return f"{start:%Y.%m.%d}—{end:%m.%d}" if start.year == end.year else f"{start:%Y.%m.%d}—{end:%Y.%m.%d}"


def ends(rule: str, since: date, anchor: date | None = None) -> Iterator[date]:
    """The last days of the periods of a rule, from `since` on."""
    plain = PLAIN.match(rule)
    if plain:
        yield from _steps(anchor or since, int(plain[2]) * (12 if plain[1] == "YEARLY" else 1), since)
        return
    start = datetime(since.year, since.month, since.day)  # noqa: DTZ001 - days without a clock
    for moment in rrulestr(_exact(rule), dtstart=_origin(rule, since)).xafter(start, inc=True):
        if moment.date() - since > FAR:
            return
        yield moment.date()


def _exact(rule: str) -> str:
    """A week ends on its Sunday; a month without the day named ends on its last one."""
    late = LATE_DAY.match(rule)
    if late:
        days = ",".join(map(str, range(28, int(late[1]) + 1)))
        return rule[:late.start(1)] + days + ";BYSETPOS=-1"
    return f"{rule};BYDAY=SU" if "WEEKLY" in rule and "BYDAY" not in rule else rule


def _origin(rule: str, since: date) -> datetime:
    """Where "every n" is counted from, whatever day is asked about: a Monday, or the n-th month of the year."""
    step = INTERVAL.search(rule)
    if "WEEKLY" in rule or "DAILY" in rule:
        return datetime(2001, 1, 1)  # noqa: DTZ001
    months = int(step[1]) if step and "MONTHLY" in rule else 1
    return datetime(since.year - 1, months if months <= 12 else 1, 1)  # noqa: DTZ001


def _steps(anchor: date, months: int, since: date) -> Iterator[date]:
    n = 1
    while True:
        day = add_months(anchor, months * n)
        if day >= since:
            yield day
        n += 1


def period_with(
    rule: str, day: date, calendar: Calendar, anchor: date | None = None, offset: Offset | None = None
) -> Period | None:
    """The period of a rule that holds `day`; None where the rule has none any more.

    With an offset the duty is due so long after the period's end (每季度结束后5个工作日内).
    """
    end = next(ends(rule, day, anchor), None)
    if end is None:
        return None
    start = _start(rule, end, anchor)
    settled = settle(offset, end, calendar, "期末") if offset else None
    return Period(start, end, settled.rolled if settled else end, _why(start, end, settled))


def _why(start: date, end: date, settled: Settled | None) -> str:
    because = f"本期{start}至{end}"
    return f"{because}；{settled.because}" if settled else because


def _start(rule: str, end: date, anchor: date | None) -> date:
    """The day after the period before this one ended."""
    plain = PLAIN.match(rule)
    if plain:
        months = int(plain[2]) * (12 if plain[1] == "YEARLY" else 1)
        if anchor is None:
            return add_months(end, -months)
        back = (end.year - anchor.year) * 12 + end.month - anchor.month - months
        return anchor if back <= 0 else add_months(anchor, back) + DAY
    before = end - DAY
    for _ in range(13):  # at most twelve years back, a year at a time
        floor = date(before.year - 1, before.month, 1)
        last = list(_between(rule, floor, before))
        if last:
            return last[-1] + DAY
        before = floor
    return end


def _between(rule: str, first: date, last: date) -> Iterator[date]:
    for day in ends(rule, first):
        if day > last:
            return
        yield day


def lacking(needed: float, done: float) -> float:
    """How much is still missing; never less than nothing."""
    return max(0.0, needed - done)


def is_behind(day: date, start: date, due: date, needed: float, done: float) -> bool:
    """Whether a person should hear of it: in the first three quarters of a period below half, later below all."""
    passed = (day - start).days / max(1, (due - start).days)
    return done < needed * (0.5 if passed < 0.75 else 1)
