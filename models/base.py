"""What every table shares: a key, aware moments, and words stored by value."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, DateTime
from sqlalchemy import Enum as EnumType
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel


class Refused(Exception):
    """A request the rules do not allow; its text is the sentence shown to the person."""


class NotAllowed(Refused):
    """The person may not do this, or not now."""


class NotFound(Refused):
    """Nothing by that name or link, or it belongs to another office."""


class Rejected(Refused):
    """What was sent in is incomplete or wrong."""


class Conflict(Refused):
    """Someone else acted on the same row first."""


class Busy(Refused):
    """The database could not take it in time; nothing was written, and later it can be tried again."""


class Word(StrEnum):
    """An enum member that carries its Chinese word."""

    label: str

    def __new__(cls, value: str, label: str = "") -> "Word":
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member


class Moment(TypeDecorator[datetime]):
    """An aware moment on every database: stored as UTC, read back as UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        import datetime as dt

        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a zone")
        return dt.datetime.fromtimestamp(value.timestamp(), dt.UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        import datetime as dt

        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


def word_type(enum: type[StrEnum]) -> Any:
    """The column type of an enum: its value as text, so that a new member needs no migration."""
    return EnumType(
        enum, native_enum=False, create_constraint=False, length=32, values_callable=lambda e: [m.value for m in e]
    )


MOMENT: Any = Moment()
JSONB: Any = JSON()


class Row(SQLModel):
    """A row with a key nobody can guess or count."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)


class Owned(Row):
    """A row of one office: every query names the office."""

    office_id: UUID = Field(foreign_key="office.id", index=True)
