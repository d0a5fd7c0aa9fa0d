"""The parent of the processes: Prefect falling again and again ends nothing, and its missing sweep is made (R15)."""

import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from commands.supervise import Child, Supervisor, put_aside
from config import clock, heartbeat
from config.settings import settings
from tests.conftest import Running


@pytest.fixture
def parent(home: Path) -> Supervisor:
    said: list[str] = []
    supervisor = Supervisor(settings(), said.append)
    supervisor.said = said
    falls = [sys.executable, "-c", "raise SystemExit(1)"]
    stays = [sys.executable, "-c", "import time; time.sleep(600)"]
    for name, argv in (("server", falls), ("web", stays), ("runner", stays)):
        setattr(supervisor, name, Child(name, argv, {}, home / f"{name}.log"))
    return supervisor


def fall(parent: Supervisor, child: Child, times: int) -> None:
    for _ in range(times):
        parent._revive()
        if child.process is not None:
            child.process.wait(30)


def test_prefect_falling_again_and_again_rests_a_minute_and_the_web_stays(parent: Supervisor) -> None:
    try:
        fall(parent, parent.server, 8)
        assert parent.web.running and parent.runner.running
        assert parent.server.rests_until > time.monotonic()
        assert any("一分钟后再试" in line for line in parent.said)
        begun = parent.server.process
        fall(parent, parent.server, 3)
        assert parent.server.process is begun, "it rests"
        parent.server.rests_until = 0.0
        fall(parent, parent.server, 1)
        assert parent.server.process is not begun, "and is tried again"
    finally:
        parent.end()


def test_a_web_that_falls_again_and_again_ends_everything_with_a_sentence(parent: Supervisor) -> None:
    parent.web.argv, parent.server.argv = parent.server.argv, parent.web.argv
    try:
        with pytest.raises(RuntimeError, match="反复退出"):
            fall(parent, parent.web, 8)
    finally:
        parent.end()


def test_a_sweep_that_prefect_does_not_make_is_made_without_it_once(
    parent: Supervisor, puyang: Callable[..., Running]
) -> None:
    puyang(1)
    parent._stand_in()
    assert not parent.sweeper.running, "everything has only begun"
    heartbeat.beat(heartbeat.SWEEP, done=True)
    old = clock.wall() - timedelta(days=2)
    path = heartbeat.folder() / "sweep.json"
    done = heartbeat.read(heartbeat.SWEEP).done
    path.write_text(path.read_text().replace(f'"done": "{done}"', f'"done": "{old}"'))
    try:
        parent.next_look = 0.0
        parent._stand_in()
        assert parent.sweeper.process is not None and parent.sweeper.process.wait(120) == 0
        assert heartbeat.read(heartbeat.SWEEP).done > old + timedelta(days=1)
        begun = parent.sweeper.process
        parent.next_look = 0.0
        parent._stand_in()
        assert parent.sweeper.process is begun, "it was made; nothing is missing now"
    finally:
        parent.end()


def test_a_log_that_is_full_is_set_aside_while_its_writer_goes_on(home: Path) -> None:
    log = home / "web.log"
    with log.open("ab") as writer:
        for n in range(4):
            writer.write(f"{n}".encode() * 100)
            writer.flush()
            assert put_aside(log, 99, keep=2)
        writer.write(b"on")
    assert log.read_bytes() == b"on" and not put_aside(log, 99, keep=2)
    kept = {path.name: path.read_bytes()[:1] for path in home.glob("web.log.*")}
    assert kept == {"web.log.1": b"3", "web.log.2": b"2"}, "the two last; the disk does not fill"


def told(parent: Supervisor, code: str) -> str:
    """What a child says that is started with the environment of the runner."""
    child = Child("问", [sys.executable, "-c", code], parent.runner.env, parent.settings.home / "asked.log")
    child.start()
    assert child.process is not None and child.process.wait(120) == 0, child.log.read_text()
    return child.log.read_text()


def test_no_child_is_told_to_call_home_whatever_this_machine_has_set(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Telemetry is off by default: read from the environment of a real child and from Prefect inside it."""
    monkeypatch.setenv("DO_NOT_TRACK", "0")
    monkeypatch.setenv("PREFECT_SERVER_ANALYTICS_ENABLED", "true")
    parent = Supervisor(settings(), print)
    envs = {child.name: child.env for child in (parent.server, parent.web, parent.runner, parent.sweeper)}
    assert {name: (env["DO_NOT_TRACK"], env["PREFECT_SERVER_ANALYTICS_ENABLED"]) for name, env in envs.items()} == (
        dict.fromkeys(envs, ("1", "false"))
    )
    code = (
        "import os; os.environ.pop('CI', None); from prefect._internal.analytics.enabled import is_telemetry_enabled\n"
        "from prefect.settings import get_current_settings\n"
        "print(os.environ['DO_NOT_TRACK'], get_current_settings().server.analytics_enabled, is_telemetry_enabled())"
    )
    assert told(parent, code).split()[-3:] == ["1", "False", "False"]
