"""A sweep that several workers share: each office once, one worker to an office, a dead worker's office taken up."""

import threading
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Engine
from sqlmodel import select, update

from actions import claim, lease, share
from bench.places import PLACES
from config import clock
from config.settings import settings, temporary_home
from models import database
from models.database import transaction
from models.office import Lease, Office, Share

COUNT, DAY = 6, date(2026, 11, 17)


@pytest.fixture(params=PLACES, ids=list(PLACES))
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Six offices in a database of each kind."""
    with temporary_home(tmp_path), PLACES[request.param]() as engine:
        if engine is None:
            pytest.skip("no PostgreSQL from a wheel here")
        with transaction(engine) as session:
            for n in range(COUNT):
                session.add(Office(name=f"第{n}办公室", short_name=f"{n}办", made_at=clock.wall()))
        yield engine
    database.engine.cache_clear()


def take(bind: Engine, worker: str, sweep: str = "s") -> UUID | None:
    with transaction(bind) as session:
        return share.take(session, sweep, worker, set())


def finish(bind: Engine, office: UUID, worker: str) -> None:
    with transaction(bind) as session:
        share.finish(session, "s", office, worker)


def cut(bind: Engine) -> None:
    with transaction(bind) as session:
        assert share.cut(session, "s", DAY) == COUNT


def test_four_workers_at_once_do_every_office_once_and_never_two_the_same(place: Engine) -> None:
    """R3 for sweeps: with real threads, one database."""
    cut(place)
    began: list[UUID] = []

    def work(name: str) -> None:
        while office := take(place, name):
            began.append(office)
            with share.kept(place, office, name):
                time.sleep(0.05)
            finish(place, office, name)

    workers = [threading.Thread(target=work, args=(f"w{n}",)) for n in range(4)]
    for one in workers:
        one.start()
    for one in workers:
        one.join(60)
    assert len(began) == len(set(began)) == COUNT
    with transaction(place) as session:
        assert share.over(session, "s")
        assert {row.taken for row in session.exec(select(Share))} == {1}
        assert session.exec(select(Lease)).all() == []


def test_what_a_dead_worker_had_is_taken_up_when_its_lease_is_over_and_not_before(
    place: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUBAN_SHARE_LEASE_SECONDS", "2")
    settings.cache_clear()
    cut(place)
    had = take(place, "dead")
    assert had is not None
    for _ in range(COUNT - 1):
        other = take(place, "alive")
        assert other not in (had, None)
        finish(place, other, "alive")
    assert take(place, "alive") is None, "its holder may live"
    time.sleep(2.2)
    assert take(place, "alive") == had
    finish(place, had, "dead")  # it was only slow: too late, the office is another's
    with transaction(place) as session:
        assert not share.over(session, "s")
    finish(place, had, "alive")
    with transaction(place) as session:
        assert share.over(session, "s")
        assert session.exec(select(Share.taken).where(Share.office_id == had)).one() == 2


def test_a_worker_that_left_an_office_open_and_went_on_is_not_taken_for_dead(place: Engine) -> None:
    """What it is sending for the next office stays its own."""
    cut(place)
    failed = take(place, "went-on")
    assert failed is not None
    with transaction(place) as session:
        share.leave_open(session, "s", failed, "went-on")
        sender = claim.new_worker("went-on")
        claim.live(session, sender)
    assert {take(place, "next") for _ in range(COUNT)} >= {failed}
    with transaction(place) as session:
        assert session.exec(select(Lease).where(Lease.name == sender)).one().holder == sender


def test_a_helper_of_another_day_does_not_find_the_sweep(place: Engine) -> None:
    cut(place)
    with transaction(place) as session:
        assert lease.take(session, "sweep", "s")
        assert share.current(session, "sweep", DAY) == "s"
        assert share.current(session, "sweep", DAY + timedelta(days=1)) is None


def test_who_works_longer_than_a_lease_keeps_its_office(place: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUBAN_SHARE_LEASE_SECONDS", "1")
    settings.cache_clear()
    cut(place)
    had = take(place, "slow")
    assert had is not None
    with share.kept(place, had, "slow"):
        time.sleep(2.5)
        for _ in range(COUNT - 1):
            other = take(place, "quick")
            assert other not in (had, None)
            finish(place, other, "quick")
        assert take(place, "quick") is None
    with transaction(place) as session:
        share.give_back(session, had, "slow")
    assert take(place, "quick") == had


def test_the_messages_of_a_worker_that_lost_its_office_are_free_at_once_and_nobody_elses(bind: Engine) -> None:
    with transaction(bind) as session:
        for name in ("run-1", "run-2"):
            claim.live(session, claim.new_worker(name))
        claim.live(session, claim.new_worker())
        claim.bury(session, "run-1")
        claim.bury(session, "")
        left = sorted(row.name for row in session.exec(select(Lease)))
    assert len(left) == 2 and left[1].startswith("send run-2/")


def test_a_sweep_begun_again_keeps_what_is_done_and_an_old_one_is_forgotten(place: Engine) -> None:
    cut(place)
    done = take(place, "first")
    assert done is not None
    finish(place, done, "first")
    cut(place)  # the same run, tried again
    with transaction(place) as session:
        assert len(session.exec(select(Share)).all()) == COUNT
        session.exec(update(Share).values(cut_at=clock.wall() - timedelta(days=3)))
    with transaction(place) as session:
        share.cut(session, "next", DAY)
        assert {row.sweep for row in session.exec(select(Share))} == {"next"}


def test_a_machine_whose_clock_is_off_takes_no_part(place: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    with transaction(place) as session:
        assert share.clock_agrees(session)
        near = clock.wall() + timedelta(minutes=2)
        monkeypatch.setattr(clock, "wall", lambda: near)
        assert share.clock_agrees(session), "leases are told by the database's clock, so a little harms nobody"
        wrong = clock.wall() + timedelta(minutes=20)
        monkeypatch.setattr(clock, "wall", lambda: wrong)
        assert share.clock_agrees(session) is (place.dialect.name == "sqlite"), "SQLite knows one machine only"


def test_a_lease_given_back_while_another_asks_is_simply_free(place: Engine) -> None:
    """On PostgreSQL the row may go between seeing that it exists and locking it."""
    faults: list[BaseException] = []

    def ask(name: str) -> None:
        try:
            for _ in range(60):
                with transaction(place) as session:
                    lease.take(session, "one", name)
                with transaction(place) as session:
                    lease.release(session, "one", name)
        except BaseException as error:
            faults.append(error)

    both = [threading.Thread(target=ask, args=(f"w{n}",)) for n in range(3)]
    for one in both:
        one.start()
    for one in both:
        one.join(60)
    assert faults == []
