"""The event history: append-only, each row sealed with the hash of the one before."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models.base import JSONB, MOMENT

ERASING = "清除个人信息"  # the verb of the event that seals what erased ones say from then on


class Event(SQLModel, table=True):
    """Who did what to what, when, from which link. The database refuses to change or delete a row.

    `salt` is sealed with the rest: once it is gone, the seal no longer tells whose name stood there. `erased` is the
    number of the event by which the names in this one were replaced; nothing else of a row may ever change.
    """

    __table_args__ = (UniqueConstraint("office_id", "seq"),)
    id: int | None = Field(default=None, primary_key=True)
    office_id: UUID = Field(foreign_key="office.id", index=True)
    seq: int
    at: datetime = Field(sa_type=MOMENT)
    actor: str
    via: str = ""
    verb: str = Field(index=True)
    subject: str = Field(default="", index=True)
    cycle_id: UUID | None = Field(default=None, index=True)
    unit_id: UUID | None = Field(default=None, index=True)
    data: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)
    prev_hash: str
    hash: str
    salt: str = Field(default="", sa_column_kwargs={"server_default": ""})
    erased: int | None = None


class ChainHead(SQLModel, table=True):
    """The last seal of an office's history: a shortened chain is noticed too."""

    office_id: UUID = Field(primary_key=True, foreign_key="office.id")
    seq: int = 0
    hash: str = ""
