"""What a team may answer, line by line: every refusal in words, and totals that hold for any order of scoring."""

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.base import Rejected
from models.words import ScoreResult
from rules.on_site import Clause, Level, Line, fields_of, in_words, judge
from rules.score import worth
from rules.score_sheet import differences, final, revealed, sums, unanswered, whole

MEETINGS = Clause("听取汇报", 2, (Level("2次及以上", 2), Level("每少1次", None, 1)),
                  count={"at_least": 2, "unit": "次", "per_missing": 1})
RATE = Clause("三率", 2, (Level("100%", 2), Level("80%", 1), Level("不足80%", 0)),
              rate={"levels": [{"at_least": 100, "score": 2}, {"at_least": 80, "below": 100, "score": 1},
                               {"below": 80, "score": 0}]})
RANGE = Clause("作用发挥", 2, (Level("发挥好", 2), Level("不全面", None, (1, 2))))
VETO = Clause("无干预", 3, (Level("没有", 3), Level("出现", 0)))
BARE = Clause("未列分值", None, (Level("好", None),))
TORN = Clause("残缺", None, (Level("原文残缺", 0),), damaged=True)
SCORED = Line("party-1", "表", "组", 1, "学法", 6, (MEETINGS, RATE, RANGE))
OFFICE = Line("checklist-b-4", "清单", "硬件", 4, "办公场所", thresholds=(
    {"field": "办公面积", "min": 200, "unit": "平方米"},
    {"field": "配套院落", "min": 200, "unit": "平方米", "condition": "独立建设的"},
))
TWICE = Line("checklist-b-6", "清单", "硬件", 6, "场所", thresholds=(
    {"field": "面积", "min": 400, "unit": "平方米", "condition": "有院落的"},
    {"field": "面积", "min": 200, "unit": "平方米", "condition": "无院落的"},
))
PLAIN = Line("checklist-b-5", "清单", "硬件", 5, "标识")


def line(*clauses: Clause, points: float = 4) -> Line:
    return Line("s-1", "表", "组", 1, "项", points, clauses)


@pytest.mark.parametrize(("asked", "fields", "why"), [
    (line(RANGE), {"level-0": "2", "deduct-0": "3", "reason": "x"}, "扣分应在1至2分之间，不能扣3分"),
    (line(RANGE), {"level-0": "2", "deduct-0": "0.5", "reason": "x"}, "扣分应在1至2分之间"),
    (line(RANGE), {"level-0": "2", "deduct-0": "1"}, "第1项扣了1分，请写明扣分理由"),
    (line(RANGE), {"level-0": "9"}, "请从标准所列情形中选择"),
    (line(RANGE), {"deduct-0": "1"}, "请从标准所列情形中选择"),
    (line(RANGE), {"level-0": "二"}, "应填数字"),
    (line(RANGE), {"level-0": "nan"}, "的数字nan不对"),
    (line(MEETINGS), {"count-0": "-1"}, "的数字-1不对"),
    (line(RATE), {"rate-0": "101"}, "百分比不能超过100"),
    (line(TORN, VETO), {"level-0": "1"}, "原文残缺，不予计分"),
    (line(TORN), {"level-0": "1"}, "原文残缺，不予计分；请列为不适用并写明理由"),
    (line(VETO), {"result": "not_applicable"}, "列为不适用，请写明理由"),
    (line(VETO), {"reason": "长" * 2001}, "请控制在2000字以内"),
    (line(points=3), {"lost": "4", "reason": "x"}, "最多扣3分，不能扣4分"),
    (line(points=3), {"lost": "1"}, "扣了1分，请写明扣分理由"),
    (OFFICE, {"figure-0": "180", "result": "met"}, "办公面积180平方米，要求不少于200平方米，不能评为达标"),
    (OFFICE, {"figure-0": "230", "figure-1": "150", "result": "met"}, "配套院落150平方米"),
    (OFFICE, {"result": "met"}, "评为达标须填写“办公面积”"),
    (OFFICE, {"figure-0": "二百"}, "应填数字"),
    (OFFICE, {"figure-0": "230", "result": "not_met"}, "未达标，请写明情况"),
    (TWICE, {"figure-0": "250", "result": "met"}, "面积250平方米，要求不少于400平方米，不能评为达标"),
    (PLAIN, {"result": "partly"}, "部分达标，请写明情况"),
    (PLAIN, {"result": "not_met"}, "未达标，请写明情况"),
    (PLAIN, {"result": "not_applicable"}, "列为不适用，请写明理由"),
])
def test_what_the_plan_does_not_allow_is_refused_in_words(asked: Line, fields: dict[str, str], why: str) -> None:
    with pytest.raises(Rejected, match=why):
        judge(asked, fields)


