"""When the system itself must have given a sign of life: the times of its sweeps, and what a jump of the clock is."""

from datetime import datetime, time, timedelta

NIGHT = time(0, 2)
FIRST, LAST, EVERY = time(8, 0), time(18, 45), timedelta(minutes=15)
SLACK = timedelta(minutes=2)  # two clocks of one house may differ by this much
JUMP = timedelta(minutes=10)  # a clock that is set forward by more than this was set by somebody
DAYS_AWAY = timedelta(hours=6)  # and by this much it may be another day: nothing goes out before a person has looked


def last_slot(moment: datetime) -> datetime:
    """The last moment, not later than this one, at which a sweep begins (flows/serve.py has the same times)."""
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    at = moment.time()
    if at >= LAST:
        return day.replace(hour=LAST.hour, minute=LAST.minute)
    if at >= FIRST:
        return moment.replace(minute=moment.minute - moment.minute % 15, second=0, microsecond=0)
    if at >= NIGHT:
        return day.replace(hour=NIGHT.hour, minute=NIGHT.minute)
    return day - timedelta(days=1) + timedelta(hours=LAST.hour, minutes=LAST.minute)


def has_stopped(now: datetime, last: datetime, minutes: int) -> bool:
    """Whether a sweep that had to begin `minutes` ago or more has not been made; both moments in the office's zone."""
    return last + SLACK < last_slot(now - timedelta(minutes=minutes))


def drift(wall_before: datetime, ticks_before: float, wall: datetime, ticks: float) -> timedelta:
    """How far the wall clock moved besides the time that really passed; positive: it was set forward."""
    return (wall - wall_before) - timedelta(seconds=ticks - ticks_before)
