"""Parts of a plan beyond stages and score sheets: decomposed tasks, visit slots, checklists, letter forms, groups."""

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

SLOT_RULES = Literal["nth_monday", "calendar_week", "days_block"]


class Part(BaseModel):
    """A part of a plan file; an unknown key is an error, not a guess. `line` is where it stands (from 1)."""

    model_config = ConfigDict(extra="forbid")
    line: int = 0


class FlagDraft(Part):
    """Something a person must know about an item; with alternatives it is a question, the first being proposed."""

    kind: str
    note: str
    alternatives: list[str] = []


class TaskDraft(Part):
    """A measure of a decomposition: who leads, who answers for it, and its limit as printed.

    `due` is the day a person decided on where the printed words leave it open.
    """

    no: str
    section: str
    theme: str = ""
    title: str
    lead: list[str] = []
    responsible: list[str] = []
    limit: str = ""
    due: date | None = None
    origins: dict[str, str] = {}
    source: str = ""
    flags: list[FlagDraft] = []


class SlotDraft(Part):
    """A month's n-th week and the units visited in it."""

    month: int = Field(ge=1, le=12)
    week: int = Field(ge=1, le=5)
    units: list[str] = Field(min_length=1)
    flags: list[FlagDraft] = []


class CheckItemDraft(Part):
    """One line of a checklist; thresholds are the figures it demands."""

    no: int
    group: str
    title: str
    thresholds: list[dict[str, Any]] = []
    flags: list[FlagDraft] = []


class ChecklistDraft(Part):
    """A list without points, looked through on site."""

    code: str
    title: str
    declared_items: int
    declared_groups: int
    items: list[CheckItemDraft] = Field(min_length=1)


class LetterDraft(Part):
    """A blank letter form as data."""

    title: str
    number: str
    body: list[str] = []
    limit: str = ""
    signed_by: str = ""
    flags: list[FlagDraft] = []


class GroupDraft(Part):
    """A collective name (各乡镇人民政府) and, where the paper lists them, its members."""

    name: str
    members: list[str] = []
    declared: int | None = None
