"""Transactions, quiet readers, rows that exist already, and a history nobody can rewrite."""

import threading
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from actions.record import Actor, record
from commands.office import People
from config import clock
from models.base import NotFound
from models.database import fetch, insert_new, make_engine, reading, select, transaction
from models.event import Event
from models.office import Lease, Office
from models.unit import Unit

pytestmark = pytest.mark.both_databases


def office(name: str = "办公室") -> Office:
    return Office(name=name, short_name=name, made_at=clock.now())


def names(bind: Engine) -> list[str]:
    with reading(bind) as session:
        return list(session.exec(select(Office.name)))


def test_a_block_that_fails_leaves_nothing_behind(bind: Engine) -> None:
    with pytest.raises(RuntimeError), transaction(bind) as session:
        session.add(office())
        session.flush()
        raise RuntimeError
    assert names(bind) == []


def test_a_reader_keeps_nothing(bind: Engine) -> None:
    with reading(bind) as session:
        session.add(office())
        session.flush()
    assert names(bind) == []


def test_a_reader_reads_while_another_writes(bind: Engine) -> None:
    with transaction(bind) as session:
        session.add(office("在写"))
        session.flush()
        assert names(bind) == []
    assert names(bind) == ["在写"]


def test_two_writers_wait_for_each_other_and_both_succeed(bind: Engine) -> None:
    def write(name: str) -> None:
        for n in range(10):
            with transaction(bind) as session:
                before = len(session.exec(select(Office.id)).all())
                session.add(office(f"{name}{n}-{before}"))

    threads = [threading.Thread(target=write, args=(name,)) for name in "甲乙"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = [int(name.split("-")[1]) for name in names(bind)]
    assert len(found) == 20
    if bind.dialect.name == "sqlite":  # PostgreSQL keeps two apart only where they touch the same row
        assert sorted(found) == list(range(20))


def test_a_row_that_exists_is_left_as_it_is(bind: Engine) -> None:
    rows = [{"id": uuid4(), "name": "sweep", "holder": who, "until": clock.now()} for who in "甲乙"]
    with transaction(bind) as session:
        insert_new(session, Lease, rows)
        insert_new(session, Lease, [])
        assert session.exec(select(Lease.holder)).all() == ["甲"]


def test_a_row_of_another_office_is_not_found(bind: Engine, people: People) -> None:
    with transaction(bind) as session:
        other = office("别的办公室")
        session.add(other)
        session.flush()
        unit = Unit(office_id=people.office_id, name="甲县")
        session.add(unit)
        session.flush()
        assert fetch(session, Unit, unit.id, people.office_id) is unit
        for wrong in ((unit.id, other.id), (uuid4(), people.office_id)):
            with pytest.raises(NotFound):
                fetch(session, Unit, *wrong)


def test_a_unit_of_no_office_is_refused(bind: Engine) -> None:
    with pytest.raises(IntegrityError), transaction(bind) as session:
        session.add(Unit(office_id=uuid4(), name="无主"))


@pytest.mark.parametrize("attack", ["UPDATE event SET actor = '别人'", "DELETE FROM event"])
def test_the_database_itself_refuses_to_change_the_history(bind: Engine, people: People, attack: str) -> None:
    with transaction(bind) as session:
        record(session, Actor(people.office_id, "经办甲"), "试验")
    with pytest.raises(DBAPIError, match="append-only"), bind.begin() as connection:
        connection.execute(text(attack))
    with reading(bind) as session:
        assert session.exec(select(Event.actor).where(Event.verb == "试验")).one() == "经办甲"


def test_a_database_file_in_a_new_folder_is_made(home) -> None:
    engine = make_engine(f"sqlite:///{home / 'new' / 'duban.db'}")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    engine.dispose()
