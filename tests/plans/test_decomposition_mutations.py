"""A decomposition table that is damaged or drawn in another way: read the same, or an alarm; never made up."""

from dataclasses import dataclass, replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from plans.document import Document, Line, Slot, Table
from plans.issued import Head, Part
from plans.opening.grid import Cell, lay, loose
from plans.readers.decomposition.reader import read_decomposition
from plans.readers.decomposition.unclaimed import read_unclaimed

HEAD = Head(issued_on=date(2024, 1, 8))
HEADER = ["重点任务", "主要措施", "牵头单位", "责任单位", "完成时限"]
# Each section stands alone, and within it cells of the same text may be merged.
SECTIONS = [("一、河道整治（共4项）", [
    ("(一)清淤", "1.排查淤积河段。", "县水利局", "各乡镇人民政府", "2024年3月29日前"),
    ("(一)清淤", "2.编制清淤方案。", "县水利局", "各乡镇人民政府 县财政局", "2024年4月底前完成"),
    ("(二)护岸", "3.加固护岸。", "县水利局 县住建局", "各乡镇人民政府 县财政局", "2024年4月底前完成"),
    ("(二)护岸", "4.栽植护岸林。", "县林业局", "有关乡镇人民政府", "长期坚持"),
]), ("二、污水治理（共3项）", [
    ("(一)管网", "1.检测管网。", "县住建局", "各排水企业", "2024年12月31日前"),
    ("(一)管网", "2.改造老旧管网。", "县住建局", "各排水企业", "2025年12月31日前"),
    ("(二)监测", "3.公布水质数据。", "市生态环境局分局", "县水利局", "2025年12月31日前"),
])]
Merges = list[bool]


@dataclass(frozen=True)
class Sheet:
    """Printed cells on a grid with its height."""

    cells: list[Cell]
    height: int

    def table(self) -> Table:
        return lay(1, [replace(cell) for cell in self.cells], self.height, 5)


def drawn(merges: Merges, order: tuple[int, ...] = (0, 1, 2, 3, 4)) -> Sheet:
    """The table with columns in some order; `merges` says which cells that could go on from above do."""
    cells = [Cell(HEADER[field], 1, col) for col, field in enumerate(order, start=1)]
    row, chosen = 1, iter(merges)
    for heading, rows in SECTIONS:
        row += 1
        cells.append(Cell(heading, row, 1, 5))
        above: dict[int, Cell] = {}
        for values in rows:
            row += 1
            for col, field in enumerate(order, start=1):
                same = col in above and above[col].text == values[field]
                if same and next(chosen, False):
                    above[col].down += 1
                else:
                    above[col] = Cell(values[field], row, col)
                    cells.append(above[col])
    return Sheet(cells, row)


def read_table(table: Table) -> Part:
    return read_decomposition(Document("a", "", [table]), HEAD)


def values(part: Part) -> list[tuple[object, ...]]:
    return [(t.no, t.section, t.theme, t.measure, t.lead_units, t.responsible_units, t.deadline_text)
            for t in part.tasks]


def alarms(part: Part) -> set[tuple[str, str]]:
    return {(doubt.key, doubt.where) for doubt in part.doubts} | {
        (figure.name, figure.found) for figure in part.figures if not figure.ok}


def squeezed(text: str) -> str:
    return "".join(text.split())


def assert_nothing_made_up(part: Part, table: Table) -> None:
    printed = "\n".join(squeezed(slot.text) for row in table.rows for slot in row)
    for task in part.tasks:
        for name in task.lead_units + task.responsible_units:
            assert squeezed(name) in printed, name
        for piece in task.deadline_text.split("；"):
            assert all(squeezed(part) in printed for part in piece.split()), piece


def assert_same_or_alarm(table: Table, before: Part) -> None:
    part = read_table(table)
    assert_nothing_made_up(part, table)
    if values(part) != values(before):
        assert alarms(part) - alarms(before), (values(part), alarms(part))


MERGES = st.lists(st.booleans(), min_size=20, max_size=20)


def test_the_undamaged_table_is_read_without_alarm() -> None:
    part = read_table(drawn([False] * 20).table())
    rows = [(theme, measure[2:], limit) for _, rows in SECTIONS for theme, measure, _, _, limit in rows]
    assert [(t.theme, t.measure, t.deadline_text) for t in part.tasks] == rows
    assert {key for key, _ in alarms(part)} == {"leads:县水利局、县住建局"}


@settings(max_examples=150, deadline=None)
@given(MERGES, st.permutations(range(5)))
def test_however_it_is_merged_and_its_columns_stand_it_says_the_same(merges: Merges, order: list[int]) -> None:
    plain = read_table(drawn([False] * 20).table())
    assert values(read_table(drawn(merges, tuple(order)).table())) == values(plain)


@settings(max_examples=300, deadline=None)
@given(MERGES, st.sets(st.integers(5, 60), min_size=1, max_size=4), st.booleans())
def test_blanked_or_missing_cells_are_noticed(merges: Merges, places: set[int], gone: bool) -> None:
    sheet = drawn(merges)
    before = read_table(sheet.table())
    hit = {place for place in places if place < len(sheet.cells)}
    kept = [replace(cell, text="") if at in hit else cell for at, cell in enumerate(sheet.cells)
            if not (gone and at in hit)]
    assert_same_or_alarm(Sheet(kept, sheet.height).table(), before)


