"""A deadline becomes a reminder that a real SMTP server and a real webhook have taken, once."""

import re
from datetime import date, time

import httpx
from sqlmodel import select

from actions.refusal import readdressed
from commands.office import People
from config import clock
from flows.remind import remind
from models.database import reading, transaction
from models.notice import Message
from models.unit import Contact
from models.words import Channel, MessageState
from notifications.channel import Parcel, send
from tests.real_parts import Hook, Mailbox, set_clock

FIRST = date(2020, 8, 3)


def address(channel: Channel, where: str, position: int) -> None:
    with transaction() as session:
        contact = [c for c in session.exec(select(Contact)) if c.unit_id][position]
        contact.channel, contact.address = channel, where
        readdressed(session, contact)


def states() -> list[MessageState]:
    with reading() as session:
        return [message.state for message in session.exec(select(Message).where(Message.day >= FIRST))]


def test_a_deadline_becomes_a_mail_and_a_webhook_call(
    site: str, people: People, puyang, mailbox: Mailbox, webhook: Hook, run_flow
) -> None:
    puyang(2, on=FIRST)
    address(Channel.MAIL, "lianluo@example.org", 0)
    address(Channel.WEBHOOK, webhook.url, 1)
    set_clock(FIRST, time(9, 0))
    state = run_flow(remind, day=FIRST, return_state=True)
    assert (state.name, state.message) == ("已发送", "已发2条，失败0条，取消0条")

    (text,) = mailbox.texts()
    assert "自查报告（附问题清单）：8月10日（周一）截止，距截止5个工作日" in text
    assert mailbox.mails[0]["Subject"] == "【督办提醒】签收方案并确认联系人等2项"
    assert mailbox.mails[0]["To"] == "lianluo@example.org"
    ((headers, call),) = webhook.calls
    assert headers["Idempotency-Key"] and "自查报告" in call["message"]

    link = re.search(r"http://\S+/u/\S+", text).group()
    assert "自查报告（附问题清单）" in httpx.get(link).text, "the link in the mail opens the unit's page"
    with reading() as session:
        kept = [message.body for message in session.exec(select(Message)) if "/u/" in message.body]
    assert kept and not any(link in body for body in kept), "the record keeps no usable link"

    again = run_flow(remind, day=FIRST, return_state=True)
    assert again.name == "无须发送" and len(mailbox.mails) == 1 and len(webhook.calls) == 1


def test_a_refused_message_is_never_called_sent_and_goes_out_later(
    site: str, people: People, puyang, mailbox: Mailbox, webhook: Hook, run_flow
) -> None:
    puyang(2, on=FIRST)
    address(Channel.MAIL, "lianluo@example.org", 0)
    address(Channel.WEBHOOK, webhook.url, 1)
    mailbox.refuse, webhook.status = True, 503
    set_clock(FIRST, time(9, 0))
    state = run_flow(remind, day=FIRST, return_state=True)
    assert state.name == "有失败" and states().count(MessageState.FAILED) == 2
    with reading() as session:
        shown = [m.error for m in session.exec(select(Message)) if m.state == MessageState.FAILED]
    assert all(shown) and not any("example.org" in error or webhook.url in error for error in shown)

    mailbox.refuse, webhook.status = False, 200
    set_clock(FIRST, time(9, 30))
    run_flow(remind, day=FIRST)
    assert len(mailbox.mails) == 1 and len(webhook.calls) == 1
    assert set(states()) == {MessageState.SENT}


def test_nothing_leaves_on_a_rest_day_and_the_monday_says_what_was_missed(
    site: str, people: People, puyang, run_flow
) -> None:
    running = puyang(2)
    running.rounds(date(2020, 7, 24), date(2020, 8, 4))
    sunday, monday = date(2020, 8, 9), date(2020, 8, 10)  # down from Wednesday to Saturday
    set_clock(sunday, time(9, 0))
    assert run_flow(remind, day=sunday, return_state=True).message == "08-09逢周日，不发通知"
    set_clock(monday, time(9, 0))
    run_flow(remind, day=monday)
    with reading() as session:
        bodies = [m.body for m in session.exec(select(Message).where(Message.day == monday)) if m.unit_id]
    assert len(bodies) == 2, "one merged message for each unit"
    assert all("今日（周一）到期" in body and "迟于原定的8月7日" in body for body in bodies)
    assert clock.today() == monday


def test_a_robot_that_refuses_inside_a_200_and_a_redirect_are_not_called_sent(webhook: Hook, home) -> None:
    parcel = Parcel(Channel.WEBHOOK, webhook.url, "主题", "正文", "key-1")
    webhook.answer = b'{"errcode": 45009, "errmsg": "too fast"}'
    assert not send(parcel).ok
    webhook.answer = b'{"errcode": 0}'
    assert send(parcel).ok
    webhook.status = 302
    assert not send(parcel).ok
    assert [call["key"] for _, call in webhook.calls] == ["key-1", "key-1"]


def test_one_bad_address_stops_nobody_else(site: str, people: People, puyang, mailbox: Mailbox, run_flow) -> None:
    puyang(2, on=FIRST)
    address(Channel.WEBHOOK, "http://[oops", 0)
    address(Channel.MAIL, "lianluo@example.org", 1)
    set_clock(FIRST, time(9, 0))
    state = run_flow(remind, day=FIRST, return_state=True)
    assert (state.name, len(mailbox.mails)) == ("有失败", 1)
    address(Channel.MAIL, "other@example.org", 0)
    set_clock(FIRST, time(9, 30))
    run_flow(remind, day=FIRST)
    assert mailbox.mails[1]["To"] == "other@example.org", "tried again where the contact is reached now"
