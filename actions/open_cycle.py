"""A plan becomes a running cycle: stages with dates, duties for every unit, teams and their visits."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert
from sqlmodel import Session, col, select

from actions.deadline import first_notice
from actions.record import Actor, office_only, record
from actions.remind import tell_unit
from config import clock
from config.policy import Policy
from config.workdays import official
from models.base import Conflict, NotAllowed, Rejected
from models.cycle import Assignment, Cycle, CycleUnit, Stage, Team, UnitStage, Visit
from models.ledger import contacts_by_owner
from models.plan import Deliverable, Plan, PlanStage, Task
from models.unit import Contact, Unit
from models.words import AssignmentKind, AssignmentState, Channel, CycleState, StageKind
from rules import stage as stage_rules
from rules import workday
from rules.deadline import Offset, as_basis, from_basis
from rules.deadline import Unit as Span

K = AssignmentKind


@dataclass(frozen=True)
class Opening:
    """What a clerk decides when opening a cycle."""

    shift_days: int = 0
    team_names: Sequence[str] = ("第一督察组",)
    policy: Policy = field(default_factory=Policy)
    override_reason: str = ""
    title: str = ""


def unreachable(session: Session, office_id: UUID, units: Sequence[Unit]) -> list[str]:
    """Names of the units nobody can be told for: no contact, or one without an address."""
    contacts = contacts_by_owner(session, office_id)
    def told(contact: Contact) -> bool:
        return contact.channel == Channel.OUTBOX or bool(contact.address)

    return [unit.name for unit in units if not any(told(c) for c in contacts.get(unit.id, []))]


def shift_preview(session: Session, plan: Plan, days: int) -> list[stage_rules.Shifted]:
    """Every date of the plan moved by `days`, with what a person must know about it."""
    dates = []
    for stage in session.exec(select(PlanStage).where(PlanStage.plan_id == plan.id).order_by(col(PlanStage.no))):
        dates += [(f"{stage.kind.label}开始", stage.start_on), (f"{stage.kind.label}结束", stage.end_on)]
    for item in session.exec(select(Deliverable).where(Deliverable.plan_id == plan.id)):
        dates.append((item.title, item.due_on))
    return stage_rules.shift([(name, day) for name, day in dates if day], days, official(), clock.today())


def check_dates(session: Session, plan: Plan, opening: Opening) -> None:
    """A cycle whose last printed day is already past is not launched by accident."""
    days = [row.moved for row in shift_preview(session, plan, opening.shift_days)]
    if days and max(days) < clock.today() and not opening.override_reason.strip():
        raise NotAllowed(f"方案日期已全部过去（最晚{max(days)}）。请改起始日期，或写明理由后继续启动。")


def check_twin(session: Session, plan: Plan, opening: Opening) -> None:
    """A second click on launch opens no second cycle."""
    twin = select(Cycle).where(
        Cycle.plan_id == plan.id, Cycle.shift_days == opening.shift_days, Cycle.state == CycleState.OPEN,
        Cycle.opened_on == clock.today(), Cycle.title == (opening.title or plan.short_title),
    )
    if session.exec(twin).first():
        raise Conflict("同名同日期的督察周期今天已启动，无须重复启动。")


def open_cycle(session: Session, actor: Actor, plan: Plan, units: Sequence[Unit], opening: Opening) -> Cycle:
    """Open a cycle for these units; refused while a unit cannot be reached, unless a reason is given and kept."""
    office_only(actor)
    if not units:
        raise Rejected("没有选择被督察单位，不能启动。")
    missing = unreachable(session, actor.office_id, units)
    if missing and not opening.override_reason.strip():
        names = "、".join(missing[:10])
        raise NotAllowed(f"{len(missing)}个单位没有可用联系人：{names}。请补录，或写明理由后继续启动。")
    check_dates(session, plan, opening)
    check_twin(session, plan, opening)
    cycle = Cycle(
        office_id=actor.office_id, plan_id=plan.id, title=opening.title or plan.short_title, opened_on=clock.today(),
        shift_days=opening.shift_days, policy=opening.policy.model_dump(mode="json"),
        override_reason=opening.override_reason,
    )
    session.add(cycle)
    session.flush()
    record(
        session, actor, "启动督察周期", cycle.id, cycle.id, plan=plan.title, units=len(units),
        shift_days=opening.shift_days, unreachable=missing, reason=cycle.override_reason,
    )
    stages = _open_stages(session, plan, cycle)
    session.add_all([CycleUnit(cycle_id=cycle.id, unit_id=unit.id) for unit in units])
    session.add_all(
        [UnitStage(cycle_id=cycle.id, stage_id=s.id, unit_id=u.id, kind=s.kind) for u in units for s in stages]
    )
    teams = _teams(session, actor, cycle, opening.team_names)
    _Duties(session, cycle, plan, units, teams, opening.policy).write(stages)
    _announce(session, cycle, plan)
    return cycle


def _announce(session: Session, cycle: Cycle, plan: Plan) -> None:
    """Every unit hears of the cycle, with its first link, on the next working morning."""
    receipts = select(Assignment).where(Assignment.cycle_id == cycle.id, Assignment.kind == K.CONTACT)
    for item in session.exec(receipts).all():
        tell_unit(session, item, f"{plan.title}已启动（{plan.doc_no}），请签收并确认联系人。", "启动")


def _open_stages(session: Session, plan: Plan, cycle: Cycle) -> list[Stage]:
    """The plan's stages moved by the shift, and a look-back without a date where the plan prints none."""
    printed = {s.kind: s for s in session.exec(select(PlanStage).where(PlanStage.plan_id == plan.id))}
    move = timedelta(days=cycle.shift_days)
    stages: list[Stage] = []
    for kind in stage_rules.ORDER:
        source = printed.get(kind)
        if source is None and kind != StageKind.LOOK_BACK:
            continue
        stages.append(
            Stage(
                cycle_id=cycle.id, kind=kind, no=len(stages) + 1,
                name=source.name if source else "回头看（方案未单列）",
                start_on=source.start_on + move if source and source.start_on else None,
                end_on=source.end_on + move if source and source.end_on else None,
            )
        )
    first = stages[0]
    if first.start_on is None and first.end_on is not None:
        first.start_on = min(cycle.opened_on, first.end_on)
    session.add_all(stages)
    session.flush()
    return stages


