"""The office that supervises, its people and their sign-ins."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field

from models.base import MOMENT, Owned, Row, word_type
from models.words import Role


class Office(Row, table=True):
    """One supervising office."""

    name: str
    short_name: str
    made_at: datetime = Field(sa_type=MOMENT)


class User(Owned, table=True):
    """A person of the office with a sign-in."""

    login: str = Field(index=True, unique=True)
    name: str
    role: Role = Field(sa_type=word_type(Role))
    password_hash: str
    active: bool = True


class Login(Row, table=True):
    """A sign-in that the office can end; only the hash of its word is kept."""

    user_id: UUID = Field(foreign_key="user.id", index=True)
    token_hash: str = Field(index=True, unique=True)
    started_at: datetime = Field(sa_type=MOMENT)
    ends_at: datetime = Field(sa_type=MOMENT)
    ended_at: datetime | None = Field(default=None, sa_type=MOMENT)


class Lease(Row, table=True):
    """Who is doing a piece of work just now, until when: keeps two sweeps apart."""

    name: str = Field(index=True, unique=True)
    holder: str
    until: datetime = Field(sa_type=MOMENT)
