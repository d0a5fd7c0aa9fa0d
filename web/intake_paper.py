"""An issued document on a page: lines and tables as read, each place with an anchor that a doubt can jump to."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from actions.intake_desk import Desk
from config.day_words import printed_day
from plans.document import Document, Line, Table
from plans.issued import Head, Issued

MOST_ROWS = 3000  # lines and table rows shown; the readers have seen them all
READ = ("stages", "tasks", "slots", "checklist", "letters", "handovers", "targets", "windows")
PLACE = re.compile(r"表(\d+)第(\d+)行(?:第\d+格)?|表(\d+)|第(\d+)行|[一二三四五六七八九十]+-\d+")


def places(where: str, desk: Desk) -> Iterator[tuple[str, str]]:
    """A place in words, cut into pieces; those that can be jumped to come with their anchor."""
    at = 0
    for hit in PLACE.finditer(where):
        yield where[at:hit.start()], ""
        yield hit[0], anchor_of(hit[0]) or anchor_of(_source(hit[0], desk))
        at = hit.end()
    yield where[at:], ""


def _source(no: str, desk: Desk) -> str:
    return next((task.source for task in desk.draft.tasks if task.no == no), "")


def anchor_of(place: str) -> str:
    """The anchor of a place such as 表1第7行 or 第12行; empty where it names none."""
    hit = PLACE.search(place)
    if not hit or not any(hit.groups()):
        return ""
    return f"t{hit[1]}-{hit[2]}" if hit[1] else f"t{hit[3]}" if hit[3] else f"l{hit[4]}"


@dataclass(frozen=True)
class Block:
    """A line, or a table with its rows; `anchor` is where a doubt jumps to."""

    anchor: str
    text: str = ""
    rows: tuple[tuple[str, list[tuple[str, int, int]]], ...] = ()


def taken_in(issued: Issued) -> set[str]:
    """The anchors of everything that something was made of, or that a question is about; the head's lines count too."""
    part = issued.part
    places = [one.source for name in READ for one in getattr(part, name)] + [doubt.where for doubt in part.doubts]
    found = {anchor_of(hit[0]) for place in places for hit in PLACE.finditer(place)}
    return found - {""}


def of_head(text: str, head: Head) -> bool:
    """Whether a line is one of those by which a paper says what it is."""
    words = "".join(text.split())
    said = (head.title, head.issuer, head.doc_no, printed_day(head.issued_on) if head.issued_on else "")
    return bool(words) and any(words in one or (one and one in words and len(words) < 60) for one in said)


def blocks_of(document: Document) -> Iterator[Block]:
    """The document as read: merged cells span, each line's first piece and each row carries its anchor."""
    left, seen = MOST_ROWS, 0
    for block in document.blocks:
        if left <= 0:
            yield Block("", "（文件较长，其余部分未显示；系统已全部读取。）")
            return
        left -= 1 if isinstance(block, Line) else len(block.rows)
        if isinstance(block, Table):
            yield Block(f"t{block.number}", "", tuple(_rows(block)))
        else:
            yield Block(f"l{block.number}" if block.number != seen else "", block.text)
            seen = block.number


def _rows(table: Table) -> Iterator[tuple[str, list[tuple[str, int, int]]]]:
    """Each row's anchor and cells (text, across, down); what a merged cell covers is left out, gaps are filled."""
    taken: set[tuple[int, int]] = set()
    for at, row in enumerate(table.rows):
        anchor = f"t{table.number}-{row[0].row}" if row else ""
        if not table.placed:
            yield anchor, [(slot.text, 1, 1) for slot in row]
            continue
        slots, cells = {slot.col: slot for slot in row}, []
        for column in range(1, max(table.width, *slots, 1) + 1):
            if (at, column) in taken:
                continue
            slot = slots.get(column)
            across, down = (slot.across, min(slot.down, len(table.rows) - at)) if slot and slot.printed else (1, 1)
            taken |= {(at + y, column + x) for y in range(down) for x in range(across)}
            cells.append((slot.text if slot else "", across, down))
        yield anchor, cells
