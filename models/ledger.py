"""The queries of the house: each is scoped to an office, a cycle or a unit by its arguments."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, literal, null
from sqlmodel import Session, col, select

from config.policy import Policy
from models.base import NotAllowed, NotFound
from models.cycle import Assignment, Cycle, CycleUnit, Stage, Team, UnitStage
from models.plan import Task
from models.problem import Problem
from models.submission import Evidence
from models.unit import Contact, Unit
from models.words import (
    FROM_RECEIPT,
    AssignmentKind,
    AssignmentState,
    CycleState,
    ProblemState,
    StageKind,
    StageState,
    UnitStageState,
)

A = AssignmentState
LIVE = (A.PLANNED, A.OPEN, A.RETURNED)


def policy_of(session: Session, cycle_id: UUID) -> Policy:
    """The policy a cycle froze when it opened."""
    cycle = session.get(Cycle, cycle_id)
    if cycle is None:
        raise NotFound("没有找到这一督察周期。")
    return Policy.model_validate(cycle.policy)


def running_cycle(session: Session, cycle_id: UUID) -> Cycle:
    """A cycle that still takes acts; NotAllowed once it has ended."""
    cycle = session.get(Cycle, cycle_id)
    if cycle is None:
        raise NotFound("没有找到这一督察周期。")
    if cycle.state == CycleState.CLOSED:
        raise NotAllowed("本督察周期已结束，不再办理。")
    return cycle


def open_cycles(session: Session) -> list[Cycle]:
    """Every running cycle of every office, for the sweep."""
    return list(session.exec(select(Cycle).where(Cycle.state == CycleState.OPEN).order_by(col(Cycle.opened_on))))


def contacts_of_unit(session: Session, unit_id: UUID) -> list[Contact]:
    statement = select(Contact).where(Contact.unit_id == unit_id, col(Contact.active).is_(True))
    return list(session.exec(statement))


def contacts_by_owner(session: Session, office_id: UUID) -> dict[UUID | None, list[Contact]]:
    """Active contacts by unit or team; under None those of the office itself."""
    found: dict[UUID | None, list[Contact]] = {}
    for contact in session.exec(
        select(Contact).where(Contact.office_id == office_id, col(Contact.active).is_(True))
    ):
        found.setdefault(contact.unit_id or contact.team_id, []).append(contact)
    return found


def units_of_cycle(session: Session, cycle_id: UUID) -> list[Unit]:
    statement = select(Unit).join(CycleUnit, col(CycleUnit.unit_id) == Unit.id).where(CycleUnit.cycle_id == cycle_id)
    return list(session.exec(statement.order_by(col(Unit.sort), col(Unit.name))))


def stages_of_cycle(session: Session, cycle_id: UUID) -> list[Stage]:
    return list(session.exec(select(Stage).where(Stage.cycle_id == cycle_id).order_by(col(Stage.no))))


def unfinished_stages(session: Session, cycle_id: UUID) -> set[StageKind]:
    """Closed stages in which a unit still owes something."""
    statement = (
        select(Stage)
        .join(UnitStage, col(UnitStage.stage_id) == Stage.id)
        .where(
            Stage.cycle_id == cycle_id, Stage.state == StageState.CLOSED,
            col(UnitStage.state).not_in((UnitStageState.DONE, UnitStageState.NONE)),
        )
    )
    return {stage.kind for stage in session.exec(statement)}


def stage_of(session: Session, cycle_id: UUID, kind: StageKind) -> Stage:
    return session.exec(select(Stage).where(Stage.cycle_id == cycle_id, Stage.kind == kind)).one()


def unit_item(session: Session, cycle_id: UUID, unit_id: UUID, kind: AssignmentKind) -> Assignment:
    """The newest assignment of a kind that a unit has in a cycle."""
    statement = select(Assignment).where(
        Assignment.cycle_id == cycle_id, Assignment.unit_id == unit_id, Assignment.kind == kind,
        Assignment.state != A.CANCELLED,
    )
    found = session.exec(statement.order_by(col(Assignment.deadline_version).desc())).first()
    if found is None:
        raise NotFound(f"本单位在此周期没有“{kind.label}”。")
    return found


def waiting_for_receipt(session: Session, cycle_id: UUID, unit_id: UUID | None) -> list[Assignment]:
    """What a unit owes in a cycle whose clock starts with its signature."""
    statement = select(Assignment).where(
        Assignment.cycle_id == cycle_id, Assignment.unit_id == unit_id, col(Assignment.due_on).is_(None),
        col(Assignment.state).in_(LIVE), Assignment.terms["anchor"].as_string() == FROM_RECEIPT,  # type: ignore[index]
    )
    return [item for item in session.exec(statement) if "unit" in item.terms]


def due_for_notice(session: Session, cycle_id: UUID, day: date) -> list[Any]:
    """Columns of the assignments that must be looked at on `day`: costs what is due, not what exists."""
    a = Assignment
    columns: Any = (
        a.id, a.unit_id, a.team_id, a.kind, a.title, a.due_on, a.deadline_version, a.next_notice_on, a.terms,
        a.period_start,
    )
    statement = select(*columns).where(
        col(a.next_notice_on) <= day, a.cycle_id == cycle_id, col(a.state).in_(LIVE)
    )
    return list(session.exec(statement))


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


def unit_items(session: Session, unit_id: UUID) -> list[Assignment]:
    """What a unit owes in running cycles, nearest limit first; the parts of a report are left to the report."""
    statement = (
        select(Assignment)
        .join(Cycle, col(Cycle.id) == Assignment.cycle_id)
        .where(
            Assignment.unit_id == unit_id, col(Assignment.team_id).is_(None),
            Cycle.state == CycleState.OPEN, Assignment.state != A.CANCELLED,
            col(Assignment.kind).not_in((AssignmentKind.TASK, AssignmentKind.PROBLEM)),
        )
        .order_by(col(Assignment.due_on).is_(None), col(Assignment.due_on), col(Assignment.code))
    )
    return list(session.exec(statement))


def task_items(session: Session, cycle_id: UUID, unit_id: UUID) -> list[tuple[Assignment, Any]]:
    """A unit's self-check items with their tasks, in the order of the sheets."""
    statement = (
        select(Assignment, Task)
        .join(Task, col(Task.id) == Assignment.task_id)
        .where(Assignment.cycle_id == cycle_id, Assignment.unit_id == unit_id)
        .order_by(col(Task.sheet).desc(), col(Task.no))
    )
    return [(row[0], row[1]) for row in session.exec(statement)]


