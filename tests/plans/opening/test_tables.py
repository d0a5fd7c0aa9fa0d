"""Tables of every format: merged cells where they stand, and the same table the same whatever it was written in."""

# ruff: noqa: E501 - documents written out in one line each

import datetime as dt
import io

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from plans.document import Line, Slot
from plans.opening import open_document
from tests.plans.opening.makers import as_docx, as_html, as_markdown, as_xlsx, p, shown, tbl, tc, tr, word
from tests.plans.opening.old_sheet import as_xls

ROWS = [["序号", "事项", "时限"], ["1", "法治培训", "每季度末前"], ["2", "案卷评查", "2026年9月底前"]]
MERGED = [["类别", "事项", "单位"], ["一、队伍", "培训", "司法局"], ["", "考试", "人社局"], ["附则", "", ""]]
WORD = st.text(alphabet="县司法局年底前0123456789", min_size=1, max_size=8).filter(lambda t: not t.isdecimal())


@pytest.mark.parametrize("suffix", ["docx", "xlsx", "html", "md", "xls"])
def test_one_table_in_five_formats_gives_the_same_slots(suffix: str) -> None:
    make = {"docx": as_docx, "xlsx": as_xlsx, "html": as_html, "md": as_markdown, "xls": as_xls}[suffix]
    [table] = open_document(f"任务.{suffix}", make(ROWS)).tables
    assert (table.number, table.width, table.placed) == (1, 3, True)
    assert table.rows == [[Slot(t, y, x) for x, t in enumerate(row, 1)] for y, row in enumerate(ROWS, 1)]


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 4).flatmap(lambda n: st.lists(st.lists(WORD, min_size=n, max_size=n), min_size=2, max_size=4)))
def test_any_table_reads_alike_in_four_formats(rows: list[list[str]]) -> None:
    made = {"docx": as_docx(rows), "xlsx": as_xlsx(rows), "html": as_html(rows), "md": as_markdown(rows)}
    found = [open_document(f"a.{suffix}", data).tables[0].rows for suffix, data in made.items()]
    assert found[0] == found[1] == found[2] == found[3]
    assert [[slot.text for slot in row] for row in found[0]] == rows


def merged_html() -> bytes:
    return (
        "<table><thead><tr><th>类别<th>事项<th>单位</thead><tr><td rowspan=2>一、队伍<td>培训<td>司法局"
        "<tr><td>考试<td>人社局<tr><td colspan=3>附则</table>"
    ).encode()


def merged_docx() -> bytes:
    return word(tbl(
        tr(tc("类别"), tc("事项"), tc("单位")), tr(tc("一、队伍", merge="restart"), tc("培训"), tc("司法局")),
        tr(tc("", merge="continue"), tc("考试"), tc("人社局")), tr(tc("附则", 3)),
    ))


@pytest.mark.parametrize("suffix", ["docx", "html", "xlsx", "xls"])
def test_a_merged_cell_shows_wherever_it_reaches_and_is_printed_once(suffix: str) -> None:
    sheet = as_xlsx(MERGED, [(1, 0, 2, 0, "一、队伍"), (3, 0, 3, 2, "附则")])
    old = as_xls(MERGED, [(1, 2, 0, 0), (3, 3, 0, 2)])
    data = {"docx": merged_docx(), "html": merged_html(), "xlsx": sheet, "xls": old}[suffix]
    [table] = open_document(f"a.{suffix}", data).tables
    assert shown(table)[2] == ["一、队伍", "考试", "人社局"] and shown(table)[3] == ["附则"] * 3
    assert table.rows[1][0] == Slot("一、队伍", 2, 1, True, 1, 2) and table.rows[2][0] == Slot("一、队伍", 3, 1, False)
    assert table.rows[3][0] == Slot("附则", 4, 1, True, 3, 1) and not table.rows[3][2].printed


def test_a_block_merged_both_ways_in_word() -> None:
    rows = tr(tc("甲", 2, "restart"), tc("乙")), tr(tc("", 2, "continue"), tc("丙")), tr(tc("丁"), tc("戊"), tc("己"))
    [table] = open_document("a.docx", word(tbl(*rows))).tables
    assert shown(table) == [["甲", "甲", "乙"], ["甲", "甲", "丙"], ["丁", "戊", "己"]]
    assert table.rows[0][0] == Slot("甲", 1, 1, True, 2, 2)


