"""The queries of the house: each is scoped to an office, a cycle or a unit by its arguments."""

from typing import Any
from uuid import UUID

from sqlalchemy import exists
from sqlmodel import Session, col, select

from config.policy import Policy
from models.base import NotAllowed, NotFound
from models.cycle import Assignment, Cycle, CycleUnit, Stage, Team, UnitStage
from models.plan import Task
from models.problem import SETTLED, Problem
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


def open_cycles(session: Session, office_id: UUID | None = None) -> list[Cycle]:
    """Every running cycle of an office, or of every office, for the sweep."""
    mine = (Cycle.state == CycleState.OPEN, *([Cycle.office_id == office_id] if office_id else []))
    return list(session.exec(select(Cycle).where(*mine).order_by(col(Cycle.opened_on))))


def contacts_of_unit(session: Session, unit_id: UUID) -> list[Contact]:
    statement = select(Contact).where(Contact.unit_id == unit_id, col(Contact.active).is_(True))
    return list(session.exec(statement))


def contacts_by_owner(session: Session, office_id: UUID) -> dict[UUID | None, list[Contact]]:
    """Active contacts by unit or team; under None those of the office itself (not the readers of digests)."""
    found: dict[UUID | None, list[Contact]] = {}
    mine = (Contact.office_id == office_id, col(Contact.active).is_(True), col(Contact.user_id).is_(None))
    for contact in session.exec(select(Contact).where(*mine)):
        found.setdefault(contact.unit_id or contact.team_id, []).append(contact)
    return found


def units_of_cycle(session: Session, cycle_id: UUID) -> list[Unit]:
    statement = select(Unit).join(CycleUnit, col(CycleUnit.unit_id) == Unit.id).where(CycleUnit.cycle_id == cycle_id)
    return list(session.exec(statement.order_by(col(Unit.sort), col(Unit.name))))


def stages_of_cycle(session: Session, cycle_id: UUID) -> list[Stage]:
    return list(session.exec(select(Stage).where(Stage.cycle_id == cycle_id).order_by(col(Stage.no))))


def unfinished_stages(session: Session, cycle_id: UUID) -> set[StageKind]:
    """Closed stages in which a unit still owes something."""
    settled = (UnitStageState.DONE, UnitStageState.NONE)
    behind = exists().where(col(UnitStage.stage_id) == col(Stage.id), col(UnitStage.state).not_in(settled))
    closed: Any = select(Stage.kind).where(Stage.cycle_id == cycle_id, Stage.state == StageState.CLOSED, behind)
    return set(session.exec(closed))


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
        col(Assignment.state).in_(LIVE), Assignment.terms["anchor"].as_string() == FROM_RECEIPT,
    )
    return [item for item in session.exec(statement) if "unit" in item.terms]


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


def unsettled_units(cycle_id: Any) -> Any:
    """The statement for the units of a cycle that still have a problem to put right."""
    return select(Problem.unit_id).where(Problem.cycle_id == cycle_id, col(Problem.state).not_in(SETTLED))


def limit_of_problem(session: Session, problem_id: UUID) -> Assignment | None:
    """The assignment that carries a problem's limit; None before the problem is fed back."""
    return session.exec(select(Assignment).where(Assignment.problem_id == problem_id)).first()


def problem_item(session: Session, problem_id: UUID) -> Assignment:
    """The same where there must be one."""
    found = limit_of_problem(session, problem_id)
    if found is None:
        raise NotFound("此问题尚未反馈，没有整改时限。")
    return found


def evidence_of(
    session: Session, problem_id: UUID | None = None, submission_id: UUID | None = None,
    statement_id: UUID | None = None,
) -> list[Evidence]:
    statement = select(Evidence).order_by(col(Evidence.sent_at))
    if problem_id:
        statement = statement.where(Evidence.problem_id == problem_id)
    if submission_id:
        statement = statement.where(Evidence.submission_id == submission_id)
    if statement_id:
        statement = statement.where(Evidence.statement_id == statement_id)
    return list(session.exec(statement))


def teams_of(session: Session, cycle_id: UUID) -> list[Team]:
    return list(session.exec(select(Team).where(Team.cycle_id == cycle_id).order_by(col(Team.sort))))
