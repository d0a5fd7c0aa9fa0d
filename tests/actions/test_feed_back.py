"""Letters are numbered without gaps, freeze what they say, and end the office's own duty."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlmodel import select

from actions.feed_back import issue_letter
from actions.finish import finish
from models.base import Conflict, NotAllowed, Rejected
from models.ledger import problem_item
from models.plan import Plan
from models.words import AssignmentKind, AssignmentState, ProblemState

K = AssignmentKind
DAY = date(2020, 8, 25)


def test_a_unit_without_problems_gets_no_letter(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(DAY) as session, pytest.raises(Rejected, match="没有待反馈的问题"):
        running.letter(session)


def test_only_the_office_issues_letters(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(DAY) as session:
        running.find(session)
        plan = session.exec(select(Plan)).one()
        for login in ("zuzhang", "lingdao"):
            with pytest.raises(NotAllowed, match="印发督察反馈意见须由办公室主任或经办人办理"):
                issue_letter(session, running.actor(login), plan, running.cycle_id, running.unit(session))


def test_letters_count_up_and_a_new_year_begins_anew(puyang: Callable) -> None:
    running = puyang(units=3)
    numbers = []
    for position, day in ((0, DAY), (1, DAY), (2, date(2021, 1, 4))):
        with running.on(day) as session:
            running.find(session, position)
            numbers.append(running.letter(session, position).number)
    assert numbers == ["濮治市办督反〔2020〕1号", "濮治市办督反〔2020〕2号", "濮治市办督反〔2021〕1号"]


def test_a_letter_keeps_its_words_when_the_problem_is_reworded_and_each_problem_gets_the_reports_limit(
    puyang: Callable,
) -> None:
    running = puyang(units=1)
    with running.on(DAY) as session:
        problem = running.find(session)
        letter = running.letter(session)
        problem.title = "改写后的问题"
        session.flush()
        session.refresh(letter)
        assert letter.content[0]["title"] == "档案缺失"
        assert problem.state == ProblemState.ISSUED
        assert problem_item(session, problem.id).due_on == date(2020, 9, 5)


def test_a_problem_found_later_has_its_own_letter(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(DAY) as session:
        running.find(session)
        running.letter(session)
        running.find(session, title="后来发现")
        assert [problem["title"] for problem in running.letter(session).content] == ["后来发现"]


def test_the_duty_to_issue_feedback_ends_with_the_last_letter(puyang: Callable) -> None:
    running = puyang(units=2)
    with running.on(DAY) as session:
        running.find(session, 0)
        running.find(session, 1)
        running.letter(session, 0)
        assert running.own(session, K.FEEDBACK_LETTER).state != AssignmentState.DONE
        running.letter(session, 1)
        assert running.own(session, K.FEEDBACK_LETTER).state == AssignmentState.DONE


def test_an_own_duty_ends_with_a_word_of_who_did_it_once(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(DAY) as session:
        report, lead = running.own(session, K.TEAM_REPORT), running.actor("zuzhang")
        with pytest.raises(Rejected, match="请写明办结情况"):
            finish(session, lead, report, " ")
        finish(session, lead, report, "已报市委依法治市办")
        assert (report.state, report.next_notice_on) == (AssignmentState.DONE, None)
        with pytest.raises(Conflict, match="已办结"):
            finish(session, lead, report, "再报")
        for item in (running.item(session, K.RECT_REPORT), running.item(session, K.CONTACT)):
            with pytest.raises(NotAllowed, match="不能由您直接办结"):
                finish(session, running.actor("zhuren"), item, "代办")
