"""Decomposition tables: the issued one against its labels, and small ones written here in other styles."""

from datetime import date
from pathlib import Path

import pytest

from plans.document import Document, Line, Table
from plans.issued import Head, Origin, Part, TaskRead
from plans.opening import open_document
from plans.opening.grid import Cell, lay, loose, square
from plans.readers.decomposition.columns import Role, find_columns
from plans.readers.decomposition.reader import read_decomposition
from plans.readers.decomposition.unitcell import units_of
from rules.deadline import Kind

SHARED = Path(__file__).resolve().parents[3] / "shared"
HEAD = Head(issued_on=date(2024, 7, 11))
FIELDS = ("lead_units", "responsible_units", "deadline")
present = pytest.mark.skipif(not SHARED.exists(), reason="没有 shared 目录：原件不在，只跑自编的表")


def read_tables(*tables: Table, head: Head = HEAD) -> Part:
    return read_decomposition(Document("a", "", list(tables)), head)


def keys(part: Part, end: str) -> list[str]:
    return [doubt.key for doubt in part.doubts if doubt.key.endswith(end)]


def wrong(part: Part) -> dict[str, str]:
    return {figure.name: figure.found for figure in part.figures if not figure.ok}


def origins(task: TaskRead) -> tuple[Origin, ...]:
    return tuple(task.origins[name] for name in FIELDS)


# the issued table, from both formats

@pytest.fixture(scope="module", params=["xinshao-2024.docx", "xinshao-2024.txt"])
def issued(request: pytest.FixtureRequest) -> Part:
    path = SHARED / "sources" / request.param
    return read_decomposition(open_document(path.name, path.read_bytes()), HEAD)


@pytest.fixture(scope="module")
def truth() -> dict:
    from ruamel.yaml import YAML

    return YAML(typ="safe").load((SHARED / "ground-truth" / "xinshao.yaml").read_text("utf-8"))


@present
def test_every_row_is_as_labelled(issued: Part, truth: dict) -> None:
    rows = [(t.no, t.section, t.theme, t.measure, t.lead_units, t.responsible_units, t.deadline_text)
            for t in issued.tasks]
    assert rows == [(m["id"], m["theme"], m["subtheme"], m["text"], m["lead"], m["responsible"], m["deadline_text"])
                    for m in truth["measures"]]


@present
def test_every_limit_is_as_labelled(issued: Part, truth: dict) -> None:
    for task, row in zip(issued.tasks, truth["measures"], strict=True):
        label = row["deadline"]
        assert task.deadline is not None
        assert (task.deadline.due, task.deadline.ongoing) == (date.fromisoformat(label["due"]), label["ongoing"])
        assert (task.deadline.kind, task.deadline.done) == (label["kind"], label.get("done", False)), task.no
        assert bool(task.deadline.doubt) == label.get("fuzzy", False)


@present
def test_what_is_printed_inherited_and_open(issued: Part, truth: dict) -> None:
    lone = [key.removesuffix(":units") for key in keys(issued, ":units")]
    assert lone == [m["id"] for m in truth["measures"] if m["printed"]["lead"] != m["printed"]["responsible"]]
    assert len(lone) == 11
    sure = [origins(task) for task in issued.tasks if task.no not in lone]
    assert sure.count((Origin.PRINTED,) * 3) == 21
    assert sure.count((Origin.INHERITED,) * 3) == 11
    for task, row in zip(issued.tasks, truth["measures"], strict=True):
        assert (task.origins["deadline"] == Origin.PRINTED) == row["printed"]["deadline"]
        if task.no not in lone:
            assert (task.origins["lead_units"] == Origin.PRINTED) == row["printed"]["lead"]
            assert (task.origins["responsible_units"] == Origin.PRINTED) == row["printed"]["responsible"]


@present
def test_sections_are_counted_and_only_rest_days_are_worth_telling(issued: Part, truth: dict) -> None:
    counts = [figure.found for figure in issued.figures if figure.name.endswith("：项数")]
    assert counts == [f"{check['counted']}项" for check in truth["count_checks"]]
    assert wrong(issued) == {"时限2024-03-31": "逢周日", "时限2024-06-30": "逢周日"}


@present
def test_what_was_due_before_the_issue_date_is_one_question(issued: Part, truth: dict) -> None:
    late = [doubt for doubt in issued.doubts if "印发时已到期" in doubt.what]
    assert [doubt.where.split("、") for doubt in late] == [truth["past_due_on_issue_date"]["items"]]


