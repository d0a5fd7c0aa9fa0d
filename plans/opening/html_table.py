"""Where the cells of a web page's table stand, counted as browsers count."""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from plans.document import Table
from plans.opening.grid import Budget, Cell, check_height, check_places, check_width, lay

SHOWN = {"thead": 0, "tbody": 1, "tr": 1, "tfoot": 2}
TO_THE_END = 0


@dataclass
class Place:
    """A cell as written: its text and how far it reaches; `down` 0 means to the last row."""

    text: str
    across: int
    down: int

    @classmethod
    def of(cls, cell: etree._Element, text: str) -> "Place":
        return cls(text, max(_count(cell, "colspan"), 1), _count(cell, "rowspan"))


def _count(cell: etree._Element, name: str) -> int:
    text = (cell.get(name) or "1").strip()[:9]
    return int(text) if text.isascii() and text.isdecimal() else 1


def groups_of(table: etree._Element) -> list[list[list[etree._Element]]]:
    """The cells of the table's own rows by group, as shown: heads first and feet last, wherever they were written."""
    parts = sorted((part for part in table if part.tag in SHOWN), key=lambda part: SHOWN[part.tag])
    # Rows outside any group belong together as one.
    groups = [([part] if part.tag == "tr" else [row for row in part if row.tag == "tr"]) for part in parts]
    joined: list[list[etree._Element]] = []
    for part, rows in zip(parts, groups, strict=True):
        if part.tag == "tr" and joined and joined[-1] and joined[-1][-1].getnext() is part:
            joined[-1] += rows
        else:
            joined.append(rows)
    return [[[cell for cell in row if cell.tag in ("td", "th")] for row in rows] for rows in joined]


def rows_of(table: etree._Element) -> list[list[etree._Element]]:
    return [row for group in groups_of(table) for row in group]


def place_cells(groups: list[list[list[Place]]], number: int, line: int, budget: Budget) -> Table:
    """The table with every cell at the first place in its row that none from above covers."""
    placer = Placer()
    height = sum(map(len, groups))
    check_height(height)
    for group in groups:
        last = placer.height + len(group)
        for row in group:
            placer.row(row, last)
    budget.table(height, placer.width)
    return lay(number, placer.cells, height, placer.width, line)


class Placer:
    """The cells placed so far and the places they take."""

    def __init__(self) -> None:
        self.height = self.width = 0
        self.cells: list[Cell] = []
        self.taken: set[tuple[int, int]] = set()
        self.area = 0

    def row(self, places: list[Place], last: int) -> None:
        """One more row; no cell reaches beyond `last`, the end of its group."""
        self.height += 1
        row, col = self.height, 1
        for place in places:
            while (row, col) in self.taken:
                col += 1
            rest = last - row + 1
            down = rest if place.down == TO_THE_END else min(place.down, rest)
            self.put(Cell(place.text, row, col, place.across, down))
            col += place.across

    def put(self, cell: Cell) -> None:
        """Takes the cell's places, after a look at how many they are."""
        self.width = max(self.width, cell.col + cell.across - 1)
        check_width(self.width)
        self.area += cell.across * cell.down
        check_places(self.area)
        self.cells.append(cell)
        self.taken.update(_covered(cell))


def _covered(cell: Cell) -> Iterator[tuple[int, int]]:
    rows, columns = range(cell.row, cell.row + cell.down), range(cell.col, cell.col + cell.across)
    return ((row, col) for row in rows for col in columns)
