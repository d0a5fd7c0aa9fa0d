"""The day's round over one cycle, the same steps the flows take: stages, notices, drafts, delivery."""

import logging
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import Engine

from actions import lease
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
    done.delivery = deliver(bind)
    return done


def sweep_without_engine(bind: Engine | None, day: date) -> list[str]:
    """One sweep over everything as flows/cycle.py makes it, without Prefect; what could not be done.

    The same lease keeps the two apart; one cycle's fault stops neither the others nor anybody's messages.
    """
    holder, faults = uuid4().hex, list[str]()
    with transaction(bind) as session:
        if not mind_the_clock(session, heartbeat.SWEEP):
            return ["系统时钟被往前拨动，待核对放行，本次不办理"]
        if not lease.take(session, SWEEP, holder):
            return faults
        cycles = [(cycle.id, cycle.title) for cycle in open_cycles(session)]
        offices = every_office(session)
    try:
        for cycle_id, title in cycles:
            try:
                run_round(bind, cycle_id, day)
            except Exception as error:
                LOG.error("part of the sweep failed", exc_info=error)
                faults.append(title)
        delivery = deliver(bind)
        for office_id in offices:
            with transaction(bind) as session:
                make_digests(session, office_id, day)
                settle_days(session, office_id)
        heartbeat.beat(heartbeat.SWEEP, done=True, sent=delivery.sent > 0)
        told = {"cycles": len(cycles), "faults": len(faults), "sent": delivery.sent, "failed": delivery.failed}
        LOG.info("swept without Prefect", extra=told)
    finally:
        with transaction(bind) as session:
            lease.release(session, SWEEP, holder)
    return faults