def _teams(session: Session, actor: Actor, cycle: Cycle, names: Sequence[str]) -> list[Team]:
    teams = [Team(office_id=actor.office_id, cycle_id=cycle.id, name=name, sort=n) for n, name in enumerate(names)]
    session.add_all(teams)
    session.flush()
    session.add_all(
        [Contact(office_id=actor.office_id, team_id=t.id, name=f"{t.name}组长", post="组长") for t in teams]
    )
    return teams


class _Duties:
    """The assignments of a new cycle, gathered as dicts and written with one statement."""

    def __init__(
        self, session: Session, cycle: Cycle, plan: Plan, units: Sequence[Unit], teams: list[Team], policy: Policy
    ) -> None:
        self.session, self.cycle, self.plan, self.policy = session, cycle, plan, policy
        self.units, self.teams = units, teams
        self.move = timedelta(days=cycle.shift_days)
        self.rows: list[dict[str, Any]] = []
        self.visits: list[Visit] = []

    def write(self, stages: list[Stage]) -> None:
        if stages[0].kind == StageKind.PREPARATION:
            self._receipts()
        for item in self.session.exec(select(Deliverable).where(Deliverable.plan_id == self.plan.id)):
            self._deliverable(item, {stage.kind: stage for stage in stages})
        self._tasks()
        self.session.flush()
        self.session.connection().execute(insert(Assignment.__table__), self.rows)  # type: ignore[attr-defined]
        self.session.add_all(self.visits)
        self.session.flush()

    def _add(self, kind: K, stage: StageKind, title: str, due: date | None, **more: Any) -> UUID:
        blank = Assignment(office_id=self.cycle.office_id, cycle_id=self.cycle.id, kind=kind, stage=stage, title=title)
        row = blank.model_dump() | {"id": uuid4(), "due_on": due, "first_due_on": due, **more}
        if row["part_of"] is None:
            row["next_notice_on"] = first_notice(self.policy, kind, due, self.cycle.opened_on, row["terms"])
        self.rows.append(row)
        return UUID(str(row["id"]))

    def _receipts(self) -> None:
        basis = as_basis(Offset(self.policy.receipt_workdays, Span.WORKDAY), self.cycle.opened_on, "收到通知")
        counted = from_basis(basis, official())
        for unit in self.units:
            self._add(
                K.CONTACT, StageKind.PREPARATION, "签收方案并确认联系人", counted.rolled, unit_id=unit.id,
                because=counted.because, basis=basis, state=AssignmentState.OPEN,
            )

    def _deliverable(self, item: Deliverable, stages: dict[StageKind, Stage]) -> None:
        due = item.due_on + self.move if item.due_on else None
        terms = self._moved_terms(item.terms)
        reading = terms.pop("reading", {})
        common = {
            "code": item.code, "terms": terms, "because": f"原文：{item.text}" if item.text else "",
            "standing": bool(reading.get("ongoing") and due),
        }
        if item.kind == K.RECT_PLAN:
            return  # owed from the letter on, by the units that have problems
        if item.kind == K.ON_SITE_FEEDBACK:
            self._visits(item, stages.get(StageKind.ON_SITE_CHECK), common)
        elif item.owner == "units":
            for unit in self.units:
                self._add(item.kind, item.stage, item.title, due, unit_id=unit.id, **common)
        elif item.owner == "teams":
            for team in self.teams:
                self._add(item.kind, item.stage, f"{item.title}（{team.name}）", due, team_id=team.id, **common)
        elif item.owner == "office":
            self._add(item.kind, item.stage, item.title, due, **common)
        else:  # a named unit; one that is left out of this cycle owes nothing in it
            for unit in self.units:
                if unit.name == item.owner:
                    self._add(item.kind, item.stage, item.title, due, unit_id=unit.id, **common)

    def _moved_terms(self, terms: dict[str, Any]) -> dict[str, Any]:
        def move(text: str) -> str:
            return str(date.fromisoformat(text) + self.move)

        moved = dict(terms)
        if "propose_before" in moved:
            moved["propose_before"] = move(moved["propose_before"])
        if "window" in moved:
            moved["window"] = [move(day) for day in moved["window"]]
        return moved

    def _visits(self, item: Deliverable, stage: Stage | None, common: dict[str, Any]) -> None:
        """One visit per unit, spread over the stage's workdays; its feedback sheet is due the day it ends."""
        if stage is None or stage.start_on is None or stage.end_on is None:
            return
        days = workday.window(stage.start_on, stage.end_on, official())
        plan = stage_rules.spread(len(self.units), days, len(self.teams))
        for unit, (day, number) in zip(self.units, plan, strict=True):
            team = self.teams[number]
            key = self._add(
                item.kind, item.stage, f"{item.title}（{unit.name}）", day, unit_id=unit.id, team_id=team.id, **common
            )
            self.visits.append(
                Visit(
                    office_id=self.cycle.office_id, cycle_id=self.cycle.id, unit_id=unit.id, team_id=team.id,
                    assignment_id=key, start_on=day, end_on=day,
                )
            )

    def _tasks(self) -> None:
        """Every item of the sheets a unit answers to, as a part of its self-check report."""
        reports = {row["unit_id"]: row for row in self.rows if row["kind"] == K.SELF_CHECK_REPORT}
        sheets = {subject["code"]: subject["sheets"] for subject in self.plan.subjects}
        tasks = list(self.session.exec(select(Task).where(Task.plan_id == self.plan.id)))
        for unit in self.units:
            report = reports.get(unit.id)
            if report is None:
                continue
            for task in tasks:
                if task.sheet in sheets.get(unit.subject, []):
                    self._add(
                        K.TASK, StageKind.SELF_CHECK, task.title, report["due_on"], unit_id=unit.id, task_id=task.id,
                        part_of=report["id"],
                    )
