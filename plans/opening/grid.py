"""Cells laid on a grid: what every format hands over, and the table with each place of it filled."""

from dataclasses import dataclass, replace

from models.base import Rejected
from plans.document import Line, Slot, Table

# Word ends at 63 columns and no issued plan comes near it; a sheet may be wider by stray formats.
MOST_COLUMNS = 256
MOST_ROWS = 20_000
MOST_PLACES = 120_000
# Lines of one document, whatever its format.
MOST_LINES = 50_000


@dataclass(slots=True)
class Cell:
    """A printed cell at its first place (row and col from 1); `down` may still grow while rows are read."""

    text: str
    row: int
    col: int
    across: int = 1
    down: int = 1

    def slot(self) -> Slot:
        return Slot(self.text, self.row, self.col, True, self.across, self.down)


class Budget:
    """Rows and places counted over a whole document, so that many small tables cannot do what one large may not."""

    def __init__(self) -> None:
        self.places = self.rows = 0

    def table(self, height: int, width: int) -> None:
        """One more table, counted before its places are made: a far corner costs as much as a full sheet."""
        check_width(width)
        self.rows += height
        self.places += height * width
        if self.rows > MOST_ROWS:
            raise Rejected(f"表格合计超过{MOST_ROWS}行，不予读取。")
        check_places(self.places)


def check_height(height: int) -> None:
    """While rows are still being gathered, so that a million of them are not."""
    if height > MOST_ROWS:
        raise Rejected(f"有一个表格超过{MOST_ROWS}行，不予读取。")


def check_lines(lines: int) -> None:
    if lines > MOST_LINES:
        raise Rejected(f"正文超过{MOST_LINES}行，不予读取。")


def check_places(places: int) -> None:
    if places > MOST_PLACES:
        raise Rejected(f"表格合计超过{MOST_PLACES}格，不予读取。")


def check_width(width: int) -> None:
    if width > MOST_COLUMNS:
        raise Rejected(f"有一个表格超过{MOST_COLUMNS}列，不予读取。")


def lay(number: int, cells: list[Cell], height: int, width: int, line: int = 0) -> Table:
    """The table with every place filled: a merged cell's text wherever it shows, "" where the paper has no cell."""
    if sum(cell.across * cell.down for cell in cells) > height * width:
        raise overlap()
    rows = [[Slot("", row, col, False) for col in range(1, width + 1)] for row in range(1, height + 1)]
    for cell in cells:
        _cover(rows, cell)
    return Table(number, rows, width, True, line)


def _cover(rows: list[list[Slot]], cell: Cell) -> None:
    first = cell.slot()
    for row in range(cell.row, min(cell.row + cell.down, len(rows) + 1)):
        for col in range(cell.col, cell.col + cell.across):
            shown = Slot(cell.text, row, col, False)
            if rows[row - 1][col - 1].printed:
                raise overlap()
            rows[row - 1][col - 1] = first if (row, col) == (cell.row, cell.col) else shown


def overlap() -> Rejected:
    return Rejected("有一个表格的合并单元格互相重叠，不予读取。")


def loose(number: int, rows: list[list[str]], line: int = 0) -> Table:
    """A table whose columns are lost: the cells of each row in the order they stand."""
    slots = [[Slot(text, at, 0) for text in row] for at, row in enumerate(rows, start=1)]
    return Table(number, slots, max(map(len, rows), default=0), False, line)


def square(number: int, rows: list[list[str]], line: int = 0) -> Table:
    """A table whose cells stand one after the other from the first column, none merged."""
    width = max(map(len, rows), default=0)
    cells = [Cell(text, y, x) for y, row in enumerate(rows, start=1) for x, text in enumerate(row, start=1)]
    return lay(number, cells, len(rows), width, line)


def renumber(blocks: list[Line | Table]) -> list[Line | Table]:
    """The same blocks, their tables numbered from 1 in the order they stand."""
    found, number = [], 0
    for block in blocks:
        number += isinstance(block, Table)
        found.append(replace(block, number=number) if isinstance(block, Table) else block)
    return found
