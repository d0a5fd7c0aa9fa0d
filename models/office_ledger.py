"""The queries about the office itself and its people."""

from uuid import UUID

from sqlmodel import Session, col, select

from models.base import NotFound
from models.database import reading
from models.office import Office, User


def the_office(session: Session) -> Office:
    """The office of a small installation; NotFound while there is none."""
    office = session.exec(select(Office)).first()
    if office is None:
        raise NotFound("还没有建立办公室，请先运行 duban init。")
    return office


def any_office() -> bool:
    """Whether an office has been set up here."""
    with reading() as session:
        return session.exec(select(Office.id)).first() is not None


def people_of(session: Session, office_id: UUID) -> list[User]:
    return list(session.exec(select(User).where(User.office_id == office_id).order_by(col(User.login))))


def user_by_login(session: Session, login: str) -> User | None:
    return session.exec(select(User).where(User.login == login, col(User.active).is_(True))).first()
