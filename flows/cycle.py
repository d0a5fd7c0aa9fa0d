"""巡检: every open cycle's stages, programmes and reminders for a day, each by its own flow."""

import logging
from collections.abc import Awaitable, Callable, Iterable
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from prefect import flow, runtime, task
from prefect.client.schemas.objects import State
from prefect.states import Completed

from actions import lease
from actions.advance import run_stage, stages_to_run
from actions.clock_watch import mind_the_clock
from actions.day_account import settle_days
from actions.digest import make_digests
from actions.key_unit import plan_key_visits
from actions.open_period import open_periods
from actions.ping import START, ping
from actions.round import SWEEP
from actions.stage_file import clear_stale
from actions.tell_visits import tell_programmes
from config import heartbeat
from flows.feedback import feedback
from flows.look_back import look_back
from flows.on_site_check import on_site_check
from flows.rectification import rectification
from flows.remind import remind
from flows.retention import forget_runs
from flows.running import HOOKS, RETRY, alive, on_day, plain_run_name, replayed
from flows.self_check import self_check
from flows.timetable import put_on_schedule
from flows.watch import reap
from models.database import reading, transaction
from models.ledger import open_cycles
from models.office_ledger import every_office
from models.words import StageKind
from notifications.log_line import about

LOG = logging.getLogger("duban.flows")
STAGE_FLOWS = {
    StageKind.SELF_CHECK: self_check,
    StageKind.ON_SITE_CHECK: on_site_check,
    StageKind.FEEDBACK: feedback,
    StageKind.RECTIFICATION: rectification,
    StageKind.LOOK_BACK: look_back,
}


@task(name="筹备与迎检", **RETRY)
async def frame(cycle_id: UUID, kind: StageKind, day: date) -> str:
    """The two stages around the five: they only open and close."""
    with transaction() as session:
        return run_stage(session, cycle_id, kind, day).sentence


@task(name="督察日程", **RETRY)
async def programmes(cycle_id: UUID, day: date) -> int:
    """Plan this month's visits to key units, then tell units and teams of all visits."""
    with transaction() as session:
        plan_key_visits(session, cycle_id, day)
        return tell_programmes(session, cycle_id, day)


@task(name="长期任务", **RETRY)
async def periods(cycle_id: UUID, day: date) -> int:
    """Open the periods of duties that come again."""
    with transaction() as session:
        return open_periods(session, cycle_id, day)


@task(name="督察简报", **RETRY)
async def digests(office_id: UUID, day: date) -> int:
    """Make the week's and the month's digest of an office once they are over."""
    with transaction() as session:
        return make_digests(session, office_id, day)


@task(name="每日对账", **RETRY)
async def accounts(office_id: UUID) -> dict[str, int]:
    """What was owed by plain reasoning beside what went; closes the days that are over."""
    with transaction() as session:
        return settle_days(session, office_id)


@flow(name=SWEEP, flow_run_name=plain_run_name(SWEEP), **RETRY, **HOOKS)
async def cycle(day: date | None = None) -> State:
    """Do what every open cycle needs on `day`; a second run of the same day finds nothing to do."""
    if replayed(day):
        return Completed(name="过期跳过", message="停机期间积压的一次运行，已由后一次巡检补办")
    holder = str(runtime.flow_run.id)
    with about(run=holder):
        return await alone(day, holder)


async def alone(day: date | None, holder: str) -> State:
    """One sweep at a time, whoever asks for it."""
    with transaction() as session:
        if not lease.take(session, SWEEP, holder):
            return Completed(name="已在巡检", message="另一次巡检正在进行")
    try:
        return await (sweep(day) if sound(day) else jumped())
    finally:
        with transaction() as session:
            lease.release(session, SWEEP, holder)


def sound(day: date | None) -> bool:
    """Whether the clock may be trusted: set far forward while the machine ran, it would send early (R8)."""
    if day is not None:
        return True
    with transaction() as session:
        return mind_the_clock(session, heartbeat.SWEEP)


async def jumped() -> State:
    """Nothing is planned or sent; no sign of life either, so that the last good moment stays known."""
    return Completed(name="时钟有变", message="系统时钟被往前拨动，待核对放行，本次不办理")


async def one_cycle(cycle_id: UUID, kinds: list[StageKind], day: date | None, today: date) -> int:
    """The stages, programmes and standing duties of one cycle."""
    for kind in kinds:
        stage_flow = STAGE_FLOWS.get(kind)
        await (stage_flow(cycle_id, day) if stage_flow else frame(cycle_id, kind, today))
    await programmes(cycle_id, today)
    await periods(cycle_id, today)
    return len(kinds)


async def each(work: Callable[[UUID], Awaitable[Any]], keys: Iterable[UUID]) -> list[Exception]:
    """Do one thing for every key; one's fault must not stop the others."""
    faults = []
    for key in keys:
        try:
            await work(key)
        except Exception as error:
            faults.append(error)
    return faults


async def sweep(day: date | None) -> State:
    """One round over all cycles, while the lease is held."""
    ran = 0
    alive(day)
    if day is None:
        ping(START)
    with on_day(day) as today:
        with reading() as session:
            work = [(row.id, stages_to_run(session, row.id, today)) for row in open_cycles(session)]
            offices = every_office(session)
        faults = []
        for cycle_id, kinds in work:
            try:
                ran += await one_cycle(cycle_id, kinds, day, today)
            except Exception as error:  # one cycle's fault must not stop the others nor anybody's reminders
                faults.append(error)
        faults += await each(partial(digests, day=today), offices)
    await remind(day)
    with on_day(day):
        faults += await each(accounts, offices)
    alive(day, done=True)  # what is left to do here is Prefect's own tidying
    for fault in faults:
        LOG.error("part of the sweep failed", exc_info=fault)
    LOG.info("swept", extra={"cycles": len(work), "stages": ran, "faults": len(faults)})
    if faults:
        raise faults[0]
    if day is None:
        await tidy()
    return Completed(name="已巡检", message=f"{len(work)}个周期，查看阶段{ran}个")


async def tidy() -> None:
    """What lies ahead on Prefect's schedule, runs it left behind or keeps too long, files nobody finished."""
    ping()
    await put_on_schedule()
    await reap()
    await forget_runs()
    with transaction() as session:
        clear_stale(session)
