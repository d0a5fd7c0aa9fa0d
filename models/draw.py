"""A random draw of units, kept as it was made; the database refuses to change or delete a row."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from models.base import JSONB, MOMENT, Owned


class Draw(Owned, table=True):
    """Everything that is needed to do the draw again: list, numbers, seed, who was left out and why.

    `no` counts the draws of one occasion: one after the first has its reason in `because` and points `again_of` to the
    first, so that all of them stand side by side.
    """

    __table_args__ = (UniqueConstraint("office_id", "purpose_key", "no"),)
    cycle_id: UUID | None = Field(default=None, foreign_key="cycle.id", index=True)
    purpose: str
    purpose_key: str
    no: int = 1
    again_of: UUID | None = Field(default=None, foreign_key="draw.id")
    because: str = ""
    method: str
    seed: str
    seed_source: str
    wanted: dict[str, int] = Field(sa_type=JSONB)
    pool: list[dict[str, str]] = Field(sa_type=JSONB)
    exclusions: list[dict[str, str]] = Field(sa_type=JSONB)
    result: list[dict[str, str]] = Field(sa_type=JSONB)
    drawn_by: str
    drawn_at: datetime = Field(sa_type=MOMENT)
