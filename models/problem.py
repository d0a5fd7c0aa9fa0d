"""Problems found, the letters that carry them, and the steps taken when nothing helps."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from models.base import JSONB, MOMENT, Owned, word_type
from models.paper_words import (
    SLIPS,
    EscalationState,
    EscalationStep,
    LookBackState,
    LookBackWay,
    RecurState,
    SlipColour,
)
from models.words import ProblemSource, ProblemState

SETTLED = (ProblemState.CLOSED, ProblemState.WITHDRAWN, ProblemState.CARRIED)  # nothing more is asked of the unit


class Problem(Owned, table=True):
    """One problem of one unit, from finding to close-out; its limit lies on its assignment."""

    __table_args__ = (UniqueConstraint("cycle_id", "no"),)
    cycle_id: UUID = Field(foreign_key="cycle.id", index=True)
    unit_id: UUID = Field(foreign_key="unit.id", index=True)
    task_id: UUID | None = Field(default=None, foreign_key="task.id")
    letter_id: UUID | None = Field(default=None, foreign_key="letter.id", index=True)
    no: int
    source: ProblemSource = Field(sa_type=word_type(ProblemSource))
    title: str
    detail: str = ""
    fix_on_the_spot: bool = False
    state: ProblemState = Field(default=ProblemState.FOUND, sa_type=word_type(ProblemState))
    category: str = ""
    measure: str = ""
    leader: str = ""
    lead_unit: str = ""
    person: str = ""
    result: str = ""
    found_by: str = ""
    verified_by: str = ""
    closed_by: str = ""
    found_at: datetime = Field(sa_type=MOMENT)
    closed_at: datetime | None = Field(default=None, sa_type=MOMENT)
    recurs: UUID | None = Field(default=None, foreign_key="problem.id")  # the same matter, closed within twelve months
    recurs_state: RecurState | None = Field(default=None, sa_type=word_type(RecurState))
    recurs_why: str = ""
    carried_from: UUID | None = Field(default=None, foreign_key="problem.id", index=True)  # unfinished last year
    version: int = 1


class Letter(Owned, table=True):
    """The formal feedback to one unit, frozen with its problems on the day it is issued."""

    __table_args__ = (UniqueConstraint("office_id", "year", "serial"),)
    cycle_id: UUID = Field(foreign_key="cycle.id", index=True)
    unit_id: UUID = Field(foreign_key="unit.id", index=True)
    assignment_id: UUID | None = None  # no foreign key: problems, letters and assignments would form a circle
    year: int
    serial: int
    number: str
    demands: str = ""
    content: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSONB)
    issued_by: str
    issued_on: date
    signed_by: str = ""
    signed_at: datetime | None = Field(default=None, sa_type=MOMENT)
    paper_id: UUID | None = Field(default=None, foreign_key="paper.id")


class Escalation(Owned, table=True):
    """A step beyond reminders: drafted by the system or a person, taken only when a leader approves."""

    cycle_id: UUID = Field(foreign_key="cycle.id", index=True)
    unit_id: UUID = Field(foreign_key="unit.id", index=True)
    assignment_id: UUID = Field(foreign_key="assignment.id", index=True)
    step: EscalationStep = Field(sa_type=word_type(EscalationStep))
    state: EscalationState = Field(default=EscalationState.DRAFT, sa_type=word_type(EscalationState))
    text: str
    drafted_on: date
    drafted_by: str = "系统"
    decided_by: str = ""
    decided_at: datetime | None = Field(default=None, sa_type=MOMENT)
    number: str = ""
    new_due_on: date | None = None
    reason: str = ""
    terms: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)  # place, day, who talks; colour and rung's rule
    paper_id: UUID | None = Field(default=None, foreign_key="paper.id")

    @property
    def colour(self) -> str:
        """The colour of a slip; empty for any other step and for slips older than the colours."""
        return str(self.terms.get("colour", ""))

    @property
    def called(self) -> str:
        """The step as officials say it: 蓝色督办单, 约谈."""
        return SLIPS[SlipColour(self.colour)] if self.colour else self.step.label


class LookBackRound(Owned, table=True):
    """One look-back of a cycle: all verified problems, or a draw of them, on paper or on site, by a day."""

    __table_args__ = (UniqueConstraint("cycle_id", "no"),)
    cycle_id: UUID = Field(foreign_key="cycle.id", index=True)
    no: int
    way: LookBackWay = Field(sa_type=word_type(LookBackWay))
    sampled: bool = False
    draw_id: UUID | None = Field(default=None, foreign_key="draw.id")
    due_on: date | None = None
    note: str = ""
    made_by: str
    made_at: datetime = Field(sa_type=MOMENT)


class LookBack(Owned, table=True):
    """What a look-back found about one problem; every look stays, a reopened problem has several.

    A look outside any round has no `round_id`. `problem_version` is the problem as it entered the round: once it was
    moved, having stood aside in a draw says nothing about it any more. Nobody in `team_id` means the office itself.
    """

    __table_args__ = (UniqueConstraint("round_id", "problem_id"),)
    round_id: UUID | None = Field(default=None, foreign_key="lookbackround.id", index=True)
    cycle_id: UUID = Field(foreign_key="cycle.id", index=True)
    problem_id: UUID = Field(foreign_key="problem.id", index=True)
    way: LookBackWay = Field(sa_type=word_type(LookBackWay))
    state: LookBackState = Field(default=LookBackState.PLANNED, sa_type=word_type(LookBackState))
    found: str = ""
    problem_version: int
    team_id: UUID | None = Field(default=None, foreign_key="team.id", index=True)
    assignment_id: UUID | None = Field(default=None, foreign_key="assignment.id", index=True)
    looked_by: str = ""
    looked_at: datetime | None = Field(default=None, sa_type=MOMENT)
    version: int = 1
