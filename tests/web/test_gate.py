"""The content check on both sides of the counter: the unit sees it before it hands in, the clerk decides with it."""

import re
from collections.abc import Callable
from datetime import date

import pytest

from models.event import Event
from models.submission import Draft, StagedFile, Submission
from models.words import AssignmentKind
from tests.web.at_desk import signed
from tests.web.conftest import CHECKING, FIXING, Door

K = AssignmentKind
RULE = "所列举问题及整改措施的内容不少于报告篇幅的60%"
PRAISE = "一、工作情况\n" + "召开会议，成效明显。" * 20
FAULTS = "二、存在问题\n进一步提高思想认识，切实增强责任感。\n抽查20卷，6卷缺件。"
BODY = f"{PRAISE}\n{FAULTS}"


def words(page: str) -> str:
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", page))


@pytest.fixture
def sent(door: Door, today: Callable[[date], None]) -> tuple[Door, Submission]:
    today(CHECKING)
    item = door.item(K.SELF_CHECK_REPORT)
    door.post(f"/item/{item}", body=BODY, nonce="n1", **{"problem-1-title": "缺件"})
    return door, door.all(Submission)[0]


def test_p5_the_unit_sees_the_check_before_it_hands_in_and_nothing_is_sent(
    door: Door, today: Callable[[date], None]
) -> None:
    """问题+整改措施 ≥60 %; the same check as the clerk's, without JavaScript."""
    today(CHECKING)
    item = door.item(K.SELF_CHECK_REPORT)
    assert RULE in words(door.get(f"/item/{item}"))
    file = ("工作台账.txt", b"1", "text/plain")
    page = door.post(f"/check/{item}", 200, body=BODY, nonce="n1", files={"files": file})
    said = words(page)
    assert "内容核对（尚未报送）" in said and "问题与整改措施占14.5%" in said
    assert f"方案要求：“{RULE}”" in said and "四、（二）" in said and "缺少附件“问题清单”" in said
    assert "<mark>20</mark>" in page and '<span class="bare">进一步提高思想认识' in page
    assert not door.all(Submission) and "召开会议，成效明显。" in page
    assert [one.name for one in door.all(StagedFile)] == ["工作台账.txt"] and len(door.all(Draft)) == 1
    good = door.post(f"/check/{item}", 200, body=FAULTS, nonce="n1", **{"problem-1-title": "缺件"})
    assert "未发现不足。" in words(good)
    door.post(f"/item/{item}", body=BODY, nonce="n2", **{"problem-1-title": "缺件"})  # advice holds nothing back
    assert len(door.all(Submission)) == 1


def test_the_check_of_another_units_item_is_not_there_and_its_address_reopened_is_the_form(
    door: Door, today: Callable[[date], None]
) -> None:
    today(CHECKING)
    item = door.item(K.SELF_CHECK_REPORT)
    door.post("/check/00000000-0000-4000-8000-000000000000", 404, body="x")
    assert door.client.get(f"/u/{door.token}/check/{item}", follow_redirects=False).headers["location"].endswith(
        f"/u/{door.token}/item/{item}"
    )


def test_p11_every_problem_that_lacks_a_field_is_named_before_the_plan_goes_in(
    door: Door, today: Callable[[date], None]
) -> None:
    """missing 责任人 → the message names the problem."""
    today(FIXING)
    with door.running.on(FIXING) as session:
        door.running.find(session), door.running.find(session, title="第二个问题"), door.running.letter(session)
    item = door.item(K.RECT_PLAN)
    fields = {**door.plan_fields(), "plan-1-person": "", "plan-2-leader": ""}
    said = words(door.post(f"/check/{item}", 200, **fields))
    assert "问题1缺少“责任人”" in said and "问题2缺少“责任领导”" in said
    assert "逐一明确责任领导、责任单位、责任人及完成时限" in said
    assert "每个问题五项要素齐全。" in words(door.post(f"/check/{item}", 200, **door.plan_fields()))


def test_p5_the_clerk_returns_with_the_quoted_rule_in_one_click_and_the_unit_sees_which(sent) -> None:
    """returned with reason, marked passages."""
    door, row = sent
    clerk = signed(door.running.bind, "jingban")
    page = clerk.get(f"/submissions/{row.id}")
    assert '<section class="part counted">' in page and "<mark>20</mark>" in page
    (reason,) = re.findall(r'<textarea[^>]*name="reason"[^>]*>([^<]*)<', page)
    assert RULE in reason and "四、（二）" in reason
    clerk.post(f"/submissions/{row.id}/return", reason=reason)
    said = words(door.get(f"/item/{door.item(K.SELF_CHECK_REPORT)}"))
    assert "已报内容核对" in said and said.count(RULE) >= 2


def test_p5_ticking_sections_tries_a_split_and_the_decision_keeps_it(sent) -> None:
    """clerk may correct the section split."""
    door, row = sent
    clerk = signed(door.running.bind, "jingban")
    tried = clerk.get(f"/submissions/{row.id}?split=1&counted=1&counted=2")
    assert "占 100.0%" in tried and "waive" not in tried
    assert door.all(Submission)[0].content["share"] < 0.6
    none = clerk.get(f"/submissions/{row.id}?split=1")
    assert "占 0.0%" in none
    clerk.post(f"/submissions/{row.id}/accept", 422, split="1", counted="2", waive="")
    clerk.post(f"/submissions/{row.id}/accept", split="1", counted=["1", "2"])
    assert door.all(Submission)[0].state == "accepted"
    assert [one.data["counted"] for one in door.all(Event) if one.verb == "更正内容划分"] == [[1, 2]]


def test_a_refused_decision_keeps_what_was_typed_and_a_second_clerk_is_told(sent) -> None:
    door, row = sent
    clerk, other = (signed(door.running.bind, login) for login in ("jingban", "zhuren"))
    page = clerk.post(f"/submissions/{row.id}/return", 422, reason="请补数据", new_due="2020-13-01")
    assert "请补数据" in page and "不是日期" in page
    clerk.post(f"/submissions/{row.id}/accept", 422, waive=" ")
    other.post(f"/submissions/{row.id}/return", reason="缺数据")
    assert "已退回" in clerk.post(f"/submissions/{row.id}/accept", 409, waive="特殊情况")
