"""What an issued document says before anybody has confirmed it: drafts, their origins, and the open questions."""

from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from plans.draft import SheetDraft
from rules.deadline import Deadline

if TYPE_CHECKING:
    from plans.readers.scoretable.sheet import ScoreSheet


class Origin(StrEnum):
    """How a value came into a draft."""

    PRINTED = "printed"
    INHERITED = "inherited"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True)
class Doubt:
    """A question only a person can answer. `key` stays the same when the same document is read again; the first of
    `choices` is the proposal."""

    key: str
    where: str
    what: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Figure:
    """A declared figure and the one counted again."""

    name: str
    expected: str
    found: str

    @property
    def ok(self) -> bool:
        return self.expected == self.found


@dataclass
class StageRead:
    """A stage of the plan as printed."""

    kind: str
    name: str
    text: str
    start: date | None
    end: date | None
    tbd: bool
    source: str
    doubt: str | None = None


@dataclass
class TaskRead:
    """One measure or obligation. `origins` says of each field whether it was printed, inherited or cannot be known."""

    no: str
    section: str
    theme: str
    measure: str
    source: str
    lead_units: list[str] = field(default_factory=list)
    responsible_units: list[str] = field(default_factory=list)
    deadline_text: str = ""
    deadline: Deadline | None = None
    points: float | None = None
    criteria: str | None = None
    origins: dict[str, Origin] = field(default_factory=dict)


@dataclass
class SlotRead:
    """A place in a yearly schedule: a month's n-th week and the units to be visited then."""

    month: int
    week: int
    start: date
    end: date
    units: list[str]
    source: str


@dataclass
class CheckItem:
    """One line of a checklist without points; `thresholds` are the figures it demands."""

    no: str
    group: str
    text: str
    source: str
    thresholds: list[dict[str, str | float]] = field(default_factory=list)


@dataclass
class LetterRead:
    """A letter's blank form as data: its title, number pattern, body with places to fill, limit and signature."""

    title: str
    number: str
    body: list[str]
    limit_text: str
    signed_by: str
    source: str


@dataclass
class HandoverRead:
    """What is handed in by whom to whom by when. `stage` is its stage's place in the plan (from 1, 0 for none),
    `within` the measure that already carries the sentence, `forms` how many copies and by which way, `candidates` who
    acts in the paragraph besides and `visited` whom they visit; `deed` marks a standing duty that hands nothing in,
    and `kept` is false for what makes no duty of its own."""

    no: int
    title: str
    source: str
    sentence: str
    owners: list[str] = field(default_factory=list)
    receivers: list[str] = field(default_factory=list)
    limit_text: str = ""
    deadline: Deadline | None = None
    stage: int = 0
    within: str = ""
    attachments: list[str] = field(default_factory=list)
    forms: list[str] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)
    candidates: list[str] = field(default_factory=list)
    visited: list[str] = field(default_factory=list)
    drawn_up: bool = False
    deed: bool = False
    kept: bool = True
    origins: dict[str, Origin] = field(default_factory=dict)


@dataclass
class TargetRead:
    """Whom the paper addresses (`addressee`) or inspects (`subject`); `persons` are those it means within a unit."""

    no: int
    role: str
    name: str
    source: str
    persons: str = ""
    declared: int | None = None
    members: list[str] = field(default_factory=list)
    origins: dict[str, Origin] = field(default_factory=dict)


@dataclass
class WindowRead:
    """A stretch of time that is no stage: a higher authority's visit, the plan's own years, its goal, a cited plan."""

    kind: str
    name: str
    text: str
    start: date | None
    end: date | None
    source: str


@dataclass
class Part:
    """What one reader found in the blocks it recognised; `scored` are its score tables, whole or not."""

    stages: list[StageRead] = field(default_factory=list)
    tasks: list[TaskRead] = field(default_factory=list)
    slots: list[SlotRead] = field(default_factory=list)
    checklist: list[CheckItem] = field(default_factory=list)
    letters: list[LetterRead] = field(default_factory=list)
    handovers: list[HandoverRead] = field(default_factory=list)
    targets: list[TargetRead] = field(default_factory=list)
    windows: list[WindowRead] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    scored: list["ScoreSheet"] = field(default_factory=list)

    def add(self, other: "Part") -> None:
        for one in fields(self):
            getattr(self, one.name).extend(getattr(other, one.name))


@dataclass
class Head:
    """What a document says of itself."""

    title: str = ""
    issuer: str = ""
    doc_no: str = ""
    issued_on: date | None = None
    year: int | None = None


@dataclass
class Issued:
    """A whole issued document as read."""

    head: Head
    part: Part
    digest: str

    @property
    def sheets(self) -> list[SheetDraft]:
        """Its score tables as a plan takes them, without those that answers must first make whole."""
        drafts = (sheet.draft(f"sheet-{n}") for n, sheet in enumerate(self.part.scored, 1))
        return [draft for draft in drafts if draft is not None]

    @property
    def ref(self) -> date:
        """The day from which its phrases are seen: the issue date, else the first of its year."""
        return self.head.issued_on or date(self.head.year or 1, 1, 1)
