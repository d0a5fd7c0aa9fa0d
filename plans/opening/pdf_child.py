"""Run as a program of its own: reads the text layer of a PDF from standard input, prints lines and tables as JSON."""

# A page is drawing instructions, and drawing may be made to take for ever; here memory and time are bounded.

import contextlib
import io
import json
import logging
import re
import sys
import zlib
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.pdfparser import PDFSyntaxError
from pdfplumber.utils.exceptions import PdfminerException

MEMORY = 1024 * 1024 * 1024
SECONDS = 40
LARGEST = 48 * 1024 * 1024  # of drawing, unpacked: three hundred full pages are a tenth of it
COVERS = 0.5  # of the page, by one picture
NARROWEST = 0.8  # of the page's width: where its text ends at least, so that a title alone is no full line
STREAM = re.compile(rb"<<((?:(?!stream).){0,2000}?)>>\s*stream\r?\n", re.S)
SAME = 2.5  # points within which two rulings are one
PAGE_NO = re.compile(r"[-—–－·\s]*(?:第\s*)?\d{1,3}(?:\s*页)?(?:\s*[/／]\s*\d{1,3})?[-—–－·\s]*")
UNMAPPED = re.compile(r"\(cid:\d+\)|[\ue000-\uf8ff�]")

Box = tuple[float, float, float, float]
Chars = list[dict[str, Any]]


def bound() -> None:
    """Limits the system enforces, where it has them."""
    with contextlib.suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def read(data: bytes, most_pages: int) -> dict[str, Any]:
    """The blocks of every page, or what stood against it; a page without a text layer is named, never left out."""
    if _unpacked(data) > LARGEST:
        return {"refused": "large"}
    try:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            if len(pdf.pages) > most_pages:
                return {"refused": "long"}
            return _pages(pdf.pages)
    except PdfminerException as error:
        wrong = "encrypted" if isinstance(error.args[0], PDFPasswordIncorrect) else "damaged"
        return {"refused": wrong}
    except PDFPasswordIncorrect:
        return {"refused": "encrypted"}
    except (PDFSyntaxError, ValueError, KeyError, TypeError, AssertionError, RecursionError, MemoryError):
        return {"refused": "damaged"}  # the parser has no family of its own errors for a broken object


def _unpacked(data: bytes) -> int:
    """How much drawing the file holds, counted no further than is allowed; pictures are not drawn here."""
    total = 0
    for found in STREAM.finditer(data):
        if b"FlateDecode" in found[1] and b"/Image" not in found[1]:
            with contextlib.suppress(zlib.error):
                total += len(zlib.decompressobj().decompress(data[found.end():], LARGEST + 1))
        if total > LARGEST:
            break
    return total


def _pages(pages: list[Any]) -> dict[str, Any]:
    found = []
    for number, page in enumerate(pages, 1):
        whole = page.dedupe_chars()  # a bold face is often one letter drawn twice
        if _is_scan(whole):
            return {"refused": "scan", "page": number}
        if UNMAPPED.search("".join(char["text"] for char in whole.chars)):
            return {"refused": "unmapped", "page": number}
        found.append(_page(whole))
        page.close()
    return {"pages": found}


def _is_scan(page: Any) -> bool:
    """A picture of a page: what words lie over it were guessed by a machine; or a page with pictures and no words."""
    area = float(page.width * page.height)
    if any((one["x1"] - one["x0"]) * (one["bottom"] - one["top"]) > COVERS * area for one in page.images):
        return True
    words = PAGE_NO.sub("", "".join(char["text"] for char in page.chars))
    return not words.strip() and bool(page.images)


