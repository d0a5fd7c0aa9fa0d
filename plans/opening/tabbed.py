"""Text in which a row is one line and a tab stands between its cells."""

import re

from plans.document import Table
from plans.opening.grid import loose, square

# Some converters leave the paragraph marks of the page they read.
PARAGRAPH = re.compile(r"</?p>", re.IGNORECASE)


def read_tabbed(lines: list[str], at: int) -> tuple[Table, int] | None:
    """Rows from here on, blank lines and one lone line between them borne."""
    if not _row(lines[at]):
        return None
    rows, end = [_cells(lines[at])], at + 1
    while (more := _next(lines, end)) is not None:
        rows += [_cells(line) for line in lines[end:more] if line.strip()]
        end = more
    if len(rows) < 2:
        return None
    alike = len({len(row) for row in rows}) == 1
    return (square if alike else loose)(0, rows, at + 1), end


def _next(lines: list[str], at: int) -> int | None:
    """The index after the next row; a lone line before it is what is left of a damaged row."""
    texts = 0
    for end in range(at, len(lines)):
        line = lines[end]
        if _row(line):
            return None if texts and _header(line) else end + 1
        texts += bool(line.strip())
        if texts > 1 or end - at > 6:
            return None
    return None


def _row(line: str) -> bool:
    """A line of at least two cells."""
    return "\t" in line.rstrip("\n").lstrip(" ")[1:] and bool(line.strip())


def _header(line: str) -> bool:
    """Short names without a figure, each filled: a new table's header."""
    cells = _cells(line)
    return all(0 < len(cell) <= 12 and not re.search(r"\d", cell) for cell in cells)


def _cells(line: str) -> list[str]:
    return [_text(cell) for cell in line.split("\t")]


def _text(cell: str) -> str:
    parts = (part.strip() for part in PARAGRAPH.split(cell))
    return "\n".join(part for part in parts if part)
