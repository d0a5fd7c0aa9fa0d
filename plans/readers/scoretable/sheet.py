"""A score table as read: items that may lack points or units, and the questions and figures they leave."""

from collections import Counter
from dataclasses import dataclass, field

from plans.draft import ClauseDraft, DutyDraft, FlagDraft, ItemDraft, SheetDraft
from plans.issued import Doubt, Figure, Origin
from plans.readers.scoretable.clauses import Criteria


@dataclass
class ScoreItem:
    """One item as read; `points` is None and `units` empty where the paper does not say."""

    no: int
    duty: int
    title: str
    points: float | None
    units: list[str]
    classes: list[str]
    criteria: str
    read: Criteria
    method: str | None
    place: str
    flags: list[FlagDraft] = field(default_factory=list)
    origins: dict[str, Origin] = field(default_factory=dict)

    @property
    def clauses(self) -> list[ClauseDraft]:
        return self.read.clauses

    @property
    def agrees(self) -> bool:
        """Whether the clauses add up to the points of the item."""
        return self.points is not None and self.read.total == self.points


@dataclass
class ScoreSheet:
    """One score table as read, with the figures counted again and the questions it leaves: `slips` by a question's key
    and choice the units and criteria of its items, `left` by key those of a row that belongs to none."""

    title: str
    subject: str
    place: str
    suffix: str = ""
    declared_points: float | None = None
    duties: list[DutyDraft] = field(default_factory=list)
    items: list[ScoreItem] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    slips: dict[str, dict[str, list[tuple[ScoreItem, str, str]]]] = field(default_factory=dict)
    left: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return (self.subject or self.title or self.place) + self.suffix

    @property
    def points(self) -> float:
        return sum(item.points or 0 for item in self.items)

    def ask(self, no: object, kind: str, where: str, what: str, choices: tuple[str, ...] = ()) -> str:
        """Puts a question and gives its key."""
        key = f"{self.name}:{no}:{kind}"
        again = sum(doubt.key.split("#")[0] == key for doubt in self.doubts)
        key = f"{key}#{again + 1}" if again else key
        self.doubts.append(Doubt(key, where, what, choices))
        return key

    def ask_of(self, item: ScoreItem, kind: str, what: str, choices: tuple[str, ...] = (), part: int = 0) -> None:
        """A question about one item, which carries it as a flag too."""
        item.flags.append(FlagDraft(kind=kind, note=what, alternatives=list(choices)))
        self.ask(f"{item.no}.{part}" if part else item.no, kind, item.place, f"第{item.no}项：{what}", choices)

    def draft(self, code: str) -> SheetDraft | None:
        """The sheet as a plan takes it; None while an item lacks points, units or a number of its own."""
        numbers = Counter(item.no for item in self.items)
        if any(item.points is None or not item.units or numbers[item.no] > 1 for item in self.items):
            return None
        return SheetDraft(
            code=code, title=self.title, subject=self.subject, declared_items=max(numbers, default=0),
            declared_points=self.points if self.declared_points is None else self.declared_points,
            # a table without duties is one duty, named like the table
            duties=self.duties or [DutyDraft(no=1, title=self.title)], items=[_item_draft(item) for item in self.items],
        )


def _item_draft(item: ScoreItem) -> ItemDraft:
    return ItemDraft(
        no=item.no, duty=item.duty or 1, title=item.title, points=item.points or 0, units=item.units,
        unit_classes=item.classes, method=item.method, clauses=item.clauses, flags=item.flags,
    )
