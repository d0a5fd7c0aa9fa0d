"""A running cycle: its stages, what each unit owes, the teams and their visits."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from config import clock
from models.base import JSONB, MOMENT, Owned, Row, word_type
from models.words import (
    AssignmentKind,
    AssignmentState,
    CycleState,
    LimitChange,
    StageKind,
    StageState,
    UnitStageState,
    VisitKind,
    VisitState,
)

OVER = (AssignmentState.DONE, AssignmentState.CANCELLED)  # nothing more is done about what was asked
QUIET = (AssignmentState.SUBMITTED, *OVER)  # nobody is reminded of it


class Cycle(Owned, table=True):
    """One run of a plan; `policy` is frozen when it opens, `shift_days` moves the printed dates."""

    plan_id: UUID = Field(foreign_key="plan.id")
    title: str
    state: CycleState = Field(default=CycleState.OPEN, sa_type=word_type(CycleState))
    opened_on: date
    closed_on: date | None = None
    shift_days: int = 0
    policy: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)
    override_reason: str = ""


class CycleUnit(Row, table=True):
    """A unit enrolled in a cycle."""

    __table_args__ = (UniqueConstraint("cycle_id", "unit_id"),)
    cycle_id: UUID = Field(foreign_key="cycle.id", index=True)
    unit_id: UUID = Field(foreign_key="unit.id", index=True)


class Stage(Row, table=True):
    """A step of the cycle with its window; without dates it is never overdue."""

    __table_args__ = (UniqueConstraint("cycle_id", "kind"),)
    cycle_id: UUID = Field(foreign_key="cycle.id", index=True)
    kind: StageKind = Field(sa_type=word_type(StageKind))
    no: int
    name: str
    start_on: date | None = None
    end_on: date | None = None
    state: StageState = Field(default=StageState.PLANNED, sa_type=word_type(StageState))
    opened_on: date | None = None
    closed_on: date | None = None
    watched_on: date | None = None
    version: int = 1


class UnitStage(Row, table=True):
    """How one unit stands in one stage."""

    __table_args__ = (UniqueConstraint("stage_id", "unit_id"),)
    cycle_id: UUID = Field(foreign_key="cycle.id", index=True)
    stage_id: UUID = Field(foreign_key="stage.id")
    unit_id: UUID = Field(foreign_key="unit.id", index=True)
    kind: StageKind = Field(sa_type=word_type(StageKind))
    state: UnitStageState = Field(default=UnitStageState.WAITING, sa_type=word_type(UnitStageState))
    done: int = 0
    total: int = 0
    due_on: date | None = None


# What the ledger of everything owed walks along: partial, so that the items of score sheets cost nothing. A database
# takes such an index only for a query that repeats its condition word for word (models/work_ledger.py does).
OWED = "state IN ('planned', 'open', 'submitted', 'returned') AND kind <> 'task'"
NO_PART = "kind <> 'task'"
SHELVES: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("ix_assignment_owed", ("office_id", "due_on", "id", "cycle_id"), OWED),
    ("ix_assignment_owed_cycle", ("cycle_id", "due_on", "id", "office_id"), OWED),
    ("ix_assignment_owed_unit", ("unit_id", "due_on", "id", "office_id", "cycle_id"), OWED),
    ("ix_assignment_owed_kind", ("office_id", "kind", "due_on", "id", "cycle_id"), OWED),
    ("ix_assignment_state", ("office_id", "state", "due_on", "id", "cycle_id"), NO_PART),
    # all that a stage's daily count needs: it reads no row
    ("ix_assignment_stage", ("cycle_id", "stage", "unit_id", "state", "due_on", "paused_on", "kind"), NO_PART),
    ("ix_assignment_paused", ("office_id", "due_on", "id"), "paused_on IS NOT NULL"),
)


class Assignment(Owned, table=True):
    """What a unit, a team (team_id) or the office (neither) owes by a day.

    `due_on` is the day in force, `first_due_on` the day first set: it never changes.
    `next_notice_on` is the next day this row must be looked at; `part_of` rows are told with their parent.
    `basis` says how the day was counted (event, its day, offset), so that it can be counted again; a paused row is
    not chased. What a unit does towards a measure that another leads `rolls_up_to` it. A duty that comes again has one
    row per `occurrence` (the period's first day, or the event). `made_at`: since when it can have been owed at all.
    """

    __table_args__ = (
        Index(
            "ix_assignment_next_notice", "cycle_id", "next_notice_on", "id",
            sqlite_where=text("next_notice_on IS NOT NULL"),
            postgresql_where=text("next_notice_on IS NOT NULL"),
        ),
        Index(
            "ix_assignment_standing", "cycle_id", "state", sqlite_where=text("standing IS 1"),
            postgresql_where=text("standing IS TRUE"),
        ),
        Index("ix_assignment_cycle_unit", "cycle_id", "unit_id", "kind"),
        Index("ix_assignment_occurrence", "duty_id", "occurrence", unique=True),
        *(
            Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))
            for name, columns, where in SHELVES
        ),
    )
    cycle_id: UUID = Field(foreign_key="cycle.id")
    unit_id: UUID | None = Field(default=None, foreign_key="unit.id", index=True)
    team_id: UUID | None = Field(default=None, foreign_key="team.id", index=True)
    task_id: UUID | None = Field(default=None, foreign_key="task.id")
    problem_id: UUID | None = Field(default=None, foreign_key="problem.id", index=True)
    duty_id: UUID | None = Field(default=None, foreign_key="duty.id")
    occurrence: str | None = None
    period_start: date | None = None
    rolls_up_to: UUID | None = Field(default=None, foreign_key="assignment.id", index=True)
    part_of: UUID | None = Field(default=None, foreign_key="assignment.id", index=True)
    kind: AssignmentKind = Field(sa_type=word_type(AssignmentKind))
    stage: StageKind = Field(sa_type=word_type(StageKind))
    code: str = ""
    title: str
    terms: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)
    state: AssignmentState = Field(default=AssignmentState.PLANNED, sa_type=word_type(AssignmentState))
    due_on: date | None = None
    first_due_on: date | None = None
    deadline_version: int = 1
    because: str = ""
    basis: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)
    paused_on: date | None = None
    standing: bool = False
    next_notice_on: date | None = None
    sent_in_at: datetime | None = Field(default=None, sa_type=MOMENT)
    done_at: datetime | None = Field(default=None, sa_type=MOMENT)
    note: str = ""
    version: int = 1
    made_at: datetime | None = Field(default_factory=clock.now, sa_type=MOMENT)


class DeadlineVersion(Owned, table=True):
    """One change of an assignment's limit. The database refuses to change or delete a row; version 1 is the first
    limit itself, which the assignment keeps."""

    __table_args__ = (
        UniqueConstraint("assignment_id", "version"),
        Index("ix_deadlineversion_due", "office_id", "due_on"),
        Index("ix_deadlineversion_old", "office_id", "old_due_on"),
    )
    assignment_id: UUID = Field(foreign_key="assignment.id", index=True)
    version: int
    change: LimitChange = Field(sa_type=word_type(LimitChange))
    old_due_on: date | None = None
    due_on: date | None = None
    because: str
    made_by: str
    made_at: datetime = Field(sa_type=MOMENT)


class Team(Owned, table=True):
    """A group that visits units on site; `home_units` are the units its people come from, said by `homes_by`
    (nobody yet: empty), which it does not visit itself."""

    cycle_id: UUID = Field(foreign_key="cycle.id", index=True)
    name: str
    sort: int = 0
    home_units: list[str] = Field(default_factory=list, sa_type=JSONB)
    homes_by: str = ""


class TeamMember(Row, table=True):
    """A person of the office in a team."""

    __table_args__ = (UniqueConstraint("team_id", "user_id"),)
    team_id: UUID = Field(foreign_key="team.id", index=True)
    user_id: UUID = Field(foreign_key="user.id", index=True)
    leads: bool = False


class Visit(Owned, table=True):
    """A team's visit to a unit, with the on-site feedback that ends it.

    A unit has one visit of the programme in a cycle and any number of others (`kind`). `override_reason` excuses the
    day, `recusal_reason` a team that comes from the unit itself.
    """

    __table_args__ = (
        Index(
            "ix_visit_programme", "cycle_id", "unit_id", unique=True,
            sqlite_where=text("kind = 'programme'"), postgresql_where=text("kind = 'programme'"),
        ),
    )
    cycle_id: UUID = Field(foreign_key="cycle.id", index=True)
    unit_id: UUID = Field(foreign_key="unit.id")
    team_id: UUID = Field(foreign_key="team.id")
    assignment_id: UUID | None = Field(default=None, foreign_key="assignment.id")
    start_on: date
    end_on: date
    state: VisitState = Field(default=VisitState.PLANNED, sa_type=word_type(VisitState))
    told: bool = False
    feedback: str = ""
    signed_by: str = ""
    fed_back_at: datetime | None = Field(default=None, sa_type=MOMENT)
    override_reason: str = ""
    kind: VisitKind = Field(default=VisitKind.PROGRAMME, sa_type=word_type(VisitKind))
    recusal_reason: str = ""
    scorers: int = 1  # two: each scores alone, differences are shown and settled by the team's lead
    signed_post: str = ""
    finished: list[str] = Field(default_factory=list, sa_type=JSONB)  # the scorers who handed their sheet in, by key
    version: int = 1
    draw_id: UUID | None = Field(default=None, foreign_key="draw.id")
