"""The measures of a decomposition become what each unit owes: the lead's own row, and beneath it everybody else's."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from actions.adopt_tasks import MEASURES
from actions.remind import tell_unit
from models.base import NotAllowed
from models.cycle import Assignment, Cycle
from models.plan import Plan, Task
from models.unit import Unit
from models.unit_names import members_of
from models.words import AssignmentKind, AssignmentState, StageKind

K = AssignmentKind
Add = Callable[..., UUID]


def measures_of(session: Session, plan: Plan) -> list[Task]:
    statement = select(Task).where(Task.plan_id == plan.id, Task.sheet == MEASURES)
    return sorted(session.exec(statement), key=lambda task: _order(task.terms.get("no", "")))


def _order(no: str) -> tuple[Any, ...]:
    """一-2 before 一-10, 12.1 before 12.2: figures by value, words as they stand."""
    parts: list[Any] = []
    for piece in no.replace("-", ".").split("."):
        parts.append((0, int(piece), "") if piece.isdigit() else (1, 0, piece))
    return tuple(parts)


def assign_measures(
    session: Session, cycle: Cycle, plan: Plan, units: Sequence[Unit], add: Add, only: set[UUID] | None = None
) -> None:
    """One row for the main lead of every measure (or of those in `only`); co-leads and responsible units roll up to it.

    Where a group leads itself every member has a measure of its own and nobody rolls up.
    """
    tasks, enrolled = measures_of(session, plan), {unit.id for unit in units}
    if only is not None:
        tasks = [task for task in tasks if task.id in only]
    _all_enrolled(session, tasks, enrolled, cycle)
    for task in tasks:
        if task.terms.get("again"):
            continue  # a duty of its own: actions/assign_duties.py
        leads = units_named(session, task.terms.get("leads", []), enrolled)
        responsible = units_named(session, task.terms.get("responsible", []), enrolled)
        if _self_led(task):
            for unit in leads:
                _measure(add, task, unit, cycle)
            continue
        main = (leads or responsible)[0] if leads or responsible else None
        if main is None:
            continue
        parent = _measure(add, task, main, cycle)
        for unit in leads[1:]:
            _beneath(add, K.CO_LEAD, task, unit, parent, cycle)
        for unit in responsible:
            if unit != main and unit not in leads:
                _beneath(add, K.SHARE, task, unit, parent, cycle)


def _due(task: Task, cycle: Cycle) -> date | None:
    """The task's day, moved with the cycle's dates."""
    return task.due_on + timedelta(days=cycle.shift_days) if task.due_on else None


def _self_led(task: Task) -> bool:
    return any(ref["kind"] == "group" for ref in task.terms.get("leads", []))


def units_named(session: Session, refs: list[dict[str, str]], enrolled: set[UUID]) -> list[UUID]:
    """The enrolled units that these names stand for, each once, in the order they are printed."""
    found: dict[UUID, None] = {}
    for ref in refs:
        key = UUID(ref["id"])
        found |= dict.fromkeys(members_of(session, key) if ref["kind"] == "group" else [key])
    return [key for key in found if key in enrolled]


def _all_enrolled(session: Session, tasks: list[Task], enrolled: set[UUID], cycle: Cycle) -> None:
    """A named unit that is not in this cycle would owe nothing, silently: say so before anything is written."""
    refs = [ref for task in tasks for side in ("leads", "responsible") for ref in task.terms.get(side, [])]
    named = {UUID(ref["id"]) for ref in refs if ref["kind"] == "unit"}
    for group in {UUID(ref["id"]) for ref in refs if ref["kind"] == "group"}:
        named |= set(members_of(session, group))
    left = named - enrolled
    if left and not cycle.override_reason.strip():
        names = session.exec(select(Unit.name).where(col(Unit.id).in_(left)).order_by(col(Unit.sort))).all()
        some = "、".join(names[:10])
        raise NotAllowed(f"方案点名的{len(names)}个单位没有选入：{some}。请选入，或写明理由后继续启动。")


def _measure(add: Add, task: Task, unit: UUID, cycle: Cycle) -> UUID:
    return add(
        K.MEASURE, StageKind.DAILY, f"{task.terms.get('no', '')} {task.title}".strip(), _due(task, cycle),
        unit_id=unit, **_common(task, cycle), standing=bool(task.terms.get("standing")),
    )


def _beneath(add: Add, kind: K, task: Task, unit: UUID, parent: UUID, cycle: Cycle) -> None:
    title = f"{task.terms.get('no', '')} {task.title}".strip()
    kept_up = bool(task.terms.get("standing")) and task.due_on is None
    common = _common(task, cycle)
    add(kind, StageKind.DAILY, title, _due(task, cycle), unit_id=unit, rolls_up_to=parent, **common, standing=kept_up)


def _common(task: Task, cycle: Cycle) -> dict[str, Any]:
    due = _due(task, cycle)
    late = due is not None and due < cycle.opened_on
    why = f"“{task.deadline_text}”：{task.terms.get('because', '')}" if task.deadline_text else "原文未写时限"
    return {
        "task_id": task.id, "code": str(task.terms.get("no", "")), "state": AssignmentState.OPEN,
        "because": why + ("；到文时已到期，不作逾期催办" if late else ""),
        "terms": {"arrived_late": True} if late else {},
        "basis": task.terms.get("basis", {}) if not cycle.shift_days and due == task.due_on else {},
    }


def tell_late_arrivals(session: Session, cycle: Cycle) -> None:
    """What was due before the paper arrived: one letter to each lead with the number of it, and no ladder."""
    statement = select(Assignment).where(
        Assignment.cycle_id == cycle.id, Assignment.kind == K.MEASURE, col(Assignment.due_on) < cycle.opened_on
    )
    late: dict[UUID | None, list[Assignment]] = {}
    for item in session.exec(statement.order_by(col(Assignment.code))):
        late.setdefault(item.unit_id, []).append(item)
    for items in late.values():
        oldest = min(item.due_on or date.max for item in items)
        late_by = f"{len(items)}项任务已到时限（最早{oldest:%Y-%m-%d}）"
        text = f"方案印发时，贵单位牵头的{late_by}，请报告完成情况，不作逾期催办。"
        tell_unit(session, items[0], text, "到文已到期")
