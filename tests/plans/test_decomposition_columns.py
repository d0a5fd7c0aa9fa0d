"""Headings lost, joined from two rows, or over persons; numbers, sums, brackets and notes: each was once read wrongly
in silence."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plans.document import Document, Line, Table
from plans.issued import Part
from plans.opening.grid import Cell, square
from plans.readers.decomposition.columns import Role, find_columns
from plans.readers.decomposition.reader import read_decomposition
from plans.readers.decomposition.unclaimed import read_unclaimed
from tests.plans.test_decomposition_mutations import (
    HEAD,
    MERGES,
    Merges,
    Sheet,
    alarms,
    assert_nothing_made_up,
    drawn,
    read_table,
    values,
)

HEADS = ["序号", "工作任务", "责任单位", "完成时限"]


def read_whole(*blocks: Table | Line) -> Part:
    """The blocks as the whole reading takes them: by headings, else by cells, else told of."""
    document = Document("a", "", list(blocks))
    part = read_decomposition(document, HEAD)
    part.add(read_unclaimed(document, HEAD, part))
    return part


def read_rows(*rows: list[str]) -> Part:
    return read_whole(square(1, list(rows)))


def what(part: Part, key: str) -> str:
    return next((doubt.what for doubt in part.doubts if doubt.key == key), "")


def numbers(part: Part) -> list[str]:
    return [task.no for task in part.tasks]


@pytest.mark.parametrize("printed", ["1.1", "2.10", "（一）1", "①", "A-01", "一", "（1）"])
def test_a_printed_number_is_kept(printed: str) -> None:
    assert numbers(read_rows(HEADS, [printed, "清理河道", "县水利局", "2024年5月底"])) == [printed]


def test_a_plain_number_with_its_mark_is_a_plain_number() -> None:
    part = read_rows(HEADS, ["1、", "清理河道", "县水利局", "长期"], ["2.", "加固河堤", "县水利局", "长期"])
    assert numbers(part) == ["1", "2"]


def test_a_number_of_two_levels_before_the_words_is_kept_and_a_figure_is_not_one() -> None:
    part = read_rows(["主要措施", "责任单位", "完成时限"], ["1.1 清理河道", "县水利局", "长期"],
                     ["3.5公里河堤加固", "县水利局", "长期"])
    assert [(task.no, task.measure) for task in part.tasks] == [("1.1", "清理河道"), ("2", "3.5公里河堤加固")]


@pytest.mark.parametrize("name", ["小计", "合　计", "总计：2项", "河道类小计", "合计"])
def test_a_sum_is_no_task_and_takes_no_number(name: str) -> None:
    part = read_rows(HEADS, ["1", "清理河道", "县水利局", "长期"], [name, "", "", ""],
                     ["2", "加固河堤", "县水利局", "长期"])
    assert numbers(part) == ["1", "2"]
    assert [figure.found for figure in part.figures if figure.name.startswith("小计")] == ["表1第3行"]


def test_words_that_only_begin_like_a_sum_are_a_task() -> None:
    part = read_rows(HEADS, ["1", "合计清理河道三十公里", "县水利局", "长期"])
    assert [task.measure for task in part.tasks] == ["合计清理河道三十公里"]


@pytest.mark.parametrize("head", ["责任领导", "分管领导", "包保领导", "责任人", "联系人及电话", "督导单位", "考核部门"])
def test_persons_and_those_who_watch_never_lead(head: str) -> None:
    part = read_rows([*HEADS, head], ["1", "清理河道", "县水利局", "长期", "县委督查室"])
    assert [(task.lead_units, task.responsible_units) for task in part.tasks] == [([], ["县水利局"])]
    assert "未读入任务" in what(part, "表1:column:5")


def test_a_column_nobody_understood_is_one_question_and_a_blank_one_none() -> None:
    rows = [[str(n), f"清理第{n}段河道", "县水利局", "长期", f"{n}万元", ""] for n in range(1, 9)]
    part = read_rows([*HEADS, "资金", "完成情况"], *rows)
    assert [doubt.key for doubt in part.doubts] == ["表1:column:5"]
    assert "8格内容" in what(part, "表1:column:5")


def test_an_own_office_beside_the_unit_is_no_second_unit() -> None:
    part = read_rows([*HEADS, "责任科室"], ["1", "清理河道", "县水利局", "长期", "河道科"])
    assert part.tasks[0].responsible_units == ["县水利局"] and what(part, "表1:column:5")


def test_an_office_alone_in_its_column_is_the_unit() -> None:
    part = read_rows(["序号", "任务", "责任科室", "时限"], ["1", "清理河道", "河道科", "长期"])
    assert part.tasks[0].responsible_units == ["河道科"]


def test_headings_of_their_own_are_proposed_from_what_stands_below() -> None:
    part = read_rows(["干什么", "谁来干", "几时干完"], ["清理河道并建立台账", "县水利局", "2024年5月31日"],
                     ["加固河堤并检测", "县住建局", "2024年6月30日"])
    assert [task.responsible_units for task in part.tasks] == [["县水利局"], ["县住建局"]]
    assert sorted(key for key, _ in alarms(part) if ":column:" in key) == [f"表1:column:{col}" for col in (1, 2, 3)]


def test_a_table_nobody_claims_is_one_question() -> None:
    part = read_rows(["车次", "站台"], ["一", "东"], ["二", "西"])
    assert not part.tasks
    assert [(doubt.key, doubt.choices) for doubt in part.doubts] == [
        ("table:1", ("不含任务，略过", "含任务，按栏目读入"))]
    assert "共3行" in what(part, "table:1")


def test_a_unit_that_only_stands_in_a_bracket_is_asked_about() -> None:
    part = read_rows(["序号", "工作任务", "完成时限"], ["1", "公布目录（县数据局）", "长期"],
                     ["2", "写报告（初稿）", "长期"], ["3", "清理系统（县数据局牵头，县财政局配合）", "长期"])
    assert [(task.lead_units, task.responsible_units) for task in part.tasks] == [
        ([], []), ([], []), (["县数据局"], ["县财政局"])]
    assert what(part, "1:units") and what(part, "表1:units") and not what(part, "3:units")


def test_a_day_with_a_slash_is_proposed_and_asked() -> None:
    part = read_rows(HEADS, ["1", "清理河道", "县水利局", "6/30"], ["2", "加固河堤", "县水利局", "13/45"])
    assert [str(task.deadline and task.deadline.due) for task in part.tasks] == ["2024-06-30", "None"]
    assert [(doubt.key, doubt.choices) for doubt in part.doubts] == [
        ("limit:6/30", ("2024年6月30日",)), ("limit:13/45", ())]


def test_blank_unit_cells_are_one_question() -> None:
    part = read_rows(["主要措施", "牵头单位", "责任单位", "完成时限"], ["清理河道", "县水利局", "", "长期"],
                     ["加固河堤", "县水利局", "", "长期"], ["检测水质", "县水利局", "无", "长期"])
    assert [task.responsible_units for task in part.tasks] == [[], [], []]
    assert "2处单位栏空白" in what(part, "表1:blank")


def test_a_heading_row_gives_its_lead_and_is_asked_about() -> None:
    wide = "一、河道整治（牵头单位：县水利局）"
    cells = [Cell(text, 1, col) for col, text in enumerate(["任务", "配合单位", "时限"], start=1)]
    cells += [Cell(wide, 2, 1, 3), Cell("清理河道", 3, 1), Cell("各乡镇", 3, 2), Cell("长期", 3, 3)]
    part = read_table(Sheet(cells, 3).table())
    assert [(task.lead_units, task.responsible_units) for task in part.tasks] == [(["县水利局"], ["各乡镇"])]
    assert "表1第3行" in next(doubt.where for doubt in part.doubts if doubt.key == "表1第2行:over:units")


def test_a_page_number_does_not_end_a_table_and_a_torn_row_is_joined_and_asked() -> None:
    first = square(1, [HEADS, ["1", "清理河道，", "县水利局", "长期"]])
    second = square(2, [HEADS, ["", "加固河堤", "", ""], ["2", "检测水质", "县水利局", "长期"]])
    part = read_whole(first, Line("— 3 —", 1), second)
    assert [(task.no, task.measure) for task in part.tasks] == [("1", "清理河道，加固河堤"), ("2", "检测水质")]
    assert "加固河堤" in what(part, "1:torn")


def test_tables_side_by_side_are_read_one_after_the_other() -> None:
    part = read_rows(HEADS * 2, ["1", "清理河道", "县水利局", "长期", "2", "加固河堤", "县住建局", "2024年底"])
    assert [(task.no, task.measure, task.responsible_units) for task in part.tasks] == [
        ("1", "清理河道", ["县水利局"]), ("2", "加固河堤", ["县住建局"])]


def test_lines_numbered_alike_belong_to_each_other_and_others_are_asked_about() -> None:
    heads = ["主要措施", "责任单位", "完成时限"]
    part = read_rows(heads, ["1.清理河道。\n2.加固河堤。", "1.县水利局\n2.县住建局", "1.2024年5月底\n2.2024年6月底"],
                     ["1.甲。\n2.乙。\n3.丙。", "1.县水利局\n2.县住建局", "长期"])
    assert [(task.responsible_units, task.deadline_text) for task in part.tasks[:2]] == [
        (["县水利局"], "2024年5月底"), (["县住建局"], "2024年6月底")]
    assert [doubt.where for doubt in part.doubts if doubt.key.endswith(":parts")] == ["表1第3行"]


def test_the_start_is_not_the_limit() -> None:
    found = find_columns(square(1, [["任务", "责任单位", "启动时间", "完成时间"], ["甲", "县水利局", "1月", "5月"]]))
    assert found is not None and found.roles[2:] == [None, Role.LIMIT]


@settings(max_examples=100, deadline=None)
@given(MERGES, st.permutations(range(5)), st.sampled_from([(2, 3), (1, 2), (2, 3, 4)]))
def test_a_header_of_two_rows_says_the_same(merges: Merges, order: list[int], group: tuple[int, ...]) -> None:
    """Some columns under one word, the other headings reaching down beside it."""
    plain = read_table(drawn([False] * 20).table())
    sheet = drawn(merges, tuple(order))
    cols = {order.index(field) + 1 for field in group}
    if cols != set(range(min(cols), max(cols) + 1)):
        return  # only columns side by side can have one word over them
    body = [replace(cell, row=cell.row + 1, down=cell.down) for cell in sheet.cells if cell.row > 1]
    heads = [replace(cell, row=2) if cell.col in cols else replace(cell, down=2)
             for cell in sheet.cells if cell.row == 1]
    over = Cell("责任与安排", 1, min(cols), len(cols))
    table = Sheet([*heads, over, *body], sheet.height + 1).table()
    assert values(read_table(table)) == values(plain)


@settings(max_examples=200, deadline=None)
@given(MERGES, st.permutations(range(5)), st.integers(0, 4), st.sampled_from(["", "栏甲", "情况"]))
def test_a_heading_that_is_lost_or_says_nothing_is_noticed(
        merges: Merges, order: list[int], at: int, word: str) -> None:
    sheet = drawn(merges, tuple(order))
    before = read_whole(sheet.table())
    table = Sheet([replace(cell, text=word) if at == place else cell for place, cell in enumerate(sheet.cells)],
                  sheet.height).table()
    part = read_whole(table)
    assert_nothing_made_up(part, table)
    assert alarms(part) - alarms(before) or values(part) == values(before)
