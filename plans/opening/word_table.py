"""A Word table: gridSpan, vMerge, rows that begin late or end early, and tables within a cell."""

from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree

from models.base import Rejected
from plans.document import Table
from plans.opening.grid import Budget, Cell, check_height, check_places, check_width, lay
from plans.opening.word_text import TRANSPARENT, check_depth, child, kind, text_of, value

DEEPEST_TABLE = 4
NESTED = "［嵌套表格］"
Marks = dict[str, etree._Element]


class Reach(NamedTuple):
    """The first column of a cell and how many it takes."""

    col: int
    across: int


def read_table(element: etree._Element, number: int, line: int, budget: Budget) -> Table:
    """The table with every cell at its printed place."""
    grid = Grid()
    for row in _inner(element, "tr"):
        if not _deleted(row):
            grid.row(row)
    budget.table(grid.height, grid.width)
    return lay(number, grid.cells, grid.height, grid.width, line)


class Grid:
    """Rows taken in one after the other; `open` holds the cell that shows above each column."""

    def __init__(self) -> None:
        self.cells: list[Cell] = []
        self.height = self.width = 0
        self.open: dict[int, Cell] = {}

    def row(self, row: etree._Element) -> None:
        self.height += 1
        check_height(self.height)
        col = 1 + _skipped(row)
        above, self.open = self.open, {}
        last: Cell | None = None
        for element in _inner(row, "tc"):
            marks = _marks(element)
            across = _number(marks.get("gridSpan"), 1)
            last = self.cell(element, marks, Reach(col, across), above, last)
            col += across
            self.width = max(self.width, col - 1)
            check_width(self.width)

    def cell(
        self, element: etree._Element, marks: Marks, at: Reach, above: dict[int, Cell], last: Cell | None
    ) -> Cell:
        """Places one cell: it goes on from above, from its left, or is printed here."""
        upper = above.get(at.col)
        if _goes_on(marks.get("vMerge")) and upper is not None and upper.across == at.across:
            upper.down = self.height + 1 - upper.row
            self.open[at.col] = upper
            return upper
        if _goes_on(marks.get("hMerge")) and last is not None and last.row == self.height:
            last.across += at.across
            return last
        cell = Cell(cell_text(element), self.height, at.col, at.across)
        self.cells.append(cell)
        check_places(len(self.cells))
        if "vMerge" in marks:
            self.open[at.col] = cell
        return cell


def cell_text(element: etree._Element, depth: int = 1) -> str:
    """A cell's paragraphs, one a line; a table within it as marked lines, its structure given up."""
    found: list[str] = []
    for block in _through(element):
        if kind(block) == "p":
            found.append(text_of(block))
        elif kind(block) == "tbl":
            found += [NESTED, *_flattened(block, depth + 1)]
    return "\n".join(line.strip() for line in found).strip()


def _flattened(table: etree._Element, depth: int) -> Iterator[str]:
    if depth > DEEPEST_TABLE:
        raise Rejected(f"表格嵌套超过{DEEPEST_TABLE}层，不予读取。")
    for row in _inner(table, "tr"):
        yield " | ".join(cell_text(cell, depth).replace("\n", " ") for cell in _inner(row, "tc"))


def _through(parent: etree._Element, depth: int = 0) -> Iterator[etree._Element]:
    """Children in order, seen through content controls and accepted changes."""
    for inner in parent:
        if kind(inner) in TRANSPARENT:
            check_depth(depth)
            yield from _through(inner, depth + 1)
        else:
            yield inner


def _inner(parent: etree._Element, name: str) -> Iterator[etree._Element]:
    return (found for found in _through(parent) if kind(found) == name)


def _marks(cell: etree._Element) -> Marks:
    properties = child(cell, "tcPr")
    return {kind(mark): mark for mark in properties} if properties is not None else {}


def _goes_on(mark: etree._Element | None) -> bool:
    """Word writes a bare mark, or "continue", where a merged cell goes on."""
    return mark is not None and value(mark) in (None, "continue")


def _deleted(row: etree._Element) -> bool:
    """A row struck out by a recorded change is no longer printed."""
    properties = child(row, "trPr")
    return properties is not None and child(properties, "del") is not None


def _skipped(row: etree._Element) -> int:
    properties = child(row, "trPr")
    return _number(child(properties, "gridBefore") if properties is not None else None, 0)


def _number(mark: etree._Element | None, least: int) -> int:
    """A printed count, never below what it must be and no longer than a column count can be."""
    text = (value(mark) or "") if mark is not None else ""
    count = int(text[:9]) if text[:9].isdecimal() else least
    check_width(count)
    return max(count, least)
