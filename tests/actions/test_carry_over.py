"""What a year leaves unfinished goes on in the next, whole; what was closed and comes back is named; goals follow."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time

import pytest
from sqlmodel import col, select

from actions.advance import close_cycle
from actions.carry_over import Carrying, asks_limit, carry_over, next_no, stamp_of, unfinished
from actions.enrol import enrol_units
from actions.look_back import Round, start_round
from actions.open_cycle import Opening
from actions.people import rename
from actions.problem import add_problem
from actions.record import Actor
from actions.rectify import Acting, ProblemReport, move_problem, report_problem, submit_plan
from actions.recurrence import decide_recurrence
from commands.rehearse import launch
from commands.sample_units import demo_rows
from config import clock
from models.base import Conflict, NotAllowed, Rejected
from models.board import board
from models.cycle import Assignment, Cycle, DeadlineVersion
from models.event import Event
from models.ledger import evidence_of, problem_item
from models.office import User
from models.paper_words import LookBackState, LookBackWay, RecurState
from models.problem import Letter, LookBack, Problem
from models.problem_story import lives_of, story_of
from models.recurrence_ledger import recurring, successor
from models.words import AssignmentKind, AssignmentState, Move, ProblemSource, ProblemState, StageKind
from rules.behalf import entered_name
from tests.conftest import Running

M, S = Move, ProblemState
DAY, LATER = date(2020, 8, 26), date(2020, 12, 30)
FULL = {"measure": "补齐", "leader": "分管负责人", "lead_unit": "办公室", "person": "科长", "category": "档案"}


@pytest.fixture
def year(puyang: Callable[..., Running]) -> Running:
    """Two units with three problems: one in rectification, one verified, one closed."""
    running = puyang(units=2)
    running.round(date(2020, 8, 25))
    with running.on(date(2020, 8, 25)) as session:
        for where, title in ((0, "档案缺失"), (0, "学法次数不足"), (1, "案卷超期")):
            running.find(session, where, title)
        running.letter(session, 0)
        running.letter(session, 1)
    with running.on(DAY) as session:
        for n, problem in enumerate(problems(session)):
            ours = Actor(problem.office_id, entered_name("联络员", "经办乙"), "unit", "链接", problem.unit_id)
            move_problem(session, ours, problem, Acting(M.PLAN, problem.version, changes=FULL))
            if n:
                report_problem(session, ours, problem, problem.version, ProblemReport("已改", on_site=True))
                step(running, session, problem, "jingban", M.VERIFY)
        step(running, session, problem, "zuzhang", M.LOOK_BACK_PASS)
        step(running, session, problem, "zhuren", M.CLOSE_OUT)
    return running


def problems(session, cycle_id=None) -> list[Problem]:
    found = select(Problem).order_by(col(Problem.no))
    return list(session.exec(found.where(Problem.cycle_id == cycle_id) if cycle_id else found))


def step(running: Running, session, problem: Problem, login: str, move: Move, **more) -> None:
    move_problem(session, running.actor(login), problem, Acting(move, problem.version, **more))


def next_year(running: Running, draft, units: int = 2):
    with clock.jumped_to(clock.at_time(LATER, time(8, 30))):
        opening = Opening(title="2021年督察", shift_days=364)
        return launch(running.bind, running.people, draft, demo_rows(units), opening)


def carry(running: Running, session, other, login: str = "jingban", **changes) -> list[Problem]:
    rows = unfinished(session, running.cycle_id)
    limits = {p.id: date(2021, 3, 31) for p, _, item in rows if asks_limit(item)}
    wish = Carrying(**({"reason": "跨年工程", "limits": limits, "seen": stamp_of(rows)} | changes))
    return carry_over(session, running.actor(login), running.cycle(session), session.get_one(Cycle, other), wish)


def test_a_cycle_with_unfinished_problems_ends_once_they_are_carried_over(year: Running, draft) -> None:
    other = next_year(year, draft)
    with year.on(LATER) as session:
        with pytest.raises(Conflict, match="还有2个问题未销号，不能结束本周期；确须结束的，请先结转下年度"):
            close_cycle(session, year.actor("zhuren"), year.cycle(session), LATER)
        carry(year, session, other)
        close_cycle(session, year.actor("zhuren"), year.cycle(session), LATER)
        assert [p.state for p in problems(session, year.cycle_id)] == [S.CARRIED, S.CARRIED, S.CLOSED]
        assert [(p.no, p.state) for p in problems(session, other)] == [(1, S.PLANNED), (2, S.VERIFIED)]
        assert next_no(session, session.get_one(Cycle, other)) == 3


def test_the_successor_keeps_letter_limits_files_and_history(year: Running, draft) -> None:
    other = next_year(year, draft)
    with year.on(LATER) as session:
        old = problems(session, year.cycle_id)[0]
        was = problem_item(session, old.id)
        new, verified = carry(year, session, other)
        now = problem_item(session, new.id)
        assert (new.carried_from, new.letter_id, new.measure) == (old.id, old.letter_id, "补齐")
        assert session.get_one(Letter, new.letter_id).cycle_id == year.cycle_id
        assert (now.first_due_on, now.due_on) == (was.first_due_on, date(2021, 3, 31))
        assert now.because == "结转下年度：跨年工程" and was.state == AssignmentState.CANCELLED
        version = session.exec(select(DeadlineVersion).where(DeadlineVersion.assignment_id == now.id)).one()
        assert (version.version, version.old_due_on) == (2, date(2020, 9, 5))
        assert [file.name for file in evidence_of(session, problem_id=verified.id)] == ["现场查看"]
        lives = lives_of(story_of(session, new, now, []))
        assert [life.chapters[0].event.verb for life in lives] == ["登记问题", "结转列入"]
        assert successor(session, old.id)[0].id == new.id
        cell = board(session, year.cycle_id)[old.unit_id][StageKind.LOOK_BACK]
        assert cell.total == 0


def test_a_clerk_who_entered_for_the_unit_does_not_verify_after_the_carry_over_either(year: Running, draft) -> None:
    other = next_year(year, draft)
    with year.on(LATER) as session:
        problem = problems(session, year.cycle_id)[0]
        ours = Actor(problem.office_id, entered_name("联络员", "经办乙"), "unit", "链接", problem.unit_id)
        due = problem_item(session, problem.id)
        report_problem(session, ours, problem, problem.version, ProblemReport("已改", on_site=True))
        assert due.state == AssignmentState.SUBMITTED
        new = carry(year, session, other)[0]
        with pytest.raises(NotAllowed, match="须由另一人审核"):
            step(year, session, new, "jingban2", M.VERIFY)
        step(year, session, new, "jingban", M.VERIFY)


def test_who_looked_does_not_close_out_under_a_new_name_after_the_carry_over(year: Running, draft) -> None:
    with year.on(DAY) as session:
        step(year, session, problems(session)[1], "zhuren", M.LOOK_BACK_PASS)
    other = next_year(year, draft)
    with year.on(LATER) as session:
        new = next(one for one in carry(year, session, other) if one.state == S.LOOKED_BACK)
        head = year.actor("zhuren")
        rename(session, head, session.exec(select(User).where(User.login == "zhuren")).one(), "主任新名")
        with pytest.raises(NotAllowed, match="回头看核查，须由另一人销号"):
            move_problem(session, replace(head, name="主任新名"), new, Acting(M.CLOSE_OUT, new.version))


def test_a_plan_that_was_still_to_come_is_handed_in_in_the_new_cycle(year: Running, draft) -> None:
    with year.on(LATER) as session:
        year.find(session, 0, "公示不全")
        year.letter(session, 0)
    other = next_year(year, draft)
    with year.on(LATER) as session:
        new = carry(year, session, other)[-1]
        assert new.state == S.ISSUED
        ours = Actor(new.office_id, "联络员", "unit", "链接", new.unit_id)
        fields = {new.no: {**FULL, "due_on": "2021-03-31"}, 1: {**FULL, "due_on": "2021-03-31"}}
        submit_plan(session, ours, other, new.unit_id, fields, "plan")
        assert new.state == S.PLANNED


def test_carrying_over_needs_a_reason_a_limit_a_fresh_preview_and_the_office(year: Running, draft) -> None:
    other = next_year(year, draft)
    for login, changes, refusal, words in (
        ("jingban", {"reason": " "}, Rejected, "结转须写明理由"),
        ("jingban", {"limits": {}}, Rejected, "请填写问题1的新时限"),
        ("jingban", {"seen": "x"}, Conflict, "请重新预览"), ("zuzhang", {}, NotAllowed, "须由办公室主任或经办人办理"),
    ):
        with pytest.raises(refusal, match=words), year.on(LATER) as session:
            carry(year, session, other, login, **changes)
    with year.on(LATER) as session:
        assert problems(session, other) == []
        with pytest.raises(Rejected, match="须选择另一个督察周期"):
            carry(year, session, year.cycle_id)


def test_a_look_that_was_planned_ends_with_the_carry_over(year: Running, draft) -> None:
    other = next_year(year, draft)
    with year.on(LATER) as session:
        start_round(session, year.actor("jingban"), year.cycle(session), Round(1, LookBackWay.PAPER, date(2021, 1, 8)))
        carry(year, session, other)
        states = session.exec(select(LookBack.state).where(col(LookBack.round_id).is_not(None))).all()
        assert states == [LookBackState.DROPPED]
        duty = session.exec(select(Assignment).where(Assignment.kind == AssignmentKind.LOOK_BACK)).one()
        assert duty.state == AssignmentState.CANCELLED


def test_a_unit_that_is_not_in_the_new_cycle_comes_in_with_its_problems(year: Running, draft) -> None:
    with year.on(LATER) as session:
        enrol_units(session, year.actor("jingban"), demo_rows(2))
    with clock.jumped_to(clock.at_time(LATER, time(8, 30))):
        rows = [row for row in demo_rows(3) if row["name"] not in {one["name"] for one in demo_rows(2)}]
        other = launch(year.bind, year.people, draft, rows, Opening(title="2021年督察", override_reason="跨年"))
    with year.on(LATER) as session:
        new = carry(year, session, other)[0]
        assert board(session, other)[new.unit_id][StageKind.RECTIFICATION].total == 2  # both of its problems


def test_a_reopened_problem_tells_both_lives(year: Running) -> None:
    with year.on(date(2020, 9, 1)) as session:
        problem = problems(session)[2]
        step(year, session, problem, "lingdao", M.REOPEN, reason="举报反映反弹", new_due=date(2020, 9, 30))
        ours = Actor(problem.office_id, "联络员", "unit", "链接", problem.unit_id)
        report_problem(session, ours, problem, problem.version, ProblemReport("已再次整改", on_site=True))
    with year.on(date(2020, 9, 2)) as session:
        problem = problems(session)[2]
        step(year, session, problem, "jingban2", M.VERIFY)
        item, evidence = problem_item(session, problem.id), evidence_of(session, problem_id=problem.id)
        first, second = lives_of(story_of(session, problem, item, evidence))
        assert (first.last(M.VERIFY).actor, first.last(M.CLOSE_OUT).actor) == ("经办甲", "主任甲")
        assert (second.began.verb, second.last(M.VERIFY).actor) == ("重新打开", "经办乙")
        assert second.last(M.CLOSE_OUT) is None
        said = [life.last(M.REPORT).data["result"] for life in (first, second)]
        assert said == ["已改", "已再次整改"]


def found_again(running: Running, session, title: str = "案卷超期", where: int = 1) -> Problem:
    unit = running.unit(session, where)
    return add_problem(session, running.actor("zuzhang"), running.cycle_id, unit.id, ProblemSource.ON_SITE, title)


def test_what_was_closed_and_comes_back_is_proposed_and_a_person_decides(year: Running) -> None:
    with year.on(date(2020, 10, 12)) as session:
        again, other_unit = found_again(year, session), found_again(year, session, where=0)
        old = problems(session)[2]
        assert (again.recurs, again.recurs_state) == (old.id, RecurState.PROPOSED)
        assert again.recurs_why == "问题3（案卷超期）于2020年8月26日销号，问题名称相同"
        assert other_unit.recurs_state is None and again.state == S.FOUND
        with pytest.raises(NotAllowed):
            decide_recurrence(session, year.actor("zuzhang"), again, confirm=True)
        with pytest.raises(Rejected, match="须写明理由"):
            decide_recurrence(session, year.actor("jingban"), again, confirm=False)
        decide_recurrence(session, year.actor("jingban"), again, confirm=True)
        with pytest.raises(Conflict, match="此件已处理：重复发生"):
            decide_recurrence(session, year.actor("zhuren"), again, confirm=False, reason="x")
        assert recurring(session, again.office_id, (year.cycle_id,)) == {(again.unit_id, RecurState.CONFIRMED): 1}
        assert session.exec(select(Event).where(Event.verb == "确认重复发生")).one().data["earlier"] == str(old.id)


def test_a_problem_whose_category_comes_with_its_plan_is_looked_at_then(year: Running) -> None:
    with year.on(date(2020, 10, 12)) as session:
        again = found_again(year, session, "另一件事")
        assert again.recurs_state is None
        year.letter(session, 1)
        unit = year.unit(session, 1)
        plan = {again.no: {**FULL, "due_on": "2020-10-30"}}
        ours = year.speaks(session, 1)
        item = year.item(session, AssignmentKind.RECT_REPORT, 1)
        item.due_on = date(2020, 12, 1)
        submit_plan(session, ours, year.cycle_id, unit.id, plan, "p")
        assert again.recurs_state == RecurState.PROPOSED and again.recurs_why.endswith("类别同为“档案”")


def test_p13_the_goal_is_reached_with_the_last_close_out_and_open_again_with_a_reopening(year: Running) -> None:
    with year.on(date(2020, 9, 1)) as session:
        kind = Assignment.kind == AssignmentKind.GOAL
        goals = {item.unit_id: item for item in session.exec(select(Assignment).where(kind))}
        first, last = problems(session)[0], problems(session)[2]
        assert goals[last.unit_id].state == AssignmentState.DONE and goals[last.unit_id].done_at
        assert goals[first.unit_id].state != AssignmentState.DONE
        step(year, session, last, "lingdao", M.REOPEN, reason="反弹", new_due=date(2020, 9, 30))
        assert goals[last.unit_id].state == AssignmentState.OPEN and goals[last.unit_id].done_at is None
        verbs = [event.verb for event in session.exec(select(Event).where(col(Event.verb).like("限前整改%")))]
        assert verbs == ["限前整改到位", "限前整改重新计时"]
