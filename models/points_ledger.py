"""The queries of 加分、扣分建议: proposals of a cycle, what a unit's visits and problems are, how its stages stand."""

from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.cycle import CycleUnit, Stage, UnitStage, Visit
from models.paper import Paper, PointsProposal
from models.paper_words import PaperKind
from models.problem import Problem
from models.unit import Unit
from models.words import ProblemState, UnitStageState, VisitState


def proposals_of(session: Session, cycle_id: UUID) -> list[tuple[PointsProposal, Unit]]:
    """Every proposal of a cycle with its unit, by unit and time."""
    statement = (
        select(PointsProposal, Unit)
        .join(Unit, col(Unit.id) == PointsProposal.unit_id)
        .where(PointsProposal.cycle_id == cycle_id)
        .order_by(col(Unit.sort), col(Unit.name), col(PointsProposal.proposed_at), col(PointsProposal.id))
    )
    return [(row[0], row[1]) for row in session.exec(statement)]


def is_enrolled(session: Session, cycle_id: UUID, unit_id: UUID) -> bool:
    statement = select(CycleUnit.id).where(CycleUnit.cycle_id == cycle_id, CycleUnit.unit_id == unit_id)
    return session.exec(statement).first() is not None


def visits_made(session: Session, cycle_id: UUID, unit_id: UUID) -> list[Visit]:
    """The visits to a unit that were not called off, in order."""
    statement = select(Visit).where(
        Visit.cycle_id == cycle_id, Visit.unit_id == unit_id, Visit.state != VisitState.CANCELLED
    )
    return list(session.exec(statement.order_by(col(Visit.start_on), col(Visit.id))))


def standing_problems(session: Session, cycle_id: UUID, unit_id: UUID) -> list[Problem]:
    """A unit's problems of a cycle that were not withdrawn."""
    statement = select(Problem).where(
        Problem.cycle_id == cycle_id, Problem.unit_id == unit_id, Problem.state != ProblemState.WITHDRAWN
    )
    return list(session.exec(statement.order_by(col(Problem.no))))


def stage_figures(session: Session, cycle_id: UUID) -> list[tuple[Stage, int, int]]:
    """The stages of a cycle with how many units have done them, and how many units have anything to do there."""
    statement = (
        select(Stage, UnitStage.state, func.count())
        .join(UnitStage, col(UnitStage.stage_id) == Stage.id)
        .where(Stage.cycle_id == cycle_id, UnitStage.state != UnitStageState.NONE)
        .group_by(col(Stage.id), col(UnitStage.state))
    )
    found: dict[UUID, tuple[Stage, int, int]] = {}
    for stage, state, n in session.exec(statement):
        _, done, total = found.get(stage.id, (stage, 0, 0))
        found[stage.id] = (stage, done + (n if state == UnitStageState.DONE else 0), total + n)
    return sorted(found.values(), key=lambda one: one[0].no)


def points_papers(session: Session, cycle_id: UUID) -> list[Paper]:
    """The papers made of a cycle's proposals, the newest first."""
    statement = select(Paper).where(Paper.cycle_id == cycle_id, Paper.kind == PaperKind.PROPOSALS)
    return list(session.exec(statement.order_by(col(Paper.version).desc())))
