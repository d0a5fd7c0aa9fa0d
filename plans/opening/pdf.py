"""A PDF with a text layer: printed lines put together to paragraphs again, ruled tables with their merged cells."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from models.base import Rejected
from plans.document import Line, Table
from plans.opening.grid import Budget, check_lines
from plans.opening.pdf_table import Grid, first_word

CHILD = Path(__file__).with_name("pdf_child.py")
MOST_PAGES = 300
LONGEST_SECONDS = 60
HELP = "请用原稿，或在 WPS/Word 中录入后另存为 .docx 再传。"
REFUSED = {
    "long": f"超过{MOST_PAGES}页，不予读取。请只传方案和清单部分。",
    "large": "展开后过大，不予读取。请在 WPS 中另存为 .docx 再传。",
    "encrypted": "加了密码，无法打开。请去掉密码后再传。",
    "damaged": f"不完整或已损坏。{HELP}",
    "scan": f"第{{page}}页是扫描的图片，其中的文字无法可靠读取。{HELP}",
    "unmapped": f"第{{page}}页的字体没有文字对照，读出来会是乱码。{HELP}",
    "empty": f"没有读出文字。{HELP}",
}


def read_pdf(name: str, data: bytes) -> list[Line | Table]:
    """Paragraphs and tables in order; a table that fills the foot of a page goes on with the next page's first one."""
    if importlib.util.find_spec("pdfplumber") is None:
        raise Rejected(f"{name}：本机没有安装读取 PDF 的部件（duban[pdf]）。{HELP}")
    parts: list[str | Grid] = []
    room: float | None = None  # what the last line of a paragraph left free; None after a table
    for page in _answer(name, data):
        for at, block in enumerate(page["blocks"]):
            if "cells" in block:
                _add_table(parts, block, at == 0)
                room = None
            else:
                room = _add_line(parts, block, page, room)
    if not parts:
        raise Rejected(f"{name}：{REFUSED['empty']}")
    return _blocks(parts)


def _answer(name: str, data: bytes) -> list[dict[str, Any]]:
    """What the bounded program read, or why it did not."""
    command = [sys.executable, "-P", str(CHILD), str(MOST_PAGES)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=LONGEST_SECONDS, check=True)
        answer: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError):
        raise Rejected(f"{name}：PDF 已损坏或内容过多，无法打开。{HELP}") from None
    if "refused" in answer:
        raise Rejected(f"{name}：{REFUSED[answer['refused']].format(page=answer.get('page'))}")
    pages: list[dict[str, Any]] = answer["pages"]
    return pages


def _add_line(parts: list[str | Grid], line: dict[str, Any], page: dict[str, Any], room: float | None) -> float:
    """Goes on with the paragraph before where that had no room for this line's first word; returns the room left."""
    indented = line["x0"] - page["left"] > line["size"]
    last = parts[-1] if parts else None
    if room is not None and room < first_word(line) and not indented and isinstance(last, str):
        parts[-1] = last + line["text"]
    else:
        parts.append(line["text"])
    return float(page["right"] - line["x1"])


def _add_table(parts: list[str | Grid], block: dict[str, Any], first: bool) -> None:
    before = parts[-1] if parts and first else None
    if isinstance(before, Grid) and before.goes_on(block["columns"]):
        before.add(block["cells"], block["height"])
    else:
        parts.append(Grid(block["columns"], block["cells"], block["height"]))


def _blocks(parts: list[str | Grid]) -> list[Line | Table]:
    check_lines(len(parts))
    budget, found, tables = Budget(), list[Line | Table](), 0
    for number, part in enumerate(parts, 1):
        if isinstance(part, str):
            found.append(Line(part, number))
            continue
        tables += 1
        found.append(part.table(tables, number, budget))
    return found
