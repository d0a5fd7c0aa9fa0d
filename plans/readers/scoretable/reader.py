"""Score tables (打分表) read into sheets of items with clauses, their sums counted again and every question asked."""

import re
from dataclasses import replace

from plans.document import Document, Table
from plans.issued import Doubt, Head, Origin, Part, TaskRead
from plans.readers.decomposition.asked import Asked
from plans.readers.decomposition.columns import Columns, Role
from plans.readers.decomposition.layout import groups_of
from plans.readers.decomposition.roles import ask_of_columns
from plans.readers.scoretable.checks import ask_numbers, ask_scope, ask_slip, check_item, count_again
from plans.readers.scoretable.clauses import parse, tidy
from plans.readers.scoretable.duties import read_duties
from plans.readers.scoretable.rows import LEAD, TOTAL, RawSheet, Row, header_of, raw_sheets, scored_tables
from plans.readers.scoretable.sheet import ScoreItem, ScoreSheet
from plans.readers.scoretable.shift import Aligned, align, points_of
from plans.readers.scoretable.units import read_units

TAIL = re.compile(r"\s*[（(]\s*\d+(?:\.\d+)?\s*分\s*[）)][。；]?\s*$")


def read_scoretables(document: Document, head: Head) -> Part:
    """Items, figures and questions of every score table of a document; an empty Part where there is none."""
    part, unclaimed = Part(), _unclaimed(document)
    for sheet in _sheets(unclaimed, head.title):
        themes = {duty.no: duty.title for duty in sheet.duties}
        part.tasks += [_task(sheet, item, themes.get(item.duty, "")) for item in sheet.items]
        part.figures += sheet.figures
        part.doubts += sheet.doubts
        part.scored.append(sheet)
    part.doubts += _unread_columns(unclaimed) if part.scored else []
    return part


def read_sheets(document: Document, title: str = "") -> list[ScoreSheet]:
    """The score tables of a document; `title` names those that stand without one."""
    return _sheets(_unclaimed(document), title)


def _sheets(unclaimed: Document, title: str) -> list[ScoreSheet]:
    sheets: list[ScoreSheet] = []
    names: set[str] = set()
    for raw in raw_sheets(unclaimed):
        name = raw.subject or raw.title or title
        sheets.append(_sheet(raw, title, f"（{raw.place}）" if name in names else ""))
        names.add(name)
    return sheets


def _unclaimed(document: Document) -> Document:
    """The document without tables that share out tasks with limits: their points and criteria stand with the tasks."""
    scored = scored_tables(document)
    taken = {table.number for group in groups_of(document) for table, _ in group} if scored else set()
    kept = [block for block in document.blocks if not (isinstance(block, Table) and block.number in taken)]
    return replace(document, blocks=kept)


def _unread_columns(unclaimed: Document) -> list[Doubt]:
    """One question for each column of a score table that no item takes anything from."""
    scored, asked = scored_tables(unclaimed), Asked()
    for table in unclaimed.tables:
        heads = [(at, found) for at, row in enumerate(table.rows) if (found := header_of(row))]
        if table.number not in scored or not heads or not table.placed:
            continue
        at, known = heads[0]
        shown = {slot.col: slot.text.strip() for slot in table.rows[at]}
        names = [shown.get(col, "") for col in range(1, table.width + 1)]
        roles = [Role.MEASURE if col in known.values() else None for col in range(1, table.width + 1)]
        columns = Columns(roles, at + 1, heads=names)
        ask_of_columns(table, columns, columns, asked)
    return [replace(doubt, choices=("略过", "有用，另行补录")) for doubt in asked.doubts()]


def _task(sheet: ScoreSheet, item: ScoreItem, theme: str) -> TaskRead:
    return TaskRead(
        no=str(item.no), section=sheet.name, theme=theme, measure=item.title, source=item.place,
        responsible_units=item.units, points=item.points, criteria=item.criteria or None, origins=item.origins,
    )


def _sheet(raw: RawSheet, title: str, suffix: str) -> ScoreSheet:
    sheet = ScoreSheet(raw.title or title, raw.subject, raw.place, suffix)
    rows = _without_total(sheet, raw.rows)
    aligned, slips, left = align([row for row in rows if row.task or row.orphan])
    numbers, printed = _numbers(aligned)
    sheet.items = [_item(no, one) for no, one in zip(numbers, aligned, strict=True)]
    read_duties(sheet, rows)
    ask_numbers(sheet, printed)
    for slip in slips:
        ask_slip(sheet, slip)
    for row in left:
        what = "此行有单位或标准而没有工作任务，未读入，请核对属于哪一项。"
        key = sheet.ask(row.place, "orphan", row.place, what, _homes(sheet, row, rows))
        sheet.left[key] = (row.unit, row.criteria)
    for text, place in raw.between:
        sheet.ask(place, "between", place, f"此行夹在表中，未读入：“{text[:40]}”")
    for item, one in zip(sheet.items, aligned, strict=True):
        check_item(sheet, item, one)
    ask_scope(sheet)
    count_again(sheet)
    return sheet


def _homes(sheet: ScoreSheet, left: Row, rows: list[Row]) -> tuple[str, ...]:
    """Where a row without a task may belong: nowhere, or to the item before or after it."""
    tasks = [row.place for row in rows if row.task]
    before = sum(bool(row.task) for row in rows[: rows.index(left)])
    near = [item for item in sheet.items if item.place in tasks[max(before - 1, 0) : before + 1]]
    return ("不读入", *(f"归第{item.no}项" for item in near))


def _without_total(sheet: ScoreSheet, rows: list[Row]) -> list[Row]:
    """The rows that are items; the row of the total gives what the table declares."""
    kept = []
    for row in rows:
        if not any(TOTAL.match(tidy(text)) for text in (row.duty, row.task, row.number)):
            kept.append(row)
        elif figure := re.search(r"\d{1,4}(?:\.\d+)?", tidy(f"{row.points} {row.task} {row.duty} {row.number}")):
            sheet.declared_points = float(figure.group())
    return kept


def _numbers(aligned: list[Aligned]) -> tuple[list[int], list[int | None]]:
    """Each item's number, and the printed one; what is not printed follows the number before."""
    numbers: list[int] = []
    printed: list[int | None] = []
    for one in aligned:
        lead = re.match(r"\d{1,3}", tidy(one.row.number)) or (not one.row.number and LEAD.match(one.row.task))
        printed.append(int(re.sub(r"\D", "", lead.group())) if lead else None)
        numbers.append(printed[-1] if printed[-1] is not None else (numbers[-1] + 1 if numbers else 1))
    return numbers, printed


def _item(no: int, one: Aligned) -> ScoreItem:
    row, points = one.row, points_of(one.row)
    title = TAIL.sub("", row.task if row.number else LEAD.sub("", row.task)).strip()
    units = read_units(one.unit)
    read = parse(one.criteria, points)
    origins = dict.fromkeys(("no", "theme", "measure", "points", "criteria", "responsible_units"), Origin.PRINTED)
    method = read.method or tidy(row.method) or None
    return ScoreItem(
        no, 0, title, points, units.names, units.classes, one.criteria, read, method, row.place, origins=origins,
    )