@settings(max_examples=200, deadline=None)
@given(MERGES, st.sampled_from([(0, 4), (1, 2), (1, 3), (1, 4), (2, 4), (3, 4), (0, 1)]))
def test_a_column_under_a_wrong_heading_is_noticed(merges: Merges, swap: tuple[int, int]) -> None:
    sheet = drawn(merges)
    before = read_table(sheet.table())
    order = list(range(5))
    order[swap[0]], order[swap[1]] = swap[1], swap[0]
    moved = [cell if cell.row == 1 or cell.across == 5 else replace(cell, col=order[cell.col - 1] + 1)
             for cell in sheet.cells]
    table = Sheet(moved, sheet.height).table()
    assert alarms(read_table(table)) - alarms(before)
    assert_same_or_alarm(table, before)


@settings(max_examples=300, deadline=None)
@given(MERGES, st.data())
def test_merged_marks_that_do_not_fit_are_noticed(merges: Merges, data: st.DataObject) -> None:
    """A place that claims to go on from above, or to be printed, and is not."""
    table = drawn(merges).table()
    before = read_table(table)
    for _ in range(data.draw(st.integers(1, 5))):
        row = table.rows[data.draw(st.integers(1, len(table.rows) - 1))]
        at = data.draw(st.integers(0, 4))
        row[at] = replace(row[at], printed=not row[at].printed)
    assert_same_or_alarm(table, before)


def loose_rows(blank: set[int]) -> list[list[str]]:
    """The same table with its columns lost: a cell that goes on from above is not there, blanks fill the row's end."""
    rows, places = [HEADER], iter(range(1000))
    for heading, section in SECTIONS:
        rows.append([heading, "", "", "", ""])
        above: tuple[str, ...] = ("",) * 5
        for cells in section:
            left = [text for text, up in zip(cells, above, strict=True) if text != up or next(places) in blank]
            rows.append(left + [""] * (5 - len(left)))
            above = cells
    return rows


@settings(max_examples=200, deadline=None)
@given(st.sets(st.integers(0, 20)))
def test_lost_columns_say_the_same_or_raise_an_alarm(printed_again: set[int]) -> None:
    plain = read_table(drawn([False] * 20).table())
    part = read_table(loose(1, loose_rows(printed_again)))
    asked = {doubt.key.removesuffix(":units") for doubt in part.doubts}
    for found, row in zip(values(part), values(plain), strict=True):
        assert found == row or str(found[0]) in asked


@settings(max_examples=200, deadline=None)
@given(st.sets(st.integers(0, 20)), st.integers(1, 9), st.integers(0, 4))
def test_a_cell_lost_with_its_bar_is_noticed(printed_again: set[int], row: int, at: int) -> None:
    rows = loose_rows(printed_again)
    before = read_table(loose(1, rows))
    rows = [list(cells) for cells in rows]
    del rows[row][at]
    assert_same_or_alarm(loose(1, rows), before)


# anything at all

WORDS = st.sampled_from([
    *HEADER, "序号", "备注", "分值", "责任分工", "1.甲。", "①乙", "(一)丙", "一、丁(共2项)", "县水利局",
    "各乡镇人民政府 县财政局", "2024年底前", "9月底前\n10月底前", "同上", "", "  ", "注：说明", "长期坚持",
    "牵头单位：县水利局；配合单位：各乡镇", "1.甲。\n2.乙。\n3.丙。", "财 政 局", "等", "（", "\ue0007\ue001",
    "第一部分", "〇", "9" * 30, "县水利局牵头", "共零项",
])
TEXTS = st.one_of(WORDS, WORDS, st.text(max_size=12))
SLOTS = st.builds(
    Slot, TEXTS, st.integers(0, 9), st.integers(-1, 7), st.booleans(), st.integers(0, 6), st.integers(0, 3))
WILD = st.builds(Table, st.integers(1, 3), st.lists(st.lists(SLOTS, max_size=6), max_size=6), st.integers(0, 7),
                 st.booleans())
LOOSE = st.lists(st.lists(TEXTS, max_size=6), max_size=7).map(lambda rows: loose(1, [HEADER, *rows]))
LINES = st.builds(Line, TEXTS, st.integers(1, 9))
HEADS = st.builds(Head, issued_on=st.none() | st.dates(), year=st.none() | st.integers(1, 9999))


@settings(max_examples=500, deadline=None)
@given(st.lists(st.one_of(WILD, LOOSE, LINES), max_size=4), HEADS)
def test_no_document_makes_it_raise_and_questions_have_one_key_each(blocks: list[Table | Line], head: Head) -> None:
    document = Document("a", "", list(blocks))
    part = read_decomposition(document, head)
    part.add(read_unclaimed(document, head, part))
    assert len({task.no for task in part.tasks}) == len(part.tasks)
    keys = [doubt.key for doubt in part.doubts]
    assert len(set(keys)) == len(keys)


@settings(max_examples=500, deadline=None)
@given(st.lists(st.lists(TEXTS, min_size=1, max_size=6), max_size=7), st.booleans())
def test_no_table_is_read_into_words_that_stand_nowhere(rows: list[list[str]], placed: bool) -> None:
    width = max([5, *map(len, rows)])
    filled = [HEADER, *rows]
    cells = [Cell(text, y, x) for y, row in enumerate(filled, start=1) for x, text in enumerate(row, start=1)]
    table = lay(1, cells, len(filled), width) if placed else loose(1, filled)
    assert_nothing_made_up(read_table(table), table)
