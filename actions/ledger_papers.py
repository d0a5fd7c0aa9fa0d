"""整改台账 and 任务台账 out of what is on record: every problem, every task, as they stand today."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session

from actions.assign_measures import measures_of
from actions.record import Actor
from actions.workbook import keep_workbook
from config import clock
from models import workbook_ledger
from models.cycle import Assignment, Cycle
from models.event import Event
from models.paper import Paper
from models.paper_words import PaperKind
from models.plan import Plan, Task
from models.plan_ledger import plan_parts
from models.problem import Letter, LookBack, Problem
from models.unit import Unit
from models.words import AssignmentState, Move, ProblemState
from models.workbook_ledger import Done

A = AssignmentState
MOST_NAMED = 30


def make_rect_ledger(session: Session, actor: Actor, cycle: Cycle) -> Paper:
    """整改台账 of a cycle: one row for each problem, unit by unit, with the totals by state."""
    looks, backs = workbook_ledger.looks_noted(session, cycle.id), workbook_ledger.looks_back(session, cycle.id)
    extended = workbook_ledger.extensions_counted(session, cycle.id)
    found = workbook_ledger.problem_rows(session, cycle.id)
    rows = []
    for problem, unit, item, letter in found:
        looked = _looked(looks.get(str(problem.id)), backs.get(problem.id))
        remarks = _remarks(problem, item, extended.get(item.id, 0) if item else 0)
        rows.append({**_problem(problem, unit, item, letter), "looked": looked, "remarks": remarks})
    content = {"cycle": cycle.title, "rows": rows, "totals": _totals(found), "units": _by_unit(found)}
    title = f"{cycle.title}整改台账"
    return keep_workbook(session, actor, PaperKind.RECT_LEDGER, f"cycle:{cycle.id}", content, title, cycle_id=cycle.id)


def _problem(problem: Problem, unit: Unit, item: Assignment | None, letter: Letter | None) -> dict[str, Any]:
    detail = f"：{problem.detail}" if problem.detail and problem.detail != problem.title else ""
    return {
        "no": problem.no, "unit_key": str(unit.id), "unit": unit.name, "problem": f"{problem.title}{detail}",
        "source": problem.source.label, "category": problem.category, "measure": problem.measure,
        "leader": problem.leader, "lead_unit": problem.lead_unit, "person": problem.person,
        "first_due": iso(item.first_due_on if item else None), "due": iso(item.due_on if item else None),
        "state": problem.state.label, "verified_by": problem.verified_by, "closed_by": problem.closed_by,
        "closed_on": iso(clock.date_of(problem.closed_at) if problem.closed_at else None),
        "number": letter.number if letter else "",
    }


def iso(day: date | None) -> str:
    """A day as content keeps it; empty for none."""
    return day.isoformat() if day else ""


def _looked(noted: Event | None, back: LookBack | None) -> str:
    """The last look-back in words, from its own row or, where there is none, from the history."""
    if back and back.looked_at:
        found = f"：{back.found}" if back.found else ""
        return f"{clock.date_of(back.looked_at)} {back.looked_by}{back.way.label}，{back.state.label}{found}"
    if noted is None:
        return ""
    passed = "通过" if noted.verb == Move.LOOK_BACK_PASS.label else "未通过"
    return f"{clock.date_of(noted.at)} {noted.actor}，{passed}"


def _remarks(problem: Problem, item: Assignment | None, extended: int) -> str:
    told = (
        ("立行立改", problem.fix_on_the_spot), ("12个月内再次发生", problem.recurs),
        ("上年度结转", problem.carried_from), ("未反馈", problem.state == ProblemState.FOUND),
        ("暂停计时", item and item.paused_on and item.state != A.DONE), (f"延期{extended}次", extended),
    )
    return "；".join(words for words, so in told if so)


def _totals(found: Sequence[tuple[Problem, Unit, Any, Any]]) -> list[dict[str, Any]]:
    counts = Counter(problem.state for problem, *_ in found)
    return [{"state": state.label, "count": counts[state]} for state in ProblemState if counts[state]]


def _by_unit(found: Sequence[tuple[Problem, Unit, Any, Any]]) -> list[dict[str, Any]]:
    """Unit by state, with a last row for all of them."""
    counts: dict[str, Counter[str]] = {}
    for problem, unit, *_ in found:
        counts.setdefault(unit.name, Counter())[problem.state.label] += 1
    counts["合计"] = sum(counts.values(), Counter())
    return [{"unit": name, **of_unit, "total": of_unit.total()} for name, of_unit in counts.items()]


def make_task_ledger(session: Session, actor: Actor, plan: Plan, cycle: Cycle | None = None) -> Paper:
    """任务台账: every task of a plan; with a cycle also the limits in force and how far each unit has come."""
    done: dict[UUID | str, list[Done]] = defaultdict(list)
    for one in workbook_ledger.parts_done(session, cycle.id) if cycle else ():
        done[one.task].append(one)
    shift = timedelta(days=cycle.shift_days if cycle else 0)
    rows = [_task(task, _parts_of(task, done), shift) for task in tasks_in_order(session, plan)]
    name = cycle.title if cycle else plan.short_title
    content = {"cycle": name, "plan": plan.title, "doc_no": plan.doc_no, "running": bool(cycle), "rows": rows}
    about = f"cycle:{cycle.id}" if cycle else f"plan:{plan.id}"
    return keep_workbook(
        session, actor, PaperKind.TASK_LEDGER, about, content, f"{name}任务台账", cycle_id=cycle.id if cycle else None
    )


def tasks_in_order(session: Session, plan: Plan) -> list[Task]:
    """Measures by their printed numbers, then the items of score sheets."""
    measures = measures_of(session, plan)
    known = {task.id for task in measures}
    return [*measures, *(task for task in plan_parts(session, plan.id)[2] if task.id not in known)]


def _parts_of(task: Task, done: dict[UUID | str, list[Done]]) -> list[Done]:
    """Who does it; a task that comes again is told by its duties, which carry its number and title."""
    return done.get(task.id) or (done.get(_titled(task), []) if task.terms.get("again") else [])


def _titled(task: Task) -> str:
    return f"{task.terms.get('no', '')} {task.title}".strip()


def _task(task: Task, parts: list[Done], shift: timedelta) -> dict[str, Any]:
    live = [one for one in parts if one.state != A.CANCELLED]
    return {
        "no": str(task.terms.get("no") or task.no), "section": task.sheet_title or task.duty, "theme": task.duty,
        "measure": task.title, "lead": "、".join(task.lead_units), "units": "、".join(task.responsible_units),
        "limit": task.deadline_text or "原文未写时限", "due": _in_force(task, live, shift),
        "done": sum(one.state == A.DONE for one in live), "total": len(live), "standing": _standing(live),
    }


def _in_force(task: Task, parts: list[Done], shift: timedelta) -> str:
    """The day all share; where units have other days, each is named with its unit in `standing`."""
    days = {one.due_on for one in parts}
    if len(days) > 1:
        return "见各单位"
    due = days.pop() if days else task.due_on and task.due_on + shift
    return iso(due) or ("长期坚持" if task.terms.get("standing") or any(one.standing for one in parts) else "")


def _standing(parts: list[Done]) -> str:
    """Units by state, the open ones named with their own day where days differ."""
    groups: dict[str, list[str]] = defaultdict(list)
    apart = len({one.due_on for one in parts}) > 1
    for one in parts:
        day = f"（{one.due_on}）" if apart and one.due_on and one.state != A.DONE else ""
        groups["暂停计时" if one.paused_on and one.state != A.DONE else one.state.label].append(f"{one.unit}{day}")
    return "\n".join(f"{state}{len(names)}个：{_named(names)}" for state, names in groups.items())


def _named(names: list[str]) -> str:
    """The names, each once, no more than can be read in a cell."""
    counted = Counter(names)
    told = [f"{name}{times}次" if times > 1 else name for name, times in counted.items()]
    return "、".join(told[:MOST_NAMED]) + (f"等{len(told)}个单位" if len(told) > MOST_NAMED else "")