@present
def test_limits_in_the_text_are_listed_and_not_taken(issued: Part, truth: dict) -> None:
    listed = {doubt.key.split(":")[0] for doubt in issued.doubts if ":within:" in doubt.key}
    assert listed == {m["id"] for m in truth["measures"] if m.get("embedded_deadlines")} | {"三-2"}
    regular = next(doubt for doubt in issued.doubts if doubt.key == "二-9:within:1")
    assert "请补录" in regular.what
    assert keys(issued, "三-2:duty:1")


@present
def test_both_formats_put_the_same_questions() -> None:
    parts = [read_decomposition(open_document(name, (SHARED / "sources" / name).read_bytes()), HEAD)
             for name in ("xinshao-2024.docx", "xinshao-2024.txt")]
    asked = [[(doubt.key, doubt.choices) for doubt in part.doubts] for part in parts]
    assert asked[0] == asked[1]


@present
@pytest.mark.parametrize("name", ["puyang-2020.docx", "puyang-2020.txt", "lushan-2021.docx", "xiayi-2023.txt"])
def test_other_tables_are_left_to_their_readers(name: str) -> None:
    path = SHARED / "sources" / name
    assert not read_decomposition(open_document(name, path.read_bytes()), HEAD).tasks


# tables written here

def harbour() -> Table:
    """Two header rows, units before the measure, merged both ways, several days in a cell, units on separate lines."""
    return lay(1, [
        Cell("完成\n时间", 1, 1, 1, 2), Cell("责任分工", 1, 2, 2), Cell("工作任务", 1, 4, 1, 2),
        Cell("具体举措（2024年）", 1, 5, 1, 2), Cell("备注", 1, 6, 1, 2),
        Cell("主办单位", 2, 2), Cell("协办单位", 2, 3),
        Cell("第一部分 港口秩序（共3项）", 3, 1, 6),
        Cell("2024年9月底前\n2024年12月底前", 4, 1), Cell("县交通局", 4, 2, 1, 2),
        Cell("县水利局\n县公安局\n各沿江乡镇", 4, 3),
        Cell("码头", 4, 4, 1, 3), Cell("查清码头底数。", 4, 5), Cell("", 4, 6),
        Cell("2025年一季度", 5, 1), Cell("县水利局（河湖科）、各乡镇按职责分工负责", 5, 3),
        Cell("公布码头名单。", 5, 5), Cell("", 5, 6),
        Cell("长期坚持", 6, 1), Cell("各乡镇人民政府", 6, 2, 2), Cell("每季度巡查不少于2次。", 6, 5), Cell("", 6, 6),
    ], 6, 6)


def test_columns_in_another_order_under_two_header_rows() -> None:
    found = find_columns(harbour())
    assert found is not None
    assert found.roles == [Role.LIMIT, Role.LEAD, Role.SUPPORT, Role.THEME, Role.MEASURE, Role.NOTE]
    assert found.body == 2


def test_merged_both_ways_and_several_days_in_a_cell() -> None:
    part = read_tables(harbour())
    first, second, third = part.tasks
    assert first.responsible_units == ["县水利局", "县公安局", "各沿江乡镇"]
    assert first.deadline and first.deadline.dues == (date(2024, 9, 30), date(2024, 12, 31))
    assert second.lead_units == ["县交通局"] and origins(second)[0] == Origin.INHERITED
    assert second.responsible_units == ["县水利局（河湖科）", "各乡镇"]
    assert third.lead_units == third.responsible_units == ["各乡镇人民政府"]
    assert third.deadline and third.deadline.kind == Kind.ONGOING
    assert [task.theme for task in part.tasks] == ["码头"] * 3
    assert not wrong(part)
    assert keys(part, "within:1") == ["一-3:within:1"]


def test_numbers_are_not_invented_and_a_wrong_count_is_shown() -> None:
    table = harbour()
    part = read_tables(square(1, [[slot.text.replace("共3项", "共4项") if slot.printed else "" for slot in row]
                                  for row in table.rows]))
    assert not part.tasks or wrong(part)


def forest() -> Table:
    """Lost columns without numbers, English brackets, a responsible column only, a page's header repeated."""
    head = ["主题", "工作内容", "责任部门", "时限要求"]
    return loose(1, [
        head,
        ["(一)林长制", "建立巡护队伍,配齐装备", "县林业局,各林场(含国有);县财政局", "2024年9月底前"],
        ["修订防火预案并演练", "", "", ""],
        head,
        ["(一)林长制", "开通举报电话", "县林业局 《林海》编辑部等", "2024年10月31日前完成"],
    ])


