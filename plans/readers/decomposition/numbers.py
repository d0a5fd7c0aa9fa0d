"""The numbers of tasks: as printed, and never counted anew where one number stands for several measures."""

from dataclasses import dataclass

from plans.issued import Origin
from plans.readers.decomposition.cell import Cell
from plans.readers.decomposition.unitcell import numbered


@dataclass(frozen=True)
class Number:
    """A number as printed where that is more than a figure, the figure it counts on by, the measure's words without
    it, and `part` (.2) where the measure is not the first under its number; `merged` where the paper shows that."""

    printed: str
    count: int | None
    words: str
    part: str = ""
    merged: bool = False


class Numbers:
    """The number last printed in a table, and how many measures stand under it so far."""

    def __init__(self) -> None:
        self.last = Number("", None, "")
        self.own, self.parts = "", 0

    def of(self, cell: Cell | None, text: str, line: int | None) -> Number:
        """The number of a measure whose row has such a cell (None: no column counts the measures); `line` is its place
        among several in one cell."""
        alone = Number(*numbered(text))
        if cell is None or not (cell.text or self.own):
            return alone
        if cell.text and cell.origin == Origin.PRINTED and not line:
            self.own, self.parts = cell.text, 1
            own = Number(*numbered(text, cell.text))
            self.last = Number(own.printed, own.count, alone.words if line == 0 else own.words)
            return self.last
        self.parts = alone.count if alone.count and alone.count > self.parts else self.parts + 1
        words = alone.words if alone.count == self.parts else text
        merged = line is not None or bool(cell.text)
        return Number(self.last.printed, self.last.count, words, f".{self.parts}", merged)
