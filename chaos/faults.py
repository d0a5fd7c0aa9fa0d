"""What breaks around a living worker: downtime (R4), wires (R6, R7), the database (R10, R11), people (late acts)."""

import random
import resource
import shutil
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlmodel import col, select

from actions import sending
from chaos import worker
from chaos.check import Outcome, account, all_owed, workdays
from chaos.kills import PAUSE, morning
from chaos.sink import Sink, listening
from chaos.world import FIRST, World, made, replace_contact
from commands.office import actors_of
from config.settings import settings
from models import database
from models.notice import Message, Notice
from models.words import MessageState, NoticeState

HALF_HOUR = timedelta(minutes=30)
WIRES = ("500", "503", "429", "errcode", "reset", "half")


def round_at(
    moment: datetime, before: Callable[[], None] | None = None, broken: bool = False,
    work: Callable[[], None] = worker.one_round,
) -> int:
    """One round; a broken one must fail, any other must not."""
    code = worker.finish(worker.start(moment, work, before=before))
    assert code == (worker.FAILED if broken else 0), f"a round ended with {code}"
    return code


def downtime(folder: Path) -> Outcome:
    """R4: down for an hour, a day, three days, and over the May holidays; then all that is owed goes once, merged."""
    with listening(folder) as sink, made(folder, sink, contacts=40, each=12, span=80) as world:
        days = workdays(FIRST, 55)
        runs = [day for at, day in enumerate(days) if at not in (3, 9, 10, 11) and not 38 < at < 43]
        for day in runs:
            for title in list(world.duties)[day.day::97]:
                if world.duties[title].done_on is None:
                    world.finish(title, day)
            late = timedelta(hours=1) if day.day % 7 == 0 else timedelta()
            round_at(morning(day) + late)
        outcome = account("R4 停机1小时、1天、3天、跨节", world, sink.arrivals(), all_owed(world, FIRST, runs))
        return replace(outcome, wrong=(*outcome.wrong, *_one_digest(sink, len(runs))))


def _one_digest(sink: Sink, runs: int) -> Iterator[str]:
    """Nobody hears more than one message a run, however much was missed."""
    for path, count in Counter(one.path for one in sink.arrivals()).items():
        if count > runs:
            yield f"{path}收到{count}条，只运行{runs}次"


def wires(folder: Path, modes: Sequence[str] = WIRES, hours: float = 3) -> Outcome:
    """R6, R7: one kind of fault after another for hours of a day, then the wire is up again; nobody else waits."""
    with listening(folder) as sink, made(folder, sink, contacts=20, each=8, span=12) as world:
        runs, wrong = workdays(FIRST, len(modes)), []
        for day, mode in zip(runs, modes, strict=True):
            sink.behave(mode, only="/c1")
            moment = morning(day)
            round_at(moment)
            wrong += _others_waited(sink, world, day, mode)
            for _ in range(int(hours * 2)):
                moment += HALF_HOUR
                round_at(moment)
            sink.behave()
            while moment < morning(day) + timedelta(hours=8.5):  # back-off may wait for hours
                moment += HALF_HOUR
                round_at(moment)
        outcome = account(
            f"R6、R7 线路故障{hours:g}小时：{'、'.join(modes)}", world, sink.arrivals(), all_owed(world, FIRST, runs)
        )
        return replace(outcome, wrong=(*outcome.wrong, *wrong, *_unsaid()))


def _others_waited(sink: Sink, world: World, day: date, mode: str) -> Iterator[str]:
    """Those whose wire works have their message in the first round."""
    if sum(1 for one in sink.arrivals() if one.taken and not one.path.startswith("/c1")) == 0:
        yield f"{mode}时其他单位也没有收到"


def _unsaid() -> Iterator[str]:
    """Every failed attempt stands in the outbox with its reason."""
    with database.reading() as session:
        for message in session.exec(select(Message).where(col(Message.attempts) > 1)):
            if not message.error and message.state != MessageState.SENT:
                yield f"失败而无原因：{message.id}"


