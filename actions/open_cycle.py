"""A plan becomes a running cycle: stages with dates, duties for every unit, teams and their visits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from actions.assign import Duties
from actions.assign_duties import assign_duties
from actions.assign_measures import measures_of, tell_late_arrivals
from actions.record import Actor, allow, record
from actions.remind import tell_unit
from actions.team import declare_homes, warn_of_recusals
from config import clock
from config.policy import Policy
from config.workdays import official
from models.base import Conflict, NotAllowed, Rejected
from models.cycle import Assignment, Cycle, CycleUnit, Stage, Team, UnitStage
from models.ledger import contacts_by_owner
from models.plan import Deliverable, Plan, PlanStage
from models.unit import Contact, Unit
from models.words import AssignmentKind, Channel, CycleState, StageKind
from rules import stage as stage_rules
from rules.roles import Act

K = AssignmentKind


@dataclass(frozen=True)
class Opening:
    """What a clerk decides when opening a cycle; `homes` says by a team's name which units its people come from."""

    shift_days: int = 0
    team_names: Sequence[str] = ("第一督察组",)
    policy: Policy = field(default_factory=Policy)
    override_reason: str = ""
    title: str = ""
    homes: Mapping[str, Sequence[UUID]] = field(default_factory=dict)


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
    for day, title in _measure_days(session, plan):
        dates.append((title, day))
    return stage_rules.shift([(name, day) for name, day in dates if day], days, official(), clock.today())


def _measure_days(session: Session, plan: Plan) -> list[tuple[date, str]]:
    """The limits of a decomposition, each day once."""
    days: dict[date, list[str]] = {}
    for task in measures_of(session, plan):
        if task.due_on:
            days.setdefault(task.due_on, []).append(task.title)
    named = {day: f"{titles[0]}等{len(titles)}项任务" if titles[1:] else titles[0] for day, titles in days.items()}
    return sorted(named.items())


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
    allow(actor, Act.STEER)
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
    teams = _teams(session, actor, cycle, opening)
    Duties(session, cycle, plan, units, teams, opening.policy).write(stages)
    assign_duties(session, actor, cycle, plan, units)
    _announce(session, cycle, plan)
    tell_late_arrivals(session, cycle)
    warn_of_recusals(session, actor.office_id, cycle.id)
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


def _teams(session: Session, actor: Actor, cycle: Cycle, opening: Opening) -> list[Team]:
    names = enumerate(opening.team_names)
    teams = [Team(office_id=actor.office_id, cycle_id=cycle.id, name=name, sort=n) for n, name in names]
    session.add_all(teams)
    session.flush()
    session.add_all(
        [Contact(office_id=actor.office_id, team_id=t.id, name=f"{t.name}组长", post="组长") for t in teams]
    )
    for team in teams:
        if team.name in opening.homes:
            declare_homes(session, actor, team, opening.homes[team.name])
    return teams
