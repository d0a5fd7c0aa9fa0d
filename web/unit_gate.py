"""The content check on a unit's own pages: of what is being filled in, and of what was handed in last."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from actions import gate
from actions.plan_faults import plan_faults
from actions.stage_file import peek
from models.cycle import Assignment
from models.ledger import problems_of
from models.submission import Evidence, Submission
from models.words import AssignmentKind, ProblemState
from rules.requirement import Gate
from web.forms import rows
from web.unit_door import Here
from web.uploads import file_box

K, S = AssignmentKind, ProblemState
LIST_NAMES = ("title", "detail", "measure")


@dataclass(frozen=True)
class Look:
    """What the check says: of a report its gate, of a rectification plan what each problem lacks."""

    gate: Gate | None = None
    faults: list[str] = field(default_factory=list)


def gate_values(
    here: Here, item: Assignment, fields: dict[str, str], plans: dict[int, dict[str, str]],
    sent: Sequence[tuple[Submission, Any]], form: str,
) -> dict[str, Any]:
    """What the page of a report or plan says of its check: `look` of the form where it was asked for, `last` of what
    was handed in last, `asked` by the plan."""
    if item.kind not in (*gate.GATED, K.RECT_PLAN):
        return {"look": None, "last": None, "asked": None}
    look = _look(here, item, fields, plans) if form == "check" else None
    last = gate.gate_of(here.session, sent[0][0], item) if sent else None
    return {"look": look, "last": last, "asked": gate.requirements(here.session, item)}


def _look(here: Here, item: Assignment, fields: dict[str, str], plans: dict[int, dict[str, str]]) -> Look:
    if item.kind == K.RECT_PLAN:
        waiting = [one.no for one, _, _ in problems_of(here.session, item.cycle_id, here.who.unit.id)
                   if one.state in (S.ISSUED, S.PLANNED)]
        limit = gate.report_limit(here.session, item)
        return Look(None, plan_faults(here.session, item, waiting, plans, limit))
    box = file_box(here, f"item-{item.id}", fields)
    staged = [row for row in box.staged if str(row.id) not in box.unticked and row.received >= row.size]
    earlier = [row for row in box.earlier if str(row.id) in box.ticked]
    body = fields.get("body", "")
    names = [row.name for row in staged] + [row.name for row in earlier]
    found = None if body.strip() else _read(staged, earlier)
    listed = bool(rows(fields, "problem", LIST_NAMES)) or "no_problems" in fields
    return Look(gate.judge(here.session, item, body, names, listed, found))


def _read(staged: Sequence[Any], earlier: Sequence[Evidence]) -> gate.ReadFile | None:
    able = [row for row in staged if gate.may_hold_report(row.name, row.size)]
    return gate.read_report([*map(peek, able), *gate.files_of(earlier)])
