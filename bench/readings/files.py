"""Files written for the readings: grids of cells as a Word document, a workbook, a page or text."""

import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

import xlsxwriter

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    f'<Override PartName="/word/document.xml" ContentType="{MAIN}"/></Types>'
)
RELS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type='
    '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>'
    "</Relationships>"
)
LEFT, ABOVE = "<", "^"  # a place covered by the cell on its left, or by the one above
Grid = Sequence[Sequence[str]]
Blocks = Sequence[str | Grid]


@dataclass
class Cell:
    """A cell at its first place with how far it reaches."""

    text: str
    row: int
    col: int
    across: int
    down: int


def cells(grid: Grid) -> Iterator[Cell]:
    """The printed cells of a grid in which `<` and `^` stand for what a merged cell covers."""
    for y, row in enumerate(grid):
        for x, text in enumerate(row):
            if text not in (LEFT, ABOVE):
                across = _reach([other == LEFT for other in row[x + 1:]])
                yield Cell(text, y, x, across, _reach([other[x] == ABOVE for other in grid[y + 1:y + 1 + len(grid)]]))


def _reach(covered: Sequence[bool]) -> int:
    return 1 + next((at for at, more in enumerate(covered) if not more), len(covered))


def zipped(members: dict[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return buffer.getvalue()


def word(body: str, head: str = "", **parts: str | bytes) -> bytes:
    """A .docx whose body is the XML given; underscores of a key stand for slashes."""
    document = f'<?xml version="1.0" encoding="UTF-8"?>{head}<w:document {W}><w:body>{body}</w:body></w:document>'
    more = {f"{key.replace('__', '/')}.xml": data for key, data in parts.items()}
    return zipped({"[Content_Types].xml": TYPES, "_rels/.rels": RELS, "word/document.xml": document, **more})


def p(text: str) -> str:
    return "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in text.split("\n"))


def as_docx(blocks: Blocks) -> bytes:
    return word("".join(p(block) if isinstance(block, str) else _tbl(block) for block in blocks))


def _tbl(grid: Grid) -> str:
    rows = []
    for y, row in enumerate(grid):
        places = [x for x, text in enumerate(row) if text != LEFT]
        rows.append("<w:tr>" + "".join(_tc(grid, y, x) for x in places) + "</w:tr>")
    return f"<w:tbl>{''.join(rows)}</w:tbl>"


def _tc(grid: Grid, y: int, x: int) -> str:
    """A cell; one that goes on from above is written empty, as Word does."""
    top = y
    while grid[top][x] == ABOVE:
        top -= 1
    across = _reach([other == LEFT for other in grid[top][x + 1:]])
    goes_on = y + 1 < len(grid) and grid[y + 1][x] == ABOVE
    merge = "<w:vMerge/>" if top < y else '<w:vMerge w:val="restart"/>' if goes_on else ""
    span = f'<w:gridSpan w:val="{across}"/>' if across > 1 else ""
    return f"<w:tc><w:tcPr>{span}{merge}</w:tcPr>{p(grid[y][x] if top == y else '')}</w:tc>"


def as_html(blocks: Blocks) -> bytes:
    parts = [f"<p>{escape(block)}</p>" if isinstance(block, str) else _table(block) for block in blocks]
    return f"<html><meta charset=utf-8><body>{''.join(parts)}</body></html>".encode()


def _table(grid: Grid) -> str:
    rows = [""] * len(grid)
    for cell in cells(grid):
        text = escape(cell.text).replace("\n", "<br>")
        rows[cell.row] += f'<td colspan="{cell.across}" rowspan="{cell.down}">{text}</td>'
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"


def as_xlsx(blocks: Blocks) -> bytes:
    """The blocks below each other on one sheet."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet, at = book.add_worksheet("任务"), 0
    for block in blocks:
        grid = [[block]] if isinstance(block, str) else block
        for cell in cells(grid):
            y, x = cell.row + at, cell.col
            if cell.across * cell.down > 1:
                sheet.merge_range(y, x, y + cell.down - 1, x + cell.across - 1, cell.text)
            else:
                sheet.write(y, x, cell.text)
        at += len(grid)
    book.close()
    return buffer.getvalue()


def filled(grid: Grid) -> list[list[str]]:
    """A grid for formats that merge nothing: what a cell covers is printed again."""
    rows = [list(row) for row in grid]
    for y, row in enumerate(rows):
        for x, text in enumerate(row):
            row[x] = row[x - 1] if text == LEFT else rows[y - 1][x] if text == ABOVE else text
    return rows


def as_md(blocks: Blocks) -> bytes:
    return "\n\n".join(block if isinstance(block, str) else _pipes(filled(block)) for block in blocks).encode()


def _pipes(rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(text.replace("\n", "<br>") for text in row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]])


def as_txt(blocks: Blocks) -> bytes:
    """Text with a tab between cells, as a table comes out of the clipboard; what is covered stays empty."""
    parts = [block if isinstance(block, str) else "\n".join(map(_tabs, block)) for block in blocks]
    return "\n\n".join(parts).encode()


def _tabs(row: Sequence[str]) -> str:
    return "\t".join("" if text in (LEFT, ABOVE) else text.replace("\n", " ") for text in row)


FORMATS: dict[str, Callable[[Blocks], bytes]] = {
    "docx": as_docx, "xlsx": as_xlsx, "html": as_html, "md": as_md, "txt": as_txt}
