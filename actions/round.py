"""The day's round over one cycle, the same steps the flows take: stages, notices, drafts, delivery."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import Engine

from actions.advance import StageReport, run_stage, stages_to_run
from actions.deliver import Delivery, deliver
from actions.key_unit import plan_key_visits
from actions.open_period import open_periods
from actions.propose_steps import propose_steps
from actions.remind import plan_reminders
from actions.tell_visits import tell_programmes
from models.database import reading, transaction


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
