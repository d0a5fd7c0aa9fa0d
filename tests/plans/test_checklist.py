"""Checklists without points: groups, items, the figures they demand, brackets that do not close."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from plans.document import Document, Line, Slot, Table
from plans.issued import Head, Part
from plans.opening import open_path
from plans.readers.checklist import read_checklist, thresholds
from plans.readers.head import read_head

SHARED = Path(__file__).resolve().parents[3] / "shared"
with_sources = pytest.mark.skipif(not (SHARED / "sources").is_dir(), reason="没有原始文件（检出旁的 shared 文件夹）")
HEADER = ("序号", "项目", "标准", "备注")


def checklist(*rows: tuple[str, ...], placed: bool = True, lines: tuple[str, ...] = ()) -> Part:
    table = Table(1, [
        [Slot(text, at, col if placed else 0) for col, text in enumerate(row, 1)] for at, row in enumerate(rows, 1)
    ], max(map(len, rows), default=0), placed)
    blocks: list[Line | Table] = [Line(text, at) for at, text in enumerate(lines, 1)]
    return read_checklist(Document("样例", "0", [*blocks, table]), Head())


ROWS = (
    HEADER, ("1", "硬件", "用房面积不低于80平方米", ""), ("2", "", "标识统一", ""), ("", "", "", ""), HEADER,
    ("3", "制度", "台账齐全", ""),
)


@pytest.mark.parametrize("placed", [True, False])
def test_groups_hold_and_blank_rows_are_passed_over(placed: bool) -> None:
    part = checklist(*ROWS, placed=placed)
    assert [(item.no, item.group, item.text, item.source) for item in part.checklist] == [
        ("1", "硬件", "用房面积不低于80平方米", "表1第2行"), ("2", "硬件", "标识统一", "表1第3行"),
        ("3", "制度", "台账齐全", "表1第6行"),
    ]
    assert part.checklist[0].thresholds == [{"field": "用房面积", "min": 80.0, "unit": "平方米"}]
    assert (part.doubts, part.tasks) == ([], [])
    assert [(figure.name, figure.ok) for figure in part.figures] == [("表1：检查项序号", True)]


def test_a_group_over_the_whole_row() -> None:
    part = checklist(HEADER, ("一、硬件",) * 4, ("1", "", "标识统一", ""))
    assert [(item.group, item.text) for item in part.checklist] == [("一、硬件", "标识统一")]


def test_a_merged_group_shows_in_every_row() -> None:
    rows = [[Slot(text, 1, col) for col, text in enumerate(("序号", "类别", "检查内容"), 1)]]
    for n in (1, 2):
        rows.append([Slot(str(n), n + 1, 1), Slot("硬件", n + 1, 2, printed=n == 1), Slot(f"内容{n}", n + 1, 3)])
    part = read_checklist(Document("样例", "0", [Table(1, rows, 3)]), Head())
    assert [(item.group, item.text) for item in part.checklist] == [("硬件", "内容1"), ("硬件", "内容2")]


def test_a_row_that_lost_its_columns_is_asked() -> None:
    part = checklist(HEADER, ("1", "硬件", "标识统一"), ("2", "台账齐全，有人管理", "已查"), placed=False)
    assert [item.group for item in part.checklist] == ["硬件", "硬件"]
    assert [item.text for item in part.checklist] == ["标识统一", "台账齐全，有人管理"]
    assert [doubt.choices[0] for doubt in part.doubts] == ["“硬件”是分组", "“台账齐全，有人管理”是检查内容"]


def test_a_missing_number_shows() -> None:
    (figure,) = checklist(HEADER, ("1", "甲", "乙", ""), ("3", "", "丙", "")).figures
    assert (figure.expected, figure.found) == ("1至2", "1、3")


@pytest.mark.parametrize("text, found", [
    ("标准“一室」齐全", "“」”与前文不成对"), ("配备（含车辆", "“（”没有收尾"),
    ("甲)乙", "“)”与前文不成对"), ("（“甲”）【乙】", ""),
])
def test_brackets_that_do_not_close(text: str, found: str) -> None:
    figures = checklist(HEADER, ("1", "甲", text, "")).figures[1:]
    assert [figure.found for figure in figures] == ([found] if found else [])


def test_groups_listed_in_the_text_are_compared() -> None:
    part = checklist(*ROWS, lines=("检查乡镇执法情况（硬件、制度、监督）。", "另见（硬件）。"))
    assert [(f.expected, f.found) for f in part.figures[1:]] == [("硬件、制度、监督", "硬件、制度")]


@pytest.mark.parametrize("header", [
    ("序号", "项目", "标准", "分值"), ("序号", "任务", "工作标准", "责任单位"), ("序号", "科室", "电话"),
    ("标准", "备注"), ("序号", "内容", "完成时限"),
])
def test_other_tables_are_left_alone(header: tuple[str, ...]) -> None:
    assert checklist(header, ("1", "甲", "乙", "丙")) == Part()


@pytest.mark.parametrize("text, demands", [
    ("办公面积不低于200平方米；独立建设办公场所的院落不低于150平方米", [
        {"field": "办公面积", "min": 200.0, "unit": "平方米"},
        {"field": "院落", "min": 150.0, "unit": "平方米", "condition": "独立建设办公场所的"},
    ]),
    ("执法人员不少于三名，办结时间不超过15个工作日", [
        {"field": "执法人员", "min": 3.0, "unit": "名"}, {"field": "办结时间", "max": 15.0, "unit": "个工作日"},
    ]),
    ("公示率不低于99.5%", [{"field": "公示率", "min": 99.5, "unit": "%"}]),
    ("人员的比例至少80%", [{"field": "人员的比例", "min": 80.0, "unit": "%"}]),
    ("台账齐全", []), ("不低于5分", []),
])
def test_figures_demanded(text: str, demands: list[dict[str, object]]) -> None:
    assert list(thresholds(text)) == demands


@with_sources
def test_the_checklist_of_xiayi() -> None:
    document = open_path(SHARED / "sources" / "xiayi-2023.txt")
    known = YAML(typ="safe").load((SHARED / "ground-truth" / "xiayi.yaml").read_text(encoding="utf-8"))["checklist"]
    part = read_checklist(document, read_head(document))
    assert [(item.no, item.group, item.text, item.thresholds) for item in part.checklist] == [
        (str(row["no"]), row["group"], row["standard"], row.get("numeric", [])) for row in known["items"]
    ]
    groups = [item.group for item in part.checklist]
    assert {group: groups.count(group) for group in groups} == known["groups"]
    assert [figure.name for figure in part.figures if not figure.ok] == ["第6项的括号（表1第7行）"]
    assert (part.doubts, part.tasks) == ([], [])


@with_sources
@pytest.mark.parametrize("file", ["puyang-2020.docx", "puyang-2020.txt", "lushan-2021.docx", "xinshao-2024.txt"])
def test_documents_without_a_checklist(file: str) -> None:
    document = open_path(SHARED / "sources" / file)
    assert read_checklist(document, read_head(document)) == Part()


CELLS = st.one_of(
    st.text(max_size=8),
    st.sampled_from([
        *HEADER, "", "1", "硬件", "一、甲", "[bookmark: x]", "面积不低于两平方米", "（", "」", "\n", "不超过9人",
    ]),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.lists(CELLS, max_size=5), max_size=6), st.booleans(), st.booleans())
def test_any_table_is_read_without_an_error(rows: list[list[str]], placed: bool, headed: bool) -> None:
    part = checklist(*([HEADER] if headed else []), *map(tuple, rows), placed=placed, lines=("（硬件、制度）",))
    assert all(item.text for item in part.checklist)
    assert len({doubt.key for doubt in part.doubts}) == len(part.doubts)
