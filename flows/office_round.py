"""What one office needs on a day: its cycles' stages, programmes and periods, digests, reminders, the day's account."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date
from time import monotonic
from typing import Any
from uuid import UUID

from prefect import task

from actions import lease, share
from actions.advance import run_stage, stages_to_run
from actions.day_account import settle_days
from actions.digest import make_digests
from actions.key_unit import plan_key_visits
from actions.open_period import open_periods
from actions.round import SWEEP
from actions.tell_visits import tell_programmes
from flows.feedback import feedback
from flows.look_back import look_back
from flows.on_site_check import on_site_check
from flows.rectification import rectification
from flows.remind import Told, remind_office
from flows.running import RETRY, alive
from flows.self_check import self_check
from models.cycle import Cycle
from models.database import fetch, reading, transaction
from models.ledger import open_cycles
from models.office_ledger import open_shares
from models.turns import take_turn
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
PAUSE, LONGEST = 1.0, 15 * 60.0  # seconds between two looks, and as long as flows/watch.py lets a run live


@dataclass
class Done:
    """What one run did in its share of a sweep."""

    offices: int = 0
    cycles: int = 0
    stages: int = 0
    told: Told = field(default_factory=Told)
    faults: list[Exception] = field(default_factory=list)


@task(name="筹备与迎检", **RETRY)
async def frame(cycle_id: UUID, kind: StageKind, day: date) -> str:
    """The two stages around the five: they only open and close."""
    with transaction() as session:
        return run_stage(session, cycle_id, kind, day).sentence


async def programmes(cycle_id: UUID, day: date) -> int:
    """Plan this month's visits to key units, then tell units and teams of all visits."""
    with transaction() as session:
        plan_key_visits(session, cycle_id, day)
        return tell_programmes(session, cycle_id, day)


async def one_cycle(cycle_id: UUID, day: date | None, today: date) -> int:
    """The stages, programmes and standing duties of one cycle; how many stages were looked at."""
    with reading() as session:
        kinds = stages_to_run(session, cycle_id, today)
    for kind in kinds:
        stage_flow = STAGE_FLOWS.get(kind)
        await (stage_flow(cycle_id, day) if stage_flow else frame(cycle_id, kind, today))
    await programmes(cycle_id, today)
    with transaction() as session:
        fetch(session, Cycle, cycle_id)  # its office's turn: what is read below may not change under it
        open_periods(session, cycle_id, today)
    return len(kinds)


async def one_office(office_id: UUID, worker: str, day: date | None, today: date) -> Done:
    """All of an office's day. One cycle's fault stops neither the other cycles nor anybody's reminders; nothing here is
    a Prefect task: what Prefect keeps of a sweep must not grow with the offices (B8)."""
    done = Done()
    with reading() as session:
        cycles = [row.id for row in open_cycles(session, office_id)]
    for cycle_id in cycles:
        done.stages += await _tried(done, one_cycle, cycle_id, day, today) or 0
        done.cycles += 1
    await _tried(done, _digests, office_id, today)
    done.told = await _tried(done, remind_office, office_id, today, worker) or done.told
    await _tried(done, _account, office_id)
    return done


async def _digests(office_id: UUID, today: date) -> None:
    """The week's and the month's digest once they are over."""
    with transaction() as session:
        take_turn(session, office_id)
        make_digests(session, office_id, today)


async def _account(office_id: UUID) -> None:
    """What was owed by plain reasoning beside what went; closes the days that are over."""
    with transaction() as session:
        take_turn(session, office_id)
        settle_days(session, office_id)


async def _tried(done: Done, work: Callable[..., Awaitable[Any]], *given: Any) -> Any:
    try:
        return await work(*given)
    except Exception as error:
        LOG.error("part of the sweep failed", exc_info=error)
        done.faults.append(error)
        return None


async def work_off(sweep: str, worker: str, day: date | None, today: date) -> Done:
    """Take one office after another until none is left, and wait for those that others have: a worker that dies over
    one leaves it to whoever waits. What failed here is left open and tried again by the run's own retry."""
    done, failed, began = Done(), set[UUID](), monotonic()
    while monotonic() - began < LONGEST:
        with transaction() as session:
            lease.renew(session, SWEEP, sweep)
            office_id = share.take(session, sweep, worker, failed)
        if office_id is not None:
            began = monotonic()
            alive(day)
            await _one_share(sweep, office_id, worker, day, today, done, failed)
            continue
        with reading() as session:
            if set(open_shares(session, sweep)) <= failed:
                break
        await asyncio.sleep(PAUSE)
    else:
        done.faults.append(RuntimeError("有办公室长时间由其他进程办理，未等到办完"))
    return done


async def _one_share(
    sweep: str, office_id: UUID, worker: str, day: date | None, today: date, done: Done, failed: set[UUID]
) -> None:
    with share.kept(None, office_id, worker), about(run=worker, office=str(office_id)):
        mine = await one_office(office_id, worker, day, today)
    with transaction() as session:
        if mine.faults:
            failed.add(office_id)
            share.leave_open(session, sweep, office_id, worker)
        else:
            share.finish(session, sweep, office_id, worker)
    done.offices, done.cycles, done.stages = done.offices + 1, done.cycles + mine.cycles, done.stages + mine.stages
    done.told += mine.told
    done.faults += mine.faults