def test_lost_columns_without_numbers() -> None:
    part = read_tables(forest())
    assert [task.measure for task in part.tasks] == ["建立巡护队伍,配齐装备", "修订防火预案并演练", "开通举报电话"]
    assert part.tasks[0].responsible_units == ["县林业局", "各林场(含国有)", "县财政局"]
    assert part.tasks[1].responsible_units == part.tasks[0].responsible_units
    assert origins_of(part.tasks[1]) == {"responsible_units": "inherited", "deadline": "inherited"}
    assert part.tasks[2].responsible_units == ["县林业局", "《林海》编辑部"]
    assert [d.key for d in part.doubts if d.key.startswith("open:")]
    assert not any(task.lead_units for task in part.tasks)
    assert not wrong(part)


def origins_of(task: TaskRead) -> dict[str, str]:
    return {name: task.origins[name].value for name in ("responsible_units", "deadline")}


def school() -> Table:
    """A row a task with a number column, several leads, blanks, 同上, and one text at the foot."""
    return square(1, [
        ["序号", "工作事项", "目标任务", "牵头部门", "配合单位", "整改时限", "分值"],
        ["1", "校舍", "完成校舍安全鉴定", "县教体局、县住建局", "各学校", "2024年12月31日前", "5"],
        ["2", "食堂", "食堂公开采购", "县教体局", "", "同上", "3.5分"],
        ["3", "校车", "核定校车线路", "", "县公安局", "择期", "若干"],
        ["4", "操场", "更换旧器材", "县教体局牵头，县财政局配合", "各学校", "", ""],
    ])


def test_blank_cells_are_asked_and_never_filled() -> None:
    part = read_tables(school())
    assert [task.points for task in part.tasks] == [5, 3.5, None, None]
    assert part.tasks[1].deadline_text == "2024年12月31日前" and part.tasks[1].origins["deadline"] == Origin.INHERITED
    assert part.tasks[2].lead_units == [] and part.tasks[3].deadline is None
    assert part.tasks[3].lead_units == ["县教体局"] and part.tasks[3].responsible_units == ["县财政局", "各学校"]
    asked = {doubt.key for doubt in part.doubts}
    assert {"3:lead", "3:points", "4:limit", "limit:择期", "leads:县教体局、县住建局"} <= asked
    assert wrong(part) == {"表1各项均有时限": "3项", "表1单位栏空白": "2配合单位"}


def test_a_lone_unit_cell_proposes_what_the_rule_says() -> None:
    rows = [
        ["重点任务", "主要措施", "牵头单位", "责任单位", "完成时限"],
        ["(一)水", "1.甲事。", "县水利局", "各行政执法机关", "2024年底前"],
        ["2.乙事。", "各乡镇人民政府", "", "", ""], ["3.丙事。", "县水利局", "", "", ""],
        ["4.丁事。", "县农业局", "", "", ""],
    ]
    part = read_tables(loose(1, rows))
    assert [task.lead_units for task in part.tasks] == [["县水利局"], ["县水利局"], ["县水利局"], ["县农业局"]]
    assert part.tasks[1].responsible_units == ["各乡镇人民政府"]
    assert keys(part, ":units") == ["2:units", "3:units", "4:units"]
    assert part.doubts[0].choices == (
        "牵头单位：县水利局；责任单位：各乡镇人民政府", "牵头单位：各乡镇人民政府；责任单位：各行政执法机关")
    assert all(origins(task)[0] == Origin.AMBIGUOUS for task in part.tasks[1:])


def test_nothing_is_inherited_across_a_section() -> None:
    part = read_tables(loose(1, [
        ["主要措施", "牵头单位", "责任单位", "完成时限"], ["一、先(共1项)", "", "", ""],
        ["1.甲。", "县水利局", "各乡镇", "2024年底前"], ["二、后(共2项)", "", "", ""], ["1.乙。", "", "", ""],
    ]))
    last = part.tasks[-1]
    assert (last.no, last.lead_units, last.responsible_units, last.deadline_text) == ("二-1", [], [], "")
    assert {"二-1:lead", "二-1:limit"} <= {doubt.key for doubt in part.doubts}
    assert wrong(part)["二、后：项数"] == "1项"


