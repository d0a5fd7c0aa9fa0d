"""提醒: what is owed today becomes notices, and notices go out."""

import logging
from datetime import date
from uuid import UUID

from prefect import flow, task
from prefect.client.schemas.objects import State
from prefect.states import Completed

from actions.deliver import Delivery, deliver
from actions.propose_steps import Proposed, propose_steps
from actions.remind import calendar_note, plan_reminders
from config.workdays import official
from flows.escalate import escalate
from flows.running import HOOKS, RETRY, alive, on_day, plain_run_name, replayed
from models.database import reading, transaction
from models.ledger import open_cycles

LOG = logging.getLogger("duban.flows")


@task(name="列出周期", **RETRY)
async def plan() -> list[UUID]:
    """The cycles to plan for."""
    with reading() as session:
        return [cycle.id for cycle in open_cycles(session)]


@task(name="列出应发", **RETRY)
async def plan_cycle(cycle_id: UUID, day: date) -> Proposed:
    """Write a cycle's notices owed on `day`, a portion at a time, and then the drafts of steps whose turn it is."""
    more = True
    while more:
        with transaction() as session:
            more = plan_reminders(session, cycle_id, day)
    with transaction() as session:
        return propose_steps(session, cycle_id, day)


@task(name="发送", **RETRY)
async def send() -> Delivery:
    """Claim, send and record everything that may go out now."""
    return deliver()


@flow(name="提醒", flow_run_name=plain_run_name("提醒"), **RETRY, **HOOKS)
async def remind(day: date | None = None) -> State:
    """Remind and urge everybody who is owed it on `day`; a second run of the day sends nothing new."""
    if replayed(day):
        return Completed(name="过期跳过", message="停机期间积压的一次运行，所欠提醒由本次启动后的巡检补发")
    with on_day(day) as today:
        found = [await plan_cycle(cycle_id, today) for cycle_id in await plan()]
        held = [sentence for one in found for sentence in one.held]
        if held or any(one.drafted for one in found):
            await escalate(day, held)
        done = await send()
        if done.sent:
            alive(day, sent=True)
        LOG.info("delivered", extra={"sent": done.sent, "failed": done.failed, "cancelled": done.cancelled,
                                     "carried": done.carried, "held": done.held})
        note = calendar_note(today, official())
    words = f"已发{done.sent}条，失败{done.failed}条，取消{done.cancelled}条"
    return Completed(name="有失败" if done.failed else ("已发送" if done.sent else "无须发送"), message=note or words)
