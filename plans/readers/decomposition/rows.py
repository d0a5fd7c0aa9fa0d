"""The rows of a decomposition table as cells by column: placed ones by where they stand, lost ones by what they say."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from plans.document import Slot, Table
from plans.issued import Origin
from plans.readers.decomposition.cell import Cell, beside
from plans.readers.decomposition.columns import ORGS, REMARK, SECTION, SUBTHEME, Columns, Role, covered, is_header
from plans.readers.decomposition.limits import looks_like_limit
from plans.readers.decomposition.unitcell import NUMBERED, SAME, likely_first, looks_like_units

TOTAL = re.compile(r"(?:.{0,12}?[小合总累])计(?:[:：]?[\d.,%]+[^\d，。；]{0,4})?")
FIGURE = re.compile(r"[\d.,%％/—-]*[项个分件条万亿元]{0,3}")
LONGEST_HEADING = 40


@dataclass
class Row:
    """A row with something to read. `kind` is section, theme, remark, total or task; `odd` are cells that fit nowhere;
    `swaps` are the readings of a unit cell whose column nobody can be sure of, the proposal first; `carried` are blank
    unit cells filled from above because a clerk said so; `parts` are the cells of a placed table by column."""

    number: int
    where: str
    kind: str
    text: str = ""
    cells: dict[Role, Cell] = field(default_factory=dict)
    odd: list[str] = field(default_factory=list)
    swaps: list[dict[Role, str]] = field(default_factory=list)
    carried: list[Role] = field(default_factory=list)
    parts: dict[int, Cell] = field(default_factory=dict)


class Rows:
    """The rows of one table in order. Between two sections nothing is inherited: no merged cell crosses a line that
    goes over the whole width."""

    def __init__(self, table: Table, columns: Columns, ref: date, *, carried: bool = False) -> None:
        self.table, self.columns, self.ref, self.carried = table, columns, ref, carried
        self.above: dict[Role, Cell] = {}
        self.parts: dict[int, Cell] = {}
        self.numbered = any(NUMBERED.match(slot.text.strip()) for row in table.rows for slot in row)

    def __iter__(self) -> Iterator[Row]:
        for slots in self.table.rows[self.columns.body:]:
            row = self._row(slots) if any(slot.text.strip() for slot in slots) else None
            if row is None:
                continue
            if row.kind in ("section", "theme"):
                self.above, self.parts = {}, {}
            elif row.kind == "task":
                self.above |= row.cells
                self.parts |= row.parts
            yield row

    def _row(self, slots: list[Slot]) -> Row | None:
        if is_header(slots):
            return None
        where = f"表{self.table.number}第{slots[0].row}行"
        if _is_total(slots):
            return Row(slots[0].row, where, "total", "".join(slots[0].text.split()))
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
        if any(slot.text.strip() and not slot.printed for slot in slots if not covered(slot, slots)):
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
                part = row.parts[col] = self._placed_cell(by_col.get(col), role, slots, row)
                cells[role] = beside(role, cells[role], part) if role in cells else part
        if self.carried:
            self._carry(cells, row)
        printed = [role for role in self.columns.orgs if cells[role].text and cells[role].origin == Origin.PRINTED]
        if len(printed) == 1 and self._waits(cells, printed[0]):
            row.swaps = self._swaps(cells[printed[0]].text, printed[0])
        return cells

    def _carry(self, cells: dict[Role, Cell], row: Row) -> None:
        """Blank cells of those who help, beside somebody who acts, as in the row above: nobody else leads by it."""
        named = any(cells[role].text for role in self.columns.orgs)
        for role in self.columns.orgs:
            before = self.above.get(role)
            if named and role != Role.LEAD and not cells[role].text and before and before.text:
                cells[role] = replace(cells[role], text=before.text, origin=Origin.INHERITED)
                row.carried.append(role)

    def _waits(self, cells: dict[Role, Cell], printed: Role) -> bool:
        """One unit cell is printed and every other goes on from above: people have put those into the wrong column."""
        others = [role for role in self.columns.orgs if role != printed]
        return bool(others) and all(cells[role].origin == Origin.INHERITED for role in others)

    def _placed_cell(self, slot: Slot | None, role: Role, slots: list[Slot], row: Row) -> Cell:
        if slot is None:
            return Cell("", where=row.where)
        where, text = self.table.where(slot), slot.text.strip()
        left = covered(slot, slots)
        if left is not None:
            over = self.columns.roles[left.col - 1] if left.col <= len(self.columns.roles) else None
            shared = (over in ORGS and role in ORGS) or (role == Role.MEASURE and over in (Role.THEME, Role.NO))
            return Cell(text if shared else "", where=where)
        if slot.printed or not text:
            return self._said_again(role, text, where, self.parts.get(slot.col))
        before = self.parts.get(slot.col)
        if before is None or before.text != text:
            row.odd.append(text)  # a merged cell that does not go on from the one above: never taken
            return Cell("", where=where)
        return Cell(text, Origin.INHERITED, where)

    def _said_again(self, role: Role, text: str, where: str, before: Cell | None) -> Cell:
        """“同上” stands for what stands above."""
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
                cells[role] = self._said_again(role, given[role], row.where, self.above.get(role))
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
        given: dict[Role, str] = {}
        for role, text in zip(roles, texts, strict=True):
            if role is not None:
                given[role] = beside(role, Cell(given[role]), Cell(text)).text if role in given else text
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


def _wide_kind(text: str) -> str:
    """A heading is short and no sentence; a remark is told and gives its name to nothing."""
    if REMARK.match(text):
        return "remark"
    if SUBTHEME.match(text):
        return "theme"
    sentence = len(text) > LONGEST_HEADING or text.rstrip().endswith(("。", "；", ";"))
    return "remark" if sentence and not SECTION.match(text) else "section"


def _is_total(slots: list[Slot]) -> bool:
    """小计, 合计: the name of a sum, and beside it nothing but figures."""
    texts = ["".join(slot.text.split()) for slot in slots if slot.printed and slot.text.strip()]
    return bool(texts) and bool(TOTAL.fullmatch(texts[0])) and all(FIGURE.fullmatch(text) for text in texts[1:])
