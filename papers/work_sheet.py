"""A table of rows as .xlsx or .csv for further work in the office; nothing a person typed becomes a formula."""

import csv
import io
import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from papers.book import workbook_in
from papers.ledger_sheet import BASE, LINE, LONGEST_CELL, MOST, lines_in

Cell = str | int | date | None
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
BLANK = re.compile(r"^[\s\u200b-\u200f\u2060\ufeff]+")  # what a spreadsheet may take away before it reads
WIDEST, NARROWEST = 48, 8


def sheet(title: str, line: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    """The workbook: title, one line below it, the head, then a line for each row; days are days."""
    buffer = io.BytesIO()
    with workbook_in(buffer) as book:
        page = book.add_worksheet("台账")
        head = book.add_format({**BASE, "bold": True, "bg_color": "#E3E6E9", "align": "center"})
        cell = book.add_format({**BASE, "num_format": "@"})
        day = book.add_format({**BASE, "num_format": "yyyy-mm-dd", "align": "center"})
        count = book.add_format({**BASE, "num_format": "0", "align": "center"})
        page.write_string(0, 0, title, book.add_format({"font_name": "黑体", "font_size": 16, "bold": True}))
        page.write_string(1, 0, line)
        widths = [_width(name, [row[place] for row in rows[:200]]) for place, name in enumerate(columns)]
        for place, name in enumerate(columns):
            page.write_string(2, place, name, head)
            page.set_column(place, place, widths[place])
        for at, row in enumerate(rows, start=3):
            tall = max((lines_in(str(value or ""), wide) for value, wide in zip(row, widths, strict=True)), default=1)
            page.set_row(at, min(tall * LINE + 4, MOST))
            for place, value in enumerate(row):
                _write(page, at, place, value, (cell, day, count))
        _layout(page, len(columns), len(rows))
    return buffer.getvalue()


def _write(page: Any, at: int, place: int, value: Cell, pens: Sequence[Any]) -> None:
    cell, day, count = pens
    if isinstance(value, date):
        page.write_datetime(at, place, value, day)
    elif isinstance(value, int):
        page.write_number(at, place, value, count)
    else:
        page.write_string(at, place, (value or "")[:LONGEST_CELL], cell)


def _width(name: str, values: Sequence[Cell]) -> int:
    longest = max((len(str(value)) * 2 for value in [name, *values] if value is not None), default=NARROWEST)
    return max(NARROWEST, min(longest + 2, WIDEST))


def _layout(page: Any, width: int, count: int) -> None:
    page.freeze_panes(3, 2)
    page.autofilter(2, 0, 2 + max(count, 1), width - 1)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(2)
    page.set_footer("&C第 &P 页，共 &N 页")


def plain(columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    """The same as .csv, with the mark by which spreadsheets know UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([[guarded(value) for value in row] for row in rows])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def guarded(value: Cell) -> str:
    """A cell that a spreadsheet shows as it is: an apostrophe before what would begin a formula."""
    if isinstance(value, int):
        return str(value)
    text = "" if value is None else str(value)
    begins = text.startswith(FORMULA) or BLANK.sub("", text, count=1).startswith(FORMULA)
    return f"'{text}" if begins else text
