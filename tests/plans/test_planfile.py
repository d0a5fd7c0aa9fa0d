"""A plan file is read exactly or refused with line and reason; nothing else ever comes out of the reader."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.base import Rejected
from models.words import AssignmentKind, StageKind
from plans.planfile import read_plan
from plans.text import Source

SMALL = """\
format: 1
key: small
title: 小方案
short_title: 小
issuer: 某办
doc_no: 某办〔2020〕1号
year: 2020
subjects:
  - {code: county, name: 县, sheets: [a]}
windows:
  - {code: province, name: 省, start: 2020-08-20, end: 2020-09-10}
stages:
  - {no: 1, kind: [self_check], name: 自查, start: 2020-08-01, end: 2020-08-10}
  - {no: 2, kind: [higher_inspection], name: 迎检, tbd: true}
deliverables:
  - code: D1
    kind: self_check_report
    title: 自查报告
    stage: self_check
    owner: units
    due: 2020-08-10
    content: {share_at_least: 0.6}
sheets:
  - code: a
    title: 打分表
    subject: 县
    declared_items: 1
    declared_points: 2
    duties:
      - {no: 1, title: 职责}
    items:
      - no: 1
        duty: 1
        title: 事项
        points: 2
        units: [办公室]
        clauses:
          - {title: 条, points: 2, levels: [{when: 有, score: 2}]}
"""


def read(text: str):
    return read_plan(Source("方案.yaml", text, ""))


def refusal(old: str, new: str) -> str:
    """What the reader says to the small plan with one change."""
    assert SMALL.count(old) >= 1
    with pytest.raises(Rejected) as refused:
        read(SMALL.replace(old, new, 1))
    return str(refused.value)


def test_a_plan_is_read_with_its_dates_codes_and_lines() -> None:
    plan = read(SMALL)
    assert (plan.stages[0].start, plan.stages[0].end) == (date(2020, 8, 1), date(2020, 8, 10))
    assert plan.stages[1].kind == [StageKind.HIGHER_INSPECTION]
    assert plan.deliverables[0].kind == AssignmentKind.SELF_CHECK_REPORT
    assert plan.deliverables[0].line == 16
    assert plan.deliverables[0].terms == {"content": {"share_at_least": 0.6}}


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("end: 2020-08-10}", "end: 2020-07-10}", 13, "阶段“自查”的结束日期2020-07-10早于开始日期2020-08-01"),
        (", tbd: true", "", 14, "没有结束日期"),
        ("due: 2020-08-10", "due: 2020-02-30", 21, "“2020-02-30”不是有效的日期"),
        ("due: 2020-08-10", "due: 八月十日", 21, "“due”不是日期：八月十日"),
        ("due: 2020-08-10", "duedate: 2020-08-10", 21, "多出不认识的“duedate”"),
        ("kind: self_check_report", "kind: report", 17, "“kind”的取值“report”不在规定范围内"),
        ("stage: self_check", "stage: feedback", 16, "所属阶段“反馈”未列入"),
        ("declared_items: 1", "declared_items: 很多", 27, "“declared_items”应为整数"),
        ("duty: 1", "duty: 9", 32, "引用了不存在的职责9"),
        ("sheets: [a]", "sheets: [b]", 9, "引用了不存在的打分表“b”"),
        ("year: 2020", "year: 2020\nyear: 2021", 8, "重复的键"),
        ("title: 小方案", "  title: 小方案", 3, "格式有误"),
        ("title: 小方案\n", "", 1, "缺少“title”"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_in_chinese(old: str, new: str, line: int, words: str) -> None:
    said = refusal(old, new)
    assert f"第{line}行" in said
    assert words in said


def test_an_item_number_that_comes_twice_is_refused_with_both_lines() -> None:
    item = SMALL[SMALL.index("      - no: 1\n        duty"):]
    with pytest.raises(Rejected, match="第1项序号重复（第32行与第39行）"):
        read(SMALL + item)


def test_a_code_that_comes_twice_is_refused() -> None:
    item = SMALL[SMALL.index("  - code: D1"):SMALL.index("sheets:\n")]
    assert "编号D1重复" in refusal("sheets:\n  - code: a", item + "sheets:\n  - code: a")


def test_every_mistake_is_told_at_once() -> None:
    said = refusal("year: 2020\n", "year: 某年\nkind_of: x\n")
    assert len(said.splitlines()) == 2


@pytest.mark.parametrize(
    "text", ["", "督察方案", "- 1\n- 2", "format: 2", "a: &a [*a]", "\0", "[" * 400, "? {a: 1}\n: b", "x: !!int y"]
)
def test_what_is_no_plan_is_refused(text: str) -> None:
    with pytest.raises(Rejected, match="行"):
        read(text)


SCRAPS = ["{", "}", "[", "]", ":", ": ", "- ", "#", "&a ", "*a", "!!int ", "|", "'", '"', "\t", "\n", "\0",
          "2020-13-45", "null", "1e999", "<<: ", "---\n", "? ", "9" * 30, "\ufeff", "，"]
CUTS = st.lists(
    st.tuples(st.integers(0, len(SMALL)), st.integers(0, 12), st.sampled_from(["", *SCRAPS]) | st.text(max_size=4)),
    min_size=1, max_size=4,
)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(CUTS)
def test_however_a_file_is_mangled_it_is_read_or_refused_in_words(cuts: list[tuple[int, int, str]]) -> None:
    text = SMALL
    for place, length, scrap in cuts:
        text = text[:place] + scrap + text[place + length:]
    try:
        read(text)
    except Rejected as refused:
        assert "第" in str(refused)
