"""What the forms of a unit show: the duty or problem, what was sent before, and the fields as last filled."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from fastapi.responses import Response
from sqlmodel import Session

from actions import measure
from actions.self_check import MARKS
from config import clock
from models import unit_ledger as own
from models.base import NotFound, Refused
from models.cycle import OVER, Assignment, Cycle
from models.ledger import LIVE, evidence_of, limit_of_problem, problems_of, task_items, unit_item
from models.plan import Task
from models.problem import Letter, Problem
from models.submission import Submission
from models.unit import Unit
from models.words import MEASURES, AssignmentKind, AssignmentState, CycleState, Move, ProblemState
from rules.extension import check_asked
from rules.problem import moves_from
from rules.roles import UNIT
from web.forms import fresh_nonce, rows
from web.unit_door import Here
from web.unit_gate import gate_values
from web.unit_statements import statements
from web.unit_typed import filled
from web.unit_words import SHOWN_ACTS, event_words
from web.uploads import file_box

K, S = AssignmentKind, ProblemState
PROBLEM_NAMES = ("title", "detail", "measure")
PLAN_NAMES = ("category", "measure", "leader", "lead_unit", "person", "due_on")
LEAST_ROWS, LONGEST_NO = 3, 9
SENT_BACK = (Move.RETURN.label, Move.LOOK_BACK_FAIL.label, Move.REOPEN.label)
PAGES = {
    K.SELF_CHECK_REPORT: "self_check", K.RECT_PLAN: "rect_plan", K.RECT_REPORT: "rect_report",
    **dict.fromkeys(MEASURES, "measure"),
}


def show_item(
    here: Here, item_id: UUID, given: dict[str, str], error: Refused | None, form: str = ""
) -> Response:
    """A duty with its form (where it is open) and what was sent before; `form` is the one that was refused."""
    session, fields = here.session, {} if form == "state" else given
    item, cycle = own.own_item(session, here.who.unit.id, item_id)
    typed = filled(here, f"item-{item.id}", fields)
    fields = typed.fields
    sent = [(row, evidence_of(session, submission_id=row.id)) for row in own.submissions_of(session, item.id)]
    if not fields and sent and item.state == AssignmentState.RETURNED:
        fields = as_fields(sent[0][0])
    more = FORMS.get(item.kind, _plain)(here, item, fields)
    more |= gate_values(here, item, fields, plan_fields(fields), sent, form)
    values: dict[str, Any] = {
        "item": item, "cycle": cycle, "fields": fields, "typed": typed, "sent": sent,
        "files": file_box(here, f"item-{item.id}", fields), "form": form,
        **statements(here, item, given if form == "state" else {}),
        "may_send": cycle.state == CycleState.OPEN and item.state in LIVE,
        "may_ask": may_ask(item, cycle), "nonce": fields.get("nonce") or fresh_nonce(), **more,
    }
    return here.show(PAGES.get(item.kind, "item"), error, **values)


def as_fields(row: Submission) -> dict[str, str]:
    """A report that was sent back, as the fields of its form: it is mended, not typed again."""
    fields = {"body": row.body, **({"no_problems": "1"} if row.content.get("no_problems") else {})}
    listed = row.content.get("problems", []) if row.kind == K.SELF_CHECK_REPORT else []
    for number, problem in enumerate(listed, 1):
        fields |= {f"problem-{number}-{name}": str(problem.get(name, "")) for name in PROBLEM_NAMES}
    return fields


def _plain(here: Here, item: Assignment, _fields: dict[str, str]) -> dict[str, Any]:
    """What was signed for can be read again."""
    return {"letter": own.letters_by_receipt(here.session, here.who.unit.id).get(item.id)}


def _measure(here: Here, item: Assignment, _fields: dict[str, str]) -> dict[str, Any]:
    """A measure with whom it names, how far the others are, and the lead of whom this unit is a part."""
    lead = here.session.get(Assignment, item.rolls_up_to) if item.rolls_up_to else None
    by = here.session.get(Unit, lead.unit_id) if lead and lead.unit_id else None
    return {
        "task": here.session.get(Task, item.task_id) if item.task_id else None, "led_by": by.name if by else "",
        "hands": measure.hands_of(here.session, item), "rollup": measure.rollup_of(here.session, item),
    }


def _self_check(here: Here, item: Assignment, fields: dict[str, str]) -> dict[str, Any]:
    lines = rows(fields, "problem", PROBLEM_NAMES)
    blank = dict.fromkeys(PROBLEM_NAMES, "")
    lines += [blank] * max(1, LEAST_ROWS - len(lines))
    parts = task_items(here.session, item.cycle_id, here.who.unit.id)
    marked = sum(1 for part, _ in parts if part.note)
    return {"lines": lines, "marked": marked, "total": len(parts)}


def _plan(here: Here, item: Assignment, fields: dict[str, str]) -> dict[str, Any]:
    """The five fields of every problem that waits for its plan; what is known already is filled in."""
    report = report_item(here.session, item.cycle_id, here.who.unit.id)
    limit = report.due_on if report else None
    found = problems_of(here.session, item.cycle_id, here.who.unit.id)
    waiting = [(problem, row) for problem, _, row in found if problem.state in (S.ISSUED, S.PLANNED)]
    plans = [(problem, _plan_fields(here, problem, row, limit, fields)) for problem, row in waiting]
    asks = may_ask(report, here.session.get_one(Cycle, item.cycle_id))
    more: dict[str, Any] = {"plans": plans, "limit": limit, "extends": report if asks else None}
    if any(problem.state == S.ISSUED for problem, _ in waiting) and item.state == AssignmentState.DONE:
        more["may_send"] = True  # an objection was not upheld, or a later letter came: the plan is completed
    return more


def plan_fields(fields: dict[str, str]) -> dict[int, dict[str, str]]:
    """A plan's form by the numbers of its problems."""
    found: dict[int, dict[str, str]] = {}
    for name, value in fields.items():
        kind, _, rest = name.partition("-")
        no, _, key = rest.partition("-")
        if kind == "plan" and key in PLAN_NAMES and no.isascii() and no.isdecimal() and len(no) < LONGEST_NO:
            found.setdefault(int(no), {})[key] = value
    return found


