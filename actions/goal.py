"""限前整改到位: the goal of a unit is reached with its last close-out, and open again with the next problem."""

from uuid import UUID

from sqlmodel import Session, col, select

from actions.deadline import settle
from actions.record import record, system
from models.cycle import Assignment, Cycle
from models.database import fetch
from models.problem import Problem
from models.words import AssignmentKind, AssignmentState, ProblemState

ENDED = frozenset({ProblemState.CLOSED, ProblemState.WITHDRAWN})  # carried over is not put right


def follow_goal(session: Session, cycle_id: UUID, unit_id: UUID) -> None:
    """Settle the unit's goals by how its problems stand (督察方案: 确保上级督察之前全部整改落实到位)."""
    session.flush()
    goals = session.exec(
        select(Assignment).where(
            Assignment.cycle_id == cycle_id, Assignment.unit_id == unit_id, Assignment.kind == AssignmentKind.GOAL,
            Assignment.state != AssignmentState.CANCELLED,
        )
    ).all()
    if not goals:
        return
    mine = (Problem.cycle_id == cycle_id, Problem.unit_id == unit_id)
    left = session.exec(select(Problem.id).where(*mine, col(Problem.state).not_in(ENDED))).first()
    for item in goals:
        reached = item.state == AssignmentState.DONE
        if reached == (left is None):
            continue
        settle(session, item, AssignmentState.OPEN if reached else AssignmentState.DONE)
        item.done_at = None if reached else item.done_at
        actor = system(fetch(session, Cycle, cycle_id).office_id)
        verb = "限前整改重新计时" if reached else "限前整改到位"
        record(session, actor, verb, item.id, cycle_id, unit_id, title=item.title)
