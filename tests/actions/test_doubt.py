"""What nobody knows the fate of, what was refused, what is too much for a day, and the hold: R4, R6, R7, R12."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import Session, col, select, update

from actions import deliver as delivering
from actions import doubt, sending
from actions.deliver import deliver
from actions.deliver_now import send_now
from actions.enrol import name_contact
from actions.proof import make_proof
from config import clock
from config.policy import Policy
from models.base import Conflict, NotAllowed, Rejected
from models.event import Event
from models.notice import Hold, Message, Notice
from models.office import Lease
from models.unit import Contact
from models.words import AssignmentKind, Channel, MessageState, NoticeKind, NoticeState
from notifications.channel import Parcel, Receipt
from tests.actions.test_deliver import AUGUST_3, at, mailed, message, only_reminders, workers_die  # noqa: F401
from tests.conftest import Running

K, M = AssignmentKind, MessageState
MORNING = clock.at_time(AUGUST_3)


class World:
    """The wires: each address answers what it is told to, in the order it is asked; the rest take everything."""

    def __init__(self, **answers: list[Receipt | BaseException]) -> None:
        self.answers, self.taken = answers, list[Parcel]()

    def __call__(self, parcel: Parcel) -> Receipt:
        if parcel.channel == Channel.OUTBOX:
            return Receipt(True)
        self.taken.append(parcel)
        queue = self.answers.get(parcel.channel.value, [])
        answer = queue.pop(0) if len(queue) > 1 else queue[0] if queue else Receipt(True)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def by(self, channel: Channel) -> list[Parcel]:
        return [parcel for parcel in self.taken if parcel.channel == channel]


class Killed(BaseException):
    """Not an Exception: nothing on the way may take it for a failed sending."""


@contextmanager
def world(**answers: Any) -> Iterator[World]:
    with pytest.MonkeyPatch.context() as patch:
        found = World(**answers)
        patch.setattr(delivering, "send", found)
        yield found


def dies(running: Running, moment: Any = MORNING) -> Parcel:
    """A worker dies with the message in its hands; what it was about to send."""
    with world(mail=[Killed()]) as wires, pytest.raises(Killed):
        at(running, moment)
    workers_die(running)
    return wires.by(Channel.MAIL)[0]


def only(running: Running) -> Message:
    with running.on(AUGUST_3) as session:
        return message(session)


def test_a_reminder_in_doubt_goes_again_once_with_its_key_and_words(mailed: Running) -> None:  # noqa: F811
    only_reminders(mailed)
    first = dies(mailed)
    with world() as wires:
        at(mailed, MORNING + timedelta(minutes=15))
        at(mailed, MORNING + timedelta(minutes=30))
    assert wires.by(Channel.MAIL) == [first]
    assert (only(mailed).state, only(mailed).doubtful) == (M.SENT, True)


def test_one_that_dies_twice_waits_for_a_person(mailed: Running) -> None:  # noqa: F811
    only_reminders(mailed)
    dies(mailed)
    dies(mailed, MORNING + timedelta(minutes=15))
    with world() as wires:
        at(mailed, MORNING + timedelta(minutes=30))
    assert wires.by(Channel.MAIL) == [] and only(mailed).state == M.UNKNOWN


def test_on_another_day_it_goes_as_another_message_in_that_days_words(mailed: Running) -> None:  # noqa: F811
    only_reminders(mailed)
    first = dies(mailed)
    with world() as wires:
        at(mailed, clock.at_time(date(2020, 8, 4)))
    (second,) = wires.by(Channel.MAIL)
    assert second.key != first.key and "2020年8月4日" in second.body
    with mailed.on(AUGUST_3) as session:
        rows = session.exec(select(Message).where(Message.channel == Channel.MAIL)).all()
        assert {(row.state, row.doubtful) for row in rows} == {(M.CANCELLED, True), (M.SENT, True)}


def test_what_carries_a_letter_waits_for_a_person_and_is_told_by_telephone(mailed: Running) -> None:  # noqa: F811
    dies(mailed)
    with world() as wires:
        at(mailed, MORNING + timedelta(minutes=15))
    assert wires.by(Channel.MAIL) == []
    with mailed.on(AUGUST_3) as session:
        row = message(session)
        assert row.state == M.UNKNOWN
        with pytest.raises(Rejected, match="接听"):
            doubt.was_delivered(session, mailed.actor("jingban"), row, " ")
        with pytest.raises(NotAllowed):
            doubt.was_delivered(session, mailed.actor("lingdao"), row, "张某接听")
        doubt.was_delivered(session, mailed.actor("jingban"), row, "8月3日10时张某接听，已收到")
    assert only(mailed).state == M.SENT
    with mailed.on(AUGUST_3) as session:
        assert {n.state for n in session.exec(select(Notice).where(Notice.message_id == message(session).id))} == {
            NoticeState.SENT
        }
        assert session.exec(select(Event).where(Event.verb == "电话核实送达")).one().data["how"].endswith("已收到")
        assert make_proof(session, mailed.actor("jingban"), mailed.unit(session))


def test_a_person_may_have_it_sent_again_and_says_why(mailed: Running) -> None:  # noqa: F811
    first = dies(mailed)
    with world() as wires:
        at(mailed, MORNING + timedelta(minutes=15))
        with mailed.on(AUGUST_3) as session:
            with pytest.raises(Rejected, match="理由"):
                doubt.send_again(session, mailed.actor("jingban"), message(session))
            doubt.send_again(session, mailed.actor("jingban"), message(session), "电话无人接听")
        at(mailed, MORNING + timedelta(minutes=30))
    assert wires.by(Channel.MAIL) == [first], "the same key, so that a machine takes it once"


def test_a_lease_from_a_clock_that_was_set_back_is_not_a_death(mailed: Running) -> None:  # noqa: F811
    """R8: a living worker's lease looks a day too long; it has one more term to renew it."""
    only_reminders(mailed)
    with world(mail=[Killed()]), pytest.raises(Killed):
        at(mailed, MORNING)
    with mailed.on(AUGUST_3) as session:
        session.exec(update(Lease).values(until=clock.wall() + timedelta(days=1)))
    with world() as wires:
        at(mailed, MORNING + timedelta(minutes=15))
        assert wires.by(Channel.MAIL) == []
        workers_die(mailed)
        at(mailed, MORNING + timedelta(minutes=30))
        assert len(wires.by(Channel.MAIL)) == 1


