"""A ledger that comes back: found wherever its header stands, read row by row, wrong with its row and column."""

import io
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import uuid4

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from config import clock
from papers.ledger_sheet import Head, SheetRow, ledger_sheet
from plans.document import Document, Line, Slot, Table
from plans.ledger_back import read_back
from plans.ledger_day import NoDay, read_day
from plans.ledger_formulas import formulas_of
from plans.ledger_row import Returned
from plans.opening import open_document
from rules import ledger as words
from rules.ledger import key_text

TODAY = date(2024, 7, 11)
KEYS = [key_text(uuid4(), 1) for _ in range(4)]
HEAD = [words.KEY, words.TITLE, *words.FILLED]
GOOD = [KEYS[0], "任务一", "已完成", "2024-06-30", "已印发方案", "会议纪要1份"]


def back(rows: Sequence[Sequence[Any]], **more: Any) -> Returned:
    """Rows written to a workbook and read as one that came back, on 11 July 2024."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, **more})
    sheet = book.add_worksheet("台账")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for y, row in enumerate(rows):
        for x, value in enumerate(row):
            if isinstance(value, tuple):
                sheet.merge_range(y, x, y + value[0], x + value[1], value[2])
            elif value is not None:
                sheet.write(y, x, value, *([day] if isinstance(value, date) else []))
    book.close()
    return read(buffer.getvalue())


def read(data: bytes) -> Returned:
    with clock.jumped_to(clock.at_time(TODAY, time(10))):
        return read_back(open_document("台账.xlsx", data), formulas_of("台账.xlsx", data))


def said(returned: Returned) -> list[str]:
    return [fault.words for row in returned.rows for fault in row.faults]


def test_the_header_is_found_below_anything_in_any_order_with_columns_of_ones_own() -> None:
    rows = [
        ["某镇台账"], [], ["说明：导出时间：2024-07-01 09:30"],
        ["本镇备注", "办理情况 *", "编　号", "完成时间", "办理状态", "序号"],
        [], ["内部", "已印发方案", KEYS[0], "2024.6.30", "已完成", 1], [None, None, None, None, None, 2],
    ]
    found = back(rows)
    (row,) = found.rows
    assert (row.where, row.status, row.day) == ("台账第6行", "已完成", date(2024, 6, 30))
    assert row.text(words.WORK) == "已印发方案"
    assert row.extra == {"本镇备注": "内部", "序号": "1"} and not row.faults
    assert found.printed_at == clock.at_time(date(2024, 7, 1), time(9, 30))


def test_a_sheet_that_is_no_ledger_says_what_it_lacks() -> None:
    (fault,) = back([["单位", "姓名"], ["甲", "乙"]]).faults
    assert "没有找到台账的表头" in fault.words and "“编号”和“办理状态”" in fault.words


def test_a_column_that_stands_twice_is_refused_by_its_name() -> None:
    found = back([[*HEAD, words.WORK], [*GOOD, "另一种说法"]])
    (fault,) = found.faults
    assert not found.rows and fault.words == "台账第1行“办理情况”：表头里有两列；请删去一列再上传"


@pytest.mark.parametrize("typed", [
    "2024-06-30", "2024/6/30", "2024.6.30", "2024年6月30日", "2024 年 6 月 30 日", "２０２４．６．３０", "20240630",
    "2024-6-30 00:00:00", "2024年6月30号", date(2024, 6, 30), datetime(2024, 6, 30, 15, 20),
])
def test_days_are_read_as_people_type_them(typed: Any) -> None:
    (row,) = back([HEAD, [*GOOD[:3], typed, *GOOD[4:]]]).rows
    assert (row.day, row.faults) == (date(2024, 6, 30), ())


@pytest.mark.parametrize(("typed", "expected"), [
    ("2024.6.31", "“2024.6.31”不是日期（6月只有30天），请写成2024-06-30这样的日期"),
    ("2023-02-29", "2月只有28天），请写成2023-02-28"), ("2024-13-01", "没有13月"), ("2024-06-00", "没有0日"),
    ("24.6.30", "年份只有两位"), ("6/30/24", "年份只有两位"), ("30/6/2024", "年份在后"), ("6月30日", "没有写年份"),
    ("2024-07-12", "晚于今天（2024-07-11）"), ("1024-06-30", "年份1024不对"), (45473, "可能是2024-06-30"),
    ("上周五", "“上周五”不是日期，请写成2024-07-11这样的日期"), ("2024-06", "不是日期"),
])
def test_a_wrong_day_is_told_with_row_column_and_what_is_expected(typed: Any, expected: str) -> None:
    (fault,) = said(back([["台账"], HEAD, [*GOOD[:3], typed, *GOOD[4:]]]))
    assert fault.startswith("台账第3行“完成日期”：") and expected in fault


@pytest.mark.parametrize(("change", "expected"), [
    ({0: KEYS[0][:-1] + ("3" if KEYS[0][-1] == "2" else "2")}, "不完整或有误；请从下载的台账中重新复制编号"),
    ({0: ""}, "“编号”：没有编号"), ({0: "随手写的"}, "“随手写的”不完整或有误"),
    ({2: "差不多了"}, "“办理状态”：“差不多了”不是可填的状态，请选：已完成、办理中、未开始"),
    ({2: ""}, "“办理状态”：没有填"),
    ({4: "长" * 30_001}, "“办理情况”：有30001字，最多30000字"), ({3: "=TODAY()"}, "“完成日期”：是公式"),
    ({4: "=A1&\"x\""}, "“办理情况”：是公式"),
])
def test_each_fault_names_its_place(change: dict[int, Any], expected: str) -> None:
    line = [change.get(at, value) for at, value in enumerate(GOOD)]
    found = back([HEAD, GOOD[:1], line])
    assert any(words_.startswith("台账第3行") and expected in words_ for words_ in said(found)), said(found)


def test_merged_cells_are_refused_in_every_row_they_cover() -> None:
    first = [*GOOD[:4], (1, 0, "两项一并办结"), GOOD[5]]
    found = back([HEAD, first, [KEYS[1], "任务二", "已完成", "2024-06-30", None, ""]])
    assert said(found) == [f"台账第{n}行“办理情况”：是合并单元格；请取消合并，每格单独填写" for n in (2, 3)]


def test_one_key_twice_is_wrong_only_where_the_rows_disagree() -> None:
    other = [*GOOD[:4], "另一种说法", GOOD[5]]
    alike = back([HEAD, GOOD, GOOD, [GOOD[0], "任务一"]])
    assert [row.where for row in alike.rows] == ["台账第2行"] and not said(alike)
    blank_first = back([HEAD, [GOOD[0], "任务一"], GOOD])
    assert [row.where for row in blank_first.rows] == ["台账第3行"]
    assert said(back([HEAD, GOOD, other])) == [
        f"台账第{n}行“编号”：与台账第{5 - n}行是同一编号而内容不同；请只留一行" for n in (2, 3)
    ]


def test_a_heading_repeated_for_printing_is_no_row() -> None:
    assert len(back([HEAD, GOOD, HEAD, [KEYS[1], *GOOD[1:]]]).rows) == 2


def test_text_that_only_looks_like_a_formula_is_text() -> None:
    typed = {words.STATUS: "已完成", words.WORK: "=1+1"}
    (row,) = read(ledger_sheet([SheetRow(KEYS[0], "甲", "乙", typed=typed)], Head("", ""))).rows
    assert row.text(words.WORK) == "=1+1" and not row.faults


VALUES = st.fixed_dictionaries({
    words.STATUS: st.sampled_from(words.STATUSES), words.DAY: st.dates(date(2000, 1, 1), TODAY).map(str),
    words.WORK: st.text(st.characters(categories=("L", "N", "P", "Zs")), max_size=40).map(str.strip),
    words.PROOF: st.sampled_from(["", "会议纪要", words.ON_SITE]),
})


@settings(max_examples=25, deadline=None)
@given(st.lists(VALUES, min_size=1, max_size=12), st.randoms(use_true_random=False), st.data())
def test_sorted_cut_and_reordered_every_value_keeps_its_key(filled: list[dict], random: Any, data: Any) -> None:
    """Out, filled, rows sorted and deleted, columns moved, copied elsewhere: each value under its own key."""
    keys = [key_text(uuid4(), n + 1) for n in range(len(filled))]
    out = ledger_sheet([SheetRow(key, "甲镇", f"任务{key}") for key in keys], Head("台账", ""))
    table = open_document("台账.xlsx", out).tables[0]
    head = [slot.text for slot in table.rows[2]]
    lines = [dict(zip(head, (slot.text for slot in row), strict=True)) for row in table.rows[3:]]
    whole = {line[words.KEY]: line | values for line, values in zip(lines, filled, strict=True)}
    kept = data.draw(st.lists(st.sampled_from(keys), unique=True, min_size=1))
    random.shuffle(head)
    lines = [[whole[key][name] for name in head] for key in kept]
    found = back([["另存的表"], head, *lines], strings_to_formulas=False)
    assert {row.printed[words.KEY]: row.typed for row in found.rows} == {
        key: {name: filled[keys.index(key)][name] for name in words.FILLED} for key in kept
    }
    assert not [fault for fault in said(found) if "完成日期" not in fault and "办理状态" not in fault]


ODD = [*HEAD, *KEYS, "已完成", "2024.6.31", "9" * 40, "2024年0月0日"]
SLOTS = st.builds(
    Slot, st.one_of(st.text(max_size=12), st.sampled_from(ODD)),
    st.integers(-2, 30), st.integers(-2, 30), st.booleans(), st.integers(0, 3), st.integers(0, 3),
)
TABLES = st.builds(Table, st.integers(0, 3), st.lists(st.lists(SLOTS, max_size=8), max_size=8), st.integers(0, 9))
WITH_HEAD = st.builds(
    lambda rows: Table(1, [[Slot(name, 1, at) for at, name in enumerate(HEAD)], *rows], 6),
    st.lists(st.lists(SLOTS, max_size=8), max_size=8),
)
BLOCKS = st.lists(st.one_of(TABLES, WITH_HEAD, st.builds(Line, st.text(max_size=20), st.integers(1, 9))), max_size=4)


@given(BLOCKS)
def test_no_document_makes_it_fall(blocks: list) -> None:
    found = read_back(Document("x.xlsx", "0" * 64, blocks), frozenset({(1, 1)}))
    assert found.rows or found.faults or blocks


@given(st.text(max_size=30))
def test_no_text_but_a_day_is_a_day(text: str) -> None:
    try:
        assert date(2000, 1, 1) <= read_day(text, TODAY) <= TODAY
    except NoDay as error:
        assert str(error)


def test_twenty_thousand_rows_of_one_key_do_not_stall() -> None:
    rows = [[Slot(name, 1, at) for at, name in enumerate(HEAD)]]
    rows += [[Slot(text, n, at) for at, text in enumerate([*GOOD[:4], f"第{n}种", ""])] for n in range(2, 20_000)]
    assert len(read_back(Document("x", "", [Table(1, rows, 6)])).rows) == 19_998
