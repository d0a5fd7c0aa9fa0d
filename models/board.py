"""How units stand in the stages of a cycle: counted duties, the board, one stage's column."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, literal, null
from sqlmodel import Session, col, select

from models.cycle import Assignment, UnitStage
from models.ledger import LIVE, A
from models.problem import Problem
from models.unit import Unit
from models.words import AssignmentKind, ProblemState, StageKind


def tallies(
    session: Session, cycle_id: UUID, kind: StageKind, today: date, unit_id: UUID | None = None
) -> dict[UUID, Any]:
    """Counted duties per unit in a stage: total, done, submitted, returned, late, next limit."""
    a = Assignment
    live = col(a.state).in_(LIVE)
    def count(condition: Any) -> Any:
        return func.sum(case((condition, 1), else_=0))

    statement = (
        select(
            a.unit_id, func.count().label("total"), count(a.state == A.DONE).label("done"),
            count(a.state == A.SUBMITTED).label("submitted"), count(a.state == A.RETURNED).label("returned"),
            count(live & (col(a.due_on) < today) & col(a.paused_on).is_(None)).label("late"),
            func.min(case((live, a.due_on), else_=None)).label("due_on"),
        )  # type: ignore[call-overload]
        .where(
            a.cycle_id == cycle_id, a.stage == kind, col(a.unit_id).is_not(None), a.state != A.CANCELLED,
            col(a.kind).not_in((AssignmentKind.GOAL, AssignmentKind.TASK)),
        )
        .group_by(a.unit_id)
    )
    if unit_id:
        statement = statement.where(a.unit_id == unit_id)
    return {row.unit_id: row for row in session.exec(statement)}


def look_back_tallies(session: Session, cycle_id: UUID, unit_id: UUID | None = None) -> dict[UUID, Any]:
    """Problems per unit in the shape of `tallies`: all, closed out, waiting for the second key, sent back."""
    p = Problem

    def count(state: ProblemState) -> Any:
        return func.sum(case((col(p.state) == state, 1), else_=0))

    statement = (
        select(
            p.unit_id, func.count().label("total"), count(ProblemState.CLOSED).label("done"),
            count(ProblemState.LOOKED_BACK).label("submitted"), count(ProblemState.RETURNED).label("returned"),
            literal(0).label("late"), null().label("due_on"),
        )  # type: ignore[call-overload]
        .where(p.cycle_id == cycle_id, p.state != ProblemState.WITHDRAWN)
        .group_by(p.unit_id)
    )
    if unit_id:
        statement = statement.where(p.unit_id == unit_id)
    return {row.unit_id: row for row in session.exec(statement)}


def board(session: Session, cycle_id: UUID) -> dict[UUID, dict[StageKind, UnitStage]]:
    """Units × stages of a cycle."""
    found: dict[UUID, dict[StageKind, UnitStage]] = {}
    for cell in session.exec(select(UnitStage).where(UnitStage.cycle_id == cycle_id)):
        found.setdefault(cell.unit_id, {})[cell.kind] = cell
    return found


def stage_column(session: Session, cycle_id: UUID, kind: StageKind) -> list[Any]:
    """How every unit stands in one stage: name, state, done, total, due_on, in the order of the units."""
    cell = UnitStage
    statement = (
        select(Unit.name, cell.state, cell.done, cell.total, cell.due_on)  # type: ignore[call-overload]
        .join(Unit, col(Unit.id) == cell.unit_id)
        .where(cell.cycle_id == cycle_id, cell.kind == kind)
        .order_by(col(Unit.sort), col(Unit.name))
    )
    return list(session.exec(statement))
