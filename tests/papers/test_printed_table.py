"""Printed tables: real days, merged cells, the head on every page, and nothing typed becomes a formula."""

import re
from datetime import date, datetime

import pytest

from papers.figures import FigureTable, as_csv
from papers.printed_table import Column, Table, runs, workbook
from tests.workbooks import sheets_of, xml

C = Column
COLUMNS = (
    C("unit", "单位", 10, "word", by="unit"), C("text", "问题", 20), C("due", "时限", 11, "day"),
    C("at", "时间", 16, "moment"), C("n", "个数", 6, "count"), C("points", "得分", 6, "points"),
)
HOSTILE = ["=1+1", "{=SUM(A1)}", "+86", "-1", "@x", "＝1", "\t=1", "https://a.example", "0012", "2020-01-01", "_x0041_",
           "=cmd|' /C calc'!A0", "'单引号"]


def table(rows: list[dict], **more) -> Table:
    return Table(**{"name": "台账", "title": "表", "line": "制表", "columns": COLUMNS, "rows": rows, **more})


def test_nothing_a_person_typed_becomes_a_formula_a_link_a_figure_or_a_day() -> None:
    rows = [{"unit": text, "text": text} for text in HOSTILE]
    data = workbook([table(rows, title="=1+1", line="=2", notes=["=3"], name="=4")])
    sheet = sheets_of(data)["=4"]
    assert [row[1] for row in sheet[3:-1]] == HOSTILE and [row[0] for row in sheet[3:-1]] == HOSTILE
    assert (sheet[0][0], sheet[1][0], sheet[-1][0]) == ("=1+1", "=2", "=3")
    assert "<f>" not in xml(data) and "<hyperlink" not in xml(data)


def test_days_are_days_moments_are_moments_and_words_in_their_place_stay_words() -> None:
    rows = [{"unit": "甲", "due": "2020-09-05", "at": "2020-08-10T09:00", "n": 3, "points": 2.5},
            {"unit": "乙", "due": "长期坚持", "at": "", "n": None, "points": "不适用"}]
    first, second = sheets_of(workbook([table(rows)]))["台账"][3:]
    assert first[2:] == [date(2020, 9, 5), datetime(2020, 8, 10, 9), 3, 2.5]
    assert second[2:] == ["长期坚持", "", "", "不适用"]


def test_rows_of_one_unit_share_its_cell_and_a_single_row_has_its_own() -> None:
    data = workbook([table([{"unit": name} for name in ("甲", "甲", "乙", "甲")])])
    assert 'ref="A4:A5"' in xml(data) and xml(data).count("<mergeCell ") == 3  # title and line are merged too
    assert list(runs([{"u": 1}, {"u": 1}, {"u": 2}], "u")) == [(0, 1), (2, 2)]
    assert list(runs([], "u")) == [] and list(runs([{"u": 1}, {"u": 1}], "")) == [(0, 0), (1, 1)]


def test_a_unit_of_many_pages_is_named_on_each_of_them() -> None:
    rows = [{"unit": "甲", "text": "问题" * 40} for _ in range(60)]
    cells = [row[0] for row in sheets_of(workbook([table(rows)]))["台账"][3:]]
    assert cells.count("甲") > 5 and cells[0] == "甲"


def test_it_prints_on_a4_across_with_the_head_on_every_page() -> None:
    data = workbook([table([{"unit": "甲"}])])
    sheet, book = xml(data), xml(data, "xl/workbook.xml")
    assert 'paperSize="9"' in sheet and 'orientation="landscape"' in sheet and 'fitToHeight="0"' in sheet
    assert "_xlnm.Print_Titles" in book and "$3:$3" in book and "第 &amp;P 页" in sheet


def test_the_same_rows_are_the_same_file_and_no_row_is_higher_than_a_program_takes() -> None:
    rows = [{"unit": "甲", "text": "很长的内容" * 8000, "due": "2020-09-05"}]
    assert workbook([table(rows)]) == workbook([table(rows)])
    assert all(float(ht) <= 409 for ht in re.findall(r' ht="([\d.]+)"', xml(workbook([table(rows)]))))


@pytest.mark.parametrize("name", ["a/b:c*?[]\\", "很长" * 40, "''", ""])
def test_any_name_becomes_a_sheet_and_twice_the_same_two_sheets(name: str) -> None:
    found = sheets_of(workbook([table([{"unit": "甲"}], name=name), table([{"unit": "乙"}], name=name)]))
    assert len(found) == 2 and all(0 < len(one) <= 31 for one in found)


def test_figures_keep_no_guard_of_their_own() -> None:
    lines = as_csv(FigureTable("k", "表", ("单位", "数"), [["＝1+1", 1], [" =1", 2]])).decode("utf-8-sig").splitlines()
    assert lines[1:] == ["'＝1+1,1", "' =1,2"]