def hanging(folder: Path) -> Outcome:
    """R6: two addresses never answer; everybody else is told in the same round."""
    with listening(folder) as sink, made(folder, sink, contacts=20, each=6, span=5) as world:
        sink.behave("hang", only="/c1/", hang=20)
        round_at(morning(FIRST))
        before = sink.arrivals()
        sink.behave()
        for turn in range(1, 5):
            round_at(morning(FIRST) + turn * PAUSE)
        outcome = account("R6 对方不应答", world, sink.arrivals(), all_owed(world, FIRST, [FIRST]))
        reached = {one.path for one in before if one.taken}
        missing = [f"/c{n}/" for n in world.contacts if n != 1 and f"/c{n}/" not in reached and _owes(world, n)]
        return replace(outcome, wrong=(*outcome.wrong, *(f"{path}被拖累" for path in missing)))


def _owes(world: World, number: int) -> bool:
    due = all_owed(world, FIRST, [FIRST])
    return any(world.duties[title].contact == number for title in due)


def late_acts(folder: Path, days: int = 6, seed: int = 3) -> Outcome:
    """Things done, and contacts replaced, while a worker lies dead: nothing about what is done, nothing to the old."""
    dice, wrong = random.Random(seed), []
    with listening(folder) as sink, made(folder, sink, contacts=30, each=8, span=14) as world:
        sink.behave(delay=0.02)
        runs, free = workdays(FIRST, days), set()
        for day in runs:
            sofar = sink.count()
            worker.kill_when(worker.start(morning(day)), lambda: sink.count() > sofar + 5)  # noqa: B023
            time.sleep(0.3)  # what the dead had sent may still be on its way in
            before = sink.arrivals()
            open_ones = [one for one in world.duties.values() if one.done_on is None]
            done = {one.title for one in dice.sample(open_ones, 12)}
            for title in done:
                world.finish(title, day)
            free |= done
            changed = dice.choice([n for n in world.contacts if n not in world.replaced])
            replace_contact(world, sink, changed, day)
            for turn in (1, 2):
                round_at(morning(day) + turn * PAUSE)
            after = sink.arrivals()[len(before):]
            wrong += [f"{title}已办结仍说" for one in after for title in set(one.titles) & free]
            wrong += [f"{one.path}已更换仍发" for one in after if one.path in _old(world)]
        arrivals = [replace(one, titles=tuple(t for t in one.titles if t not in free)) for one in sink.arrivals()]
        expected = Counter({t: n for t, n in all_owed(world, FIRST, runs).items() if t not in free})
        outcome = account("办结、换人于中断之间", world, arrivals, expected, days * 24)
        return replace(outcome, wrong=(*outcome.wrong, *wrong[:5]))


def _old(world: World) -> set[str]:
    return {f"/c{number}/" for number in world.replaced}


