"""What units wanted the office to know (情况说明): those without an answer, those of a unit, one of an office."""

from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from models.base import NotFound
from models.cycle import Assignment, Cycle
from models.problem import Problem
from models.submission import Statement
from models.unit import Unit

Told = tuple[Statement, Unit, Cycle, Assignment | None, Problem | None]


def statements_of(session: Session, office_id: UUID, answered: bool | None = None, limit: int = 200) -> list[Told]:
    """Statements with unit, cycle and what they are about; unanswered first, then the newest."""
    columns: Any = (Statement, Unit, Cycle, Assignment, Problem)
    statement = (
        select(*columns)
        .join(Unit, col(Unit.id) == Statement.unit_id)
        .join(Cycle, col(Cycle.id) == Statement.cycle_id)
        .join(Assignment, col(Assignment.id) == Statement.assignment_id, isouter=True)
        .join(Problem, col(Problem.id) == Statement.problem_id, isouter=True)
        .where(Statement.office_id == office_id)
        .order_by(col(Statement.answered_at).is_not(None), col(Statement.sent_at).desc())
        .limit(limit)
    )
    if answered is not None:
        there = col(Statement.answered_at)
        statement = statement.where(there.is_not(None) if answered else there.is_(None))
    return [(row[0], row[1], row[2], row[3], row[4]) for row in session.exec(statement)]


def open_statements(session: Session, office_id: UUID) -> list[Told]:
    """What waits for a word of the office."""
    return statements_of(session, office_id, answered=False)


def one_statement(session: Session, office_id: UUID, key: UUID) -> Statement:
    """A statement to this office."""
    found = session.exec(select(Statement).where(Statement.id == key, Statement.office_id == office_id)).first()
    if found is None:
        raise NotFound("没有找到这份情况说明。")
    return found


def statements_about(
    session: Session, unit_id: UUID, item_id: UUID | None = None, problem_id: UUID | None = None
) -> list[Statement]:
    """A unit's own statements about one thing it owes, or about one problem; newest first."""
    statement = select(Statement).where(Statement.unit_id == unit_id)
    if problem_id:
        statement = statement.where(Statement.problem_id == problem_id)
    else:
        statement = statement.where(Statement.assignment_id == item_id, col(Statement.problem_id).is_(None))
    return list(session.exec(statement.order_by(col(Statement.sent_at).desc())))


def statement_by_nonce(session: Session, unit_id: UUID, nonce: str) -> Statement | None:
    """What this form of the unit already made."""
    return session.exec(select(Statement).where(Statement.unit_id == unit_id, Statement.nonce == nonce)).first()
