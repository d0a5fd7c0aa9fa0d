"""Who goes out with a team: set by the office, asked before every act on site."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session, col, delete

from actions.record import Actor, allow, record
from config import clock
from config.day_words import month_day
from models.base import NotAllowed, Rejected
from models.cycle import Team, TeamMember, Visit
from models.database import fetch
from models.ledger import running_cycle
from models.office import User
from models.score_ledger import user_named
from models.visit_ledger import field_people, members_of
from models.words import VisitState
from rules.roles import Act, of_office, of_team


def set_members(session: Session, actor: Actor, team: Team, people: Sequence[UUID], lead: UUID | None) -> None:
    """The people of a team and who of them leads it; nobody at all is allowed, a lead from outside is not."""
    allow(actor, Act.VISITS)
    running_cycle(session, team.cycle_id)
    known = {user.id: user for user in field_people(session, actor.office_id)}
    chosen = list(dict.fromkeys(people))
    if any(key not in known for key in chosen):
        raise Rejected("所选人员不能参加督察组，请核对其身份和是否在用。")
    if chosen and lead not in chosen:
        raise Rejected(f"请从{team.name}成员中指定组长。")
    before = members_of(session, [team.id])[team.id]
    if {user.id: leads for user, leads in before} == {key: key == lead for key in chosen}:
        return  # a second click
    old = [user.name for user, _ in before]
    session.exec(delete(TeamMember).where(col(TeamMember.team_id) == team.id))
    session.add_all([TeamMember(team_id=team.id, user_id=key, leads=key == lead) for key in chosen])
    record(
        session, actor, "设定督察组成员", team.id, team.cycle_id, name=team.name, old=old,
        people=[known[key].name for key in chosen], lead=known[lead].name if lead in known else "",
    )


def me_of(session: Session, actor: Actor) -> User:
    """The sign-in of whoever acts."""
    found = user_named(session, actor.office_id, actor.name)
    if found is None:
        raise NotAllowed("请用本人的账号登录后办理。")
    return found


def belongs(session: Session, actor: Actor, team_id: UUID, leading: bool = False) -> bool:
    """Whether the person is of this team, or (leading) leads it."""
    people = members_of(session, [team_id])[team_id]
    return any(user.name == actor.name and (leads or not leading) for user, leads in people)


def may_work(session: Session, actor: Actor, visit: Visit) -> bool:
    """Whether the person acts on this visit rather than reads of it: the office itself, and the team that goes."""
    return of_office(actor.role) or (of_team(actor.role) and belongs(session, actor, visit.team_id))


def on_site(session: Session, actor: Actor, visit: Visit) -> None:
    """Refuse whoever does not go, a visit called off or not yet begun, a cycle that has ended."""
    allow(actor, Act.ON_SITE)
    team = fetch(session, Team, visit.team_id)
    if not may_work(session, actor, visit):
        raise NotAllowed(f"您不是{team.name}成员，只能查看；确须办理的，请办公室在“实地督察日程”中设定成员。")
    running_cycle(session, visit.cycle_id)
    if visit.state == VisitState.CANCELLED:
        raise NotAllowed("此次督察已取消；须再去的，请另行排定日程。")
    if clock.today() < visit.start_on:
        raise NotAllowed(f"督察定于{month_day(visit.start_on)}，尚未开始。")


def lead_only(session: Session, actor: Actor, team: Team, what: str) -> None:
    """Some things the team's lead alone answers for."""
    if not belongs(session, actor, team.id, leading=True):
        raise NotAllowed(f"{what}须由{team.name}组长办理。")
