"""Xiayi 2023, what is looked at and what a township shows: the acceptance rows X3 to X6."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlmodel import select

from actions.rectify import ProblemReport, report_problem, submit_plan
from models.base import Rejected
from models.problem import Problem
from models.submission import Evidence
from models.words import AssignmentKind, ProblemState
from plans.document import Document, Line, Slot, Table
from plans.draft import PlanDraft
from plans.issued import Head
from plans.planfile import read_plan
from plans.readers.checklist import read_checklist
from plans.text import read_source
from rules.checklist import Line as Checked
from rules.checklist import Result, by_figures, counted, meets


@pytest.fixture(scope="module")
def xiayi() -> PlanDraft:
    return read_plan(read_source("xiayi-2023"))


def test_x3_six_heads_are_looked_at_and_whoever_asks_to_be_visited_need_not_upload(
    xiayi: PlanDraft, puyang: Callable
) -> None:
    heads = next(one for one in xiayi.checklists if one.code != "brigade")
    assert [item.no for item in heads.items] == [1, 2, 3, 4, 5, 6]
    assert all(any(word in item.title for item in heads.items) for word in ("笔记", "照片", "会议记录"))
    running = puyang(units=1)
    running.round(date(2020, 8, 25))
    with running.on(date(2020, 8, 25)) as session:
        running.find(session)
        running.letter(session)
        who, problem = running.speaks(session), session.exec(select(Problem)).one()
        fields = {"measure": "补齐", "leader": "甲", "lead_unit": "办公室", "person": "乙", "due_on": "2020-09-02"}
        submit_plan(session, who, running.cycle_id, running.unit(session).id, {problem.no: fields}, "plan")
        with pytest.raises(Rejected, match="须上传佐证材料，或注明“现场查看”"):
            report_problem(session, who, problem, problem.version, ProblemReport("已改"))
        report_problem(session, who, problem, problem.version, ProblemReport("已改", on_site=True))
        assert problem.state == ProblemState.REPORTED
        assert [row.name for row in session.exec(select(Evidence))] == ["现场查看"]


def test_x4_the_half_year_report_is_due_at_the_visit_and_names_who_reports(xiayi: PlanDraft) -> None:
    (report,) = [item for item in xiayi.deliverables if item.kind == AssignmentKind.SELF_CHECK_REPORT]
    assert (report.due, report.anchor, report.content["reporter"]) == (None, "visit", "政府主要负责人")


def test_x5_twenty_one_items_in_six_groups_and_180_square_metres_do_not_meet_200(xiayi: PlanDraft) -> None:
    found = next(one for one in xiayi.checklists if one.code == "brigade")
    groups: dict[str, int] = {}
    for item in found.items:
        groups[item.group] = groups.get(item.group, 0) + 1
    assert (len(found.items), list(groups.values())) == (21, [3, 3, 4, 3, 5, 3])
    office = next(item for item in found.items if item.thresholds)
    line = Checked(office.no, office.thresholds)
    assert [meets(office.thresholds[0], area) for area in (180, 200, 230.5)] == [False, True, True]
    assert by_figures(line, {"办公面积": 180}) == Result.NOT_MET
    assert by_figures(line, {"办公面积": 230}) == Result.MET  # the yard is asked for only of a building of their own
    assert by_figures(line, {"办公面积": 230, "配套院落": 150}) == Result.NOT_MET
    assert by_figures(line, {}) is None


def test_x5_a_blank_row_of_the_table_is_no_item() -> None:
    first, second = ("1", "硬件", "办公面积不低于200平方米"), ("2", "硬件", "有标牌")
    rows = [("序号", "项目", "检查标准"), first, ("", "", ""), second]
    table = Table(1, [[Slot(text, at, col) for col, text in enumerate(row, 1)] for at, row in enumerate(rows, 1)], 3)
    part = read_checklist(Document("a.docx", "0", [Line("检查标准", 1), table]), Head())
    assert [(item.no, item.text) for item in part.checklist] == [("1", "办公面积不低于200平方米"), ("2", "有标牌")]


def test_x6_a_list_without_points_gives_a_count_and_no_score(xiayi: PlanDraft) -> None:
    found = next(one for one in xiayi.checklists if one.code == "brigade")
    assert not xiayi.sheets and "points" not in type(found.items[0]).model_fields
    answers = {item.no: Result.MET for item in found.items} | {4: Result.NOT_MET, 6: Result.PARTLY}
    assert counted(answers) == {Result.MET: 19, Result.PARTLY: 1, Result.NOT_MET: 1, Result.NOT_APPLICABLE: 0}
