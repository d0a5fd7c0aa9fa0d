"""Workbooks opened again, as a spreadsheet program reads them."""

import io
import re
import zipfile
from typing import Any

from python_calamine import CalamineWorkbook
from sqlmodel import Session

from actions.paper import look
from models.paper import Paper


def sheets_of(data: bytes) -> dict[str, list[list[Any]]]:
    """The rows of every sheet by its name."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def table_of(data: bytes, name: str = "") -> list[dict[str, Any]]:
    """The rows below the head of one sheet by their heads, without the lines below the table."""
    rows = sheets_of(data)[name] if name else next(iter(sheets_of(data).values()))
    head = rows[2]
    merged = merged_rows(data)
    return [dict(zip(head, row, strict=True)) for at, row in enumerate(rows[3:], 4) if at not in merged]


def merged_rows(data: bytes) -> set[int]:
    """The rows of the first sheet that are one cell over the whole width: title and notes."""
    found = set()
    for first, top, last, bottom in re.findall(r'<mergeCell ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"', xml(data)):
        if first == "A" and top == bottom and first != last:
            found.add(int(top))
    return found


def xml(data: bytes, name: str = "xl/worksheets/sheet1.xml") -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return file.read(name).decode()


def opened(session: Session, paper: Paper, name: str = "") -> list[dict[str, Any]]:
    return table_of(look(session, paper), name)


def notes_of(data: bytes, name: str = "") -> str:
    """Everything that stands in the first column of a sheet, as text."""
    rows = sheets_of(data)[name] if name else next(iter(sheets_of(data).values()))
    return "\n".join(str(row[0]) for row in rows)
