"""The passages of a report: what each line speaks of, which figures are data, what names nothing to hold on to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.passage import Speaks, is_bare, paragraphs, pieces_of
from rules.report import figures, measure

REPORT = (
    "一、工作情况\n召开专题会议3次。\n二、存在的问题和整改措施\n档案管理不规范，抽查20卷有6卷缺件。\n"
    "办公室主任负责，8月底前逐卷补齐。\n进一步提高思想认识，切实增强责任感和使命感。\n三、下一步打算\n每月核对一次台账。"
)


def test_a_heading_that_names_one_thing_speaks_for_its_lines_and_else_their_own_words_do() -> None:
    first, mixed, last = [section.paragraphs for section in measure(REPORT).sections[1:]]
    assert [one.speaks for one in first] == [Speaks.OTHER]
    assert [one.speaks for one in mixed] == [Speaks.PROBLEM, Speaks.MEASURE, Speaks.MEASURE]
    assert [one.speaks for one in last] == [Speaks.MEASURE]


@pytest.mark.parametrize(("text", "found"), [
    ("会议3次，合格率98.5%，共12件", ["3", "98.5%", "12"]),
    ("2020年8月5日印发濮治市办〔2020〕8号", []),
    ("1.组织领导有力", []), ("（2）制度健全", []), ("1.5倍", ["1.5"]),
    ("召开会议三次，办理案件十二件", ["三次", "十二件"]), ("一次也没有", []), ("四个意识", []),
    ("历时3个月", ["3"]), ("完成率１００％", ["１００％"]), ("百分之九十五", ["百分之九十五"]),
])
def test_days_document_numbers_and_list_marks_are_no_data(text: str, found: list[str]) -> None:
    assert [words for words, is_figure in pieces_of(text) if is_figure] == found


@pytest.mark.parametrize(("sentence", "bare"), [
    ("进一步提高思想认识，切实增强责任感和使命感。", True), ("不断加强，持续改进，务求实效。", True),
    ("由办公室主任牵头，逐项落实，确保见到成效。", False), ("年底前对照要求，逐项完成整改任务。", False),
    ("抽查案卷20份，发现缺件问题。", False), ("（一）思想认识还不够到位", False),
])
def test_a_sentence_without_figure_day_or_person_is_a_hint(sentence: str, bare: bool) -> None:
    assert is_bare(sentence) is bare


def test_only_the_counted_parts_are_hinted_at_and_a_hint_is_no_finding() -> None:
    empty = "不断加强，持续改进，务求实效。"
    content = measure(f"一、成绩\n{empty}\n二、存在问题\n{empty}缺件20份。")
    assert content.bare == [empty]
    assert not any(empty in said for said in content.findings(0.0))


def test_a_report_without_first_level_headings_is_split_at_the_next_level_it_has() -> None:
    content = measure("开头的话。\n（一）成绩\n好好好好\n（二）问题\n差差差差")
    assert [section.heading for section in content.sections] == ["", "（一）成绩", "（二）问题"]
    assert [section.counted for section in content.sections] == [False, False, True]


def test_a_report_without_any_heading_is_split_by_paragraph_so_that_a_clerk_can_tick_them() -> None:
    text = "全年工作有序推进，成效明显。\n\n存在的问题是台账缺6份，月底补齐。"
    assert measure(text).findings(0.6)[-1] == "没有找到写问题或整改措施的部分，请人工划分。"
    assert [part.text for part in measure(text, {1}).sections if part.counted] == ["存在的问题是台账缺6份，月底补齐。"]


WORDS = st.text(alphabet="一二三、。，；问题整改措施成绩会议召开次件0123456789%年月日（）. \u3000", max_size=60)


@given(WORDS)
def test_what_is_cut_at_its_figures_is_whole_again(text: str) -> None:
    assert "".join(words for words, _ in pieces_of(text)) == text


@given(st.lists(WORDS, max_size=8), st.booleans())
def test_no_word_of_a_section_is_lost_in_its_passages(lines: list[str], counted: bool) -> None:
    whole = "".join("".join(one.text for one in paragraphs("二、问题", "\n".join(lines), counted)).split())
    assert whole == "".join("".join(lines).split())


PLAIN = st.text(alphabet="问题整改措施成绩会议材料12件，缺 ", min_size=1, max_size=40).filter(str.strip)
PARTS = st.lists(st.tuples(st.sampled_from(["成绩", "问题", "整改措施", "体会"]), st.lists(PLAIN, max_size=4)),
                 min_size=1, max_size=4)
HAN = "一二三四"


def written(parts: list[tuple[str, list[str]]], blank: str = "") -> str:
    lines = [line for n, (head, body) in enumerate(parts) for line in (f"{HAN[n]}、{head}", *body)]
    return f"\n{blank}".join(lines)


@given(PARTS, st.sampled_from(["\n", "\n\n", " \u3000\n"]))
def test_blank_lines_change_nothing(parts: list, blank: str) -> None:
    plain, aired = measure(written(parts)), measure(written(parts, blank))
    assert (aired.share, aired.figures, aired.findings(0.6)) == (plain.share, plain.figures, plain.findings(0.6))
    assert 0 <= plain.share <= 1


@given(PARTS, PLAIN)
def test_another_counted_sentence_never_lowers_the_share_nor_the_figures(parts: list, more: str) -> None:
    before = measure(written(parts))
    marks = [section.counted for section in before.sections][1:]
    if True not in marks:
        return
    parts[marks.index(True)][1].append(f"{more}。")
    after = measure(written(parts))
    assert after.share >= before.share and after.figures >= before.figures
    assert after.figures == figures(written(parts))
