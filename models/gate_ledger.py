"""The queries of the content gate: where a plan prints what it asks, and what proves each problem of a unit."""

from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.cycle import Assignment, Cycle, Stage
from models.plan import Plan
from models.problem import Problem
from models.submission import Evidence


def printed_place(session: Session, item: Assignment) -> str:
    """The paper an assignment comes from, and its stage where the terms name no place: 《方案》（文号）自查阶段."""
    plan = session.exec(select(Plan).join(Cycle, col(Cycle.plan_id) == Plan.id).where(Cycle.id == item.cycle_id)).one()
    paper = f"《{plan.title}》" + (f"（{plan.doc_no}）" if plan.doc_no else "")
    if item.terms.get("place"):
        return paper
    stage = session.exec(select(Stage.name).where(Stage.cycle_id == item.cycle_id, Stage.kind == item.stage)).first()
    return paper + (stage or "")


def proofs_by_problem(session: Session, cycle_id: UUID, unit_id: UUID) -> list[tuple[Problem, int]]:
    """A unit's problems by number, each with how many files (or the word 现场查看) stand for it."""
    statement = (
        select(Problem, func.count(col(Evidence.id)))
        .join(Evidence, col(Evidence.problem_id) == Problem.id, isouter=True)
        .where(Problem.cycle_id == cycle_id, Problem.unit_id == unit_id)
        .group_by(col(Problem.id))
        .order_by(col(Problem.no))
    )
    return [(row[0], row[1]) for row in session.exec(statement)]
