"""Prefect fails, is killed, loses its database: somebody is told, the work goes on, everything comes back (R15)."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State
from prefect.flow_engine import run_flow as run_engine
from prefect.states import Pending, Running, Scheduled
from sqlmodel import select

from actions.round import sweep_without_engine
from commands.supervise import answers, prefect_env
from config import clock, heartbeat
from config.settings import Settings
from flows import watch
from flows.cycle import cycle
from flows.remind import remind
from flows.running import HOOKS
from models.database import reading
from models.notice import Message, Notice
from models.open_work import alerts
from tests.conftest import Running as Office
from tests.real_parts import free_port, set_clock
from tests.stories.hanging import hang

ROOT = Path(__file__).resolve().parents[2]
SERVE = "import asyncio; from tests.stories.hanging import made, serve; asyncio.run(serve(made()))"
SCHEDULED = {"state": {"type": "SCHEDULED"}}


def on_the_desk(running: Office) -> list[str]:
    with reading() as session:
        return [one.text for one in alerts(session, running.people.office_id)]


def until(true: Callable[[], Any], seconds: int, what: str) -> Any:
    """Wait until something holds; a machine shared with others may be slow, so nothing here is a bar."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := true():
            return found
        time.sleep(0.5)
    raise AssertionError(f"never: {what}")


