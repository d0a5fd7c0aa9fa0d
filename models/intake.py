"""An issued document that came in and waits, with its questions, for a clerk to make a plan of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Field

from models.base import JSONB, MOMENT, Owned, word_type
from models.words import IntakeState


class Intake(Owned, table=True):
    """One document of a file: the bytes lie under their hash, `position` says which of the file's documents it is.

    `answers` hold `choices` by a doubt's key and `units` by the printed name. `version` rises with every change, so
    that a form opened earlier does not undo what a colleague answered since.
    """

    name: str
    title: str
    digest: str = Field(index=True)
    size: int
    position: int = 0
    documents: int = 1
    state: IntakeState = Field(default=IntakeState.OPEN, sa_type=word_type(IntakeState))
    answers: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)
    answered_by: str = ""
    answered_at: datetime | None = Field(default=None, sa_type=MOMENT)
    made_by: str
    made_at: datetime = Field(sa_type=MOMENT)
    plan_id: UUID | None = Field(default=None, foreign_key="plan.id")
    version: int = 1
