"""巡检: every office's day, shared by as many runs as there are workers; the first of them also begins and ends it."""

import asyncio
import logging
from datetime import date

from prefect import flow, runtime
from prefect.client.schemas.objects import State
from prefect.deployments.flow_runs import arun_deployment
from prefect.states import Completed

from actions import lease, share
from actions.clock_watch import mind_the_clock
from actions.ping import START, ping
from actions.round import SWEEP
from actions.stage_file import clear_stale
from config import clock, heartbeat
from config.settings import settings
from flows.office_round import STAGE_FLOWS, Done, programmes, work_off
from flows.remind import after
from flows.retention import forget_runs
from flows.running import HOOKS, RETRY, agrees, alive, on_day, other_clock, plain_run_name, replayed
from flows.timetable import put_on_schedule
from flows.watch import reap
from models.database import reading, transaction
from notifications.log_line import about

SHARE = "分担巡检"
PATIENCE = 60  # seconds a helper waits for the sweep scheduled beside it
LOG = logging.getLogger("duban.flows")


@flow(name=SWEEP, flow_run_name=plain_run_name(SWEEP), **RETRY, **HOOKS)
async def cycle(day: date | None = None, helped: int = 0) -> State:
    """Do what every open cycle needs on `day`; a second run of the same day finds nothing to do. So many runs of
    分担巡检 are scheduled for the same moment (`helped`, prefect.yaml) and need not be asked for."""
    if replayed(day):
        return Completed(name="过期跳过", message="停机期间积压的一次运行，已由后一次巡检补办")
    holder = str(runtime.flow_run.id)
    with about(run=holder):
        return await alone(day, holder, helped)


async def alone(day: date | None, holder: str, helped: int = 0) -> State:
    """One sweep at a time, whoever asks for it."""
    if not agrees():
        return other_clock()
    with transaction() as session:
        if not lease.take(session, SWEEP, holder):
            return Completed(name="已在巡检", message="另一次巡检正在进行")
    try:
        return await (sweep(holder, day, helped) if sound(day) else jumped())
    finally:
        with transaction() as session:
            lease.release(session, SWEEP, holder)


@flow(name=SHARE, flow_run_name=plain_run_name(SHARE), **RETRY, **HOOKS)
async def help_sweep(sweep: str | None = None, today: date | None = None, day: date | None = None) -> State:
    """Take a share of the sweep with this key, or of the one that begins just now; where another worker died over an
    office, that one too."""
    if replayed(day) or (day is None and today not in (None, clock.today())):
        return Completed(name="过期跳过", message="这次巡检已经过去，或本机日期与发起的一台不同，未参与")
    key = sweep or await begun(day or clock.today())
    if key is None:
        return Completed(name="无须分担", message="没有正在进行的巡检")
    if not agrees():
        return other_clock()
    with on_day(day) as now:
        done = await work_off(key, str(runtime.flow_run.id), day, now)
        await after(done.told, day)
    if_over(key, day)
    return ended(done)


async def begun(day: date) -> str | None:
    """The sweep of this day that was scheduled for the same moment, once it has begun; None when none does."""
    for _ in range(PATIENCE):
        with reading() as session:
            if key := share.current(session, SWEEP, day):
                return key
        await asyncio.sleep(1)
    return None


def sound(day: date | None) -> bool:
    """Whether the clock may be trusted: set far forward while the machine ran, it would send early (R8)."""
    if day is not None:
        return True
    with transaction() as session:
        return mind_the_clock(session, heartbeat.SWEEP)


async def jumped() -> State:
    """Nothing is planned or sent; no sign of life either, so that the last good moment stays known."""
    return Completed(name="时钟有变", message="系统时钟被往前拨动，待核对放行，本次不办理")


async def sweep(key: str, day: date | None, helped: int = 0) -> State:
    """One round over all offices, while the lease is held."""
    alive(day)
    if day is None:
        ping(START)
    with on_day(day) as today:
        with transaction() as session:
            offices = share.cut(session, key, today)
        await call_others(key, today, day, min(settings().sweep_workers, offices) - 1 - helped)
        done = await work_off(key, key, day, today)
        await after(done.told, day)
    alive(day, done=True)  # what is left to do here is Prefect's own tidying
    LOG.info("swept", extra={"offices": done.offices, "cycles": done.cycles, "faults": len(done.faults)})
    if day is None and not done.faults:
        await tidy()
    return ended(done)


def ended(done: Done) -> State:
    """How a share ended; a fault fails the run, so that Prefect tries again what is still open."""
    if done.faults:
        raise done.faults[0]
    said = f"{done.offices}个办公室，{done.cycles}个周期，查看阶段{done.stages}个，{done.told.words}"
    return Completed(name="已巡检", message=said)


def if_over(key: str, day: date | None) -> None:
    """Who sees the last office done says so, for the run that began the sweep may have died."""
    with transaction() as session:
        over = share.over(session, key)
        if over:
            lease.release(session, SWEEP, key)
    if over:
        alive(day, done=True)


async def call_others(key: str, today: date, day: date | None, count: int) -> None:
    """Ask for more runs to share the work; without an answer this one does it alone."""
    given = {"sweep": key, "today": today.isoformat(), "day": day.isoformat() if day else None}
    for n in range(count):
        try:
            await arun_deployment(
                f"{SHARE}/{SHARE}", parameters=given, timeout=0, as_subflow=False, idempotency_key=f"{key}/{n}"
            )
        except Exception as error:
            LOG.warning("nobody was asked to share the sweep: %s", type(error).__name__)
            return


async def tidy() -> None:
    """What lies ahead on Prefect's schedule, runs it left behind or keeps too long, files nobody finished."""
    ping()
    await put_on_schedule()
    await reap()
    await forget_runs()
    with transaction() as session:
        clear_stale(session)


__all__ = ["SHARE", "STAGE_FLOWS", "cycle", "help_sweep", "programmes", "tidy"]
