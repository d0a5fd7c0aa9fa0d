"""The office that supervises, its people and their sign-ins."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from models.base import JSONB, MOMENT, Owned, Row, word_type
from models.words import Role


class Office(Row, table=True):
    """One supervising office. `code` is what its people type to choose it where there are several; `superior_id` is the
    office above it, which sees its figures and what was sent up, and nothing else."""

    __table_args__ = (
        Index(
            "ix_office_code", "code", unique=True, sqlite_where=text("code <> ''"), postgresql_where=text("code <> ''")
        ),
    )
    name: str
    short_name: str
    place: str = ""  # where papers ask a unit to come or write to
    contact: str = ""  # who answers for papers, with telephone
    phone: str = ""
    seal: str = ""  # the issuing body as it signs; empty where it is the office's own name
    code: str = ""
    superior_id: UUID | None = Field(default=None, foreign_key="office.id", index=True)
    # after that long without a trace a person's name may be erased
    retention_years: int = Field(default=10, sa_column_kwargs={"server_default": "10"})
    asks_code: bool = True  # units confirm final acts with a six-digit code where their contact can be sent one
    made_at: datetime = Field(sa_type=MOMENT)


class User(Owned, table=True):
    """A person of the office with a sign-in, whose name is the office's own: another office may use it too. `identity`
    is issuer and subject at the identity provider; whoever works for two offices has one in each."""

    __table_args__ = (Index("ix_user_office_login", "office_id", "login", unique=True),)
    login: str = Field(index=True)
    name: str
    role: Role = Field(sa_type=word_type(Role))
    password_hash: str
    active: bool = True
    post: str = ""
    phone: str = ""
    identity: str = Field(default="", index=True)
    language: str = ""  # of the pages, when the person chose one
    mail: str = ""  # where the digests go
    digests: list[str] = Field(default_factory=list, sa_type=JSONB)  # "week", "month"
    must_change: bool = False  # the word was given by the head and opens nothing but its own change


class Login(Row, table=True):
    """A sign-in that the office can end; only the hash of its word is kept. `device` says what it came from."""

    user_id: UUID = Field(foreign_key="user.id", index=True)
    token_hash: str = Field(index=True, unique=True)
    started_at: datetime = Field(sa_type=MOMENT)
    ends_at: datetime = Field(sa_type=MOMENT)
    ended_at: datetime | None = Field(default=None, sa_type=MOMENT)
    seen_at: datetime | None = Field(default=None, sa_type=MOMENT)
    address: str = ""
    device: str = ""
    way: str = ""  # by word, or by the office's identity provider
    confirmed_at: datetime | None = Field(default=None, sa_type=MOMENT)  # when the person last proved who it is


class SignInTry(Row, table=True):
    """A failed sign-in, kept for minutes: `key` is a hash of name and address, or of the address alone."""

    key: str = Field(index=True)
    at: datetime = Field(index=True, sa_type=MOMENT)


class Lease(Row, table=True):
    """Who is doing a piece of work just now, until when: keeps two sweeps apart. `ticks` is the same end on the clock
    that nobody can set, which counts since the machine's start `boot`."""

    name: str = Field(index=True, unique=True)
    holder: str
    until: datetime = Field(sa_type=MOMENT)
    boot: str = ""
    ticks: float = 0.0


class Share(Owned, table=True):
    """One office's part of one sweep: several workers take them in turn. `taken` counts how often; more than once says
    that a worker died over it. `worker` has it or had it last."""

    __table_args__ = (UniqueConstraint("sweep", "office_id"),)
    sweep: str
    day: date
    cut_at: datetime = Field(index=True, sa_type=MOMENT)
    worker: str = ""
    taken: int = 0
    done_at: datetime | None = Field(default=None, sa_type=MOMENT)