def two_ways(running: Running) -> None:
    with running.on(AUGUST_3) as session:
        contact = running.contact(session)
        contact.second_channel, contact.second_address = Channel.WEBHOOK, "http://127.0.0.1:1/two"


def test_a_way_that_keeps_failing_gives_over_to_the_second_with_attempts_of_its_own(
    mailed: Running,  # noqa: F811
) -> None:
    """R6: back-off within the hours, at most 72 hours, then the second way, then the telephone."""
    two_ways(mailed)
    with world(mail=[Receipt(False, "暂时不通")], webhook=[Receipt(False, "对方没有应答")]) as wires:
        for day in (3, 4, 5, 6, 7, 10, 11, 12, 13, 14):
            for hour in range(9, 18):
                at(mailed, clock.at_time(date(2020, 8, day), time(hour)))
    mails, hooks = wires.by(Channel.MAIL), wires.by(Channel.WEBHOOK)
    firsts = [parcel for parcel in mails if parcel.key == mails[0].key]
    assert len(firsts) == len([one for one in hooks if one.key == mails[0].key]) == delivering.MOST_ATTEMPTS
    with mailed.on(AUGUST_3) as session:
        row = session.get_one(Message, UUID(mails[0].key))
        assert (row.state, row.second_way) == (M.DEAD, True)


def test_who_wants_to_be_asked_later_is_asked_later_and_loses_no_attempt(mailed: Running) -> None:  # noqa: F811
    with world(mail=[Receipt(False, "太快", wait=1200)] * 9 + [Receipt(True)]) as wires:
        at(mailed, MORNING)
        at(mailed, MORNING + timedelta(minutes=19))
        assert len(wires.taken) == 1 and only(mailed).attempts == 0
        for n in range(1, 10):
            at(mailed, MORNING + timedelta(minutes=21 * n))
    assert only(mailed).state == M.SENT


