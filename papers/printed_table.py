"""Tables as workbooks to be printed: merged cells, A4 across, the head on every page; nothing typed is a formula."""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from papers.book import workbook_in
from papers.ledger_sheet import BASE, LINE, LONGEST_CELL, MOST, lines_in

SONG: dict[str, Any] = {"font_name": "宋体", "font_size": 10}
FORMATS: dict[str, dict[str, Any]] = {
    "text": {"num_format": "@"}, "word": {"num_format": "@", "align": "center"},
    "day": {"num_format": "yyyy-mm-dd", "align": "center"},
    "moment": {"num_format": "yyyy-mm-dd hh:mm", "align": "center"},
    "count": {"num_format": "0", "align": "center"}, "points": {"num_format": "0.##;-0.##;0", "align": "center"},
}
PAPER = (780.0, 470.0)  # what of A4 across can be printed on, in points
POINTS = 5.4  # a column's width in points for each character
LONGEST_NAME = 31
NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f\ufffe\uffff]")


@dataclass(frozen=True)
class Column:
    """One column: `key` of the row's value, width in characters, how it is written; rows that agree in the field `by`
    share one cell."""

    key: str
    name: str
    width: float
    kind: str = "text"
    by: str = ""


@dataclass(frozen=True)
class Table:
    """One sheet: title, a line below it, rows of plain JSON (days as ISO text), and lines below the rows."""

    name: str
    title: str
    line: str
    columns: Sequence[Column]
    rows: Sequence[Mapping[str, Any]]
    notes: Sequence[str] = ()
    bold_last: bool = False
    least: float = 20.0


def workbook(tables: Sequence[Table]) -> bytes:
    """The workbook of these sheets; the same tables always give the same bytes."""
    buffer = io.BytesIO()
    with workbook_in(buffer) as book:
        book.set_properties({"created": datetime(2000, 1, 1, tzinfo=UTC)})
        for table, name in zip(tables, _names(tables), strict=True):
            _Sheet(book, name, table).write()
    return buffer.getvalue()


def _names(tables: Sequence[Table]) -> list[str]:
    """Names that a workbook takes: short, without its signs, each once."""
    found: list[str] = []
    for number, table in enumerate(tables, 1):
        name = NOT_IN_A_NAME.sub("", table.name).strip("' ")[:LONGEST_NAME] or f"表{number}"
        if name.lower() in (one.lower() for one in found):
            name = f"{name[:LONGEST_NAME - 3]}-{number}"
        found.append(name)
    return found


class _Sheet:
    """One sheet on its way into the book."""

    def __init__(self, book: Any, name: str, table: Table) -> None:
        self.page, self.table, self.last = book.add_worksheet(name), table, len(table.columns) - 1
        self.pen = {kind: book.add_format({**BASE, **more}) for kind, more in FORMATS.items()}
        self.bold = {kind: book.add_format({**BASE, **more, "bold": True}) for kind, more in FORMATS.items()}
        self.title = book.add_format({"font_name": "黑体", "font_size": 16, "bold": True, "align": "center",
                                      "valign": "vcenter", "text_wrap": True})
        self.plain = book.add_format({**SONG, "text_wrap": True, "valign": "vcenter"})
        self.head = book.add_format({**BASE, "bold": True, "bg_color": "#E3E6E9", "align": "center"})

    def write(self) -> None:
        self._across(0, self.table.title, self.title, 2 * LINE)
        self._across(1, self.table.line, self.plain, LINE)
        for place, column in enumerate(self.table.columns):
            self.page.write_string(2, place, column.name, self.head)
            self.page.set_column(place, place, column.width)
        self.page.set_row(2, max(lines_in(one.name, one.width) for one in self.table.columns) * LINE + 8)
        heights = [self.table.least] * len(self.table.rows)
        for place, column in sorted(enumerate(self.table.columns), key=lambda one: bool(one[1].by)):
            self._column(place, column, heights)
        for at, height in enumerate(heights, start=3):
            self.page.set_row(at, min(height, MOST))
        self._layout(self._notes())

    def _across(self, at: int, text: str, pen: Any, least: float) -> None:
        """A line over the whole width."""
        wide = sum(column.width for column in self.table.columns) * (10 / pen.font_size)
        self.page.set_row(at, min(max(least, lines_in(text, wide) * LINE * (pen.font_size / 10)) + 4, MOST))
        if self.last:
            self.page.merge_range(at, 0, at, self.last, "", pen)
        self.page.write_string(at, 0, text[:LONGEST_CELL], pen)

    def _column(self, place: int, column: Column, heights: list[float]) -> None:
        for first, last in self._stretches(column.by, heights):
            pens = self.bold if self.table.bold_last and first == len(self.table.rows) - 1 else self.pen
            pen, value = pens[column.kind], self.table.rows[first].get(column.key)
            if last > first:
                self.page.merge_range(first + 3, place, last + 3, place, "", pen)
            self._put(first + 3, place, value, column.kind, pen)
            # programs fit no row to a merged cell: what is lacking goes to the last row of it
            needs = lines_in(_shown(value, column.kind), column.width) * LINE + 6
            heights[last] += max(0.0, needs - sum(heights[first:last + 1]))

    def _stretches(self, by: str, heights: Sequence[float]) -> Iterator[tuple[int, int]]:
        """The runs, cut where one is higher than half a page: or its words would stand on one page only."""
        wide = sum(column.width for column in self.table.columns) * POINTS
        room = PAPER[1] * max(1.0, wide / PAPER[0]) / 2
        for first, last in runs(self.table.rows, by):
            start, high = first, 0.0
            for at in range(first, last + 1):
                if high + heights[at] > room and at > start:
                    yield start, at - 1
                    start, high = at, 0.0
                high += heights[at]
            yield start, last

    def _put(self, at: int, place: int, value: Any, kind: str, pen: Any) -> None:
        moment = _moment(value, kind)
        if moment is not None:
            self.page.write_datetime(at, place, moment, pen)
        elif isinstance(value, int | float):
            self.page.write_number(at, place, value, pen)
        elif value:
            self.page.write_string(at, place, str(value)[:LONGEST_CELL], pen)
        else:
            self.page.write_blank(at, place, None, pen)

    def _notes(self) -> int:
        for at, text in enumerate(self.table.notes, start=3 + len(self.table.rows)):
            self._across(at, text, self.plain, LINE + 4)
        return 2 + len(self.table.rows) + len(self.table.notes)

    def _layout(self, last: int) -> None:
        page = self.page
        page.freeze_panes(3, 0)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.repeat_rows(2)
        page.center_horizontally()
        page.set_margins(0.4, 0.4, 0.5, 0.6)
        page.set_footer("&C第 &P 页，共 &N 页")
        page.print_area(0, 0, last, self.last)


def runs(rows: Sequence[Mapping[str, Any]], by: str) -> Iterator[tuple[int, int]]:
    """First and last row of every stretch that agrees in `by`; single rows without it."""
    first = 0
    for at in range(1, len(rows) + 1):
        if at == len(rows) or not by or rows[at].get(by) != rows[first].get(by):
            yield first, at - 1
            first = at


def _moment(value: Any, kind: str) -> date | datetime | None:
    """A day or moment out of its ISO text; a word in its place (长期坚持) stays a word."""
    if kind not in ("day", "moment") or not isinstance(value, str) or not value:
        return None
    try:
        return date.fromisoformat(value) if kind == "day" else datetime.fromisoformat(value)
    except ValueError:
        return None


def _shown(value: Any, kind: str) -> str:
    return "" if value is None else str(value)[:10] if kind == "day" else str(value)
