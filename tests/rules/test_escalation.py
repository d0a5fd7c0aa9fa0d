"""Beyond reminders: in order, by a person, never on one's own draft; what proposes a rung is data."""

from datetime import date, datetime, timedelta

import pytest

from config import clock
from config.policy import RUNGS, Rung
from config.workdays import official
from models.base import NotAllowed, Rejected
from models.paper_words import EscalationState, EscalationStep
from models.words import Role
from rules.escalation import (
    ORDER,
    Matter,
    Taken,
    cap_words,
    check_cap,
    check_decision,
    check_note,
    check_rung,
    check_terms,
    chosen_rung,
    name_of,
    next_rung,
    proposed,
    rule_words,
    step_of,
)

E, DRAFT = EscalationStep, EscalationState.DRAFT
DUE = date(2020, 8, 10)  # a Monday
DAY = timedelta(days=1)


def taken(step: EscalationStep, colour: str = "", on: date = date(2020, 8, 14)) -> Taken:
    return Taken(step, colour, clock.at_time(on), on, "此前的措施")


def at(day: int) -> datetime:
    return clock.at_time(date(2020, 8, day))


def name(matter: Matter, day: date) -> str:
    found = proposed(matter, RUNGS, day, official())
    return name_of(found.rung) if found else ""


def test_p14_the_rungs_follow_each_other_in_three_colours_and_end() -> None:
    """P14: 督办单 (blue, orange, red), 约谈, 挂牌督办, 通报批评, 移送."""
    gone: list[Taken] = []
    names = []
    while rung := next_rung(RUNGS, gone):
        check_rung(RUNGS, gone, rung, "")
        names.append(name_of(rung))
        gone.append(taken(step_of(rung), rung.colour))
    assert names == ["蓝色督办单", "橙色督办单", "红色督办单", "约谈", "挂牌督办", "通报批评", "移送追责"]


def test_a_slip_from_before_there_were_colours_stands_for_all_slips() -> None:
    assert name_of(next_rung(RUNGS, [taken(E.SLIP)])) == "约谈"


@pytest.mark.parametrize("step", ORDER[1:])
def test_leaving_a_rung_out_needs_a_reason_that_names_what_was_left_out(step: EscalationStep) -> None:
    rung = chosen_rung(RUNGS, [], step)
    with pytest.raises(Rejected, match="跳过“蓝色督办单、橙色督办单、红色督办单"):
        check_rung(RUNGS, [], rung, " ")
    check_rung(RUNGS, [], rung, "情节严重")


def test_a_rung_taken_before_may_be_taken_again() -> None:
    gone = [taken(E.SLIP, "red"), taken(E.TALK)]
    check_rung(RUNGS, gone, chosen_rung(RUNGS, gone, E.SLIP, "blue"), "")


def test_a_slip_without_a_colour_is_the_next_one_and_at_the_end_the_last() -> None:
    assert chosen_rung(RUNGS, [], E.SLIP).colour == "blue"
    assert chosen_rung(RUNGS, [taken(E.SLIP, "blue")], E.SLIP).colour == "orange"
    assert chosen_rung(RUNGS, [taken(E.LISTED)], E.SLIP).colour == "red"


def test_the_first_rung_comes_on_the_day_the_kind_of_duty_names() -> None:
    matter = Matter(DUE, 4)
    assert [name(matter, DUE + n * DAY) for n in range(5)] == ["", "", "", "", "蓝色督办单"]
    assert name(Matter(DUE, None), date(2020, 12, 1)) == "", "receipts and goals are never escalated"
    assert name(Matter(DUE, 4, chased=False), date(2020, 12, 1)) == "", "nobody was reminded of it"


def test_the_next_rung_comes_when_the_one_before_is_unanswered_past_its_own_limit() -> None:
    given = date(2020, 8, 21)  # the limit that the blue slip gave
    matter = Matter(given, 4, taken=(taken(E.SLIP, "blue"),))
    days = [given + n * DAY for n in range(8)]
    assert next(day for day in days if name(matter, day)) == date(2020, 8, 26)  # three workdays later
    assert name(matter, date(2020, 8, 26)) == "橙色督办单"


