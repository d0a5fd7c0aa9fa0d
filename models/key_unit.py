"""A unit that the office follows month by month until it is released: 重点督导对象."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field

from models.base import MOMENT, Owned, word_type
from models.words import KeyUnitState

LIVE = "state IN ('proposed', 'approved')"


class KeyUnit(Owned, table=True):
    """A unit proposed as a key unit in a cycle, with both keys, and how it ended.

    A unit is live (proposed or approved) once in a cycle; what was refused or released stays beside it. `looked_on` is
    the last day its month was looked at, `alerted_on` the last day the office was told that a visit is missing.
    """

    __table_args__ = (
        Index(
            "ix_keyunit_live", "cycle_id", "unit_id", unique=True,
            sqlite_where=text(LIVE), postgresql_where=text(LIVE),
        ),
    )
    cycle_id: UUID = Field(foreign_key="cycle.id", index=True)
    unit_id: UUID = Field(foreign_key="unit.id", index=True)
    reason: str
    proposed_by: str
    proposed_at: datetime = Field(sa_type=MOMENT)
    state: KeyUnitState = Field(default=KeyUnitState.PROPOSED, sa_type=word_type(KeyUnitState))
    decided_by: str = ""
    decided_at: datetime | None = Field(default=None, sa_type=MOMENT)
    answer: str = ""
    since: date | None = None
    looked_on: date | None = None
    alerted_on: date | None = None
    released_by: str = ""
    released_on: date | None = None
    release_reason: str = ""
