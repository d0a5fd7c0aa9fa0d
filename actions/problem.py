"""A problem enters the ledger of its cycle."""

from typing import Any
from uuid import UUID

from sqlmodel import Session, select

from actions.record import Actor, record
from actions.recurrence import propose_recurrence
from config import clock
from models.base import Conflict, Rejected
from models.cycle import CycleUnit
from models.ledger import running_cycle
from models.problem import Problem
from models.words import ProblemSource, ProblemState

LONGEST_TITLE = 200


def _check_new(session: Session, cycle_id: UUID, unit_id: UUID, title: str, source: ProblemSource) -> None:
    """A new problem has a short title, belongs to a unit of a running cycle, and is not entered twice."""
    if len(title) > LONGEST_TITLE:
        raise Rejected(f"问题标题请控制在{LONGEST_TITLE}字以内，细节写入“具体情况”。")
    running_cycle(session, cycle_id)
    enrolled = select(CycleUnit).where(CycleUnit.cycle_id == cycle_id, CycleUnit.unit_id == unit_id)
    if session.exec(enrolled).first() is None:
        raise Rejected("该单位不在本督察周期内，不能登记问题。")
    same = select(Problem).where(
        Problem.cycle_id == cycle_id, Problem.unit_id == unit_id, Problem.title == title.strip(),
        Problem.state == ProblemState.FOUND, Problem.source == source,
    )
    if session.exec(same).first():
        raise Conflict("同样的问题已登记，尚待反馈，无须重复登记。")


def add_problem(
    session: Session,
    actor: Actor,
    cycle_id: UUID,
    unit_id: UUID | None,
    source: ProblemSource,
    title: str,
    detail: str = "",
    **more: Any,
) -> Problem:
    """Enter a problem into the ledger under the cycle's next number."""
    if unit_id is None or not title.strip():
        raise Rejected("登记问题须写明单位和问题。")
    _check_new(session, cycle_id, unit_id, title, source)
    last = session.exec(select(Problem.no).where(Problem.cycle_id == cycle_id)).all()
    problem = Problem(
        office_id=actor.office_id, cycle_id=cycle_id, unit_id=unit_id, no=max(last, default=0) + 1, source=source,
        title=title.strip(), detail=detail.strip(), state=ProblemState.FOUND, found_by=actor.name,
        found_at=clock.now(), **more,
    )
    session.add(problem)
    session.flush()
    propose_recurrence(session, problem)
    record(session, actor, "登记问题", problem.id, cycle_id, unit_id, no=problem.no, title=problem.title, source=source)
    return problem
