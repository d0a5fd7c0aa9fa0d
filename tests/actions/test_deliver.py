"""Delivery: only in the office's hours, one worker per message, the truth about every attempt."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from sqlmodel import select, update

from actions import deliver as delivering
from actions.deliver import MOST_ATTEMPTS, deliver, may_send
from config import clock
from config.policy import Policy
from models.database import transaction
from models.notice import Message, Notice
from models.office import Lease
from models.unit import Link
from models.words import AssignmentKind, Channel, MessageState, NoticeKind, NoticeState
from notifications.channel import Parcel, Receipt
from notifications.link import hash_token

K = AssignmentKind
AUGUST_3 = date(2020, 8, 3)


class Wire:
    """Stands in for the world outside: takes parcels, or refuses what is not for the embedded outbox."""

    def __init__(self, error: str = "") -> None:
        self.error, self.taken = error, list[Parcel]()

    def __call__(self, parcel: Parcel) -> Receipt:
        self.taken.append(parcel)
        ok = not self.error or parcel.channel == Channel.OUTBOX
        return Receipt(ok, "" if ok else self.error)


@pytest.fixture
def mailed(puyang: Callable):
    """A cycle whose only unit is reached by mail, its first reminder written and not yet sent."""
    running = puyang(units=1)
    with running.on(date(2020, 8, 1)) as session:
        contact = running.contact(session)
        contact.channel, contact.address = Channel.MAIL, "unit@example.org"
    running.round(AUGUST_3, time(8))
    return running


def at(running, moment: datetime):
    with clock.jumped_to(moment):
        return deliver(running.bind)


def only_reminders(running) -> None:
    """The letter that goes with the first reminder is left out: it may not go twice without a person."""
    with transaction(running.bind) as session:
        session.exec(update(Notice).where(Notice.kind == NoticeKind.LETTER).values(state=NoticeState.CANCELLED))


def workers_die(running) -> None:
    """The leases of all workers run out: nobody renews them any more."""
    with transaction(running.bind) as session:
        session.exec(update(Lease).values(until=clock.wall() - timedelta(seconds=1)))


def message(session) -> Message:
    return session.exec(select(Message).where(Message.channel == Channel.MAIL)).one()


@pytest.mark.parametrize(
    ("day", "hour", "sends"),
    [
        (date(2020, 8, 3), time(9), True), (date(2020, 8, 3), time(8, 59), False), (date(2020, 8, 3), time(18), True),
        (date(2020, 8, 3), time(18, 1), False), (date(2020, 8, 8), time(10), False),
        (date(2020, 9, 27), time(10), True), (date(2020, 10, 8), time(10), False),
    ],
)
def test_the_office_speaks_on_workdays_in_its_hours_only(day: date, hour: time, sends: bool) -> None:
    assert may_send(clock.at_time(day, hour), Policy()) == sends


def test_a_mail_carries_a_working_link_and_keeps_only_its_mask(mailed, monkeypatch: pytest.MonkeyPatch) -> None:
    wire = Wire()
    monkeypatch.setattr(delivering, "send", wire)
    at(mailed, clock.at_time(AUGUST_3))
    parcel = next(parcel for parcel in wire.taken if parcel.channel == Channel.MAIL)
    token = parcel.body.split("/u/")[1].split()[0]
    with mailed.on(AUGUST_3) as session:
        assert session.exec(select(Link.token_hash)).all() == [hash_token(token)]
        assert token not in message(session).body
        assert (message(session).state, parcel.key) == (MessageState.SENT, str(message(session).id))


def test_a_refused_message_is_not_stamped_sent_and_is_tried_again_with_the_same_words(
    mailed, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire, morning = Wire("对方拒收"), clock.at_time(AUGUST_3)
    monkeypatch.setattr(delivering, "send", wire)
    at(mailed, morning)
    with mailed.on(AUGUST_3) as session:
        assert (message(session).state, message(session).error) == (MessageState.FAILED, "对方拒收")
    assert mailed.told(K.SELF_CHECK_REPORT) == []
    at(mailed, morning + timedelta(minutes=4))
    assert len([one for one in wire.taken if one.channel == Channel.MAIL]) == 1
    wire.error = ""
    at(mailed, morning + timedelta(minutes=6))
    first, second = (one for one in wire.taken if one.channel == Channel.MAIL)
    assert first == second
    assert mailed.told(K.SELF_CHECK_REPORT) == [(AUGUST_3, "T-7")]


def test_after_the_last_attempt_the_office_is_told_to_telephone(mailed, monkeypatch: pytest.MonkeyPatch) -> None:
    wire = Wire("对方拒收")
    monkeypatch.setattr(delivering, "send", wire)
    for day in (3, 4, 5, 6, 7, 10, 11, 12):
        for hour in (9, 12, 17):
            at(mailed, clock.at_time(date(2020, 8, day), time(hour)))
    assert len([one for one in wire.taken if one.channel == Channel.MAIL]) == MOST_ATTEMPTS
    with mailed.on(AUGUST_3) as session:
        assert message(session).state == MessageState.DEAD
        alert = session.exec(select(Notice).where(Notice.kind == NoticeKind.ALERT)).one()
        assert alert.text == f"发往{mailed.unit(session).name}的通知6次未成功，请电话通知：对方拒收"


def test_a_message_whose_notices_were_all_withdrawn_is_not_sent(mailed, monkeypatch: pytest.MonkeyPatch) -> None:
    wire = Wire("暂时不通")
    monkeypatch.setattr(delivering, "send", wire)
    at(mailed, clock.at_time(AUGUST_3))
    with mailed.on(AUGUST_3) as session:
        mailed.hand_in(session)
    tried = len(wire.taken)
    at(mailed, clock.at_time(AUGUST_3, time(10)))
    with mailed.on(AUGUST_3) as session:
        others = session.exec(select(Notice).where(Notice.state == NoticeState.PLANNED)).all()
        assert all(notice.assignment_id != mailed.item(session, K.SELF_CHECK_REPORT).id for notice in others)
        bodies = [parcel.body for parcel in wire.taken[tried:]]
        assert not any("自查报告" in body for body in bodies)


def test_a_worker_that_died_while_sending_leaves_its_message_to_the_next_one_marked(mailed) -> None:
    class Killed(BaseException):
        pass

    only_reminders(mailed)

    def die(parcel: Parcel) -> Receipt:
        if parcel.channel == Channel.MAIL:
            raise Killed
        return Receipt(True)

    wire, morning = Wire(), clock.at_time(AUGUST_3)
    with pytest.MonkeyPatch.context() as patch, pytest.raises(Killed):
        patch.setattr(delivering, "send", die)
        at(mailed, morning)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delivering, "send", wire)
        at(mailed, morning + timedelta(minutes=5))
        assert [one for one in wire.taken if one.channel == Channel.MAIL] == []  # perhaps the other still sends
        workers_die(mailed)
        at(mailed, morning + timedelta(minutes=11))
        at(mailed, morning + timedelta(minutes=22))
    assert len([one for one in wire.taken if one.channel == Channel.MAIL]) == 1
    with mailed.on(AUGUST_3) as session:
        assert (message(session).state, message(session).doubtful) == (MessageState.SENT, True)
        assert "可能重复" in message(session).error


def test_a_cycles_own_hours_are_kept_by_its_round(puyang: Callable) -> None:
    running = puyang(units=1, policy=Policy(send_from=time(10)))
    assert running.round(AUGUST_3, time(9)).delivery.sent == 0
    assert running.round(AUGUST_3, time(10)).delivery.sent > 0