@contextmanager
def write_locked(file: Path) -> Iterator[None]:
    """Somebody else holds the database's write lock."""
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def full() -> None:
    """The disk takes no more: every file of this process may grow by a few pages only."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    size = (settings().home / "duban.db").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size // 2, resource.RLIM_INFINITY))


def read_only() -> None:
    """The database can be read and not written."""
    settings().database_url = f"sqlite:///file:{settings().home / 'duban.db'}?mode=ro&uri=true"


def database_faults(folder: Path) -> Outcome:
    """R10: locked, full, read-only; each round fails whole, and the next one after the repair does everything."""
    with listening(folder) as sink, made(folder, sink, contacts=25, each=10, span=8) as world:
        runs, wrong, file = workdays(FIRST, 3), [], folder / "duban.db"
        for day, fault in zip(runs, ("locked", "full", "read-only"), strict=True):
            before = _rows()
            if fault == "locked":
                with write_locked(file):
                    round_at(morning(day), broken=True)
            else:
                round_at(morning(day), full if fault == "full" else read_only, broken=True)
            half = _rows() - before
            wrong += [f"{fault}：写了一半（{half}行）"] if 0 < half < _due(world, runs, day) else []
            wrong += [] if _sound(file) else [f"{fault}：数据库不完整"]
            for turn in (1, 2):
                round_at(morning(day) + turn * PAUSE)
        outcome = account("R10 数据库被锁、写满、只读", world, sink.arrivals(), all_owed(world, FIRST, runs), 3 * 24)
        return replace(outcome, wrong=(*outcome.wrong, *wrong))


def _due(world: World, runs: Sequence[date], day: date) -> int:
    upto = [one for one in runs if one <= day]
    return (all_owed(world, FIRST, upto) - all_owed(world, FIRST, upto[:-1])).total()


def _rows() -> int:
    with database.reading() as session:
        return len(session.exec(select(Notice.id)).all())


def _sound(file: Path) -> bool:
    with closing(sqlite3.connect(file)) as found:
        return bool(found.execute("PRAGMA integrity_check").fetchone()[0] == "ok")


def power_cut(folder: Path) -> Outcome:
    """R11: the files as they lie on the disk just before each commit; opened again they are whole, without a row of
    the transaction that was open."""
    images = folder / "images"
    images.mkdir()
    with listening(folder) as sink, made(folder, sink, contacts=12, each=8, span=6) as world:
        round_at(morning(FIRST), lambda: _photograph(images))
        found = [_opened(one) for one in sorted(images.iterdir())]
        outcome = account("R11 断电时的磁盘", world, sink.arrivals(), all_owed(world, FIRST, [FIRST]))
        wrong = [f"第{at}处：{words}" for at, (words, _) in enumerate(found) if words]
        rows = [count for _, count in found]
        wrong += [] if rows == sorted(rows) and rows[0] == 0 else [f"未提交的行可见：{rows}"]
        return replace(outcome, wrong=(*outcome.wrong, *wrong), note=f"{len(found)}处")


def _photograph(images: Path) -> None:
    dialect = database.engine().dialect
    commit, home = dialect.do_commit, settings().home

    def first_a_copy(connection: object) -> None:
        folder = images / f"{len(list(images.iterdir())):04}"
        folder.mkdir()
        for name in ("duban.db", "duban.db-wal"):  # the shared-memory file is made anew, as after a power cut
            shutil.copy(home / name, folder / name)
        commit(connection)  # type: ignore[arg-type]

    dialect.do_commit = first_a_copy  # type: ignore[method-assign]


def _opened(image: Path) -> tuple[str, int]:
    with closing(sqlite3.connect(image / "duban.db")) as found:
        words = found.execute("PRAGMA integrity_check").fetchone()[0]
        state = (NoticeState.PLANNED.value, NoticeState.SENT.value)
        rows = found.execute("SELECT count(*) FROM notice WHERE state IN (?, ?)", state).fetchone()[0]
    return ("" if words == "ok" else words), rows


def restored(folder: Path) -> Outcome:
    """R12: an older copy of the database is put back in the middle of a cycle. Nothing leaves until the head has
    released it; then nobody hears a second time what left after the copy was taken, a person is asked instead."""
    with listening(folder) as sink, made(folder, sink, contacts=20, each=8, span=8) as world:
        runs, file = workdays(FIRST, 4), folder / "duban.db"
        round_at(morning(runs[0]))
        backup(file, folder / "older.db")
        round_at(morning(runs[1]))
        database.engine().dispose()
        for name in ("duban.db-wal", "duban.db-shm"):
            (folder / name).unlink(missing_ok=True)
        shutil.copy(folder / "older.db", file)
        before = sink.count()
        round_at(morning(runs[1]) + PAUSE)
        round_at(morning(runs[2]))
        wrong = [f"暂停发送期间发出{sink.count() - before}条"] if sink.count() > before else []
        round_at(morning(runs[2]) + PAUSE, work=lambda: _release(world))
        round_at(morning(runs[2]) + 2 * PAUSE)
        round_at(morning(runs[3]))
        outcome = account("R12 旧备份恢复到周期中途", world, sink.arrivals(), all_owed(world, FIRST, runs))
        return replace(outcome, wrong=(*outcome.wrong, *wrong))


def backup(file: Path, target: Path) -> None:
    with closing(sqlite3.connect(file)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)


def _release(world: World) -> None:
    with database.transaction() as session:
        found = sending.held(session, world.office)
        assert found is not None, "no hold stands after an older copy was put back"
        sending.release(session, actors_of(session, world.office)["zhuren"], found.id, {})
