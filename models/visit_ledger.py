"""The queries about visits, teams and draws: who was never visited, who goes, what was drawn before."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import or_
from sqlmodel import Session, col, select

from models.cycle import Assignment, Cycle, CycleUnit, Team, TeamMember, Visit
from models.draw import Draw
from models.office import User
from models.submission import Submission
from models.unit import Unit
from models.words import AssignmentKind, AssignmentState, CycleState, Role, VisitKind, VisitState

BEEN = (VisitState.DONE, VisitState.FED_BACK)
GOES_OUT = (Role.TEAM_LEAD, Role.INSPECTOR, Role.CLERK, Role.HEAD)


def never_visited(session: Session, cycle_id: UUID, until: date) -> list[Unit]:
    """The units of a cycle where no team has been by that day; a visit that is only arranged does not count."""
    been = select(Visit.unit_id).where(
        Visit.cycle_id == cycle_id, col(Visit.state).in_(BEEN), col(Visit.start_on) <= until
    )
    statement = (
        select(Unit)
        .join(CycleUnit, col(CycleUnit.unit_id) == Unit.id)
        .where(CycleUnit.cycle_id == cycle_id, col(Unit.active).is_(True), col(Unit.id).not_in(been))
        .order_by(col(Unit.sort), col(Unit.name))
    )
    return list(session.exec(statement))


def days_been(session: Session, cycle_id: UUID, unit_id: UUID) -> list[tuple[date, date]]:
    """First and last day of every visit that was made to a unit in a cycle."""
    statement = select(Visit).where(
        Visit.cycle_id == cycle_id, Visit.unit_id == unit_id, col(Visit.state).in_(BEEN)
    )
    return [(visit.start_on, visit.end_on) for visit in session.exec(statement)]


def on_programme(session: Session, cycle_id: UUID) -> set[UUID]:
    """The units that have their visit of the programme already."""
    statement = select(Visit.unit_id).where(Visit.cycle_id == cycle_id, Visit.kind == VisitKind.PROGRAMME)
    return set(session.exec(statement))


def booked_days(session: Session, cycle_id: UUID, kind: VisitKind) -> set[tuple[UUID, date]]:
    """The units of a cycle and the days on which a visit of this kind to them stands."""
    statement = select(Visit).where(
        Visit.cycle_id == cycle_id, Visit.kind == kind, Visit.state != VisitState.CANCELLED
    )
    return {(row.unit_id, row.start_on) for row in session.exec(statement)}


def units_by_key(session: Session, office_id: UUID, keys: Sequence[UUID]) -> list[Unit]:
    """These units of the office, in the order of the directory."""
    statement = select(Unit).where(Unit.office_id == office_id, col(Unit.id).in_(keys))
    return list(session.exec(statement.order_by(col(Unit.sort), col(Unit.name))))


def draws_of(session: Session, office_id: UUID) -> list[Draw]:
    """Every draw of the office, newest first."""
    return list(session.exec(select(Draw).where(Draw.office_id == office_id).order_by(col(Draw.drawn_at).desc())))


def draws_beside(session: Session, first: UUID) -> list[Draw]:
    """A first draw and all that were made again after it, in order."""
    statement = select(Draw).where(or_(col(Draw.id) == first, col(Draw.again_of) == first))
    return list(session.exec(statement.order_by(col(Draw.no))))


def visits_of_draw(session: Session, draw_id: UUID) -> list[tuple[Visit, Unit]]:
    """The visits that came out of a draw."""
    statement = select(Visit, Unit).join(Unit, col(Unit.id) == Visit.unit_id).where(Visit.draw_id == draw_id)
    return [(row[0], row[1]) for row in session.exec(statement.order_by(col(Visit.start_on), col(Unit.sort)))]


Trip = tuple[Visit, Unit, Team, Cycle]


def trips(session: Session, office_id: UUID, user_id: UUID | None = None) -> list[Trip]:
    """The visits of running cycles that are not called off, by day; with a person only those of their teams."""
    statement = (
        select(Visit, Unit, Team, Cycle)
        .join(Unit, col(Unit.id) == Visit.unit_id)
        .join(Team, col(Team.id) == Visit.team_id)
        .join(Cycle, col(Cycle.id) == Visit.cycle_id)
        .where(Visit.office_id == office_id, Cycle.state == CycleState.OPEN, Visit.state != VisitState.CANCELLED)
        .order_by(col(Visit.start_on), col(Team.sort), col(Unit.sort))
    )
    if user_id:
        mine = select(TeamMember.team_id).where(TeamMember.user_id == user_id)
        statement = statement.where(col(Visit.team_id).in_(mine))
    return [(row[0], row[1], row[2], row[3]) for row in session.exec(statement)]


def trips_of_team(session: Session, team_id: UUID) -> list[tuple[Visit, Unit]]:
    """A team's visits with their units, by day."""
    statement = (
        select(Visit, Unit)
        .join(Unit, col(Unit.id) == Visit.unit_id)
        .where(Visit.team_id == team_id, Visit.state != VisitState.CANCELLED)
        .order_by(col(Visit.start_on), col(Unit.sort))
    )
    return [(row[0], row[1]) for row in session.exec(statement)]


def members_of(session: Session, team_ids: Sequence[UUID]) -> dict[UUID, list[tuple[User, bool]]]:
    """The people of each team who may sign in, with whether they lead it; who leads stands first."""
    found: dict[UUID, list[tuple[User, bool]]] = {key: [] for key in team_ids}
    statement = (
        select(TeamMember, User)
        .join(User, col(User.id) == TeamMember.user_id)
        .where(col(TeamMember.team_id).in_(team_ids))
        .order_by(col(TeamMember.leads).desc(), col(User.login))
    )
    for row, user in session.exec(statement):
        found[row.team_id].append((user, row.leads))
    return found


def team_reports(session: Session, office_id: UUID, user_id: UUID | None = None) -> list[tuple[Assignment, Team]]:
    """The reports teams owe in running cycles, nearest limit first; with a person those of their teams."""
    statement = (
        select(Assignment, Team)
        .join(Team, col(Team.id) == Assignment.team_id)
        .join(Cycle, col(Cycle.id) == Assignment.cycle_id)
        .where(
            Assignment.office_id == office_id, Assignment.kind == AssignmentKind.TEAM_REPORT,
            Cycle.state == CycleState.OPEN, Assignment.state != AssignmentState.CANCELLED,
        )
        .order_by(col(Assignment.due_on).nulls_first(), col(Team.sort))
    )
    if user_id:
        mine = select(TeamMember.team_id).where(TeamMember.user_id == user_id)
        statement = statement.where(col(Assignment.team_id).in_(mine))
    return [(row[0], row[1]) for row in session.exec(statement)]


def handed_in(session: Session, assignment_id: UUID) -> list[Submission]:
    """What was handed in for one thing owed, newest first."""
    statement = select(Submission).where(Submission.assignment_id == assignment_id)
    return list(session.exec(statement.order_by(col(Submission.sent_at).desc())))


def field_people(session: Session, office_id: UUID) -> list[User]:
    """The people of the office who may go out with a team."""
    statement = select(User).where(
        User.office_id == office_id, col(User.active).is_(True), col(User.role).in_(GOES_OUT)
    )
    return list(session.exec(statement.order_by(col(User.login))))
