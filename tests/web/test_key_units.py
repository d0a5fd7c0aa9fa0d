"""重点督导对象 at the office's desk: two people's keys, the visits by month, release; refusals keep what was typed."""

from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from sqlmodel import select

from config import clock
from models.base import NotFound
from models.cycle import Cycle, Visit
from models.database import transaction
from models.event import Event
from models.key_unit import KeyUnit
from models.office import Office
from models.unit import Unit
from models.words import CycleState, KeyUnitState, VisitKind, VisitState
from tests.web.test_duties import Desk, sign_in

__all__ = ["sign_in"]
WHY = "连续两期自查报告退回"
CARD = "列为重点督导对象的，经另一人批准"


@pytest.fixture
def clerk(sign_in: Callable[..., Desk]) -> Desk:
    return sign_in("jingban")


@pytest.fixture
def leader(sign_in: Callable[..., Desk]) -> Desk:
    return sign_in("lingdao")


def page(desk: Desk) -> str:
    return desk.get(f"/units/{desk.units(1)[0]}")


def propose(desk: Desk, status: int = 303, **changed: str) -> str:
    given = {"cycle": str(desk.running.cycle_id), "reason": WHY} | changed
    return desk.post(f"/units/{desk.units(1)[0]}/key", status, **given)


def row(desk: Desk) -> KeyUnit:
    return max(desk.all(KeyUnit), key=lambda one: one.proposed_at)


def decide(desk: Desk, status: int = 303, verdict: str = "approve", **more: str) -> str:
    return desk.post(f"/key-units/{row(desk).id}/decide", status, verdict=verdict, **more)


def release(desk: Desk, status: int = 303, reason: str = "已整改到位") -> str:
    return desk.post(f"/key-units/{row(desk).id}/release", status, reason=reason)


def key_visits(desk: Desk) -> list[Visit]:
    return sorted((one for one in desk.all(Visit) if one.kind == VisitKind.KEY), key=lambda one: one.start_on)


def test_x7_one_proposes_another_approves_the_visits_stand_by_month_and_the_unit_is_released(
    clerk: Desk, leader: Desk
) -> None:
    assert CARD in page(clerk)
    shown = propose(clerk)
    assert WHY in shown and "待批准" in shown and 'value="approve"' not in shown
    assert 'value="approve"' in page(leader)
    shown = decide(leader)
    assert "重点督导中" in shown and "2020年8月" in shown and "8月17日（周一）" in shown
    clock.freeze(clock.at_time(date(2020, 11, 2), time(9)))  # nobody ran the rounds of September and October
    leader.running.round(date(2020, 11, 2))
    shown = page(leader)
    assert shown.count("未排定") == 2 and "2020年11月" in shown and "11月17日（周二）" in shown
    home = leader.get("/?desk=1")
    assert "2020年9月、2020年10月系统未运行" in home
    shown = release(clerk)
    assert "已取消" in shown and "由经办甲解除：已整改到位" in shown and CARD in shown
    assert [visit.state for visit in key_visits(clerk)] == [VisitState.PLANNED, VisitState.CANCELLED]
    verbs = [event.verb for event in clerk.all(Event) if "重点督导" in event.verb]
    assert verbs == ["提出重点督导对象", "批准列为重点督导对象", "解除重点督导对象"]


def test_x7_who_proposed_sees_no_button_and_is_refused_when_trying_anyway(sign_in: Callable[..., Desk]) -> None:
    head = sign_in("zhuren")
    shown = propose(head)
    assert 'value="approve"' not in shown and "提出人本人不能批准" in shown
    assert "须由另一人批准" in decide(head, 403)
    assert row(head).state == KeyUnitState.PROPOSED


def test_x7_today_counts_what_waits_for_approval_and_leads_to_the_unit(clerk: Desk, leader: Desk) -> None:
    assert "待批准的重点督导对象" not in leader.get("/?desk=1") and 'id="key-units"' not in leader.get("/?desk=1")
    propose(clerk)
    home = leader.get("/?desk=1")
    assert "<b>1</b>" in home and "待批准的重点督导对象" in home and WHY in home
    assert f'href="/units/{clerk.units(1)[0]}#key-{clerk.running.cycle_id}"' in home
    assert f'id="key-{clerk.running.cycle_id}"' in page(leader)
    decide(leader)
    assert "待批准的重点督导对象" not in leader.get("/?desk=1")


def test_a_refusal_shows_its_sentence_and_keeps_what_was_typed(clerk: Desk, leader: Desk) -> None:
    assert "须写明事由" in propose(clerk, 422, reason=" ")
    shown = propose(clerk, 422, cycle="x")
    assert "请选择督察周期" in shown and f"您填写的是：{WHY}" in shown
    propose(clerk)
    again = propose(clerk, 409, reason="另一事由")
    assert "正待批准" in again and "您填写的是：另一事由" in again  # a colleague was first; the words are not lost
    assert "请选择批准或不予批准" in decide(leader, 422, verdict="perhaps", answer="再研究")
    shown = decide(leader, 422, verdict="refuse", answer=" ")
    assert "不予批准须写明理由" in shown
    shown = decide(clerk, 403, answer="同意列入")
    assert "主任或分管领导" in shown and row(clerk).state == KeyUnitState.PROPOSED
    decide(leader)
    assert "解除重点督导须写明理由" in release(leader, 422, reason=" ")


