"""One matter as the rules of the ladder ask about it: out of its row, its steps and what has happened to it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlmodel import Session

from actions.deadline import ladder_of
from config import clock
from config.policy import Policy
from models.paper_words import EscalationState
from models.problem import Escalation
from models.step_ledger import NOT_TAKEN, Past, steps_of_item
from models.words import AssignmentState
from rules.escalation import Matter, Taken, place_of


def matter_of(item: Any, rows: Sequence[Escalation], policy: Policy, past: Past) -> Matter:
    """How a matter stands, from its assignment or the columns of it: returns of the report and of the problem itself
    count alike."""
    keys = [str(key) for key in (item.id, item.problem_id) if key]
    returns, refusals = (
        tuple(sorted(at for key in keys for at in found.get(key, []))) for found in (past.returns, past.refusals)
    )
    now = f"{item.due_on}:{len(returns)}:{len(refusals)}"  # a refused draft from before grounds were kept stays refused
    dropped = frozenset(
        str(row.terms.get("ground") or f"{place_of(policy.rungs, row.step, row.colour)}:{now}")
        for row in rows if row.state == EscalationState.DROPPED
    )
    return Matter(
        item.due_on, ladder_of(policy, item.kind, item.terms).draft_after, str(item.id) in past.chased,
        item.state == AssignmentState.RETURNED, returns, refusals, taken_of(rows), dropped,
    )


def taken_of(rows: Sequence[Escalation]) -> tuple[Taken, ...]:
    """The rungs that were approved, whatever followed."""
    return tuple(
        Taken(
            row.step, row.colour, row.decided_at, clock.date_of(row.decided_at),
            f"{row.called}{f'（{row.number}）' if row.number else ''}",
        )
        for row in rows if row.state not in NOT_TAKEN and row.decided_at
    )


def taken_steps(session: Session, assignment_id: UUID) -> tuple[Taken, ...]:
    """The steps approved so far for an assignment."""
    return taken_of(steps_of_item(session, assignment_id))
