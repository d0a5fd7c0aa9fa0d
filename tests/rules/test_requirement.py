"""What a plan asks of a report, quoted, and what one falls short of."""

import pytest

from models.words import AssignmentKind
from plans.planfile import read_plan
from plans.text import read_source
from rules.requirement import Asked, Given, Topic, asked_of, check, printed_share

TERMS = {
    "content": {"share_at_least": 0.6, "figures": True}, "attachments": ["自查报告", "问题清单", "工作台账"],
    "rules": ["形成自查报告，附问题清单", "要有实际数据", "问题及整改措施的内容不少于报告篇幅的60%"],
    "place": "四、（二）",
}
ASKED = asked_of("自查报告（附问题清单）", TERMS, "《方案》（某办〔2020〕8号）", 0.5)
PRAISE, FAULTS = "一、成绩\n" + "好" * 96, "二、问题\n" + "差" * 46


def test_the_plans_own_share_goes_before_the_cycles_and_each_finding_quotes_its_rule_and_place() -> None:
    gate = check(ASKED, Given(f"{PRAISE}\n{FAULTS}", ("工作台账.xlsx",), listed=True))
    assert ASKED.least == 0.6
    assert [(one.topic, one.says, one.rule) for one in gate.findings] == [
        (Topic.SHARE, "问题与整改措施占33.3%，不足60%。", TERMS["rules"][2]),
        (Topic.FIGURES, "没有实际数据。", TERMS["rules"][1]),
    ]
    assert gate.reason.startswith(
        "问题与整改措施占33.3%，不足60%。方案要求“问题及整改措施的内容不少于报告篇幅的60%”（《方案》（某办〔2020〕8号）四、（二））。没有实际"
    )


def test_each_attachment_is_asked_for_by_name_and_the_report_may_be_typed() -> None:
    good = "一、问题\n缺件12份。"
    missing = [one.says for one in check(ASKED, Given(good)).findings]
    assert missing == ["缺少附件“问题清单”。", "缺少附件“工作台账”。"]
    assert not check(ASKED, Given(good, ("附件2 工作台账.pdf", "问题清单.docx"))).findings
    assert check(ASKED, Given("", listed=True)).findings[0].says == "缺少附件“自查报告”。"


def test_a_report_only_in_a_file_nobody_could_read_is_said_to_be_unread_and_not_found_short() -> None:
    gate = check(ASKED, Given(None, ("扫描件.pdf", "工作台账.xlsx"), listed=True))
    assert gate.unread and gate.content is None and not gate.findings


def test_what_the_plan_does_not_ask_is_no_finding() -> None:
    assert not check(asked_of("情况报告", {}, "《方案》"), Given("都好")).findings
    own = check(asked_of("自查报告", {}, "《方案》", 0.6), Given(f"{PRAISE}\n{FAULTS}12件"))
    assert [(one.says, one.rule, one.quoted) for one in own.findings] == [
        ("问题与整改措施占34.6%，不足60%。", "", "问题与整改措施占34.6%，不足60%。"),
    ]


def test_p12_a_problem_without_proof_is_named() -> None:
    """report + evidence per problem."""
    said = [one.says for one in check(Asked("整改报告"), Given("已改", unproved=(3, 7))).findings]
    assert said == [f"问题{no}没有佐证材料，也未注明“现场查看”。" for no in (3, 7)]


@pytest.mark.parametrize(("rule", "share"), [
    ("所列举问题及整改措施的内容不少于报告篇幅的60%", 0.6), ("问题和措施占篇幅50％以上", 0.5),
    ("篇幅不得低于全文的三分之二", None), ("办结率不低于95%", None), ("篇幅不低于 65.5%", 0.655),
])
def test_a_share_is_read_only_out_of_a_rule_about_the_length(rule: str, share: float | None) -> None:
    assert printed_share([rule]) == share
    assert asked_of("自查报告", {"rules": [rule]}, "", None).least == share


def test_p5_p11_the_shipped_plan_prints_the_rules_that_are_quoted() -> None:
    """问题+整改措施 ≥60 %, actual data, attachments; five fields per problem."""
    plan = read_plan(read_source("puyang-2020"))
    found = {one.kind: asked_of(one.title, one.terms, "") for one in plan.deliverables}
    report = found[AssignmentKind.SELF_CHECK_REPORT]
    assert (report.least, report.figures, report.attachments) == (0.6, True, ("自查报告", "问题清单"))
    assert report.rule(Topic.SHARE) == "所列举问题及整改措施的内容不少于报告篇幅的60%"
    assert (report.rule(Topic.FIGURES), report.place) == ("要有实际数据", "四、（二）")
    fields = found[AssignmentKind.RECT_PLAN]
    assert "逐一明确责任领导、责任单位、责任人及完成时限" in fields.rule(Topic.FIELDS) and len(fields.fields) == 5
