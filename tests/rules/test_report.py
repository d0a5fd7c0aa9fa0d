"""The content gate: how much of a report speaks of problems and measures."""

from hypothesis import given
from hypothesis import strategies as st

from rules.report import measure, size

# 100 characters under each heading of four, the headings themselves counted too: 5+100, 6+100, 6+100
PRAISE = "一、工作成绩\n" + "好" * 94
FAULTS = "二、存在问题\n" + "差" * 94
CURES = "三、整改措施\n" + "改" * 94


def test_the_share_of_a_report_of_our_own_is_what_counting_by_hand_gives() -> None:
    assert measure(PRAISE + "\n" + FAULTS).share == 0.5
    assert measure("\n".join((PRAISE, FAULTS, CURES))).share == 2 / 3


def test_blank_space_can_neither_fill_nor_thin_a_report() -> None:
    padded = FAULTS.replace("差", "差 \u3000\t")
    assert size(padded) == size(FAULTS) == 100
    assert measure(PRAISE + "\n" + padded).share == 0.5


def test_what_falls_short_is_said_in_sentences() -> None:
    found = measure(PRAISE + "\n" + FAULTS).findings(0.6)
    assert found == ["问题与整改措施占50.0%，不足60%。", "没有实际数据。"]


def test_a_report_that_only_praises_is_told_that_its_problems_are_missing() -> None:
    found = measure(PRAISE).findings(0.6)
    assert "没有找到写问题或整改措施的部分，请人工划分。" in found


def test_a_good_report_has_no_findings() -> None:
    assert measure("\n".join((PRAISE, FAULTS + "12件", CURES))).findings(0.6) == []


def test_a_clerk_may_correct_which_sections_count() -> None:
    text = "\n".join((PRAISE, FAULTS, CURES))
    assert measure(text, counted={2}).share == 1 / 3
    assert [section.counted for section in measure(text, counted={1}).sections] == [False, True, False, False]


def test_figures_are_counted_with_their_decimals() -> None:
    assert measure("一、情况\n会议3次，合格率98.5%，共12件").figures == 3


def test_a_sentence_that_begins_like_a_heading_but_runs_on_is_text() -> None:
    text = "一、工作成绩\n二、" + "问题" * 20
    assert len(measure(text).sections) == 2


def test_an_empty_report_has_no_share_and_does_not_fail() -> None:
    assert measure("").share == 0.0


@given(st.text(alphabet="一二三、问题整改措施成绩0123456789\n \u3000", max_size=300))
def test_the_share_is_always_a_share_and_no_character_is_lost(text: str) -> None:
    content = measure(text)
    assert 0 <= content.share <= 1
    assert sum(section.size for section in content.sections) == size(text)
