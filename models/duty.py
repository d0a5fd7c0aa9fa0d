"""Duties that come again: by period, with an event, before an expiry; and what was registered for them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field

from models.base import JSONB, MOMENT, Owned, word_type
from models.words import DutyKind


class Duty(Owned, table=True):
    """What a unit owes again and again in a cycle; each time is one Assignment.

    `phrase` is the printed limit and `terms` its reading as stored (rrule, offset, anchor). `next_on` is the first day
    of the period to be opened next. `receivers` must each confirm; `gate` names what must exist before the step.
    """

    __table_args__ = (
        Index(
            "ix_duty_next", "cycle_id", "next_on", sqlite_where=text("next_on IS NOT NULL"),
            postgresql_where=text("next_on IS NOT NULL"),
        ),
    )
    cycle_id: UUID = Field(foreign_key="cycle.id", index=True)
    unit_id: UUID = Field(foreign_key="unit.id", index=True)
    code: str = Field(index=True)
    kind: DutyKind = Field(sa_type=word_type(DutyKind))
    title: str
    phrase: str
    because: str = ""
    terms: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)
    min_count: int | None = None
    quota: float | None = None
    quota_unit: str = ""
    per_person: bool = False
    receivers: list[str] = Field(default_factory=list, sa_type=JSONB)
    gate: str = ""
    remind_before: list[int] = Field(default_factory=list, sa_type=JSONB)
    anchor_on: date | None = None
    next_on: date | None = None
    standing: bool = False
    ended_on: date | None = None
    made_by: str = ""
    made_at: datetime = Field(sa_type=MOMENT)

    @property
    def needed(self) -> float:
        """How much one period asks for; one act where the document names no figure."""
        return self.quota or self.min_count or 1

    @property
    def measure(self) -> str:
        """The word behind the figure."""
        return self.quota_unit or "次"


class Entry(Owned, table=True):
    """One act registered for a duty: on a day, so much, by whom or received by whom. Withdrawn, never deleted."""

    duty_id: UUID = Field(foreign_key="duty.id", index=True)
    assignment_id: UUID = Field(foreign_key="assignment.id", index=True)
    unit_id: UUID = Field(foreign_key="unit.id", index=True)
    day: date
    amount: float = 1
    what: str
    person: str = ""
    receiver: str = ""
    made_by: str
    made_at: datetime = Field(sa_type=MOMENT)
    nonce: str = Field(index=True)
    withdrawn: str = ""
