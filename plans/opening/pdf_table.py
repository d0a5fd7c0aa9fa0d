"""A ruled table of a PDF put together over its pages; a row cut by the end of a page is made one again."""

import re
from dataclasses import dataclass, field, replace
from typing import Any

from plans.document import Table
from plans.opening.grid import Budget, Cell, lay

WORD = re.compile(r"[（《“〔(\[]*(?:[0-9A-Za-z.%]+|.)[，。；：、！？）》”’〕)\]%％…]*")
SLACK = 0.25  # of a letter: the space that printers put between ideographs and figures
NUMBER = re.compile(r"[（(]?[\d.]{1,6}[)）.、]?|[（(]?[一二三四五六七八九十]{1,3}[)）、]?")
SAME = 2.5  # points within which two columns stand at the same place

Printed = dict[str, Any]  # a cell as the child found it: lines, edges, row, col, across, down


def first_word(line: Printed) -> float:
    """How wide the shortest beginning is that no printer breaks: figures stay together, no line begins with a comma."""
    word = WORD.match(line["text"])
    letters = word[0] if word else "字"
    return float(line["size"] * (sum(0.6 if letter.isascii() else 1 for letter in letters) + SLACK))


@dataclass
class Grid:
    """A table that may go on over the page. `cuts` are the rows at which a page began with a cell left empty."""

    columns: list[float]
    cells: list[Printed]
    height: int
    cuts: list[int] = field(default_factory=list)

    def goes_on(self, columns: list[float]) -> bool:
        edges = zip(self.columns, columns, strict=False)
        return len(columns) == len(self.columns) and all(abs(a - b) <= SAME for a, b in edges)

    def add(self, cells: list[Printed], height: int) -> None:
        """The next page's rows; an empty cell at its top may be the end of one that was printed before, so it is left
        out and not called blank."""
        last = {cell["col"]: cell for cell in self.cells if cell["row"] + cell["down"] > self.height}
        first = [cell for cell in cells if cell["row"] == 1]
        shift = self.height - 1 if _torn(last, first) else self.height
        if any(not cell["lines"] and last.get(cell["col"], cell)["lines"] for cell in first):
            self.cuts.append(shift + 1)
        if shift < self.height:
            for cell in first:
                before = last[cell["col"]]
                before["lines"] += cell["lines"]
                before["down"] += cell["down"] - 1
        kept = [cell for cell in cells if cell["row"] > 1 or (cell["lines"] and shift == self.height)]
        self.cells += [cell | {"row": cell["row"] + shift} for cell in kept]
        self.height = shift + height

    def table(self, number: int, line: int, budget: Budget) -> Table:
        """The table with its merged cells laid out."""
        width = len(self.columns) - 1
        budget.table(self.height, width)
        cells = [Cell(text_of(one), one["row"], one["col"], one["across"], one["down"]) for one in self.cells]
        return replace(lay(number, cells, self.height, width, line), cuts=tuple(self.cuts))


def _torn(last: dict[int, Printed], first: list[Printed]) -> bool:
    """Whether the first row of a page is the end of the one before: something it should have is printed above only,
    every text goes on where the line above it had no room, and its number stands above or no sentence had ended."""
    pairs = [(last.get(cell["col"]), cell) for cell in first]
    if any(before is None or before["across"] != cell["across"] for before, cell in pairs):
        return False
    missing = [before["lines"] for before, cell in pairs if before and before["lines"] and not cell["lines"]]
    texts = [(before, cell) for before, cell in pairs if before and cell["lines"]]
    if not missing or not texts or not all(before["lines"] for before, _ in texts):
        return False
    numbered = any(len(lines) == 1 and NUMBER.fullmatch(lines[0]["text"]) for lines in missing)
    ended = any(before["lines"][-1]["text"].endswith(("。", "；", ";")) for before, _ in texts)
    going = all(_wrapped(before, before["lines"][-1], cell["lines"][0]) for before, cell in texts)
    return going and (numbered or not ended)


def _wrapped(cell: Printed, before: Printed, line: Printed) -> bool:
    """Whether a line had no room for the first word of the next."""
    margin = min(line["x0"] - cell["left"], line["size"])
    return bool(cell["right"] - margin - before["x1"] < first_word(line))


def text_of(cell: Printed) -> str:
    """Lines that had no room for the next word are one; a line that ends before the edge was ended by its writer."""
    text, before = "", None
    for line in cell["lines"]:
        joined = not text or (before is not None and _wrapped(cell, before, line))
        text += line["text"] if joined else "\n" + line["text"]
        before = line
    return text
