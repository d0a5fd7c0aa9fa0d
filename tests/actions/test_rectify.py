"""A problem from letter to close-out: complete plans, proof, two keys, and one hand at a time."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from actions.keep_evidence import Upload
from actions.people import rename
from actions.rectify import Acting, ProblemReport, move_problem, report_problem, submit_plan, submit_rect_report
from actions.review import accept
from actions.submit import Report
from models.base import Conflict, NotAllowed, NotFound, Refused, Rejected
from models.board import board
from models.event import Event
from models.ledger import evidence_of, problem_item, stage_of
from models.office import User
from models.problem import Problem
from models.words import AssignmentKind, AssignmentState, Move, ProblemState, StageKind, StageState
from rules.behalf import entered_name

K, M, S = AssignmentKind, Move, ProblemState
DAY = date(2020, 8, 26)
FULL = {"measure": "补齐", "leader": "分管负责人", "lead_unit": "办公室", "person": "科长", "due_on": "2020-09-05"}
PROOF = ProblemReport("已补齐", [Upload("佐证.txt", "已补齐".encode())])


@pytest.fixture
def issued(puyang: Callable):
    """A cycle with one unit whose letter holds one problem."""
    running = puyang(units=2)
    running.round(date(2020, 8, 25))
    with running.on(date(2020, 8, 25)) as session:
        running.find(session)
        running.letter(session)
    return running


def one(session) -> Problem:
    return session.exec(select(Problem).order_by(Problem.no)).first()


def plan(running, session, fields: dict[str, str] = FULL, nonce: str = "plan"):
    unit = running.unit(session)
    return submit_plan(session, running.speaks(session), running.cycle_id, unit.id, {one(session).no: fields}, nonce)


def to_verified(running) -> None:
    with running.on(DAY) as session:
        plan(running, session)
        report_problem(session, running.speaks(session), one(session), one(session).version, PROOF)
        move_problem(session, running.actor("jingban"), one(session), Acting(M.VERIFY, one(session).version))


def act(running, session, login: str, move: Move, **more) -> Problem:
    return move_problem(session, running.actor(login), one(session), Acting(move, one(session).version, **more))


def test_a_limit_of_ones_own_is_kept_and_one_beyond_the_report_refused(issued) -> None:
    with issued.on(DAY) as session:
        for day, words in (("2020-09-06", "晚于整改报告时限"), ("9月5日", "不是日期，请按 2020-09-05 的写法填写")):
            with pytest.raises(Rejected, match=words):
                plan(issued, session, {**FULL, "due_on": day})
        plan(issued, session, {**FULL, "due_on": "2020-09-02"})
        item = problem_item(session, one(session).id)
        assert (item.due_on, item.first_due_on) == (date(2020, 9, 2), date(2020, 9, 5))
        assert item.next_notice_on == date(2020, 8, 26)  # told apart from its report: T-7 of 09-02


def test_a_problem_upheld_after_the_plan_can_be_planned_again(issued) -> None:
    with issued.on(DAY) as session:
        plan(issued, session)
        who = issued.speaks(session)
        move_problem(session, who, one(session), Acting(M.OBJECT, one(session).version, "材料其实齐全"))
        act(issued, session, "zhuren", M.UPHOLD, reason="经核仍缺2件")
        assert one(session).state == S.ISSUED
        plan(issued, session, nonce="plan again")
        assert one(session).state == S.PLANNED


def test_a_report_on_a_problem_needs_words_and_proof(issued) -> None:
    with issued.on(DAY) as session:
        plan(issued, session)
        who, problem = issued.speaks(session), one(session)
        for empty, words in ((ProblemReport(" "), "请写明问题1的整改情况"), (ProblemReport("已改"), "须上传佐证材料")):
            with pytest.raises(Rejected, match=words):
                report_problem(session, who, problem, problem.version, empty)
        report_problem(session, who, problem, problem.version, ProblemReport("已改", on_site=True))
        assert [file.label for file in evidence_of(session, problem_id=problem.id)] == ["现场查看"]


def test_another_units_problem_is_not_there(issued) -> None:
    with issued.on(DAY) as session, pytest.raises(NotFound):
        report_problem(session, issued.speaks(session, 1), one(session), 1, PROOF)


def test_the_report_waits_until_every_problem_was_reported(issued) -> None:
    with issued.on(DAY) as session:
        item, who = issued.item(session, K.RECT_REPORT), issued.speaks(session)
        with pytest.raises(Rejected, match="问题1还没有报整改情况"):
            submit_rect_report(session, who, item, Report("r", "均已整改"))
        plan(issued, session)
        report_problem(session, who, one(session), one(session).version, PROOF)
        submit_rect_report(session, who, item, Report("r", "均已整改"))
        assert item.state == AssignmentState.SUBMITTED


@pytest.mark.parametrize("move", [M.VERIFY, M.CLOSE_OUT, M.LOOK_BACK_PASS, M.REOPEN, M.RETURN])
def test_a_move_the_state_does_not_allow_says_where_the_problem_stands(issued, move: Move) -> None:
    with issued.on(DAY) as session, pytest.raises(NotAllowed, match="问题1当前为“已反馈”，不能"):
        act(issued, session, "zhuren", move, reason="试")


def test_a_problem_is_closed_by_another_hand_than_verified_it_after_the_look_back(issued) -> None:
    to_verified(issued)
    with issued.on(DAY) as session:
        assert stage_of(session, issued.cycle_id, StageKind.LOOK_BACK).state == StageState.OPEN
        act(issued, session, "zuzhang", M.LOOK_BACK_PASS)
        with pytest.raises(NotAllowed, match="由您核实，须由另一人销号"):
            act(issued, session, "jingban", M.CLOSE_OUT)
        act(issued, session, "zhuren", M.CLOSE_OUT)
        assert (one(session).state, one(session).closed_by) == (S.CLOSED, "主任甲")
        assert problem_item(session, one(session).id).state == AssignmentState.DONE
        cell = board(session, issued.cycle_id)[one(session).unit_id][StageKind.LOOK_BACK]
        assert (cell.state, cell.done, cell.total) == ("done", 1, 1)


def test_a_failed_look_back_after_the_limit_needs_a_new_one_and_chases_it(issued) -> None:
    to_verified(issued)
    late = date(2020, 9, 14)
    with pytest.raises(Rejected, match="原时限2020-09-05已过，请给出新的整改时限"), issued.on(late) as session:
        act(issued, session, "zuzhang", M.LOOK_BACK_FAIL, reason="问题反弹")
    with issued.on(late) as session:
        assert one(session).state == S.VERIFIED
        act(issued, session, "zuzhang", M.LOOK_BACK_FAIL, reason="问题反弹", new_due=date(2020, 9, 30))
        item = problem_item(session, one(session).id)
        assert (one(session).state, item.due_on) == (S.RETURNED, date(2020, 9, 30))
        assert item.next_notice_on == date(2020, 9, 23)


@pytest.mark.parametrize("accepted", [True, False], ids=["report accepted", "report under review"])
def test_a_problem_returned_after_its_report_came_in_is_chased_by_itself(issued, accepted: bool) -> None:
    with issued.on(DAY) as session:
        plan(issued, session)
        report_problem(session, issued.speaks(session), one(session), one(session).version, PROOF)
        item = issued.item(session, K.RECT_REPORT)
        sent = submit_rect_report(session, issued.speaks(session), item, Report("r", "均已整改"))
        if accepted:
            accept(session, issued.actor("jingban"), sent)
        act(issued, session, "jingban", M.RETURN, reason="佐证不清")
        assert problem_item(session, one(session).id).next_notice_on == date(2020, 8, 28)  # T-7 of 09-05


def test_who_acts_on_what_somebody_else_just_changed_is_told_so(issued) -> None:
    with issued.on(DAY) as session:
        plan(issued, session)
        seen = one(session).version
    with issued.on(DAY) as session:
        unit = issued.speaks(session)
        move_problem(session, unit, one(session), Acting(M.PLAN, seen, changes={"person": "科长"}))
    with issued.on(DAY) as session, pytest.raises(Conflict, match="问题1刚刚已被他人处理"):
        move_problem(session, unit, one(session), Acting(M.PLAN, seen, changes={"person": "副科长"}))
    with issued.on(DAY) as session:
        assert one(session).person == "科长"


def test_of_eight_hands_at_once_exactly_one_closes_a_problem_and_leaves_one_event(issued) -> None:
    to_verified(issued)
    with issued.on(DAY) as session:
        act(issued, session, "zuzhang", M.LOOK_BACK_PASS)
        seen = one(session).version
    start, outcomes = threading.Barrier(8), []

    def close() -> None:
        start.wait()
        try:
            with issued.on(DAY) as session:
                move_problem(session, issued.actor("zhuren"), one(session), Acting(M.CLOSE_OUT, seen))
            outcomes.append("closed")
        except (Refused, DBAPIError) as refused:
            outcomes.append(type(refused).__name__)

    hands = [threading.Thread(target=close) for _ in range(8)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert outcomes.count("closed") == 1
    assert set(outcomes) <= {"closed", "NotAllowed", "Conflict"}
    with issued.on(DAY) as session:
        assert len(session.exec(select(Event).where(Event.verb == M.CLOSE_OUT.label)).all()) == 1


def test_a_withdrawn_problem_is_told_and_never_chased(issued) -> None:
    with issued.on(DAY) as session:
        who = issued.speaks(session)
        move_problem(session, who, one(session), Acting(M.OBJECT, one(session).version, "不属我单位职责"))
        act(issued, session, "jingban", M.WITHDRAW, reason="异议成立")
        item = problem_item(session, one(session).id)
        assert (one(session).state, item.state, item.next_notice_on) == (S.WITHDRAWN, AssignmentState.CANCELLED, None)


def test_who_reported_in_a_units_name_does_not_verify_it_under_another_name(issued) -> None:
    clerk = issued.actor("jingban")
    with issued.on(DAY) as session:
        plan(issued, session)
        unit = replace(issued.speaks(session), name=entered_name("李四", clerk.name))
        report_problem(session, unit, one(session), one(session).version, PROOF)
        person = session.exec(select(User).where(User.login == "jingban")).one()
        rename(session, issued.actor("zhuren"), person, "王新名")
        with pytest.raises(NotAllowed, match="须由另一人审核"):
            act_as = replace(clerk, name="王新名")
            move_problem(session, act_as, one(session), Acting(M.VERIFY, one(session).version))
        assert one(session).state == S.REPORTED