@pytest.mark.parametrize(("asked", "fields", "result", "points"), [
    (line(MEETINGS, points=2), {"count-0": "1", "reason": "只1次"}, None, 1),
    (line(RATE, points=2), {"rate-0": "85", "reason": "85%"}, None, 1),
    (line(RANGE, points=2), {"level-0": "2", "deduct-0": "1.5", "reason": "x"}, None, 0.5),
    (line(RANGE, points=2), {"level-0": "2"}, None, None),  # how much is still to be said
    (line(VETO, RANGE), {"level-0": "1"}, None, None),
    (line(TORN, VETO, points=5), {"level-1": "1"}, None, 3),
    (line(BARE, VETO, points=3), {"level-1": "1"}, None, 3),  # what has no points waits for nobody
    (line(points=3), {"lost": "1", "reason": "x"}, None, 2),
    (line(points=1), {"lost": "0.9", "reason": "x"}, None, 0.1),
    (TWICE, {"figure-1": "250"}, ScoreResult.MET, None),
    (OFFICE, {"figure-0": "12345.678"}, ScoreResult.MET, None),
    (line(VETO), {}, None, None),
    (line(VETO), {"result": "not_applicable", "reason": "无此职责"}, ScoreResult.NOT_APPLICABLE, None),
    (OFFICE, {"figure-0": "180"}, ScoreResult.NOT_MET, None),
    (OFFICE, {"figure-0": "230"}, ScoreResult.MET, None),
    (OFFICE, {"result": "partly", "reason": "正在扩建"}, ScoreResult.PARTLY, None),
    (PLAIN, {"result": "met", "level-0": "1"}, ScoreResult.MET, None),  # no points where the plan has none
])
def test_what_it_allows_is_judged_by_its_own_figures(
    asked: Line, fields: dict[str, str], result: ScoreResult | None, points: float | None
) -> None:
    found = judge(asked, fields)
    assert (found.result, found.points) == (result, points)
    assert judge(asked, fields_of(found.result, found.clauses, found.reason)) == found


def test_an_item_of_seven_whose_standards_add_up_to_eight_earns_seven_and_every_deduction_counts() -> None:
    half = Clause("a", 4, (Level("是", 4), Level("否", 0)))
    item = line(half, half, points=7)
    assert judge(item, {"level-0": "1", "level-1": "1"}).points == 7
    assert judge(item, {"level-0": "1", "level-1": "2", "reason": "无"}).points == 3
    assert judge(item, {"level-0": "2", "level-1": "2", "reason": "无"}).points == 0


def test_what_cannot_be_read_is_left_out_of_the_points_to_be_had() -> None:
    assert [worth(4, (TORN, VETO)), worth(4, (TORN,)), worth(4, ()), worth(None, ())] == [3, 0, 4, 0]


def test_words_say_points_and_reason() -> None:
    assert in_words(SCORED, None, 5, "少1次") == "得5分（满分6分）：少1次"
    assert in_words(PLAIN, ScoreResult.MET, None, "") == "达标"
    assert in_words(SCORED, None, None, "") == "尚未答完"


@dataclass(frozen=True)
class Answer:
    result: ScoreResult | None
    points: float | None


