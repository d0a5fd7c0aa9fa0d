"""The next rung of the ladder, proposed day by day: a draft with its paper for a leader; nothing is taken by itself."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from sqlmodel import Session

from actions.escalate import write_draft
from actions.record import system
from actions.step_matter import matter_of
from config.policy import Policy
from config.workdays import official
from models.cycle import Assignment, Cycle
from models.database import fetch
from models.paper_words import EscalationState
from models.step_ledger import candidates, load_on, past_of
from models.unit import Unit
from rules.escalation import Proposal, full_words, proposed, step_of


@dataclass
class Proposed:
    """What a day proposed, and what it did not because a unit has had enough of that rung, in words."""

    drafted: int = 0
    held: list[str] = field(default_factory=list)


def propose_steps(session: Session, cycle_id: UUID, day: date) -> Proposed:
    """Draft what is due on `day`; a second run of the day finds its own drafts and adds none. Nothing on rest days."""
    done = Proposed()
    if not official().is_workday(day):
        return done
    for item, unit, found in turns(session, cycle_id, day):
        if words := _full(session, unit, found, day):
            done.held.append(words)
        else:
            write_draft(session, system(item.office_id), item, unit, found, day)
            done.drafted += 1
    done.held = list(dict.fromkeys(done.held))
    return done


def held_back(session: Session, cycle_id: UUID, day: date) -> list[str]:
    """What a cap holds back now, in words, for the page."""
    found = (_full(session, unit, found, day) for _, unit, found in turns(session, cycle_id, day))
    return list(dict.fromkeys(words for words in found if words))


def turns(session: Session, cycle_id: UUID, day: date) -> Iterator[tuple[Assignment, Unit, Proposal]]:
    """The matters whose next rung has something that speaks for it; with a draft waiting, a leader speaks first."""
    cycle = fetch(session, Cycle, cycle_id)
    policy, past = Policy.model_validate(cycle.policy), past_of(session, cycle_id)
    rows = candidates(session, cycle, day, {*past.returns, *past.refusals})
    past = replace(past, chased=frozenset(str(row.id) for row in rows if row.told))
    for row in rows:
        steps = past.steps.get(row.id, [])
        waits = any(step.state == EscalationState.DRAFT for step in steps)
        found = None if waits else proposed(matter_of(row, steps, policy, past), policy.rungs, day, official())
        if found:
            yield fetch(session, Assignment, row.id), fetch(session, Unit, row.unit_id), found


def _full(session: Session, unit: Unit, found: Proposal, day: date) -> str:
    rung = found.rung
    lies = load_on(session, unit.id, step_of(rung), rung.colour, rung.within, day)
    return full_words(rung, lies, unit.name) if lies >= rung.most else ""
