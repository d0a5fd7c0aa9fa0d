"""A draft as the JSON that `duban plan read` prints (docs: commands and outputs)."""

from typing import Any

from config.workdays import Calendar
from models.words import AssignmentKind
from plans.checks import check_plan
from plans.draft import ItemDraft, PlanDraft, SheetDraft


def as_json(plan: PlanDraft, calendar: Calendar) -> dict[str, Any]:
    """Stages, tasks, checks and doubts of a draft, ready for `json.dumps`."""
    due = next((d.due for d in plan.deliverables if d.kind == AssignmentKind.SELF_CHECK_REPORT), None)
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
        "tasks": [_task(sheet, item, str(due) if due else None) for sheet in plan.sheets for item in sheet.items],
        "visits": [],
        "checklist": [],
        "checks": [check.model_dump() for check in check_plan(plan, calendar)],
        "doubts": [
            {"where": f"{sheet.subject}第{item.no}项", "what": flag.note, "choices": flag.alternatives}
            for sheet in plan.sheets
            for item in sheet.items
            for flag in item.flags
        ],
    }


def _task(sheet: SheetDraft, item: ItemDraft, due: str | None) -> dict[str, Any]:
    duty = next(d.title for d in sheet.duties if d.no == item.duty)
    return {
        "no": str(item.no), "section": sheet.subject, "theme": duty, "measure": item.title, "lead_units": [],
        "responsible_units": item.units, "deadline_text": "", "deadline": {"kind": "fixed", "due": due},
        "points": item.points, "criteria": "；".join(clause.title for clause in item.clauses),
        "provenance": {"responsible_units": "ambiguous" if any(f.alternatives for f in item.flags) else "printed"},
        "source": f"line {item.line}",
    }
