"""Criteria cells: clauses, levels, counts and percentages; what a clause comes to; nothing scored by guess."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from plans.draft import ClauseDraft, LevelDraft
from plans.readers.scoretable.clauses import parse, tidy
from rules.score import Refusal, score

SHARED = Path(__file__).resolve().parents[3] / "shared"
TRUTH = SHARED / "ground-truth" / "puyang.yaml"
# three clauses whose labels in the ground truth were written by hand, not taken from the paper
BY_HAND = {("party", 16, 1), ("party", 16, 2), ("party", 17, 1)}


def levels(clause: ClauseDraft) -> list[tuple[str, object, object]]:
    return [(level.when, level.score, level.deduct) for level in clause.levels]


def one(text: str, points: float | None = None) -> ClauseDraft:
    read = parse(text, points)
    assert len(read.clauses) == 1, read.clauses
    return read.clauses[0]


def test_levels_of_one_clause() -> None:
    clause = one("台账齐全得3分，台账不全扣1分，没有台账不得分。")
    assert (clause.title, clause.points) == ("台账齐全", 3)
    assert levels(clause) == [("台账齐全", 3, None), ("台账不全", None, 1), ("没有台账", 0, None)]


def test_clauses_part_at_semicolons_and_full_stops() -> None:
    read = parse(
        "方案印发得2分,未印发不得分;培训到位得 1 分，未到位不得分。档案规范得1分，不规范不得分。检查方式:翻阅卷宗。")
    assert [(clause.title, clause.points) for clause in read.clauses] == [
        ("方案印发", 2), ("培训到位", 1), ("档案规范", 1)]
    assert (read.total, read.method, read.questions) == (4, "翻阅卷宗", [])


def test_a_new_gain_after_a_failure_is_a_new_clause_even_behind_a_comma() -> None:
    read = parse("人员配齐得2分，未配齐酌情扣1-2分，经费落实得1分，未落实不得分")
    assert [clause.points for clause in read.clauses] == [2, 1]
    assert read.clauses[0].levels[1].discretionary and read.clauses[0].levels[1].deduct == (1, 2)


def test_a_failure_may_come_first_or_after_a_semicolon() -> None:
    assert levels(one("有违规插手的不得分，没有此类情形得3分")) == [("有违规插手", 0, None), ("没有此类情形", 3, None)]
    assert levels(one("按期报送得2分；未报送不得分")) == [("按期报送", 2, None), ("未报送", 0, None)]


@pytest.mark.parametrize("word", ["扣1-2分", "扣1—2分", "扣1至2分", "扣1~2分", "扣一到两分", "酌情扣1-2分"])
def test_ranges(word: str) -> None:
    level = one(f"落实有力得2分，落实不力{word}").levels[1]
    assert (level.deduct, level.discretionary) == ((1, 2), True)


def test_a_deduction_left_to_judgement_has_no_figure() -> None:
    level = one("组织有序得2分，组织不力酌情扣分").levels[1]
    assert (level.deduct, level.score, level.discretionary) == (None, None, True)


def test_other_spellings_of_points() -> None:
    assert one("会议召开计２分，未召开不得2分").points == 2
    assert one("会议召开（2分），未召开不得分").points == 2
    assert one("会议召开得两分，未召开不予计分").points == 2


def test_counts_missing() -> None:
    clause = one("开展检查4次及以上得4分，每少一次扣1分（其中须有1次联合检查）")
    assert clause.count == {"at_least": 4, "unit": "次", "per_missing": 1, "condition": "其中须有1次联合检查"}
    assert [score(clause, count=n) for n in (5, 4, 3, 0)] == [4, 4, 3, 0]


def test_counts_found() -> None:
    clause = one("案卷合格得5分，每发现一起错案扣2分，扣完为止")
    assert clause.count == {"unit": "起", "per_found": 2}
    assert [score(clause, count=n) for n in (0, 1, 3)] == [5, 3, 0]


def test_counts_in_bands_by_half_year() -> None:
    clause = one("每半年至少学习一次得2分，仅学习一次得1分，未学习不得分")
    assert clause.count and (clause.count["at_least"], clause.count["period"]) == (2, "year")
    assert [score(clause, count=n) for n in (2, 1, 0)] == [2, 1, 0]


def test_a_gap_between_bands_is_refused() -> None:
    clause = one("每年举办3期以上得2分，未举办不得分")
    assert isinstance(score(clause, count=2), Refusal)
    assert [score(clause, count=n) for n in (3, 0)] == [2, 0]


@pytest.mark.parametrize("words", [
    "按时办结率达到100%得2分，达到80%得1分，80%以下不得分",
    "按时办结率100%得2分，80%以上得1分，低于80%不得分",
    "按时办结率达到１００％得2分，80%以上得1分，不足80%不得分",
])
def test_percentages(words: str) -> None:
    clause = one(words)
    assert clause.rate and clause.rate["metric"] == "按时办结率"
    assert [score(clause, rate=rate) for rate in (100, 99.9, 85, 80, 79.9)] == [2, 1, 1, 1, 0]


def test_percentages_between_two_figures() -> None:
    clause = one("整改率90%以上得3分，80%以上90%以下得2分，80%以下不得分")
    assert [score(clause, rate=rate) for rate in (90, 89, 80, 50)] == [3, 2, 2, 0]
    assert one("整改率90%以上得3分，60%至80%得1分，50%以下不得分").rate
    gap = one("整改率90%以上得3分，60%至80%得1分，50%以下不得分")
    assert isinstance(score(gap, rate=85), Refusal) and isinstance(score(gap, rate=55), Refusal)
    assert one("办结率100%、满意率95%得3分，办结率90%、满意率80%得1分").rate is None
    assert one("整改率80%以上得2分，90%以下得1分").rate is None


def test_an_end_of_its_own_beside_a_deduction_for_each() -> None:
    clause = one("每年检查4次以上得4分，少1次扣0.5分，未开展检查不得分")
    assert [score(clause, count=n) for n in (4, 3, 0)] == [4, 3.5, 0]
    assert one("案卷合格得5分，每发现一起错案扣1分，错案3起以上不得分").count is None


def test_plain_numbers_in_bands() -> None:
    clause = one("开展3次以上得3分，2次得2分，1次得1分，没有开展不得分")
    assert [score(clause, count=n) for n in (4, 3, 2, 1, 0)] == [3, 3, 2, 1, 0]


def test_several_rates_in_one_clause_are_asked() -> None:
    read = parse("办结率、满意率达到95%得2分，达到90%得1分，90%以下不得分")
    assert [question.kind for question in read.questions] == ["rate"]


def test_a_veto() -> None:
    read = parse("工作扎实得4分，不扎实扣1分；出现重大责任事故的，本项不得分")
    assert read.total == 4 and read.clauses[1].count == {"veto": "本项"} and not read.questions
    assert parse("工作扎实得4分，不扎实扣1分；出现弄虚作假不得分").questions[0].kind == "veto_scope"


def test_a_cell_that_only_deducts_is_worth_the_item() -> None:
    clause = one("未建台账扣2分，台账不全扣1分", points=5)
    assert (clause.points, [level.deduct for level in clause.levels]) == (5, [2, 1])
    assert one("每少一次扣1分", points=3).count == {"unit": "次", "per_missing": 1}
    assert one("未建台账扣2分").damaged  # without the item's points nobody knows from what


@pytest.mark.parametrize("words", [
    "把学法列为必修内容不得分", "工作开展较好", "受到表彰加2分", "每次得1分，最高得3分", "得2分", "台账齐全得满分",
])
def test_what_is_not_understood_is_kept_whole_and_never_scored(words: str) -> None:
    read = parse(words)
    damaged = [clause for clause in read.clauses if clause.damaged]
    assert damaged and all(clause.points is None and not clause.levels for clause in damaged)
    assert any(question.kind == "points_missing" for question in read.questions)
    assert isinstance(score(damaged[0], level=1, count=1, rate=1), Refusal)
    assert "".join(clause.title for clause in read.clauses).replace("，", "") == words.replace("，", "")


def test_odd_levels_are_asked() -> None:
    assert [question.kind for question in parse("措施完备得2分，措施不得分").questions] == ["text_defect"]
    assert [question.kind for question in parse("措施完备得1分，措施不全扣1-2分").questions] == ["deduct_range"]


def test_score_by_level() -> None:
    clause = one("指标完整得2分，指标不完整扣1-2分，没有指标不得分")
    assert score(clause, level=1) == 2
    assert score(clause, level=2) == (0, 1)
    assert score(clause, level=2, deduct=1.5) == 0.5
    refusal = score(clause, level=2, deduct=3)
    assert isinstance(refusal, Refusal) and refusal.why == "扣分应在1至2分之间，不能扣3分。"
    assert all(isinstance(score(clause, level=level), Refusal) for level in (None, 0, 4))


@given(st.text(), st.none() | st.floats(0, 100))
def test_no_text_raises(text: str, points: float | None) -> None:
    parse(text, points)


WORDS = [
    "得2分", "不得分", "扣1-2分", "酌情扣分", "（3分）", "少一次", "每0次", "80%", "以下", "达到", "，", "；", "。",
    "检查方式：", "未落实",
    "每发现一起", "（其中", "）", "2次及以上", "扣完为止", "\n", "得", "9" * 400, "<p>", "加1分",
]


@given(st.lists(st.sampled_from(WORDS), max_size=14).map("".join), st.floats(0, 200), st.integers(0, 9))
def test_no_row_of_scoring_words_raises_or_scores_beyond_its_points(text: str, fact: float, level: int) -> None:
    for clause in parse(text, 5).clauses:
        assert isinstance(clause, ClauseDraft) and all(isinstance(one, LevelDraft) for one in clause.levels)
        for got in (score(clause, count=fact), score(clause, rate=fact), score(clause, level=level)):
            worst, best = got if isinstance(got, tuple) else (got, got)
            if not isinstance(worst, Refusal) and not isinstance(best, Refusal):
                assert 0 <= worst <= best <= (clause.points or 0)


@pytest.fixture(scope="module")
def truth() -> dict:
    if not TRUTH.exists():
        pytest.skip("没有 shared/ground-truth/puyang.yaml，不与人工核对结果比较")
    return YAML(typ="safe").load(TRUTH.read_text(encoding="utf-8"))["score_tables"]


def test_every_clause_of_both_tables(truth: dict) -> None:
    wrong, seen = set(), 0
    for table, content in truth.items():
        for task in content["tasks"]:
            read = parse(task["criteria_text"])
            assert len(read.clauses) == len(task["rules"]) and read.method == task["check_method"]
            for place, (clause, rule) in enumerate(zip(read.clauses, task["rules"], strict=True), 1):
                expected = [
                    (level["when"], level.get("score"), tuple(d) if isinstance(d := level.get("deduct"), list) else d)
                    for level in rule["levels"]
                ]
                seen += 1
                if (clause.title, clause.points, levels(clause)) != (tidy(rule["aspect"]), rule["points"], expected):
                    wrong.add((table, int(task["no"]), place))
    assert (seen, wrong) == (117, BY_HAND)


def test_the_three_rules_the_office_named(truth: dict) -> None:
    tasks = {(table, int(task["no"])): parse(task["criteria_text"]).clauses
             for table, content in truth.items() for task in content["tasks"]}
    assert score(tasks["party", 1][0], count=1) == 1
    assert score(tasks["gov", 10][2], rate=85) == 1
    assert isinstance(score(tasks["gov", 9][1], level=2, deduct=3), Refusal)
    assert tasks["party", 17][0].damaged and tasks["party", 17][0].points is None
    assert [score(tasks["gov", 4][1], count=n) for n in (2, 1, 0)] == [2, 1, 0]
