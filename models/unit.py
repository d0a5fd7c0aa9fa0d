"""The supervised units, who answers for them, and the links they were given."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from config import clock
from models.base import JSONB, MOMENT, Owned, Row, word_type
from models.words import Channel, LinkPurpose


class Unit(Owned, table=True):
    """A supervised unit; `subject` says which score sheets it answers to.

    `aliases` are the names papers call it by, former names among them; a unit that was merged points to its successor
    and keeps its history.
    """

    name: str = Field(index=True)
    subject: str = "department"
    sort: int = 0
    active: bool = True
    aliases: list[str] = Field(default_factory=list, sa_type=JSONB)
    merged_into: UUID | None = Field(default=None, foreign_key="unit.id")


class UnitGroup(Owned, table=True):
    """A collective name of papers (各乡镇人民政府) and the units it stands for here."""

    __table_args__ = (UniqueConstraint("office_id", "name"),)
    name: str
    aliases: list[str] = Field(default_factory=list, sa_type=JSONB)


class GroupMember(Row, table=True):
    """A unit in a group."""

    __table_args__ = (UniqueConstraint("group_id", "unit_id"),)
    group_id: UUID = Field(foreign_key="unitgroup.id", index=True)
    unit_id: UUID = Field(foreign_key="unit.id", index=True)


class Contact(Owned, table=True):
    """A person who receives notices: of a unit, of a team, or (neither) of the office itself. `user_id` marks how one
    person of the office gets the digests, and nothing else. An address refused for good says since when and why, and
    nothing more is sent there; the second way is taken when the first has failed."""

    unit_id: UUID | None = Field(default=None, foreign_key="unit.id", index=True)
    team_id: UUID | None = Field(default=None, foreign_key="team.id", index=True)
    user_id: UUID | None = Field(default=None, foreign_key="user.id")
    name: str
    post: str = ""
    phone: str = ""
    channel: Channel = Field(default=Channel.OUTBOX, sa_type=word_type(Channel))
    address: str = ""
    second_channel: Channel | None = Field(default=None, sa_type=word_type(Channel))
    second_address: str = ""
    refused_at: datetime | None = Field(default=None, sa_type=MOMENT)
    refused_why: str = ""
    confirmed_at: datetime | None = Field(default=None, sa_type=MOMENT)
    active: bool = Field(default=True, index=True)
    made_at: datetime | None = Field(default_factory=clock.now, sa_type=MOMENT)


class Link(Owned, table=True):
    """A link given to one contact: reads, signs and reports for the unit. Only its hash is kept.

    `purpose` narrows it: a calendar feed only reads; what a clerk enters in the unit's name goes by a link that works
    for `user_id` alone and says on what `basis` (a paper, a telephone call) it was entered.
    """

    unit_id: UUID = Field(foreign_key="unit.id", index=True)
    contact_id: UUID = Field(foreign_key="contact.id", index=True)
    token_hash: str = Field(index=True, unique=True)
    made_at: datetime = Field(sa_type=MOMENT)
    expires_at: datetime = Field(sa_type=MOMENT)
    opened_at: datetime | None = Field(default=None, sa_type=MOMENT)
    revoked_at: datetime | None = Field(default=None, sa_type=MOMENT)
    purpose: LinkPurpose = Field(default=LinkPurpose.PAGE, sa_type=word_type(LinkPurpose))
    user_id: UUID | None = Field(default=None, foreign_key="user.id")
    basis: str = ""


class LinkCode(Owned, table=True):
    """A six-digit code sent to a contact's own channel: ten minutes, once, few tries. Entered rightly it gives a proof
    that lets this link's holder submit for a short while; both are kept as hashes. `used_for` is the digest of the
    one request it confirmed: the same request sent twice is one use."""

    link_id: UUID = Field(foreign_key="link.id", index=True)
    contact_id: UUID = Field(foreign_key="contact.id", index=True)
    code_hash: str
    made_at: datetime = Field(sa_type=MOMENT)
    expires_at: datetime = Field(sa_type=MOMENT)
    tries: int = 0
    used_at: datetime | None = Field(default=None, sa_type=MOMENT)
    used_for: str = ""
    proof_hash: str = Field(default="", index=True)
    proof_until: datetime | None = Field(default=None, sa_type=MOMENT)


class ShortAddress(Owned, table=True):
    """What can be typed from a paper letter: `selector` finds the row, the rest is kept as a slow hash."""

    unit_id: UUID = Field(foreign_key="unit.id", index=True)
    contact_id: UUID = Field(foreign_key="contact.id", index=True)
    selector: str = Field(index=True, unique=True)
    verifier_hash: str
    made_at: datetime = Field(sa_type=MOMENT)
    expires_at: datetime = Field(sa_type=MOMENT)
    tries: int = 0
    revoked_at: datetime | None = Field(default=None, sa_type=MOMENT)
