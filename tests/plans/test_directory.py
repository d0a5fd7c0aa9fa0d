"""A list of units as offices keep them: any order of columns, two encodings, tables, and every bad row named."""

import io

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from models.base import Rejected
from plans.directory import read_directory

HEAD = "单位名称,类别,联系人,职务,电话,通知方式,地址\n"


def read(text: str, encoding: str = "utf-8"):
    return read_directory("单位.csv", text.encode(encoding))


def table(*rows: list[object]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        for n, row in enumerate(rows):
            sheet.write_row(n, 0, row)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_is_read_in_the_encodings_offices_use(encoding: str) -> None:
    rows = read(HEAD + "甲县,县区,联络员,股长,0393,电子邮件,a@example.org\n", encoding)
    assert rows == [
        {"name": "甲县", "subject": "county", "contact": "联络员", "post": "股长", "phone": "0393", "channel": "mail",
         "address": "a@example.org"}
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_as_any_system_ends_them(end: str) -> None:
    assert len(read((HEAD + "甲县,县区\n乙局,部门\n").replace("\n", end))) == 2


def test_columns_may_stand_in_any_order_and_unknown_ones_are_left_out() -> None:
    assert read("备注,单位名称\n好,甲县\n")[0]["name"] == "甲县"


def test_an_empty_row_is_no_unit() -> None:
    assert [row["name"] for row in read(HEAD + "甲县,县区\n,,,\n乙局,部门\n")] == ["甲县", "乙局"]


def test_a_workbook_is_read_and_its_telephone_numbers_stay_as_typed() -> None:
    rows = read_directory("单位.xlsx", table(["单位名称", "电话"], ["甲县", 13800000000], ["乙局", "0393-1"]))
    assert [row["phone"] for row in rows] == ["13800000000", "0393-1"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (",县区,某", "第2行：缺少单位名称"),
        ("甲县,村社", "第2行：类别“村社”不认识，应为县区、乡镇、街道、园区或部门"),
        ("甲县,县区,某,,,鸽子", "第2行：通知方式“鸽子”不认识"),
        ("甲县,县区,某,,,电子邮件,甲县", "第2行：通知方式为电子邮件，但地址“甲县”不是邮箱"),
        ("甲县,县区,某,,,网络回调,ftp://x", "第2行：通知方式为网络回调，但地址“ftp://…”不是网址"),
        ("甲县,县区\n甲县,县区", "第3行：单位“甲县”与第2行重复"),
    ],
)
def test_a_bad_row_is_refused_with_its_number_and_reason(line: str, words: str) -> None:
    with pytest.raises(Rejected, match=words):
        read(HEAD + line + "\n")


def test_all_bad_rows_are_told_at_once() -> None:
    with pytest.raises(Rejected) as refused:
        read(HEAD + "甲县,村社\n,县区,某\n乙局,部门\n")
    assert len(str(refused.value).splitlines()) == 2


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("空.csv", b"", "没有内容"),
        ("甲.csv", "名称\n甲县\n".encode(), "没有“单位名称”一栏"),
        ("甲.csv", b"\xff\xff\xff", "编码无法识别"),
        ("甲.csv", HEAD.encode() + b'"' + b"x" * 200_000, "格式有误"),
        ("甲.xlsx", b"PK\x03\x04not a table", "不是有效的表格文件"),
        ("甲.xls", "单位名称\n".encode(), "不是有效的表格文件"),
    ],
)
def test_what_is_no_list_is_refused_in_a_sentence(name: str, data: bytes, words: str) -> None:
    with pytest.raises(Rejected, match=words):
        read_directory(name, data)


SOUND = (HEAD + "甲县,县区,某\n").encode()


@given(st.integers(0, len(SOUND)), st.binary(max_size=8), st.sampled_from(["单位.csv", "单位.xlsx"]))
def test_however_a_list_is_damaged_it_is_read_or_refused(place: int, junk: bytes, name: str) -> None:
    try:
        rows = read_directory(name, SOUND[:place] + junk + SOUND[place:])
    except Rejected as refused:
        assert name in str(refused)
    else:
        assert all(row["name"] for row in rows)