def test_a_table_that_goes_on_without_a_header_keeps_the_columns() -> None:
    first = square(1, [["主要措施", "责任单位", "完成时限"], ["1.甲。", "县水利局", "2024年底前"]])
    second = square(2, [["2.乙。", "县农业局", "2025年底前"]])
    part = read_tables(first, second)
    assert [task.no for task in part.tasks] == ["1", "2"]
    assert keys(part, ":header") == ["表2:header"]
    apart = read_decomposition(Document("a", "", [first, Line("附表", 9), second]), HEAD)
    assert len(apart.tasks) == 1


def test_without_any_date_a_month_is_no_day() -> None:
    table = square(1, [["主要措施", "责任单位", "完成时限"], ["1.甲。", "县水利局", "9月底前"]])
    part = read_tables(table, head=Head())
    assert part.tasks[0].deadline and part.tasks[0].deadline.due is None
    assert keys(part, "limit:9月底前")


@pytest.mark.parametrize(("text", "names"), [
    ("县司法局 县财政局", ["县司法局", "县财政局"]),
    ("县司法局、县财政局；县人社局", ["县司法局", "县财政局", "县人社局"]),
    ("县司法局\n县财政局", ["县司法局", "县财政局"]), ("财 政 局、司法局", ["财政局", "司法局"]),
    ("各县（市、区）人民政府", ["各县（市、区）人民政府"]), ("县发改局等部门按职责分工负责", ["县发改局"]),
    ("责任单位：县司法局", ["县司法局"]), ("各乡镇（街道）、县直各单位。", ["各乡镇（街道）", "县直各单位"]), ("", []),
])
def test_a_unit_cell_is_parted(text: str, names: list[str]) -> None:
    assert units_of(text).names == names


def test_a_cell_may_say_who_leads() -> None:
    assert units_of("县司法局（牵头）、县财政局").lead == ["县司法局"]
    found = units_of("牵头单位：县司法局；责任单位：县财政局、县人社局")
    assert (found.lead, found.names) == (["县司法局"], ["县财政局", "县人社局"])
    assert units_of("县发改局等12个单位").more
    assert units_of("县发改局等部门按职责分工负责").more
    assert units_of("由县司法局牵头，县财政局配合").lead == ["县司法局"]


def test_a_number_merged_over_measures_is_kept_and_so_are_those_below() -> None:
    part = read_tables(lay(1, [
        Cell("序号", 1, 1), Cell("重点工作", 1, 2), Cell("工作举措", 1, 3), Cell("责任部门", 1, 4),
        Cell("时间节点", 1, 5),
        Cell("1", 2, 1, 1, 2), Cell("路", 2, 2, 1, 2), Cell("修路。", 2, 3), Cell("县交通局", 2, 4, 1, 3),
        Cell("6月", 2, 5),
        Cell("护路。", 3, 3), Cell("7月", 3, 5),
        Cell("2", 4, 1), Cell("桥", 4, 2), Cell("修桥。", 4, 3), Cell("8月", 4, 5),
    ], 4, 5), head=Head(year=2024))
    assert [(task.no, task.theme) for task in part.tasks] == [("1", "路"), ("1.2", "路"), ("2", "桥")]
    assert [task.deadline and task.deadline.due for task in part.tasks] == [
        date(2024, 6, 30), date(2024, 7, 31), date(2024, 8, 31)]


def test_a_table_cut_in_two_by_a_page_is_counted_as_one() -> None:
    head = ["主要措施", "责任单位", "完成时限"]
    first = square(1, [head, ["一、水利(共2项)", "", ""], ["1.甲。", "县水利局", "2024年12月底前"]])
    part = read_tables(first, square(2, [head, ["2.乙。", "县农业局", "2025年12月底前"]]))
    assert [task.no for task in part.tasks] == ["一-1", "一-2"]
    assert not part.doubts and not wrong(part)


def test_measures_numbered_within_one_cell_are_so_many_tasks() -> None:
    row = ["路桥", "1、修路；\n2、修桥。", "县交通局", "2024年12月底前"]
    part = read_tables(square(1, [["工作主题", "具体措施", "落实单位", "完成时限"], row]))
    assert [(task.no, task.measure) for task in part.tasks] == [("1", "修路；"), ("2", "修桥。")]


def test_a_second_column_of_units_without_a_lead_is_asked() -> None:
    part = read_tables(square(1, [
        ["工作内容", "责任单位", "配合单位", "完成时限", "进展"],
        ["修路。", "县交通局", "县水利局", "2024年12月底前", "无"]]))
    assert (part.tasks[0].lead_units, part.tasks[0].responsible_units) == (["县交通局"], ["县水利局"])
    assert keys(part, ":lead") == ["表1:lead"]
    assert wrong(part) == {"表1栏目": "未识别：进展"}
