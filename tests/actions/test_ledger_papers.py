"""整改台账 and 任务台账: every row as it is on record, totals that equal the ledger, one snapshot a day."""

from collections import Counter
from collections.abc import Callable
from datetime import date

import pytest
from sqlmodel import select

from actions.ledger_papers import make_rect_ledger, make_task_ledger
from actions.paper import issue_paper, look
from actions.rectify import Acting, move_problem
from models.base import NotAllowed, Rejected
from models.cycle import Cycle
from models.event import Event
from models.ledger import problem_item
from models.paper import Paper
from models.paper_words import PaperKind, PaperState
from models.plan import Plan, Task
from models.problem import Problem
from models.words import Move, ProblemState
from tests.actions.test_measure import TASKS, Desk, desk  # noqa: F401
from tests.actions.test_rectify import DAY, FULL, PROOF, issued, one, plan, to_verified  # noqa: F401
from tests.workbooks import merged_rows, notes_of, opened, sheets_of, xml

M = Move


def test_every_problem_stands_in_the_ledger_as_it_is_and_the_totals_are_the_ledgers(issued) -> None:  # noqa: F811
    with issued.on(DAY) as session:
        issued.find(session, 0, "=制度缺失")
        issued.find(session, 1, "台账不全")
    to_verified(issued)
    with issued.on(DAY) as session:
        cycle = issued.cycle(session)
        paper = make_rect_ledger(session, issued.actor("jingban"), cycle)
        rows = opened(session, paper, "整改台账")
        found = {row["序号"]: row for row in rows}
        known = session.exec(select(Problem)).all()
        assert sorted(found) == sorted(problem.no for problem in known)
        first, item = one(session), problem_item(session, one(session).id)
        row = found[first.no]
        assert (row["整改措施"], row["责任领导"], row["责任单位"], row["责任人"]) == (
            FULL["measure"], FULL["leader"], FULL["lead_unit"], FULL["person"])
        assert (row["原定时限"], row["现时限"]) == (item.first_due_on, item.due_on)
        assert (row["整改状态"], row["核实人"]) == ("已核实", first.verified_by)
        assert "〔2020〕1号" in row["反馈意见文号"]
        assert row["存在问题"] == "档案缺失：现场查看案卷时发现。" and row["来源"] == "实地督察发现"
        assert found[2]["存在问题"].startswith("=制度缺失") and found[2]["备注"] == "未反馈"
        counts = Counter(problem.state.label for problem in known)
        data = look(session, paper)
        said = "、".join(f"{state.label}{counts[state.label]}个" for state in ProblemState if counts[state.label])
        assert f"合计{len(known)}个问题：{said}。" in notes_of(data)
        totals = sheets_of(data)["按状态统计"][-1]
        assert totals[0] == "合计" and totals[-1] == len(known) and sum(totals[1:-1]) == len(known)
        assert 'ref="A4:A5"' in xml(data)  # both problems of the first unit under its one name


def test_look_back_and_close_out_stand_with_who_and_when(issued) -> None:  # noqa: F811
    to_verified(issued)
    with issued.on(date(2020, 8, 27)) as session:
        for login, move in (("zuzhang", M.LOOK_BACK_PASS), ("zhuren", M.CLOSE_OUT)):
            move_problem(session, issued.actor(login), one(session), Acting(move, one(session).version))
        row = opened(session, make_rect_ledger(session, issued.actor("jingban"), issued.cycle(session)))[0]
        assert "2020-08-27" in row["回头看"] and row["回头看"].endswith("，核查属实")
        assert (row["整改状态"], row["销号人"], row["销号日期"]) == (
            "已销号", issued.actor("zhuren").name, date(2020, 8, 27))


