"""What passes between an office and the one above it: plans sent down, reports sent up, each noted on both sides."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models.base import JSONB, MOMENT, Row, word_type
from models.paper_words import PaperKind


class PlanSource(SQLModel, table=True):
    """The whole draft an adopted plan was made of, as JSON: what another office is sent to adopt for itself."""

    plan_id: UUID = Field(primary_key=True, foreign_key="plan.id")
    draft: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)


class PlanDown(Row, table=True):
    """A plan sent down by `sender_id` to `receiver_id`, with what the sender answered to its questions. It becomes the
    receiver's own plan (`adopted_id`) when adopted there, or is laid aside with a reason."""

    __table_args__ = (UniqueConstraint("plan_id", "receiver_id"),)
    sender_id: UUID = Field(foreign_key="office.id", index=True)
    receiver_id: UUID = Field(foreign_key="office.id", index=True)
    plan_id: UUID = Field(foreign_key="plan.id")
    title: str
    doc_no: str = ""
    digest: str
    draft: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)
    answers: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)
    intake_id: UUID | None = Field(default=None, foreign_key="intake.id")
    note: str = ""
    sent_by: str
    sent_at: datetime = Field(sa_type=MOMENT)
    adopted_id: UUID | None = Field(default=None, foreign_key="plan.id")
    settled_by: str = ""
    settled_at: datetime | None = Field(default=None, sa_type=MOMENT)
    reason: str = ""  # why it was laid aside


class ReportUp(Row, table=True):
    """An issued paper reported by `sender_id` to `receiver_id`: what it said of itself that day, its hash, and who
    signed for it above. The document itself is the sender's and is read by its hash."""

    __table_args__ = (UniqueConstraint("paper_id", "receiver_id"),)
    sender_id: UUID = Field(foreign_key="office.id", index=True)
    receiver_id: UUID = Field(foreign_key="office.id", index=True)
    paper_id: UUID = Field(foreign_key="paper.id")
    kind: PaperKind = Field(sa_type=word_type(PaperKind))
    number: str = ""
    title: str
    digest: str
    size: int
    sent_by: str
    sent_at: datetime = Field(sa_type=MOMENT)
    received_by: str = ""
    received_at: datetime | None = Field(default=None, sa_type=MOMENT)
