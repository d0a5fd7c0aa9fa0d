"""A paper as it will look, for a page: its paragraphs and tables read out of the .docx itself."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml.ns import qn
from docx.shared import RGBColor
from docx.table import Table
from docx.text.paragraph import Paragraph

MOST = 1500  # blocks on a page; what is longer is read in the document
SIDES = {ALIGN.CENTER: "centre", ALIGN.RIGHT: "right", ALIGN.LEFT: "left"}
SIZES = ((30, "mark"), (20, "title"))  # points from which a line is 发文机关标志, a title
FACES = {"黑体": "bold", "楷体_GB2312": "kai", "楷体": "kai"}


@dataclass(frozen=True)
class Block:
    """A paragraph (`text`, with the classes that give its look) or a table (`rows` of cells)."""

    text: str = ""
    classes: str = ""
    rows: list[list[str]] = field(default_factory=list)


def preview(data: bytes) -> tuple[list[Block], bool]:
    """The document's blocks from the top, and whether some were left out."""
    blocks = list(_blocks(Document(io.BytesIO(data))))
    return blocks[:MOST], len(blocks) > MOST


def _blocks(document: Any) -> Iterator[Block]:
    for element in document.iter_inner_content():
        if isinstance(element, Table):
            yield Block(rows=_rows(element))
        else:
            yield Block(element.text, " ".join(_classes(element)))


def _rows(table: Table) -> list[list[str]]:
    """Cells row by row; one that spans several columns is said once."""
    return [[cell.text for n, cell in enumerate(row.cells) if not n or cell._tc is not row.cells[n - 1]._tc]
            for row in table.rows]


def _classes(paragraph: Paragraph) -> Iterator[str]:
    runs = [run for run in paragraph.runs if run.text.strip()]
    first = runs[0] if runs else None
    layout = paragraph.paragraph_format
    yield "body" if paragraph.alignment is None else SIDES.get(paragraph.alignment, "body")
    if first is not None:
        size = first.font.size.pt if first.font.size else 0
        yield from [name for least, name in SIZES if size >= least][:1]
        if first.font.color is not None and _red(first.font.color.rgb):
            yield "red"
        face = first._r.find(f".//{qn('w:rFonts')}")
        yield from [FACES[name] for name in [face.get(qn("w:eastAsia"))] if name in FACES] if face is not None else []
    if layout.first_line_indent:
        yield "indent"
    if (borders := paragraph._p.find(f".//{qn('w:pBdr')}")) is not None:
        yield "rule" if borders.find(qn("w:top")) is None else "copies"


def _red(colour: RGBColor | None) -> bool:
    return colour is not None and colour[0] > 150 and max(colour[1], colour[2]) < 80
