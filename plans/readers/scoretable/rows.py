"""The rows of score tables, each with its cells by what they are: by the header where columns hold, else by content."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from plans.document import Document, Line, Slot, Table
from plans.readers.scoretable.clauses import OUTCOME, tidy

ROLES = {
    "number": re.compile(r"序号|编号|项号"),
    "duty": re.compile(r".{0,4}职责|一级指标|考核项目|类别|项目"),
    "unit": re.compile(r"(?:落实|责任|承担|牵头|实施|配合).{0,3}(?:单位|部门)"),
    "method": re.compile(r"(?:检查|考核|督察|评分|核查).{0,1}(?:方式|方法)"),
    "criteria": re.compile(r"(?:检查|评分|考核|打分|计分|扣分|评价|督察|赋分).{0,2}(?:标准|细则|办法)"),
    "points": re.compile(r"分值|满分|标准分|权重|基本分"),
    "task": re.compile(r".{0,4}(?:任务|内容|指标)"),
}
POINTS = re.compile(r"（(\d{1,3}(?:\.\d+)?)分）[。；]?$")
DUTY = re.compile(r"^(\d{1,2})[.．、]\s*(?=\D)")
LEAD = re.compile(r"^(\d{1,3})(?:[.．、]\s*(?=\D)|\s+(?=[^\d\s个日天年月次名人项份%％至到]))")
FIGURE = re.compile(r"^(\d{1,3})[.．、]?$")
TOTAL = re.compile(r"^(?:合计|总计|总分)")
UNIT_END = re.compile(r"(?:[办委局部院署处队组室会厅站所府社乡镇区县市]|单位|部门|中心|街道|公司|大学|银行)$")
NAMED = re.compile(r"打分表|评分表|考核表|评分标准|计分表|评分细则")
SUBJECT = re.compile(r"^(?:责任人|被考核人|考核对象|责任主体|被督察单位|督察对象)[：:]\s*(.+)$")


@dataclass
class Row:
    """One row of a score table; `goes_on` where its task cell is the merged one of the row above."""

    place: str
    duty: str = ""
    number: str = ""
    task: str = ""
    unit: str = ""
    method: str = ""
    criteria: str = ""
    points: str = ""
    unclear: bool = False
    goes_on: bool = False

    @property
    def empty(self) -> bool:
        return not (self.duty or self.task or self.unit or self.criteria)

    @property
    def scored(self) -> bool:
        """Whether it can only come from a score table."""
        return bool(OUTCOME.search(tidy(self.criteria)) or POINTS.search(tidy(self.task)))

    @property
    def orphan(self) -> bool:
        """Units or criteria that belong to no task of their own row."""
        return not self.task and bool(self.unit or self.criteria)


@dataclass
class RawSheet:
    """A score table before anything is counted: what stands above it and its rows, with lines that stood between."""

    title: str
    subject: str
    place: str
    rows: list[Row] = field(default_factory=list)
    between: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class _Cells:
    """A row of cells as found, whether in a table or in a line with tabs."""

    slots: list[Slot]
    place: str
    placed: bool
    block: int


def raw_sheets(document: Document) -> list[RawSheet]:
    """The score tables of a document; one that breaks off and goes on without a header stays one."""
    sheets: list[RawSheet] = []
    above: list[tuple[str, str]] = []
    columns: dict[str, int] = {}
    block = -1
    for item in _stream(document):
        if isinstance(item, tuple):
            above.append(item)
        elif header := header_of(item.slots):
            columns, block = header, item.block
            _open(sheets, above, item.place)
            above = []
        elif sheets and ((row := _row(item, columns)).scored or item.block == block):
            block = item.block
            _add(sheets[-1], row, above)
            above = []
    return [sheet for sheet in sheets if any(row.scored for row in sheet.rows)]


def scored_tables(document: Document) -> set[int]:
    """The numbers of the tables in which rows of score tables stand."""
    places = [row.place for sheet in raw_sheets(document) for row in sheet.rows]
    return {int(found[1]) for place in places if (found := re.match(r"表(\d+)第", place))}


def _stream(document: Document) -> Iterator[_Cells | tuple[str, str]]:
    """Rows and lines in order; a line with tabs is a row whose columns cannot be trusted."""
    for at, block in enumerate(document.blocks):
        if isinstance(block, Table):
            for slots in filter(None, block.rows):
                yield _Cells(slots, f"表{block.number}第{slots[0].row}行", block.placed, at)
        elif isinstance(block, Line) and block.text.count("\t") > 1:
            cells = enumerate(block.text.split("\t"), 1)
            yield _Cells([Slot(text, block.number, col) for col, text in cells], block.where, True, at)
        elif block.text.strip():
            yield (block.text.strip(), block.where)


def header_of(slots: list[Slot]) -> dict[str, int] | None:
    """The column of each kind of cell, where a row names at least tasks and criteria."""
    found: dict[str, int] = {}
    for slot in slots:
        words = re.sub(r"（.*?）", "", tidy(slot.text))
        role = next((role for role, pattern in ROLES.items() if pattern.fullmatch(words)), None)
        if role and role not in found:
            found[role] = slot.col
    return found if {"task", "criteria"} <= found.keys() else None


def _open(sheets: list[RawSheet], above: list[tuple[str, str]], place: str) -> None:
    """A new sheet under its title; a header printed again on the next page opens none."""
    above = above[-8:]
    title = next((text for text, _ in reversed(above) if NAMED.search(text) and not SUBJECT.match(text)), "")
    subject = next((match.group(1) for text, _ in reversed(above) if (match := SUBJECT.match(text))), "")
    if sheets and not title and not subject and all(len(text) <= 6 for text, _ in above):
        return
    sheets.append(RawSheet(re.sub(r"\s+", "", title), tidy(subject), place))


def _add(sheet: RawSheet, row: Row, above: list[tuple[str, str]]) -> None:
    for text, place in above:
        if DUTY.match(text):
            sheet.rows.append(Row(place, duty=text))
        else:
            sheet.between.append((text, place))
    if row.goes_on and sheet.rows and sheet.rows[-1].task == row.task:
        _join(sheet.rows[-1], row)
    elif not row.empty:
        sheet.rows.append(row)


def _join(before: Row, row: Row) -> None:
    """One item over several rows: its criteria follow each other; points of their own are left to a person."""
    before.criteria = "；".join(text.rstrip("；。") for text in (before.criteria, row.criteria) if text)
    before.unit = "、".join(dict.fromkeys(text for text in (before.unit, row.unit) if text))
    before.unclear = before.unclear or row.points != before.points


def _row(cells: _Cells, columns: dict[str, int]) -> Row:
    """By the header where every cell fits what stands above it, else by what the cells say."""
    shown = {slot.col: slot for slot in cells.slots}
    by_column = {role: plain(shown[col].text) for role, col in columns.items() if col in shown}
    texts = [plain(slot.text) for slot in cells.slots if slot.text.strip()]
    if len(set(texts)) == 1 and len(texts) > 1:
        return Row(cells.place, duty=texts[0])  # one cell across the whole row is a heading
    if cells.placed and _fits(by_column) and not (texts and TOTAL.match(tidy(texts[0]))):
        task = shown.get(columns["task"])
        return Row(cells.place, goes_on=bool(task and not task.printed), **by_column)  # type: ignore[arg-type]
    row = _by_content([text for slot in cells.slots if slot.printed and (text := plain(slot.text))], cells.place)
    covering = shown.get(columns.get("duty", -1))
    if cells.placed and covering and not covering.printed and not row.duty:
        row.duty = plain(covering.text)
    return row


def plain(text: str) -> str:
    """A cell's words without the marks a conversion leaves."""
    return re.sub(r"</?p>|<br\s*/?>", "", text).strip()