def _plan_fields(
    here: Here, problem: Problem, row: Assignment | None, limit: date | None, fields: dict[str, str]
) -> dict[str, str]:
    known = {name: getattr(problem, name) for name in PLAN_NAMES if name != "due_on"}
    known["lead_unit"] = known["lead_unit"] or here.who.unit.name
    known["due_on"] = str((row.due_on if row else None) or limit or "")
    return {name: fields.get(f"plan-{problem.no}-{name}", known[name]) for name in PLAN_NAMES}


def _rect_report(here: Here, item: Assignment, _fields: dict[str, str]) -> dict[str, Any]:
    found = problems_of(here.session, item.cycle_id, here.who.unit.id)
    return {"problems": [(problem, row) for problem, _, row in found if problem.state != S.FOUND]}


FORMS = {
    K.SELF_CHECK_REPORT: _self_check, K.RECT_PLAN: _plan, K.RECT_REPORT: _rect_report,
    **dict.fromkeys(MEASURES, _measure),
}


def report_item(
    session: Session, cycle_id: UUID, unit_id: UUID, kind: AssignmentKind = K.RECT_REPORT
) -> Assignment | None:
    """The unit's duty of this kind in a cycle, if the plan asks for one."""
    try:
        return unit_item(session, cycle_id, unit_id, kind)
    except NotFound:
        return None


def may_ask(item: Assignment | None, cycle: Cycle) -> bool:
    """Whether more time can still be asked for."""
    return item is not None and cycle.state == CycleState.OPEN and not refusal_to_extend(item)


def refusal_to_extend(item: Assignment) -> str:
    """Why no more time can be asked for, whatever the day and the reason; empty when it can."""
    try:
        check_asked(item.state, item.due_on, date.max, "理由", clock.today())
    except Refused as error:
        return str(error)
    return ""