def test_what_was_typed_stands_in_the_field_again(clerk: Desk, leader: Desk, sign_in: Callable[..., Desk]) -> None:
    shown = leader.post(
        f"/units/{leader.units(1)[0]}/key", 403, cycle=str(leader.running.cycle_id), reason="领导代提"
    )
    assert "提出重点督导对象须由办公室主任或经办人办理" in shown  # who is shown no form has nothing to lose
    with transaction(clerk.running.bind) as session:
        session.get_one(Unit, row_unit := session.exec(select(Unit).order_by(Unit.sort)).first().id).active = False
    assert "您填写的是：撤并前提出" in propose(clerk, 403, reason="撤并前提出")
    with transaction(clerk.running.bind) as session:
        session.get_one(Unit, row_unit).active = True
    propose(clerk)
    assert 'value="研究中"' in decide(leader, 422, verdict="", answer="研究中")
    with transaction(clerk.running.bind) as session:
        session.get_one(Unit, row_unit).active = False
    assert 'value="照准"' in decide(leader, 403, answer="照准")
    release_early = leader.post(f"/key-units/{row(leader).id}/release", 409, reason="不再需要")
    assert "不能解除" in release_early and "您填写的是：不再需要" in release_early


def test_a_refused_proposal_stays_on_the_page_and_another_may_be_made(clerk: Desk, leader: Desk) -> None:
    propose(clerk)
    shown = decide(leader, verdict="refuse", answer="先行约谈")
    assert "领导甲未批准：先行约谈" in shown and key_visits(clerk) == []
    assert "待批准" in propose(clerk)


def test_a_double_click_finds_the_case_decided_and_plans_nothing_twice(clerk: Desk, leader: Desk) -> None:
    propose(clerk)
    decide(leader)
    assert "已处理：重点督导中" in decide(leader, 409)
    release(leader)
    assert "不能解除" in release(leader, 409)
    assert len(key_visits(clerk)) == 1


def test_a_cancelled_visit_is_shown_as_such_without_forms(clerk: Desk, leader: Desk) -> None:
    propose(clerk)
    decide(leader)
    release(leader)
    visit, cycle = key_visits(clerk)[0], clerk.running.cycle_id
    clock.freeze(clock.at_time(date(2020, 9, 1), time(10)))
    listed = clerk.get(f"/cycles/{cycle}/visits")
    assert "已取消" in listed and "重点督导" in listed and listed.count("缺反馈单") == len(clerk.all(Visit)) - 1
    shown = clerk.get(f"/cycles/{cycle}/visits/{visit.id}")
    assert "已取消" in shown and "登记现场问题" not in shown and "调整日程" not in shown
    path = f"/cycles/{cycle}/visits/{visit.id}"
    clerk.post(f"{path}/problem", 403, title="记录不全")
    clerk.post(f"{path}/feedback", 403, sheet="已反馈", signed_by="负责人")
    clerk.post(f"{path}/move", 403, start="2020-09-02", end="2020-09-02")


@pytest.mark.parametrize("login", ["zuzhang", "jingban2"])
def test_others_read_the_card_and_do_not_decide(clerk: Desk, sign_in: Callable[..., Desk], login: str) -> None:
    propose(clerk)
    other = sign_in(login)
    assert WHY in page(other) and 'value="approve"' not in page(other)
    decide(other, 403)


def test_a_unit_without_a_running_cycle_has_no_card(clerk: Desk) -> None:
    with transaction(clerk.running.bind) as session:
        session.get_one(Cycle, clerk.running.cycle_id).state = CycleState.CLOSED
    assert "重点督导对象" not in page(clerk)


def test_another_offices_unit_cycle_or_case_does_not_exist_here(clerk: Desk, leader: Desk) -> None:
    propose(clerk)
    with transaction(clerk.running.bind) as session:
        office = Office(name="外县办公室", short_name="外县", made_at=clock.now())
        session.add(office)
        session.flush()
        unit = Unit(office_id=office.id, name="外县司法局")
        session.add(unit)
        session.exec(select(KeyUnit)).one().office_id = office.id
        session.flush()
        foreign = str(unit.id)
    given: dict[str, Any] = {"cycle": str(clerk.running.cycle_id), "reason": WHY}
    assert str(NotFound("没有找到")) in clerk.post(f"/units/{foreign}/key", 404, **given)
    decide(leader, 404)
    release(leader, 404)
    assert "待批准的重点督导对象" not in leader.get("/?desk=1")
