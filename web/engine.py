"""Prefect over its HTTP API: the latest runs for a page, a sweep asked for after a click. Never needed for the work."""

import os
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

import httpx

from config.settings import settings

SECONDS = 2.0
MANY = 200  # runs asked for where those of other offices are left out
HEED = {"有逾期", "有失败", "待审批"}
COLOURS = {
    "COMPLETED": "green", "RUNNING": "yellow", "PENDING": "yellow", "SCHEDULED": "", "FAILED": "red", "CRASHED": "red",
    "CANCELLED": "", "CANCELLING": "", "PAUSED": "yellow",
}
WORDS = {
    "Completed": "已完成", "Running": "运行中", "Pending": "等待执行", "Scheduled": "已排定", "Failed": "失败",
    "Crashed": "中断", "Late": "迟到", "Cancelled": "已取消", "Cancelling": "取消中", "Paused": "暂停",
    "AwaitingRetry": "等待重试", "Retrying": "重试中",
}


@dataclass(frozen=True)
class Run:
    """One flow run as the office sees it."""

    name: str
    state: str
    colour: str
    message: str
    at: datetime | None
    seconds: float
    url: str


class EngineSilent(Exception):
    """Prefect does not answer; reminders go on with the next sweep once it does."""


def api() -> str:
    return os.environ.get("PREFECT_API_URL") or f"http://127.0.0.1:{settings().prefect_port}/api"


def shared_word() -> tuple[str, str] | None:
    """Name and word of Prefect's server, when it asks for them."""
    name, _, word = os.environ.get("PREFECT_API_AUTH_STRING", "").partition(":")
    return (name, word) if name else None


def page() -> str:
    """The address of Prefect's own page."""
    return api().removesuffix("/api")


def runs(upcoming: bool, cycles: Collection[str] = (), alone: bool = True, limit: int = 40) -> list[Run]:
    """The latest runs, or those to come; EngineSilent when there is no answer. Of an office that is not `alone` here:
    the runs of its own `cycles`, and those over everybody without what they said."""
    only = {"type": {"any_": ["SCHEDULED"]}} if upcoming else {"type": {"not_any_": ["SCHEDULED"]}}
    sort = "EXPECTED_START_TIME_ASC" if upcoming else "START_TIME_DESC"
    body = {"sort": sort, "limit": limit if alone else MANY, "flow_runs": {"state": only}}
    if upcoming:
        body["flow_runs"] = {"state": only, "tags": {"all_": ["阶段日程"]}}
    try:
        reply = httpx.post(f"{api()}/flow_runs/filter", json=body, timeout=SECONDS, auth=shared_word())
        reply.raise_for_status()
    except httpx.HTTPError as error:
        raise EngineSilent from error
    rows = reply.json()
    if not alone:
        rows = [row for row in rows if _cycle(row) in (None, *cycles)]
    return [_run(row, alone or _cycle(row) is not None) for row in rows[:limit]]


def _cycle(row: dict[str, Any]) -> str | None:
    """Whose run it is; None for one over all cycles."""
    found = (row.get("parameters") or {}).get("cycle_id")
    return str(found) if found else None


def _run(row: dict[str, Any], told: bool = True) -> Run:
    state = row.get("state") or {}
    name = state.get("name") or row.get("state_name") or ""
    moment = row.get("start_time") or row.get("expected_start_time")
    colour = "yellow" if name in HEED else COLOURS.get(row.get("state_type") or "", "")
    return Run(
        name=row["name"], state=WORDS.get(name, name), colour=colour,
        message=state.get("message") or "" if told and row.get("state_type") != "SCHEDULED" else "",
        at=datetime.fromisoformat(moment) if moment else None, seconds=row.get("total_run_time") or 0.0,
        url=f"{page()}/runs/flow-run/{row['id']}",
    )


def ask_sweep(key: str) -> bool:
    """Ask for a sweep now, at most once per key; no answer is no harm."""
    try:
        name = f"{api()}/deployments/name/{quote('巡检')}/{quote('巡检')}"
        found = httpx.get(name, timeout=SECONDS, auth=shared_word())
        found.raise_for_status()
        # nobody is scheduled beside it to help: it asks for as many as it may have
        body = {"idempotency_key": key, "name": "巡检 · 由办公室发起", "state": {"type": "SCHEDULED"},
                "parameters": {"helped": 0}}
        made = httpx.post(
            f"{api()}/deployments/{found.json()['id']}/create_flow_run", json=body, timeout=SECONDS, auth=shared_word()
        )
        return made.is_success
    except httpx.HTTPError:
        return False
