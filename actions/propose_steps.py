"""The next rung of the ladder, proposed day by day: a draft with its paper for a leader; nothing is taken by itself."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlmodel import Session

from actions.escalate import write_draft
from actions.record import system
from actions.step_matter import matter_of
from config.policy import Policy
from config.workdays import official
from models.cycle import Assignment
from models.database import fetch
from models.ledger import policy_of
from models.step_ledger import Past, candidates, load_on, past_of
from models.unit import Unit
from models.words import EscalationState
from rules.escalation import full_words, proposed, step_of


@dataclass
class Proposed:
    """What a day proposed, and what it did not because a unit has had enough of that rung, in words."""

    drafted: int = 0
    held: list[str] = field(default_factory=list)


def propose_steps(session: Session, cycle_id: UUID, day: date) -> Proposed:
    """Draft what is due on `day`; a second run of the day finds its own drafts and adds none. Nothing on rest days."""
    done = Proposed()
    if official().is_workday(day):
        policy, past = policy_of(session, cycle_id), past_of(session, cycle_id)
        for item in candidates(session, cycle_id, day):
            _propose(session, item, policy, past, day, done)
    return done


def _propose(session: Session, item: Assignment, policy: Policy, past: Past, day: date, done: Proposed) -> None:
    rows = past.steps.get(item.id, [])
    if item.unit_id is None or any(row.state == EscalationState.DRAFT for row in rows):
        return  # one draft at a time: a leader first says what becomes of it
    found = proposed(matter_of(item, rows, policy, past), policy.rungs, day, official())
    if found is None:
        return
    rung, unit = found.rung, fetch(session, Unit, item.unit_id)
    lies = load_on(session, unit.id, step_of(rung), rung.colour, rung.within, day)
    if lies < rung.most:
        write_draft(session, system(item.office_id), item, unit, found, day)
        done.drafted += 1
    elif (words := full_words(rung, lies, unit.name)) not in done.held:
        done.held.append(words)