def problems_of(
    session: Session, cycle_id: UUID, unit_id: UUID | None = None, state: ProblemState | None = None
) -> list[tuple[Problem, Unit, Assignment | None]]:
    """The ledger of problems with unit and the assignment that carries the limit."""
    statement = (
        select(Problem, Unit, Assignment)
        .join(Unit, col(Unit.id) == Problem.unit_id)
        .join(Assignment, col(Assignment.problem_id) == Problem.id, isouter=True)
        .where(Problem.cycle_id == cycle_id)
        .order_by(col(Problem.no))
    )
    if unit_id:
        statement = statement.where(Problem.unit_id == unit_id)
    if state:
        statement = statement.where(Problem.state == state)
    return [(row[0], row[1], row[2]) for row in session.exec(statement)]


def units_with_problems(session: Session, cycle_id: UUID) -> set[UUID]:
    """Units of a cycle that still have a problem to put right."""
    ended = (ProblemState.CLOSED, ProblemState.WITHDRAWN)
    return set(
        session.exec(select(Problem.unit_id).where(Problem.cycle_id == cycle_id, col(Problem.state).not_in(ended)))
    )


def problem_item(session: Session, problem_id: UUID) -> Assignment:
    """The assignment that carries a problem's limit."""
    found = session.exec(select(Assignment).where(Assignment.problem_id == problem_id)).first()
    if found is None:
        raise NotFound("此问题尚未反馈，没有整改时限。")
    return found


def evidence_of(session: Session, problem_id: UUID | None = None, submission_id: UUID | None = None) -> list[Evidence]:
    statement = select(Evidence).order_by(col(Evidence.sent_at))
    if problem_id:
        statement = statement.where(Evidence.problem_id == problem_id)
    if submission_id:
        statement = statement.where(Evidence.submission_id == submission_id)
    return list(session.exec(statement))


def teams_of(session: Session, cycle_id: UUID) -> list[Team]:
    return list(session.exec(select(Team).where(Team.cycle_id == cycle_id).order_by(col(Team.sort))))
