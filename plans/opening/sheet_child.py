"""Run as a program of its own: reads a workbook from standard input and prints its sheets as JSON."""

# The library makes room for every place between a sheet's corners and ends the whole process when there is none; a few
# bytes may ask for terabytes. So it works where memory and time are bounded and nothing else can fall with it.

import contextlib
import datetime as dt
import io
import json
import sys
from typing import Any

import python_calamine as calamine

MEMORY = 384 * 1024 * 1024
SECONDS = 20


def bound() -> None:
    """Limits the system enforces, where it has them."""
    with contextlib.suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def read(data: bytes, most_rows: int, most_columns: int) -> dict[str, Any]:
    """The visible sheets, or the name of what stood against it."""
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        return {"sheets": _sheets(book, most_rows, most_columns)}
    except calamine.PasswordError:
        return {"refused": "encrypted"}
    except calamine.CalamineError:
        return {"refused": "damaged"}
    except OverflowError as error:
        return {"refused": "large", "sheet": str(error)}


def _sheets(book: Any, most_rows: int, most_columns: int) -> list[dict[str, Any]]:
    visible = [at for at, meta in enumerate(book.sheets_metadata) if meta.visible == calamine.SheetVisibleEnum.Visible
               and meta.typ == calamine.SheetTypeEnum.WorkSheet]
    return [_sheet(book.get_sheet_by_index(at), most_rows, most_columns) for at in visible]


def _sheet(sheet: Any, most_rows: int, most_columns: int) -> dict[str, Any]:
    corners = [sheet.end or (0, 0), *(last for _, last in sheet.merged_cell_ranges or [])]
    if max(row for row, _ in corners) >= most_rows or max(col for _, col in corners) >= most_columns:
        raise OverflowError(sheet.name)
    rows = sheet.to_python(skip_empty_area=False) if sheet.end else []
    texts = [[shown(value) for value in row] for row in rows]
    return {"name": sheet.name, "rows": texts, "merged": sheet.merged_cell_ranges or []}


def shown(value: Any) -> str:
    """A value in the words a plan would print; a day as 2024年7月11日."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        day = shown(value.date())
        return f"{day}{value:%H:%M}" if value.time() != dt.time() else day
    if isinstance(value, dt.date):
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value:%H:%M}" if isinstance(value, dt.time) else str(value).strip()


if __name__ == "__main__":
    bound()
    json.dump(read(sys.stdin.buffer.read(), int(sys.argv[1]), int(sys.argv[2])), sys.stdout)
