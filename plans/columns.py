"""The columns of a decomposition table, and each of its rows as cells by column: placed ones by where they stand,
lost ones by what they say."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from plans.document import Slot, Table
from plans.issued import Origin
from plans.unitcell import NUMBERED, SAME, likely_first, looks_like_limit, looks_like_units


class Role(StrEnum):
    """What a column holds."""

    NO = "序号"
    THEME = "重点任务"
    MEASURE = "主要措施"
    LEAD = "牵头单位"
    RESPONSIBLE = "责任单位"
    SUPPORT = "配合单位"
    LIMIT = "完成时限"
    POINTS = "分值"
    CRITERIA = "标准"
    NOTE = "备注"


ORGS = (Role.LEAD, Role.RESPONSIBLE, Role.SUPPORT)
# Words of a header, the surest first: 任务完成时限 is a limit and not a task, 责任领导 leads only where no unit does.
WORDS: list[tuple[Role, str]] = [
    (Role.NO, r"序号|编号|项次|^号$"),
    (Role.NOTE, r"备注|说明$"),
    (Role.LIMIT, r"时限|期限|完成(?:时间|日期|节点|进度)|时间(?:节点|要求|安排|进度)|(?:办结|整改)时间|^时间$"
                 r"|进度(?:要求|安排)"),
    (Role.POINTS, r"分值|^分数$|^满分$"),
    (Role.LEAD, r"牵头|主办|主责|主管(?:单位|部门)|总责"),
    (Role.SUPPORT, r"配合|协办|协同|协助|参与|参加(?:单位|部门)"),
    (Role.RESPONSIBLE, r"(?:责任|落实|承办|实施|执行|承担)(?:单位|部门|主体|科室|股室)|^(?:单位|部门)$|责任分工$"),
    (Role.MEASURE, r"措施|举措|(?:工作|任务|具体|主要|目标|整改)内容|任务分解|具体(?:任务|要求|工作)|工作要求|^内容$"
                   r"|分解任务"),
    (Role.CRITERIA, r"标准|成果|完成标志|目标要求|预期目标|^目标$|^工作目标$|成效"),
    (Role.THEME, r"主题|事项|重点(?:任务|工作)|^任务|任务$|项目|问题|类别|^要点|工作要点|领域"),
]
PERSONS = [(Role.LEAD, r"(?:责任|分管|牵头|包抓|包保)领导"), (Role.RESPONSIBLE, r"责任人|联系人|负责人")]
SPARE = {Role.MEASURE: Role.CRITERIA, Role.THEME: Role.MEASURE, Role.RESPONSIBLE: Role.SUPPORT}
SCORED = re.compile(r"得分|评分|打分|扣分|自评")  # a score sheet has a reader of its own
UP = {Role.RESPONSIBLE: Role.LEAD, Role.SUPPORT: Role.RESPONSIBLE}
BARE = re.compile(r"[\s\u3000]+|[（(][^（）()]*[)）]")
SECTION = re.compile(r"^第?([一二三四五六七八九十百]+)(?:[、.．]|部分[、:：\s]*|$)")
SUBTHEME = re.compile(r"^[（(]([一二三四五六七八九十百]+)[)）]")
REMARK = re.compile(r"^(?:注|备注|说明|填表|合计|总计|附)[:：\d人时\s]")


@dataclass(frozen=True)
class Cell:
    """A cell as it bears on one row, and how it came there; a blank one has no text."""

    text: str
    origin: Origin = Origin.PRINTED
    where: str = ""


@dataclass
class Row:
    """A row with something to read. `kind` is section, theme, remark or task; `odd` are cells that fit nowhere;
    `swaps` are the readings of a unit cell whose column nobody can be sure of, the proposal first."""

    number: int
    where: str
    kind: str
    text: str = ""
    cells: dict[Role, Cell] = field(default_factory=dict)
    odd: list[str] = field(default_factory=list)
    swaps: list[dict[Role, str]] = field(default_factory=list)


@dataclass
class Columns:
    """The roles of the columns from the left (None: not understood), and where the body begins."""

    roles: list[Role | None]
    body: int
    year: int | None = None
    unknown: list[str] = field(default_factory=list)
    promoted: bool = False
    goes_on: bool = False
    of_themes: bool = False

    @property
    def orgs(self) -> list[Role]:
        return [role for role in self.roles if role in ORGS]


def find_columns(table: Table) -> Columns | None:
    """The columns by their header words; None where the table is no decomposition of tasks among units."""
    for at, row in enumerate(table.rows[:6]):
        if _headings(row) >= 2:
            body = at + 1
            while body < len(table.rows) and _headings(table.rows[body]) and _all_heading(table.rows[body]):
                body += 1
            found = _columns(_heads(table, at, body), body)
            return replace(found, of_themes=_of_themes(table, found)) if found else None
    return None


def _of_themes(table: Table, columns: Columns) -> bool:
    """Numbers merged over several rows count the themes, not the measures."""
    if not table.placed or Role.NO not in columns.roles:
        return False
    col = columns.roles.index(Role.NO) + 1
    return any(slot.col == col and not slot.printed and slot.text.strip() and _covered(slot, row) is None
               for row in table.rows[columns.body:] for slot in row)


def _columns(heads: list[str], body: int) -> Columns | None:
    roles = _roles(heads)
    if Role.THEME in roles and Role.MEASURE not in roles:
        roles = [Role.MEASURE if role == Role.THEME else role for role in roles]
    scored = Role.LIMIT not in roles and SCORED.search(" ".join(heads))
    if Role.MEASURE not in roles or not any(role in ORGS for role in roles) or scored:
        return None
    limits = " ".join(head for head, role in zip(heads, roles, strict=True) if role == Role.LIMIT)
    year = re.search(r"(20\d\d)年", limits)
    unknown = [head for head, role in zip(heads, roles, strict=True) if role is None]
    promoted = Role.LEAD not in roles and {Role.RESPONSIBLE, Role.SUPPORT} <= set(roles)
    if promoted:
        roles = [UP.get(role, role) if role else None for role in roles]
    return Columns(roles, body, int(year.group(1)) if year else None, unknown, promoted)


def _heads(table: Table, at: int, body: int) -> list[str]:
    """The words over each column, the lowest line first: it is the one that tells columns of a group apart."""
    if not table.placed:
        return [slot.text for slot in table.rows[body - 1] if slot.text.strip()]
    heads = [""] * table.width
    for row in reversed(table.rows[at:body]):
        for slot in row:
            if 1 <= slot.col <= table.width and slot.text.strip() not in heads[slot.col - 1]:
                heads[slot.col - 1] += f"\n{slot.text.strip()}"
    return [head.strip() for head in heads]


def _roles(heads: list[str]) -> list[Role | None]:
    """One column for each role; a second of the same kind takes the role beside it, or none."""
    found: list[Role | None] = [_role(head) for head in heads]
    for persons in PERSONS:
        if persons[0] not in found:
            found = [persons[0] if role is None and re.search(persons[1], BARE.sub("", head)) else role
                     for head, role in zip(heads, found, strict=True)]
    for at, role in enumerate(found):
        if role is not None and role in found[:at]:
            spare = SPARE.get(role)
            found[at] = spare if spare and spare not in found else None
    return found


def _role(head: str) -> Role | None:
    for line in head.splitlines():
        word = BARE.sub("", line)
        if re.search(PERSONS[0][1], word) or (re.search(PERSONS[1][1], word) and "单位" not in word):
            return None
        for role, pattern in WORDS:
            if re.search(pattern, word):
                return role
    return None


def _headings(row: list[Slot]) -> int:
    """How many different columns the words of a row name, each short enough for a heading."""
    texts = {BARE.sub("", slot.text) for slot in row if slot.text.strip()}
    return len({_role(text) for text in texts if 0 < len(text) <= 10 and not NUMBERED.match(text)} - {None})


def _all_heading(row: list[Slot]) -> bool:
    return all(_role(slot.text) and len(BARE.sub("", slot.text)) <= 10 for slot in row if slot.text.strip())


class Rows:
    """The rows of one table in order. Between two sections nothing is inherited: no merged cell crosses a line that
    goes over the whole width."""

    def __init__(self, table: Table, columns: Columns, ref: date) -> None:
        self.table, self.columns, self.ref = table, columns, ref
        self.above: dict[Role, Cell] = {}
        self.numbered = any(NUMBERED.match(slot.text.strip()) for row in table.rows for slot in row)

    def __iter__(self) -> Iterator[Row]:
        for slots in self.table.rows[self.columns.body:]:
            row = self._row(slots) if any(slot.text.strip() for slot in slots) else None
            if row is None:
                continue
            if row.kind in ("section", "theme"):
                self.above = {}
            elif row.kind == "task":
                self.above |= row.cells
            yield row

    def _row(self, slots: list[Slot]) -> Row | None:
        if _headings(slots) >= 2 and _all_heading(slots):
            return None
        where = f"表{self.table.number}第{slots[0].row}行"
        wide = self._wide(slots)
        if wide:
            return Row(slots[0].row, where, _wide_kind(wide), wide)
        row = Row(slots[0].row, where, "task")
        row.cells = self._placed(slots, row) if self.table.placed else self._loose(slots, row)
        return row

    def _wide(self, slots: list[Slot]) -> str:
        """The text of a row that is one text over the whole width."""
        printed = [slot for slot in slots if slot.printed and slot.text.strip()]
        if not printed or len(printed) > 2:
            return ""
        text = "、".join("".join(slot.lines) for slot in printed)
        if not self.table.placed:
            sure = SECTION.match(text) or SUBTHEME.match(text) or REMARK.match(text)
            return text if len(printed) == 1 and sure else ""
        if any(slot.text.strip() and not slot.printed for slot in slots if not _covered(slot, slots)):
            return ""
        numeral = len(printed) == 1 or SECTION.match(printed[0].text.strip())
        across = numeral and printed[-1].across >= max(2, self.table.width - len(printed) + 1)
        lone = len(printed) == 1 and printed[0].col == 1 and (SECTION.match(text) or REMARK.match(text))
        return text if across or lone else ""

    def _placed(self, slots: list[Slot], row: Row) -> dict[Role, Cell]:
        """Cells by where they stand; one that goes on from above is inherited."""
        by_col = {slot.col: slot for slot in slots}
        cells: dict[Role, Cell] = {}
        for col, role in enumerate(self.columns.roles, start=1):
            if role is not None:
                cells[role] = self._placed_cell(by_col.get(col), role, slots, row)
        printed = [role for role in self.columns.orgs if cells[role].text and cells[role].origin == Origin.PRINTED]
        if len(printed) == 1 and self._waits(cells, printed[0]):
            row.swaps = self._swaps(cells[printed[0]].text, printed[0])
        return cells

    def _waits(self, cells: dict[Role, Cell], printed: Role) -> bool:
        """One unit cell is printed and every other goes on from above: people have put those into the wrong column."""
        others = [role for role in self.columns.orgs if role != printed]
        return bool(others) and all(cells[role].origin == Origin.INHERITED for role in others)

    def _placed_cell(self, slot: Slot | None, role: Role, slots: list[Slot], row: Row) -> Cell:
        if slot is None:
            return Cell("", where=row.where)
        where, text = self.table.where(slot), slot.text.strip()
        left = _covered(slot, slots)
        if left is not None:
            over = self.columns.roles[left.col - 1] if left.col <= len(self.columns.roles) else None
            shared = (over in ORGS and role in ORGS) or (role == Role.MEASURE and over in (Role.THEME, Role.NO))
            return Cell(text if shared else "", where=where)
        if slot.printed or not text:
            return self._said_again(role, text, where)
        before = self.above.get(role)
        if before is None or before.text != text:
            row.odd.append(text)  # a merged cell that does not go on from the one above: never taken
            return Cell("", where=where)
        return Cell(text, Origin.INHERITED, where)

    def _said_again(self, role: Role, text: str, where: str) -> Cell:
        """“同上” stands for what stands above."""
        before = self.above.get(role)
        if SAME.match(text) and role != Role.NO:
            return Cell(before.text, Origin.INHERITED, where) if before else Cell("", where=where)
        return Cell(text, where=where)

    def _loose(self, slots: list[Slot], row: Row) -> dict[Role, Cell]:
        """Cells by what they say; those not found in the row go on from above."""
        texts = [slot.text.strip() for slot in slots if slot.text.strip()]
        given = self._in_order(texts) or self._by_content(texts, row)
        cells: dict[Role, Cell] = {}
        for role in self.columns.roles:
            if role in given:
                cells[role] = self._said_again(role, given[role], row.where)
            elif role in (Role.THEME, Role.LIMIT, *ORGS):
                before = self.above.get(role)
                cells[role] = Cell(before.text, Origin.INHERITED, row.where) if before else Cell("", where=row.where)
        for role in self.columns.orgs if row.swaps else []:
            cells[role] = Cell(row.swaps[0][role], Origin.AMBIGUOUS, row.where)
        return cells

    def _in_order(self, texts: list[str]) -> dict[Role, str] | None:
        """A row with every cell keeps the order of the header."""
        roles = self.columns.roles
        if len(texts) != len(roles):
            return None
        given = {role: text for role, text in zip(roles, texts, strict=True) if role is not None}
        limits = [role for role, text in given.items() if role in (*ORGS, Role.LIMIT)
                  and looks_like_limit(text, self.ref)]
        return given if limits == [Role.LIMIT] * (Role.LIMIT in given) else None

    def _by_content(self, texts: list[str], row: Row) -> dict[Role, str]:
        at = self._measure_at(texts)
        given: dict[Role, str] = {}
        limits: list[str] = []
        units: list[str] = []
        for place, text in enumerate(texts):
            role = Role.MEASURE if place == at else self._meant(text, at is not None and place < at)
            if role in (Role.LIMIT, None):
                (limits if role else units).append(text)
            elif role in given:
                row.odd.append(text)
            else:
                given[role] = text
        if limits:
            given[Role.LIMIT] = limits[-1]
        orgs = len(self.columns.orgs)
        row.odd += limits[:-1] + units[orgs:]
        self._share(units[:orgs], given, row)
        return given

    def _meant(self, text: str, before: bool) -> Role | None:
        """What a cell beside the measure is; None for units."""
        roles = self.columns.roles
        if text.isdigit() and Role.NO in roles:
            return Role.NO
        if Role.LIMIT in roles and looks_like_limit(text, self.ref):
            return Role.LIMIT
        first = roles[:roles.index(Role.MEASURE)]
        own = before and not any(role in ORGS for role in first)
        return Role.THEME if own or SUBTHEME.match(text) or (before and not looks_like_units(text)) else None

    def _measure_at(self, texts: list[str]) -> int | None:
        for at, text in enumerate(texts):
            if NUMBERED.match(text):
                return at
        free = [at for at, text in enumerate(texts) if not (
            text.isdigit() or SUBTHEME.match(text) or looks_like_limit(text, self.ref) or looks_like_units(text))]
        return free[-1] if free and not self.numbered else None

    def _share(self, units: list[str], given: dict[Role, str], row: Row) -> None:
        """As many unit cells as columns keep their order; fewer cannot be known."""
        orgs = self.columns.orgs
        if len(units) == len(orgs):
            given |= dict(zip(orgs, units, strict=True))
        elif len(units) == 1:
            row.swaps = self._swaps(units[0], None)
        elif units:
            row.odd += units

    def _swaps(self, text: str, known: Role | None) -> list[dict[Role, str]]:
        """What the units come to with the cell in each of the columns, the likeliest first."""
        orgs = self.columns.orgs
        above = {role: self.above[role].text if role in self.above else "" for role in orgs}
        first = known or orgs[likely_first(text, [above[role] for role in orgs])]
        order = [first, *(role for role in orgs if role != first)]
        return [above | {role: text} for role in order]


def _covered(slot: Slot, slots: list[Slot]) -> Slot | None:
    """The cell printed further left in the same row that also covers this place."""
    if slot.printed:
        return None
    return next((left for left in slots if left.printed and left.col < slot.col < left.col + left.across), None)


def _wide_kind(text: str) -> str:
    if REMARK.match(text):
        return "remark"
    return "theme" if SUBTHEME.match(text) else "section"
