"""An issued inspection plan of five stages, from the uploaded .docx to notices: who hands in what to whom by when."""

from collections.abc import Iterator
from datetime import date, time
from pathlib import Path

import docx
import pytest
from sqlmodel import select

from actions.open_cycle import Opening
from commands.papers_in import draft_of
from commands.rehearse import launch, notices, play, stage, summary
from commands.sample_units import demo_rows
from commands.script import Script
from config import clock
from models.cycle import Assignment
from models.database import transaction
from models.plan import Deliverable, Plan
from models.words import AssignmentKind as K
from models.words import StageKind as S
from plans.answered.said import LEAVE
from plans.answers import Answers
from plans.draft import PlanDraft
from plans.issued import Issued
from plans.issued_draft import as_draft
from plans.reader import read_path
from plans.readers.handover.doubts import DROP, NOBODY
from plans.readers.target.doubts import NO_SHEET

SOURCE = Path(__file__).resolve().parents[3] / "shared" / "sources" / "puyang-2020.docx"
OWN = (
    "某市依法治市办公室文件", "某治市办〔2020〕3号", "关于印发《某市法治督察方案》的通知",
    "各县（区）委，开发区党工委，市直各部门：", "2020年7月1日", "某市法治督察方案",
    "某省依法治省办计划于今年8月20日至9月10日对我市实施法治督察。",
    "一、组织方式", "由市依法治市办会同市司法局，对县（区）、开发区、市直部门履行职责情况开展督察。",
    "二、时间安排", "共分五个阶段。",
    "（一）组织筹备阶段（7月31日前）。拟定细则。",
    "（二）自查阶段（8月1日至8月10日）。各地各部门要逐条对照。查完后，形成自查报告，附问题清单。"
    "问题部分不少于全文篇幅的60%，于8月10日之前报市依法治市办。",
    "（三）实地督察阶段（8月11日至8月20日）。市依法治市办会同市司法局，组成督察组，对各地各部门开展督察。"
    "督察结束后，现场对督察情况进行反馈。各督察组在8月25日前向市依法治市办提交报告。"
    "市依法治市办汇总形成督察报告，报市委依法治市委员会。",
    "（四）反馈整改阶段（8月25日至9月5日）。市依法治市办向被督察单位正式反馈，印发督察反馈意见。"
    "被督察单位要在9月5日前向市依法治市办报送整改报告。",
    "（五）迎接督察阶段（具体时间待定）。做好配合。",
    "三、工作要求", "（一）抓好整改。各地各部门要逐项补齐。对问题，分类制定整改方案，确保中央督察之前全部到位。",
)


def own_paper(folder: Path) -> Path:
    """A .docx of our own with the structure of the issued one."""
    document, path = docx.Document(), folder / "own.docx"
    for text in OWN:
        document.add_paragraph(text)
    for office in ("党委", "政府"):
        document.add_paragraph(f"某市{office}主要负责人履职打分表")
        document.add_paragraph(f"责任人：县（区）{office}主要负责人")
        table = document.add_table(2, 6)
        rows = (
            ("主要职责", "工作任务", "落实单位", "检查标准", "得分（分）", "备注"),
            ("1.统筹", f"1.{office}每年研究法治工作。（5分）", "县（区）办公室", "已研究得5分，未研究不得分。", "", ""),
        )
        for y, row in enumerate(rows):
            for x, text in enumerate(row):
                table.cell(y, x).text = text
    document.save(str(path))
    return path