def test_the_same_data_of_one_day_is_one_paper_and_other_data_replaces_the_draft(issued) -> None:  # noqa: F811
    with issued.on(DAY) as session:
        clerk, cycle = issued.actor("jingban"), issued.cycle(session)
        first = make_rect_ledger(session, clerk, cycle)
        before, digest = look(session, first), first.digest
        events = len(session.exec(select(Event)).all())
        assert make_rect_ledger(session, clerk, cycle).id == first.id
        assert len(session.exec(select(Event)).all()) == events  # a second click leaves no trace and changes nothing
        issued.find(session, 1, "新问题")
        again = make_rect_ledger(session, clerk, cycle)
        assert (again.id, again.version, again.state) == (first.id, 1, PaperState.DRAFT) and again.digest != digest
        papers = session.exec(select(Paper).where(Paper.kind == PaperKind.RECT_LEDGER)).all()
        assert look(session, again) != before and len(papers) == 1
        sealed = [e.data["sha256"] for e in session.exec(select(Event).where(Event.verb == "生成整改台账"))]
        assert sealed == [digest, again.digest]
    with issued.on(date(2020, 8, 27)) as session:
        assert make_rect_ledger(session, clerk, issued.cycle(session)).id != first.id  # another day, another snapshot


def test_a_snapshot_does_not_change_with_the_data_and_may_be_handed_out_signed(issued) -> None:  # noqa: F811
    with issued.on(DAY) as session:
        clerk = issued.actor("jingban")
        paper = make_rect_ledger(session, clerk, issued.cycle(session))
        before = look(session, paper)
        one(session).title = "改过的标题"
        session.flush()
        assert look(session, paper) == before
        assert issue_paper(session, clerk, paper, paper.row_version).digest and look(session, paper) == before


def test_nobody_else_makes_one_and_none_is_made_of_nothing(puyang: Callable) -> None:
    running = puyang(1)
    with running.on(date(2020, 8, 3)) as session:
        for login in ("lingdao", "zuzhang"):
            with pytest.raises(NotAllowed, match="拟制公文须由"):
                make_rect_ledger(session, running.actor(login), running.cycle(session))
        with pytest.raises(Rejected, match="还没有登记问题"):
            make_rect_ledger(session, running.actor("jingban"), running.cycle(session))


def test_every_printed_item_is_in_the_task_ledger_with_how_far_units_have_come(puyang: Callable) -> None:
    running = puyang(2)
    with running.on(date(2020, 8, 10)) as session:
        running.hand_in(session, 0)
        cycle = running.cycle(session)
        plan_row = session.get_one(Plan, cycle.plan_id)
        rows = opened(session, make_task_ledger(session, running.actor("jingban"), plan_row, cycle))
        known = session.exec(select(Task).where(Task.plan_id == plan_row.id)).all()
        assert sorted(row["任务（主要措施）"] for row in rows) == sorted(task.title for task in known)
        assert {row["应办"] for row in rows} == {2} and {row["现时限"] for row in rows} == {date(2020, 8, 10)}
        assert all(running.unit(session).name in row["各单位办理情况"] for row in rows)
        printed = opened(session, make_task_ledger(session, running.actor("jingban"), plan_row))
        assert "应办" not in printed[0] and len(printed) == len(rows)


def test_a_measure_stands_with_lead_units_printed_limit_and_every_hand(desk: Desk) -> None:  # noqa: F811
    cycle_id = desk.open(*TASKS)
    with desk.on(date(2024, 8, 1)) as session:
        cycle = session.get_one(Cycle, cycle_id)
        paper = make_task_ledger(session, desk.head(), session.get_one(Plan, cycle.plan_id), cycle)
        rows = {row["序号"]: row for row in opened(session, paper)}
        assert list(rows) == ["1", "2", "3", "4", "5"] and not merged_rows(look(session, paper)) & {4, 5, 6, 7, 8}
        first = rows["1"]
        assert (first["牵头单位"], first["责任单位"]) == ("某县司法局", "各乡镇人民政府")
        assert (first["原文时限"], first["现时限"], first["应办"]) == ("2024年底前完成", date(2024, 12, 31), 3)
        assert "甲镇人民政府" in first["各单位办理情况"]
        assert (rows["5"]["现时限"], rows["5"]["原文时限"]) == (date(2023, 12, 31), "2023年已完成并长期坚持")
        parts = sum(row["应办"] for row in rows.values())
        assert f"分解到单位{parts:g}项，已办结0项" in notes_of(look(session, paper))
