"""Addressees, units under inspection with their numbers, and windows of time that are no stage."""

from datetime import date

import pytest

from plans.answered.said import LEAVE
from plans.draft import PlanDraft
from plans.issued import Issued
from plans.issued_draft import as_draft
from plans.issued_json import issued_json
from tests.plans.notices import ALL, CHECK, COUNTY, DISTRICT, LETTER, SPEECH, STEPS, notice

TITLE = ("某市人民政府办公室", "某政办〔2025〕1号", "督察方案")


def named(issued: Issued, role: str) -> list[tuple[str, int | None]]:
    return [(one.name, one.declared) for one in issued.part.targets if one.role == role]


def drafted(issued: Issued, **answers: str) -> PlanDraft:
    given = {doubt.key: doubt.choices[0] if doubt.choices else LEAVE for doubt in issued.part.doubts}
    return as_draft(issued, given | answers)


def spans(issued: Issued, kind: str) -> list[tuple[date | None, date | None]]:
    return [(one.start, one.end) for one in issued.part.windows if one.kind == kind]


@pytest.mark.parametrize(("lines", "names"), [
    (COUNTY, ["各乡镇人民政府", "街道办事处", "县直有关单位"]), (LETTER, ["各县（市、区）教育局", "市直各学校"]),
    (DISTRICT, ["各镇", "街道", "区直各部门"]), (CHECK, []), (SPEECH, []),
    (STEPS, ["各县区人民政府", "市政府有关部门"]),
])
def test_whom_a_paper_addresses(lines: tuple[str, ...], names: list[str]) -> None:
    assert [name for name, _ in named(notice(*lines), "addressee")] == names


def test_a_chapter_names_whom_it_inspects_with_the_number() -> None:
    issued = notice(*COUNTY)
    assert named(issued, "subject") == [("乡镇（街道）", 25), ("县直有关单位", None)]
    draft = drafted(issued)
    assert [(one.code, one.name, one.note) for one in draft.subjects] == [
        ("township", "乡镇（街道）", "原文25个"), ("department", "县直有关单位", ""),
    ]
    assert next(one for one in draft.groups if one.name == "乡镇（街道）").declared == 25


def test_a_printed_number_is_counted_against_the_names_listed() -> None:
    issued = notice(*CHECK)
    figure = next(one for one in issued.part.figures if one.name == "督察对象：乡镇")
    assert (figure.expected, figure.found, figure.ok) == ("18个", "17个", False)
    doubt = next(one for one in issued.part.doubts if one.key == "target-count-乡镇")
    assert [next(one for one in drafted(issued, **{doubt.key: choice}).groups if one.name == "乡镇").declared
            for choice in doubt.choices] == [17, 18]


def test_a_list_left_open_has_members_and_is_asked() -> None:
    issued = notice(*STEPS)
    group = next(one for one in issued.part.targets if one.declared)
    assert (group.name, group.declared, group.members) == ("市直部门", 12, ["市发展改革委", "市农业农村局"])
    assert "target-count-市直部门" in {doubt.key for doubt in issued.part.doubts}


def test_what_is_no_body_in_a_list_is_asked_and_the_answer_is_the_list() -> None:
    steps = "二、时间安排", "（一）自查阶段（3月底前）。"
    issued = notice(*TITLE, "一、督察对象", "各县区人民政府、涉及民生的重点领域。", *steps)
    (doubt,) = (one for one in issued.part.doubts if one.key.startswith("target-"))
    assert named(issued, "subject") == [("各县区人民政府", None)] and "涉及民生的重点领域" in doubt.what
    draft = drafted(issued, **{doubt.key: "各县区人民政府、市教育局"})
    assert [one.name for one in draft.subjects] == ["各县区人民政府", "市教育局"]


@pytest.mark.parametrize(("sentence", "names"), [
    ("市府办会同有关部门对各县区、市直部门主要负责人落实责任情况开展督察。", ["各县区", "市直部门"]),
    ("被检查单位：甲局、乙局。", ["甲局", "乙局"]), ("督查对象为全市6个县和2个区。", ["县", "区"]),
    ("本次检查内容较多。", []), ("对存在问题开展督察。", []),
])
def test_sentences_that_name_whom_they_inspect(sentence: str, names: list[str]) -> None:
    issued = notice(*TITLE, "一、组织方式", sentence)
    assert [name for name, _ in named(issued, "subject")] == names


@pytest.mark.parametrize("lines", ALL)
def test_every_name_is_printed(lines: tuple[str, ...]) -> None:
    text = "".join(lines)
    for one in notice(*lines).part.targets:
        assert one.name in text and all(member in text for member in one.members)
        assert one.declared is None or str(one.declared) in text


def test_a_higher_authority_has_a_window_and_its_own_work_has_none() -> None:
    issued = notice(
        *TITLE, "省政府督查室拟于9月10日至9月20日对各市开展督查。市人民政府办公室将于5月1日至5月8日开展检查。",
        "一、时间安排", "（一）自查阶段（3月底前）。",
    )
    assert spans(issued, "upstream") == [(date(2025, 9, 10), date(2025, 9, 20))]
    assert [(one.name, one.start) for one in drafted(issued).windows] == [("省政府督查室督察", date(2025, 9, 10))]


def test_the_plans_own_years_its_goal_and_a_plan_it_cites() -> None:
    issued = notice(
        "某区法治建设规划(2021-2025年)", "一、总体目标", "到2025年基本建成法治政府。",
        "二、依据", "落实《某省法治建设规划（2020—2024年）》。",
    )
    assert spans(issued, "period") == [(date(2021, 1, 1), date(2025, 12, 31))]
    assert spans(issued, "goal") == [(None, date(2025, 12, 31))]
    assert spans(issued, "cited") == [(date(2020, 1, 1), date(2024, 12, 31))]


def test_years_inside_a_cited_title_are_not_the_plans_own() -> None:
    issued = notice("某县落实《某省三年行动方案（2023—2025年）》任务清单", "一、任务", "做好工作。")
    assert spans(issued, "period") == []


def test_the_json_names_targets_and_windows() -> None:
    found = issued_json([notice(*STEPS)])
    assert [(one["role"], one["name"]) for one in found["targets"]][:2] == [
        ("addressee", "各县区人民政府"), ("addressee", "市政府有关部门"),
    ]
    assert "target-count-市直部门" in [doubt["key"] for doubt in found["doubts"]]
