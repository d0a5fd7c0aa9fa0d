"""`duban demo` as a person starts it: everything answers, the engine schedules and runs, Ctrl-C leaves nothing."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from bench.cluster import members
from tests.real_parts import free_port

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Started:
    """A running installation: its process, addresses and what it printed."""

    process: subprocess.Popen[str]
    site: str
    api: str
    said: str
    seconds: float


def start(home: Path, port: int, prefect_port: int) -> Started:
    env = {**os.environ, "DUBAN_HOME": str(home), "DUBAN_PORT": str(port), "DUBAN_PREFECT_PORT": str(prefect_port)}
    env.pop("PREFECT_API_URL", None)
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "duban.py", "demo"], cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )
    said = ""
    for line in process.stderr:
        said += line
        if "Ctrl-C" in line:
            break
    return Started(
        process, f"http://127.0.0.1:{port}", f"http://127.0.0.1:{prefect_port}/api", said, time.monotonic() - began
    )


def family(home: Path) -> list[int]:
    """Every process that carries this data folder in its environment."""
    return members(f"DUBAN_HOME={home}")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("installation")


@pytest.fixture(scope="module")
def running(home: Path) -> Iterator[Started]:
    started = start(home, free_port(), free_port())
    yield started
    if started.process.poll() is None:
        started.process.send_signal(signal.SIGINT)
        started.process.wait(30)


def answer(api: str, path: str, body: dict | None = None) -> Any:
    """What Prefect's server answers; while its database is busy it says 503, and its own client asks again as well."""
    for _ in range(40):
        reply = httpx.post(f"{api}{path}", json=body) if body is not None else httpx.get(f"{api}{path}")
        if reply.status_code < 500:
            break
        time.sleep(0.5)
    assert reply.is_success, f"{path}: {reply.status_code} {reply.text[:300]}"
    return reply.json()


def deployment(api: str, flow: str, name: str) -> dict:
    for _ in range(60):
        reply = httpx.get(f"{api}/deployments/name/{quote(flow)}/{quote(name)}")
        if reply.status_code == 200:
            return reply.json()
        time.sleep(0.5)
    raise AssertionError(f"no deployment {flow}/{name}")


def ends(api: str, deployment_id: str) -> set[str]:
    """The end states of a deployment's runs, once none is under way."""
    begun = {"state": {"type": {"not_any_": ["SCHEDULED"]}}}
    asked = {"deployments": {"id": {"any_": [deployment_id]}}, "flow_runs": begun}
    for _ in range(60):
        rows = answer(api, "/flow_runs/filter", asked)
        if all(row["state_type"] not in ("RUNNING", "PENDING") for row in rows):
            break
        time.sleep(0.5)
    return {row["state"]["name"] for row in rows}


def test_all_three_pages_answer_and_the_addresses_are_printed(running: Started) -> None:
    word = re.search(r"口令 (\S+)", running.said).group(1)
    link = re.search(r"http://\S+/u/\S+", running.said).group()
    assert httpx.get(f"{running.site}/healthz").status_code == 200
    assert httpx.get(link).status_code == 200
    assert httpx.get(f"{running.api}/health").status_code == 200
    desk = httpx.Client(base_url=running.site, follow_redirects=True)
    assert "待我办理" in desk.post("/login", data={"login": "zhuren", "word": word}).text
    for page in ("/", "/cycles", "/ledger", "/submissions", "/extensions", "/escalations", "/units", "/outbox",
                 "/plans", "/runs", "/events", "/people"):
        assert desk.get(page).status_code == 200, page


def test_the_engine_schedules_in_shanghai_time_and_a_run_completes(running: Started) -> None:
    sweep = deployment(running.api, "巡检", "巡检")
    assert {s["schedule"]["timezone"] for s in sweep["schedules"]} == {"Asia/Shanghai"}
    asked = {"flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}}, "deployments": {"id": {"any_": [sweep["id"]]}}}
    for _ in range(60):
        planned = answer(running.api, "/flow_runs/filter", asked)
        if len(planned) > 3:
            break
        time.sleep(0.5)
    assert len(planned) > 3, "the scheduler made runs out of the cron"
    made = answer(running.api, f"/deployments/{sweep['id']}/create_flow_run", {"state": {"type": "SCHEDULED"}})
    for _ in range(120):
        run = answer(running.api, f"/flow_runs/{made['id']}")
        if run["state_type"] in ("COMPLETED", "FAILED", "CRASHED"):
            break
        time.sleep(0.5)
    # the sweep that every start makes may still hold the lease; then ours says so and ends well too
    assert run["state_type"] == "COMPLETED" and run["state"]["name"] in ("已巡检", "已在巡检")
    assert run["name"].startswith("巡检 · ")
    assert "已巡检" in ends(running.api, sweep["id"]), "the start itself swept"
    ahead = {"flow_runs": {"tags": {"all_": ["阶段日程"]}, "state": {"type": {"any_": ["SCHEDULED"]}}}}
    names = {row["name"] for row in answer(running.api, "/flow_runs/filter", ahead)}
    assert names == {"濮阳示例 · 反馈结束", "濮阳示例 · 整改结束"}, "what lies ahead stands on Prefect's schedule"


def test_a_second_start_finds_everything_and_ctrl_c_leaves_no_process(running: Started, home: Path) -> None:
    first = re.search(r"口令 (\S+)", running.said).group(1)
    assert len(family(home)) >= 4, "the parent, Prefect, the web, the runner"
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(30) == 0
    assert family(home) == []
    again = start(home, free_port(), free_port())
    try:
        assert re.search(r"口令 (\S+)", again.said).group(1) == first
    finally:
        again.process.send_signal(signal.SIGINT)
        again.process.wait(30)
    assert family(home) == []
