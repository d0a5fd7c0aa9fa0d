"""X9: 加分扣分建议 rest on findings of the unit, another person decides, the paper lists each with its findings."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from docx import Document
from sqlmodel import select

from actions.paper import issue_paper, look
from actions.points import bases_of, decide, draft_points_paper, propose
from actions.rectify import Acting, move_problem
from actions.score import keep_answer, set_scorers
from models.base import Conflict, NotAllowed, Rejected
from models.event import Event
from models.paper import PointsProposal
from models.problem import Problem
from models.words import Move
from tests.on_site import LEAD, SECOND, VISITED, crew, trip, who

FULL = {"level-0": "1", "level-1": "1", "level-2": "1"}


@pytest.fixture
def scored(puyang: Callable):
    """Two units; the first was visited, one item scored down for a reason, one problem found; one at the second."""
    running = puyang(units=2)
    with running.on(date(2020, 8, 7)) as session:
        crew(running, session)
        trip(running, session)
    with running.on(VISITED) as session:
        visit = trip(running, session)
        keep_answer(session, who(session, LEAD), visit, "party-1", 0,
                    {"count-0": "1", "level-1": "1", "level-2": "1", "reason": "只听取1次"})
        running.find(session, 0), running.find(session, 1, title="别家问题")
    return running


def bases(running, session, position: int = 0) -> list[str]:
    return [one.key for one in bases_of(session, running.cycle_id, running.unit(session, position).id)]


def put(running, session, login: str = "jingban", points: float = -1.5, **more) -> PointsProposal:
    actor, unit = who(session, login), running.unit(session)
    found, reason = more.get("findings", bases(running, session)), more.get("reason", "会议偏少")
    return propose(session, actor, running.cycle_id, unit, points, reason, found)


def test_x9_a_proposal_keeps_the_findings_it_rests_on_and_a_second_click_finds_it(scored) -> None:
    """each proposal lists its findings."""
    with scored.on(VISITED) as session:
        row = put(scored, session)
        assert put(scored, session).id == row.id
        said = [one["said"] for one in row.findings]
        assert said[0] == "问题1　档案缺失（已发现）" and said[1].endswith("只听取1次") and "第1项" in said[1]
        (event,) = session.exec(select(Event).where(Event.verb == "提出加分扣分建议")).all()
        assert (event.data["points"], event.data["findings"]) == (-1.5, said)


@pytest.mark.parametrize(("change", "why"), [
    ({"points": 0}, "大于0"), ({"points": 100.5}, "不超过100分"), ({"points": 1.25}, "一位小数"),
    ({"points": float("nan")}, "大于0"), ({"reason": " "}, "写明加分、扣分的理由"), ({"findings": []}, "至少选择一项"),
    ({"findings": ["problem:00000000-0000-4000-8000-000000000000"]}, "不属于该单位"),
    ({"reason": "长" * 1001}, "1000字"),
])
def test_x9_no_proposal_without_points_reason_and_findings(scored, change: dict, why: str) -> None:
    with scored.on(VISITED) as session, pytest.raises(Rejected, match=why):
        put(scored, session, **change)


def test_x9_a_finding_of_another_unit_is_no_basis(scored) -> None:
    with scored.on(VISITED) as session, pytest.raises(Rejected, match="不属于该单位"):
        put(scored, session, findings=bases(scored, session, 1))


def test_x9_the_lead_of_the_team_that_went_may_propose_a_member_or_another_lead_may_not(scored) -> None:
    with scored.on(VISITED) as session:
        assert put(scored, session, LEAD).proposed_by
        with pytest.raises(NotAllowed, match="须由办公室或督察"):
            put(scored, session, SECOND)
        with pytest.raises(NotAllowed, match="提出加分扣分建议须由"):
            put(scored, session, "lingdao")


def test_x9_another_person_decides_once_and_a_refusal_says_why(scored) -> None:
    """signed proposal: who proposed does not decide."""
    with scored.on(VISITED) as session:
        own = put(scored, session, "zhuren")
        with pytest.raises(NotAllowed, match="须由另一人审定"):
            decide(session, who(session, "zhuren"), own, 1, True)
        with pytest.raises(NotAllowed):
            decide(session, who(session, "jingban"), own, 1, True)
        with pytest.raises(Rejected, match="不同意的，须写明理由"):
            decide(session, who(session, "lingdao"), own, 1, False, " ")
        decide(session, who(session, "lingdao"), own, 1, False, "依据不足")
        assert (own.state, own.decision, own.decided_by) == ("refused", "依据不足", who(session, "lingdao").name)
        with pytest.raises(Conflict, match="未同意，无须再审"):
            decide(session, who(session, "lingdao"), own, 2, True)
        other = put(scored, session)
        with pytest.raises(Conflict, match="已被他人处理"):
            decide(session, who(session, "lingdao"), other, 7, True)


def test_x9_what_no_longer_stands_is_not_agreed_to(scored) -> None:
    with scored.on(VISITED) as session:
        row, visit = put(scored, session), trip(scored, session)
        keep_answer(session, who(session, LEAD), visit, "party-1", 1, FULL)
        with pytest.raises(NotAllowed, match="已撤销或改动"):
            decide(session, who(session, "lingdao"), row, 1, True)
        problem = session.exec(select(Problem).where(Problem.title == "档案缺失")).one()
        again = put(scored, session, findings=[f"problem:{problem.id}"])
        move_problem(session, scored.actor("jingban"), problem, Acting(Move.WITHDRAW, problem.version, "查无实据"))
        with pytest.raises(NotAllowed, match="问题1"):
            decide(session, who(session, "lingdao"), again, 1, True)


def test_x9_of_two_scorers_nothing_is_a_basis_before_both_are_in(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(date(2020, 8, 7)) as session:
        crew(running, session)
        set_scorers(session, running.actor("jingban"), trip(running, session), 2)
    with running.on(VISITED) as session:
        keep_answer(session, who(session, LEAD), trip(running, session), "party-2", 0, FULL)
        assert bases(running, session) == []


def test_x9_the_paper_lists_each_proposal_agreed_to_with_its_findings_and_a_line_to_sign(scored) -> None:
    """ResultReport: signed proposal; each proposal lists its findings."""
    with scored.on(VISITED) as session:
        clerk, head, leader = (who(session, login) for login in ("jingban", "zhuren", "lingdao"))
        row, other = put(scored, session), put(scored, session, points=2, reason="整改快")
        with pytest.raises(Rejected, match="尚无已同意"):
            draft_points_paper(session, clerk, scored.cycle(session), "县主管领导")
        decide(session, head, row, 1, True)
        decide(session, leader, other, 1, False, "不宜加分")
        paper = draft_points_paper(session, clerk, scored.cycle(session), "县主管领导")
        issued = issue_paper(session, leader, paper, paper.row_version)
        document = Document(io.BytesIO(look(session, issued)))
        lines = [one.text for one in document.paragraphs if one.text]
        assert "县主管领导：" in lines and f"1. {scored.unit(session).name}：建议扣1.5分" in lines
        assert [line[4:] for line in lines if line.startswith("依据")] == [one["said"] for one in row.findings]
        assert any("审批意见（签字）" in line for line in lines) and not any("整改快" in line for line in lines)
        assert any("自查" in line and "2个单位中0个完成" in line for line in lines)
        table = [[cell.text for cell in one.cells] for one in document.tables[0].rows]
        assert table[0] == ["单位", "打分及检查情况", "问题（个）", "已销号（个）"]
        assert [one[0] for one in table[1:]] == [unit.name for unit in scored.units(session)]
        assert table[1][1].startswith("得") and table[1][2:] == ["1", "0"]
        assert not any("{" in line for line in lines) and issued.number
        with pytest.raises(NotAllowed):
            draft_points_paper(session, replace(clerk, role="inspector"), scored.cycle(session), "县主管领导")
