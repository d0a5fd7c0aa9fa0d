"""The lines a team answers at a unit: the items of its score sheets, and the checklists of the plan."""

from typing import Any
from uuid import UUID

from sqlmodel import Session

from models.cycle import Visit
from models.plan import Plan, Task
from models.score_ledger import plan_of_visit, self_marks, tasks_of_subject, unit_of
from rules.on_site import Line, clause_of


def lines_of(session: Session, visit: Visit) -> list[Line]:
    """Every line of this visit, sheets first; the key of a line names its sheet and number."""
    plan, unit = plan_of_visit(session, visit), unit_of(session, visit)
    said = self_marks(session, visit.cycle_id, unit.id)
    return [*(_item(task, said) for task in tasks_of_subject(session, plan, unit.subject)), *_checked(plan)]


def _item(task: Task, said: dict[UUID | None, str]) -> Line:
    return Line(
        f"{task.sheet}-{task.no}", task.sheet_title, task.duty, task.no, task.title, task.points,
        tuple(clause_of(one) for one in task.clauses), task_id=task.id, method=task.terms.get("method", ""),
        said=said.get(task.id, ""),
    )


def _checked(plan: Plan) -> list[Line]:
    return [_looked(part, one) for part in plan.parts.get("checklists", []) for one in part["items"]]


def _looked(part: dict[str, Any], one: dict[str, Any]) -> Line:
    """A line of a checklist; its prefix keeps it apart from a sheet of the same name."""
    return Line(
        f"checklist-{part['code']}-{one['no']}", part["title"], one["group"], one["no"], one["title"],
        thresholds=tuple(one.get("thresholds", ())),
    )
