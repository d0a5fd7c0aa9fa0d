"""打分表: the points that count, both scorers side by side, re-based totals; no points where the plan has none."""

from collections.abc import Callable
from typing import Any

import pytest

from actions import score
from actions.paper import look
from actions.score_lines import lines_of
from actions.score_paper import make_score_sheet
from models.base import NotAllowed, NotFound, Rejected
from models.paper_words import PaperKind
from models.plan import Plan
from models.score_ledger import plan_of_visit
from rules.score_sheet import sums
from tests.actions.test_score import FULL, Yard, listed, yard  # noqa: F401
from tests.on_site import LEAD, SECOND, who
from tests.workbooks import notes_of, sheets_of, table_of


def test_p16_p17_p18_each_standard_stands_with_points_deduction_and_reason_and_the_total_is_rebased(
    yard: Yard,  # noqa: F811
) -> None:
    with yard.at() as (session, visit):
        lead = who(session, LEAD)
        score.keep_answer(session, lead, visit, "party-3", 0, FULL)
        off = {"level-0": "1", "level-1": "2", "deduct-1": "1", "reason": "=研究不全面"}
        score.keep_answer(session, lead, visit, "government-9", 0, off)
        none = {"result": "not_applicable", "reason": "参照执行，无此职责"}
        score.keep_answer(session, lead, visit, "government-2", 0, none)
        paper = make_score_sheet(session, who(session, "jingban"), visit)
        data, lines = look(session, paper), lines_of(session, visit)
        counted = {one.sheet: one for one in sums(lines, score.counted(session, visit, lines))}
        for name, one in counted.items():
            clauses = [clause for line in lines if line.sheet == name for clause in line.clauses or ("",)]
            assert len(sheets_of(data)[name][3:]) > len(clauses)  # a row for each standard, then totals and signatures
            total = one.standing
            assert f"合计：得{total.raw:g}分，应计{total.base:g}分，得分率{total.percent:g}%。" in notes_of(data, name)
            assert f"尚有{one.items - one.done}项未评定" in notes_of(data, name)
        government = next(name for name in counted if "government-2" in {one.key for one in lines if one.sheet == name})
        rows = {row[0]: row for row in sheets_of(data)[government][3:] if row[0] in (2.0, 9.0)}
        head = sheets_of(data)[government][2]
        nine, two = (dict(zip(head, rows[no], strict=True)) for no in (9.0, 2.0))
        assert (nine["分值"], nine["得分"], nine["扣分理由或说明"]) == (4, 3, "=研究不全面")
        assert (two["得分"], two["扣分理由或说明"]) == ("不适用", "参照执行，无此职责")
        assert "不适用：第2项，不计入应计分值" in notes_of(data, government)
        assert "督察组组长（签字）" in notes_of(data, government)


def test_p16_what_cannot_be_read_in_the_paper_is_said_and_not_scored(yard: Yard) -> None:  # noqa: F811
    with yard.at() as (session, visit):
        score.keep_answer(session, who(session, LEAD), visit, "party-3", 0, FULL)
        data = look(session, make_score_sheet(session, who(session, "jingban"), visit))
        party = next(line.sheet for line in lines_of(session, visit) if line.key == "party-7")
        assert "原文残缺的部分不计分" in notes_of(data, party)
        assert any("原文残缺，不计分" in str(cell) for row in sheets_of(data)[party] for cell in row)


def nine(data: bytes) -> dict[str, Any]:
    return next(row for row in table_of(data) if row["序号"] == 9)


def test_two_scorers_stand_side_by_side_once_both_are_in(yard: Yard) -> None:  # noqa: F811
    with yard.at() as (session, visit):
        clerk = who(session, "jingban")
        score.set_scorers(session, clerk, visit, 2)
        for login, lost in ((LEAD, "1"), (SECOND, "2")):
            with pytest.raises(NotAllowed, match="尚未都交分"):
                make_score_sheet(session, clerk, visit)
            for line in lines_of(session, visit):
                fields = {"result": "not_applicable", "reason": "本次不查"}
                if line.key == "government-9":
                    fields = {"level-0": "1", "level-1": "2", "deduct-1": lost, "reason": "不全面"}
                score.keep_answer(session, who(session, login), visit, line.key, 0, fields)
            score.hand_in(session, who(session, login), visit)
        name = next(line.sheet for line in lines_of(session, visit) if line.key == "government-9")
        one, other = who(session, LEAD).name, who(session, SECOND).name
        row = nine(look(session, make_score_sheet(session, clerk, visit, name)))
        assert (row[f"{one}得分"], row[f"{other}得分"]) == (3, 2)
        assert (row["差异"], row["核定得分"]) == ("不同，待核定", "未评定")
        mine = {"level-0": "1", "level-1": "2", "deduct-1": "1.5"}
        score.settle(session, who(session, LEAD), visit, "government-9", 0, "own", "折中", mine)
        paper = make_score_sheet(session, clerk, visit, name)
        row = nine(look(session, paper))
        assert (row["差异"], row["核定得分"], row["核定理由"]) == ("不同，已核定", 2.5, "折中")
        assert list(sheets_of(look(session, paper))) == [name] and paper.kind == PaperKind.SCORE_SHEET


def test_nothing_scored_and_a_sheet_that_is_not_there_are_refused(yard: Yard) -> None:  # noqa: F811
    with yard.at() as (session, visit):
        with pytest.raises(Rejected, match="尚未打分"):
            make_score_sheet(session, who(session, "jingban"), visit)
        with pytest.raises(NotFound, match="没有这张打分表"):
            make_score_sheet(session, who(session, "jingban"), visit, "别的表")


def test_x5_x6_a_checklist_without_points_gives_counts_and_never_a_score(listed: Callable) -> None:  # noqa: F811
    at, _ = listed("xiayi-2023")
    with at() as (session, visit, lead):
        score.keep_answer(session, lead, visit, "checklist-brigade-4", 0, {"figure-0": "180"})
        for no in (1, 2):
            score.keep_answer(session, lead, visit, f"checklist-brigade-{no}", 0, {"result": "met"})
        name = next(line.sheet for line in lines_of(session, visit) if line.key == "checklist-brigade-4")
        data = look(session, make_score_sheet(session, who(session, "jingban"), visit, name))
        rows = table_of(data)
        assert len(rows) == 21 and [row["结果"] for row in rows].count("达标") == 2
        four = next(row for row in rows if row["序号"] == 4)
        assert (four["结果"], four["实测数据"]) == ("未达标", "办公面积180平方米") and "200" in four["数据要求"]
        text = notes_of(data)
        assert "合计21项：达标2项、部分达标0项、未达标1项、不适用0项。方案未设分值，只计数，不打分。" in text
        assert not any("得分" in str(cell) or "分值" in str(cell) for cell in sheets_of(data)[name[:31]][2])
        assert isinstance(plan_of_visit(session, visit), Plan)
