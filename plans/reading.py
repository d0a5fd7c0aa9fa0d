"""A draft as the JSON that `duban plan read` prints (docs: commands and outputs)."""

from datetime import date
from typing import Any

from config.workdays import Calendar
from models.words import AssignmentKind
from plans.checks import check_plan
from plans.draft import ItemDraft, PlanDraft, SheetDraft, SlotDraft, TaskDraft
from plans.limit import read_limit
from plans.phrase import read
from rules.deadline import Deadline, Settled

LONG_NAMES = {"lead": "lead_units", "responsible": "responsible_units", "limit": "deadline"}


def deadline_json(deadline: Deadline, settled: Settled | None = None) -> dict[str, Any]:
    """A reading as `duban deadline` prints it; dates are ISO and inclusive. `due_rolled` is there once an event's day
    is known: the day after leaving a rest day."""
    offset = deadline.offset
    return {
        "phrase": deadline.phrase, "kind": deadline.kind.value, "start": _iso(deadline.start),
        "due": _iso(deadline.due),
        "due_rolled": _iso(settled.rolled) if settled else None, "dues": [str(day) for day in deadline.dues],
        "ongoing": deadline.ongoing, "done": deadline.done, "immediate": deadline.immediate,
        "offset": {"n": offset.n, "unit": offset.unit.value} if offset else None, "anchor": deadline.anchor,
        "before": deadline.before, "rrule": deadline.rrule, "min_count": deadline.min_count, "quota": deadline.quota,
        "quota_unit": deadline.quota_unit, "doubt": deadline.doubt, "choices": list(deadline.choices),
        "because": deadline.because,
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def as_json(plan: PlanDraft, calendar: Calendar) -> dict[str, Any]:
    """Stages, tasks, checks and doubts of a draft, ready for `json.dumps`."""
    report = next((d for d in plan.deliverables if d.kind == AssignmentKind.SELF_CHECK_REPORT), None)
    text = report.text if report else ""
    limit = deadline_json(read(text, plan.issued_on or date(plan.year, 1, 1), calendar)) if text else None
    if limit and report and report.due:
        limit["due"] = report.due.isoformat()  # what the plan's author wrote beside the phrase
    return {
        "title": plan.title,
        "issuer": plan.issuer,
        "doc_no": plan.doc_no,
        "issued_on": plan.issued_on and plan.issued_on.isoformat(),
        "stages": [
            {"kind": "+".join(s.kind), "name": s.name, "start": s.start and str(s.start), "end": s.end and str(s.end),
             "tbd": s.tbd}
            for s in plan.stages
        ],
        "tasks": [_task(sheet, item, text, limit) for sheet in plan.sheets for item in sheet.items]
        + [_measure(plan, task, calendar) for task in plan.tasks],
        "visits": [_slot(plan, slot) for slot in plan.slots],
        "checklist": [
            {"no": str(item.no), "group": item.group, "text": item.title}
            for part in plan.checklists for item in part.items
        ],
        "checks": [check.model_dump() for check in check_plan(plan, calendar)],
        "doubts": [
            {"where": f"{sheet.subject}第{item.no}项", "what": flag.note, "choices": flag.alternatives}
            for sheet in plan.sheets
            for item in sheet.items
            for flag in item.flags
        ]
        + [
            {"where": f"任务{task.no}", "what": flag.note, "choices": flag.alternatives}
            for task in plan.tasks for flag in task.flags
        ]
        + [
            {"where": f"任务{task.no}时限", "what": found.doubt, "choices": list(found.choices)}
            for task in plan.tasks
            if (found := _limit(plan, task, calendar)) is not None and found.doubt and not task.due
        ],
    }


def _limit(plan: PlanDraft, task: TaskDraft, calendar: Calendar) -> Deadline | None:
    return read_limit(task.limit, plan.issued_on, plan.year, calendar) if task.limit else None


def _measure(plan: PlanDraft, task: TaskDraft, calendar: Calendar) -> dict[str, Any]:
    """A measure of a decomposition in the promised shape."""
    found = _limit(plan, task, calendar)
    limit = deadline_json(found) if found else None
    if limit and task.due:
        limit |= {"due": task.due.isoformat(), "doubt": None, "choices": []}  # a person has decided
    return {
        "no": task.no, "section": task.section, "theme": task.theme, "measure": task.title, "lead_units": task.lead,
        "responsible_units": task.responsible, "deadline_text": task.limit, "deadline": limit, "points": None,
        "criteria": None,
        "provenance": {LONG_NAMES.get(name, name): how for name, how in task.origins.items()},
        "source": task.source or f"line {task.line}",
    }


def _slot(plan: PlanDraft, slot: SlotDraft) -> dict[str, Any]:
    start, end = plan.window_of(slot)
    return {"month": slot.month, "week": slot.week, "start": str(start), "end": str(end), "units": slot.units}


def _task(sheet: SheetDraft, item: ItemDraft, text: str, limit: dict[str, Any] | None) -> dict[str, Any]:
    duty = next(d.title for d in sheet.duties if d.no == item.duty)
    return {
        "no": str(item.no), "section": sheet.subject, "theme": duty, "measure": item.title, "lead_units": [],
        "responsible_units": item.units, "deadline_text": text, "deadline": limit,
        "points": item.points, "criteria": "；".join(clause.title for clause in item.clauses),
        "provenance": {"responsible_units": "ambiguous" if any(f.alternatives for f in item.flags) else "printed"},
        "source": f"line {item.line}",
    }