def _fits(cells: dict[str, str]) -> bool:
    task, unit, criteria = (tidy(cells.get(role, "")) for role in ("task", "unit", "criteria"))
    number, duty = cells.get("number", ""), cells.get("duty", "")
    odd = FIGURE.match(task) or FIGURE.match(duty) or (number and not FIGURE.match(number))
    swapped = OUTCOME.search(unit) or POINTS.search(criteria) or _units(criteria) or _units(task)
    return not odd and not swapped


def _units(text: str) -> bool:
    """Whether a cell reads like a list of units."""
    parts = [part for part in re.split(r"[、，\n]", text) if part]
    named = [part for part in parts if UNIT_END.search(part) and len(part) <= 22]
    return bool(parts) and not re.search(r"[。；]|\d+分", text) and len(named) * 2 > len(parts) and parts[-1] in named


def _by_content(texts: list[str], place: str) -> Row:
    """Cells told apart by what they say, kept in their order; more than one of a kind is left to a person."""
    row = Row(place)
    words: list[str] = []
    for text in texts:
        seen = tidy(text)
        if FIGURE.match(seen) and not row.number and not row.criteria:
            row.number = text
        elif OUTCOME.search(POINTS.sub("", seen)) and not row.criteria:
            row.criteria = text
        elif _units(seen) and not row.unit and not row.criteria:
            row.unit = text
        elif not row.criteria:
            words.append(text)
        else:
            row.unclear = row.unclear or bool(OUTCOME.search(seen))
    _place_words(row, words)
    return row


def _place_words(row: Row, words: list[str]) -> None:
    """A duty, a task, and units that do not look like units, in this order; the task is known by its points."""
    task = next((at for at, text in enumerate(words) if POINTS.search(tidy(text))), None)
    if task is None:
        lone_duty = len(words) == 1 and not row.number and bool(DUTY.match(words[0]))
        task = len(words) if lone_duty else len(words) - 1
    before, here, after = words[:task], words[task : task + 1], words[task + 1 :]
    row.duty, row.task = "".join(before[:1]), "".join(here)
    row.unit = row.unit or "".join(after[:1])
    row.unclear = row.unclear or len(before) > 1 or len(after) > 1
