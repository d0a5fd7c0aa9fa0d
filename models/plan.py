"""An adopted plan: its stages, what must be delivered, and the score sheets' items as tasks."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import Field

from models.base import JSONB, MOMENT, Owned, Row, word_type
from models.words import AssignmentKind, StageKind


class Plan(Owned, table=True):
    """A plan as issued; `digest` is the hash of the file it was read from. `parts` hold visit slots, checklists and
    letter forms as data, and the `answers` that hold for other documents too."""

    key: str = Field(index=True)
    title: str
    short_title: str
    issuer: str
    doc_no: str
    year: int
    issued_on: date | None = None
    digest: str
    adopted_at: datetime = Field(sa_type=MOMENT)
    subjects: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSONB)
    windows: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSONB)
    parts: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)
    checks: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSONB)


class PlanStage(Row, table=True):
    """A stage as printed; one printed stage may cover two steps of the cycle."""

    plan_id: UUID = Field(foreign_key="plan.id", index=True)
    no: int
    kind: StageKind = Field(sa_type=word_type(StageKind))
    name: str
    text: str
    start_on: date | None = None
    end_on: date | None = None


class Deliverable(Row, table=True):
    """Something that must be handed over: by whom, to whom, by when, with what inside."""

    plan_id: UUID = Field(foreign_key="plan.id", index=True)
    code: str
    kind: AssignmentKind = Field(sa_type=word_type(AssignmentKind))
    stage: StageKind = Field(sa_type=word_type(StageKind))
    title: str
    owner: str
    receiver: str = ""
    due_on: date | None = None
    text: str = ""
    terms: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)


class Task(Row, table=True):
    """One item of a score sheet (what to do, which bodies do it, how it is scored), or one measure of a decomposition:
    then `sheet` is "measures", `sheet_title` the section, `duty` the theme, and `terms` hold who was meant by the
    printed names and how the limit was read."""

    plan_id: UUID = Field(foreign_key="plan.id", index=True)
    sheet: str
    sheet_title: str
    no: int
    duty: str
    title: str
    points: float | None = None
    lead_units: list[str] = Field(default_factory=list, sa_type=JSONB)
    responsible_units: list[str] = Field(default_factory=list, sa_type=JSONB)
    deadline_text: str = ""
    due_on: date | None = None
    source: str = ""
    terms: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)
    clauses: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSONB)
    flags: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSONB)