def _page(page: Any) -> dict[str, Any]:
    """Lines and tables in the order they stand; the number at the foot is not part of the document."""
    tables = [table for table in page.find_tables(_settings(page)) if len(table.cells) > 1]
    boxes = [table.bbox for table in tables]
    free = [char for char in page.chars if not any(_inside(char, box) for box in boxes)]
    lines = _lines(free)
    if lines and PAGE_NO.fullmatch(lines[-1]["text"]) and lines[-1]["top"] > page.height * 0.85:
        lines.pop()
    ruled = [_table(table.cells, page.chars) | {"top": table.bbox[1]} for table in tables]
    blocks = sorted([*lines, *ruled], key=lambda block: block["top"])
    edges = [(one["x0"], one["x1"]) for one in lines] + [(box[0], box[2]) for box in boxes]
    right = max([x1 for _, x1 in edges] + [NARROWEST * float(page.width)])
    return {"blocks": blocks, "left": min((x0 for x0, _ in edges), default=0), "right": right}


def _settings(page: Any) -> dict[str, Any]:
    """A cell that goes on over the page may have no line at its end: one is thought where the upright lines end."""
    upright = [edge for edge in page.edges if edge["orientation"] == "v"]
    if len(upright) < 2:
        return {}
    return {"explicit_horizontal_lines": [min(e["top"] for e in upright), max(e["bottom"] for e in upright)]}


def _inside(char: dict[str, Any], box: Box) -> bool:
    x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    return bool(box[0] - 1 <= x <= box[2] + 1 and box[1] - 1 <= y <= box[3] + 1)


def _lines(chars: Chars) -> list[dict[str, Any]]:
    """Printed lines from the top, each with its edges and the size of its letters."""
    rows: list[Chars] = []
    for char in sorted(chars, key=lambda one: (one["top"] + one["bottom"]) / 2):
        middle = (char["top"] + char["bottom"]) / 2
        if rows and rows[-1][0]["top"] <= middle <= rows[-1][0]["bottom"]:
            rows[-1].append(char)
        else:
            rows.append([char])
    return [line for row in rows if (line := _line(row))["text"]]


def _line(row: Chars) -> dict[str, Any]:
    row = sorted(row, key=lambda one: one["x0"])
    text = ""
    for before, char in zip([row[0], *row], row, strict=False):
        gap = char["x0"] - before["x1"]
        text += (" " if gap > 0.8 * char["size"] and not text.endswith(" ") else "") + char["text"]
    return {"text": text.strip(), "x0": row[0]["x0"], "x1": row[-1]["x1"], "top": row[0]["top"], "size": row[0]["size"]}


def _table(cells: list[Box], chars: Chars) -> dict[str, Any]:
    """A ruled table's cells by row and column (from 1), with their lines."""
    columns, rows = (_edges([cell[side] for cell in cells for side in pair]) for pair in ((0, 2), (1, 3)))
    printed = []
    for cell in cells:
        x0, x1 = _place(columns, cell[0]), _place(columns, cell[2])
        y0, y1 = _place(rows, cell[1]), _place(rows, cell[3])
        lines = _lines([char for char in chars if _within(char, cell)])
        shown = [{name: line[name] for name in ("text", "x0", "x1", "size")} for line in lines]
        printed.append({"lines": shown, "left": cell[0], "right": cell[2], "row": y0 + 1, "col": x0 + 1,
                        "across": max(1, x1 - x0), "down": max(1, y1 - y0)})
    return {"cells": printed, "columns": columns, "height": len(rows) - 1}


def _within(char: dict[str, Any], box: Box) -> bool:
    x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    return bool(box[0] <= x < box[2] and box[1] <= y < box[3])


def _edges(values: list[float]) -> list[float]:
    kept: list[float] = []
    for value in sorted(values):
        if not kept or value - kept[-1] > SAME:
            kept.append(value)
    return kept


def _place(edges: list[float], value: float) -> int:
    return min(range(len(edges)), key=lambda at: abs(edges[at] - value))


if __name__ == "__main__":
    bound()
    logging.disable()
    json.dump(read(sys.stdin.buffer.read(), int(sys.argv[1])), sys.stdout)
