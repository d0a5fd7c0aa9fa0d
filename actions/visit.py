"""The on-site check: programmes told in time, visits, problems found, the feedback sheet before leaving."""

from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select

from actions.advance import refresh
from actions.deadline import move_deadline, settle
from actions.problem import add_problem
from actions.record import Actor, record
from actions.remind import tell
from config import clock
from config.policy import Policy
from config.workdays import official
from models.base import NotAllowed, Rejected
from models.cycle import Assignment, Cycle, Visit
from models.database import fetch
from models.ledger import contacts_by_owner, stage_of
from models.lists import visits_of
from models.notice import Notice
from models.problem import Problem
from models.unit import Contact
from models.words import AssignmentState, NoticeKind, ProblemSource, StageKind, VisitState
from rules import workday
from rules.problem import FIELD
from rules.reminder import WEEKDAYS
from rules.stage import visit_doubt

People = dict[UUID | None, list[Contact]]


def tell_programmes(session: Session, cycle_id: UUID, day: date) -> int:
    """Units hear of their visit in good time, teams of today's list, and of a missing sheet the same evening."""
    cycle = fetch(session, Cycle, cycle_id)
    policy = Policy.model_validate(cycle.policy)
    visits = visits_of(session, cycle_id, day)
    if not visits:
        return 0
    contacts = contacts_by_owner(session, cycle.office_id)
    told = 0
    today: dict[UUID, list[str]] = {}
    for visit, unit, team in visits:
        if visit.state != VisitState.PLANNED:  # moved forward and done before anybody was told
            visit.told = True
        stamp = f"{visit.start_on.month}月{visit.start_on.day}日（周{WEEKDAYS[visit.start_on.weekday()]}）"
        if not visit.told and workday.add(visit.start_on, -policy.programme_workdays, official()) <= day:
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


def _tell_team(session: Session, cycle: Cycle, contacts: People, team_id: UUID, text: str, step: str) -> None:
    """One sentence to a team, once per step."""
    people = [contact.id for contact in contacts.get(team_id, [])]
    known = set(session.exec(select(Notice.contact_id).where(Notice.cycle_id == cycle.id, Notice.step == step)))
    tell(
        session, [key for key in people if key not in known], text, office_id=cycle.office_id, step=step,
        kind=NoticeKind.PROGRAMME, cycle_id=cycle.id,
    )


def _chase_sheets(session: Session, cycle: Cycle, contacts: People, day: date) -> None:
    """The evening of a visit without its feedback sheet (方案：督察结束后现场反馈)."""
    missing: dict[UUID, list[str]] = {}
    for visit, unit, team in visits_of(session, cycle.id, day):
        if visit.end_on == day and visit.state != VisitState.FED_BACK:
            missing.setdefault(team.id, []).append(unit.name)
    for team_id, names in missing.items():
        text = f"{'、'.join(names)}尚无现场反馈单，请当日补办。"
        _tell_team(session, cycle, contacts, team_id, text, f"缺反馈单{day}")


def move_visit(session: Session, actor: Actor, visit: Visit, start: date, end: date, reason: str = "") -> None:
    """Move a visit; outside the stage or on a rest day it needs a reason, which is kept."""
    if actor.role not in FIELD:
        raise NotAllowed("须由督察组成员或办公室调整日程。")
    if visit.state == VisitState.FED_BACK:
        raise NotAllowed("已现场反馈，日程不再调整。")
    stage = stage_of(session, visit.cycle_id, StageKind.ON_SITE_CHECK)
    doubt = visit_doubt(start, end, stage.start_on, stage.end_on, official())
    if doubt and (end < start or not reason.strip()):
        raise Rejected(doubt)
    old = visit.start_on
    visit.start_on, visit.end_on, visit.told = start, end, False
    visit.override_reason = reason if doubt else ""
    if visit.assignment_id:
        item = fetch(session, Assignment, visit.assignment_id)
        move_deadline(session, actor, item, end, reason or "调整督察日程")
    record(
        session, actor, "调整督察日程", visit.id, visit.cycle_id, visit.unit_id, old=old, start=start, end=end,
        reason=reason,
    )


def record_problem(
    session: Session, actor: Actor, visit: Visit, title: str, detail: str = "", on_the_spot: bool = False,
    task_id: UUID | None = None,
) -> Problem:
    """A problem found on site goes to the ledger."""
    if actor.role not in FIELD:
        raise NotAllowed("须由督察组成员或办公室登记现场问题。")
    return add_problem(
        session, actor, visit.cycle_id, visit.unit_id, ProblemSource.ON_SITE, title, detail,
        fix_on_the_spot=on_the_spot, task_id=task_id,
    )


def feed_back_on_site(session: Session, actor: Actor, visit: Visit, sheet: str, signed_by: str) -> None:
    """The sheet read out before leaving and signed by the unit; a visit without it stays amber."""
    if actor.role not in FIELD:
        raise NotAllowed("须由督察组成员或办公室填写现场反馈单。")
    if not sheet.strip() or not signed_by.strip():
        raise Rejected("现场反馈单须写明反馈内容，并由被督察单位签字。")
    if clock.today() < visit.start_on:
        raise NotAllowed(f"督察定于{visit.start_on:%m-%d}，尚未开始，不能提交反馈单。")
    visit.feedback, visit.signed_by = sheet.strip(), signed_by.strip()
    visit.state, visit.fed_back_at = VisitState.FED_BACK, clock.now()
    if visit.assignment_id:
        item = fetch(session, Assignment, visit.assignment_id)
        settle(session, item, AssignmentState.DONE)
    record(session, actor, "现场反馈", visit.id, visit.cycle_id, visit.unit_id, signed_by=signed_by)
    refresh(session, visit.cycle_id, StageKind.ON_SITE_CHECK, clock.today(), visit.unit_id)


def mark_visited(session: Session, actor: Actor, visit: Visit) -> None:
    """The team was there; the sheet is still to come."""
    if visit.state == VisitState.PLANNED:
        visit.state = VisitState.DONE
        record(session, actor, "到场督察", visit.id, visit.cycle_id, visit.unit_id)


def visit_of(session: Session, cycle_id: UUID, unit_id: UUID) -> Visit:
    return session.exec(select(Visit).where(Visit.cycle_id == cycle_id, col(Visit.unit_id) == unit_id)).one()
