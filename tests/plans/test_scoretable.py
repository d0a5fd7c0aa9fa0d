"""Score tables: whole, damaged and torn up; nothing read is worth more than what is printed, and nothing raises."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from plans.document import Document, Line, Slot, Table
from plans.issued import Head, Origin, Part
from plans.opening import open_path
from plans.planfile import read_plan
from plans.readers.indicators import reference_counts
from plans.readers.scoretable.clauses import tidy
from plans.readers.scoretable.reader import ScoreSheet, read_scoretables, read_sheets
from plans.text import read_source

SHARED = Path(__file__).resolve().parents[3] / "shared"
TRUTH = SHARED / "ground-truth" / "puyang.yaml"
HEAD = Head(title="自拟考核方案", year=2024)
HEADER = ["主要职责", "序号", "工作任务", "落实单位", "检查标准", "得分", "备注"]
# points 40 + 35 + 25 make the hundred; every criteria cell adds up to its own points and to no neighbour's
ITEMS = [
    ["1.抓好统筹", "1", "每季度研究一次执法监督。（40分）", "县政府办、县司法局",
     "会议开足4次及以上得30分，每少一次扣5分；纪要齐全得10分，没有纪要不得分。检查方式：翻阅纪要。"],
    ["1.抓好统筹", "2", "配齐法制审核人员。(35分)", "县司法局", "人员配齐得35分，未配齐扣5-10分。检查方式：看花名册。"],
    ["2.抓好落实", "3", "案卷定期评查。（25分）", "县司法局、县直各单位",
     "评查率达到100%得25分，达到80%得10分，80%以下不得分。检查方式：抽卷。"],
    ["2.抓好落实", "4", "公开执法结果。（0.5分）", "县大数据局", "全部公开得0.5分，未公开不得分。检查方式：看网站。"],
]
ABOVE = ["镇街执法监督打分表", "责任人：县政府主要负责人"]


def table(rows: list[list[str]], number: int = 1, placed: bool = True) -> Table:
    """A table in which a cell that repeats the one above in the first column is a merged one."""
    slots: list[list[Slot]] = []
    for at, row in enumerate(rows, 1):
        above = rows[at - 2][0] if at > 1 else ""
        slots.append([
            Slot(text, at, col if placed else 0, printed=not (col == 1 and text and text == above))
            for col, text in enumerate(row, 1) if placed or text
        ])
    return Table(number, slots, len(HEADER), placed, line=3)


def document(rows: list[list[str]], placed: bool = True, header: list[str] = HEADER) -> Document:
    lines = [Line(text, at) for at, text in enumerate(ABOVE, 1)]
    return Document("自拟.docx", "0", [*lines, table([header, *rows], placed=placed), Line("附件2", 9)])


def rows() -> list[list[str]]:
    return [[*row, "", ""] for row in ITEMS]


def only(doc: Document) -> ScoreSheet:
    sheets = read_sheets(doc)
    assert len(sheets) == 1
    return sheets[0]


def kinds(sheet: ScoreSheet) -> list[str]:
    return [doubt.key.split(":")[-1] for doubt in sheet.doubts]


def complains(doc: Document) -> bool:
    """Whether a reading says that something is wrong beyond what the whole table says."""
    part, whole = read_scoretables(doc, HEAD), read_scoretables(document(rows()), HEAD)
    known = {figure.name for figure in whole.figures if not figure.ok}
    return len(part.doubts) > len(whole.doubts) or any(not one.ok and one.name not in known for one in part.figures)


def test_a_whole_table() -> None:
    sheet = only(document(rows()))
    assert (sheet.title, sheet.subject) == ("镇街执法监督打分表", "县政府主要负责人")
    assert [(item.no, item.duty, item.points, item.units) for item in sheet.items] == [
        (1, 1, 40, ["县政府办", "县司法局"]), (2, 1, 35, ["县司法局"]), (3, 2, 25, ["县司法局", "县直各单位"]),
        (4, 2, 0.5, ["县大数据局"]),
    ]
    assert [duty.title for duty in sheet.duties] == ["抓好统筹", "抓好落实"]
    assert sheet.items[0].title == "每季度研究一次执法监督。" and sheet.items[0].method == "翻阅纪要"
    assert sheet.items[2].classes == ["县直各单位"] and not sheet.doubts


def test_figures_say_what_was_counted() -> None:
    figures = {one.name: (one.expected, one.found) for one in only(document(rows())).figures}
    assert figures == {
        "县政府主要负责人：项数": ("4", "4"),
        "县政府主要负责人：总分（表中未写合计，按100分核对）": ("100", "100.5"),
        "县政府主要负责人：分项合计与分值相符的项数": ("4", "4"),
    }


def test_tasks_name_their_place_and_origin() -> None:
    part = read_scoretables(document(rows()), HEAD)
    task = part.tasks[1]
    assert (task.no, task.section, task.theme, task.source) == ("2", "县政府主要负责人", "抓好统筹", "表1第3行")
    assert (task.measure, task.points, task.responsible_units) == ("配齐法制审核人员。", 35, ["县司法局"])
    assert task.criteria == ITEMS[1][4] and set(task.origins.values()) == {Origin.PRINTED}


def test_the_draft_of_a_whole_table_and_none_of_a_broken_one() -> None:
    draft = only(document(rows())).draft("own")
    assert draft and (draft.declared_items, len(draft.items), draft.items[2].clause_points) == (4, 4, 25)
    broken = rows()
    broken[1][3] = ""
    assert only(document(broken)).draft("own") is None


def test_points_method_and_total_in_columns_of_their_own() -> None:
    header = ["序号", "考核内容", "责任单位", "分值", "考核方式", "评分标准"]
    body = [["1", "台账建设", "县信访局", "60分", "查台账", "未建台账扣20分，台账不全扣5分"],
            ["2", "宣传培训", "县委宣传部", "40", "查记录", "每少一次扣5分"], ["合计", "", "", "100", "", ""]]
    sheet = only(Document("x", "0", [Line("一、信访考核表", 1), table([header, *body])]))
    assert [(item.no, item.points, item.method, item.agrees) for item in sheet.items] == [
        (1, 60, "查台账", True), (2, 40, "查记录", True)]
    assert [(one.name, one.ok) for one in sheet.figures][1] == ("一、信访考核表：总分", True)
    assert not sheet.doubts


def test_duties_in_rows_across() -> None:
    body = [["1.抓好统筹"] * 7, ["", *rows()[0][1:]], ["2.抓好落实"] * 7, ["", *rows()[2][1:]]]
    sheet = only(document(body))
    assert [(item.no, item.duty) for item in sheet.items] == [(1, 1), (3, 2)]
    assert kinds(sheet) == ["number_gap"]


def test_a_task_over_several_rows_is_one_item() -> None:
    first, second = rows()[0], rows()[0]
    second[4] = "情况通报得5分，未通报不得分"
    doc = document([first, second])
    merged = doc.tables[0]
    merged.rows[2] = [replace(slot, printed=slot.col == 5) for slot in merged.rows[2]]
    sheet = only(doc)
    assert len(sheet.items) == 1 and len(sheet.items[0].clauses) == 3 and "points_mismatch" in kinds(sheet)


def test_without_columns_the_cells_tell_what_they_are() -> None:
    plain, whole = only(document(rows(), placed=False)), only(document(rows()))
    assert [(one.no, one.title, one.points, one.units, one.criteria) for one in plain.items] == [
        (one.no, one.title, one.points, one.units, one.criteria) for one in whole.items]


def test_a_duty_without_a_merged_cell_is_asked_where_it_begins() -> None:
    body = rows()
    for at in (1, 3):
        body[at][0] = ""
    sheet = only(document(body, placed=False))
    doubt = next(doubt for doubt in sheet.doubts if doubt.key.endswith("职责2:duty_start"))
    assert doubt.choices == ("第3项", "第2项") and sheet.items[1].origins["theme"] == Origin.AMBIGUOUS


def test_a_duty_that_is_gone_is_noticed_by_its_number() -> None:
    body = rows()
    body[0][0] = body[1][0] = ""
    sheet = only(document(body))
    assert "duty_gap" in kinds(sheet) and [duty.no for duty in sheet.duties] == [2]
    assert all(item.origins["theme"] == Origin.AMBIGUOUS for item in sheet.items[:2])


def test_a_missing_number_is_filled_by_the_next_printed_one() -> None:
    body = rows()
    body[0][1] = body[1][1] = ""
    sheet = only(document(body))
    assert [item.no for item in sheet.items] == [1, 2, 3, 4] and not sheet.doubts
    assert sheet.items[0].origins["no"] == Origin.INHERITED and sheet.items[0].flags[0].kind == "number_missing"


def test_a_short_list_of_groups_is_spelled_out_and_asked() -> None:
    body = rows()
    body[0][3] = "县委依法治县办、县委立法、执法协调小组"
    sheet = only(document(body))
    assert sheet.items[0].units == ["县委依法治县办", "县委立法协调小组", "县委执法协调小组"]
    assert kinds(sheet) == ["units_short"]


def test_words_left_by_a_conversion() -> None:
    body = rows()
    body[1][2] = "<p>配齐 and 培训法制审核人员。(35分)</p>"
    sheet = only(document(body))
    assert sheet.items[1].points == 35 and sheet.doubts[0].choices == ("改为“和”", "照原文")


def test_clauses_that_do_not_add_up_are_a_figure_and_a_question() -> None:
    body = rows()
    body[1][2] = "配齐法制审核人员。（30分）"
    sheet = only(document(body))
    figure = next(one for one in sheet.figures if "第2项" in one.name)
    assert (figure.expected, figure.found) == ("30分", "分项合计35分") and "points_mismatch" in kinds(sheet)


def test_a_clause_without_points_is_kept_and_only_offered_the_rest() -> None:
    body = rows()
    body[0][4] = "会议开足4次及以上得30分，每少一次扣5分；把纪要存档列为必修内容不得分。"
    sheet = only(document(body))
    broken = sheet.items[0].clauses[1]
    assert (broken.damaged, broken.points, broken.points_guess, broken.levels) == (True, None, 10, [])
    assert sheet.doubts[0].choices[0] == "补为10分（分值减其余分项）"


def test_columns_that_slipped_up_are_put_back_when_the_sums_prove_it_and_asked_all_the_same() -> None:
    body = rows()
    slipped = [["", "", "", body[0][3], body[0][4], "", ""]]
    slipped += [[*body[at][:3], *body[at + 1][3:]] for at in range(3)] + [[*body[3][:3], "县档案局", "", "", ""]]
    sheet = only(document(slipped))
    assert [item.criteria for item in sheet.items] == [row[4] for row in ITEMS]
    assert [item.units for item in sheet.items] == [item.units for item in only(document(rows())).items]
    doubt = next(doubt for doubt in sheet.doubts if doubt.key.endswith("row_shift"))
    assert doubt.what == "第1—4项的单位、标准列可能错行。" and doubt.choices[0] == "单位、标准按上一行对回"
    assert all(item.origins["criteria"] == Origin.AMBIGUOUS for item in sheet.items)
    assert [flag.alternatives[1] for flag in sheet.items[3].flags if flag.kind == "ambiguous_units"] == ["县档案局"]


def test_a_table_torn_apart_by_blank_lines_and_a_header_printed_again_stays_one() -> None:
    first, second = table([HEADER, *rows()[:2]]), table([HEADER, *rows()[2:]], number=2)
    third = table([[*rows()[2][:1], "5", *rows()[2][2:]]], number=3)
    lines = [Line(text, at) for at, text in enumerate(ABOVE, 1)]
    sheet = only(Document("x", "0", [*lines, first, second, Line("此处夹了一行说明", 8), third]))
    assert [item.no for item in sheet.items] == [1, 2, 3, 4, 5] and kinds(sheet) == ["between"]


def test_two_tables_of_one_name_keep_their_keys_apart() -> None:
    body = rows()
    body[1][3] = ""
    one, two = document(body).blocks[:3], document(body).blocks[:3]
    part = read_scoretables(Document("x", "0", [*one, *two]), HEAD)
    assert len({doubt.key for doubt in part.doubts}) == len(part.doubts) == 2


def test_other_tables_are_left_alone() -> None:
    other = table([["序号", "工作任务", "责任单位", "完成时限"], ["1", "建台账", "县信访局", "2024年6月底前"]])
    assert read_scoretables(Document("x", "0", [other, Line("正文", 3)]), HEAD) == Part()
    after = Document("x", "0", [*document(rows()).blocks, replace(other, number=2)])
    assert len(read_scoretables(after, HEAD).tasks) == 4


def test_indicator_counts() -> None:
    doc = Document("x", "0", [Line("指标共 3 项一级指标 12 项二级", 1), Line("指标 40 项具体内容（不含加分项）", 2)])
    assert reference_counts(doc) == [(3, 12, 40)]


@pytest.mark.parametrize("col", [1, 2, 3, 4])
@pytest.mark.parametrize("down", [True, False])
def test_a_column_moved_by_a_row_is_noticed(col: int, down: bool) -> None:
    body = rows()
    cells = [row[col] for row in body]
    for row, text in zip(body, ["", *cells[:-1]] if down else [*cells[1:], ""], strict=True):
        row[col] = text
    assert complains(document(body)) and complains(document(body, placed=False))


@pytest.mark.parametrize("col", [2, 4])
def test_a_column_turned_round_is_noticed_by_its_sums(col: int) -> None:
    body = rows()
    cells = [row[col] for row in body]
    for row, text in zip(body, [cells[-1], *cells[:-1]], strict=True):
        row[col] = text
    sheet = only(document(body))
    assert any(not figure.ok for figure in sheet.figures) and "row_shift" in kinds(sheet)


@pytest.mark.parametrize("at", range(4))
@pytest.mark.parametrize("col", [2, 3, 4])
def test_a_cell_that_is_gone_is_noticed(at: int, col: int) -> None:
    body = rows()
    body[at][col] = ""
    assert complains(document(body)) and complains(document(body, placed=False))


@pytest.mark.parametrize("at", range(4))
def test_points_that_are_gone_are_noticed(at: int) -> None:
    body = rows()
    body[at][2] = body[at][2].rpartition("（" if "（" in body[at][2] else "(")[0]
    assert complains(document(body)) and only(document(body)).items[at].points is None


@pytest.mark.parametrize("at", range(3))
def test_a_row_that_is_gone_is_noticed(at: int) -> None:
    body = rows()
    del body[at]
    assert complains(document(body))


PRINTED = [*HEADER, *ABOVE, *(cell for row in ITEMS for cell in row)]
PIECES = st.sampled_from([*PRINTED, *"\n7", "", "合计", "100", "<p>", "1.", "得2分", "（3分）"])
CELLS = st.one_of(PIECES, st.text(max_size=12))


@st.composite
def documents(draw: st.DrawFn) -> Document:
    blocks: list[Line | Table] = []
    for number in range(draw(st.integers(0, 4))):
        if draw(st.booleans()):
            blocks.append(Line("\t".join(draw(st.lists(CELLS, max_size=8))), number))
            continue
        body = draw(st.lists(st.lists(CELLS, max_size=8), max_size=6))
        body = [HEADER, *body] if draw(st.booleans()) else body
        slots = [
            [Slot(text, at, col, draw(st.booleans())) for col, text in enumerate(row, 1)]
            for at, row in enumerate(body, 1)
        ]
        blocks.append(Table(number, slots, 8, draw(st.booleans())))
    return Document("x", "0", blocks)


@settings(max_examples=300, deadline=None)
@given(documents())
def test_no_document_raises(doc: Document) -> None:
    part = read_scoretables(doc, HEAD)
    assert len({doubt.key for doubt in part.doubts}) == len(part.doubts)
    assert all(task.points is not None or any("分值" in doubt.what for doubt in part.doubts) for task in part.tasks)
    for sheet in read_sheets(doc):
        sheet.draft("x")


def source(name: str) -> Document:
    path = SHARED / "sources" / name
    if not path.exists() or not TRUTH.exists():
        pytest.skip(f"没有 shared/sources/{name}，不与人工核对结果比较")
    return open_path(path)


def truth() -> dict:
    return YAML(typ="safe").load(TRUTH.read_text(encoding="utf-8"))["score_tables"]


@pytest.mark.parametrize("name", ["puyang-2020.docx", "puyang-2020.txt"])
def test_the_printed_tables_equal_the_hand_checked_ones(name: str) -> None:
    sheets = read_sheets(source(name))
    for sheet, table in zip(sheets, truth().values(), strict=True):
        assert (len(sheet.items), sheet.points, sheet.subject) == (table["n_tasks"], 100, table["responsible"])
        assert [tidy(duty.title) for duty in sheet.duties] == [tidy(duty["text"]) for duty in table["main_duties"]]
        for item, task in zip(sheet.items, table["tasks"], strict=True):
            assert (item.no, item.points) == (int(task["no"]), task["max_points"])
            assert item.units == [unit["name"] for unit in task["units"]]
            assert item.classes == [unit["name"] for unit in task["units"] if unit.get("class")]
            assert (tidy(item.title), tidy(item.criteria)) == (tidy(task["task"]), tidy(task["criteria_text"]))
            assert item.method == task["check_method"]
            asked = item.origins["theme"] == Origin.AMBIGUOUS
            assert item.duty == task["main_duty"] or (asked and name.endswith("txt"))


@pytest.mark.parametrize("name", ["puyang-2020.docx", "puyang-2020.txt"])
def test_the_printed_tables_are_flagged_where_they_are_damaged(name: str) -> None:
    party, government = read_sheets(source(name))
    figures = [*party.figures, *government.figures]
    wrong = [one for one in figures if not one.ok and one.name.endswith("项分值")]
    assert [(one.name.split("：")[1], one.expected, one.found) for one in wrong] == [
        ("第17项分值", "4分", "分项合计2分"), ("第1项分值", "7分", "分项合计8分")]
    damaged = [item.no for item in party.items if any(clause.damaged for clause in item.clauses)]
    shifted = [item.no for item in party.items if any(flag.kind == "row_shift" for flag in item.flags)]
    assert damaged == [17] and shifted == ([7, 8, 9, 10] if name.endswith("txt") else [])
    assert party.items[16].clauses[0].points_guess == 2
    assert party.draft("party") and government.draft("government")


def test_the_displaced_rows_are_one_question() -> None:
    part = read_scoretables(source("puyang-2020.txt"), HEAD)
    asked = [doubt for doubt in part.doubts if doubt.key.endswith("row_shift")]
    assert [doubt.what for doubt in asked] == ["第7—10项的单位、标准列可能错行。"] and len(asked[0].choices) == 3
    assert reference_counts(source("puyang-2020.txt")) == [(10, 44, 125), (10, 39, 110)]


def test_the_shipped_plan_says_the_same() -> None:
    shipped = read_plan(read_source("puyang-2020"))
    for sheet, ours in zip(read_sheets(source("puyang-2020.docx")), shipped.sheets, strict=True):
        assert [(i.no, i.points, i.units, i.duty) for i in sheet.items] == [
            (i.no, i.points, i.units, i.duty) for i in ours.items]
        points = [[c.points for c in item.clauses] for item in sheet.items]
        assert points == [[c.points for c in item.clauses] for item in ours.items]
