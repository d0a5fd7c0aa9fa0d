"""A draft plan becomes a plan of the office."""

from datetime import date
from typing import Any

from sqlmodel import Session, select

from actions.adopt_tasks import adopt_tasks
from actions.record import Actor, allow, record
from actions.remembered import lasting
from config import clock
from config.workdays import official
from models.base import Conflict, Rejected
from models.plan import Deliverable, Plan, PlanStage, Task
from models.rank import PlanSource
from models.unit import Unit
from plans.answers import Answers
from plans.checks import check_plan
from plans.draft import ItemDraft, PlanDraft, SheetDraft
from plans.phrase import read
from rules.roles import Act

OWNERS = {"units", "teams", "office"}


def adopt_plan(
    session: Session, actor: Actor, draft: PlanDraft, digest: str, answers: Answers | None = None
) -> Plan:
    """Write the plan, its stages, deliverables and tasks; its checks are kept beside it.

    Rejected while a question of the document is open; what `answers` say of names is remembered.
    """
    allow(actor, Act.ADOPT)
    if session.exec(select(Plan).where(Plan.office_id == actor.office_id, Plan.digest == digest)).first():
        raise Conflict(f"方案“{draft.short_title}”已采用过（同一文件）。")
    _check_owners(session, actor, draft)
    plan = Plan(
        office_id=actor.office_id, key=draft.key, title=draft.title, short_title=draft.short_title,
        issuer=draft.issuer, doc_no=draft.doc_no, year=draft.year, issued_on=draft.issued_on, digest=digest,
        adopted_at=clock.now(), subjects=[s.model_dump(mode="json") for s in draft.subjects],
        windows=[w.model_dump(mode="json") for w in draft.windows],
        parts=_parts(draft) | {"answers": lasting(answers.choices if answers else {})},
        checks=[check.model_dump() for check in check_plan(draft, official())],
    )
    session.add(plan)
    session.flush()
    session.add_all(_stages(plan, draft) + _deliverables(plan, draft))
    session.add_all([_task(plan, sheet, item) for sheet in draft.sheets for item in sheet.items])
    if draft.tasks or draft.slots:
        session.add_all(adopt_tasks(session, actor, plan, draft, answers or Answers()))
    session.add(PlanSource(plan_id=plan.id, draft=draft.model_dump(mode="json")))  # what an office below is sent
    record(session, actor, "采用方案", plan.id, title=draft.title, doc_no=draft.doc_no, digest=digest)
    return plan


def _parts(draft: PlanDraft) -> dict[str, Any]:
    """Visit slots, checklists, letter forms and what was noted on the plan and its stages, as data beside the plan."""
    noted = [*draft.flags, *(flag for stage in draft.stages for flag in stage.flags)]
    return {
        "slot_rule": draft.slot_rule, "methods": draft.methods,
        "flags": [flag.model_dump(mode="json", exclude={"line"}) for flag in noted],
        **{
            name: [part.model_dump(mode="json", exclude={"line"}) for part in getattr(draft, name)]
            for name in ("slots", "checklists", "letters", "groups")
        },
    }


def _check_owners(session: Session, actor: Actor, draft: PlanDraft) -> None:
    names = set(session.exec(select(Unit.name).where(Unit.office_id == actor.office_id)))
    unknown = [d for d in draft.deliverables if d.owner not in OWNERS and d.owner not in names]
    if unknown:
        lines = [f"第{d.line}行：“{d.title}”的承办单位“{d.owner}”不在单位名录中，请先录入或更正。" for d in unknown]
        raise Rejected("\n".join(lines))


def _stages(plan: Plan, draft: PlanDraft) -> list[Any]:
    return [
        PlanStage(
            plan_id=plan.id, no=stage.no, kind=kind, name=stage.name, text=stage.text,
            start_on=stage.start, end_on=stage.end,
        )
        for stage in draft.stages
        for kind in stage.kind
    ]


def _deliverables(plan: Plan, draft: PlanDraft) -> list[Any]:
    return [
        Deliverable(
            plan_id=plan.id, code=d.code, kind=d.kind, stage=d.stage, title=d.title, owner=d.owner,
            receiver=d.to or "", due_on=d.due, text=d.text, terms=d.terms | _reading(plan, d.text),
        )
        for d in draft.deliverables
    ]


def _reading(plan: Plan, text: str) -> dict[str, Any]:
    """How the printed limit was read, kept beside the date for whoever asks why."""
    if not text:
        return {}
    found = read(text, plan.issued_on or date(plan.year, 1, 1), official())
    kept = {"because": found.because, "doubt": found.doubt, "ongoing": found.ongoing, "kind": found.kind.value}
    offset = {"n": found.offset.n, "unit": found.offset.unit.value} if found.offset else {}
    return {"reading": kept, **offset}


def _task(plan: Plan, sheet: SheetDraft, item: ItemDraft) -> Task:
    duty = next((d.title for d in sheet.duties if d.no == item.duty), "")
    return Task(
        plan_id=plan.id, sheet=sheet.code, sheet_title=sheet.subject, no=item.no, duty=duty, title=item.title,
        points=item.points, responsible_units=item.units,
        clauses=[c.model_dump(mode="json", exclude={"line"}) for c in item.clauses],
        terms={"method": item.method} if item.method else {},
        flags=[f.model_dump(mode="json", exclude={"line"}) for f in item.flags],
    )
