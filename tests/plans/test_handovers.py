"""What is handed in by whom to whom by when: styles of notices, what is asked, what must not be made up."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.words import AssignmentKind as K
from plans.answered.said import LEAVE
from plans.document import Document, Line, Slot, Table
from plans.draft import PlanDraft
from plans.issued import HandoverRead, Issued, Origin
from plans.issued_draft import as_draft
from plans.issued_json import issued_json
from plans.reader import read_one
from plans.readers.handover.doubts import NO_TASK, UNNAMED
from plans.readers.handover.words import bodies, hit, limit_of
from rules.deadline import Unit
from tests.plans.notices import ALL, CHECK, COUNTY, DISTRICT, HIGHER, LETTER, SPEECH, STEPS, notice


def row(one: HandoverRead) -> tuple[str, list[str], list[str], str]:
    return one.title, one.owners, one.receivers, one.limit_text


def rows(issued: Issued) -> list[tuple[str, list[str], list[str], str]]:
    return [row(one) for one in issued.part.handovers]


def asked(issued: Issued) -> set[str]:
    return {doubt.key for doubt in issued.part.doubts if doubt.key.startswith("handover-")}


def drafted(issued: Issued, **answers: str) -> PlanDraft:
    given = {doubt.key: doubt.choices[0] if doubt.choices else LEAVE for doubt in issued.part.doubts}
    return as_draft(issued, given | {key.replace("__", ":").replace("_", "-"): text for key, text in answers.items()})


def test_a_county_notice_with_stages() -> None:
    issued = notice(*COUNTY)
    office = ["县政府督查室"]
    assert rows(issued) == [
        ("自查报告", ["各乡镇（街道）", "县直有关单位"], office, "于3月15日17:00前"),
        ("工作进展", ["各督查组"], office, "于每周五下午下班前"),
        ("督查报告", ["各督查组"], [], "督查结束后5个工作日内"),
        ("整改方案", ["被督查单位"], office, "自收到反馈意见之日起15日内"),
        ("整改情况报告", ["被督查单位"], [], "于4月30日前"),
        ("联络员名单", [], office, "于2月25日前"),
    ]
    assert asked(issued) == {"handover-3:to", "handover-5:to", "handover-6:owner"}
    first = issued.part.handovers[0]
    assert (first.forms, first.attachments, first.source) == (["一式两份", "电子版发送至邮箱"], ["问题清单"], "第9行")
    assert first.deadline is not None and first.deadline.time == "17:00"


def test_the_county_notice_becomes_deliverables_and_one_measure() -> None:
    draft = drafted(notice(*COUNTY))
    assert [(one.kind, one.owner, one.due) for one in draft.deliverables] == [
        (K.SELF_CHECK_REPORT, "units", date(2025, 3, 15)), (K.OFFICE_TASK, "teams", None),
        (K.TEAM_REPORT, "teams", None), (K.RECT_PLAN, "units", None),
        (K.RECT_REPORT, "units", date(2025, 4, 30)),
    ]
    plan = draft.deliverables[3]
    assert (plan.anchor, plan.with_report) == ("receipt", draft.deliverables[4].code)
    (task,) = draft.tasks
    assert (task.responsible, task.limit) == (["各乡镇人民政府", "街道办事处", "县直有关单位"], "于2月25日前")
    assert "联络员名单" in task.title


def test_a_letter_that_only_asks_for_a_paper_is_a_plan_of_one_task() -> None:
    issued = notice(*LETTER)
    assert rows(issued) == [("工作总结和统计表", ["各单位"], ["市教育局政策法规科"], "于2024年12月20日前")]
    (task,) = drafted(issued).tasks
    assert (task.responsible, task.limit, task.section) == (["各单位"], "于2024年12月20日前", "报送事项")
    assert not asked(issued)


def test_two_days_in_one_sentence_are_asked_and_a_ban_is_no_duty() -> None:
    issued = notice(*DISTRICT)
    monthly, plan, both = issued.part.handovers
    assert monthly.deadline is not None and monthly.deadline.rrule == "FREQ=MONTHLY;BYMONTHDAY=25"
    assert row(plan) == ("整改方案", ["各牵头单位"], ["区营商办"], "在接到通知后3个工作日内")
    assert plan.deadline is not None and plan.deadline.offset is not None and plan.deadline.offset.unit == Unit.WORKDAY
    assert (both.deadline, both.origins["deadline"], both.owners) == (None, Origin.AMBIGUOUS, [])
    assert asked(issued) == {"handover-3:owner", "handover-3:limit"}
    assert [task.limit for task in drafted(issued).tasks][-1] == "于5月10日前"
    assert drafted(issued, handover_3__limit="2025-05-20").tasks[-1].due == date(2025, 5, 20)


def test_a_doubtful_limit_is_asked_and_the_answer_is_the_day() -> None:
    issued = notice(*CHECK)
    assert [one.title for one in issued.part.handovers] == ["现场反馈发现的问题", "检查情况", "整改报告"]
    assert asked(issued) == {"handover-1:to", "handover-3:limit"}
    for draft, day in ((drafted(issued, handover_3__limit="2026-08-31"), date(2026, 8, 31)),
                       (drafted(issued), date(2026, 7, 31))):
        assert next(one for one in draft.deliverables if one.kind == K.RECT_REPORT).due == day


def test_the_words_a_stage_opens_with_have_the_time_of_the_stage() -> None:
    read = notice(*STEPS).part.handovers
    assert [(one.title, one.owners, one.receivers) for one in read] == [
        ("自评报告", ["考核对象"], ["市粮安办"]), ("抽查结果", ["市粮安办"], ["市政府"]),
        ("考核结果", ["市粮安办"], ["考核对象"]), ("整改情况", ["考核对象"], ["市粮安办"]),
    ]
    assert [one.deadline.due for one in read if one.deadline] == [
        date(2025, 8, 20), date(2025, 9, 30), date(2025, 10, 31), date(2025, 11, 30),
    ]
    assert {one.origins["deadline"] for one in read} == {Origin.INHERITED}


def test_a_notice_in_sections_without_stages() -> None:
    issued = notice(*HIGHER)
    assert rows(issued) == [
        ("下列资料", ["各县（市、区）", "市直有关部门"], ["市督察办综合组"], "于2024年8月15日前"),
        ("整改方案", ["各责任单位"], ["市督察办"], "收到问题清单后10个工作日内"),
        ("整改进展", ["各县（市、区）督察办"], ["市督察办"], "每周四12时前"),
        (UNNAMED, ["市督察办"], ["市领导小组"], "于每周五"),
        ("验收结果", [], ["责任单位"], "于验收完成后5日内"),
    ]
    assert asked(issued) == {"handover-4:what", "handover-5:owner", "handover-office-市督察办"}
    assert drafted(issued, handover_4__what="整改周报").tasks[3].title == "向市领导小组报送整改周报"


def test_a_speech_about_reports_hands_in_nothing() -> None:
    assert rows(notice(*SPEECH)) == [] and asked(notice(*SPEECH)) == set()


@pytest.mark.parametrize("lines", ALL)
def test_every_name_and_limit_stands_in_the_printed_sentence(lines: tuple[str, ...]) -> None:
    """Nothing is invented: what is given as printed is in the sentence, what is not printed is asked."""
    issued = notice(*lines)
    for one in issued.part.handovers:
        for name in [*one.receivers, *(one.owners if one.origins["owners"] == Origin.PRINTED else [])]:
            assert name in one.sentence
        if one.origins.get("deadline") == Origin.PRINTED:
            assert one.limit_text in one.sentence
        for part, missing in (("owner", not one.owners), ("to", not one.receivers)):
            assert (f"handover-{one.no}:{part}" in asked(issued)) == (missing and one.kept)


def test_an_owner_named_once_in_the_paragraph_is_carried_only_where_it_stands_for_the_units() -> None:
    units = notice("某县〔2025〕1号", "各单位要做好统计。统计后，于5月1日前将统计表报送县统计局。").part.handovers[0]
    assert (units.owners, units.origins["owners"]) == (["各单位"], Origin.INHERITED)
    single = notice("某县〔2025〕1号", "县统计局要做好汇总。请于5月1日前将统计表报送县统计局。").part.handovers[0]
    assert (single.owners, single.origins["owners"]) == ([], Origin.AMBIGUOUS)


def test_a_limit_beside_another_deed_is_asked() -> None:
    issued = notice("某县〔2025〕1号", "各乡镇要在6月1日前完成清理，并将清理结果报送县司法局。")
    (one,) = issued.part.handovers
    assert one.origins["deadline"] == Origin.AMBIGUOUS
    doubt = next(doubt for doubt in issued.part.doubts if doubt.key == "handover-1:limit")
    assert doubt.choices == ("2025-06-01", LEAVE)
    assert drafted(issued).tasks[0].due == date(2025, 6, 1)
    assert drafted(issued, handover_1__limit=LEAVE).tasks[0].limit == ""


def test_a_short_name_may_be_the_office_and_the_answer_decides() -> None:
    lines = ("某市依法治市委员会办公室", "某治〔2025〕1号", "督察方案", "一、工作安排",
             "（一）实地督察阶段（6月1日至6月20日）。市依法治市办在6月25日前形成督察报告，报市委依法治市委员会。")
    issued = notice(*lines)
    key = "handover-office-市依法治市办"
    assert asked(issued) == {key}
    (ours,) = drafted(issued).deliverables
    assert (ours.owner, ours.kind, ours.due) == ("office", K.INSPECTION_REPORT, date(2025, 6, 25))
    given = {doubt.key: doubt.choices[0] if doubt.choices else LEAVE for doubt in issued.part.doubts}
    other = as_draft(issued, given | {key: "是另一个单位"})
    assert not other.deliverables and other.tasks[0].responsible == ["市依法治市办"]


def test_the_json_has_them_beside_the_promised_keys() -> None:
    found = issued_json([notice(*COUNTY)])
    assert [one["title"] for one in found["handovers"]] == [one.title for one in notice(*COUNTY).part.handovers]
    assert [doubt["key"] for doubt in found["doubts"] if doubt["key"].startswith("handover-")] == [
        "handover-3:to", "handover-5:to", "handover-6:owner",
    ]
    assert "handovers" not in issued_json([notice(*SPEECH)])


YEARLY = (
    "某县〔2025〕1号", "一、检查内容",
    "（一）培训。培训应贯穿全年且不低于20个学时。能及时处理投诉。证件遗失的能第一时间登报声明。",
    "（二）备案。县司法局及时登记建档。", "二、方法步骤", "（一）整改阶段。要求被检查单位在规定时间内整改完毕。",
)


def yearly() -> Issued:
    """A yearly system has a schedule of visits; its standing duties stand in the text around it."""
    rows_ = [["时间", "时间", "受检单位"], ["三月", "第一周", "甲局"], ["", "第二周", "乙局"]]
    cells = [[Slot(text, y, x) for x, text in enumerate(row_, 1)] for y, row_ in enumerate(rows_, 1)]
    lines = [Line(text, n) for n, text in enumerate(YEARLY, 1)]
    return read_one(Document("自拟.docx", "cd" * 32, [*lines, Table(1, cells, 3)]))


def test_standing_duties_of_a_yearly_system_are_offered_and_never_forced() -> None:
    issued = yearly()
    assert len(issued.part.slots) == 2
    duties = [one for one in issued.part.handovers if one.deed]
    assert [(one.owners, one.limit_text) for one in duties] == [
        ([], "贯穿全年且不低于20个学时"), ([], "第一时间"), (["县司法局"], "及时"), (["被检查单位"], "规定时间内"),
    ]
    kept = drafted(issued, handover_1__owner=NO_TASK, handover_2__owner=NO_TASK, handover_4__keep=NO_TASK)
    assert [(task.section, task.responsible, task.limit) for task in kept.tasks] == [("常设义务", ["县司法局"], "及时")]


def test_a_plan_that_is_no_yearly_system_has_no_standing_duties() -> None:
    assert not [one for one in notice(*YEARLY).part.handovers if one.deed]


@pytest.mark.parametrize(("clause", "who", "what", "to"), [
    ("各科室应将台账报送县局办公室", ["各科室"], "台账", ["县局办公室"]),
    ("市财政局向市政府和市委报送月报表", ["市财政局"], "月报表", ["市政府", "市委"]),
    ("整改结果报县委依法治县办", [], "整改结果", ["县委依法治县办"]),
    ("提交自查总结至县教育局", [], "自查总结", ["县教育局"]),
])
def test_clauses_that_hand_in(clause: str, who: list[str], what: str, to: list[str]) -> None:
    found = hit(clause)
    assert found is not None and (found.who, found.what, found.to) == (who, what, to)


@pytest.mark.parametrize("clause", [
    "报告的形成要有依据", "做好信息填报工作", "举报电话向社会公布", "向群众通报情况说明", "报名参加培训",
    "情报部门要加强研判", "不得将材料报送县政府", "听取县司法局汇报", "关于报送总结的通知",
    "完善报送制度", "加强与上级部门沟通",
])
def test_clauses_that_hand_in_nothing(clause: str) -> None:
    assert hit(clause) is None


@pytest.mark.parametrize(("clause", "limit"), [
    ("请于2025年5月20日（周二）前报送", "于2025年5月20日（周二）前"), ("不迟于6月1日报送", "不迟于6月1日"),
    ("每季度末月25日前报送", "每季度末月25日前"), ("自印发之日起十日内", "自印发之日起十日内"),
    ("确保省级验收之前", "省级验收之前"), ("加强领导", ""),
])
def test_printed_limits(clause: str, limit: str) -> None:
    assert limit_of(clause)[0] == limit


@given(st.text("各县区市委办局于将向报送告至前日月5、，（）和自查整改方案组在", max_size=40))
@settings(max_examples=300, deadline=None)
def test_any_words_are_read_without_an_error(text: str) -> None:
    found = hit(text)
    assert found is None or all(bodies(name) for name in found.to)
    stage = "一、安排", "（一）自查阶段（3月底前）。"
    issued = notice("某县〔2025〕1号", *stage, text + "。", text, "二、督察对象", text + "。", text)
    keys = [doubt.key for doubt in issued.part.doubts]
    assert len(set(keys)) == len(keys)
    as_draft(issued, {doubt.key: doubt.choices[0] if doubt.choices else LEAVE for doubt in issued.part.doubts})


def test_what_is_drawn_up_and_handed_in_at_once_and_what_counts_on_from_the_same_event() -> None:
    issued = notice(
        "某县〔2026〕3号", "各有关单位：", "二、工作步骤", "（一）自查阶段（12月1日至12月5日）。各单位自查。",
        "各牵头单位请于12月10日前将工作方案报县委依法治县办。",
        "（二）整改阶段（12月6日至12月31日）。自收到反馈意见之日起5个工作日内制定整改方案并报县委依法治县办，"
        "30日内报送整改情况报告。",
    )
    found = [(one.title, one.owners, one.limit_text) for one in issued.part.handovers]
    assert found == [
        ("工作方案", ["各牵头单位"], "于12月10日前"), ("整改方案", [], "自收到反馈意见之日起5个工作日内"),
        ("整改情况报告", [], "自收到反馈意见之日起30日内"),
    ]
    asked = {doubt.key: doubt.choices for doubt in issued.part.doubts}
    assert asked["handover-3:limit"][0] == "自收到反馈意见之日起30日内"