def test_what_was_sent_back_twice_or_not_put_right_once_is_proposed_before_its_limit() -> None:
    ahead = date(2020, 9, 30)
    twice = Matter(ahead, 4, sent_back=True, returns=(at(11), at(12)))
    assert name(twice, date(2020, 8, 13)) == "蓝色督办单"
    assert name(Matter(ahead, 4, sent_back=True, returns=(at(11),)), date(2020, 8, 13)) == ""
    assert name(Matter(ahead, 4, sent_back=True, refusals=(at(11),)), date(2020, 8, 13)) == "蓝色督办单"
    handed_in_again = Matter(ahead, 4, sent_back=False, returns=(at(11), at(12)))
    assert name(handed_in_again, date(2020, 8, 13)) == ""


def test_returns_before_a_rung_do_not_count_for_the_next_one() -> None:
    blue = (taken(E.SLIP, "blue"),)
    old = Matter(date(2020, 9, 30), 4, sent_back=True, returns=(at(11), at(12)), taken=blue)
    assert name(old, date(2020, 8, 17)) == ""
    assert name(Matter(date(2020, 9, 30), 4, sent_back=True, returns=(at(12), at(17)), taken=blue), date(2020, 8, 18))


def test_a_ground_that_was_refused_is_not_proposed_again_a_new_one_is() -> None:
    found = proposed(Matter(DUE, 4), RUNGS, date(2020, 8, 14), official())
    refused = frozenset({found.ground})
    assert name(Matter(DUE, 4, dropped=refused), date(2020, 12, 1)) == ""
    assert name(Matter(date(2020, 8, 20), 4, dropped=refused), date(2020, 12, 1)) == "蓝色督办单"


def test_the_rule_and_the_cap_stand_in_words() -> None:
    assert rule_words(RUNGS[0], 4, True) == (
        "逾期后第4个工作日仍未完成，或被退回2次，或回头看未通过或重新打开1次的，提出蓝色督办单"
    )
    assert rule_words(RUNGS[4], 4, False).startswith("上一级措施之后满5个工作日仍未报送，或")
    assert cap_words(RUNGS[0]) == "30天内最多3次"
    with pytest.raises(NotAllowed, match="甲县近30天已有蓝色督办单3次（含待批），达到上限3次"):
        check_cap(RUNGS[0], 3, "甲县")
    check_cap(RUNGS[0], 2, "甲县")


def test_a_step_that_a_ladder_lacks_is_said() -> None:
    with pytest.raises(Rejected, match="没有“约谈”"):
        chosen_rung([Rung(step="slip", colour="blue")], [], E.TALK)


def test_a_talk_needs_when_where_whom_and_afterwards_its_note() -> None:
    with pytest.raises(Rejected, match="请填写约谈地点、约谈对象后再批准"):
        check_terms(E.TALK, {"when": "明天", "where": " ", "host": "某人"})
    with pytest.raises(Rejected, match="请填写参加人员、约谈内容后再办结"):
        check_note(E.TALK, {"held_on": "2020-08-20"})
    with pytest.raises(Rejected, match="办结情况"):
        check_note(E.SLIP, {})
    check_terms(E.SLIP, {})


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.HEAD, Role.LEADER)])
def test_only_a_head_or_leader_decides(role: Role) -> None:
    with pytest.raises(NotAllowed, match="须由办公室主任或分管领导办理"):
        check_decision(role, "系统", "某人", DRAFT)


def test_a_rung_names_who_may_sign_it() -> None:
    with pytest.raises(NotAllowed, match="挂牌督办须由分管领导审批"):
        check_decision(Role.HEAD, "系统", "主任甲", DRAFT, ("leader",), "挂牌督办")
    check_decision(Role.LEADER, "系统", "领导甲", DRAFT, ("leader",), "挂牌督办")


def test_an_own_draft_needs_another_hand() -> None:
    with pytest.raises(NotAllowed, match="须由另一人审批"):
        check_decision(Role.HEAD, "主任甲", "主任甲", DRAFT)
    check_decision(Role.HEAD, "系统", "主任甲", DRAFT)
    check_decision(Role.LEADER, "主任甲", "领导甲", DRAFT)


@pytest.mark.parametrize("state", [state for state in EscalationState if state != DRAFT])
def test_a_decision_is_taken_once(state: EscalationState) -> None:
    with pytest.raises(NotAllowed, match=state.label):
        check_decision(Role.LEADER, "系统", "领导甲", state)