@pytest.fixture(params=["own", "issued"])
def paper(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    if request.param == "own":
        return own_paper(tmp_path)
    if not SOURCE.exists():
        pytest.skip("the issued puyang-2020.docx is not beside this checkout: only the paper of our own is read")
    return SOURCE


def answers(issued: Issued, **changed: str) -> dict[str, str]:
    """Every proposal taken, but where `changed` answers a question otherwise (its key ends with the name)."""
    given = {doubt.key: doubt.choices[0] if doubt.choices else LEAVE for doubt in issued.part.doubts}
    given |= {key: answer for key, answer in (("head-issued_on", "2020-07-20"),) if key in given}
    for name, answer in changed.items():
        (key,) = [key for key in given if key.endswith(name.replace("__", ":"))]
        given[key] = answer
    return given


def read_one(paper: Path) -> Issued:
    (issued,) = read_path(str(paper))
    return issued


def by_kind(draft: PlanDraft) -> dict[K, tuple[str, str | None, date | None]]:
    return {item.kind: (item.owner, item.to, item.due) for item in draft.deliverables}


def test_seven_hand_overs_are_read_with_their_days_and_sides(paper: Path) -> None:
    read = read_one(paper).part.handovers
    titles = [one.title[:4] for one in read]
    assert titles == ["自查报告", "现场反馈", "督察组报", "督察报告", "督察反馈", "整改报告", "整改方案"]
    dues = [one.deadline.due if one.deadline else None for one in read]
    assert dues == [date(2020, 8, 10), None, date(2020, 8, 25), None, date(2020, 9, 5), date(2020, 9, 5), None]
    assert [one.owners for one in read] == [
        ["各地各部门"], [], ["各督察组"], [read[3].owners[0]], [read[4].owners[0]], ["被督察单位"], ["各地各部门"],
    ]
    assert [one.stage for one in read] == [2, 3, 3, 3, 4, 4, 4]
    assert read[0].attachments == ["问题清单"]
    assert read[6].deadline is not None and (read[6].deadline.anchor, read[6].deadline.before) == ("中央督察", True)


def test_what_is_not_printed_is_asked_and_nothing_else(paper: Path) -> None:
    asked = {doubt.key.partition("-")[2] for doubt in read_one(paper).part.doubts if doubt.key.startswith("handover-")}
    assert {key for key in asked if not key.startswith("office-")} == {"2:owner", "2:to", "4:limit", "7:to"}
    assert len(asked) == 5  # and whether the short name is the issuing office's own


def test_the_higher_inspection_is_a_window_and_no_stage(paper: Path) -> None:
    issued = read_one(paper)
    (window,) = as_draft(issued, answers(issued)).windows
    assert (window.start, window.end) == (date(2020, 8, 20), date(2020, 9, 10))
    assert len(issued.part.stages) == 5


def test_the_draft_holds_each_of_them_once(paper: Path) -> None:
    issued = read_one(paper)
    found = by_kind(as_draft(issued, answers(issued)))
    office = found[K.SELF_CHECK_REPORT][1]
    assert found[K.SELF_CHECK_REPORT] == ("units", office, date(2020, 8, 10))
    assert found[K.TEAM_REPORT] == ("teams", office, date(2020, 8, 25))
    assert found[K.RECT_REPORT] == ("units", office, date(2020, 9, 5))
    assert found[K.INSPECTION_REPORT][0] == found[K.FEEDBACK_LETTER][0] == "office"
    assert found[K.ON_SITE_FEEDBACK][0] == "teams"
    assert set(found) == {
        K.SELF_CHECK_REPORT, K.TEAM_REPORT, K.RECT_REPORT, K.INSPECTION_REPORT, K.FEEDBACK_LETTER, K.ON_SITE_FEEDBACK,
        K.RECT_PLAN, K.GOAL,
    }


def test_answers_change_the_draft(paper: Path) -> None:
    issued = read_one(paper)
    taken = {doubt.key for doubt in issued.part.doubts}
    sheets = next(key for key in taken if key.startswith("target-sheets-") and "部门" in key)
    changed = as_draft(issued, answers(issued, **{
        "handover-4__limit": "2020-08-24", "handover-7__to": "市委督察室", "handover-2__owner": DROP, sheets: NO_SHEET,
    }))
    kinds = by_kind(changed)
    assert kinds[K.INSPECTION_REPORT][2] == date(2020, 8, 24)
    assert kinds[K.RECT_PLAN][1] == "市委督察室"
    assert K.ON_SITE_FEEDBACK not in kinds
    assert next(one for one in changed.subjects if one.code == "department").sheets == []
    proposed = as_draft(issued, answers(issued))
    assert by_kind(proposed)[K.RECT_PLAN][1] is None and answers(issued)["handover-7:to"] == NOBODY
    assert next(one for one in proposed.subjects if one.code == "department").sheets == ["sheet-1", "sheet-2"]


def test_while_nobody_says_who_owes_it_the_draft_leaves_it_out(paper: Path) -> None:
    issued = read_one(paper)
    given = answers(issued)
    del given["handover-2:owner"]
    assert K.ON_SITE_FEEDBACK not in by_kind(as_draft(issued, given))


@pytest.fixture
def draft(paper: Path) -> Iterator[PlanDraft]:
    given = answers(read_one(paper))
    found, _ = draft_of(str(paper), Answers(choices=given))
    yield found


def test_adopted_and_opened_every_unit_owes_its_reports_by_the_printed_days(draft: PlanDraft, people, bind) -> None:
    noon = clock.at_time(date(2020, 7, 24), time(9))
    with clock.jumped_to(noon):
        cycle_id = launch(bind, people, draft, demo_rows(3), Opening())
    with transaction(bind) as session:
        plan = session.exec(select(Plan)).one()
        printed = {row.kind: row for row in session.exec(select(Deliverable).where(Deliverable.plan_id == plan.id))}
        assert printed[K.TEAM_REPORT].stage == S.ON_SITE_CHECK
        owed = session.exec(select(Assignment).where(Assignment.cycle_id == cycle_id)).all()
        dues = {kind: [item.due_on for item in owed if item.kind == kind] for kind in printed}
        assert dues[K.SELF_CHECK_REPORT] == [date(2020, 8, 10)] * 3
        assert dues[K.TEAM_REPORT] == [date(2020, 8, 25)]
        assert dues[K.RECT_REPORT] == [date(2020, 9, 5)] * 3
        assert dues[K.FEEDBACK_LETTER] == [None]
        assert len([item for item in owed if item.kind == K.TASK]) == 3 * sum(len(one.items) for one in draft.sheets)


def test_rehearsed_it_reminds_of_the_reports_by_their_printed_days(draft: PlanDraft) -> None:
    with stage(draft, 3, date(2020, 7, 24), Script()) as theatre:
        for _ in play(theatre, date(2020, 7, 24), date(2020, 9, 8)):
            pass
        told = notices(theatre)
        outcome = summary(theatre, date(2020, 7, 24), date(2020, 9, 8), len(told))
    dues: dict[str, set[str]] = {}
    for one in told:
        dues.setdefault(one["about"], set()).add(one["due_on"])
    assert dues["自查报告"] == {"2020-08-10"}
    assert next(dues[about] for about in dues if about.startswith("督察组报告")) == {"2020-08-25"}
    assert dues["整改报告"] == {"2020-09-05"}
    assert outcome["chain"] == "完整"
    first = min(one["day"] for one in told if one["about"] == "自查报告")
    assert first == "2020-08-03"  # a week ahead
