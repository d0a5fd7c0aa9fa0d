"""The on-site check: visits moved and excused, problems found, the feedback sheet signed before leaving."""

from datetime import date
from uuid import UUID

from sqlmodel import Session

from actions.advance import refresh
from actions.deadline import move_deadline, settle
from actions.follow_visit import follow_visit
from actions.problem import add_problem
from actions.record import Actor, allow, record
from actions.team import origin, recusal_of
from config import clock
from config.workdays import official
from models.base import NotAllowed, Rejected
from models.cycle import Assignment, Team, Visit
from models.database import fetch
from models.ledger import stages_of_cycle
from models.problem import Problem
from models.unit import Unit
from models.words import AssignmentState, ProblemSource, StageKind, VisitKind, VisitState
from rules.recusal import MUST
from rules.roles import Act, may
from rules.stage import visit_doubt


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


def feed_back_on_site(
    session: Session, actor: Actor, visit: Visit, sheet: str, signed_by: str, post: str = ""
) -> None:
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
    visit.signed_post, visit.version = post.strip(), visit.version + 1
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
