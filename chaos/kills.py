"""Workers that die: at any moment (R1), at every commit and every send (R2), and beside each other (R3)."""

import random
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from chaos import worker
from chaos.check import Outcome, account, all_owed, workdays
from chaos.sink import Sink, listening
from chaos.world import FIRST, World, made
from config import clock
from config.settings import settings
from models import database

GROUP = 32
BESIDE = ("duban.db-wal", "duban.db-shm", "duban.sent.json", "duban.sent.jsonl")  # what knows of a later state
PAUSE = timedelta(minutes=20)


def bound() -> int:
    """How much may come twice for one kill: what was on its way, and one group not yet written down."""
    return settings().send_threads + GROUP


def morning(day: date) -> datetime:
    return clock.at_time(day) + timedelta(minutes=5)


def anywhere(folder: Path, kills: int, seed: int = 1) -> Outcome:
    """R1/B11: kill -9 at random points between planning and writing down, then start again twenty minutes later."""
    dice = random.Random(seed)
    with listening(folder) as sink, made(folder, sink, contacts=120, each=24, span=max(30, kills * 2)) as world:
        sink.behave(delay=0.03)
        done, runs = 0, []
        for day in workdays(FIRST, 10_000):
            runs.append(day)
            world.finish(dice.choice(list(world.duties)), day)
            done += killed_day(sink, day, dice, kills - done)
            if done >= kills:
                break
        expected = all_owed(world, FIRST, runs)
        note = f"{done}次 kill -9，{len(runs)}个工作日"
        return account(f"R1 随机时刻 kill -9 ×{done}", world, sink.arrivals(), expected, done * bound(), note)


def killed_day(sink: Sink, day: date, dice: random.Random, left: int) -> int:
    """One day's work, killed up to three times; the last round is left alone."""
    moment, kills = morning(day), 0
    for _ in range(min(3, left)):
        kills += worker.kill_when(worker.start(moment), _some_time(dice, sink))
        moment += PAUSE
    for _ in range(2):  # what was claimed by the dead is taken again by the first or the second
        assert worker.finish(worker.start(moment)) == 0
        moment += PAUSE
    return kills


def _some_time(dice: random.Random, sink: Sink) -> Callable[[], bool]:
    """Half of the kills by the clock (they meet the planning too), half after some messages have arrived."""
    if dice.random() < 0.5:
        end = time.monotonic() + dice.uniform(0.01, 0.6)
        return lambda: time.monotonic() > end
    more = sink.count() + dice.randint(1, 100)
    return lambda: sink.count() >= more


@contextmanager
def template(folder: Path, sink: Sink) -> Iterator[tuple[World, Path]]:
    """A small world and a copy of its database to go back to."""
    with made(folder / "home", sink, contacts=6, each=5, span=4) as world:
        database.engine().dispose()
        kept = folder / "kept.db"
        shutil.copy(folder / "home" / "duban.db", kept)
        yield world, kept


def back_to(kept: Path, home: Path, sink: Sink) -> None:
    """The data folder and the sink as they were at the beginning."""
    database.engine().dispose()
    for name in BESIDE:
        (home / name).unlink(missing_ok=True)
    shutil.copy(kept, home / "duban.db")
    sink.log.unlink(missing_ok=True)


def every_commit(folder: Path, stride: int = 1) -> Outcome:
    """R2: die before and after each commit, k = 1, 2, … until a whole round passes untouched."""
    total = Outcome("R2 每次提交前后", 0, 0, 0, 0)
    with listening(folder) as sink, template(folder, sink) as (world, kept):
        point, code = 1, worker.GONE
        while code == worker.GONE:
            back_to(kept, folder / "home", sink)
            code = worker.finish(worker.start(morning(FIRST), fail_at=point))
            total = _added(total, _recovered(world, sink))
            point += stride
    return _named(total, f"R2 每次提交前后各一次（{point - stride}处）")


def every_send(folder: Path, stride: int = 1) -> Outcome:
    """R2: die when the nth message has arrived but its answer has not."""
    total = Outcome("R2 每次发出之后", 0, 0, 0, 0)
    with listening(folder) as sink, template(folder, sink) as (world, kept):
        count, at = 1, 1
        while at <= count:
            back_to(kept, folder / "home", sink)
            sink.behave(kill=0, at=-1)
            child = worker.start(morning(FIRST), before=_waits(folder / "go"))
            sink.behave(kill=child.pid, at=at + sink.count())
            (folder / "go").touch()
            child.join(worker.LONGEST)
            (folder / "go").unlink()
            sink.behave()
            total = _added(total, _recovered(world, sink))
            count = max(count, len({one.key for one in sink.arrivals()}))
            at += stride
    return _named(total, f"R2 每次发出之后、记录之前（{count}处）")


def _waits(sign: Path) -> Callable[[], None]:
    def until() -> None:
        while not sign.exists():
            time.sleep(0.005)

    return until


def _recovered(world: World, sink: Sink) -> Outcome:
    for turn in (1, 2):
        assert worker.finish(worker.start(morning(FIRST) + turn * PAUSE)) == 0
    return account("", world, sink.arrivals(), all_owed(world, FIRST, [FIRST]), bound())


def _added(one: Outcome, other: Outcome) -> Outcome:
    return Outcome(
        one.name, one.owed + other.owed, one.sent + other.sent, one.twice + other.twice, one.lost + other.lost,
        one.most_twice + other.most_twice, (*one.wrong, *other.wrong)[:5], waiting=one.waiting + other.waiting,
    )


def _named(one: Outcome, name: str) -> Outcome:
    return replace(one, name=name)


def beside_each_other(folder: Path, workers: int = 4, days: int = 3) -> Outcome:
    """R3: several daily runs at the same moment; nothing twice."""
    with listening(folder) as sink, made(folder, sink, contacts=60, each=8, span=10) as world:
        sink.behave(delay=0.005)
        runs = workdays(FIRST, days)
        for day in runs:
            children = [worker.start(morning(day)) for _ in range(workers)]
            assert [worker.finish(child) for child in children] == [0] * workers
        return account(f"R3 {workers}个进程同时", world, sink.arrivals(), all_owed(world, FIRST, runs))


def again_and_again(folder: Path, times: int = 100) -> Outcome:
    """R5: the same day a hundred times; the first run tells everything, the others nothing."""
    with listening(folder) as sink, made(folder, sink, contacts=20, each=6, span=6) as world:
        for turn in range(times):
            assert worker.finish(worker.start(morning(FIRST) + timedelta(minutes=turn))) == 0
        expected: Counter[str] = all_owed(world, FIRST, [FIRST])
        return account(f"R5 同一天运行{times}次", world, sink.arrivals(), expected)
