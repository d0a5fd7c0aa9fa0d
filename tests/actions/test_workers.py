"""Several workers, and workers that are killed, in processes of their own against a real sink: R1 (short) and R3."""

import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from actions.deliver import deliver
from bench.delivery import DAY, fill, sink
from config import clock
from config.settings import settings
from models.database import transaction
from models.notice import Message, Notice
from models.words import MessageState, NoticeState

ROOT = Path(__file__).resolve().parents[2]
MORNING = clock.at_time(DAY)
THREADS, GROUP, KILLS = 4, 32, 6


@pytest.fixture
def posted(bind: Engine, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A hundred and twenty people behind a sink that takes 20 ms; its list of what came in."""
    monkeypatch.setenv("DUBAN_SEND_THREADS", str(THREADS))
    monkeypatch.setenv("DUBAN_SEND_LEASE_SECONDS", "2")
    settings.cache_clear()
    log = home / "sink.txt"
    log.touch()
    with sink(20, log) as address, clock.jumped_to(MORNING):
        fill(bind, 120, address)
        yield log


def worker() -> subprocess.Popen[str]:
    argv = [sys.executable, "-m", "tests.actions.worker", MORNING.isoformat()]
    return subprocess.Popen(argv, cwd=ROOT, env=dict(os.environ), stdout=subprocess.PIPE, text=True)


def came(log: Path) -> list[tuple[str, str]]:
    """Key and hash of the text of every post, in order."""
    return [(line.split()[1], line.split()[2]) for line in log.read_text().splitlines() if len(line.split()) == 3]


def messages(bind: Engine) -> list[Message]:
    with transaction(bind) as session:
        return list(session.exec(select(Message).where(Message.channel == "webhook")))


def test_two_workers_at_once_send_every_message_once(bind: Engine, posted: Path) -> None:
    """R3: 0 duplicates, 0 lost."""
    both = [worker(), worker()]
    said = [one.communicate(timeout=120)[0] for one in both]
    assert Counter(key for key, _ in came(posted)).most_common(1)[0][1] == 1
    assert len(came(posted)) == 120, said
    assert {one.state for one in messages(bind)} == {MessageState.SENT}
    with transaction(bind) as session:
        assert {one.state for one in session.exec(select(Notice))} == {NoticeState.SENT}


def test_a_killed_worker_loses_nothing_and_repeats_no_more_than_it_held(bind: Engine, posted: Path) -> None:
    """R1, short: at most threads + one group of duplicates a kill, each with its key and text, each marked;
    what died twice waits for a person."""
    dice, kills = random.Random(7), 0
    for _ in range(KILLS):
        one, before = worker(), len(came(posted))
        end = time.monotonic() + 60
        while len(came(posted)) == before and one.poll() is None and time.monotonic() < end:
            time.sleep(0.01)
        time.sleep(dice.uniform(0, 0.15))
        kills += one.poll() is None
        one.kill()
        one.wait(20)
        time.sleep(2.1)  # its lease
    with clock.jumped_to(MORNING):
        for _ in range(2):
            deliver(bind)
    texts: dict[str, set[str]] = {}
    for key, digest in came(posted):
        texts.setdefault(key, set()).add(digest)
    again = {key for key, count in Counter(key for key, _ in came(posted)).items() if count > 1}
    rows = {str(one.id): one for one in messages(bind)}
    asked = {key for key, one in rows.items() if one.state == MessageState.UNKNOWN}  # twice in a dead worker's hands
    assert kills >= 2
    assert set(texts) | asked == set(rows), "nothing lost: it came, or a person is asked"
    assert all(len(digests) == 1 for digests in texts.values()), "one text"
    assert len(came(posted)) - len(texts) <= kills * (THREADS + GROUP)
    assert all(rows[key].doubtful for key in again | asked)
    assert {one.state for key, one in rows.items() if key not in asked} == {MessageState.SENT}
    assert len(asked) < len(rows) / 2, "what died once goes last, so few die twice"