@contextmanager
def process(argv: list[str], env: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process with everything it starts, ended when the block ends."""
    with log.open("ab") as out:
        one = subprocess.Popen(argv, env=env, cwd=ROOT, stdout=out, stderr=out, start_new_session=True)
    try:
        yield one
    finally:
        if one.poll() is None:
            os.killpg(one.pid, signal.SIGKILL)
        one.wait(20)


@flow(name="必败", flow_run_name="必败的运行", **HOOKS)
async def failing() -> None:
    raise RuntimeError("写不进去")


def test_a_run_that_fails_leaves_a_notice_with_its_name_and_reason_once(puyang, run_flow) -> None:
    running = puyang(1)
    for _ in range(2):
        with pytest.raises(RuntimeError):
            run_flow(failing)
    (said,) = on_the_desk(running)
    assert "流程“必败的运行”未完成" in said and "写不进去" in said


def pid_of_run(runner: int) -> int | None:
    """The process in which a runner executes a flow run."""
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            line, stat = (entry / "cmdline").read_bytes(), (entry / "stat").read_text()
        except OSError:
            continue
        if int(stat.rsplit(")", 1)[1].split()[3]) == runner and b"prefect" in line and int(entry.name) != runner:
            return int(entry.name)
    return None


@pytest.mark.slow
def test_a_run_that_is_killed_outright_leaves_a_notice_too(puyang, prefect_url: str, home: Path) -> None:
    """The runner calls the hook by the names of its parameters: this is the run that proves them."""
    running = puyang(1)
    env = {**prefect_env(Settings(home=home)), "PREFECT_API_URL": prefect_url, "DUBAN_HOME": str(home)}
    with process([sys.executable, "-c", SERVE], env, home / "runner.log") as runner:
        name = f"{prefect_url}/deployments/name/挂起/挂起"
        found = until(lambda: (r := httpx.get(name)).status_code == 200 and r.json(), 120, "the runner is up")
        made = httpx.post(f"{prefect_url}/deployments/{found['id']}/create_flow_run", json=SCHEDULED).json()
        until(lambda: state_of(prefect_url, made["id"]) == "RUNNING", 120, "it runs")
        child = until(lambda: pid_of_run(runner.pid), 60, "its process is there")
        os.kill(child, signal.SIGKILL)
        until(lambda: state_of(prefect_url, made["id"]) == "CRASHED", 120, "the runner saw it")
        (said,) = until(lambda: on_the_desk(running), 60, "the office is told")
    assert "未完成" in said and "下次巡检时重做" in said


def state_of(url: str, key: str) -> str:
    return str(httpx.get(f"{url}/flow_runs/{key}").json()["state_type"])


def test_runs_left_running_or_pending_are_closed_by_our_own_reaper_and_told(
    puyang, run_flow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Prefect itself leaves both for ever when the runner is killed with its run."""
    running = puyang(1)

    async def leave(*states: State) -> list[Any]:
        async with get_client() as client:
            return [(await client.create_flow_run(hang, state=state)).id for state in states]

    async def ends(keys: list[Any]) -> list[str]:
        async with get_client() as client:
            return [(await client.read_flow_run(key)).state_name for key in keys]

    keys = run_flow(leave, Running(), Pending())
    run_flow(watch.reap.fn)
    assert run_flow(ends, keys) == ["Running", "Pending"], "a young run may be alive"
    monkeypatch.setattr(watch, "LONGEST", timedelta(seconds=-1))
    run_flow(watch.reap.fn)
    assert run_flow(ends, keys) == ["僵死", "僵死"]
    assert any("运行中断，未正常结束" in said for said in on_the_desk(running))


def test_a_backlog_of_runs_is_skipped_one_by_one_and_does_nothing_twice(puyang, run_flow) -> None:
    """Prefect executes every run it missed; ours say that they are past, and the next sweep does the work once."""
    puyang(1)
    with reading() as session:
        before = set(session.exec(select(Notice.id)))

    async def late(one: Any, hours: int) -> str:
        async with get_client() as client:
            planned = Scheduled(scheduled_time=clock.wall() - timedelta(hours=hours))
            run = await client.create_flow_run(one, state=planned)
            await run_engine(one, flow_run=run, return_type="state")
            return str((await client.read_flow_run(run.id)).state_name)

    for one in (cycle, remind):
        assert [run_flow(late, one, hours) for hours in (30, 3)] == ["过期跳过"] * 2
    with reading() as session:
        assert set(session.exec(select(Notice.id))) == before


def test_without_prefect_a_sweep_does_the_same_and_twice_does_nothing_more(puyang) -> None:
    running = puyang(2)
    day = date(2020, 8, 3)
    set_clock(day)
    try:
        for _ in range(2):
            assert sweep_without_engine(running.bind, day) == []
            with reading() as session:
                sent = [m for m in session.exec(select(Message).where(Message.day == day)) if m.state == "sent"]
                assert len([m for m in sent if m.unit_id]) == 2
                assert len(session.exec(select(Notice.id).where(Notice.state == "planned")).all()) == 0
        assert heartbeat.read(heartbeat.SWEEP).done is not None
    finally:
        clock.freeze(None)


@contextmanager
def engine(env: dict[str, str], home: Path) -> Iterator[subprocess.Popen[bytes]]:
    with process([sys.executable, "-m", "prefect", "server", "start"], env, home / "server.log") as server:
        until(lambda: answers(f"{env['PREFECT_API_URL']}/health"), 180, "Prefect answers")
        yield server


@pytest.mark.slow
def test_prefect_killed_and_its_database_deleted_the_deployments_come_back_and_sweeps_go_on(
    puyang, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    puyang(1)
    monkeypatch.delenv("PREFECT_API_URL")
    env = prefect_env(Settings(home=home, prefect_port=free_port()))
    code = "import flows.serve as s; s.LOOK_EVERY = 2.0; s.main()"
    deployed = f"{env['PREFECT_API_URL']}/deployments/name/巡检/巡检"

    def swept() -> Any:
        beat = heartbeat.read(heartbeat.SWEEP)
        return beat.done if beat else None

    def known() -> bool:
        try:
            return httpx.get(deployed).status_code == 200
        except httpx.HTTPError:
            return False

    with process([sys.executable, "-c", code], env, home / "flows.log") as runner:
        with engine(env, home):
            first = until(swept, 240, "the start sweeps, although the runner was there before the server")
        for path in (home / "prefect").glob("prefect.db*"):
            path.unlink()
        shutil.rmtree(home / "prefect" / "storage", ignore_errors=True)
        with engine(env, home):
            until(known, 240, "the deployments are back")
            until(lambda: swept() > first, 240, "and a sweep was made")
        assert runner.poll() is None, "the same runner all the time"

