"""Plain text and markdown: every printed line with its number, and the tables people type into text."""

from collections.abc import Callable

from plans.document import Line, Table
from plans.opening.bars import read_bars
from plans.opening.decoding import decode
from plans.opening.grid import Budget, check_lines, check_width, renumber
from plans.opening.pipes import read_pipes
from plans.opening.stacked import read_stacked
from plans.opening.tabbed import read_tabbed

Finder = Callable[[list[str], int], tuple[Table, int] | None]
FINDERS: tuple[Finder, ...] = (read_pipes, read_bars, read_stacked, read_tabbed)


# Bars that prove no width may be read to their end this often; then they are lines until a blank one.
MOST_TRIES = 8


def read_plain(name: str, data: bytes) -> list[Line | Table]:
    """Lines and tables in order; the number of a line is that of the file."""
    text = decode(name, data)
    check_lines(text.count("\n"))
    reader = Reader([line.replace("\f", "") for line in text.split("\n")])
    while reader.at < len(reader.lines):
        reader.step()
    return renumber(reader.blocks)


class Reader:
    """Walks the lines; `tries` counts lines with bars that began no table."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.at = self.tries = 0
        self.blocks: list[Line | Table] = []
        self.budget = Budget()

    def step(self) -> None:
        """One table, or one line."""
        line = self.lines[self.at]
        check_width(max(line.count("|"), line.count("\t")))
        if found := self.table() if "|" in line or "\t" in line else None:
            self.budget.table(len(found[0].rows), found[0].width)
            self.blocks.append(found[0])
            self.at, self.tries = found[1], 0
            return
        self.at += 1
        self.tries = self.tries + ("|" in line) if line.strip() else 0
        if text := line.strip():
            self.blocks.append(Line(text, self.at))

    def table(self) -> tuple[Table, int] | None:
        """The table that begins just here, and the index of the first line after it."""
        finders = [finder for finder in FINDERS if finder is not read_bars or self.tries < MOST_TRIES]
        return next((found for finder in finders if (found := finder(self.lines, self.at))), None)