def test_an_address_refused_for_good_is_never_asked_again_until_it_is_put_right(mailed: Running) -> None:  # noqa: F811
    with world(mail=[Receipt(False, "查无此人", permanent=True)]) as wires:
        at(mailed, MORNING)
        at(mailed, MORNING + timedelta(hours=4))
        mailed.round(date(2020, 8, 7))
    assert len(wires.taken) == 1
    with mailed.on(AUGUST_3, time(15)) as session:
        contact = mailed.contact(session)
        assert contact.refused_at and contact.refused_why == "查无此人"
        alerts = [n.text for n in session.exec(select(Notice).where(Notice.kind == NoticeKind.ALERT))]
        assert any("已停用" in text for text in alerts) and any("请电话通知" in text for text in alerts)
        assert session.exec(select(Event).where(Event.verb == "地址停用")).one()
        states = {one.state for one in session.exec(select(Message).where(Message.channel == Channel.MAIL))}
        assert states == {M.DEAD}
    with mailed.on(date(2020, 8, 7), time(10)) as session:
        fields = {"contact": mailed.contact(session).name, "channel": "mail", "address": "right@example.org"}
        name_contact(session, mailed.actor("jingban"), mailed.unit(session), fields)
    with world() as wires:
        at(mailed, clock.at_time(date(2020, 8, 7), time(11)))
    (told,) = wires.taken
    assert told.address == "right@example.org" and told.body.count("自查报告") == 1, "what was missed, each once"


def test_with_a_second_way_a_refused_address_is_passed_over_at_once(mailed: Running) -> None:  # noqa: F811
    two_ways(mailed)
    with world(mail=[Receipt(False, "查无此人", permanent=True)]) as wires:
        assert at(mailed, MORNING).sent >= 1
    assert [parcel.channel for parcel in wires.taken] == [Channel.MAIL, Channel.WEBHOOK]
    with mailed.on(AUGUST_3) as session:
        row = session.exec(select(Message).where(Message.channel == Channel.WEBHOOK)).one()
        assert (row.state, row.second_way) == (M.SENT, True)


def test_over_the_daily_cap_reminders_wait_for_tomorrow_and_letters_do_not(puyang: Callable[..., Running]) -> None:
    running = puyang(1, policy=Policy(unit_messages_a_day=1))
    running.round(AUGUST_3)
    with running.on(AUGUST_3, time(11)) as session:
        contact, item = running.contact(session), running.item(session, K.SELF_CHECK_REPORT)
        for step, kind in (("额外提醒", NoticeKind.REMIND), ("一封信", NoticeKind.LETTER)):
            session.add(Notice(
                office_id=item.office_id, cycle_id=item.cycle_id, unit_id=item.unit_id, contact_id=contact.id,
                assignment_id=item.id, kind=kind, step=step, planned_on=AUGUST_3, text=step, made_at=clock.now(),
            ))
    with clock.jumped_to(clock.at_time(AUGUST_3, time(11))):
        assert deliver(running.bind).carried == 1
        assert deliver(running.bind).carried == 1, "nothing new is sent, and it still waits"
    with running.on(AUGUST_3) as session:
        assert "一封信" in running.said(session, AUGUST_3) and "额外提醒" not in running.said(session, AUGUST_3)
    with clock.jumped_to(clock.at_time(date(2020, 8, 4))):
        deliver(running.bind)
    with running.on(AUGUST_3) as session:
        assert running.said(session, date(2020, 8, 4)).count("额外提醒") == 1


def test_nothing_goes_to_somebody_who_is_no_longer_the_contact(mailed: Running) -> None:  # noqa: F811
    with mailed.on(AUGUST_3, time(8)) as session:
        mailed.contact(session).active = False
    with world() as wires:
        at(mailed, MORNING)
    assert wires.taken == []
    with mailed.on(AUGUST_3) as session:
        assert session.exec(select(Event).where(Event.verb == "联系人已停用，未发")).one()


def test_the_whole_round_is_bounded_where_a_wire_is_down_and_the_others_go_on(
    puyang: Callable[..., Running], monkeypatch: pytest.MonkeyPatch
) -> None:
    """R6: one bad wire; the others' messages all leave in the same round."""
    running = puyang(30)
    with running.on(AUGUST_3, time(8)) as session:
        for n, contact in enumerate(session.exec(select(Contact).where(col(Contact.unit_id).is_not(None)))):
            contact.channel, contact.address = (
                (Channel.MAIL, f"u{n}@example.org") if n % 2 else (Channel.WEBHOOK, "http://127.0.0.1:1/x")
            )
    with world(mail=[Receipt(False, "暂时不通")]) as wires:
        running.round(AUGUST_3)
        assert len(wires.by(Channel.WEBHOOK)) == 15
        assert 0 < len(wires.by(Channel.MAIL)) <= 15
        wires.answers.clear()
        for n in (1, 2, 3):
            at(running, MORNING + timedelta(minutes=15 * n))
    assert len({parcel.key for parcel in wires.by(Channel.MAIL)}) == 15
    with running.on(AUGUST_3) as session:
        rows = session.exec(select(Message).where(Message.channel == Channel.MAIL, Message.day == AUGUST_3)).all()
        assert {one.state for one in rows} == {M.SENT}


