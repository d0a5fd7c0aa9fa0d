"""What is felt while the machine works: clicks beside sweep and delivery (B10), the idle processes' size (B14)."""

import os
import socket
import subprocess
import sys
import time
from datetime import time as hour
from pathlib import Path
from typing import Any
from uuid import UUID

from bench.many import TODAY
from bench.measure import Figure, show
from bench.places import sqlite_place
from bench.planning import filled

SHORT, FULL, PAUSE = 20_000, 200_000, 0.01
ROOT = Path(__file__).resolve().parent.parent
WORK = """
from datetime import time
from bench.many import TODAY
from bench.planning import whole_day
from config import clock
from models.database import engine
clock.freeze(clock.at_time(TODAY, time(10)))
import actions.round
print("ready", flush=True)
input()
whole_day(engine())
"""


def figures(rows: int = FULL) -> list[Figure]:
    return [*clicks(rows), *idle()]


def clicks(rows: int) -> list[Figure]:
    """Reports handed in, one after another, while another process sweeps and delivers a day with 5 % due."""
    from config import clock

    clock.freeze(clock.at_time(TODAY, hour(10)))
    with sqlite_place() as bind:
        filled(bind, rows, rows // 20)
        with bind.connect() as connection:
            found = connection.exec_driver_sql(
                "SELECT id FROM assignment WHERE state = 'open' AND next_notice_on > ? LIMIT 5000", (str(TODAY),)
            ).all()
        worker = subprocess.Popen(
            [sys.executable, "-c", WORK], cwd=ROOT, env=dict(os.environ), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True,
        )
        assert worker.stdin and worker.stdout
        worker.stdout.readline()
        worker.stdin.write("\n")
        worker.stdin.flush()
        spent, errors = _click_while(worker, [UUID(row[0]) for row in found])
        if worker.wait(60):
            raise RuntimeError("the day beside the clicks did not end well")
    clock.freeze(None)
    spent.sort()
    p99 = spent[int(len(spent) * 0.99)] * 1000
    print(f"{len(spent)} clicks, p50 {spent[len(spent) // 2] * 1000:.1f} ms, slowest {spent[-1] * 1000:.0f} ms",
          file=sys.stderr)
    name = f"B10 clicks beside sweep and delivery of {rows // 20:,} notices, SQLite"
    return [Figure(f"{name}: p99", p99, 300, "ms"), Figure(f"{name}: errors", errors, 0, "")]


def _click_while(worker: subprocess.Popen[str], keys: list[UUID]) -> tuple[list[float], int]:
    spent, errors, left = list[float](), 0, iter(keys)
    while worker.poll() is None and (key := next(left, None)) is not None:
        began = time.perf_counter()
        try:
            _hand_in(key)
        except Exception as error:
            print(f"a click failed: {error!r:.200}", file=sys.stderr)
            errors += 1
        spent.append(time.perf_counter() - began)
        time.sleep(PAUSE)
    return spent, errors


def _hand_in(key: UUID) -> None:
    """One durable click: the state moves, its notices are withdrawn, an event is sealed, the stage counted again."""
    from actions.advance import refresh
    from actions.deadline import settle
    from actions.record import record, system
    from models.cycle import Assignment
    from models.database import transaction
    from models.words import AssignmentState

    with transaction() as session:
        item = session.get_one(Assignment, key)
        settle(session, item, AssignmentState.SUBMITTED)
        record(session, system(item.office_id), "报送", item.id, item.cycle_id, item.unit_id, title=item.title)
        refresh(session, item.cycle_id, item.stage, TODAY, item.unit_id)


def idle(settle: float = 20) -> list[Figure]:
    """The web and the runner of the flows as they are started, some seconds after they answer, with nothing to do."""
    from commands.supervise import answers, prefect_env
    from config.settings import settings
    from models.migrate import upgrade

    os.environ["DUBAN_PORT"], os.environ["DUBAN_PREFECT_PORT"] = str(_free_port()), str(_free_port())
    with sqlite_place() as bind:
        upgrade(_fresh(bind))
        env = prefect_env(settings())
        children: list[subprocess.Popen[bytes]] = []
        try:
            for argv, url in (
                (["-m", "prefect", "server", "start"], f"{env['PREFECT_API_URL']}/health"),
                (["-m", "web.serve"], f"http://127.0.0.1:{env['DUBAN_PORT']}/healthz"), (["-m", "flows.serve"], ""),
            ):
                quiet = subprocess.DEVNULL
                children.append(subprocess.Popen(
                    [sys.executable, *argv], env=env, cwd=ROOT, stdout=quiet, stderr=quiet, start_new_session=True
                ))
                while url and not answers(url):
                    if children[-1].poll() is not None:
                        raise RuntimeError(f"{argv[1]} ended before it answered at {url}")
                    time.sleep(0.5)
            time.sleep(settle)
            sizes = [_rss(child.pid) for child in children[1:]]
        finally:
            for child in reversed(children):
                os.killpg(child.pid, 15)
                child.wait(30)
    os.environ.pop("DUBAN_PORT"), os.environ.pop("DUBAN_PREFECT_PORT")
    return [Figure(f"B14 idle: memory of the {name}", size, 150, "MB")
            for name, size in zip(("web", "worker"), sizes, strict=True)]


def _fresh(bind: Any) -> Any:
    """The empty file an installation begins with; its tables come by migration."""
    from models.database import engine

    file = Path(bind.url.database)
    bind.dispose()
    for one in file.parent.glob(f"{file.name}*"):
        one.unlink()
    engine.cache_clear()
    return engine()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _rss(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


if __name__ == "__main__":
    show(figures(int(sys.argv[1]) if len(sys.argv) > 1 else SHORT), keep=False)
