"""The queries about scoring: who fills in which sheet, what was found, what was photographed."""

from uuid import UUID

from sqlmodel import Session, col, select

from models.cycle import Assignment, Cycle, Visit
from models.office import User
from models.plan import Plan, Task
from models.problem import Problem
from models.score import Score
from models.submission import Evidence
from models.unit import Unit
from models.words import ProblemSource


def scores_of(session: Session, visit_id: UUID) -> dict[str, dict[str, Score]]:
    """Everything found at a visit, by scorer and item."""
    found: dict[str, dict[str, Score]] = {}
    for row in session.exec(select(Score).where(Score.visit_id == visit_id)):
        found.setdefault(row.scorer, {})[row.item] = row
    return found


def score_of(session: Session, visit_id: UUID, scorer: str, item: str) -> Score | None:
    statement = select(Score).where(Score.visit_id == visit_id, Score.scorer == scorer, Score.item == item)
    return session.exec(statement).first()


def plan_of_visit(session: Session, visit: Visit) -> Plan:
    """The plan a visit's cycle runs."""
    statement = select(Plan).join(Cycle, col(Cycle.plan_id) == Plan.id).where(Cycle.id == visit.cycle_id)
    return session.exec(statement).one()


def tasks_of_subject(session: Session, plan: Plan, subject: str) -> list[Task]:
    """The items of the sheets a kind of unit answers to, in the order the plan names the sheets."""
    sheets: list[str] = next((one["sheets"] for one in plan.subjects if one["code"] == subject), [])
    statement = select(Task).where(Task.plan_id == plan.id, col(Task.sheet).in_(sheets)).order_by(col(Task.no))
    return sorted(session.exec(statement), key=lambda task: sheets.index(task.sheet))


def self_marks(session: Session, cycle_id: UUID, unit_id: UUID) -> dict[UUID | None, str]:
    """What the unit's self-check said, by task."""
    statement = select(Assignment).where(
        Assignment.cycle_id == cycle_id, Assignment.unit_id == unit_id, col(Assignment.task_id).is_not(None)
    )
    return {item.task_id: item.note for item in session.exec(statement) if item.note}


def found_on_site(session: Session, cycle_id: UUID, unit_id: UUID) -> list[Problem]:
    """The problems teams found at a unit in a cycle, in the order of their numbers."""
    statement = select(Problem).where(
        Problem.cycle_id == cycle_id, Problem.unit_id == unit_id, Problem.source == ProblemSource.ON_SITE
    )
    return list(session.exec(statement.order_by(col(Problem.no))))


def photos_of(session: Session, visit_id: UUID) -> dict[str, list[Evidence]]:
    """The files of a visit by label: an item's key, or 单位签字."""
    found: dict[str, list[Evidence]] = {}
    statement = select(Evidence).where(Evidence.visit_id == visit_id).order_by(col(Evidence.sent_at))
    for row in session.exec(statement):
        found.setdefault(row.label, []).append(row)
    return found


def user_named(session: Session, office_id: UUID, name: str) -> User | None:
    """A person of the office by name; names are unique in an office."""
    statement = select(User).where(User.office_id == office_id, User.name == name)
    return session.exec(statement).first()


def names_by_key(session: Session, office_id: UUID) -> dict[str, str]:
    """The names of an office's people by their key as text, as scorers are kept."""
    return {str(user.id): user.name for user in session.exec(select(User).where(User.office_id == office_id))}


def unit_of(session: Session, visit: Visit) -> Unit:
    return session.get_one(Unit, visit.unit_id)
