"""A share of a sweep: office after office, one's fault stops nobody else and is tried again alone."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, update
from sqlmodel import col, select

from actions import share
from actions.round import sweep_without_engine
from bench.delivery import sink
from bench.province import MORNINGS, fill
from config import clock
from flows.office_round import Done, work_off
from flows.remind import remind_office
from models.cycle import Cycle, Stage, UnitStage
from models.database import reading, transaction
from models.notice import Message
from models.office import Office, Share
from models.office_ledger import every_office
from models.words import MessageState
from tests.real_parts import in_thread

DAY, OFFICES, UNITS = MORNINGS[0], 3, 2


@pytest.fixture
def offices(bind: Engine, home: Path) -> Iterator[list]:
    """Three offices whose six units are owed something this morning; no stage is open."""
    with sink(0) as address, clock.jumped_to(clock.at_time(DAY)):
        fill(bind, OFFICES, UNITS, 8, address)
        with transaction() as session:
            session.exec(delete(UnitStage))
            session.exec(delete(Stage))
            share.cut(session, "s", DAY)
            found = every_office(session)
        yield found


def work(worker: str) -> Done:
    return in_thread(work_off, "s", worker, DAY, DAY)


def sent() -> dict:
    with reading() as session:
        rows = session.exec(select(Message.office_id).where(Message.state == MessageState.SENT)).all()
        return {office: rows.count(office) for office in rows}


def test_a_share_does_every_office_and_a_second_one_finds_nothing(offices: list) -> None:
    done = work("first")
    assert (done.offices, done.told.sent, done.faults) == (OFFICES, OFFICES * UNITS, [])
    assert sent() == dict.fromkeys(offices, UNITS)
    assert work("second").offices == 0


def test_an_office_that_fails_stops_no_other_and_the_next_try_takes_only_that_one(offices: list) -> None:
    """Its rules cannot be read: nobody else's reminders wait for that."""
    with transaction() as session:
        session.exec(update(Cycle).where(col(Cycle.office_id) == offices[1]).values(policy={"send_from": "never"}))
    done = work("first")
    assert done.faults and set(sent()) == {offices[0], offices[2]}
    with transaction() as session:
        (left,) = session.exec(select(Share.office_id).where(col(Share.done_at).is_(None)))
        assert left == offices[1]
        session.exec(update(Cycle).where(col(Cycle.office_id) == left).values(policy={}))
    again = work("first")
    assert (again.offices, again.faults) == (1, []) and sent() == dict.fromkeys(offices, UNITS)


def test_without_prefect_too_an_office_that_fails_stops_no_other(offices: list) -> None:
    with transaction() as session:
        session.exec(update(Cycle).where(col(Cycle.office_id) == offices[0]).values(policy={"send_from": "never"}))
    assert sweep_without_engine(None, DAY)
    assert sent() == {offices[1]: UNITS, offices[2]: UNITS}
    with transaction() as session:
        session.exec(update(Cycle).where(col(Cycle.office_id) == offices[0]).values(policy={}))
    assert sweep_without_engine(None, DAY) == []
    assert sent() == dict.fromkeys(offices, UNITS)


def test_without_prefect_too_an_office_that_a_run_has_is_left_to_it(offices: list) -> None:
    with transaction() as session:
        assert share.take_office(session, offices[2], "a run")
    assert sweep_without_engine(None, DAY) == []
    assert set(sent()) == set(offices[:2])


def test_an_office_that_somebody_has_is_left_to_him_and_waited_for(offices: list) -> None:
    with transaction() as session:
        assert share.take_office(session, offices[0], "somebody")
        session.exec(update(Share).where(col(Share.office_id) == offices[0]).values(worker="somebody", taken=1))

    async def both() -> Done:
        work = asyncio.create_task(work_off("s", "mine", DAY, DAY))
        await asyncio.sleep(1.5)
        assert not work.done(), "he may die over it"
        with transaction() as session:
            share.finish(session, "s", offices[0], "somebody")
        return await asyncio.wait_for(work, 60)

    assert in_thread(both).offices == OFFICES - 1
    assert set(sent()) == set(offices[1:])


def test_one_offices_reminders_are_its_own(offices: list) -> None:
    told = in_thread(remind_office, offices[2], DAY, "run")
    assert told.sent == UNITS and set(sent()) == {offices[2]}
    with reading() as session:
        assert len(session.exec(select(Office)).all()) == OFFICES
