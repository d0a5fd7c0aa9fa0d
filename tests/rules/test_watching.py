"""When a silence is a stop, and which movement of a clock is a jump."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from flows import serve
from rules.watching import EVERY, FIRST, LAST, NIGHT, drift, has_stopped, last_slot
from tests.real_parts import beside

ZONE = ZoneInfo("Asia/Shanghai")


def at(hour: int, minute: int = 0, day: int = 17, second: int = 0) -> datetime:
    return datetime(2026, 8, day, hour, minute, second, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("now", "last", "stopped"),
    [
        (at(10, 0), at(9, 45), False), (at(10, 0), at(9, 15), False), (at(10, 11), at(9, 15), True),
        (at(10, 14), at(9, 31), False),
        (at(8, 20), at(0, 2), False), (at(8, 41), at(0, 2), True), (at(7, 59), at(0, 2), False),
        (at(3, 0), at(18, 45, 16), True), (at(0, 30), at(18, 45, 16), False), (at(0, 1), at(18, 45, 16), False),
        (at(23, 59, second=59), at(18, 45), False), (at(23, 59), at(17, 0), True), (at(12, 0), at(12, 0, 14), True),
    ],
)
def test_a_silence_is_a_stop_when_a_sweep_that_was_due_is_forty_minutes_late(
    now: datetime, last: datetime, stopped: bool
) -> None:
    assert has_stopped(now, last, 40) is stopped


def test_a_sweep_on_time_is_never_a_stop_at_any_minute_of_a_day() -> None:
    last = at(18, 45, 16)
    for n in range(24 * 60 * 2):
        now = at(0) + timedelta(minutes=n)
        if last_slot(now) == now:
            last = now
        assert not has_stopped(now, last, 40), now


def test_the_times_are_those_the_runner_is_given() -> None:
    crons = [one.schedule.cron for one in beside(serve.deployments)[0].schedules]
    night, through = f"{NIGHT.minute} {NIGHT.hour} * * *", f"*/{EVERY.seconds // 60} {FIRST.hour}-{LAST.hour} * * *"
    assert crons == [night, through]


def test_sleep_and_work_are_no_drift_and_a_hand_on_the_clock_is() -> None:
    before, hour = at(9), timedelta(hours=1)
    assert drift(before, 100.0, before + hour, 3700.0) == timedelta()
    assert drift(before, 100.0, before + timedelta(days=3) + hour, 3700.0) == timedelta(days=3)
    assert drift(before, 100.0, before, 3700.0) == -hour
