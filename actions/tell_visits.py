"""What units and teams hear about visits: programmes in good time, the day's list, a missing sheet the same evening."""

from datetime import date
from uuid import UUID

from sqlmodel import Session, select

from actions.remind import tell
from config import clock
from config.day_words import day_and_weekday, month_day
from config.policy import Policy
from config.workdays import official
from models.cycle import Assignment, Cycle, Visit
from models.database import fetch
from models.ledger import contacts_by_owner, stages_of_cycle
from models.lists import visits_of
from models.notice import Notice
from models.plan import Plan
from models.unit import Contact
from models.visit_ledger import never_visited
from models.words import NoticeKind, StageKind, VisitState
from rules import workday

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
        stamp = day_and_weekday(visit.start_on)
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
        text = f"截至{month_day(until)}，尚有{len(names)}个单位未督察：{'、'.join(names)}。"
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
