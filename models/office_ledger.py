"""The queries about the office itself, its people and their sign-ins."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from config.settings import settings
from models.base import NotFound
from models.cycle import Cycle, Team, TeamMember
from models.database import reading
from models.event import Event
from models.office import Login, Office, Share, SignInTry, User
from models.step_ledger import no_referrals
from models.words import CycleState, Role


def the_office(session: Session, code: str = "") -> Office:
    """The office a command works for: the one of this code, else of the settings, else the only one there is; NotFound
    while there is none, or while nobody has said which of several."""
    if wanted := code or settings().office:
        return office_named(session, wanted)
    found = session.exec(select(Office).limit(2)).all()
    if not found:
        raise NotFound("还没有建立办公室，请先运行 duban init。")
    if len(found) > 1:
        raise NotFound("本系统有多个办公室，请写明为哪一个办理：duban --office 简码 …（简码见 duban office list）。")
    return found[0]


def office_named(session: Session, words: str) -> Office:
    """The one office of this code, or of this very name; NotFound otherwise."""
    wanted = words.strip()
    found = session.exec(select(Office).where(Office.code == wanted.lower(), Office.code != "")).all()
    found = found or session.exec(select(Office).where(or_(Office.name == wanted, Office.short_name == wanted))).all()
    if len(found) != 1:
        raise NotFound(f"没有简码为“{wanted}”的办公室，请核对（duban office list）。")
    return found[0]


def offices(session: Session) -> list[Office]:
    """Every office, the oldest first."""
    return list(session.exec(select(Office).order_by(col(Office.made_at), col(Office.name))))


def topmost(session: Session) -> UUID:
    """The oldest office with none above it: in whose history what concerns the whole installation is written."""
    statement = select(Office.id).where(col(Office.superior_id).is_(None)).order_by(col(Office.made_at))
    return session.exec(statement).first() or the_office(session).id


def several() -> bool:
    """Whether there is more than one office here."""
    with reading() as session:
        return len(session.exec(select(Office.id).limit(2)).all()) > 1


def every_office(session: Session) -> list[UUID]:
    """The keys of all offices, for the sweep."""
    return list(session.exec(select(Office.id).order_by(col(Office.made_at))))


def open_shares(session: Session, sweep: str) -> list[UUID]:
    """The offices whose part of a sweep nobody has finished yet, in the order they are taken."""
    statement = select(Share.office_id).join(Office, col(Office.id) == Share.office_id)
    open_ones = statement.where(Share.sweep == sweep, col(Share.done_at).is_(None))
    return list(session.exec(open_ones.order_by(col(Office.made_at), col(Office.id))))


def any_office() -> bool:
    """Whether an office has been set up here."""
    with reading() as session:
        return session.exec(select(Office.id)).first() is not None


def people_of(session: Session, office_id: UUID) -> list[User]:
    """Everybody with a sign-in, those who may use it first."""
    statement = select(User).where(User.office_id == office_id)
    return list(session.exec(statement.order_by(col(User.active).desc(), col(User.login))))


def users_by_login(session: Session, login: str, office_id: UUID | None = None) -> list[User]:
    """The active people of this sign-in name, of one office or of all: each office has its own names."""
    statement = select(User).where(User.login == login, col(User.active).is_(True))
    return list(session.exec(statement.where(User.office_id == office_id) if office_id else statement.limit(2)))


def users_by_identity(session: Session, identity: str) -> list[tuple[User, Office]]:
    """The active people behind an identity at the provider (`issuer|subject`, or `mailto:` while not yet linked), one
    in each office they work for."""
    statement = select(User, Office).join(Office, col(Office.id) == User.office_id)
    rows = session.exec(statement.where(User.identity == identity, col(User.active).is_(True)).order_by(Office.name))
    return [(row[0], row[1]) for row in rows]


def heads_of(session: Session, office_id: UUID) -> list[User]:
    """The heads who can sign in; the office's row is locked, so that two do not demote each other at once."""
    session.exec(select(Office).where(Office.id == office_id).with_for_update()).one()
    statement = select(User).where(User.office_id == office_id, User.role == Role.HEAD, col(User.active).is_(True))
    return list(session.exec(statement))


def login_by_hash(session: Session, token_hash: str) -> Login | None:
    return session.exec(select(Login).where(Login.token_hash == token_hash)).first()


def open_logins(session: Session, user_id: UUID, now: datetime, idle: timedelta) -> list[Login]:
    """The sign-ins of a person that still open pages, the one last used first."""
    statement = select(Login).where(
        Login.user_id == user_id, col(Login.ended_at).is_(None), Login.ends_at > now,
        func.coalesce(Login.seen_at, Login.started_at) > now - idle,
    )
    return list(session.exec(statement.order_by(func.coalesce(Login.seen_at, Login.started_at).desc())))


def login_before(session: Session, login: Login) -> Login | None:
    """The person's sign-in before this one."""
    statement = select(Login).where(Login.user_id == login.user_id, Login.started_at < login.started_at)
    return session.exec(statement.order_by(col(Login.started_at).desc())).first()


def last_logins(session: Session, office_id: UUID) -> dict[UUID, datetime]:
    """When each person of the office signed in last."""
    statement = (
        select(Login.user_id, func.max(Login.started_at)).join(User, col(User.id) == Login.user_id)
        .where(User.office_id == office_id).group_by(col(Login.user_id))
    )
    return {row[0]: row[1] for row in session.exec(statement)}


def tries_since(session: Session, key: str, since: datetime) -> int:
    """How often a sign-in failed under this key."""
    statement = select(func.count()).select_from(SignInTry).where(SignInTry.key == key, SignInTry.at > since)
    return session.exec(statement).one()


def teams_of_user(session: Session, user_id: UUID) -> list[tuple[Team, Cycle, bool]]:
    """The teams of running cycles a person belongs to, and whether as their lead."""
    statement = (
        select(Team, Cycle, TeamMember.leads)
        .join(TeamMember, col(TeamMember.team_id) == Team.id).join(Cycle, col(Cycle.id) == Team.cycle_id)
        .where(TeamMember.user_id == user_id, Cycle.state == CycleState.OPEN).order_by(col(Cycle.opened_on).desc())
    )
    return [(row[0], row[1], row[2]) for row in session.exec(statement)]


def history(
    office_id: UUID, referrals: bool, actor: str = "", verb: str = "", before: int = 0
) -> SelectOfScalar[Event]:
    """The events of an office, newest first, of one person or one kind; `referrals` only for those who decide on
    them. A statement, so that a page takes the first and an export streams them all."""
    statement = select(Event).where(Event.office_id == office_id)
    if not referrals:
        statement = statement.where(*no_referrals())
    if actor:
        statement = statement.where(Event.actor == actor)
    if verb:
        statement = statement.where(Event.verb == verb)
    if before:
        statement = statement.where(Event.seq < before)
    return statement.order_by(col(Event.seq).desc())


def event_count(session: Session, office_id: UUID) -> int:
    return session.exec(select(func.count()).select_from(Event).where(Event.office_id == office_id)).one()
