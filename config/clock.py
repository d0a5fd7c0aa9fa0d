"""The only reader of the time: one zone, one `now()`, and a jump for rehearsals and tests."""

import time as machine
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time
from functools import lru_cache
from pathlib import Path

import pendulum

ZONE = pendulum.timezone("Asia/Shanghai")
MORNING = time(9, 0)

_jumped: ContextVar[datetime | None] = ContextVar("jumped", default=None)
_frozen: list[datetime] = []


def wall() -> datetime:
    """The real moment, even during a rehearsal: leases and sessions must not jump with the story."""
    return pendulum.now(ZONE)


def ticks() -> float:
    """Seconds on a clock that nobody can set; it runs through sleep, and only two readings of one `boot()` compare."""
    return machine.clock_gettime(machine.CLOCK_BOOTTIME) if boot() else machine.monotonic()


@lru_cache
def boot() -> str:
    """Which start of which machine `ticks()` counts from; empty where the system does not say."""
    path = Path("/proc/sys/kernel/random/boot_id")
    return path.read_text().strip() if path.exists() and hasattr(machine, "CLOCK_BOOTTIME") else ""


def now() -> datetime:
    """The present moment in Asia/Shanghai, aware."""
    return _jumped.get() or (_frozen[-1] if _frozen else wall())


def today() -> date:
    """The office's calendar day: a plain `date`, because SQLite cannot bind a pendulum one."""
    return date_of(now())


def date_of(moment: datetime) -> date:
    """The office's calendar day of an aware moment."""
    local = moment.astimezone(ZONE)
    return date(local.year, local.month, local.day)


def at_time(day: date, hour: time = MORNING) -> datetime:
    """`day` at `hour` in the office's zone."""
    return pendulum.datetime(day.year, day.month, day.day, hour.hour, hour.minute, tz=ZONE)


@contextmanager
def jumped_to(moment: datetime) -> Iterator[None]:
    """Everything in this context believes it is `moment`."""
    token = _jumped.set(moment)
    try:
        yield
    finally:
        _jumped.reset(token)


def freeze(moment: datetime | None) -> None:
    """Set the time of the whole process (tests with a server in a thread); None gives it back."""
    _frozen[:] = [] if moment is None else [moment]


def minute_words(moment: datetime) -> str:
    """2020-08-11 09:00 of a moment, in the office's zone."""
    return f"{moment.astimezone(ZONE):%Y-%m-%d %H:%M}"
