"""What every run shares: the day it is for, its Chinese name, its end state, and the notice a failure leaves."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from prefect import runtime
from prefect.client.schemas.objects import FlowRun, State
from prefect.flows import Flow
from prefect.states import Completed

from actions import share
from actions.advance import StageReport
from actions.ping import FAIL, ping
from actions.remind import alert_office
from config import clock, heartbeat
from config.day_words import month_day
from models.cycle import Cycle
from models.database import fetch, reading, transaction
from models.ledger import open_cycles
from models.office_ledger import every_office
from models.words import StageKind, UnitStageState

RETRY: dict[str, Any] = {"retries": 2, "retry_delay_seconds": 10}
BACKLOG = timedelta(minutes=20)
LOG = logging.getLogger("duban.flows")


@contextmanager
def on_day(day: date | None) -> Iterator[date]:
    """The day a run is for: today, or the given one as if it were its morning."""
    if day is None or day == clock.today():
        yield clock.today()
        return
    with clock.jumped_to(clock.at_time(day)):
        yield day


def replayed(day: date | None) -> bool:
    """Whether this run is one of a backlog that Prefect executes one by one after a downtime; not a second try."""
    if (runtime.flow_run.run_count or 1) > 1:
        return False
    planned: datetime | None = runtime.flow_run.scheduled_start_time
    return day is None and planned is not None and clock.wall() - planned > BACKLOG


def agrees() -> bool:
    """Whether this machine's clock is that of the database; a machine that is wrong leaves the work to others, and if
    there are none the missing sign of life says so."""
    with reading() as session:
        return share.clock_agrees(session)


def other_clock() -> State:
    LOG.error("this machine's clock is not the database's")
    return Completed(name="时钟不一致", message="本机时钟与数据库相差过大，未参与，请核对本机时间")


def alive(day: date | None, done: bool = False, sent: bool = False) -> None:
    """A sign of life of the sweep; a run for another day gives none, and a full disk must not stop the reminders."""
    if day is None:
        with suppress(OSError):
            heartbeat.beat(heartbeat.SWEEP, done, sent)


def stage_run_name(kind: StageKind) -> Any:
    """The Chinese name of a stage's run: cycle · stage · day."""

    def name() -> str:
        given = runtime.flow_run.parameters
        day = given.get("day") or clock.today()
        return f"{cycle_title(given['cycle_id'])} · {kind.label} · {month_day(_as_day(day))}"

    return name


def plain_run_name(words: str) -> Any:
    """The Chinese name of a run over all cycles."""

    def name() -> str:
        return f"{words} · {month_day(_as_day(runtime.flow_run.parameters.get('day') or clock.today()))}"

    return name


def _as_day(day: date | str) -> date:
    return day if isinstance(day, date) else date.fromisoformat(day)


def cycle_title(cycle_id: UUID | str) -> str:
    with reading() as session:
        return fetch(session, Cycle, UUID(str(cycle_id))).title


def ended(report: StageReport) -> State:
    """An end state that tells how the stage stands."""
    behind = report.counts.get(UnitStageState.UNFINISHED, 0)
    name = "有逾期" if behind else ("已推进" if report.did else "无变化")
    return Completed(name=name, message=report.sentence, data=report.sentence)


def leave_notice(flow: Flow[Any, Any], flow_run: FlowRun, state: State) -> None:
    """A failed or crashed run leaves a notice on the desk of every office it worked for. Prefect's runner calls a hook
    by these three names when a run was killed; under others the notice would be lost."""
    ping(FAIL)
    note_failure(flow_run.name, state.message or state.name or "", (flow_run.parameters or {}).get("cycle_id"))


def note_failure(name: str, message: str, cycle_id: UUID | str | None = None) -> None:
    """Tell the office of the cycle, or every office with a running one, once for the same run. What a run over all
    cycles stumbled on is some office's own: where there are several its words stay in the log."""
    with transaction() as session:
        running = open_cycles(session)
        told = {cycle.office_id for cycle in running if cycle_id is None or str(cycle.id) == str(cycle_id)}
        why = f"：{message[:200]}" if cycle_id or len(every_office(session)) == 1 else ""
        for office_id in told:
            alert_office(session, office_id, f"流程“{name}”未完成{why}。系统将在下次巡检时重做。")


HOOKS: dict[str, Any] = {"on_failure": [leave_notice], "on_crashed": [leave_notice]}
