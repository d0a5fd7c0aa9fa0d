"""A team on site by its actions: who may, when, and everything that is refused."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, time
from typing import Any

import pytest
from sqlmodel import Session, select

from actions import findings, score, sign_off, team_report
from actions.adopt import adopt_plan
from actions.findings import Finding
from actions.keep_evidence import Upload
from actions.members import belongs, lead_only, set_members
from actions.record import Actor, broken_at
from actions.score_lines import lines_of
from actions.sign_off import Signed
from actions.submit import Report
from actions.visit import feed_back_on_site
from config import clock
from models.base import Conflict, NotAllowed, NotFound, Rejected
from models.cycle import Assignment, Team, Visit
from models.database import fetch
from models.event import Event
from models.office import User
from models.plan import Plan
from models.problem import Problem
from models.score import Score
from models.submission import Evidence
from models.unit import Unit
from models.words import AssignmentKind, AssignmentState, ProblemState, ScoreResult, VisitKind, VisitState
from plans.planfile import read_plan
from plans.text import read_source
from rules.score_sheet import sums
from tests.on_site import LEAD, OUTSIDER, SECOND, VISITED, crew, plan_trip, trip, who

FULL = {"level-0": "1", "level-1": "1"}


@dataclass
class Yard:
    running: Any

    @contextmanager
    def at(self, day: date = VISITED, hour: time = time(10)) -> Iterator[tuple[Session, Visit]]:
        with self.running.on(day, hour) as session:
            yield session, trip(self.running, session)


@pytest.fixture
def yard(puyang: Callable[..., Any]) -> Yard:
    running = puyang(2)
    with running.on(date(2020, 8, 7)) as session:
        crew(running, session)
        trip(running, session)
    return Yard(running)


def verbs(session: Session) -> list[str]:
    return [event.verb for event in session.exec(select(Event).order_by(Event.seq))]


def test_only_the_office_sets_members_and_only_people_who_go_out(yard: Yard) -> None:
    with yard.at() as (session, visit):
        team = session.get_one(Team, visit.team_id)
        leader = session.exec(select(User).where(User.login == "lingdao")).one()
        with pytest.raises(NotAllowed, match="办公室主任或经办人"):
            set_members(session, who(session, LEAD), team, [], None)
        with pytest.raises(Rejected, match="不能参加督察组"):
            set_members(session, who(session, "jingban"), team, [leader.id], leader.id)
        assert belongs(session, who(session, LEAD), team.id, leading=True)
        assert not belongs(session, who(session, SECOND), team.id, leading=True)
        set_members(session, who(session, "jingban"), team, [], None)
        assert not belongs(session, who(session, LEAD), team.id)


@pytest.mark.parametrize(("login", "why"), [(OUTSIDER, "您不是第一督察组成员"), ("lingdao", "须由督察组成员或办公室")])
def test_whoever_does_not_go_changes_nothing(yard: Yard, login: str, why: str) -> None:
    with yard.at() as (session, visit):
        actor, problem = who(session, login), Finding("问题", spot=True, note="改")
        acts: list[Callable[[], Any]] = [
            lambda: score.keep_answer(session, actor, visit, "party-3", 0, FULL),
            lambda: score.hand_in(session, actor, visit),
            lambda: score.keep_photo(session, actor, visit, "party-3", Upload("a.txt", b"x")),
            lambda: findings.note_finding(session, actor, visit, problem),
            lambda: sign_off.arrive(session, actor, visit),
            lambda: sign_off.sign_off(session, actor, visit, 1, Signed("a", "b", "c")),
            lambda: score.settle(session, actor, visit, "party-3", 0, "own", "x", {}),
        ]
        for act in acts:
            with pytest.raises(NotAllowed, match=why):
                act()
        assert not session.exec(select(Score)).first() and not session.exec(select(Problem)).first()


def test_nothing_is_done_before_the_day_after_the_cycle_or_at_a_visit_called_off(yard: Yard) -> None:
    with yard.at(date(2020, 8, 11)) as (session, visit), pytest.raises(NotAllowed, match="定于8月12日，尚未开始"):
        score.keep_answer(session, who(session, SECOND), visit, "party-3", 0, FULL)
    with yard.at() as (session, visit):
        visit.state = VisitState.CANCELLED
        with pytest.raises(NotAllowed, match="已取消"):
            score.keep_answer(session, who(session, SECOND), visit, "party-3", 0, FULL)


def test_an_answer_is_kept_by_version_and_leaves_an_event(yard: Yard) -> None:
    with yard.at() as (session, visit):
        actor = who(session, SECOND)
        row = score.keep_answer(session, actor, visit, "party-3", 0, FULL)
        assert (row.points, row.version, row.scorer, visit.state) == (4, 1, "team", VisitState.DONE)
        assert score.keep_answer(session, actor, visit, "party-3", 0, FULL).version == 1
        other = {**FULL, "level-1": "2", "reason": "未列入"}
        with pytest.raises(score.Overtaken, match="督察员乙刚刚改过此项") as told:
            score.keep_answer(session, who(session, LEAD), visit, "party-3", 0, other)
        assert told.value.theirs.points == 4
        assert score.keep_answer(session, who(session, LEAD), visit, "party-3", 1, other).points == 2
        assert score.keep_answer(session, actor, visit, "party-3", 2, {}).points is None  # taken back again
        with pytest.raises(NotFound, match="没有这一项"):
            score.keep_answer(session, actor, visit, "party-99", 0, FULL)
        assert verbs(session).count("打分") == 3 and "到场督察" in verbs(session)
        assert broken_at(session, visit.office_id) is None


def test_a_photo_is_kept_once_per_item(yard: Yard) -> None:
    with yard.at() as (session, visit):
        actor, photo = who(session, SECOND), Upload("记录.txt", "会议记录".encode())
        first = score.keep_photo(session, actor, visit, "party-1", photo)
        assert score.keep_photo(session, actor, visit, "party-1", photo).id == first.id
        assert score.keep_photo(session, actor, visit, "party-2", photo).id != first.id


def test_two_scorers_are_set_before_anybody_begins_and_a_third_is_refused(yard: Yard) -> None:
    with yard.at() as (session, visit):
        clerk = who(session, "jingban")
        with pytest.raises(Rejected, match="只能是一人"):
            score.set_scorers(session, clerk, visit, 3)
        with pytest.raises(NotAllowed, match="办公室主任或经办人"):
            score.set_scorers(session, who(session, LEAD), visit, 2)
        with pytest.raises(NotAllowed, match="无须单独交分"):
            score.hand_in(session, who(session, LEAD), visit)
        score.set_scorers(session, clerk, visit, 2)
        for login in (LEAD, SECOND):
            score.keep_answer(session, who(session, login), visit, "party-3", 0, FULL)
        with pytest.raises(NotAllowed, match="两人已确定"):
            score.keep_answer(session, clerk, visit, "party-3", 0, FULL)
        with pytest.raises(NotAllowed, match="已开始打分"):
            score.set_scorers(session, clerk, visit, 1)
        with pytest.raises(Rejected, match="还有56项没有答完"):
            score.hand_in(session, who(session, LEAD), visit)
        with pytest.raises(NotAllowed, match="两人都交分后"):
            score.settle(session, who(session, LEAD), visit, "party-3", 0, "own", "x", FULL)


def test_a_team_of_one_cannot_be_asked_for_two_scorers(yard: Yard) -> None:
    with yard.at() as (session, visit):
        lead = session.exec(select(User).where(User.login == LEAD)).one()
        set_members(session, who(session, "jingban"), session.get_one(Team, visit.team_id), [lead.id], lead.id)
        with pytest.raises(Rejected, match="不足两人"):
            score.set_scorers(session, who(session, "jingban"), visit, 2)


def test_the_lead_settles_by_an_own_answer_and_the_total_uses_it(yard: Yard) -> None:
    with yard.at() as (session, visit):
        score.set_scorers(session, who(session, "jingban"), visit, 2)
        for login in (LEAD, SECOND):
            for line in lines_of(session, visit):
                fields = {"result": "not_applicable", "reason": "本次不查"}
                if line.key == "government-9":
                    lost = "1" if login == LEAD else "2"
                    fields = {"level-0": "1", "level-1": "2", "deduct-1": lost, "reason": "不全面"}
                score.keep_answer(session, who(session, login), visit, line.key, 0, fields)
            score.hand_in(session, who(session, login), visit)
        lead, lines = who(session, LEAD), lines_of(session, visit)
        assert "government-9" not in score.counted(session, visit, lines)
        with pytest.raises(Rejected, match="请选择以谁的打分为准"):
            score.settle(session, lead, visit, "government-9", 0, "谁", "x", {})
        with pytest.raises(Rejected, match="扣分应在1至2分之间"):
            far = {"level-0": "1", "level-1": "2", "deduct-1": "3"}
            score.settle(session, lead, visit, "government-9", 0, "own", "x", far)
        with pytest.raises(Rejected, match="请填写核定的结果"):
            score.settle(session, lead, visit, "government-9", 0, "own", "x", {})
        mine = {"level-0": "1", "level-1": "2", "deduct-1": "1.5"}
        score.settle(session, lead, visit, "government-9", 0, "own", "折中", mine)
        with pytest.raises(score.Overtaken):  # a page from before that
            score.settle(session, lead, visit, "government-9", 0, "own", "再看", {**mine, "deduct-1": "2"})
        assert score.counted(session, visit, lines)["government-9"].points == 2.5
        assert team_report.score_words(lines, score.counted(session, visit, lines)) == "得2.5分（应计4分，折合62.5%）"


def test_on_the_spot_needs_proof_and_the_same_day(yard: Yard) -> None:
    with yard.at() as (session, visit):
        actor = who(session, SECOND)
        with pytest.raises(Rejected, match="立行立改须当场有佐证"):
            findings.note_finding(session, actor, visit, Finding("标牌未挂", spot=True))
        assert not session.exec(select(Problem)).first()
        problem = findings.note_finding(session, actor, visit, Finding("标牌未挂", "门口", "government-12"))
        assert findings.note_finding(session, actor, visit, Finding("标牌未挂", "门口")).id == problem.id
        with pytest.raises(Conflict, match="已被他人处理"):
            findings.fix_on_the_spot(session, actor, visit, problem, 9, "挂上", [])
        key = problem.id
    with yard.at(date(2020, 8, 13)) as (session, visit):
        problem = session.get_one(Problem, key)
        with pytest.raises(NotAllowed, match="登记于8月12日，立行立改须当日完成"):
            findings.fix_on_the_spot(session, who(session, SECOND), visit, problem, problem.version, "挂上", [])
        assert problem.state == ProblemState.FOUND
        bare = Finding("公示栏空白", spot=True, note="已张贴")
        second = findings.note_finding(session, who(session, SECOND), visit, bare)
        assert (second.state, second.result) == (ProblemState.CLOSED, "已张贴")
        with pytest.raises(NotAllowed, match="当前为“已销号”"):
            findings.fix_on_the_spot(session, who(session, SECOND), visit, second, second.version, "再改", [])
        other = trip(yard.running, session, 1)
        with pytest.raises(NotFound):
            findings.fix_on_the_spot(session, who(session, SECOND), other, problem, problem.version, "x", [])


def test_what_the_second_noting_adds_is_kept_and_the_same_words_of_another_item_are_another_problem(yard: Yard) -> None:
    with yard.at() as (session, visit):
        actor, photo = who(session, SECOND), Upload("记录.txt", "标牌".encode())
        first = findings.note_finding(session, actor, visit, Finding("标牌未挂", "门口", "government-12"))
        with pytest.raises(Conflict, match="同样的问题已登记"):
            findings.note_finding(session, actor, visit, Finding("标牌未挂", "门口", "party-13"))
        for _ in range(2):  # put right an hour later, noted again with its proof, and sent twice
            again = Finding("标牌未挂", "门口", "government-12", True, "已挂", [photo])
            second = findings.note_finding(session, actor, visit, again)
        assert (second.id, second.state, second.result) == (first.id, ProblemState.CLOSED, "已挂")
        assert [row.problem_id for row in session.exec(select(Evidence))] == [first.id]


def test_a_problem_belongs_to_the_visit_it_was_found_at(yard: Yard) -> None:
    with yard.at() as (session, visit):
        findings.note_finding(session, who(session, SECOND), visit, Finding("标牌未挂"))
        again = Visit(**{
            **visit.model_dump(exclude={"id", "assignment_id"}), "kind": VisitKind.SPOT,
            "start_on": date(2020, 8, 20), "end_on": date(2020, 8, 20), "state": VisitState.PLANNED,
        })
        session.add(again)
        session.flush()
        key, team = again.id, fetch(session, Team, visit.team_id)
    with yard.at(date(2020, 8, 20)) as (session, visit):
        findings.note_finding(session, who(session, SECOND), session.get_one(Visit, key), Finding("审查记录不全"))
        rows, _ = team_report.figures(session, team)
        assert [(row.day.day, row.found) for row in rows if row.found] == [(12, 1), (20, 1)]
        assert "审查记录不全" not in sign_off.proposed_sheet(session, visit)
        session.delete(session.get_one(Visit, key))
        visit.start_on = visit.end_on = date(2020, 8, 24)  # the team was there, and comes again to end it
        assert "标牌未挂" in sign_off.proposed_sheet(session, visit)


def test_what_was_put_right_on_the_spot_is_not_in_the_letter(yard: Yard) -> None:
    with yard.at() as (session, visit):
        findings.note_finding(session, who(session, SECOND), visit, Finding("标牌未挂", spot=True, note="已挂"))
        findings.note_finding(session, who(session, SECOND), visit, Finding("审查记录不全"))
        sheet = sign_off.proposed_sheet(session, visit)
        assert sheet.count("标牌未挂") == 1 and sheet.count("审查记录不全") == 1 and "其余1个问题" in sheet
    with yard.at(date(2020, 8, 26)) as (session, _):
        assert [row["title"] for row in yard.running.letter(session).content] == ["审查记录不全"]


def test_a_stale_sheet_is_not_signed_and_a_second_one_overwrites_nothing(yard: Yard) -> None:
    with yard.at() as (session, visit):
        actor, signed = who(session, LEAD), Signed("反馈", "负责人", "局长")
        with pytest.raises(Conflict, match="刚刚被他人改过"):
            sign_off.sign_off(session, actor, visit, visit.version + 1, signed)
        with pytest.raises(Rejected, match="职务"):
            sign_off.sign_off(session, actor, visit, visit.version, Signed("反馈", "负责人", " "))
        with pytest.raises(Rejected, match="签字"):
            sign_off.sign_off(session, actor, visit, visit.version, Signed("反馈", " ", "局长"))
        with pytest.raises(Rejected, match="内容与扩展名不符"):
            sign_off.sign_off(session, actor, visit, visit.version, Signed("反馈", "负责人", "局长", b"no picture"))
    with yard.at() as (session, visit):
        seen = visit.version
        sign_off.sign_off(session, who(session, LEAD), visit, seen, signed)
        sign_off.sign_off(session, who(session, LEAD), visit, seen, signed)
        with pytest.raises(Conflict, match="没有覆盖"):
            sign_off.sign_off(session, who(session, LEAD), visit, visit.version, Signed("另一份", "他人", "科长"))
        assert verbs(session).count("现场反馈") == 1


def test_p7_a_visit_closed_without_its_sheet_stays_open(yard: Yard) -> None:
    with yard.at() as (session, visit):
        sign_off.arrive(session, who(session, LEAD), visit)
        assert visit.state == VisitState.DONE
        item = session.get_one(Assignment, visit.assignment_id)
        assert item.state != AssignmentState.DONE
        feed_back_on_site(session, who(session, LEAD), visit, "反馈", "负责人")
        assert item.state == AssignmentState.DONE


def test_p8_the_report_is_the_leads_and_ends_when_the_office_takes_it(yard: Yard) -> None:
    with yard.at(date(2020, 8, 24)) as (session, visit):
        item = session.exec(select(Assignment).where(Assignment.kind == AssignmentKind.TEAM_REPORT)).one()
        lead, clerk = who(session, LEAD), who(session, "jingban")
        with pytest.raises(NotAllowed, match="须由第一督察组组长办理"):
            lead_only(session, who(session, SECOND), session.get_one(Team, visit.team_id), "报告")
        row = team_report.hand_in_report(session, lead, item, Report("n", "报告"))
        with pytest.raises(NotAllowed, match="办公室"):
            team_report.accept_report(session, lead, row)
        with pytest.raises(Conflict, match="正在审核"):
            team_report.hand_in_report(session, lead, item, Report("m", "又一份"))
        team_report.return_report(session, clerk, row, "缺原因")
        assert item.state == AssignmentState.RETURNED
        again = team_report.hand_in_report(session, lead, item, Report("m", "报告二"))
        team_report.accept_report(session, clerk, again)
        assert item.state == AssignmentState.DONE


@pytest.fixture
def listed(yard: Yard) -> Callable[[str], tuple[Any, Any]]:
    """A visit under another plan's checklists."""

    def go(plan: str) -> tuple[Any, Any]:
        @contextmanager
        def at() -> Iterator[tuple[Session, Visit, Actor]]:
            with clock.jumped_to(clock.at_time(VISITED)), yard.running.on(VISITED) as session:
                draft, clerk = read_plan(read_source(plan)), who(session, "jingban")
                plain = draft.model_copy(update={"slots": [], "groups": [], "tasks": []})
                adopted = adopt_plan(session, clerk, plain, plan)
                unit = session.exec(select(Unit)).first()
                yield session, plan_trip(session, clerk, adopted, unit, VISITED), who(session, LEAD)

        return at, plan

    return go


