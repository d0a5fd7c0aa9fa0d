"""The on-site check: programmes told in time, visits, problems found, the feedback sheet before leaving."""

from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select

from actions.advance import refresh
from actions.deadline import move_deadline, settle
from actions.follow_visit import follow_visit
from actions.problem import add_problem
from actions.record import Actor, allow, record
from actions.remind import tell
from actions.team import origin, recusal_of
from config import clock
from config.policy import Policy
from config.workdays import official
from models.base import NotAllowed, Rejected
from models.cycle import Assignment, Cycle, Team, Visit
from models.database import fetch
from models.ledger import contacts_by_owner, stages_of_cycle
from models.lists import visits_of
from models.notice import Notice
from models.plan import Plan
from models.problem import Problem
from models.unit import Contact, Unit
from models.visit_ledger import never_visited
from models.words import AssignmentState, NoticeKind, ProblemSource, StageKind, VisitKind, VisitState
from rules import workday
from rules.recusal import MUST
from rules.reminder import WEEKDAYS
from rules.roles import Act, may
from rules.stage import visit_doubt

People = dict[UUID | None, list[Contact]]


def tell_programmes(session: Session, cycle_id: UUID, day: date) -> int:
    """Units hear of their visit in good time, teams of today's list, and of a missing sheet the same evening."""
    cycle = fetch(session, Cycle, cycle_id)
    policy = Policy.model_validate(cycle.policy)
    _list_never_visited(session, cycle, day)
    visits = visits_of(session, cycle_id, day)
    if not visits:
        return 0
    contacts = contacts_by_owner(session, cycle.office_id)
    told, today = 0, dict[UUID, list[str]]()
    weekly = bool(fetch(session, Plan, cycle.plan_id).parts.get("slots"))
    ahead = policy.slot_workdays if weekly else policy.programme_workdays
    for visit, unit, team in visits:
        if visit.state != VisitState.PLANNED:  # moved forward and done before anybody was told
            visit.told = True
        stamp = f"{visit.start_on.month}月{visit.start_on.day}日（周{WEEKDAYS[visit.start_on.weekday()]}）"
        if not visit.told and workday.add(visit.start_on, -ahead, official()) <= day:
            people = [contact.id for contact in contacts.get(unit.id, [])]
            text = f"{team.name}定于{stamp}到贵单位实地督察，请备好会议记录、文件资料和科室材料。"
            tell(
                session, people, text, office_id=cycle.office_id, step=f"日程{visit.start_on}",
                kind=NoticeKind.PROGRAMME, cycle_id=cycle_id, unit_id=unit.id, assignment_id=visit.assignment_id,
                version=_moves(session, visit),
            )
            visit.told, told = True, told + 1
        if visit.start_on <= day <= visit.end_on and visit.state == VisitState.PLANNED:
            today.setdefault(team.id, []).append(unit.name)
    for team_id, names in today.items():
        _tell_team(session, cycle, contacts, team_id, f"今日督察：{'、'.join(names)}。", f"当日名单{day}")
    if clock.now().time() >= policy.evening:
        _chase_sheets(session, cycle, contacts, day)
    return told


def _moves(session: Session, visit: Visit) -> int:
    """How often a visit was moved: a visit moved away and back is told each time."""
    item = session.get(Assignment, visit.assignment_id) if visit.assignment_id else None
    return item.deadline_version if item else 1


def _tell_team(session: Session, cycle: Cycle, contacts: People, team_id: UUID | None, text: str, step: str) -> None:
    """One sentence to a team, or (None) to the office itself, once per step."""
    people = [contact.id for contact in contacts.get(team_id, [])]
    known = set(session.exec(select(Notice.contact_id).where(Notice.cycle_id == cycle.id, Notice.step == step)))
    tell(
        session, [key for key in people if key not in known], text, office_id=cycle.office_id, step=step,
        kind=NoticeKind.PROGRAMME, cycle_id=cycle.id,
    )


