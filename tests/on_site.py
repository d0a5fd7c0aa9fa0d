"""A team on site for tests: a lead and two inspectors with sign-ins, and the first unit's visit on its day."""

from datetime import date
from typing import Any
from uuid import UUID

from fastapi.testclient import TestClient
from sqlmodel import Session, select

from actions.members import set_members
from actions.record import Actor
from models.cycle import Cycle, Stage, Team, TeamMember, Visit
from models.office import User
from models.plan import Plan
from models.unit import Unit
from models.words import Role, StageKind, VisitKind
from tests.beginnings import WORD
from tests.programme import visit_of
from tests.web.person import Person

VISITED = date(2020, 8, 12)
LEAD, SECOND, OUTSIDER = "zuzhang", "ducha", "pangren"


def add_inspectors(session: Session, office_id: UUID) -> None:
    """Two inspectors who sign in with the word of the tests."""
    known = session.exec(select(User).where(User.login == LEAD)).one()
    for login, name in ((SECOND, "督察员乙"), (OUTSIDER, "督察员丙")):
        session.add(
            User(office_id=office_id, login=login, name=name, role=Role.INSPECTOR, password_hash=known.password_hash)
        )
    session.flush()


def crew(running: Any, session: Session) -> Team:
    """The first team with its lead and one inspector; the other inspector stays outside."""
    add_inspectors(session, running.people.office_id)
    team = session.exec(select(Team).where(Team.cycle_id == running.cycle_id)).first()
    keys = [session.exec(select(User.id).where(User.login == login)).one() for login in (LEAD, SECOND)]
    set_members(session, running.actor("jingban"), team, keys, keys[0])
    return team


def who(session: Session, login: str) -> Actor:
    user = session.exec(select(User).where(User.login == login)).one()
    return Actor(user.office_id, user.name, user.role, "网页")


def trip(running: Any, session: Session, position: int = 0) -> Visit:
    """The visit of a unit, moved to the tests' day."""
    visit = visit_of(session, running.cycle_id, running.unit(session, position).id)
    visit.start_on = visit.end_on = VISITED
    session.flush()
    return visit


def plan_trip(session: Session, actor: Actor, plan: Plan, unit: Unit, day: date) -> Visit:
    """A bare cycle of a plan with one visit today, for plans whose own dates do not matter here."""
    cycle = Cycle(office_id=actor.office_id, plan_id=plan.id, title=plan.short_title, opened_on=day)
    session.add(cycle)
    session.flush()
    session.add(Stage(cycle_id=cycle.id, kind=StageKind.ON_SITE_CHECK, no=1, name="实地督察", start_on=day, end_on=day))
    team = Team(office_id=actor.office_id, cycle_id=cycle.id, name="第一督察组")
    session.add(team)
    session.flush()
    lead = session.exec(select(User).where(User.login == LEAD)).one()
    session.add(TeamMember(team_id=team.id, user_id=lead.id, leads=True))
    visit = Visit(
        office_id=actor.office_id, cycle_id=cycle.id, unit_id=unit.id, team_id=team.id, start_on=day, end_on=day,
        kind=VisitKind.PROGRAMME,
    )
    session.add(visit)
    session.flush()
    return visit


def sign_in(app: Any, bind: Any, login: str) -> Person:
    client = TestClient(app)
    answer = client.post("/login", data={"login": login, "word": WORD}, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return Person(client, bind)
