"""What was planned to be said (Notice), and what went over the wire (Message)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.base import JSONB, MOMENT, Owned, Row, word_type
from models.words import Channel, MessageState, NoticeKind, NoticeState


class Notice(Owned, table=True):
    """One thing one person is told once: the key is (assignment, step, person, deadline version)."""

    __table_args__ = (
        UniqueConstraint("assignment_id", "step", "contact_id", "deadline_version"),
        Index("ix_notice_state_message", "state", "message_id", "contact_id"),
    )
    cycle_id: UUID | None = Field(default=None, foreign_key="cycle.id", index=True)
    unit_id: UUID | None = Field(default=None, foreign_key="unit.id", index=True)
    contact_id: UUID | None = Field(default=None, foreign_key="contact.id", index=True)
    assignment_id: UUID | None = Field(default=None, foreign_key="assignment.id", index=True)
    message_id: UUID | None = Field(default=None, foreign_key="message.id", index=True)
    kind: NoticeKind = Field(sa_type=word_type(NoticeKind))
    step: str
    deadline_version: int = 1
    due_on: date | None = None
    planned_on: date
    late_from: date | None = None
    text: str = ""
    state: NoticeState = Field(default=NoticeState.PLANNED, sa_type=word_type(NoticeState))
    made_at: datetime = Field(sa_type=MOMENT)


class Message(Owned, table=True):
    """One message to one person over one channel, merged from notices; never stamped sent before it was. `doubtful`:
    a worker died between sending and writing down, so it may have arrived twice. `claimed_by` is the worker's lease,
    `tried_at` the first try on this way, `text_on` the day its words were written for."""

    __table_args__ = (
        Index("ix_message_state", "state", "retry_at"), Index("ix_message_sent", "office_id", "sent_at"),
    )
    cycle_id: UUID | None = Field(default=None, foreign_key="cycle.id", index=True)
    unit_id: UUID | None = Field(default=None, foreign_key="unit.id", index=True)
    contact_id: UUID = Field(foreign_key="contact.id", index=True)
    day: date = Field(index=True)
    channel: Channel = Field(sa_type=word_type(Channel))
    address: str = ""
    subject: str = ""
    body: str = ""
    merged: int = 0
    state: MessageState = Field(default=MessageState.QUEUED, sa_type=word_type(MessageState))
    attempts: int = 0
    claimed_at: datetime | None = Field(default=None, sa_type=MOMENT)
    retry_at: datetime | None = Field(default=None, sa_type=MOMENT)
    sent_at: datetime | None = Field(default=None, sa_type=MOMENT)
    error: str = ""
    second_way: bool = False
    doubtful: bool = False
    claimed_by: str = ""
    tried_at: datetime | None = Field(default=None, sa_type=MOMENT)
    text_on: date | None = None


class Hold(Row, table=True):
    """Nothing of this office is sent while a hold stands: after a restore, until its head has released it. One without
    an office holds everybody (a clock that was set)."""

    office_id: UUID | None = Field(default=None, foreign_key="office.id", index=True)
    since: datetime = Field(sa_type=MOMENT)
    why: str
    released_at: datetime | None = Field(default=None, sa_type=MOMENT)
    released_by: str = ""


class DayAccount(Owned, table=True):
    """What an office owed on a day, counted by other means than the sender's, beside what really went: owed = sent +
    failed + waiting + missing. `lines` are those that were not sent; a day once closed is not counted again."""

    __table_args__ = (UniqueConstraint("office_id", "day"),)
    day: date
    owed: int
    sent: int
    failed: int
    waiting: int = 0
    missing: int
    lines: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSONB)
    made_at: datetime = Field(sa_type=MOMENT)
    closed_at: datetime | None = Field(default=None, sa_type=MOMENT)


class RateWindow(SQLModel, table=True):
    """How much one robot has been given in its current window, shared by all workers."""

    key: str = Field(primary_key=True)
    amount: int
    until: datetime = Field(sa_type=MOMENT)
