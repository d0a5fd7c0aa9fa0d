"""An office is set up: its name, its people, the contact that receives its own reminders."""

import secrets
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Engine
from sqlmodel import Session, select

from actions.people import PASSWORDS
from actions.record import Actor, record
from config import clock
from models.database import transaction
from models.office import Office, User
from models.unit import Contact
from models.words import Role

PEOPLE = (
    ("zhuren", "主任甲", Role.HEAD),
    ("jingban", "经办甲", Role.CLERK),
    ("jingban2", "经办乙", Role.CLERK),
    ("zuzhang", "组长甲", Role.TEAM_LEAD),
    ("lingdao", "领导甲", Role.LEADER),
)


@dataclass(frozen=True)
class People:
    """The actors of an office by role, and the word for their first sign-in."""

    office_id: UUID
    word: str
    words: dict[str, str]
    actors: dict[str, Actor]


def make_office(bind: Engine | None, name: str, short_name: str, word: str = "", code: str = "") -> People:
    """A new office with one sign-in per role and its own contact; `code` is what its people choose it by.

    Each sign-in gets a first word of its own, to be changed at once; a sample gives `word` for all of them.
    """
    words = {login: word or secrets.token_hex(5) for login, _, _ in PEOPLE}
    hashes = {text: PASSWORDS.hash(text) for text in set(words.values())}
    with transaction(bind) as session:
        office = Office(name=name, short_name=short_name, code=code, made_at=clock.now())
        session.add(office)
        session.flush()
        session.add_all(
            [User(office_id=office.id, login=login, name=who, role=role, password_hash=hashes[words[login]],
                  must_change=not word) for login, who, role in PEOPLE]
        )
        session.add(Contact(office_id=office.id, name=short_name, post="办公室"))
        record(session, Actor(office.id, "安装程序"), "设立办公室", office.id, name=name)
        return People(office.id, words[PEOPLE[0][0]], words, actors_of(session, office.id))


def actors_of(session: Session, office_id: UUID) -> dict[str, Actor]:
    """The people of an office by login."""
    session.flush()
    users = session.exec(select(User).where(User.office_id == office_id))
    return {user.login: Actor(office_id, user.name, user.role, "演练") for user in users}
