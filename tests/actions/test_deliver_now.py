"""A message somebody waits for: sent at any hour, recorded as it went, never repeated by the ordinary round."""

from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from actions.deliver import deliver
from actions.deliver_now import send_now
from config import clock
from models.base import NotAllowed
from models.notice import Message
from models.words import Channel, MessageState

SUNDAY_NIGHT = clock.at_time(date(2020, 8, 2), time(23, 30))


def words(_session: Session) -> tuple[str, str, str]:
    return "【督办验证码】办公室", "验证码为：123456", "验证码为：······"


@pytest.fixture
def mailed(puyang: Callable, mailbox: Any) -> Any:
    running = puyang(units=1)
    with running.on(date(2020, 8, 2)) as session:
        contact = running.contact(session)
        contact.channel, contact.address = Channel.MAIL, "zhang@example.org"
        running.contact_id = contact.id
    return running


def mails(running: Any) -> list[Message]:
    with running.on(date(2020, 8, 2)) as session:
        return list(session.exec(select(Message).where(Message.channel == Channel.MAIL)))


def test_it_goes_out_at_once_at_any_hour_and_is_kept_without_the_code(mailed: Any, mailbox: Any) -> None:
    with clock.jumped_to(SUNDAY_NIGHT):
        assert send_now(mailed.contact_id, words, mailed.bind).ok
    assert "123456" in mailbox.texts()[0]
    (message,) = mails(mailed)
    assert (message.state, message.body) == (MessageState.SENT, "验证码为：······") and message.sent_at == SUNDAY_NIGHT


def test_a_refused_one_is_told_and_never_sent_later(mailed: Any, mailbox: Any) -> None:
    mailbox.refuse = True
    with clock.jumped_to(SUNDAY_NIGHT):
        assert not send_now(mailed.contact_id, words, mailed.bind).ok
    mailbox.refuse = False
    for days in (1, 2):
        with clock.jumped_to(clock.at_time(date(2020, 8, 2) + timedelta(days=days))):
            deliver(mailed.bind)
    assert all("123456" not in text and "······" not in text for text in mailbox.texts())
    assert MessageState.DEAD in {message.state for message in mails(mailed)}


def test_one_that_a_killed_process_left_claimed_is_not_sent_without_its_code(mailed: Any, mailbox: Any) -> None:
    with clock.jumped_to(SUNDAY_NIGHT):
        send_now(mailed.contact_id, words, mailed.bind)
    with mailed.on(date(2020, 8, 2)) as session:
        row = session.exec(select(Message).where(Message.subject == "【督办验证码】办公室")).one()
        row.state, row.claimed_at, row.sent_at = MessageState.CLAIMED, SUNDAY_NIGHT, None
    with clock.jumped_to(clock.at_time(date(2020, 8, 3))):
        deliver(mailed.bind)
    assert all("······" not in text for text in mailbox.texts())


def test_what_may_not_be_sent_leaves_no_message(mailed: Any, mailbox: Any) -> None:
    def refused(_session: Session) -> tuple[str, str, str]:
        raise NotAllowed("太频繁")

    with pytest.raises(NotAllowed, match="太频繁"):
        send_now(mailed.contact_id, refused, mailed.bind)
    assert mails(mailed) == [] and mailbox.mails == []
