"""Reports come in complete or not at all, once per form, and a clerk decides once."""

from collections.abc import Callable
from datetime import date, time

import pytest
from sqlmodel import select

from actions.advance import close_cycle
from actions.keep_evidence import Upload
from actions.open_link import sign_on_paper
from actions.problem import add_problem
from actions.review import accept, send_back
from actions.self_check import mark_tasks, submit_self_check
from actions.submit import Report, on_time
from commands.cast import REPORT
from models.base import Conflict, NotAllowed, Rejected
from models.ledger import evidence_of, task_items
from models.problem import Problem
from models.submission import Submission
from models.words import AssignmentKind, AssignmentState, ProblemSource

K = AssignmentKind
DAY = date(2020, 8, 4)
PROBLEM = [{"title": "记录不完整", "measure": "补正"}]


@pytest.mark.parametrize(
    ("report", "words"),
    [
        (Report("n", "  ", PROBLEM), "请填写自查报告正文或上传报告文件"),
        (Report("n", REPORT), "自查报告须附问题清单"),
        (Report("n", REPORT, [{"title": "甲"}, {"title": " "}]), "问题清单第2条没有写明问题"),
        (Report("n", REPORT, PROBLEM, [Upload("报告.exe", b"MZ")]), "报告.exe”的格式不在允许范围内"),
    ],
)
def test_an_incomplete_report_is_refused_and_nothing_of_it_stays(puyang: Callable, report: Report, words: str) -> None:
    running = puyang(units=1)
    with pytest.raises(Rejected, match=words), running.on(DAY) as session:
        submit_self_check(session, running.speaks(session), running.item(session, K.SELF_CHECK_REPORT), report)
    with running.on(DAY) as session:
        assert session.exec(select(Submission)).all() == []
        assert running.item(session, K.SELF_CHECK_REPORT).sent_in_at is None


