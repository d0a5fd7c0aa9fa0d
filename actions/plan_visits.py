"""排定日程: units spread over the official workdays of a window, no team sent to where it comes from."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlmodel import Session, select

from actions.advance import refresh
from actions.deadline import first_notice
from actions.follow_visit import follow_visit
from actions.record import Actor, Fact, allow, record_many
from actions.team import origin
from config import clock
from config.workdays import official
from models.base import Conflict, Rejected
from models.cycle import Assignment, Cycle, CycleUnit, Stage, Team, UnitStage, Visit
from models.draw import Draw
from models.ledger import policy_of, running_cycle, stages_of_cycle, teams_of
from models.unit import Unit
from models.visit_ledger import booked_days, on_programme, units_by_key, visits_of_draw
from models.words import AssignmentKind, AssignmentState, StageKind, StageState, VisitKind
from rules import workday
from rules.recusal import Origin, choose, unstaffed
from rules.roles import Act
from rules.stage import spread, visit_doubt

MOST_NAMES = 5


def plan_visits(
    session: Session, actor: Actor, cycle: Cycle, units: Sequence[Unit], start: date, end: date,
    teams: Sequence[Team] = (), kind: VisitKind = VisitKind.PROGRAMME, reason: str = "", draw_id: UUID | None = None,
) -> list[Visit]:
    """One visit for each unit, evenly over the workdays from `start` to `end` and in turn over the teams."""
    allow(actor, Act.VISITS)
    running_cycle(session, cycle.id)
    units = list({unit.id: unit for unit in units}.values())
    _check_units(session, cycle, units, kind)
    days, origins = days_of(start, end), _origins(session, cycle, teams)
    stage = _stage(session, cycle, kind)
    _check_doubts(_doubts(stage if kind == VisitKind.PROGRAMME else None, days, origins, units), reason)
    turns = spread(len(units), days, len(origins))
    _check_booked(session, cycle, kind, [(unit, day) for unit, (day, _) in zip(units, turns, strict=True)])
    made = []
    for (unit, (day, turn)) in zip(units, turns, strict=True):
        chosen = choose(origins, turn, unit.id, unit.name)
        visit = _visit(session, cycle, stage, unit, chosen.team, day, kind)
        visit.draw_id, visit.override_reason = draw_id, reason.strip()
        visit.recusal_reason = reason.strip() if chosen.doubt(unit.id, unit.name) else ""
        made.append((visit, unit, chosen.team))
    session.add_all([visit for visit, _, _ in made])
    for visit, _, _ in made:
        follow_visit(session, actor, visit)
    record_many(session, actor, [_fact(*row, reason) for row in made])
    refresh(session, cycle.id, stage.kind if stage else StageKind.ON_SITE_CHECK, clock.today())
    return [visit for visit, _, _ in made]


def _check_booked(session: Session, cycle: Cycle, kind: VisitKind, wanted: Sequence[tuple[Unit, date]]) -> None:
    """A second click, or a colleague's: nobody is visited twice on one day for one thing."""
    booked = booked_days(session, cycle.id, kind)
    if twice := [unit.name for unit, day in wanted if (unit.id, day) in booked]:
        more = f"等{len(twice)}个单位" if len(twice) > MOST_NAMES else ""
        raise Conflict(f"{'、'.join(twice[:MOST_NAMES])}{more}当日已排定{kind.label}，请勿重复排定。")


def visits_from_draw(
    session: Session, actor: Actor, cycle: Cycle, draw: Draw, start: date, end: date,
    teams: Sequence[Team] = (), reason: str = "",
) -> list[Visit]:
    """The drawn units are visited; those that were not in the cycle enter it, for the visit and what it finds."""
    allow(actor, Act.VISITS)
    if draw.cycle_id not in (None, cycle.id):
        raise Rejected("本次抽取属于另一督察周期。")
    if visits_of_draw(session, draw.id):
        raise Conflict("本次抽取的单位已排定日程。")
    units = units_by_key(session, actor.office_id, [UUID(row["id"]) for row in draw.result])
    for unit in units:
        _enrol(session, cycle, unit)
    return plan_visits(session, actor, cycle, units, start, end, teams, VisitKind.SPOT, reason, draw.id)


def days_of(start: date, end: date) -> list[date]:
    """The workdays of a window that still lie ahead; Rejected when there is none or the year has no notice."""
    if end < start:
        raise Rejected("结束日期早于开始日期。")
    calendar = official()
    if missing := calendar.unknown_years(start, end):
        years = "、".join(f"{year}年" for year in missing)
        raise Rejected(f"{years}放假通知尚未入库，工作日不能确定；请先在“放假安排”中录入，再排定日程。")
    days = workday.window(start, end, calendar)
    if not days:
        raise Rejected(f"{start}至{end}没有工作日，不能排定日程。")
    ahead = [day for day in days if day >= clock.today()]
    if not ahead:
        raise Rejected(f"{start}至{end}已经过去，不能排定日程。")
    return ahead