def marks_seen(fields: dict[str, str]) -> dict[str, str]:
    """The marks a page of self-check items was opened with, as it says itself; of a page that says nothing, none."""
    return dict(parse_qsl(fields.get("seen", ""), keep_blank_values=True))


def _notes(parts: Iterable[tuple[Assignment, Task]]) -> str:
    return urlencode({f"{task.sheet}:{task.no}": part.note for part, task in parts})


def show_tasks(here: Here, cycle_id: UUID, fields: dict[str, str], error: Refused | None) -> Response:
    """The items of the score sheets by sheet and duty, each with the unit's own mark."""
    cycle = own.own_cycle(here.session, here.who.unit.id, cycle_id)
    typed = filled(here, f"tasks-{cycle.id}", fields)
    seen = marks_seen(typed.fields)
    sheets: dict[str, dict[str, list[Any]]] = {}
    parts = task_items(here.session, cycle.id, here.who.unit.id)
    for part, task in parts:
        name = f"{task.sheet}:{task.no}"
        chosen = typed.fields.get(f"mark-{name}", part.note)
        mark = part.note if chosen == seen.get(name) else chosen  # what this person left alone is shown as it is now
        sheets.setdefault(task.sheet_title, {}).setdefault(task.duty, []).append((part, task, mark))
    report = report_item(here.session, cycle.id, here.who.unit.id, K.SELF_CHECK_REPORT)
    live = any(part.state not in OVER for part, _ in parts)
    return here.show(
        "tasks", error, seen=_notes(parts), cycle=cycle, typed=typed, sheets=sheets, marks=MARKS, report=report,
        total=len(parts),
        marked=sum(1 for part, _ in parts if part.note), may_send=live and cycle.state == CycleState.OPEN,
    )


def show_problem(
    here: Here, problem_id: UUID, fields: dict[str, str], error: Refused | None, form: str = ""
) -> Response:
    """The whole story of one problem, with the forms its state allows."""
    session, problem = here.session, own.own_problem(here.session, here.who.unit.id, problem_id)
    cycle = own.own_cycle(session, problem.unit_id, problem.cycle_id)
    item = limit_of_problem(session, problem.id)
    report = filled(here, f"report-{problem.id}", fields if form == "report" else {})
    objection = filled(here, f"object-{problem.id}", fields if form == "object" else {})
    subjects = [str(problem.id), *([str(item.id)] if item else [])]
    events = own.unit_events(session, problem.unit_id, SHOWN_ACTS, subjects)
    back = next((event for event in events if event.verb in SENT_BACK), None)
    running = cycle.state == CycleState.OPEN
    plan = report_item(session, problem.cycle_id, problem.unit_id, K.RECT_PLAN)
    may_plan = plan is not None and (plan.state in LIVE or problem.state == S.ISSUED)
    return here.show(
        "problem", error, problem=problem, cycle=cycle, item=item, report=report.fields, typed=report,
        objection=objection.fields, objecting=objection, files=file_box(here, f"problem-{problem.id}", report.fields),
        **statements(here, problem, fields if form == "state" else {}),
        letter=session.get(Letter, problem.letter_id) if problem.letter_id else None,
        moves=moves_from(problem.state, UNIT) if running else [], plan=plan if running and may_plan else None,
        evidence=evidence_of(session, problem_id=problem.id), may_ask=may_ask(item, cycle),
        events=[(event, event_words(event)) for event in events],
        back=str(back.data.get("reason", "")) if back and problem.state == S.RETURNED else "",
        form=form, Move=Move,
    )


def show_extend(here: Here, item_id: UUID, fields: dict[str, str], error: Refused | None) -> Response:
    """The request for more time, and those made before."""
    item, cycle = own.own_item(here.session, here.who.unit.id, item_id)
    typed = filled(here, f"extend-{item.id}", fields)
    return here.show(
        "extend", error, item=item, cycle=cycle, fields=typed.fields, typed=typed,
        closed="" if may_ask(item, cycle) else refusal_to_extend(item) or "本督察周期已结束，不再受理延期申请。",
        asked=own.extensions_of_item(here.session, item.id),
    )
