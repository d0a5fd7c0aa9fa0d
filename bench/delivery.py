"""B5 and B6: a day's messages to a sink in another process beside bare httpx with the same threads; memory at 100,000.

`python -m bench.delivery` takes about a minute; each part runs in a process of its own.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from threading import local
from typing import Any
from uuid import uuid4

from bench.measure import Figure, show

ROOT = Path(__file__).resolve().parent.parent
DAY = date(2026, 11, 20)
PARTS = {"quick": (1_000, 0, 8), "slow": (1_500, 100, 32), "many": (100_000, 0, 8)}


@contextmanager
def sink(delay: int, log: Path | None = None) -> Iterator[str]:
    """The address of a sink that answers after `delay` ms."""
    argv = [sys.executable, "-m", "bench.sink", str(delay), *([str(log)] if log else [])]
    process = subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        yield f"http://127.0.0.1:{int(process.stdout.readline())}/notify"
    finally:
        process.terminate()
        process.wait(10)


def fill(bind: Any, count: int, address: str, each: int = 2) -> None:
    """An office with `count` units, each with a contact behind `address` and `each` reminders planned for today."""
    from sqlalchemy import insert

    from commands.office import make_office
    from config import clock
    from models.cycle import Assignment, Cycle
    from models.notice import Notice
    from models.plan import Plan
    from models.unit import Contact
    from models.words import AssignmentKind, Channel, NoticeKind, StageKind

    office, now = make_office(bind, "某市委依法治市办", "市委依法治市办", "first-word").office_id, clock.now()
    plan, cycle = uuid4(), uuid4()
    with bind.begin() as connection:
        connection.execute(insert(Plan.__table__), [Plan(
            id=plan, office_id=office, key="many", title="年度督察方案", short_title="年度督察", issuer="某市",
            doc_no="无", year=2026, digest="", adopted_at=now).model_dump()])
        connection.execute(insert(Cycle.__table__), [Cycle(
            id=cycle, office_id=office, plan_id=plan, title="督察", opened_on=DAY).model_dump()])
    blank = Assignment(
        office_id=office, cycle_id=cycle, kind=AssignmentKind.MEASURE, stage=StageKind.DAILY, title="", due_on=DAY
    ).model_dump()
    notice = Notice(
        office_id=office, cycle_id=cycle, kind=NoticeKind.REMIND, step="T-0", due_on=DAY, planned_on=DAY, made_at=now
    ).model_dump()
    contact = Contact(
        office_id=office, name="联络员", channel=Channel.WEBHOOK if address else Channel.OUTBOX, address=address
    ).model_dump()
    for start in range(0, count, 2_000):
        with bind.begin() as connection:
            for model, rows in _lines(blank, notice, contact, office, range(start, min(start + 2_000, count)), each):
                connection.execute(insert(model.__table__), rows)


def _lines(blank: Any, notice: Any, contact: Any, office: Any, numbers: range, each: int) -> Iterator[Any]:
    from models.cycle import Assignment
    from models.notice import Notice
    from models.unit import Contact, Unit

    units, people = [uuid4() for _ in numbers], [uuid4() for _ in numbers]
    owed = [(n % len(numbers), uuid4()) for n in range(len(numbers) * each)]
    named = zip(numbers, units, strict=True)
    yield Unit, [Unit(id=key, office_id=office, name=f"第{n}单位").model_dump() for n, key in named]
    yield Contact, [contact | {"id": key, "unit_id": unit} for key, unit in zip(people, units, strict=True)]
    yield Assignment, [
        blank | {"id": key, "unit_id": units[at], "title": f"任务{n + 1}"} for n, (at, key) in enumerate(owed)
    ]
    yield Notice, [
        notice | {"id": uuid4(), "unit_id": units[at], "contact_id": people[at], "assignment_id": key}
        for at, key in owed
    ]


def bare(address: str, count: int, threads: int) -> float:
    """Posts per second of httpx alone: one client a thread, the same size of text."""
    import httpx

    own, text = local(), {"title": "【督办提醒】任务", "message": "第一单位：\n" * 20, "type": "info", "key": "k"}

    def post(_: int) -> None:
        client = getattr(own, "client", None) or httpx.Client(timeout=10, trust_env=False)
        own.client = client
        client.post(address, json=text, headers={"Idempotency-Key": "k"}).raise_for_status()

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(post, range(threads)))
        began = time.perf_counter()
        list(pool.map(post, range(count)))
        return count / (time.perf_counter() - began)


def ours(part: str, address: str) -> dict[str, float]:
    """One part in this process: messages per second end to end, and the largest memory."""
    from actions.deliver import deliver
    from config import clock
    from config.settings import settings, temporary_home
    from models.database import create_all, make_engine

    count, _, threads = PARTS[part]
    os.environ |= {"DUBAN_SEND_THREADS": str(threads), "DUBAN_HOOK_HOSTS": "127.0.0.1"}
    with tempfile.TemporaryDirectory() as folder, temporary_home(Path(folder)), clock.jumped_to(clock.at_time(DAY)):
        settings.cache_clear()
        for name, size in (("warm", threads), ("duban", count)):
            bind = make_engine(f"sqlite:///{folder}/{name}.db")
            create_all(bind)
            fill(bind, size, address)
            if size == threads:  # as httpx below: connections are opened and modules loaded before the clock starts
                deliver(bind)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        rate = bare(address, min(count, 1_500), threads)
        began = time.perf_counter()
        done = deliver(bind)
        spent = time.perf_counter() - began
        bind.dispose()
    assert done.sent == count, done
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"rate": count / spent, "bare": rate, "memory": memory, "before": before, "seconds": spent}


def run(part: str) -> dict[str, float]:
    with sink(PARTS[part][1]) as address:
        argv = [sys.executable, "-m", "bench.delivery", part, address]
        done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr[-3000:])
    found: dict[str, float] = json.loads(done.stdout)
    return found


def figures(parts: tuple[str, ...] = tuple(PARTS)) -> list[Figure]:
    found = {part: run(part) for part in parts}
    lines = []
    if quick := found.get("quick"):
        name = f"B5 1,000 messages to a 0 ms sink, 8 threads: {quick['rate']:.0f}/s of bare {quick['bare']:.0f}/s"
        lines.append(Figure(name, quick["rate"] / quick["bare"], 0.6, "x", least=True))
    if slow := found.get("slow"):
        name = f"B6 100 ms sink, 32 threads, end to end (bare {slow['bare']:.0f}/s)"
        lines.append(Figure(name, slow["rate"], 240, "1/s", least=True))
    if many := found.get("many"):
        lines.append(Figure("sending 100,000: largest memory", many["memory"], 300, "MB"))
        lines.append(Figure("sending 100,000: per second beside 1,000", many["rate"] / found["quick"]["rate"]
                            if "quick" in found else 1, 0.8, "x", least=True))
    return lines


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(json.dumps(ours(sys.argv[1], sys.argv[2])))
    else:
        show(figures(tuple(sys.argv[1].split(",")) if len(sys.argv) > 1 else tuple(PARTS)), keep=False)
