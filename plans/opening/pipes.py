"""Tables with a row per line and a bar between cells, as markdown writes them."""

import re

from plans.document import Table
from plans.opening.grid import square

DASHES = re.compile(r":?-+:?")
BAR = re.compile(r"(?<!\\)\|")
BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


def read_pipes(lines: list[str], at: int) -> tuple[Table, int] | None:
    """A header over a rule of dashes with whatever rows follow, or at least two lines of equally many cells."""
    first = _cells(lines[at])
    if not first or at + 1 == len(lines):
        return None
    ruled = _rule(lines[at + 1]) and len(_cells(lines[at + 1])) == len(first)
    rows, end = [first], at + 1
    while end < len(lines) and (row := _cells(lines[end])) and (ruled or len(row) == len(first)):
        rows += [] if _rule(lines[end]) else [row]
        end += 1
    # Without a rule only lines alike are surely rows, and a single column is no table.
    if not ruled and (len(rows) < 2 or len(first) < 2):
        return None
    return square(0, rows, at + 1), end


def _rule(line: str) -> bool:
    return "-" in line and all(DASHES.fullmatch(part.strip()) for part in line.strip().strip("|").split("|"))


def _cells(line: str) -> list[str]:
    """The cells of a line; none where it is no row (no bar within, or nothing but bars)."""
    text = line.strip()
    inner = text.removeprefix("|")
    inner = inner[:-1] if inner.endswith("|") and not inner.endswith("\\|") else inner
    if text == inner and "|" not in BAR.sub("|", inner):
        return []
    parts = BAR.split(inner)
    whole = len(parts) > 1 or text.startswith("|")
    return [_text(part) for part in parts] if whole and text.strip("| ") else []


def _text(part: str) -> str:
    lines = BREAK.sub("\n", part).replace("\\|", "|").splitlines()
    return "\n".join(line.strip() for line in lines).strip()
