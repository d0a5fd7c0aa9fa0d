"""More time: asked before the limit, decided by another hand, both limits kept, old reminders never sent."""

from collections.abc import Callable
from datetime import date, time

import pytest

from actions.extend import ask_extension, decide_extension, set_limit
from models.base import Conflict, NotAllowed, Rejected
from models.ledger import problem_item
from models.submission import Extension
from models.words import AssignmentKind, ExtensionState, NoticeState

K = AssignmentKind
SEP_1, SEP_12 = date(2020, 9, 1), date(2020, 9, 12)
REASON = "须经常委会研究"


def asked(running, session) -> Extension:
    return ask_extension(session, running.speaks(session), running.item(session, K.RECT_REPORT), SEP_12, REASON)


def test_asking_changes_nothing_until_somebody_approves(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(SEP_1) as session:
        asked(running, session)
        assert running.item(session, K.RECT_REPORT).due_on == date(2020, 9, 5)
        with pytest.raises(Conflict, match="已有一份延期申请在审批中"):
            asked(running, session)
    running.round(date(2020, 9, 2))
    assert (date(2020, 9, 2), "T-3") in running.told(K.RECT_REPORT)


def test_after_the_limit_no_extension_is_asked_for(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(date(2020, 9, 6)) as session, pytest.raises(NotAllowed, match="已于2020-09-05到期"):
        asked(running, session)


def test_approval_moves_the_limit_with_its_parts_and_keeps_the_first_one(puyang: Callable) -> None:
    running = puyang(units=1)
    running.round(date(2020, 8, 25))
    with running.on(date(2020, 8, 25)) as session:
        problem = running.find(session)
        running.letter(session)
    with running.on(SEP_1) as session:
        decide_extension(session, running.actor("zhuren"), asked(running, session), True)
        item = running.item(session, K.RECT_REPORT)
        assert (item.first_due_on, item.due_on, item.deadline_version) == (date(2020, 9, 5), SEP_12, 2)
        assert problem_item(session, problem.id).due_on == SEP_12
    running.rounds(SEP_1, date(2020, 9, 12))
    told = [step for day, step in running.told(K.RECT_REPORT) if day >= SEP_1 and step.startswith("T")]
    assert told == ["T-7", "T-3", "T-1·T0"]


def test_a_reminder_already_written_for_the_old_limit_is_cancelled_not_sent(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(SEP_1) as session:
        extension = asked(running, session)
    running.round(date(2020, 9, 2), time(8))  # written before the hours of sending
    with running.on(date(2020, 9, 2), time(8, 30)) as session:
        decide_extension(session, running.actor("zhuren"), session.get_one(Extension, extension.id), True)
    running.rounds(date(2020, 9, 2), date(2020, 9, 2))
    assert (date(2020, 9, 2), "T-3") in running.told(K.RECT_REPORT, state=NoticeState.CANCELLED)
    assert [step for day, step in running.told(K.RECT_REPORT) if day == date(2020, 9, 2) and step == "T-3"] == []


def test_another_day_than_asked_may_be_given_and_a_refusal_needs_words(puyang: Callable) -> None:
    running = puyang(units=2)
    with running.on(SEP_1) as session:
        extension = asked(running, session)
        with pytest.raises(Rejected, match="不同意延期须写明理由"):
            decide_extension(session, running.actor("zhuren"), extension, False)
        decide_extension(session, running.actor("lingdao"), extension, True, day=date(2020, 9, 8))
        assert running.item(session, K.RECT_REPORT).due_on == date(2020, 9, 8)
        assert extension.answer == "同意延期至9月8日"  # the request itself names another day
        with pytest.raises(Conflict, match="已同意（领导甲）"):
            decide_extension(session, running.actor("zhuren"), extension, False, "不行")
    running.round(SEP_1, time(17, 30))
    with running.on(SEP_1) as session:
        assert "整改报告：同意延期至9月8日。" in running.said(session, SEP_1)


@pytest.mark.parametrize("login", ["jingban", "zuzhang"])
def test_only_head_or_leader_decides(puyang: Callable, login: str) -> None:
    running = puyang(units=1)
    with running.on(SEP_1) as session:
        extension = asked(running, session)
        with pytest.raises(NotAllowed, match="审批延期须由办公室主任或分管领导办理"):
            decide_extension(session, running.actor(login), extension, True)
        assert extension.state == ExtensionState.ASKED


def test_a_clerk_sets_a_missing_limit_but_never_a_units(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(SEP_1) as session:
        clerk = running.actor("jingban")
        with pytest.raises(NotAllowed, match="只能经延期审批调整"):
            set_limit(session, clerk, running.item(session, K.RECT_REPORT), SEP_12, REASON)
        with pytest.raises(NotAllowed, match="设定时限须由办公室主任或经办人办理"):
            set_limit(session, running.actor("zuzhang"), running.item(session, K.GOAL), SEP_12, REASON)
        with pytest.raises(Rejected, match="须写明理由"):
            set_limit(session, clerk, running.item(session, K.GOAL), SEP_12, " ")
        set_limit(session, clerk, running.item(session, K.GOAL), date(2020, 9, 3), REASON)
        assert running.item(session, K.GOAL).first_due_on == date(2020, 9, 3)
