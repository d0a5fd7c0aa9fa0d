"""The queries about problems that come back, and about those carried over from one cycle to the next."""

from uuid import UUID

from sqlmodel import Session, col, func, select

from models.cycle import Cycle
from models.paper_words import RecurState
from models.plan import Task
from models.problem import Problem
from models.words import ProblemState


def closed_before(session: Session, problem: Problem) -> list[tuple[Problem, str]]:
    """The closed-out problems of the same unit, in any cycle, each with the title of the line it belongs to."""
    statement = (
        select(Problem, Task.title)
        .join(Task, col(Task.id) == Problem.task_id, isouter=True)
        .where(
            Problem.office_id == problem.office_id, Problem.unit_id == problem.unit_id, Problem.id != problem.id,
            Problem.state == ProblemState.CLOSED, col(Problem.closed_at).is_not(None),
        )
    )
    return [(row[0], row[1] or "") for row in session.exec(statement)]


def line_of(session: Session, problem: Problem) -> str:
    """The title of the score-sheet line or measure a problem belongs to."""
    return session.exec(select(Task.title).where(Task.id == problem.task_id)).first() or ""


def recurring(session: Session, office_id: UUID, cycles: tuple[UUID, ...]) -> dict[tuple[UUID, RecurState], int]:
    """How many problems of these cycles came back, by unit and by what was said of it."""
    statement = (
        select(Problem.unit_id, Problem.recurs_state, func.count())
        .where(
            Problem.office_id == office_id, col(Problem.cycle_id).in_(cycles), col(Problem.recurs_state).is_not(None)
        )
        .group_by(col(Problem.unit_id), col(Problem.recurs_state))
    )
    return {(row[0], row[1]): row[2] for row in session.exec(statement) if isinstance(row[1], RecurState)}


def successor(session: Session, problem_id: UUID) -> tuple[Problem, Cycle] | None:
    """What a problem became in the cycle it was carried over to."""
    statement = select(Problem, Cycle).join(Cycle, col(Cycle.id) == Problem.cycle_id)
    row = session.exec(statement.where(Problem.carried_from == problem_id)).first()
    return (row[0], row[1]) if row else None
