"""Text files: encodings, numbered lines, and the four ways people keep a table in text."""

# ruff: noqa: E501 - documents written out in one line each

from pathlib import Path

import pytest

from models.base import Rejected
from plans.document import Document
from plans.opening import open_document, open_path
from tests.plans.opening.makers import shown

BARS = """某县任务清单
任务 |
措施 |
单位 |
一、队伍建设 |
||
(一)培训。 |
1.按期办班。 |
司法局
人社局 |
2.建立档案。 |
||
(二)考核。 |
3.年终测评。 |
司法局 |
4.公布结果。 |
"""
STACKED = "安排\n\t时间\n\t周次\n\t单位\n\n\t三月\n\t第一周\n\t司法局\n\n\t\n\t第二周\n\t财政局\n审计局\n\n\t时间\n\t周次\n\t单位\n\n"


def text(data: str, name: str = "a.txt") -> Document:
    return open_document(name, data.encode())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_encodings(encoding: str) -> None:
    document = open_document("通知.txt", "关于督察的通知\r\n\r\n　各县区：\r\n".encode(encoding))
    assert [(line.text, line.number) for line in document.lines] == [("关于督察的通知", 1), ("各县区：", 3)]
    assert document.name == "通知.txt" and len(document.digest) == 64


@pytest.mark.parametrize("data", ["正文\n".encode("utf-16-le"), b"a\x00b", b"\xff\xff\xff", b"\xff\xfea"])
def test_what_is_not_text_is_refused(data: bytes) -> None:
    with pytest.raises(Rejected, match="UTF-8"):
        open_document("a.txt", data)


def test_bars_end_a_row_when_the_header_is_counted() -> None:
    document = text(BARS)
    [table] = document.tables
    assert shown(table) == [
        ["任务", "措施", "单位"], ["一、队伍建设"], ["(一)培训。", "1.按期办班。", "司法局\n人社局"], ["2.建立档案。"],
        ["(二)考核。", "3.年终测评。", "司法局"], ["4.公布结果。"],
    ]
    assert (table.placed, table.width, table.line, table.number) == (False, 3, 2, 1)
    assert {slot.col for row in table.rows for slot in row} == {0}


def test_bars_that_do_not_come_out_stay_lines() -> None:
    broken = text(BARS.replace("\n||\n", "\n|\n"))
    assert not broken.tables and len(broken.lines) == BARS.count("\n")
    assert not text("甲 |\n乙 |\n丙 |\n").tables


def test_markdown_with_and_without_a_rule() -> None:
    ruled = text("前\n| 事项 | 时限 |\n|:--|--:|\n| 甲\\|乙 | 一<br>二 |\n| 丙 |\n\n后", "a.md")
    assert shown(ruled.tables[0]) == [["事项", "时限"], ["甲|乙", "一\n二"], ["丙", ""]]
    assert ruled.tables[0].placed and [line.number for line in ruled.lines] == [1, 7]
    assert shown(text("| 甲 | 乙 |\n| 丙 | 丁 |").tables[0]) == [["甲", "乙"], ["丙", "丁"]]
    assert shown(text("甲 | 乙\n丙 | 丁\n").tables[0]) == [["甲", "乙"], ["丙", "丁"]]
    assert not text("他说 a|b。\n又说。").tables


def test_cells_led_by_tabs_with_a_header_printed_again() -> None:
    document = text(STACKED + "\t四月\n\t第一周\n\t\n\n\n说明：略。\n")
    [table] = document.tables
    rows = [["三月", "第一周", "司法局"], ["", "第二周", "财政局\n审计局"], ["四月", "第一周", ""]]
    assert shown(table) == [["时间", "周次", "单位"], *rows] and table.line == 2
    assert [line.text for line in document.lines] == ["安排", "说明：略。"]


def test_a_cell_led_by_a_tab_may_begin_with_blank_lines_and_have_several() -> None:
    [table] = text("\t序号\n\t项目\n\t标准\n\n\t1\n\t\n\n权责\n清单\n\t公开\n\n\t2\n\t\n\t统一\n着装\n\n").tables
    assert table.placed and shown(table) == [["序号", "项目", "标准"], ["1", "权责\n清单", "公开"], ["2", "", "统一\n着装"]]


def test_rows_of_unequal_length_have_no_columns() -> None:
    [table] = text("\t时间\n\t单位\n\n\t三月\n\t第一周\n\t甲局\n\n\t\n\t第二周\n\t乙局\n\t丙局\n").tables
    assert not table.placed and shown(table)[2] == ["", "第二周", "乙局", "丙局"]


def test_indented_paragraphs_are_no_table() -> None:
    document = text("\t为了做好工作，制定本方案。\n\t一是抓培训。\n\n\t二是抓考核。\n\t三是抓整改。\n")
    assert not document.tables and len(document.lines) == 4


def test_rows_with_tabs_between_their_cells() -> None:
    [table] = text("职责\t任务\t单位\n一\t<p>办班</p><p>考试</p>\t甲局\n\n\t建档\t乙局\n").tables
    assert table.placed and shown(table) == [["职责", "任务", "单位"], ["一", "办班\n考试", "甲局"], ["", "建档", "乙局"]]


def test_a_damaged_row_is_kept_and_a_new_header_begins_a_table() -> None:
    document = text("职责\t任务\t单位\n一\t办班\t甲局\n\n2. 职责文字\n\n\t11\t建档\t乙局\n\n表二\n职责\t任务\t单位\n三\t四\t五\n")
    first, second = document.tables
    assert shown(first)[2:] == [["2. 职责文字"], ["", "11", "建档", "乙局"]] and not first.placed
    assert (second.number, second.placed, [line.text for line in document.lines]) == (2, True, ["表二"])


def test_a_path_is_opened_by_its_name(tmp_path: Path) -> None:
    place = tmp_path / "通知.txt"
    place.write_text("正文", encoding="utf-8")
    assert open_path(place).lines[0].text == "正文"
    with pytest.raises(Rejected, match="无法打开"):
        open_path(tmp_path / "没有.txt")
