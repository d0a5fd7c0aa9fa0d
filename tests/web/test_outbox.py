"""The outbox page: what a person must find out, and the hold with its choices."""

from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from sqlmodel import select

from actions import sending
from config import clock
from models.notice import Hold, Message
from models.words import Channel, MessageState
from tests.conftest import Running
from tests.web.at_desk import signed

MONDAY = date(2020, 8, 3)


@pytest.fixture
def running(puyang: Callable[..., Running], today: Callable[[date], None]) -> Running:
    found = puyang(2)
    found.round(MONDAY)
    with found.on(MONDAY) as session:
        row = session.exec(select(Message).where(Message.unit_id == found.unit(session).id)).first()
        row.state, row.channel, row.error = MessageState.UNKNOWN, Channel.MAIL, "发送中断，结果不明"
    today(MONDAY)
    clock.freeze(clock.at_time(MONDAY, time(11)))
    return found


def unknown(running: Running) -> Message:
    with running.on(MONDAY) as session:
        return session.exec(select(Message).where(Message.channel == Channel.MAIL)).one()


def test_what_nobody_knows_is_on_the_desk_and_in_the_outbox_with_both_ways_out(running: Running) -> None:
    desk, key = signed(running.bind, "jingban"), unknown(running).id
    assert "通知结果不明" in desk.get("/") and "须电话核实" in desk.get("/outbox")
    page = desk.get(f"/outbox/{key}")
    assert f"/outbox/{key}/delivered" in page and f"/outbox/{key}/again" in page
    assert "请写明" in desk.post(f"/outbox/{key}/delivered", 422, how=" ")
    desk.post(f"/outbox/{key}/delivered", 303, how="10时张某接听")
    assert unknown(running).state == MessageState.SENT
    assert "通知结果不明" not in desk.get("/")


def test_a_leader_sees_it_and_may_not_decide(running: Running) -> None:
    leader, key = signed(running.bind, "lingdao"), unknown(running).id
    assert f"/outbox/{key}/delivered" not in leader.get(f"/outbox/{key}")
    leader.post(f"/outbox/{key}/delivered", 403, how="张某接听")


def test_the_hold_is_told_with_its_reason_and_the_head_alone_ends_it(running: Running) -> None:
    with running.on(MONDAY) as session:
        sending.hold(session, "数据库由备份恢复")
    clerk, head = signed(running.bind, "jingban"), signed(running.bind, "zhuren")
    assert "数据库由备份恢复" in clerk.get("/outbox") and "<button" not in _hold(clerk.get("/outbox"))
    clerk.post("/outbox/release", 403)
    page = _hold(head.get("/outbox"))
    assert "恢复发送" in page
    seen = page.split('name="seen" value="')[1].split('"')[0]
    head.post("/outbox/release", 303, seen=seen)
    with running.on(MONDAY) as session:
        assert session.exec(select(Hold)).one().released_by == "主任甲"
    head.post("/outbox/release", 409, seen=seen)
    assert 'id="hold"' not in head.get("/outbox")


def _hold(page: str) -> Any:
    return page.split('id="hold"')[1].split("</section>", maxsplit=1)[0]
