"""A document as opened, whatever its format: lines of text and tables whose cells know where they were printed."""

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Slot:
    """What a table shows at one place: its text, and whether it was printed just there.

    A merged cell is printed at its first place (`printed`) and shows at every other place it covers. `col` is 0 where
    the format has lost the columns (text with bars): then only the order within the row is known.
    """

    text: str
    row: int
    col: int
    printed: bool = True
    across: int = 1
    down: int = 1

    @property
    def lines(self) -> list[str]:
        """The lines within the cell, without blank ones."""
        return [line.strip() for line in self.text.splitlines() if line.strip()]


@dataclass(frozen=True)
class Table:
    """Rows of slots, numbered from 1. `placed` says whether columns are known; `width` is their number. `cuts` are the
    rows that the end of a page went through or may have."""

    number: int
    rows: list[list[Slot]]
    width: int
    placed: bool = True
    line: int = 0
    cuts: tuple[int, ...] = ()

    def where(self, slot: Slot) -> str:
        """Where a slot stands, in words for a clerk: 表1第7行第3格."""
        place = f"第{slot.col}格" if self.placed else ""
        return f"表{self.number}第{slot.row}行{place}"


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph or line of running text with its number in the document (from 1)."""

    text: str
    number: int

    @property
    def where(self) -> str:
        return f"第{self.number}行"


@dataclass(frozen=True)
class Document:
    """A file opened: its name, SHA-256, and its lines and tables in the order they stand."""

    name: str
    digest: str
    blocks: list[Line | Table] = field(default_factory=list)

    @property
    def lines(self) -> list[Line]:
        return [block for block in self.blocks if isinstance(block, Line)]

    @property
    def tables(self) -> list[Table]:
        return [block for block in self.blocks if isinstance(block, Table)]

    def texts(self) -> Iterator[str]:
        """Every printed text in order, cells included."""
        for block in self.blocks:
            if isinstance(block, Line):
                yield block.text
            else:
                yield from (slot.text for row in block.rows for slot in row if slot.printed)
