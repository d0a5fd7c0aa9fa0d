"""Tasks whose printed limit comes again (每季度一次, 自…之日起N日内) become duties of whoever must do them."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session

from actions.assign_measures import measures_of, units_named
from actions.duty import Wanted, add_duty
from actions.open_period import open_periods
from actions.record import Actor
from config import clock
from models.cycle import Cycle
from models.plan import Plan, Task
from models.unit import Unit


def assign_duties(session: Session, actor: Actor, cycle: Cycle, plan: Plan, units: Sequence[Unit]) -> int:
    """Set them for every unit the paper names, leads first; all periods are opened in one go."""
    by_id, made = {unit.id: unit for unit in units}, 0
    for task in measures_of(session, plan):
        if task.terms.get("again"):
            for key in _whose(session, task, set(by_id)):
                add_duty(session, actor, cycle.id, by_id[key], _wanted(task), begin=False)
                made += 1
    if made:
        open_periods(session, cycle.id, clock.today())
    return made


def _whose(session: Session, task: Task, enrolled: set[UUID]) -> list[UUID]:
    leads = units_named(session, task.terms.get("leads", []), enrolled)
    return list(dict.fromkeys([*leads, *units_named(session, task.terms.get("responsible", []), enrolled)]))


def _wanted(task: Task) -> Wanted:
    """Its doubts were answered when the plan was adopted."""
    title = f"{task.terms.get('no', '')} {task.title}".strip()
    return Wanted(title=title, phrase=task.deadline_text, code=title, doubt_seen=True)
