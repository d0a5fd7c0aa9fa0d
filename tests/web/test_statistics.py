"""统计: every table has its chart's figures, files hold the same, another office's cycle is nobody's business."""

import csv
import io
import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from python_calamine import CalamineWorkbook

from papers.figures import FigureTable, as_csv, as_workbook
from tests.conftest import Running
from tests.web.at_desk import behind, signed
from tests.web.person import Person

pytestmark = pytest.mark.both_databases


@pytest.fixture
def running(puyang: Callable, today: Callable) -> Running:
    return behind(puyang, today)


@pytest.fixture
def clerk(running: Running) -> Person:
    return signed(running.bind, "jingban")


def test_every_chart_reads_a_table_that_is_on_the_page(clerk: Person) -> None:
    page = clerk.get("/statistics")
    tables = re.findall(r'data-title="([^"]+)" data-chart="(across|line)" data-columns="([\d,]+)"', page)
    assert [title for title, _, _ in tables] == [
        "各单位完成情况", "各单位按时率", "逾期时长", "各阶段完成情况", "每周通知", "问题状态与来源",
        "各单位收到的通知",
    ]
    rows = re.search(r'id="completion".*?<tbody>(.*?)</tbody>', page, re.S).group(1)
    cells = [re.findall(r'data-value="([^"]*)"', row) for row in rows.split("</tr>")[:3]]
    assert [cell[3:5] for cell in cells][2] == ["1", "1"]  # of the silent unit one is not due and one is late
    assert "echarts.simple.min.js" in page and "echarts" not in clerk.get("/cycles")


def test_units_stand_in_the_order_of_the_directory(clerk: Person, running: Running) -> None:
    page = clerk.get("/statistics")
    with running.on(clerk_day()) as session:
        names = [unit.name for unit in running.units(session)]
    part = re.search(r'id="completion".*?</tbody>', page, re.S).group(0)
    assert re.findall(r'<th scope="row">([^<]+)', part) == names


def clerk_day():  # the cycle's own day
    from datetime import date

    return date(2020, 8, 17)


def test_files_hold_what_the_page_shows(clerk: Person) -> None:
    plain = clerk.client.get("/statistics/ageing.csv")
    rows = list(csv.reader(io.StringIO(plain.content.decode("utf-8-sig"))))
    assert rows[0][0] == "单位" and rows[1][-1] == "1" and len(rows) == 2
    assert "filename*=UTF-8''" in plain.headers["content-disposition"]
    book = CalamineWorkbook.from_filelike(io.BytesIO(clerk.client.get("/statistics.xlsx").content))
    assert len(book.sheet_names) == 7
    sheet = book.get_sheet_by_name("各单位完成情况").to_python()
    assert sheet[2] == ["单位", "应办", "已办结", "待审核", "未到期", "已逾期", "办结率"]
    units, total = sheet[3:-1], sheet[-1]
    assert total[0] == "合计" and total[1:6] == [sum(row[n] for row in units) for n in range(1, 6)]
    assert f"已办结<b>{total[2]:g}</b>/{total[1]:g}项" in re.sub(r"\s", "", clerk.get("/?desk=1"))


def test_the_total_stands_under_the_rows_and_in_no_chart(clerk: Person) -> None:
    part = re.search(r'id="on-time".*?</section>', clerk.get("/statistics"), re.S).group(0)
    body, foot = part.split("</tbody>")
    assert "合计" in foot and "合计" not in body and "按现时限按时率" in body


def test_a_name_that_looks_like_a_formula_stays_a_name() -> None:
    table = FigureTable("k", "表", ("单位", "数"), [["=1+1", 1], ["@x", None]])
    assert as_csv(table).decode("utf-8-sig").splitlines()[1:] == ["'=1+1,1", "'@x,"]
    book = CalamineWorkbook.from_filelike(io.BytesIO(as_workbook("全部", [table])))
    assert book.get_sheet_by_index(0).to_python()[3] == ["=1+1", 1.0]


def test_script_in_a_units_name_is_text(clerk: Person, running: Running) -> None:
    with running.on(clerk_day()) as session:
        running.unit(session).name = "<script>alert(1)</script>县"
    page = clerk.get("/statistics")
    assert "&lt;script&gt;alert(1)" in page and "<script>alert" not in page


def test_a_foreign_or_unreadable_cycle_is_refused_in_chinese(clerk: Person) -> None:
    assert "没有找到" in clerk.get(f"/statistics?cycle={uuid4()}", 404)
    assert "请选择周期" in clerk.get("/statistics?cycle=x", 422)
    assert "没有这张统计表" in clerk.get("/statistics/nothing.csv", 404)


def test_without_a_cycle_the_page_says_what_will_be_here(people, bind) -> None:
    page = signed(bind, "jingban").get("/statistics")
    assert "empty-state" in page and "echarts" not in page
