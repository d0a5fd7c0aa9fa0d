"""Beyond reminders: in order, by a person, never on one's own draft."""

import pytest

from models.base import NotAllowed, Rejected
from models.words import EscalationState, EscalationStep, Role
from rules.escalation import ORDER, check_decision, check_step, next_step

E, DRAFT = EscalationStep, EscalationState.DRAFT


def test_the_steps_follow_each_other_and_end() -> None:
    taken: set[EscalationStep] = set()
    for step in (E.SLIP, E.TALK, E.LISTED, E.CRITICISM, E.REFERRAL):
        assert next_step(taken) == step
        check_step(step, taken, "")
        taken.add(step)
    assert next_step(taken) is None


@pytest.mark.parametrize("step", ORDER[1:])
def test_leaving_a_step_out_needs_a_reason_that_names_what_was_left_out(step: EscalationStep) -> None:
    with pytest.raises(Rejected, match="跳过“督办单”直接"):
        check_step(step, set(), " ")
    check_step(step, set(), "情节严重")


def test_a_step_taken_before_may_be_taken_again() -> None:
    check_step(E.SLIP, {E.SLIP, E.TALK}, "")


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.HEAD, Role.LEADER)])
def test_only_a_head_or_leader_decides(role: Role) -> None:
    with pytest.raises(NotAllowed, match="须由办公室主任或分管领导办理"):
        check_decision(role, "系统", "某人", DRAFT)


def test_an_own_draft_needs_another_hand() -> None:
    with pytest.raises(NotAllowed, match="须由另一人审批"):
        check_decision(Role.HEAD, "主任甲", "主任甲", DRAFT)
    check_decision(Role.HEAD, "系统", "主任甲", DRAFT)
    check_decision(Role.LEADER, "主任甲", "领导甲", DRAFT)


@pytest.mark.parametrize("state", [state for state in EscalationState if state != DRAFT])
def test_a_decision_is_taken_once(state: EscalationState) -> None:
    with pytest.raises(NotAllowed, match=state.label):
        check_decision(Role.LEADER, "系统", "领导甲", state)
