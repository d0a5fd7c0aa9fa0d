"""Whom a plan names: in its tasks, its schedule of visits, and as those it inspects."""

from uuid import UUID

from sqlmodel import Session, select

from models.plan import Plan, Task
from models.unit_names import members_of, names_of


def units_named_by(session: Session, plan: Plan) -> set[UUID]:
    """The units that a plan's tasks, slots and subjects stand for, groups unfolded; empty where it names none."""
    names = names_of(session, plan.office_id).all
    tasks = session.exec(select(Task).where(Task.plan_id == plan.id))
    refs = [ref for task in tasks for side in ("leads", "responsible") for ref in task.terms.get(side, [])]
    found = {(ref["kind"], UUID(ref["id"])) for ref in refs}
    words = [word for slot in plan.parts.get("slots", []) for word in slot["units"]]
    words += [subject["name"] for subject in plan.subjects]
    found |= {names[word] for word in words if word in names}
    units = {key for kind, key in found if kind == "unit"}
    return units.union(*(members_of(session, key) for kind, key in found if kind == "group"))
