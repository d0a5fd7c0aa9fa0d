"""A workbook: each visible sheet as a table with its merged cells; a formula counts as the value stored with it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from models.base import Rejected
from plans.document import Line, Table
from plans.opening.archive import damaged, encrypted
from plans.opening.grid import MOST_COLUMNS, MOST_ROWS, Budget, Cell, lay, overlap

CHILD = Path(__file__).with_name("sheet_child.py")
LONGEST_SECONDS = 30

Corner = tuple[int, int]


def read_sheet(name: str, data: bytes) -> list[Line | Table]:
    """A table for every visible sheet that holds anything."""
    budget = Budget()
    filled = [sheet for sheet in _answer(name, data) if sheet["rows"]]
    return [_table(number, sheet, budget) for number, sheet in enumerate(filled, start=1)]


def _answer(name: str, data: bytes) -> list[dict[str, Any]]:
    """What the bounded program read, or why it did not."""
    # -P: the folder of the program holds modules named like those of the standard library.
    command = [sys.executable, "-P", str(CHILD), str(MOST_ROWS), str(MOST_COLUMNS)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=LONGEST_SECONDS, check=True)
        answer: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError):
        raise Rejected(f"{name}：工作簿已损坏或内容过多，无法打开。请在 WPS/Excel 中另存后再传。") from None
    if answer.get("refused") == "large":
        raise Rejected(f"{name}：工作表“{answer['sheet']}”超过{MOST_ROWS}行或{MOST_COLUMNS}列，不予读取。")
    if "refused" in answer:
        raise encrypted(name) if answer["refused"] == "encrypted" else damaged(name)
    sheets: list[dict[str, Any]] = answer["sheets"]
    return sheets


def _table(number: int, sheet: dict[str, Any], budget: Budget) -> Table:
    rows: list[list[str]] = sheet["rows"]
    merged = {(y + 1, x + 1): (last[0] + 1, last[1] + 1) for (y, x), last in sheet["merged"]}
    height = max(len(rows), *(y for y, _ in merged.values()), 0)
    width = max(*map(len, rows), *(x for _, x in merged.values()), 0)
    budget.table(height, width)
    return lay(number, _cells(rows, merged, height, width), height, width)


def _cells(rows: list[list[str]], merged: dict[Corner, Corner], height: int, width: int) -> list[Cell]:
    """Every place that no merged cell covers, and the merged cells themselves."""
    taken: set[Corner] = set()
    for first, last in merged.items():
        places_of = _places(first, last, height * width)
        if places_of & taken:
            raise overlap()
        taken |= places_of
    covered = taken - merged.keys()
    places = [(y, x) for y in range(1, height + 1) for x in range(1, width + 1) if (y, x) not in covered]
    return [_cell(rows, place, merged.get(place, place)) for place in places]


def _places(first: Corner, last: Corner, most: int) -> set[Corner]:
    if (last[0] - first[0] + 1) * (last[1] - first[1] + 1) > most:
        raise overlap()
    return {(y, x) for y in range(first[0], last[0] + 1) for x in range(first[1], last[1] + 1)}


def _cell(rows: list[list[str]], first: Corner, last: Corner) -> Cell:
    y, x = first
    text = rows[y - 1][x - 1] if y <= len(rows) and x <= len(rows[y - 1]) else ""
    return Cell(text, y, x, last[1] - x + 1, last[0] - y + 1)
