"""Text in which every cell has a line of its own that ends with a bar, as a copied table is often stored."""

# What a merged cell covers has become bare bars at the row's end, so columns are lost: only the number of bars says
# where a row ends, and it is believed only when every run of bare bars ends a row.

import re

from plans.document import Table
from plans.opening.grid import loose

NUMBERED = re.compile(r"[（(]?([一二三四五六七八九十]+|\d+)\s*[、.．)）]|第[一二三四五六七八九十]+[章条项]|\d+$")
# A cell of several lines has its bar on the last; running text has none at all.
LONGEST_CELL = 40


def read_bars(lines: list[str], at: int) -> tuple[Table, int] | None:
    """The table that begins here, when its width can be told from its header and proved by its bars."""
    if not _closes(lines[at]):
        return None
    tokens, ends = _tokens(lines, at)
    width = _width(tokens)
    if not width:
        return None
    rows, used = _rows(tokens, width)
    return loose(0, rows, at + 1), ends[used - 1]


def _tokens(lines: list[str], at: int) -> tuple[list[tuple[str, int]], list[int]]:
    """Cells with the bars they count for (bare bars: no text), and the index after each."""
    tokens: list[tuple[str, int]] = []
    ends: list[int] = []
    while (end := _cell_end(lines, at)) is not None:
        last = lines[end - 1]
        text = "" if _bare(last) else "\n".join(line.strip() for line in lines[at:end])
        tokens.append((text.rstrip("| \t"), 1 if text else last.count("|")))
        ends.append(end)
        at = end
    return tokens, ends


def _cell_end(lines: list[str], at: int) -> int | None:
    """The index after the line that closes the cell begun here; none where no cell begins."""
    for end in range(at, min(at + LONGEST_CELL, len(lines))):
        if _bare(lines[end]):
            return end + 1 if end == at else None
        if _closes(lines[end]):
            return end + 1
        if not lines[end].strip():
            return None
    return None


def _bare(line: str) -> bool:
    """Nothing but bars."""
    return "|" in line and not line.strip("| \t")


def _closes(line: str) -> bool:
    """Text, a space and a bar at the end: the last line of a cell."""
    text = line.rstrip()
    return text.endswith((" |", "\t|")) and not _bare(text)


def _width(tokens: list[tuple[str, int]]) -> int:
    """The cells before the first numbered one are the header; 0 when the bars do not bear that out."""
    header = next((at for at, (text, _) in enumerate(tokens) if not text or NUMBERED.match(text)), len(tokens))
    return header if header > 1 and _proved(tokens, header) else 0


def _proved(tokens: list[tuple[str, int]], width: int) -> bool:
    """Every run of bare bars must end a row, and a table without any must come out even."""
    counted, bare = 0, False
    for text, bars in tokens:
        counted += bars
        if text:
            continue
        bare = True
        if counted % width or bars >= width:
            return False
    return bare or (counted % width == 0 and counted > width)


def _rows(tokens: list[tuple[str, int]], width: int) -> tuple[list[list[str]], int]:
    """Rows of printed cells; a last row cut off at the end of the text is kept as it is."""
    rows: list[list[str]] = [[]]
    counted = 0
    for text, bars in tokens:
        if counted >= width:
            rows.append([])
            counted = 0
        rows[-1] += [text] if text else []
        counted += bars
    return rows, len(tokens)
