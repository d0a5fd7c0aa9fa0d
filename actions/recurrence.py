"""重复发生: a rule proposes that a problem came back, with why; a person confirms or refuses, nothing follows alone."""

from datetime import date

from sqlmodel import Session, col, update

from actions.record import Actor, allow, record
from config import clock
from models.base import Conflict
from models.ledger import running_cycle
from models.paper_words import RecurState
from models.problem import Problem
from models.recurrence_ledger import closed_before, line_of
from rules.recurrence import Likeness, Matter, check_decision, likeness
from rules.roles import Act


def propose_recurrence(session: Session, problem: Problem) -> Likeness | None:
    """Look once whether a problem repeats one that was closed out; what a person has decided stays."""
    if problem.recurs_state is not None or problem.carried_from:
        return None
    closed = [_matter(one, item) for one, item in closed_before(session, problem)]
    found = likeness(_matter(problem, line_of(session, problem)), _day(problem), closed)
    if found:
        problem.recurs, problem.recurs_state, problem.recurs_why = found.id, RecurState.PROPOSED, found.why
        session.flush()
    return found


def _matter(problem: Problem, item: str) -> Matter:
    closed_on = problem.closed_at.astimezone(clock.ZONE).date() if problem.closed_at else None
    return Matter(problem.id, problem.no, problem.title, item, problem.category, closed_on)


def _day(problem: Problem) -> date:
    return problem.found_at.astimezone(clock.ZONE).date()


def decide_recurrence(session: Session, actor: Actor, problem: Problem, confirm: bool, reason: str = "") -> None:
    """A person says whether it is the same matter again; of two at once, the second is told."""
    allow(actor, Act.LEDGER)
    running_cycle(session, problem.cycle_id)
    state = check_decision(problem.recurs_state, confirm, reason)
    session.flush()
    mine = (col(Problem.id) == problem.id, col(Problem.recurs_state) == RecurState.PROPOSED)
    if session.exec(update(Problem).where(*mine).values(recurs_state=state)).rowcount != 1:
        raise Conflict("此件刚刚已由他人处理，请刷新页面查看。")
    session.refresh(problem)
    verb = "确认重复发生" if confirm else "不作重复发生处理"
    record(
        session, actor, verb, problem.id, problem.cycle_id, problem.unit_id, no=problem.no, earlier=problem.recurs,
        reason=reason.strip() or problem.recurs_why,
    )
