"""What was read from an issued document, as the JSON that `duban plan read` prints."""

from typing import Any

from plans.issued import Doubt, HandoverRead, Issued, Part, TargetRead, TaskRead
from plans.reading import deadline_json

LONG_NAMES = {
    "lead": "lead_units", "responsible": "responsible_units", "limit": "deadline", "deadline_text": "deadline",
}
PARTS = ("stages", "tasks", "visits", "checklist", "checks", "doubts")
FURTHER = ("handovers", "targets", "windows")  # only there where a document has such


def issued_json(found: list[Issued]) -> dict[str, Any]:
    """One document in the promised shape; a file that holds several gives their sum, and each under `documents`."""
    if len(found) == 1:
        return one_json(found[0])
    each = [one_json(issued) for issued in found]
    first = each[0] if each else {"title": "", "issuer": "", "doc_no": "", "issued_on": None}
    head = {name: first[name] for name in ("title", "issuer", "doc_no", "issued_on")}
    further = {name: rows for name in FURTHER if (rows := [row for one in each for row in one.get(name, [])])}
    return head | {name: [row for one in each for row in one[name]] for name in PARTS} | further | {"documents": each}


def one_json(issued: Issued) -> dict[str, Any]:
    """Head, stages, tasks, visits, checklist, checks and doubts of one document."""
    head, part = issued.head, issued.part
    return {
        "title": head.title, "issuer": head.issuer, "doc_no": head.doc_no,
        "issued_on": head.issued_on.isoformat() if head.issued_on else None,
        "stages": [
            {"kind": s.kind, "name": s.name, "start": s.start and str(s.start), "end": s.end and str(s.end),
             "tbd": s.tbd}
            for s in part.stages
        ],
        "tasks": [_task(task) for task in part.tasks],
        "visits": [
            {"month": s.month, "week": s.week, "start": str(s.start), "end": str(s.end), "units": s.units}
            for s in part.slots
        ],
        "checklist": [{"no": item.no, "group": item.group, "text": item.text} for item in part.checklist],
        "checks": [{"name": f.name, "expected": f.expected, "found": f.found, "ok": f.ok} for f in part.figures],
        "doubts": [_doubt(doubt) for doubt in part.doubts],
    } | {name: rows for name, rows in _rows(part).items() if rows}


def _doubt(doubt: Doubt) -> dict[str, Any]:
    return {"where": doubt.where, "what": doubt.what, "choices": list(doubt.choices), "key": doubt.key}


def _rows(part: Part) -> dict[str, list[dict[str, Any]]]:
    return {
        "handovers": [_handover(one) for one in part.handovers],
        "targets": [_target(one) for one in part.targets],
        "windows": [
            {"kind": one.kind, "name": one.name, "text": one.text, "start": one.start and str(one.start),
             "end": one.end and str(one.end), "source": one.source}
            for one in part.windows
        ],
    }


def _handover(one: HandoverRead) -> dict[str, Any]:
    """A paper to be handed in; `within` is the measure that already carries it, `stage` the place of its stage."""
    return {
        "no": one.no, "kind": "deed" if one.deed else "draw_up" if one.drawn_up else "hand_in", "title": one.title,
        "owners": one.owners, "receivers": one.receivers,
        "deadline_text": one.limit_text, "deadline": deadline_json(one.deadline) if one.deadline else None,
        "stage": one.stage or None, "within": one.within or None, "attachments": one.attachments, "forms": one.forms,
        "rules": one.rules, "provenance": {name: how.value for name, how in one.origins.items()},
        "source": one.source, "text": one.sentence,
    }


def _target(one: TargetRead) -> dict[str, Any]:
    return {
        "no": one.no, "role": one.role, "name": one.name, "persons": one.persons or None, "declared": one.declared,
        "members": one.members, "source": one.source,
    }


def _task(task: TaskRead) -> dict[str, Any]:
    return {
        "no": task.no, "section": task.section, "theme": task.theme, "measure": task.measure,
        "lead_units": task.lead_units, "responsible_units": task.responsible_units,
        "deadline_text": task.deadline_text, "deadline": deadline_json(task.deadline) if task.deadline else None,
        "points": task.points, "criteria": task.criteria,
        "provenance": {LONG_NAMES.get(name, name): how.value for name, how in task.origins.items()},
        "source": task.source,
    }
