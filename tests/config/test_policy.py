"""The rules a cycle freezes: survive JSON, cannot be changed afterwards."""

import pytest
from pydantic import ValidationError

from config.policy import Ladder, Policy


def test_a_policy_comes_back_from_the_database_as_it_went_in() -> None:
    policy = Policy(duty=Ladder(before=(10, 0), after=(2,), draft_after=None), content_share=0.5)
    assert Policy.model_validate(policy.model_dump(mode="json")) == policy


def test_a_frozen_policy_refuses_a_change() -> None:
    with pytest.raises(ValidationError):
        Policy().receipt_workdays = 9


def test_a_goal_is_counted_down_from_fourteen_days_and_a_duty_from_seven() -> None:
    policy = Policy()
    assert policy.ladder("goal").before == (14, 7, 3, 1, 0)
    assert policy.ladder("rect_report").before == policy.ladder("self_check_report").before == (7, 3, 1, 0)


def test_only_duties_lead_to_a_drafted_slip() -> None:
    policy = Policy()
    assert policy.ladder("rect_report").draft_after == 4
    others = ("contact", "feedback_receipt", "goal", "on_site_feedback")
    assert {policy.ladder(kind).draft_after for kind in others} == {None}
