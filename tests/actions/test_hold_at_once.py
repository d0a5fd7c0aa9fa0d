"""R12 with several workers and heads: whoever looks at the same moment puts up one hold, and a release stays one."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import col, select

from actions import sending
from commands.office import People
from models.database import transaction
from models.notice import Hold

pytestmark = pytest.mark.both_databases
AT_ONCE = 6


def together(act: Callable[[], object]) -> None:
    gate = threading.Barrier(AT_ONCE)

    def run() -> None:
        gate.wait(30)
        act()

    threads = [threading.Thread(target=run) for _ in range(AT_ONCE)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)


def standing(bind: Engine) -> list[Hold]:
    with transaction(bind) as session:
        return list(session.exec(select(Hold).where(col(Hold.released_at).is_(None))))


def test_six_workers_that_see_an_older_database_put_up_one_hold(people: People, bind: Engine, home: Path) -> None:
    with transaction(bind) as session:
        file = sending.mark_file(session)
    if file is None:
        pytest.skip("a database in memory has nothing beside it")
    sending.mark_restored(file, "2026-11-16T08:00:00+08:00")

    def look() -> None:
        with transaction(bind) as session:
            sending.watch(session)

    together(look)
    assert len(standing(bind)) == 1


def test_a_worker_that_looks_while_the_head_releases_puts_up_nothing_again(
    people: People, bind: Engine, home: Path
) -> None:
    with transaction(bind) as session:
        sending.hold(session, "换机器")
        sending.note_heads(session)
    released, looked = threading.Event(), threading.Event()

    def look() -> None:
        released.wait(30)
        with transaction(bind) as session:
            sending.watch(session)
        looked.set()

    worker = threading.Thread(target=look)
    worker.start()
    with transaction(bind) as session:
        sending.release(session, people.actors["zhuren"], None, {})
        released.set()
        assert not looked.wait(1), "it waits until the release is written"
    worker.join(60)
    assert looked.is_set() and standing(bind) == []