def test_two_scorers_differ_by_points_or_result_and_nothing_counts_before_both_are_in() -> None:
    lines = [SCORED, PLAIN]
    first = {"party-1": Answer(None, 6), "checklist-b-5": Answer(ScoreResult.MET, None)}
    second = {"party-1": Answer(None, 5), "checklist-b-5": Answer(ScoreResult.MET, None)}
    assert [one.key for one, _, _ in differences(lines, first, second)] == ["party-1"]
    found = {"甲": first, "乙": second}
    assert final(lines, found, 2, ["甲"]) == {} and not revealed(2, ["甲"])
    assert list(final(lines, found, 2, ["甲", "乙"])) == ["checklist-b-5"]
    settled = {**found, "settled": {"party-1": Answer(None, 5)}}
    assert final(lines, settled, 2, ["甲", "乙"])["party-1"].points == 5
    assert [one.key for one in unanswered(lines, {"party-1": Answer(None, None)})] == ["party-1", "checklist-b-5"]


def test_tenths_add_up_as_people_count_them() -> None:
    lines = [Line(f"s-{no}", "表", "组", no, "项", 1.0) for no in range(3)]
    stand = whole(lines, {one.key: Answer(None, points) for one, points in zip(lines, (0.1, 0.2, 0.9), strict=True)})
    assert (stand.raw, stand.base) == (1.2, 3)


def test_a_list_without_points_is_counted_and_never_totalled() -> None:
    (one,) = sums([OFFICE, PLAIN], {PLAIN.key: Answer(ScoreResult.MET, None)})
    assert one.standing is None and one.counts[ScoreResult.MET] == 1 and (one.done, one.items) == (1, 2)
    assert whole([OFFICE, PLAIN], {PLAIN.key: Answer(ScoreResult.MET, None)}).base == 0


STRIKING = (
    Clause("出现弄虚作假", 0, (Level("出现弄虚作假的", 0),), count={"veto": "本款"}),
    Clause("出现重大事故", 0, (Level("出现重大事故的", 0),), count={"veto": "该项"}),
)
CLAUSES = st.sampled_from([MEETINGS, RATE, RANGE, VETO, TORN, *STRIKING])
FIELDS = st.dictionaries(
    st.sampled_from([f"{word}-{n}" for word in ("level", "deduct", "count", "rate") for n in range(3)]
                    + ["lost", "result", "reason"]),
    st.sampled_from(["0", "1", "2", "1.5", "3", "79", "80", "100", "120", "-1", "x", "not_applicable", "met", ""]),
)


@st.composite
def sheets(draw: Any) -> list[Line]:
    made = []
    for no in range(1, draw(st.integers(1, 5)) + 1):
        clauses = tuple(draw(st.lists(CLAUSES, max_size=3)))
        made.append(Line(f"s-{no}", "表", "组", no, "项", draw(st.sampled_from([1.0, 2.0, 4.0, 7.0])), clauses))
    return made


@given(sheets(), st.lists(st.tuples(st.integers(0, 4), FIELDS), max_size=25))
def test_no_order_of_scoring_exceeds_the_points_or_falls_below_nothing(
    lines: list[Line], acts: list[tuple[int, dict[str, str]]]
) -> None:
    kept: dict[str, Answer] = {}
    for at, fields in acts:
        asked = lines[at % len(lines)]
        try:
            found = judge(asked, fields)
        except Rejected:
            continue
        kept[asked.key] = Answer(found.result, found.points)
        assert found.points is None or 0 <= found.points <= asked.worth <= (asked.points or 0)
        assert found.result is None or found.points is None
    stand = whole(lines, kept)
    counted = [line for line in lines if (one := kept.get(line.key)) and one.points is not None]
    assert stand.base == sum(line.worth for line in counted) and 0 <= stand.raw <= stand.base
    assert stand.raw == sum(kept[line.key].points or 0 for line in counted)
    assert stand.percent == (round(stand.raw / stand.base * 100, 2) if stand.base else None)
    assert stand.done == len(lines) - len(unanswered(lines, kept))