def test_a_cell_that_goes_on_from_nothing_is_printed_where_it_stands() -> None:
    rows = tr(tc("甲", merge="continue"), tc("乙")), tr(tc("丙"), tc("丁", merge="continue"))
    [table] = open_document("a.docx", word(tbl(*rows))).tables
    assert shown(table) == [["甲", "乙"], ["丙", "丁"]] and all(slot.printed for row in table.rows for slot in row)


def test_rows_of_unequal_length_leave_unprinted_places() -> None:
    [table] = open_document("a.docx", word(tbl(tr(tc("甲"), tc("乙"), tc("丙")), tr(tc("丁"), before=1)))).tables
    assert shown(table)[1] == ["", "丁", ""]
    assert [slot.printed for slot in table.rows[1]] == [False, True, False]


def test_a_table_within_a_cell_is_marked_text() -> None:
    inner = tbl(tr(tc("子一"), tc("子二")))
    [table] = open_document("a.docx", word(tbl(tr(f"<w:tc>{p('外')}{inner}{p('后')}</w:tc>")))).tables
    assert table.rows[0][0].lines == ["外", "［嵌套表格］", "子一 | 子二", "后"]
    page = "<table><tr><td>外<table><tr><td>子一<td>子二</table>后</table>".encode()
    assert open_document("a.html", page).tables[0].rows[0][0].lines == table.rows[0][0].lines


def test_word_prints_what_is_neither_deleted_nor_hidden() -> None:
    run = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐</w:t></w:r>"
    text = f"<w:p><w:del><w:r><w:delText>删</w:delText></w:r></w:del><w:ins><w:r><w:t>增</w:t></w:r></w:ins>{run}</w:p>"
    code = "<w:p><w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>一</w:t><w:br/><w:t>二</w:t></w:r></w:p>"
    box = f"<w:p><w:r><w:t>框外</w:t><w:pict><w:txbxContent>{p('框内')}</w:txbxContent></w:pict></w:r></w:p>"
    control = f"<w:sdt><w:sdtContent>{p('控件')}</w:sdtContent></w:sdt>"
    document = open_document("a.docx", word(text + p("") + code + box + control))
    assert document.lines == [
        Line("增", 1), Line("一", 3), Line("二", 3), Line("框外", 4), Line("框内", 5), Line("控件", 6),
    ]


def test_tables_and_paragraphs_keep_their_order() -> None:
    document = open_document("a.docx", word(p("前") + tbl(tr(tc("甲"))) + p("中") + tbl(tr(tc("乙"))) + p("后")))
    kinds = [block.text if isinstance(block, Line) else f"表{block.number}" for block in document.blocks]
    assert kinds == ["前", "表1", "中", "表2", "后"]
    assert [table.line for table in document.tables] == [1, 2]


def test_a_sheet_shows_figures_and_days_as_plans_print_them() -> None:
    [table] = open_document("a.xlsx", as_xlsx([["分值", 4.0, 2.5, True], ["=1+1"]])).tables
    assert shown(table)[0] == ["分值", "4", "2.5", "TRUE"] and shown(table)[1][0] == "0"
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet, hidden = book.add_worksheet(), book.add_worksheet()
    sheet.write_datetime(0, 0, dt.datetime(2026, 9, 30), book.add_format({"num_format": "yyyy/m/d"}))
    sheet.write_formula(0, 1, "=A1+1", None, 7)
    hidden.write(0, 0, "隐")
    hidden.hide()
    book.close()
    assert [shown(t) for t in open_document("a.xlsx", buffer.getvalue()).tables] == [[["2026年9月30日", "7"]]]


def test_a_page_gives_lines_captions_and_spans_to_the_end() -> None:
    page = (
        "<?xml version='1.0' encoding='gb2312'?><html><head><title>不印</title><style>p{}</style></head><body><h1>通知</h1>"
        "<p>第一行<br>第<b>二</b>行</p><p style='display: none'>隐</p><table><caption>表题</caption><tfoot><tr><td>合计"
        "</tfoot><tr><td rowspan=0>甲<td>乙<tr><td>丙<br>丁</table>尾</body></html>"
    ).encode("gb18030")
    document = open_document("a.htm", page)
    assert [line.text for line in document.lines] == ["通知", "第一行", "第二行", "表题", "尾"]
    assert [line.number for line in document.lines] == [1, 2, 3, 4, 5]
    assert shown(document.tables[0]) == [["甲", "乙"], ["甲", "丙\n丁"], ["合计", ""]]