def _list_never_visited(session: Session, cycle: Cycle, day: date) -> None:
    """Where daily supervision goes on, the office hears once a month whom nobody has visited by the end of the last."""
    first, step = day.replace(day=1), f"未督察{day:%Y-%m}"
    if day < workday.on_or_after(first, official()) or cycle.opened_on >= first:
        return
    if session.exec(select(Notice.id).where(Notice.cycle_id == cycle.id, Notice.step == step)).first():
        return
    last = _daily_until(session, cycle)
    until = date.fromordinal(first.toordinal() - 1)
    if last is None or last.replace(day=1) < until.replace(day=1):
        return
    if names := [unit.name for unit in never_visited(session, cycle.id, until)]:
        text = f"截至{until.month}月{until.day}日，尚有{len(names)}个单位未督察：{'、'.join(names)}。"
        _tell_team(session, cycle, contacts_by_owner(session, cycle.office_id), None, text, step)


def _daily_until(session: Session, cycle: Cycle) -> date | None:
    """The last day of daily supervision: a window of the plan or a stage of the cycle; none when there is neither."""
    for window in fetch(session, Plan, cycle.plan_id).windows:
        if window.get("code") == "daily" and window.get("end"):
            return date.fromordinal(date.fromisoformat(window["end"]).toordinal() + cycle.shift_days)
    ends = [one.end_on for one in stages_of_cycle(session, cycle.id) if one.kind == StageKind.DAILY]
    return next((end for end in ends if end), None)


def _chase_sheets(session: Session, cycle: Cycle, contacts: People, day: date) -> None:
    """The evening of a visit without its feedback sheet (方案：督察结束后现场反馈)."""
    missing: dict[UUID, list[str]] = {}
    for visit, unit, team in visits_of(session, cycle.id, day):
        if visit.end_on == day and visit.state not in (VisitState.FED_BACK, VisitState.CANCELLED):
            missing.setdefault(team.id, []).append(unit.name)
    for team_id, names in missing.items():
        text = f"{'、'.join(names)}尚无现场反馈单，请当日补办。"
        _tell_team(session, cycle, contacts, team_id, text, f"缺反馈单{day}")


def move_visit(
    session: Session, actor: Actor, visit: Visit, start: date, end: date, reason: str = "", team: Team | None = None
) -> None:
    """Move a visit to other days or another team; outside the stage, on a rest day, or with a team that comes from the
    unit it needs a reason, which is kept."""
    allow(actor, Act.MOVE_VISIT)
    if visit.state == VisitState.FED_BACK:
        raise NotAllowed("已现场反馈，日程不再调整。")
    _not_cancelled(visit)
    team = team or fetch(session, Team, visit.team_id)
    doubt = visit_doubt(start, end, *_window(session, visit), official())
    recused = _recused(session, visit, team)
    if (doubt or recused) and (end < start or not reason.strip()):
        raise Rejected(f"{doubt}{recused}")
    if recused and not may(actor.role, Act.EXCUSE):
        raise NotAllowed(f"{recused}是否例外须由办公室主任或经办人决定。")
    old = visit.start_on
    visit.start_on, visit.end_on, visit.told = start, end, False
    visit.override_reason = reason if doubt else ""
    _give(session, actor, visit, team, reason if recused else "")
    if visit.assignment_id:
        item = fetch(session, Assignment, visit.assignment_id)
        item.team_id = team.id
        move_deadline(session, actor, item, end, reason or "调整督察日程")
    follow_visit(session, actor, visit)
    record(
        session, actor, "调整督察日程", visit.id, visit.cycle_id, visit.unit_id, old=old, start=start, end=end,
        reason=reason, team=team.name,
    )


def _not_cancelled(visit: Visit) -> None:
    if visit.state == VisitState.CANCELLED:
        raise NotAllowed("此次督察已取消；须再去的，请另行排定日程。")


def _window(session: Session, visit: Visit) -> tuple[date | None, date | None]:
    """The days a visit of the programme keeps to; other visits, and plans without that step, have none."""
    stages = stages_of_cycle(session, visit.cycle_id) if visit.kind == VisitKind.PROGRAMME else []
    found = [(stage.start_on, stage.end_on) for stage in stages if stage.kind == StageKind.ON_SITE_CHECK]
    return found[0] if found else (None, None)


