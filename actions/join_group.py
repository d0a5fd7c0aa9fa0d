"""A unit joins a group while cycles run: it receives what the group owes, never with a limit that was past before."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert
from sqlmodel import Session, select

from actions.assign_measures import assign_measures, measures_of
from actions.deadline import first_notice
from actions.record import Actor, allow, record
from actions.remind import tell_unit
from config import clock
from config.workdays import official
from models.cycle import Assignment, Cycle, CycleUnit, UnitStage
from models.ledger import policy_of, stages_of_cycle
from models.plan import Plan
from models.unit import GroupMember, Unit, UnitGroup
from models.words import AssignmentKind, AssignmentState, CycleState, StageKind
from rules.deadline import Offset, as_basis, from_basis
from rules.deadline import Unit as Span
from rules.roles import Act

K = AssignmentKind


def join_group(session: Session, actor: Actor, group: UnitGroup, unit: Unit) -> int:
    """Add a unit to a group and to every running cycle whose measures name the group; returns how much it now owes."""
    allow(actor, Act.UNITS)
    known = select(GroupMember).where(GroupMember.group_id == group.id, GroupMember.unit_id == unit.id)
    if session.exec(known).first():
        return 0
    session.add(GroupMember(group_id=group.id, unit_id=unit.id))
    session.flush()
    running = select(Cycle).where(Cycle.office_id == actor.office_id, Cycle.state == CycleState.OPEN)
    owed = sum(_join_cycle(session, cycle, group, unit) for cycle in session.exec(running).all())
    record(session, actor, "加入统称", group.id, unit_id=unit.id, name=group.name, unit=unit.name, owed=owed)
    return owed


def _join_cycle(session: Session, cycle: Cycle, group: UnitGroup, unit: Unit) -> int:
    plan = session.get_one(Plan, cycle.plan_id)
    named = [task for task in measures_of(session, plan) if _names(task.terms, group.id)]
    if not named:
        return 0
    _enrol(session, cycle, unit)
    rows: list[dict[str, Any]] = []
    leads = _lead_rows(session, cycle)

    def add(kind: K, stage: StageKind, title: str, due: date | None, **more: Any) -> UUID:
        """Keep only what falls to the new unit; a lead that exists is the one its part rolls up to."""
        if more.get("unit_id") != unit.id:
            return leads.get(more["code"], uuid4())
        rows.append(_row(session, cycle, kind, stage, title, due, more))
        return UUID(str(rows[-1]["id"]))

    units = [*_enrolled(session, cycle)]
    assign_measures(session, cycle, plan, units, add, {task.id for task in named})
    if rows:
        session.connection().execute(insert(Assignment.__table__), rows)  # type: ignore[attr-defined]
    return len(rows)


def _names(terms: dict[str, Any], group_id: UUID) -> bool:
    refs = [*terms.get("leads", []), *terms.get("responsible", [])]
    return any(ref["kind"] == "group" and ref["id"] == str(group_id) for ref in refs)


def _lead_rows(session: Session, cycle: Cycle) -> dict[str, UUID]:
    """The lead's row of every measure that others roll up to, by the measure's number."""
    statement = select(Assignment).where(Assignment.cycle_id == cycle.id, Assignment.kind == K.MEASURE)
    return {item.code: item.id for item in session.exec(statement)}


def _enrolled(session: Session, cycle: Cycle) -> list[Unit]:
    statement = select(Unit).join(CycleUnit, CycleUnit.unit_id == Unit.id).where(CycleUnit.cycle_id == cycle.id)  # type: ignore[arg-type]
    return list(session.exec(statement))


def _enrol(session: Session, cycle: Cycle, unit: Unit) -> None:
    """Into the cycle, with a receipt of its own."""
    inside = select(CycleUnit).where(CycleUnit.cycle_id == cycle.id, CycleUnit.unit_id == unit.id)
    if session.exec(inside).first():
        return
    session.add(CycleUnit(cycle_id=cycle.id, unit_id=unit.id))
    stages = stages_of_cycle(session, cycle.id)
    session.add_all([UnitStage(cycle_id=cycle.id, stage_id=s.id, unit_id=unit.id, kind=s.kind) for s in stages])
    policy = policy_of(session, cycle.id)
    basis = as_basis(Offset(policy.receipt_workdays, Span.WORKDAY), clock.today(), "收到通知")
    counted = from_basis(basis, official())
    item = Assignment(
        office_id=cycle.office_id, cycle_id=cycle.id, unit_id=unit.id, kind=K.CONTACT, stage=StageKind.PREPARATION,
        title="签收方案并确认联系人", state=AssignmentState.OPEN, due_on=counted.rolled, first_due_on=counted.rolled,
        because=counted.because, basis=basis,
        next_notice_on=first_notice(policy, K.CONTACT, counted.rolled, clock.today()),
    )
    session.add(item)
    session.flush()
    tell_unit(session, item, f"贵单位已列入“{cycle.title}”，请签收并确认联系人。", "启动")


def _row(
    session: Session, cycle: Cycle, kind: K, stage: StageKind, title: str, due: date | None, more: dict[str, Any]
) -> dict[str, Any]:
    """A row for the new unit; a limit that was past before it joined is left to the office."""
    if due and due < clock.today():
        more = more | {"because": f"{more['because']}；原时限{due}在加入前已过，由办公室另定", "terms": {}}
        due = None
    blank = Assignment(office_id=cycle.office_id, cycle_id=cycle.id, kind=kind, stage=stage, title=title)
    policy = policy_of(session, cycle.id)
    first = first_notice(policy, kind, due, clock.today())
    return blank.model_dump() | {"id": uuid4(), "due_on": due, "first_due_on": due, "next_notice_on": first, **more}
