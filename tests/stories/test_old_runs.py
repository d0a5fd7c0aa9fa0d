"""Prefect's own records of runs do not grow for ever, on a real server; and its processes log in lines like ours."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from prefect import flow
from prefect.artifacts import acreate_table_artifact

from commands.supervise import prefect_env
from config import clock
from config.settings import Settings, settings
from flows import retention

ROOT = Path(__file__).resolve().parents[2]
RUNS: list[UUID] = []


@flow(name="旧运行")
async def old_run() -> None:
    from prefect import runtime

    RUNS.append(UUID(str(runtime.flow_run.id)))
    await acreate_table_artifact(table=[{"单位": "甲"}])


@flow(name="清理")
async def tidy_up() -> int:
    return await retention.forget_runs()


def there(url: str) -> dict[str, int]:
    """How many runs of ours the server knows, and how many tables they left."""
    mine = {"flow_runs": {"id": {"any_": [str(key) for key in RUNS]}}}
    return {what: len(httpx.post(f"{url}/{what}/filter", json=mine).json()) for what in ("flow_runs", "artifacts")}


def test_runs_that_ended_long_ago_are_deleted_with_their_tables_and_younger_ones_stay(
    prefect_url: str, run_flow: Callable[[Any], Any], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    RUNS.clear()
    for _ in range(3):
        run_flow(old_run)
    monkeypatch.setattr(retention, "BATCH", 2)  # so that one batch is not enough
    monkeypatch.setattr(retention, "BATCHES", 500)  # other tests of this run left runs of theirs
    monkeypatch.setenv("DUBAN_RUN_DAYS", "30")
    settings.cache_clear()
    assert there(prefect_url) == {"flow_runs": 3, "artifacts": 3}
    run_flow(tidy_up)
    assert there(prefect_url) == {"flow_runs": 3, "artifacts": 3}, "they are young"
    later = clock.wall() + timedelta(days=31)
    monkeypatch.setattr(clock, "wall", lambda: later)
    assert run_flow(tidy_up) >= 3
    assert there(prefect_url) == {"flow_runs": 0, "artifacts": 0}


def test_a_run_s_process_logs_in_lines_that_carry_the_run(prefect_url: str, home: Path) -> None:
    """What the runner starts reads flows/logging.yml out of the environment the supervisor gives."""
    code = (
        "import logging; from prefect import flow\n"
        "@flow(name='一行')\ndef one():\n logging.getLogger('duban.flows').info('told 13800000000')\none()"
    )
    env = {**os.environ, **prefect_env(Settings(home=home)), "PREFECT_API_URL": prefect_url,
           "PREFECT__FLOW_RUN_ID": "5f0c7d1e-8f57-4f0b-9c4e-0d6f2f6f7a10"}
    script = home / "one.py"
    script.write_text(code)
    done = subprocess.run([sys.executable, str(script)], cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    rows = [json.loads(line) for line in done.stderr.splitlines()]
    (ours,) = [row for row in rows if row["logger"] == "duban.flows"]
    assert ours["text"] == "told （略）" and ours["run"] == env["PREFECT__FLOW_RUN_ID"]
    assert {row["logger"] for row in rows} >= {"duban.flows", "prefect.flow_runs"}
