"""The queries about an adopted plan."""

from uuid import UUID

from sqlmodel import Session, col, select

from models.cycle import Cycle
from models.plan import Deliverable, PlanStage, Task
from models.words import AssignmentKind


def plan_parts(session: Session, plan_id: UUID) -> tuple[list[PlanStage], list[Deliverable], list[Task]]:
    """A plan's stages, deliverables and tasks in the order of the document."""
    stages = session.exec(select(PlanStage).where(PlanStage.plan_id == plan_id).order_by(col(PlanStage.no)))
    found = session.exec(select(Deliverable).where(Deliverable.plan_id == plan_id).order_by(col(Deliverable.code)))
    tasks = session.exec(
        select(Task).where(Task.plan_id == plan_id).order_by(col(Task.sheet).desc(), col(Task.no))
    )
    return list(stages), list(found), list(tasks)


def planned_hand_over(session: Session, cycle_id: UUID, kind: AssignmentKind) -> Deliverable | None:
    """What the cycle's plan prints of a kind of hand-over."""
    statement = select(Deliverable).join(Cycle, col(Cycle.plan_id) == Deliverable.plan_id)
    return session.exec(statement.where(Cycle.id == cycle_id, Deliverable.kind == kind)).first()
