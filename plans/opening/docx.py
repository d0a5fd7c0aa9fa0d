"""A Word document: its paragraphs as numbered lines, its tables with merged cells where they stand."""

from collections.abc import Iterator

from lxml import etree

from plans.document import Line, Table
from plans.opening.archive import Archive, parse
from plans.opening.grid import Budget, check_lines
from plans.opening.word_table import read_table
from plans.opening.word_text import TRANSPARENT, boxes, check_depth, kind, text_of


def read_docx(archive: Archive) -> list[Line | Table]:
    """The blocks of the document's body; headers, footers and notes are not part of what is issued."""
    root = parse(archive.name, archive.main())
    reader = Reader()
    for body in root:
        if kind(body) == "body":
            reader.walk(body)
    return reader.blocks


class Reader:
    """Counts paragraphs and tables while the body is walked."""

    def __init__(self) -> None:
        self.blocks: list[Line | Table] = []
        self.paragraphs = self.tables = 0
        self.budget = Budget()

    def walk(self, parent: etree._Element) -> None:
        for element in blocks_of(parent):
            if kind(element) == "tbl":
                self.table(element)
            else:
                self.paragraph(element)

    def paragraph(self, element: etree._Element) -> None:
        self.paragraphs += 1
        check_lines(max(self.paragraphs, len(self.blocks)))
        self.say(text_of(element))
        for box in boxes(element):
            self.walk(box)

    def say(self, text: str) -> None:
        """A paragraph may hold several printed lines; all carry its number."""
        for line in text.splitlines():
            if line.strip():
                self.blocks.append(Line(line.strip(), self.paragraphs))
        check_lines(len(self.blocks))

    def table(self, element: etree._Element) -> None:
        self.tables += 1
        self.blocks.append(read_table(element, self.tables, self.paragraphs, self.budget))


def blocks_of(parent: etree._Element, depth: int = 0) -> Iterator[etree._Element]:
    """Paragraphs and tables in order, through content controls and accepted changes."""
    for child in parent:
        if kind(child) in ("p", "tbl"):
            yield child
        elif kind(child) in TRANSPARENT:
            check_depth(depth)
            yield from blocks_of(child, depth + 1)
