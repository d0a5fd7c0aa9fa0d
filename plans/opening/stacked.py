"""Text in which every cell is a line led by a tab and every row ends with a blank line."""

# A tab alone is an empty cell, or one covered by a merged cell. The columns are known only when all rows are alike.

from dataclasses import dataclass, field

from plans.document import Table
from plans.opening.grid import loose, square

LONGEST_NAME = 30
# A row of more cells is a run of indented paragraphs.
MOST_CELLS = 24
SENTENCE = ("。", "；", "：", ":", ";")


@dataclass
class Stack:
    """Rows of cells, each cell a list of lines; `end` is the index after the last line taken."""

    rows: list[list[list[str]]] = field(default_factory=list)
    end: int = 0
    between: bool = True

    def cell(self, text: str) -> None:
        if self.between:
            self.rows.append([])
        self.between = False
        self.rows[-1].append([text])

    def more(self, lines: list[str]) -> None:
        """Further lines of the cell begun last."""
        self.rows[-1][-1] += lines
        self.between = False

    def short(self) -> bool:
        """Whether the row begun last lacks cells that the header has, and its last cell is still empty."""
        return len(self.rows[-1]) < len(self.rows[0]) and not any(line.strip() for line in self.rows[-1][-1])


def read_stacked(lines: list[str], at: int) -> tuple[Table, int] | None:
    """The table that begins here: at least a header of names and one more row."""
    if not _led(lines[at]) or not _header(_first(lines, at)):
        return None
    stack = _stack(lines, at)
    rows = [["\n".join(cell).strip() for cell in row] for row in stack.rows]
    if len(rows) < 2 or not _header(rows[0]):
        return None
    kept = [rows[0], *(row for row in rows[1:] if row != rows[0])]
    return _table(kept, at + 1), stack.end


def _first(lines: list[str], at: int) -> list[str]:
    """The lines led by a tab from here on, no more than a header can have."""
    end = at
    while end < min(at + MOST_CELLS, len(lines)) and _led(lines[end]):
        end += 1
    return [line.strip() for line in lines[at:end]]


def _table(rows: list[list[str]], line: int) -> Table:
    """Placed when the rows are alike; only the very last may have lost blank cells at the end of the text."""
    alike = all(len(row) == len(rows[0]) for row in rows[:-1]) and len(rows[-1]) <= len(rows[0])
    return square(0, rows, line) if alike and len(rows) > 1 else loose(0, rows, line)


def _led(line: str) -> bool:
    """A line with a tab at its head and none within."""
    return line.startswith("\t") and "\t" not in line[1:].rstrip()


def _header(row: list[str]) -> bool:
    """Names of columns, not indented paragraphs."""
    names = all(0 < len(cell) <= LONGEST_NAME and not cell.endswith(SENTENCE) for cell in row)
    return names and 1 < len(row) < MOST_CELLS


def _stack(lines: list[str], at: int) -> Stack:
    stack = Stack()
    while at < len(lines):
        taken = _take(stack, lines, at)
        if not taken:
            break
        at += taken
        stack.end = at if lines[at - 1].strip() or not stack.between else stack.end
    return stack


def _take(stack: Stack, lines: list[str], at: int) -> int:
    """How many lines from here belong to the table; 0 where it ends."""
    if _led(lines[at]):
        if not stack.between and len(stack.rows[-1]) == MOST_CELLS:
            return 0
        stack.cell(lines[at].strip())
        return 1
    blanks = _span(lines, at, blank=True)
    texts = _span(lines, at + blanks, blank=False)
    after = at + blanks + texts
    followed = after < len(lines) and _led(lines[after])
    if texts and (not blanks or (followed and stack.short())):
        stack.more([line.strip() for line in lines[at + blanks : after]])
        return blanks + texts
    stack.between = stack.between or bool(blanks)
    return blanks if followed and not texts else 0


def _span(lines: list[str], at: int, *, blank: bool) -> int:
    """How many lines from here are blank (or are not), tabs not counted as either."""
    end = at
    while end < len(lines) and not lines[end].startswith("\t") and (not lines[end].strip()) == blank:
        end += 1
    return end - at
