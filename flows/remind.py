"""提醒: what is owed today becomes notices, and notices go out."""

import logging
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from prefect import flow, runtime
from prefect.client.schemas.objects import State
from prefect.states import Completed

from actions import share
from actions.deliver import Delivery, deliver
from actions.propose_steps import Proposed, propose_steps
from actions.remind import calendar_note, plan_reminders
from config.workdays import official
from flows.escalate import escalate
from flows.running import HOOKS, RETRY, agrees, alive, on_day, other_clock, plain_run_name, replayed
from models.database import reading, transaction
from models.ledger import open_cycles
from models.office_ledger import every_office

LOG = logging.getLogger("duban.flows")


@dataclass
class Told:
    """What was sent, and what a cap held back or a leader is asked to approve."""

    sent: int = 0
    failed: int = 0
    cancelled: int = 0
    drafted: int = 0
    held: list[str] = field(default_factory=list)

    def __iadd__(self, other: "Told") -> "Told":
        self.sent, self.failed = self.sent + other.sent, self.failed + other.failed
        self.cancelled, self.drafted = self.cancelled + other.cancelled, self.drafted + other.drafted
        self.held += other.held
        return self

    @property
    def words(self) -> str:
        return f"已发{self.sent}条，失败{self.failed}条，取消{self.cancelled}条"


def plan_cycle(cycle_id: UUID, day: date) -> Proposed:
    """Write a cycle's notices owed on `day`, a portion at a time, and then the drafts of steps whose turn it is."""
    more = True
    while more:
        with transaction() as session:
            more = plan_reminders(session, cycle_id, day)
    with transaction() as session:
        return propose_steps(session, cycle_id, day)


async def remind_office(office_id: UUID, day: date, worker: str) -> Told:
    """Plan and send what an office owes on `day`; who calls this has the office to itself."""
    with reading() as session:
        cycles = [cycle.id for cycle in open_cycles(session, office_id)]
    found = [plan_cycle(cycle_id, day) for cycle_id in cycles]
    done: Delivery = deliver(office_id=office_id, holder=worker)
    LOG.info("delivered", extra={"sent": done.sent, "failed": done.failed, "cancelled": done.cancelled,
                                 "carried": done.carried, "held": done.held})
    held = [sentence for one in found for sentence in one.held]
    return Told(done.sent, done.failed, done.cancelled, sum(one.drafted for one in found), held)


async def after(told: Told, day: date | None) -> None:
    """Say once what waits for approval and what a cap held back; a sign of life where something went out."""
    if told.held or told.drafted:
        await escalate(day, told.held)
    if told.sent:
        alive(day, sent=True)


@flow(name="提醒", flow_run_name=plain_run_name("提醒"), **RETRY, **HOOKS)
async def remind(day: date | None = None) -> State:
    """Remind and urge everybody who is owed it on `day`; a second run of the day sends nothing new."""
    if replayed(day):
        return Completed(name="过期跳过", message="停机期间积压的一次运行，所欠提醒由本次启动后的巡检补发")
    if not agrees():
        return other_clock()
    told, worker = Told(), str(runtime.flow_run.id)
    with on_day(day) as today:
        with reading() as session:
            offices = every_office(session)
        faults = [error for office_id in offices if (error := await _tried(told, office_id, today, worker))]
        await after(told, day)
        if faults:
            raise faults[0]
        note = calendar_note(today, official())
    name = "有失败" if told.failed else ("已发送" if told.sent else "无须发送")
    return Completed(name=name, message=note or told.words)


async def _tried(told: Told, office_id: UUID, today: date, worker: str) -> Exception | None:
    """Add what was told; one office's fault stops nobody else's reminders."""
    try:
        told += await _unless_taken(office_id, today, worker)
    except Exception as error:
        LOG.error("the reminders of an office failed", exc_info=error, extra={"office": str(office_id)})
        return error
    return None


async def _unless_taken(office_id: UUID, today: date, worker: str) -> Told:
    """A sweep that has the office just now does the same there."""
    with transaction() as session:
        if not share.take_office(session, office_id, worker):
            return Told()
    try:
        with share.kept(None, office_id, worker):
            return await remind_office(office_id, today, worker)
    finally:
        with transaction() as session:
            share.give_back(session, office_id, worker)
