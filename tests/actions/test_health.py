"""The service says by name what is wrong with it, within one look: R10's faults on a real file."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from actions import health
from actions.health import Check, begin_watch, checks, stopped_since
from config import clock, heartbeat
from config.settings import settings
from models.database import transaction
from models.notice import Hold
from tests.conftest import Running

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    yield
    health._prober.cache_clear()
    health._born.clear()
    clock.freeze(None)


def said(name: str) -> Check:
    return next(check for check in checks() if check.name == name)


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(clock, "wall", lambda: moment)


def test_a_database_that_takes_a_row_is_well_and_nothing_is_left_behind_but_one(bind: Engine) -> None:
    for _ in range(3):
        assert said("database").ok
    with bind.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM lease").scalar() == 1


def test_a_database_that_another_holds_is_red(bind: Engine, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "PATIENCE", 100)
    health._prober.cache_clear()
    with bind.connect() as other, other.begin():  # SQLite: the only writer; PostgreSQL: the table's only one
        if bind.dialect.name == "postgresql":
            other.exec_driver_sql("LOCK TABLE lease IN EXCLUSIVE MODE")
        assert (said("database").ok, said("database").words) == (False, "数据库被长时间占用，不能写入")
    assert said("database").ok, "and well again by itself"


@pytest.mark.sqlite_only("limits the file")
def test_a_database_without_room_is_red_and_well_again_with_room(
    bind: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert said("database").ok
    with health._prober(settings().database).connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    assert (said("database").ok, said("database").words) == (False, "磁盘或数据库已满，不能写入")
    with health._prober(settings().database).connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=1000000")
    assert said("database").ok


def test_a_database_opened_for_reading_only_is_red(
    bind: Engine, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if bind.dialect.name == "postgresql":  # as a standby is
        with bind.begin() as connection:
            connection.exec_driver_sql(f"ALTER DATABASE {bind.url.database} SET default_transaction_read_only = on")
    else:
        monkeypatch.setenv("DUBAN_DATABASE_URL", f"sqlite:///file:{home / 'duban.db'}?mode=ro&uri=true")
        settings.cache_clear()
    assert (said("database").ok, said("database").words) == (False, "数据库为只读，不能写入")


@pytest.mark.sqlite_only("limits what this process may write; a server writes by itself")
def test_a_disk_that_takes_no_byte_is_red_in_a_process_of_its_own(bind: Engine, home: Path) -> None:
    """RLIMIT_FSIZE: the same error as a full disk, without filling one."""
    code = (
        "import json, resource, signal; from actions.health import checks\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "print(json.dumps({c.name: [c.ok, c.words] for c in checks()}))"
    )
    env = {**os.environ, "DUBAN_HOME": str(home)}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    well, words = json.loads(done.stdout)["database"]
    assert not well and words.endswith("不能写入"), words


def test_checks_never_throw_whatever_is_missing(home: Path) -> None:
    """No database at all, no Prefect: every check still answers with a sentence."""
    found = {check.name: check for check in checks()}
    assert not found["database"].ok and not found["migration"].ok
    assert all(check.words for check in found.values())


def test_a_sweep_that_is_missing_turns_the_check_red_and_names_the_last_one(
    bind: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, clock.at_time(date(2026, 8, 17), time(9, 46)))
    heartbeat.beat(heartbeat.SWEEP, done=True)
    at(monkeypatch, clock.at_time(date(2026, 8, 17), time(10, 20)))
    assert said("sweep").ok
    at(monkeypatch, clock.at_time(date(2026, 8, 17), time(10, 41)))
    assert said("sweep").words == "自2026-08-17 09:46以来没有完成巡检，提醒可能没有发出"
    assert not said("sweep").ok


def test_where_no_sweep_was_ever_made_the_watch_waits_for_its_time_and_then_says_so(
    bind: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, clock.at_time(date(2026, 8, 17), time(10, 0)))
    assert said("sweep").ok and stopped_since() is None, "nobody watches yet"
    begin_watch()
    assert said("sweep").ok
    ticks = clock.ticks() + 3600
    monkeypatch.setattr(clock, "ticks", lambda: ticks)
    at(monkeypatch, clock.at_time(date(2026, 8, 17), time(11, 0)))
    assert not said("sweep").ok


def test_a_heartbeat_from_the_future_turns_the_clock_red_r8(bind: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    today = clock.wall()
    heartbeat.beat(heartbeat.SWEEP, done=True)
    assert said("clock").ok
    for back in (timedelta(hours=1), timedelta(days=1)):
        at(monkeypatch, today - back)
        assert not said("clock").ok and "往回拨" in said("clock").words


def test_a_hold_and_a_waiting_notice_are_named(puyang: Callable[..., Running]) -> None:
    running = puyang(1)
    day = date(2020, 8, 3)
    assert said("hold").ok
    running.round(day, time(0, 2))  # planned in the night, and then nobody sends
    for hour, well in ((time(8, 0), True), (time(9, 30), True), (time(10, 1), False), (time(18, 1), True)):
        clock.freeze(clock.at_time(day, hour))
        assert said("outbox").ok is well, hour
    clock.freeze(None)
    with transaction(running.bind) as session:
        session.add(Hold(since=clock.wall(), why="从备份恢复"))
    assert not said("hold").ok and "从备份恢复" in said("hold").words


def test_a_sign_of_life_is_whole_or_the_old_one_and_counts_up(home: Path) -> None:
    first = heartbeat.beat(heartbeat.WEB)
    second = heartbeat.beat(heartbeat.WEB, sent=True)
    assert (first.sequence, second.sequence) == (1, 2)
    assert heartbeat.read(heartbeat.WEB) == second
    third = heartbeat.beat(heartbeat.WEB)
    assert third.sent == second.sent and third.at >= second.at
    assert [path.name for path in heartbeat.folder().iterdir()] == ["web.json"]
    (heartbeat.folder() / "web.json").write_text('{"at": ')
    assert heartbeat.read(heartbeat.WEB) is None, "what is no sign of life is none"