def test_x5_x6_180_square_metres_are_not_met_and_nothing_is_scored(listed: Callable) -> None:
    at, _ = listed("xiayi-2023")
    with at() as (session, visit, lead):
        assert len([line for line in lines_of(session, visit) if line.key.startswith("checklist-brigade")]) == 21
        row = score.keep_answer(session, lead, visit, "checklist-brigade-4", 0, {"figure-0": "180"})
        assert (row.result, row.points) == (ScoreResult.NOT_MET, None)
        with pytest.raises(Rejected, match="办公面积180平方米，要求不少于200平方米"):
            score.keep_answer(session, lead, visit, "checklist-brigade-4", 1, {"figure-0": "180", "result": "met"})
        for no in (1, 2):
            score.keep_answer(session, lead, visit, f"checklist-brigade-{no}", 0, {"result": "met"})
        lines = lines_of(session, visit)
        one = sums(lines, score.counted(session, visit, lines))[0]
        assert one.standing is None and (one.counts[ScoreResult.MET], one.counts[ScoreResult.NOT_MET]) == (2, 1)
        assert "分" not in team_report.score_words(lines, score.counted(session, visit, lines))


def test_l5_nine_heads_each_answered_or_not_applicable_by_the_printed_methods(listed: Callable) -> None:
    at, _ = listed("lushan-2021")
    with at() as (session, visit, lead):
        plan = session.exec(select(Plan).where(Plan.key == "lushan-2021")).one()
        assert plan.parts["methods"] == ["听取汇报", "查阅资料", "调阅案卷", "现场询问", "公共法律知识考核"]
        lines = lines_of(session, visit)
        assert [line.no for line in lines] == list(range(1, 10))
        with pytest.raises(Rejected, match="请写明理由"):
            score.keep_answer(session, lead, visit, lines[8].key, 0, {"result": "not_applicable"})
        given = {"result": "not_applicable", "reason": "上级没有另交任务"}
        score.keep_answer(session, lead, visit, lines[8].key, 0, given)
        with pytest.raises(Rejected, match="评为达标须填写“年度培训”"):
            score.keep_answer(session, lead, visit, lines[1].key, 0, {"result": "met"})
        assert score.keep_answer(session, lead, visit, lines[1].key, 0, {"figure-0": "20"}).result == ScoreResult.MET
