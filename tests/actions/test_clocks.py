"""Clocks that are set and zones that are wrong: nothing twice, nothing early, the same on every machine (R8, R9)."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from sqlmodel import select

from actions import lease
from actions.remind import plan_reminders
from actions.round import run_round, sweep_without_engine
from config import clock, heartbeat
from config.workdays import official
from models.database import reading, transaction
from models.notice import Message, Notice
from models.words import NoticeKind
from tests.conftest import Running

ROOT = Path(__file__).resolve().parents[2]
ZONES = ("UTC", "Asia/Urumqi", "America/New_York")


def china(day: int, hour: int, minute: int = 0, second: int = 0, month: int = 8) -> float:
    """Seconds since 1970 of a moment of 2020 in Shanghai."""
    return clock.at_time(date(2020, month, day)).replace(hour=hour, minute=minute, second=second).timestamp()


def played(zone: str, home: Path, moments: list[float]) -> dict[str, list[list[str]]]:
    env = {**os.environ, "TZ": zone, "DUBAN_HOME": str(home)}
    argv = [sys.executable, "-m", "tests.actions.clock_child", json.dumps(moments)]
    done = subprocess.run(argv, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def test_every_zone_of_the_environment_sends_the_same_on_the_same_days_r9(tmp_path: Path) -> None:
    """Nights in which the machine's own day is another than the office's, workdays, a weekend."""
    moments = [china(day, hour, 30) for day in (3, 7, 8, 10) for hour in (0, 9, 23)]
    found = {zone: played(zone, tmp_path / zone.replace("/", "-"), moments) for zone in ZONES}
    mine = [day for day, _ in found["UTC"]["days"]]
    assert any(one != other for one, other in found["UTC"]["days"]), "date.today() would have been wrong here"
    assert all([day for day, _ in one["days"]] == mine for one in found.values())
    assert found["UTC"]["told"] and all(one["told"] == found["UTC"]["told"] for one in found.values())


def test_the_last_evening_of_august_is_september_in_the_office_whatever_the_machine_says() -> None:
    """2026-08-31T17:30Z of TRUST.md."""
    with time_machine.travel(datetime(2026, 8, 31, 17, 30, tzinfo=UTC).timestamp(), tick=False):
        assert clock.today() == date(2026, 9, 1)


@pytest.mark.parametrize("day", [date(1986, 5, 4), date(1986, 9, 14), date(1988, 4, 17), date(1991, 9, 15)])
def test_the_years_of_summer_time_lose_no_day_and_no_hour_of_a_day(day: date) -> None:
    for n in range(-1, 2):
        one = day + timedelta(days=n)
        assert clock.date_of(clock.at_time(one)) == one and clock.at_time(one).hour == 9


def sweep_at(running: Running, moment: float) -> None:
    with time_machine.travel(moment, tick=False):
        run_round(running.bind, running.cycle_id, clock.today())


def judged(running: Running) -> list[Notice]:
    """Every notice that went: once, on a workday between nine and six, never before the day of its step."""
    with reading() as session:
        rows = session.exec(select(Notice, Message).join(Message, Message.id == Notice.message_id)).all()
    sent = [(notice, message) for notice, message in rows if message.sent_at]
    keys = Counter((n.assignment_id, n.step, n.contact_id, n.deadline_version, n.text) for n, _ in sent)
    assert set(keys.values()) <= {1}
    for notice, message in sent:
        local = message.sent_at.astimezone(clock.ZONE)
        assert official().is_workday(local.date()) and 9 <= local.hour <= 18 and local.date() >= notice.planned_on
    return [notice for notice, _ in sent]


WALKS = {
    "back an hour": [china(3, 9, 30), china(3, 8, 30), china(3, 9, 0), china(3, 9, 30), china(3, 10, 30)],
    "back a day": [china(4, 10), china(3, 10), china(3, 18), china(4, 9), china(4, 10), china(5, 9)],
    "sixty times as fast": [china(3, 8) + 60 * 15 * n for n in range(0, 40, 3)],
    "around midnight": [china(2, 23, 59, 59), china(3, 0, 0, 1), china(3, 9, 0, 0), china(3, 23, 59, 59),
                        china(4, 0, 0, 1), china(4, 9, 0, 1)],
    "over a weekend": [china(7, 23, 59, 59), china(8, 0, 0, 1), china(8, 10), china(9, 23, 59, 59), china(10, 9)],
}


@pytest.mark.parametrize("walk", WALKS)
def test_a_clock_that_is_set_sends_nothing_twice_and_nothing_early_r8(
    puyang: Callable[..., Running], walk: str
) -> None:
    running = puyang(2)
    for moment in WALKS[walk]:
        sweep_at(running, moment)
    first = {(n.id, n.step) for n in judged(running)}
    assert first, "something was owed in these days"
    for moment in WALKS[walk]:
        sweep_at(running, moment)
    assert {(n.id, n.step) for n in judged(running)} == first, "the same walk again sends nothing"


def test_a_clock_put_forward_three_days_sends_nothing_and_put_right_everything_on_its_day_r8(
    puyang: Callable[..., Running], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Real time passes an hour, the wall clock says three days: the sweep does not plan by it."""
    running = puyang(2)
    ticks = 1000.0
    monkeypatch.setattr(clock, "ticks", lambda: ticks)

    def sweep(moment: float) -> set[str]:
        with time_machine.travel(moment, tick=False):
            sweep_without_engine(running.bind, clock.today())
        return {notice.step for notice in judged(running)}

    before = sweep(china(3, 9, 30))
    ticks += 3600
    assert sweep(china(6, 10, 30)) == before, "what is owed on the 6th is not sent on the 3rd"
    with reading() as session:
        ahead = [n for n in session.exec(select(Notice)) if n.planned_on > date(2020, 8, 3)]
        assert [n.kind for n in ahead] == [NoticeKind.ALERT] and "往前拨" in ahead[0].text
    assert heartbeat.read(heartbeat.SWEEP).ticks == 1000.0, "the last good moment stays known"
    ticks += 900
    assert sweep(china(3, 10, 45)) == before
    ticks += 4 * 86_400 - 4500
    assert "T-3·T-1" in sweep(china(7, 9, 30)), "and on its own day it goes"


def test_on_a_make_up_sunday_people_are_told_and_on_the_saturday_before_nobody_is_r9(
    puyang: Callable[..., Running],
) -> None:
    running = puyang(1)
    for day, told in ((date(2020, 9, 26), False), (date(2020, 9, 27), True)):
        with running.on(day) as session:
            plan_reminders(session, running.cycle_id, day)
            assert (day in {notice.planned_on for notice in session.exec(select(Notice))}) is told


def test_two_sweeps_at_once_are_one_even_when_the_clock_is_set_between(
    puyang: Callable[..., Running], monkeypatch: pytest.MonkeyPatch
) -> None:
    running = puyang(1)
    with transaction(running.bind) as session:
        assert lease.take(session, "巡检", "甲")
    with time_machine.travel(clock.wall().timestamp() + 7200, tick=False):
        assert sweep_without_engine(running.bind, date(2020, 8, 3)) == []
    assert judged(running) == []
