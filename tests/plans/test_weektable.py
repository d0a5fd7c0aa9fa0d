"""Schedules by weeks: slots, their days, their units, and what the paper says of itself counted again."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from plans.document import Document, Line, Slot, Table
from plans.issued import Head, Part
from plans.opening import open_path
from plans.readers.head import read_head
from plans.readers.weektable import read_weektable
from rules.slot import RULES, slot_window

SHARED = Path(__file__).resolve().parents[3] / "shared"
with_sources = pytest.mark.skipif(not (SHARED / "sources").is_dir(), reason="没有原始文件（检出旁的 shared 文件夹）")
HEAD = Head(year=2021)


def table(*rows: tuple[str, ...], placed: bool = False) -> Table:
    """Rows of printed cells; `placed` numbers their columns, and an empty first cell is covered by the one above."""
    return Table(1, [
        [Slot(text, at, col if placed else 0) for col, text in enumerate(row, 1)] for at, row in enumerate(rows, 1)
    ], max(map(len, rows), default=0), placed)


def schedule(*rows: tuple[str, ...], lines: tuple[str, ...] = (), head: Head = HEAD, placed: bool = False) -> Part:
    blocks: list[Line | Table] = [Line(text, at) for at, text in enumerate(lines, 1)]
    return read_weektable(Document("样例.txt", "0", [*blocks, table(*rows, placed=placed)]), head)


ROWS = (
    ("时间", "受监督单位"), ("三月", "第一周", "下汤镇人民政府"), ("", "第二周", "县司法局", "县水利局"),
    ("时间", "受监督单位"), ("三月", "第四周", "县统计局"), ("五月", "第二周", "四棵树乡人民政府", "县林业局"),
)


def test_a_schedule_with_a_header_printed_again() -> None:
    part = schedule(*ROWS)
    assert [(slot.month, slot.week, slot.start, slot.units) for slot in part.slots] == [
        (3, 1, date(2021, 3, 1), ["下汤镇人民政府"]), (3, 2, date(2021, 3, 8), ["县司法局", "县水利局"]),
        (3, 4, date(2021, 3, 22), ["县统计局"]), (5, 2, date(2021, 5, 10), ["四棵树乡人民政府", "县林业局"]),
    ]
    assert all((slot.end - slot.start).days == 6 for slot in part.slots)
    assert part.slots[1].source == "表1第3行"
    assert part.doubts == []


def test_what_the_note_declares_is_counted() -> None:
    figures = schedule(*ROWS, lines=("注：共计有县直单位5家、乡镇2家。",)).figures
    assert [(figure.name, figure.expected, figure.found) for figure in figures] == [
        ("周次表：县直单位", "5家", "4家"), ("周次表：乡镇", "2家", "2家"), ("周次表：单位不重复", "无重复", "无重复")
    ]


def test_a_unit_named_twice_shows() -> None:
    (figure,) = schedule(*ROWS, ("六月", "第一周", "县统计局")).figures
    assert (figure.found, figure.ok) == ("重复：县统计局", False)


def test_visits_in_the_months_of_planning_are_a_warning() -> None:
    rhythm = "1月份至3月份为总结计划阶段；4月份至12月份为计划实施阶段。"
    part = schedule(*ROWS, lines=(rhythm,))
    assert [(figure.found, figure.ok) for figure in part.figures[1:]] == [("排有3周、4家", False)]
    assert part.doubts == []


def test_units_within_one_cell() -> None:
    part = schedule(("3月第1周", "县人力资源和\n社会保障局\n县民政局、县审计局"), ("3月第2周", "下汤镇\n张店乡"))
    assert part.slots[0].units == ["县人力资源和社会保障局", "县民政局", "县审计局"]
    assert part.slots[1].units == ["下汤镇", "张店乡"]


def test_only_the_column_of_units_is_read_where_columns_are_known() -> None:
    part = schedule(
        ("序号", "时间", "单位", "联系人"), ("1", "2022年3月第1周", "县司法局", "甲某"),
        ("2", "3月第2周", "县民政局", "乙某"), placed=True,
    )
    assert [(slot.start.year, slot.units) for slot in part.slots] == [(2022, ["县司法局"]), (2021, ["县民政局"])]


def test_where_columns_are_lost_another_column_is_asked() -> None:
    part = schedule(("时间", "单位", "联系人"), ("三月第一周", "县司法局", "甲某"), ("三月第二周", "县民政局", "乙某"))
    assert ["联系人" in doubt.what for doubt in part.doubts] == [True]


def test_a_week_over_several_rows_is_one() -> None:
    covered = [Slot("三月第一周", 2, 1, printed=False), Slot("县民政局", 2, 2)]
    first, last = table(("三月第一周", "县司法局"), ("三月第二周", "县林业局"), placed=True).rows
    part = read_weektable(Document("样例", "0", [Table(1, [first, covered, last], 2)]), HEAD)
    assert [slot.units for slot in part.slots] == [["县司法局", "县民政局"], ["县林业局"]]


def test_what_cannot_be_placed_is_asked() -> None:
    part = schedule(
        ("第一周", "县司法局"), ("三月", "第二周", "县民政局"), ("县林业局",), ("二月", "第五周", "县统计局")
    )
    assert [slot.units for slot in part.slots] == [["县民政局"]]
    assert [doubt.where for doubt in part.doubts] == ["表1第1行", "表1第3行", "表1第4行"]


def test_weeks_side_by_side_are_asked() -> None:
    part = schedule(("月份", "第一周", "第二周"), ("三月", "县司法局", "县民政局"))
    assert (part.slots, [doubt.key for doubt in part.doubts]) == ([], ["weektable-1"])


def test_without_a_year_no_day_is_made_up() -> None:
    part = schedule(*ROWS, head=Head())
    assert (part.slots, len(part.doubts)) == ([], 4)


def test_other_tables_are_left_alone() -> None:
    assert schedule(("序号", "科室"), ("1", "县司法局"), ("第一周", "仅此一处")) == Part()


def test_three_rules_for_a_week() -> None:
    assert [slot_window(2021, 5, 1, rule) for rule in RULES] == [
        (date(2021, 5, 3), date(2021, 5, 9)),
        (date(2021, 4, 26), date(2021, 5, 2)),
        (date(2021, 5, 1), date(2021, 5, 7)),
    ]


@given(st.integers(1900, 2200), st.integers(1, 12), st.integers(1, 4))
def test_week_rules_agree_with_their_names(year: int, month: int, week: int) -> None:
    monday, calendar_week, block = (slot_window(year, month, week, rule) for rule in RULES)
    assert (monday[0].weekday(), monday[0].month, (monday[0].day - 1) // 7 + 1) == (0, month, week)
    assert calendar_week[0].weekday() == 0 and (block[0].day - 1) // 7 + 1 == week
    if week == 1:
        assert calendar_week[0] <= date(year, month, 1) == block[0]
    assert all((end - start).days == 6 for start, end in (monday, calendar_week, block))


@with_sources
@pytest.mark.parametrize("file", ["lushan-2021.txt", "lushan-2021.docx"])
def test_the_schedule_of_lushan(file: str) -> None:
    document = open_path(SHARED / "sources" / file)
    part = read_weektable(document, read_head(document))
    known = YAML(typ="safe").load((SHARED / "ground-truth" / "lushan.yaml").read_text(encoding="utf-8"))
    assert [(s.month, s.week, s.units, {"start": str(s.start), "end": str(s.end)}) for s in part.slots] == [
        (row["month"], row["week"], row["units"], row["window"]) for row in known["schedule"]
    ]
    for slot, row in zip(part.slots, known["schedule"], strict=True):
        monday, *others = (slot_window(2021, slot.month, slot.week, rule) for rule in RULES)
        assert monday == (slot.start, slot.end)
        assert [[str(day) for day in days] for days in others] == [
            row["alt_windows"][rule] for rule in ("calendar_week_containing_1st", "days_block")
        ]
    assert [(figure.found, figure.ok) for figure in part.figures] == [
        ("35家", True), ("20家", True), ("无重复", True), ("排有4周、6家", False)
    ]
    assert part.doubts == []


@with_sources
@pytest.mark.parametrize("file", ["puyang-2020.docx", "xinshao-2024.docx", "xiayi-2023.txt", "compilation.txt"])
def test_documents_without_a_schedule(file: str) -> None:
    document = open_path(SHARED / "sources" / file)
    assert read_weektable(document, read_head(document)) == Part()


CELLS = st.one_of(
    st.text(max_size=8),
    st.sampled_from([
        "时间", "单位", "三月", "第一周", "第五周", "3月第2周", "2099年12月第4周", "县司法局", "下汤镇", "", "1",
    ]),
)
HEADS = st.builds(Head, year=st.none() | st.integers(1, 9999))


@settings(max_examples=400, deadline=None)
@given(st.lists(st.lists(CELLS, max_size=5), max_size=8), st.booleans(), HEADS, st.lists(st.sampled_from([
    "注：共计有县直单位35家、乡镇20家", "共计", "1月份至3月份为总结计划阶段", "13月至99月份为计划阶段"
]), max_size=3))
def test_any_table_is_read(rows: list[list[str]], placed: bool, head: Head, lines: list[str]) -> None:
    part = schedule(*map(tuple, rows), lines=tuple(lines), head=head, placed=placed)
    assert all(slot.start <= slot.end for slot in part.slots)
    assert len({doubt.key for doubt in part.doubts}) == len(part.doubts)
