"""What a team found for each item of a score sheet or checklist, by each scorer."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from models.base import JSONB, MOMENT, Owned, word_type
from models.words import ScoreResult


class Score(Owned, table=True):
    """One item at one visit as one scorer sees it, as the team filled it in together, or as its lead settled it.

    `item` names the line ("government-7" of a score sheet, "checklist-3"); `clauses` holds, by clause, the level chosen
    or the figure counted and what was deducted; `points` stays empty where the plan gives none.
    """

    __table_args__ = (UniqueConstraint("visit_id", "item", "scorer"),)
    cycle_id: UUID = Field(foreign_key="cycle.id", index=True)
    unit_id: UUID = Field(foreign_key="unit.id", index=True)
    visit_id: UUID = Field(foreign_key="visit.id", index=True)
    task_id: UUID | None = Field(default=None, foreign_key="task.id")
    user_id: UUID | None = Field(default=None, foreign_key="user.id")
    item: str
    scorer: str  # the person's key as text, "team" or "settled": two empty keys would not be one in a unique index
    result: ScoreResult | None = Field(default=None, sa_type=word_type(ScoreResult))
    points: float | None = None
    clauses: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSONB)
    reason: str = ""
    note: str = ""
    scored_by: str
    scored_at: datetime = Field(sa_type=MOMENT)
    version: int = 1
