"""A ledger sheet that comes back: its header found wherever it stands, every filled row read, every error placed."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from config import clock
from plans.document import Document, Slot, Table
from plans.ledger_day import NoDay, read_day
from plans.ledger_row import Fault, Filled, Returned, compared
from rules import ledger as words
from rules.ledger import read_key

NAMES = {name: name for name in (*words.PRINTED, *words.FILLED, *words.ASKED)} | {
    "台账编号": words.KEY, "状态": words.STATUS, "完成时间": words.DAY, "落实情况": words.WORK, "整改情况": words.WORK,
    "佐证材料": words.PROOF, "牵头责任": words.WHO, "时限": words.LIMIT, "时限原文": words.LIMIT,
}
TYPED = (*words.FILLED, *words.ASKED)
NUMBER = re.compile(r"(\d{1,5}(?:\.\d{1,2})?)[^\d.]{0,4}")
PRINTED_AT = re.compile(words.PRINTED_AT + r"[:：]?\s*(\d{4}-\d\d-\d\d \d\d:\d\d)")
WHY_MERGED = "是合并单元格；请取消合并，每格单独填写"
WHY_FORMULA = "是公式；请改填数值或文字（复制后“选择性粘贴—数值”）"


@dataclass(frozen=True)
class _Sheet:
    """A table with its header: which column stands at which place of a row."""

    table: Table
    name: str
    head: int
    columns: dict[int, str]
    formulas: frozenset[tuple[int, int]]
    today: date

    def where(self, row: int) -> str:
        return f"{self.name}第{row}行"


def read_back(document: Document, formulas: frozenset[tuple[int, int]] = frozenset()) -> Returned:
    """Every row of a ledger that somebody filled in, with what is wrong by row and column. Raises nothing."""
    heads = [(table, found) for table in document.tables if (found := _header(table)) is not None]
    if not heads:
        what = f"没有找到台账的表头（须有“{words.KEY}”和“{words.STATUS}”两列）；请用下载的台账填写"
        return Returned(document.name, document.digest, faults=(Fault(document.name, "", what),))
    rows, faults = list[Filled](), list[Fault]()
    for table, (at, columns) in heads:
        name = "台账" if len(heads) == 1 else f"表{table.number}"
        sheet = _Sheet(table, name, at, columns, formulas, clock.today())
        twice = _twice(sheet)
        faults += twice
        rows += [] if twice else _rows(sheet)
    return Returned(document.name, document.digest, compared(rows), tuple(faults), _printed_at(document))


def _printed_at(document: Document) -> datetime | None:
    """When the sheet was made; a copy that lost its first lines does not say."""
    for table in document.tables:
        for slot in (slot for row in table.rows[:10] for slot in row):
            if found := PRINTED_AT.search(slot.text):
                try:
                    return datetime.strptime(found[1], "%Y-%m-%d %H:%M").replace(tzinfo=clock.ZONE)
                except ValueError:
                    return None
    return None


def _bare(text: str) -> str:
    """A heading without blanks, marks and brackets."""
    plain = re.sub(r"[\s*＊:：/／]", "", unicodedata.normalize("NFKC", text))
    return re.sub(r"\(.*?\)", "", plain) or plain


BARE = {_bare(name): column for name, column in NAMES.items()} | {"时限": words.LIMIT}


def _header(table: Table) -> tuple[int, dict[int, str]] | None:
    """The first row that names the key and the status, and the column at each place; headings of their own stay."""
    for at, row in enumerate(table.rows):
        texts = [_bare(slot.text) if slot.printed else "" for slot in row]
        known = {place: BARE[text] for place, text in enumerate(texts) if text in BARE}
        if {words.KEY, words.STATUS} <= set(known.values()):
            own = {place: row[place].text.strip() for place, text in enumerate(texts) if text and place not in known}
            return at, own | known
    return None


def _twice(sheet: _Sheet) -> list[Fault]:
    """Columns that stand twice: nobody can say which one counts."""
    names = [name for name in sheet.columns.values() if name in (words.KEY, *TYPED)]
    row = sheet.table.rows[sheet.head][0].row
    return [
        Fault(sheet.where(row), name, "表头里有两列；请删去一列再上传")
        for name in dict.fromkeys(names) if names.count(name) > 1
    ]


def _rows(sheet: _Sheet) -> Iterator[Filled]:
    heading = [_bare(slot.text) for slot in sheet.table.rows[sheet.head]]
    for row in sheet.table.rows[sheet.head + 1:]:
        if [_bare(slot.text) for slot in row] == heading:
            continue  # a heading repeated further down
        cells = {name: row[place] for place, name in sheet.columns.items() if place < len(row)}
        if cells and (any(_text(cells, name) for name in (words.KEY, *TYPED))):
            yield _row(sheet, cells)


def _text(cells: dict[str, Slot], name: str) -> str:
    return cells[name].text.strip() if name in cells else ""


def _row(sheet: _Sheet, cells: dict[str, Slot]) -> Filled:
    """A row read; what cannot be read is a fault and keeps its text."""
    number = next(iter(cells.values())).row
    blank = Filled(
        sheet.where(number), number, read_key(_text(cells, words.KEY)),
        {name: _text(cells, name) for name in TYPED if name in cells},
        {name: _text(cells, name) for name in words.PRINTED if name in cells},
        {name: _text(cells, name) for name in cells if name not in (*words.PRINTED, *TYPED, words.ERROR)},
    )
    faults = [*_key_faults(blank), *_cell_faults(sheet, blank, cells)]
    if blank.blank:
        return replace(blank, faults=tuple(faults))
    wrong = {fault.column for fault in faults}
    return _values(blank, faults, wrong, sheet.today)


def _values(row: Filled, faults: list[Fault], wrong: set[str], today: date) -> Filled:
    """The row with its status, day and figure."""
    status = _status(row, faults) if words.STATUS not in wrong else ""
    day = _day(row, faults, today) if words.DAY not in wrong else None
    amount = _amount(row, faults) if words.AMOUNT not in wrong else None
    return replace(row, status=status, day=day, amount=amount, faults=tuple(faults))


def _key_faults(row: Filled) -> Iterator[Fault]:
    text = row.printed.get(words.KEY, "")
    if not text:
        yield Fault(row.where, words.KEY, "没有编号，不知填的是哪一项；请从下载的台账中复制这一项的编号")
    elif row.key is None:
        yield Fault(row.where, words.KEY, f"“{text[:30]}”不完整或有误；请从下载的台账中重新复制编号")


def _cell_faults(sheet: _Sheet, row: Filled, cells: dict[str, Slot]) -> Iterator[Fault]:
    """Cells that are merged, computed or too long."""
    for name in (words.KEY, *TYPED):
        slot = cells.get(name)
        if slot is None or not slot.text.strip():
            continue
        if not slot.printed or slot.across > 1 or slot.down > 1:
            yield Fault(row.where, name, WHY_MERGED)
        if (slot.row, slot.col) in sheet.formulas:
            yield Fault(row.where, name, WHY_FORMULA)
        if (longest := words.LONGEST.get(name)) and len(slot.text) > longest:
            yield Fault(row.where, name, f"有{len(slot.text)}字，最多{longest}字；长材料请凭链接作为附件上传")


def _status(row: Filled, faults: list[Fault]) -> str:
    text = re.sub(r"\s", "", row.text(words.STATUS))
    status = words.ALSO.get(text, text)
    if status not in words.STATUSES:
        listed = "、".join(words.STATUSES)
        said = f"“{text[:20]}”不是可填的状态" if text else "没有填"
        faults.append(Fault(row.where, words.STATUS, f"{said}，请选：{listed}"))
        return ""
    return status


def _day(row: Filled, faults: list[Fault], today: date) -> date | None:
    text = row.text(words.DAY)
    if not text:
        return None
    try:
        return read_day(text, today)
    except NoDay as error:
        faults.append(Fault(row.where, words.DAY, str(error)))
        return None


def _amount(row: Filled, faults: list[Fault]) -> float | None:
    text = unicodedata.normalize("NFKC", row.text(words.AMOUNT)).replace(" ", "")
    found = NUMBER.fullmatch(text)
    if text and found is None:
        faults.append(Fault(row.where, words.AMOUNT, f"“{text[:20]}”不是数字，请填如 2 或 1.5"))
    return float(found[1]) if found else None