def _recused(session: Session, visit: Visit, team: Team) -> str:
    """The sentence that speaks against this team, unless the same team was excused before."""
    if team.cycle_id != visit.cycle_id:
        raise Rejected("所选督察组不属于本周期。")
    unit = fetch(session, Unit, visit.unit_id)
    doubt = origin(team).doubt(unit.id, unit.name) if team.id != visit.team_id else recusal_of(visit, unit, team)
    return f"{doubt}。" if doubt else ""


def _give(session: Session, actor: Actor, visit: Visit, team: Team, excuse: str) -> None:
    """The team of a visit, with the reason why it may go where it comes from; another team needs none any more."""
    if excuse:
        record(
            session, actor, "回避例外", visit.id, visit.cycle_id, visit.unit_id, team=team.name, reason=excuse.strip()
        )
    if excuse or team.id != visit.team_id:
        visit.team_id, visit.recusal_reason = team.id, excuse.strip()


def excuse_team(session: Session, actor: Actor, visit: Visit, reason: str) -> None:
    """Let a team go although it comes from the unit, for a reason that is kept; nothing else of the visit changes."""
    allow(actor, Act.EXCUSE)
    if not reason.strip():
        raise Rejected("不回避须写明理由。")
    _give(session, actor, visit, fetch(session, Team, visit.team_id), reason)


def record_problem(
    session: Session, actor: Actor, visit: Visit, title: str, detail: str = "", on_the_spot: bool = False,
    task_id: UUID | None = None,
) -> Problem:
    """A problem found on site goes to the ledger."""
    allow(actor, Act.ON_SITE)
    _not_cancelled(visit)
    return add_problem(
        session, actor, visit.cycle_id, visit.unit_id, ProblemSource.ON_SITE, title, detail,
        fix_on_the_spot=on_the_spot, task_id=task_id,
    )


def feed_back_on_site(session: Session, actor: Actor, visit: Visit, sheet: str, signed_by: str) -> None:
    """The sheet read out before leaving and signed by the unit; a visit without it stays amber."""
    allow(actor, Act.ON_SITE)
    _not_cancelled(visit)
    if not sheet.strip() or not signed_by.strip():
        raise Rejected("现场反馈单须写明反馈内容，并由被督察单位签字。")
    if clock.today() < visit.start_on:
        raise NotAllowed(f"督察定于{visit.start_on:%m-%d}，尚未开始，不能提交反馈单。")
    if _recused(session, visit, fetch(session, Team, visit.team_id)) == f"{MUST}。":
        raise NotAllowed(f"{MUST}。")
    visit.feedback, visit.signed_by = sheet.strip(), signed_by.strip()
    visit.state, visit.fed_back_at = VisitState.FED_BACK, clock.now()
    stage = StageKind.ON_SITE_CHECK
    if visit.assignment_id:
        item = fetch(session, Assignment, visit.assignment_id)
        settle(session, item, AssignmentState.DONE)
        stage = item.stage
    record(session, actor, "现场反馈", visit.id, visit.cycle_id, visit.unit_id, signed_by=signed_by)
    refresh(session, visit.cycle_id, stage, clock.today(), visit.unit_id)


def mark_visited(session: Session, actor: Actor, visit: Visit) -> None:
    """The team was there; the sheet is still to come."""
    if visit.state == VisitState.PLANNED:
        visit.state = VisitState.DONE
        record(session, actor, "到场督察", visit.id, visit.cycle_id, visit.unit_id)


def visit_of(session: Session, cycle_id: UUID, unit_id: UUID) -> Visit:
    """The unit's visit of the programme."""
    statement = select(Visit).where(Visit.cycle_id == cycle_id, col(Visit.unit_id) == unit_id)
    return session.exec(statement.where(Visit.kind == VisitKind.PROGRAMME)).one()