def _check_units(session: Session, cycle: Cycle, units: Sequence[Unit], kind: VisitKind) -> None:
    if not units:
        raise Rejected("请选择要督察的单位。")
    inside = set(session.exec(select(CycleUnit.unit_id).where(CycleUnit.cycle_id == cycle.id)))
    if outside := [unit.name for unit in units if unit.id not in inside]:
        raise Rejected(f"{_some(outside)}不在本督察周期内。")
    planned = on_programme(session, cycle.id) if kind == VisitKind.PROGRAMME else set()
    if twice := [unit.name for unit in units if unit.id in planned]:
        raise Rejected(f"{_some(twice)}已在日程中；再去请选“日常督导”，改期请在该次督察中调整。")


def _some(names: Sequence[str]) -> str:
    return "、".join(names[:MOST_NAMES]) + (f"等{len(names)}个单位" if len(names) > MOST_NAMES else "")


def _origins(session: Session, cycle: Cycle, teams: Sequence[Team]) -> list[Origin]:
    found = list(teams) or teams_of(session, cycle.id)
    if not found:
        raise Rejected("本周期还没有督察组，请先组建。")
    if any(team.cycle_id != cycle.id for team in found):
        raise Rejected("所选督察组不属于本周期。")
    return [origin(team) for team in found]


def _doubts(stage: Stage | None, days: Sequence[date], origins: Sequence[Origin], units: Sequence[Unit]) -> list[str]:
    """What needs a person's word before the programme is made."""
    outside = visit_doubt(days[0], days[-1], stage.start_on, stage.end_on, official()) if stage else ""
    alone = unstaffed(origins, [(unit.id, unit.name) for unit in units])
    return [*filter(None, [outside]), *(f"{_some(names)}{doubt}。" for doubt, names in alone.items())]


def _check_doubts(doubts: Sequence[str], reason: str) -> None:
    if doubts and not reason.strip():
        raise Rejected("\n".join(doubts))


def _stage(session: Session, cycle: Cycle, kind: VisitKind) -> Stage | None:
    """The step a visit belongs to: the on-site check, or the daily one where the plan has it and the visit is extra."""
    stages = {stage.kind: stage for stage in stages_of_cycle(session, cycle.id)}
    order = [StageKind.ON_SITE_CHECK, StageKind.DAILY]
    return next((stages[one] for one in order[:: 1 if kind == VisitKind.PROGRAMME else -1] if one in stages), None)


def _visit(
    session: Session, cycle: Cycle, stage: Stage | None, unit: Unit, team: Team, day: date, kind: VisitKind
) -> Visit:
    """A visit and the feedback sheet that ends it, due the same day."""
    waiting = stage is not None and stage.state == StageState.PLANNED
    item = Assignment(
        office_id=cycle.office_id, cycle_id=cycle.id, unit_id=unit.id, team_id=team.id, due_on=day, first_due_on=day,
        kind=AssignmentKind.ON_SITE_FEEDBACK, stage=stage.kind if stage else StageKind.ON_SITE_CHECK,
        title=f"现场反馈（{unit.name}）", because=f"{kind.label}：{day}",
        state=AssignmentState.PLANNED if waiting else AssignmentState.OPEN,
        next_notice_on=first_notice(
            policy_of(session, cycle.id), AssignmentKind.ON_SITE_FEEDBACK, day, clock.today()
        ),
    )
    session.add(item)
    session.flush()
    return Visit(
        office_id=cycle.office_id, cycle_id=cycle.id, unit_id=unit.id, team_id=team.id, assignment_id=item.id,
        start_on=day, end_on=day, kind=kind,
    )


def _fact(visit: Visit, unit: Unit, team: Team, reason: str) -> Fact:
    data = {"day": str(visit.start_on), "team": team.name, "kind": visit.kind.label, "reason": reason.strip()}
    return Fact("排定督察日程", visit.id, visit.cycle_id, unit.id, data)


def _enrol(session: Session, cycle: Cycle, unit: Unit) -> None:
    """Into the cycle with nothing of what its plan asks: a spot check is no reason to owe a self-check."""
    inside = select(CycleUnit).where(CycleUnit.cycle_id == cycle.id, CycleUnit.unit_id == unit.id)
    if session.exec(inside).first():
        return
    session.add(CycleUnit(cycle_id=cycle.id, unit_id=unit.id))
    for stage in stages_of_cycle(session, cycle.id):
        session.add(UnitStage(cycle_id=cycle.id, stage_id=stage.id, unit_id=unit.id, kind=stage.kind))
    session.flush()
