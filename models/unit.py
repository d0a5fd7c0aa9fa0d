"""The supervised units, who answers for them, and the links they were given."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field

from models.base import MOMENT, Owned, word_type
from models.words import Channel


class Unit(Owned, table=True):
    """A supervised unit; `subject` says which score sheets it answers to."""

    name: str = Field(index=True)
    subject: str = "department"
    sort: int = 0
    active: bool = True


class Contact(Owned, table=True):
    """A person who receives notices: of a unit, of a team, or (neither) of the office itself."""

    unit_id: UUID | None = Field(default=None, foreign_key="unit.id", index=True)
    team_id: UUID | None = Field(default=None, foreign_key="team.id", index=True)
    name: str
    post: str = ""
    phone: str = ""
    channel: Channel = Field(default=Channel.OUTBOX, sa_type=word_type(Channel))
    address: str = ""
    confirmed_at: datetime | None = Field(default=None, sa_type=MOMENT)
    active: bool = Field(default=True, index=True)


class Link(Owned, table=True):
    """A link given to one contact: reads, signs and reports for the unit. Only its hash is kept."""

    unit_id: UUID = Field(foreign_key="unit.id", index=True)
    contact_id: UUID = Field(foreign_key="contact.id", index=True)
    token_hash: str = Field(index=True, unique=True)
    made_at: datetime = Field(sa_type=MOMENT)
    expires_at: datetime = Field(sa_type=MOMENT)
    opened_at: datetime | None = Field(default=None, sa_type=MOMENT)
    revoked_at: datetime | None = Field(default=None, sa_type=MOMENT)