SOLID = Clause("工作扎实", 4, (Level("扎实", 4), Level("不扎实", None, 1)))
FILED = Clause("归档齐全", 2, (Level("齐全", 2), Level("不齐全", 0)))
OF_ITEM = Clause("出现重大责任事故", 0, (Level("出现重大责任事故的", 0),), count={"veto": "本项"})
OF_CLAUSE = Clause("出现弄虚作假", 0, (Level("出现弄虚作假的", 0),), count={"veto": "本款"})
STRUCK = {"level-0": "1", "level-1": "1", "level-2": "1", "reason": "查实1起"}


@pytest.mark.parametrize(("asked", "fields", "points"), [
    (line(SOLID, FILED, OF_ITEM, points=6), STRUCK, 0), (line(SOLID, FILED, OF_CLAUSE, points=6), STRUCK, 4),
    (line(SOLID, FILED, OF_ITEM, points=6), {**STRUCK, "level-2": "0"}, 6),
    (line(SOLID, FILED, OF_ITEM, points=6), {"level-0": "1", "level-1": "1"}, None),  # nobody has said whether it did
    (line(OF_ITEM, points=5), {"level-0": "0"}, 5), (line(OF_ITEM, points=5), {"level-0": "1", "reason": "有"}, 0),
    (line(OF_CLAUSE, points=5), {"level-0": "1", "reason": "有"}, 0),
    (line(SOLID, OF_CLAUSE, points=4), {"level-0": "2", "level-1": "1", "reason": "有"}, 0),  # not taken off twice
])
def test_p17_a_single_veto_takes_the_item_or_the_standard_before_it(
    asked: Line, fields: dict[str, str], points: float | None
) -> None:
    """出现干预不得分: one case is enough, and that none occurred is an answer of its own."""
    found = judge(asked, fields)
    assert found.points == points
    assert judge(asked, fields_of(found.result, found.clauses, found.reason)) == found


def test_p17_a_veto_needs_its_reason_and_knows_only_its_cases() -> None:
    """a reason for every deduction."""
    asked = line(SOLID, FILED, OF_ITEM, points=6)
    with pytest.raises(Rejected, match="扣了6分，请写明扣分理由"):
        judge(asked, {**STRUCK, "reason": ""})
    for wrong in ("2", "0.5", "七"):
        with pytest.raises(Rejected):
            judge(asked, {**STRUCK, "level-2": wrong})


def test_p17_what_is_left_to_judgement_is_between_nothing_and_all_of_its_points() -> None:
    """酌情: no figure is printed, so the scorer gives one and says why."""
    free = Clause("成效", 3, (Level("好", 3), Level("较差的酌情扣分")))
    assert judge(line(free, points=3), {"level-0": "2"}).points is None
    assert judge(line(free, points=3), {"level-0": "2", "deduct-0": "1.5", "reason": "x"}).points == 1.5
    with pytest.raises(Rejected, match="扣分应在0至3分之间"):
        judge(line(free, points=3), {"level-0": "2", "deduct-0": "3.5", "reason": "x"})


def test_p18_what_does_not_apply_leaves_the_total_and_its_base() -> None:
    """N/A items excluded, percentage shown beside raw points."""
    lines = [Line(f"s-{no}", "表", "组", no, "项", 4.0, (SOLID,)) for no in range(3)]
    found = {"s-0": judge(lines[0], {"level-0": "2", "reason": "不扎实"}), "s-1": judge(lines[1], {"level-0": "1"}),
             "s-2": judge(lines[2], {"result": "not_applicable", "reason": "无此职责"})}
    stand = whole(lines, found)
    assert (stand.raw, stand.base, stand.percent, stand.complete) == (7, 8, 87.5, True)


def test_x6_a_line_without_points_takes_none_whatever_a_form_says() -> None:
    """no invented score; count only."""
    for fields in ({"result": "met", "lost": "0", "points": "5"}, {"result": "partly", "reason": "x", "deduct-0": "1"}):
        assert judge(PLAIN, fields).points is None
    assert sums([PLAIN], {PLAIN.key: Answer(ScoreResult.MET, 5.0)})[0].standing is None
