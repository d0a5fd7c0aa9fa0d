"""What units send in: reports, evidence files, drafts, requests for more time."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from models.base import JSONB, MOMENT, Owned, word_type
from models.words import AssignmentKind, ExtensionState, SubmissionState


class Submission(Owned, table=True):
    """A report handed in; `nonce` comes from the form, so a second click finds the first."""

    __table_args__ = (UniqueConstraint("office_id", "nonce"),)
    cycle_id: UUID = Field(foreign_key="cycle.id", index=True)
    unit_id: UUID | None = Field(default=None, foreign_key="unit.id", index=True)
    assignment_id: UUID = Field(foreign_key="assignment.id", index=True)
    kind: AssignmentKind = Field(sa_type=word_type(AssignmentKind))
    state: SubmissionState = Field(default=SubmissionState.SUBMITTED, sa_type=word_type(SubmissionState))
    body: str = ""
    content: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)
    sent_by: str
    sent_at: datetime = Field(sa_type=MOMENT)
    nonce: str
    decided_by: str = ""
    decided_at: datetime | None = Field(default=None, sa_type=MOMENT)
    reason: str = ""


class Evidence(Owned, table=True):
    """A file sent in; its bytes lie under their SHA-256, never under the name the sender chose."""

    unit_id: UUID = Field(foreign_key="unit.id", index=True)
    submission_id: UUID | None = Field(default=None, foreign_key="submission.id", index=True)
    problem_id: UUID | None = Field(default=None, foreign_key="problem.id", index=True)
    visit_id: UUID | None = Field(default=None, foreign_key="visit.id", index=True)
    statement_id: UUID | None = Field(default=None, foreign_key="statement.id", index=True)
    look_back_id: UUID | None = Field(default=None, foreign_key="lookback.id", index=True)
    reused_from: UUID | None = Field(default=None, foreign_key="evidence.id")
    label: str = ""
    name: str
    size: int
    sha256: str = Field(index=True)
    mime: str
    sent_at: datetime = Field(sa_type=MOMENT)


class StagedFile(Owned, table=True):
    """A file on its way in, piece by piece: its bytes wait under the row's key until the form that names them is sent.
    `place` is what it will be attached to ("item-…", "problem-…", "visit-…")."""

    unit_id: UUID = Field(foreign_key="unit.id", index=True)
    place: str = Field(index=True)
    name: str
    size: int
    received: int = 0
    label: str = ""
    sha256: str = ""
    sent_by: str
    made_at: datetime = Field(sa_type=MOMENT)


class Statement(Owned, table=True):
    """What a unit wants the office to know about something it owes; it changes no limit and no state."""

    __table_args__ = (UniqueConstraint("office_id", "nonce"),)
    unit_id: UUID = Field(foreign_key="unit.id", index=True)
    cycle_id: UUID = Field(foreign_key="cycle.id", index=True)
    assignment_id: UUID | None = Field(default=None, foreign_key="assignment.id", index=True)
    problem_id: UUID | None = Field(default=None, foreign_key="problem.id", index=True)
    text: str
    sent_by: str
    sent_at: datetime = Field(sa_type=MOMENT)
    nonce: str
    answer: str = ""
    answered_by: str = ""
    answered_at: datetime | None = Field(default=None, sa_type=MOMENT)


class Draft(Owned, table=True):
    """What a unit has typed and not yet sent."""

    __table_args__ = (UniqueConstraint("unit_id", "form"),)
    unit_id: UUID = Field(foreign_key="unit.id", index=True)
    form: str
    fields: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)
    saved_at: datetime = Field(sa_type=MOMENT)


class Extension(Owned, table=True):
    """A request for more time; the clock runs on until it is approved."""

    assignment_id: UUID = Field(foreign_key="assignment.id", index=True)
    unit_id: UUID = Field(foreign_key="unit.id", index=True)
    old_due_on: date
    asked_due_on: date
    reason: str
    asked_by: str
    asked_at: datetime = Field(sa_type=MOMENT)
    state: ExtensionState = Field(default=ExtensionState.ASKED, sa_type=word_type(ExtensionState))
    decided_by: str = ""
    decided_at: datetime | None = Field(default=None, sa_type=MOMENT)
    answer: str = ""
