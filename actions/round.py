"""The day's round over one cycle, the same steps the flows take; and over all offices where there is no Prefect."""

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import Engine

from actions import lease, share
from actions.advance import StageReport, run_stage, stages_to_run
from actions.clock_watch import mind_the_clock
from actions.day_account import settle_days
from actions.deliver import Delivery, deliver
from actions.digest import make_digests
from actions.key_unit import plan_key_visits
from actions.open_period import open_periods
from actions.propose_steps import propose_steps
from actions.remind import plan_reminders
from actions.tell_visits import tell_programmes
from config import heartbeat
from models.database import reading, transaction
from models.ledger import open_cycles
from models.office_ledger import every_office
from models.turns import take_turn

SWEEP = "巡检"
LOG = logging.getLogger("duban.sweep")


@dataclass
class Round:
    """What one round did."""

    stages: list[StageReport] = field(default_factory=list)
    drafted: int = 0
    delivery: Delivery = field(default_factory=Delivery)


def run_round(bind: Engine | None, cycle_id: UUID, day: date) -> Round:
    """Everything a cycle needs on `day`; a second round of the same day finds nothing to do."""
    done = work_on(bind, cycle_id, day)
    done.delivery = deliver(bind)
    return done


def work_on(bind: Engine | None, cycle_id: UUID, day: date) -> Round:
    """The day of a cycle up to what is to be sent."""
    done = Round()
    with reading(bind) as session:
        kinds = stages_to_run(session, cycle_id, day)
    for kind in kinds:
        with transaction(bind) as session:
            done.stages.append(run_stage(session, cycle_id, kind, day))
    with transaction(bind) as session:
        plan_key_visits(session, cycle_id, day)
        tell_programmes(session, cycle_id, day)
        open_periods(session, cycle_id, day)
    more = True
    while more:
        with transaction(bind) as session:
            more = plan_reminders(session, cycle_id, day)
    with transaction(bind) as session:
        done.drafted = propose_steps(session, cycle_id, day).drafted
    return done


def sweep_without_engine(bind: Engine | None, day: date) -> list[str]:
    """One sweep over everything as flows/cycle.py makes it, without Prefect; what could not be done.

    The same leases keep the two apart; one cycle's or office's fault stops neither the others nor anybody's messages.
    """
    holder, faults, told = uuid4().hex, list[str](), Counter[str]()
    with transaction(bind) as session:
        if not mind_the_clock(session, heartbeat.SWEEP):
            return ["系统时钟被往前拨动，待核对放行，本次不办理"]
        if not share.clock_agrees(session):
            return ["本机时钟与数据库相差过大，请核对本机时间"]
        if not lease.take(session, SWEEP, holder):
            return faults
        offices = every_office(session)
    try:
        for office_id in offices:
            told += _unless_taken(bind, office_id, holder, day, faults)
        heartbeat.beat(heartbeat.SWEEP, done=True, sent=told["sent"] > 0)
        LOG.info("swept without Prefect", extra={**told, "offices": len(offices), "faults": len(faults)})
    finally:
        with transaction(bind) as session:
            lease.release(session, SWEEP, holder)
    return faults


def _unless_taken(bind: Engine | None, office_id: UUID, holder: str, day: date, faults: list[str]) -> Counter[str]:
    """An office's day, while no other run has the office."""
    with transaction(bind) as session:
        lease.renew(session, SWEEP, holder)
        if not share.take_office(session, office_id, holder):
            return Counter()
        cycles = [(cycle.id, cycle.title) for cycle in open_cycles(session, office_id)]
    try:
        with share.kept(bind, office_id, holder):
            return _one_office(bind, office_id, holder, day, cycles, faults)
    finally:
        with transaction(bind) as session:
            share.give_back(session, office_id, holder)


def _one_office(
    bind: Engine | None, office_id: UUID, holder: str, day: date, cycles: list[tuple[UUID, str]], faults: list[str]
) -> Counter[str]:
    for cycle_id, title in cycles:
        with _noted(faults, title):
            work_on(bind, cycle_id, day)
    with _noted(faults, "督察简报"), transaction(bind) as session:
        take_turn(session, office_id)
        make_digests(session, office_id, day)
    sent = Delivery()
    with _noted(faults, "发送通知"):
        sent = deliver(bind, office_id, holder)
    with _noted(faults, "每日对账"), transaction(bind) as session:
        take_turn(session, office_id)
        settle_days(session, office_id)
    return Counter(cycles=len(cycles), sent=sent.sent, failed=sent.failed)


@contextmanager
def _noted(faults: list[str], what: str) -> Iterator[None]:
    """What fails here is noted, and stops nothing after it."""
    try:
        yield
    except Exception as error:
        LOG.error("part of the sweep failed", exc_info=error)
        faults.append(what)
