"""Official papers: numbers without gaps, snapshots that are never changed, the office's own templates, digests."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from models.base import JSONB, MOMENT, Owned, word_type
from models.paper_words import PaperKind, PaperState

STEP_SUBJECT = "escalation:"  # of a paper made out of a step: this and the step's key


class NumberSeries(Owned, table=True):
    """The numbers of one kind of paper in one year; `pattern` holds {year} and {n}, `last` is the last one taken."""

    __table_args__ = (UniqueConstraint("office_id", "kind", "year"),)
    kind: PaperKind = Field(sa_type=word_type(PaperKind))
    year: int
    pattern: str
    last: int = 0


class PaperNumber(Owned, table=True):
    """A number taken for one paper; withdrawn, it stays in the register as 作废 and is never given again."""

    __table_args__ = (UniqueConstraint("office_id", "kind", "year", "serial"),)
    kind: PaperKind = Field(sa_type=word_type(PaperKind))
    year: int
    serial: int
    number: str
    title: str = ""
    taken_by: str
    taken_at: datetime = Field(sa_type=MOMENT)
    voided_by: str = ""
    voided_at: datetime | None = Field(default=None, sa_type=MOMENT)
    void_reason: str = ""


class Paper(Owned, table=True):
    """One version of one paper. `subject` names what it was made of ("escalation:<key>", "week:2020-W33"); `content` is
    everything its template was given, `digest` the hash of the document kept beside the evidence. Once issued the
    database refuses to change what it says; a correction is the next version and `replaces` it."""

    __table_args__ = (UniqueConstraint("office_id", "kind", "subject", "version"),)
    kind: PaperKind = Field(sa_type=word_type(PaperKind))
    subject: str = Field(index=True)
    version: int = 1
    replaces: UUID | None = Field(default=None, foreign_key="paper.id")
    cycle_id: UUID | None = Field(default=None, foreign_key="cycle.id", index=True)
    unit_id: UUID | None = Field(default=None, foreign_key="unit.id", index=True)
    number_id: UUID | None = Field(default=None, foreign_key="papernumber.id")
    number: str = ""
    title: str
    content: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)
    state: PaperState = Field(default=PaperState.DRAFT, sa_type=word_type(PaperState))
    digest: str = ""
    size: int = 0
    template: str = ""  # hash of the template it was made with
    drafted_by: str
    drafted_at: datetime = Field(sa_type=MOMENT)
    issued_by: str = ""
    issued_on: date | None = None
    issued_at: datetime | None = Field(default=None, sa_type=MOMENT)
    voided_by: str = ""
    voided_at: datetime | None = Field(default=None, sa_type=MOMENT)
    void_reason: str = ""
    row_version: int = 1


class PaperForm(Owned, table=True):
    """The office's own template of a kind of paper, as uploaded; the newest one of a kind holds."""

    kind: PaperKind = Field(sa_type=word_type(PaperKind))
    name: str
    digest: str
    size: int
    put_by: str
    put_at: datetime = Field(sa_type=MOMENT)
    active: bool = True


class PointsProposal(Owned, table=True):
    """加分、扣分建议 for one unit of a cycle with the findings it rests on; one proposes, another decides."""

    cycle_id: UUID = Field(foreign_key="cycle.id", index=True)
    unit_id: UUID = Field(foreign_key="unit.id", index=True)
    points: float  # above zero a bonus, below zero a deduction
    reason: str
    findings: list[dict[str, str]] = Field(default_factory=list, sa_type=JSONB)
    state: str = "proposed"
    proposed_by: str
    proposed_at: datetime = Field(sa_type=MOMENT)
    decided_by: str = ""
    decided_at: datetime | None = Field(default=None, sa_type=MOMENT)
    decision: str = ""
    version: int = 1
