"""`make scale-demo`: a province's morning on this machine, by one worker, by two, and with one of two killed.

Every contact is a webhook that answers after 100 ms (bench/sink.py). Takes five to ten minutes; `small` takes two.
"""

import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text

from bench.cluster import HEARTBEAT, LEASE, Cluster, cluster, until
from bench.delivery import sink
from bench.measure import Figure, show
from bench.province import EACH, MORNINGS, WARM, fill
from config.settings import temporary_home

SIZES = {"full": (20, 55, 57), "small": (6, 12, 8)}  # offices, units, tasks
SLOW = 100  # ms
A, B = "甲机", "乙机"


@dataclass
class Morning:
    """One sweep: seconds from asking for it to the last office's end, who did how many offices, which twice."""

    seconds: float
    work: float
    by: dict[str, int]
    again: list[str]


def shares(made: Cluster, key: str) -> list[Any]:
    """(office, worker, taken, cut, done) of a sweep."""
    with made.bind.connect() as connection:
        rows = connection.execute(text(
            "SELECT o.short_name, s.worker, s.taken, s.cut_at, s.done_at, s.office_id "
            "FROM share s JOIN office o ON o.id = s.office_id WHERE s.sweep = :key ORDER BY s.done_at"
        ), {"key": key})
        return list(rows)


def finished(made: Cluster, key: str) -> list[Any]:
    rows = shares(made, key)
    return rows if rows and all(row.done_at for row in rows) else []


def morning(made: Cluster, day: date, workers: int) -> Morning:
    """Ask for a day's sweep and wait for its last office."""
    asked = datetime.now().astimezone()
    key = made.sweep(str(day), workers)
    rows = until(lambda: finished(made, key), 1800, f"the sweep of {day}")
    until(lambda: made.state(key)["state_type"] == "COMPLETED", 120, "its run ends")
    return _morning(rows, asked)


def _morning(rows: list[Any], asked: datetime) -> Morning:
    end = max(row.done_at for row in rows)
    return Morning(
        (end - asked).total_seconds(), (end - min(row.cut_at for row in rows)).total_seconds(),
        dict(Counter(row.worker[:8] for row in rows)), [row.short_name for row in rows if row.taken > 1],
    )


@dataclass
class Killed:
    """What was seen when a worker was killed: seconds until its office was done, and until everything was."""

    office: str
    began_it: bool
    after: float
    whole: float
    again: list[str]


def killed(made: Cluster, day: date) -> Killed:
    """Kill a worker in the middle of an office, once a quarter is done; the other finishes what it had."""
    asked, key = datetime.now().astimezone(), made.sweep(str(day), 2)
    offices = until(lambda: shares(made, key), 120, "the sweep is cut")
    had = until(lambda: _in_hand(made, key, len(offices) // 4), 300, "somebody is in an office", every=0.02)
    made.kill(next(name for name in (B, A) if had.worker in made.runs_of(name)))
    moment = datetime.now().astimezone()
    rows = until(lambda: finished(made, key), 600, "the other finished everything")
    office = next(row for row in rows if row.office_id == had.office_id)
    whole = _morning(rows, asked)
    after = (office.done_at - moment).total_seconds()
    return Killed(office.short_name, had.worker == key, after, whole.seconds, whole.again)


def _in_hand(made: Cluster, key: str, done: int) -> Any:
    """An office that somebody is in the middle of, once so many are done; of the helper where there is one."""
    rows = shares(made, key)
    if sum(row.done_at is not None for row in rows) < done:
        return None
    open_ones = [row for row in rows if row.worker and row.done_at is None]
    return next((row for row in open_ones if row.worker != key), open_ones[0] if open_ones else None)


def arrived(log: Path) -> Counter[str]:
    """How often each message's key came in."""
    lines = (line.split() for line in log.read_text(encoding="utf-8").splitlines())
    return Counter(line[1] for line in lines if len(line) == 3)


def told(made: Cluster, day: date) -> dict[str, int]:
    """Messages of a day: all, sent, to the same person more than once, repeated after a death and marked so."""
    with made.bind.connect() as connection:
        row = connection.execute(text(
            "SELECT count(*) AS all_, count(*) FILTER (WHERE state = 'sent') AS sent, "
            "count(*) - count(DISTINCT contact_id) AS twice, count(*) FILTER (WHERE doubtful) AS marked "
            "FROM message WHERE day = :day AND unit_id IS NOT NULL"
        ), {"day": day}).one()
    return {"all": row.all_, "sent": row.sent, "twice": row.twice, "marked": row.marked}


def demo(size: str) -> list[Figure]:
    offices, units, tasks = SIZES[size]
    with tempfile.TemporaryDirectory(prefix="duban-scale-") as folder:
        home, log = Path(folder), Path(folder) / "sink.txt"
        log.touch()
        with temporary_home(home), sink(SLOW, log) as address, cluster(home) as made:
            count = fill(made.bind, offices, units, tasks, address)
            print(f"{offices} offices x {units} units x {tasks} tasks: {count:,} assignments; every morning "
                  f"{offices * units * EACH:,} reminders in {offices * units:,} messages, {SLOW} ms each", flush=True)
            return _mornings(made, log, offices * units)


def _mornings(made: Cluster, log: Path, messages: int) -> list[Figure]:
    made.worker(A, share=1)
    morning(made, WARM, 1)
    one = morning(made, MORNINGS[0], 1)
    print(f"one worker:  {one.seconds:.1f} s, of which work {one.work:.1f} s; offices {one.by}", flush=True)
    made.kill(A)
    for name in (A, B):
        made.worker(name, share=2)
    two = morning(made, MORNINGS[1], 2)
    print(f"two workers: {two.seconds:.1f} s, of which work {two.work:.1f} s; offices {two.by}", flush=True)
    time.sleep(3)
    dead = killed(made, MORNINGS[2])
    began = "had begun the sweep" if dead.began_it else "shared it"
    print(f"one of two killed ({began}) in the middle of {dead.office}: done by the other {dead.after:.1f} s later "
          f"(lease {LEASE} s, heartbeat {HEARTBEAT} s), everything after {dead.whole:.1f} s", flush=True)
    days, keys = [told(made, day) for day in MORNINGS], arrived(log)
    repeats = sum(keys.values()) - len(keys)
    print(f"messages a day {[day['all'] for day in days]}, sent {[day['sent'] for day in days]}; posted again with the "
          f"same key after the death: {repeats}, marked 可能重复: {days[2]['marked']}", flush=True)
    return [
        Figure("two workers / one, the morning of all offices", two.seconds / one.seconds, 0.6, "times"),
        Figure("a killed worker's office done by the other, seconds after", dead.after, HEARTBEAT, "s"),
        Figure("people told twice on a day", sum(day["twice"] for day in days), 0, "people"),
        Figure("messages owed and not sent", sum(messages - day["sent"] for day in days), 0, "messages"),
        Figure("posts repeated without a mark", max(0, repeats - days[2]["marked"]), 0, "posts"),
    ]


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # ended from outside it leaves nothing running either
    began = time.monotonic()
    figures = demo(sys.argv[1] if len(sys.argv) > 1 else "full")
    show(figures, keep=False)
    print(f"everything stopped after {time.monotonic() - began:.0f} s")
    sys.exit(any(one.ratio > 1 for one in figures))