def test_a_unit_without_problems_says_so_explicitly(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(DAY) as session:
        item = running.item(session, K.SELF_CHECK_REPORT)
        sent = submit_self_check(session, running.speaks(session), item, Report("n", REPORT, no_problems=True))
        accept(session, running.actor("jingban"), sent)
        assert session.exec(select(Problem)).all() == []


def test_a_second_click_finds_the_first_submission(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(DAY) as session:
        item, report = running.item(session, K.SELF_CHECK_REPORT), Report("one form", REPORT, PROBLEM)
        first = submit_self_check(session, running.speaks(session), item, report)
        assert submit_self_check(session, running.speaks(session), item, report) is first
        with pytest.raises(Conflict, match="已报送，正在审核"):
            submit_self_check(session, running.speaks(session), item, Report("another", REPORT, PROBLEM))


def test_a_report_comes_with_its_files(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(DAY) as session:
        sent = running.hand_in(session, uploads=[Upload("清单.txt", "一、记录不完整".encode(), "问题清单")])
        kept = evidence_of(session, submission_id=sent.id)
        assert [(file.name, file.label) for file in kept] == [("清单.txt", "问题清单")]


def test_acceptance_lists_the_problems_and_ends_every_item_of_the_sheets(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(DAY) as session:
        accept(session, running.actor("jingban"), running.hand_in(session))
        unit = running.unit(session)
        assert {item.state for item, _ in task_items(session, running.cycle_id, unit.id)} == {AssignmentState.DONE}
        assert [(p.no, p.source) for p in session.exec(select(Problem))] == [(1, ProblemSource.SELF_CHECK)]


def test_a_decision_is_taken_once_and_only_by_the_office(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(DAY) as session:
        sent = running.hand_in(session)
        for login in ("zuzhang", "lingdao"):
            with pytest.raises(NotAllowed, match="审核报送材料须由办公室主任或经办人办理"):
                accept(session, running.actor(login), sent)
        accept(session, running.actor("jingban"), sent)
        with pytest.raises(Conflict, match="已受理（经办甲）"):
            send_back(session, running.actor("zhuren"), sent, "太迟")


def test_a_returned_report_is_chased_again_and_may_be_sent_anew(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(DAY) as session:
        sent = running.hand_in(session)
        assert running.item(session, K.SELF_CHECK_REPORT).next_notice_on is None
        send_back(session, running.actor("jingban"), sent, "缺数据")
        assert running.item(session, K.SELF_CHECK_REPORT).next_notice_on == date(2020, 8, 7)
    with running.on(date(2020, 8, 5)) as session:
        assert running.hand_in(session).id != sent.id


def test_a_reminder_withdrawn_by_a_report_is_owed_again_when_the_report_comes_back(puyang: Callable) -> None:
    """08-07: written before the hours of sending, withdrawn by the report, the report returned the same morning."""
    running = puyang(units=1)
    running.rounds(date(2020, 8, 3), date(2020, 8, 6))
    running.round(date(2020, 8, 7), time(8))
    with running.on(date(2020, 8, 7), time(8, 30)) as session:
        send_back(session, running.actor("jingban"), running.hand_in(session), "缺数据")
    running.round(date(2020, 8, 7))
    assert (date(2020, 8, 7), "T-3·T-1") in running.told(K.SELF_CHECK_REPORT)


def test_a_closed_cycle_takes_nothing_more(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(DAY) as session:
        close_cycle(session, running.actor("zhuren"), running.cycle(session), DAY)
        session.flush()
        with pytest.raises(NotAllowed, match="本督察周期已结束"):
            running.hand_in(session)


def test_on_time_is_judged_by_the_day_of_sending_against_the_first_limit_and_the_one_in_force(puyang: Callable) -> None:
    running = puyang(units=2)
    with running.on(date(2020, 8, 10)) as session:
        running.hand_in(session, 0)
        assert on_time(running.item(session, K.SELF_CHECK_REPORT, 0)) == (True, True)
        assert on_time(running.item(session, K.SELF_CHECK_REPORT, 1)) == (None, None)
    with running.on(date(2020, 8, 11)) as session:
        running.hand_in(session, 1)
        assert on_time(running.item(session, K.SELF_CHECK_REPORT, 1)) == (False, False)


def test_items_are_marked_by_their_number_and_only_changes_count(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(DAY) as session:
        who, unit = running.speaks(session), running.unit(session)
        marks = {"party:1": "达标", "government:30": "未达标", "party:99": "达标", "party:2": " "}
        assert mark_tasks(session, who, running.cycle_id, unit.id, marks, {}) == 2
        assert mark_tasks(session, who, running.cycle_id, unit.id, marks, {}) == 0


def test_problems_are_numbered_through_the_cycle_and_need_words(puyang: Callable) -> None:
    running = puyang(units=2)
    with running.on(DAY) as session:
        for position in (0, 1):
            unit = running.unit(session, position)
            add_problem(session, running.actor("jingban"), running.cycle_id, unit.id, ProblemSource.HIGHER, "上级指出")
        assert sorted(session.exec(select(Problem.no))) == [1, 2]
        with pytest.raises(Rejected):
            add_problem(session, running.actor("jingban"), running.cycle_id, unit.id, ProblemSource.HIGHER, " ")


def test_what_is_only_signed_is_judged_by_the_day_it_was_signed(puyang: Callable) -> None:
    running = puyang(units=2)
    with running.on(date(2020, 7, 27)) as session:
        signed = {"name": "王五", "how": "纸质", "day": "2020-07-27"}
        who = running.contact(session)
        sign_on_paper(session, running.actor("jingban"), running.item(session, K.CONTACT, 0), who, signed)
    with running.on(date(2020, 8, 20)) as session:
        assert on_time(running.item(session, K.CONTACT, 0)) == (True, True)
        assert on_time(running.item(session, K.CONTACT, 1)) == (False, False)
