"""Beyond reminders the system only drafts; a person decides, once, and the history says who."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlmodel import select

from actions.escalate import decide, delist, draft_step
from actions.propose_steps import propose_steps
from actions.record import Actor, system
from models.base import Conflict, NotAllowed, Rejected
from models.event import Event
from models.paper_words import EscalationState, EscalationStep
from models.problem import Escalation
from models.words import AssignmentKind

K, E = AssignmentKind, EscalationStep
LATE, NEXT = date(2020, 8, 14), date(2020, 8, 17)


@pytest.fixture
def drafted(puyang: Callable):
    """A cycle in which the only unit never answered: a slip lies on the desk."""
    running = puyang(units=1)
    for day in (3, 7, 10, 11, 13, 14):
        running.round(date(2020, 8, day))
    return running


def slip(session) -> Escalation:
    return session.exec(select(Escalation).where(Escalation.step == E.SLIP)).one()


def test_the_draft_says_what_was_due_when_and_how_late(drafted) -> None:
    with drafted.on(LATE) as session:
        name = drafted.unit(session).name
        assert slip(session).text == (
            f"{name}“自查报告（附问题清单）”应于2020年8月10日前完成，截至8月14日已逾期4天，经提醒、催办仍未完成，拟予蓝色督办。"
        )
        assert slip(session).drafted_by == "系统"


def test_a_second_draft_for_the_same_duty_is_not_made(drafted) -> None:
    with drafted.on(LATE) as session:
        item = drafted.item(session, K.SELF_CHECK_REPORT)
        assert propose_steps(session, drafted.cycle_id, LATE).drafted == 0
        with pytest.raises(Conflict, match="已有一份督办草稿待审批"):
            draft_step(session, drafted.actor("jingban"), item, E.TALK, LATE, "情节严重")


def test_a_duty_handed_in_meanwhile_gets_no_slip(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(LATE) as session:
        running.hand_in(session)
        assert propose_steps(session, running.cycle_id, LATE).drafted == 0


def test_dropping_a_draft_needs_words_and_tells_nobody(drafted) -> None:
    with drafted.on(LATE) as session:
        head = drafted.actor("zhuren")
        with pytest.raises(Rejected, match="不予采取须写明理由"):
            decide(session, head, slip(session), False)
        decide(session, head, slip(session), False, reason="已电话说明")
        assert slip(session).state == EscalationState.DROPPED
    drafted.round(LATE)
    with drafted.on(LATE) as session:
        assert "督办单" not in drafted.said(session, LATE)
        with pytest.raises(NotAllowed, match="此件已处理：不予采取"):
            decide(session, drafted.actor("lingdao"), slip(session), True)


@pytest.mark.parametrize("who", ["system", "unit", "clerk"])
def test_neither_the_system_nor_a_unit_nor_a_clerk_approves_a_step(drafted, who: str) -> None:
    with drafted.on(LATE) as session:
        office = drafted.people.office_id
        actor = {"system": system(office), "unit": drafted.speaks(session), "clerk": drafted.actor("jingban")}[who]
        with pytest.raises(NotAllowed):
            decide(session, actor, slip(session), True)
        assert slip(session).state == EscalationState.DRAFT


def test_a_new_limit_given_with_a_step_is_chased_from_then_on(drafted) -> None:
    with drafted.on(LATE) as session:
        decide(session, drafted.actor("zhuren"), slip(session), True, "1号", date(2020, 8, 21))
        item = drafted.item(session, K.SELF_CHECK_REPORT)
        assert (item.due_on, item.first_due_on, item.next_notice_on) == (
            date(2020, 8, 21), date(2020, 8, 10), date(2020, 8, 14),
        )


def test_a_referral_is_recorded_and_not_sent_to_the_unit(drafted) -> None:
    with drafted.on(LATE) as session:
        head, leader = drafted.actor("zhuren"), drafted.actor("lingdao")
        decide(session, head, slip(session), True, "督〔2020〕1号", LATE)
    with drafted.on(NEXT) as session:
        item = drafted.item(session, K.SELF_CHECK_REPORT)
        draft = draft_step(session, head, item, E.REFERRAL, NEXT, "拒不整改")
        with pytest.raises(Rejected, match="请填写移送用途、受理单位后再批准"):
            decide(session, leader, draft, True)
        decide(session, leader, draft, True, terms={"use": "discipline", "receiver": "市纪委监委"})
        assert session.exec(select(Event).where(Event.verb == "批准移送追责")).one().actor == "领导甲"
    drafted.round(NEXT)
    with drafted.on(NEXT) as session:
        assert "移送" not in drafted.said(session, NEXT)


def test_only_a_listing_can_be_taken_down(drafted) -> None:
    with drafted.on(LATE) as session:
        decide(session, drafted.actor("zhuren"), slip(session), True, "督〔2020〕1号")
        with pytest.raises(NotAllowed, match="只有挂牌督办中的事项可以摘牌"):
            delist(session, drafted.actor("zhuren"), slip(session), "已整改")


def test_the_offices_own_duty_is_not_escalated(drafted) -> None:
    with drafted.on(LATE) as session, pytest.raises(NotAllowed, match="只能对被督察单位"):
        own = drafted.own(session, K.OFFICE_TASK)
        draft_step(session, Actor(drafted.people.office_id, "某人"), own, E.SLIP, LATE)


def test_a_step_is_only_taken_for_what_is_still_owed_past_its_limit(drafted) -> None:
    with drafted.on(LATE) as session:
        drafted.hand_in(session)
    with pytest.raises(NotAllowed, match="未逾期、已报送或已取消"), drafted.on(LATE) as session:
        decide(session, drafted.actor("zhuren"), slip(session), True, "督〔2020〕1号")
    with pytest.raises(NotAllowed, match="未逾期、已报送或已取消"), drafted.on(LATE) as session:
        draft_step(session, drafted.actor("jingban"), drafted.item(session, K.RECT_REPORT), E.SLIP, LATE)