def test_while_a_hold_stands_nothing_leaves_and_only_the_head_ends_it(mailed: Running) -> None:  # noqa: F811
    with mailed.on(AUGUST_3, time(8)) as session:
        sending.hold(session, "换机器")
    with world() as wires:
        assert at(mailed, MORNING).held
        with clock.jumped_to(MORNING), mailed.on(AUGUST_3) as session:
            key = mailed.contact(session).id
        assert not send_now(key, lambda s: ("码", "123456", "码"), mailed.bind).ok
        assert wires.taken == []
        with mailed.on(AUGUST_3) as session:
            with pytest.raises(NotAllowed):
                sending.release(session, mailed.actor("jingban"), None, {})
            sending.release(session, mailed.actor("zhuren"), None, {message(session).id: sending.DONE})
        assert not at(mailed, MORNING + timedelta(hours=1)).held
        assert wires.by(Channel.MAIL) == []
        with mailed.on(AUGUST_3) as session, pytest.raises(Conflict):
            sending.release(session, mailed.actor("zhuren"), None, {})


def _copied(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)


@pytest.mark.sqlite_only("puts an older file in its place")
def test_a_raw_copy_from_before_is_recognised_and_asks_about_what_has_left(
    mailed: Running, home: Any  # noqa: F811
) -> None:
    """R12: the database goes back an hour; what left in that hour is neither lost nor repeated unasked."""
    _copied(home / "duban.db", home / "copy.db")
    with world() as wires:
        at(mailed, MORNING)
        (first,) = wires.by(Channel.MAIL)
    mailed.bind.dispose()
    _copied(home / "copy.db", home / "duban.db")
    with world() as wires:
        assert at(mailed, MORNING + timedelta(hours=1)).held
        assert at(mailed, MORNING + timedelta(hours=2)).held
        with mailed.on(AUGUST_3, time(12)) as session:
            assert session.exec(select(Hold)).one().why.startswith("数据库比发送记录旧")
            (left,) = sending.doubtful(session)
            assert (str(left.message_id), left.subject) == (first.key, first.subject)
            sending.release(session, mailed.actor("zhuren"), None, {})
            assert message(session).state == M.UNKNOWN
        assert not at(mailed, MORNING + timedelta(hours=4)).held
        assert wires.by(Channel.MAIL) == []


def test_in_an_ordinary_life_no_hold_puts_itself_up(mailed: Running) -> None:  # noqa: F811
    with world():
        for n in range(3):
            assert not at(mailed, MORNING + timedelta(minutes=15 * n)).held
        mailed.bind.dispose()
        assert not at(mailed, MORNING + timedelta(hours=1)).held


def test_a_stop_of_three_days_is_made_up_for_with_one_message_each(puyang: Callable[..., Running]) -> None:
    """R4: everything owed meanwhile once, merged, saying that it is late."""
    running = puyang(2)
    running.round(date(2020, 7, 31))
    running.round(date(2020, 8, 6))
    with running.on(date(2020, 8, 6)) as session:
        for n in range(2):
            sent = session.exec(select(Message).where(
                Message.unit_id == running.unit(session, n).id, Message.day == date(2020, 8, 6)
            )).all()
            assert len(sent) == 1 and "迟于原定" in sent[0].body


def test_a_round_run_a_hundred_times_writes_nothing_new(mailed: Running) -> None:  # noqa: F811
    """R5: 0 new rows."""
    with world() as wires:
        at(mailed, MORNING)

        def counts(session: Session) -> list[int]:
            return [len(session.exec(select(table)).all()) for table in (Message, Notice, Event)]

        with mailed.on(AUGUST_3) as session:
            before, taken = counts(session), len(wires.taken)
        for _ in range(100):
            at(mailed, MORNING + timedelta(minutes=1))
        with mailed.on(AUGUST_3) as session:
            assert (counts(session), len(wires.taken)) == (before, taken)
