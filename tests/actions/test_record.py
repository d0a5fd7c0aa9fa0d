"""Every act leaves an event; a history that was touched or shortened is noticed."""

import threading
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import Engine, text
from sqlmodel import select

from actions.record import Actor, Fact, broken_at, record, record_many
from commands.office import People
from models.database import reading, transaction
from models.event import ChainHead, Event

pytestmark = pytest.mark.both_databases


def clerk(people: People) -> Actor:
    return people.actors["jingban"]


def tamper(bind: Engine, statement: str) -> None:
    """What somebody with the file in hand could do: take the seals off, change, and leave."""
    with bind.begin() as connection:
        for trigger in ("event_no_update", "event_no_delete", "event_no_change"):
            where = " ON event" if bind.dialect.name == "postgresql" else ""
            connection.execute(text(f"DROP TRIGGER IF EXISTS {trigger}{where}"))
        connection.execute(text(statement))


def with_ten(bind: Engine, people: People) -> int:
    """Ten more events; returns the number of the last."""
    with transaction(bind) as session:
        record_many(session, clerk(people), [Fact("试", str(n), data={"n": n}) for n in range(10)])
        return session.get_one(ChainHead, people.office_id).seq


def checked(bind: Engine, people: People) -> tuple[int, str] | None:
    with reading(bind) as session:
        return broken_at(session, people.office_id)


def test_days_and_keys_are_kept_as_words_and_the_chain_holds(bind: Engine, people: People) -> None:
    with transaction(bind) as session:
        record(session, clerk(people), "试", UUID(int=1), day=date(2020, 8, 10), key=UUID(int=2), share=0.356)
        event = session.exec(select(Event).where(Event.verb == "试")).one()
        assert event.data == {"day": "2020-08-10", "key": str(UUID(int=2)), "share": 0.356}
        assert event.subject == str(UUID(int=1))
    assert checked(bind, people) is None


def test_a_changed_event_is_found_at_its_number(bind: Engine, people: People) -> None:
    last = with_ten(bind, people)
    tamper(bind, f"UPDATE event SET actor = '别人' WHERE seq = {last - 4}")
    assert checked(bind, people) == (last - 4, "内容与印记不符：事件被改动")


def test_an_event_taken_out_of_the_middle_is_found(bind: Engine, people: People) -> None:
    last = with_ten(bind, people)
    tamper(bind, f"DELETE FROM event WHERE seq = {last - 4}")
    assert checked(bind, people)[0] == last - 4


def test_events_cut_off_at_the_end_are_found(bind: Engine, people: People) -> None:
    last = with_ten(bind, people)
    tamper(bind, f"DELETE FROM event WHERE seq > {last - 2}")
    assert checked(bind, people) == (last - 1, f"应有{last}个事件，只剩{last - 2}个：末尾被删除")


def test_writers_beside_each_other_make_one_chain(bind: Engine, people: People) -> None:
    def write(name: str) -> None:
        for n in range(10):
            with transaction(bind) as session:
                record(session, Actor(people.office_id, name), "并行", str(n))

    writers = [threading.Thread(target=write, args=(name,)) for name in "甲乙丙"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert checked(bind, people) is None
    with reading(bind) as session:
        assert len(session.exec(select(Event).where(Event.verb == "并行")).all()) == 30


def test_what_was_rolled_back_leaves_no_event(bind: Engine, people: People) -> None:
    before = with_ten(bind, people)
    try:
        with transaction(bind) as session:
            record(session, clerk(people), "没有发生")
            raise KeyError
    except KeyError:
        pass
    assert checked(bind, people) is None
    with reading(bind) as session:
        assert session.get_one(ChainHead, people.office_id).seq == before
