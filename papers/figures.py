"""Tables of figures as they stand on a page, in a workbook and in a plain file: one source for all three."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from papers.book import workbook_in
from papers.work_sheet import guarded

Cell = str | int | float | None


@dataclass(frozen=True)
class Chart:
    """How a table is drawn: kind "across" (one bar a row) or "line", of which columns, stacked or side by side."""

    kind: str
    columns: tuple[int, ...]
    stacked: bool = False


@dataclass(frozen=True)
class FigureTable:
    """Rows of a first column of words and figures after it; `shares` are the columns from 0 to 1.

    `total` stands under the rows, and in no chart."""

    key: str
    title: str
    heads: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]
    total: Sequence[Cell] = ()
    note: str = ""
    shares: frozenset[int] = frozenset()
    chart: Chart | None = None

    @property
    def lines(self) -> Sequence[Sequence[Cell]]:
        """The rows of a file: the total is the last."""
        return [*self.rows, self.total] if self.total else self.rows


def as_csv(table: FigureTable) -> bytes:
    """One table for any spreadsheet; what would be read as a formula stays text."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(table.heads)
    writer.writerows([_plain(cell, n in table.shares) for n, cell in enumerate(row)] for row in table.lines)
    return out.getvalue().encode("utf-8-sig")


def _plain(cell: Cell, share: bool) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return guarded(cell)
    return f"{cell:.1%}" if share else f"{cell:g}"


def as_workbook(heading: str, tables: Sequence[FigureTable]) -> bytes:
    """Every table on a sheet of its own."""
    out = io.BytesIO()
    with workbook_in(out) as book:
        looks = {
            "head": book.add_format({"bold": True, "bg_color": "#F3E3E3", "border": 1, "text_wrap": True,
                                     "align": "center", "valign": "vcenter"}),
            "cell": book.add_format({"border": 1}), "share": book.add_format({"border": 1, "num_format": "0.0%"}),
            "title": book.add_format({"bold": True, "font_size": 14}),
        }
        for table in tables:
            _sheet(book.add_worksheet(table.title[:31]), heading, table, looks)
    return out.getvalue()


def _sheet(sheet: Any, heading: str, table: FigureTable, looks: dict[str, Any]) -> None:
    sheet.write_string(0, 0, f"{heading} {table.title}", looks["title"])
    sheet.write_string(1, 0, table.note)
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, len(table.heads), 12)
    sheet.write_row(2, 0, table.heads, looks["head"])
    sheet.set_row(2, 15 * max((len(head) * 2 - 1) // (21 if n == 0 else 11) + 1 for n, head in enumerate(table.heads)))
    for y, row in enumerate(table.lines, 3):
        for x, cell in enumerate(row):
            sheet.write(y, x, cell, looks["share" if x in table.shares else "cell"])
    sheet.freeze_panes(3, 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)
