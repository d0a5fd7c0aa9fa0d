"""濮治市办〔2020〕8号, the two score sheets and the indicator counts: the acceptance rows P16 to P19."""

from pathlib import Path

import pytest

from config.workdays import official
from plans.checks import check_plan
from plans.document import Document, Line, Slot, Table
from plans.draft import ClauseDraft, PlanDraft, SheetDraft
from plans.issued import Head
from plans.opening import open_path
from plans.planfile import read_plan
from plans.reader import read_path
from plans.readers.indicators import read_indicators, reference_counts
from plans.text import read_source
from rules.score import Refusal, Total, score, total

SOURCE = Path(__file__).parents[3] / "shared" / "sources" / "puyang-2020.txt"


@pytest.fixture(scope="module")
def puyang() -> PlanDraft:
    return read_plan(read_source("puyang-2020"))


def clause(sheet: SheetDraft, no: int, words: str) -> ClauseDraft:
    (found,) = [one for item in sheet.items if item.no == no for one in item.clauses if words in one.title]
    return found


def test_p16_two_sheets_of_27_and_30_items_and_a_hundred_points_each(puyang: PlanDraft) -> None:
    party, government = puyang.sheets
    assert [len(sheet.items) for sheet in puyang.sheets] == [27, 30]
    assert [sum(item.points for item in sheet.items) for sheet in puyang.sheets] == [100, 100]
    first = government.items[0]
    assert (first.points, first.clause_points) == (7, 8)
    said = [check.name + check.found for check in check_plan(puyang, official()) if not check.ok]
    assert any("县（区）政府主要负责人：第1项分值" in line and "8分" in line for line in said)
    assert {item.no for item in party.items if any(flag.kind == "row_shift" for flag in item.flags)} == {7, 8, 9, 10}
    assert {item.no for item in party.items if any(one.damaged for one in item.clauses)} == {17}


def test_p16_the_document_itself_asks_about_the_displaced_rows_and_the_damaged_one() -> None:
    if not SOURCE.exists():
        pytest.skip("the issued document puyang-2020.txt is not beside this checkout")
    (issued,) = read_path(str(SOURCE))
    assert [len(sheet.items) for sheet in issued.sheets] == [27, 30]
    asked = " ".join(f"{doubt.where}{doubt.what}" for doubt in issued.part.doubts)
    assert "第7—10项" in asked and "第17项" in asked


def test_p17_one_meeting_of_two_a_rate_of_85_a_range_and_a_single_veto(puyang: PlanDraft) -> None:
    party, government = puyang.sheets
    meetings = clause(party, 1, "听取汇报")
    assert [score(meetings, count=count) for count in (2, 1)] == [2, 1]
    rates = clause(government, 10, "三率")
    assert [score(rates, rate=rate) for rate in (100, 85, 80, 79)] == [2, 1, 1, 0]
    effect = clause(government, 9, "作用发挥")
    assert (score(effect, level=2), score(effect, level=2, deduct=1.5)) == ((0, 1), 0.5)
    refused = score(effect, level=2, deduct=3)
    assert isinstance(refused, Refusal) and "1至2分" in refused.why
    assert [score(clause(party, 16, "干预"), level=level) for level in (1, 2)] == [3, 0]
    assert score(clause(party, 17, "民主生活会"), level=1) == Refusal("原文残缺，不予计分。")


def test_p18_each_kind_of_addressee_has_its_sheets(puyang: PlanDraft) -> None:
    assert [sheet.code for sheet in puyang.sheets] == ["party", "government"]
    assert [sheet.title for sheet in puyang.sheets] == ["党委主要负责人履职打分表", "政府主要负责人履职打分表"]
    found = {subject.code: (subject.sheets, "参照" in subject.note) for subject in puyang.subjects}
    both = ["party", "government"]
    assert found == {"county": (both, False), "zone": (both, True), "department": (["government"], True)}


def test_p18_a_department_is_scored_on_what_applies_with_a_percentage_beside_the_points(puyang: PlanDraft) -> None:
    department = next(subject for subject in puyang.subjects if subject.code == "department")
    assert (department.sheets, department.note) == (["government"], "参照执行")
    points = {item.no: item.points for item in puyang.sheets[1].items}
    left_out = {1: "市直部门不召开政府常务会议", 2: "无下级政府"}
    scores = {no: points[no] / 2 for no in points if no not in left_out}
    found = total(points, scores, left_out)
    assert isinstance(found, Total)
    base = 100 - points[1] - points[2]
    assert (found.raw, found.base, found.percent, found.left_out) == (base / 2, base, 50.0, (1, 2))
    assert total(points, {}, dict.fromkeys(points, "不适用")) == Total(0, 0, None, tuple(points))


@pytest.mark.parametrize(("scores", "left_out", "why"), [
    ({1: 1}, {}, "第2项尚未打分"), ({1: 1, 2: 2}, {2: "无"}, "第2项既有得分又列为不适用"),
    ({1: 9, 2: 2}, {}, "第1项得分超出"),
    ({1: 1}, {2: " "}, "第2项列为不适用，须写明理由"), ({1: 1, 2: 2, 3: 1}, {}, "第3项不在打分表中"),
])
def test_p18_no_item_is_left_out_silently(scores: dict[int, float], left_out: dict[int, str], why: str) -> None:
    refused = total({1: 5, 2: 5}, scores, left_out)
    assert isinstance(refused, Refusal) and why in refused.why


def indicators(rows: list[tuple[str, str, str]]) -> Document:
    cells = [("一级指标", "二级指标", "三级指标"), *rows]
    table = [[Slot(text, at, col) for col, text in enumerate(row, 1)] for at, row in enumerate(cells, 1)]
    line = Line("附表含2项一级指标、3项二级指标、4项三级指标。", 1)
    return Document("a.docx", "0", [line, Table(1, table, 3)])


def test_p19_an_imported_indicator_table_is_held_against_the_numbers_named_for_it(puyang: PlanDraft) -> None:
    assert puyang.reference_counts == {"city": [10, 44, 125], "department": [10, 39, 110]}
    rows = [("甲", "一", "1"), ("", "", "2"), ("乙", "一", "1"), ("", "二", "1")]
    assert [figure.ok for figure in read_indicators(indicators(rows), Head()).figures] == [True] * 3
    lost = read_indicators(indicators(rows[:-1]), Head()).figures
    assert [(figure.expected, figure.found) for figure in lost] == [("2项", "2项"), ("3项", "2项"), ("4项", "3项")]


def test_p19_the_document_names_both_samples() -> None:
    if not SOURCE.exists():
        pytest.skip("the issued document puyang-2020.txt is not beside this checkout")
    assert reference_counts(open_path(str(SOURCE))) == [(10, 44, 125), (10, 39, 110)]
