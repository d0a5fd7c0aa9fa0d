"""A day's notices over very many rows: beside the same by hand, beside a tenth of the rows, from sweep to outbox.

`python -m bench.planning` takes a million rows (B1, B2, B7 and the memory of planning 100,000 notices), a number as
argument takes that many; `python -m bench.planning 50000 SQLite` leaves the server out.
"""

import gc
import importlib
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import time as hour
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Engine

from bench.many import TODAY, fill
from bench.measure import Figure, show
from bench.places import PLACES, sqlite_place
from bench.raw_day import known, plan_by_hand

FULL, ROUNDS = 1_000_000, 5
ROOT = Path(__file__).resolve().parent.parent
NOW = "2026-11-20 02:00:00+00"
PLAN_ALL = """
import sys
from datetime import time
from bench.many import TODAY
from bench.planning import plan_all
from config import clock
from models.database import engine
clock.freeze(clock.at_time(TODAY, time(10)))
plan_all(engine())
print(next(int(line.split()[1]) for line in open('/proc/self/status') if line.startswith('VmHWM')))
"""


def figures(rows: int = FULL, names: tuple[str, ...] = tuple(PLACES), memory: int = 100_000) -> list[Figure]:
    from config import clock

    clock.freeze(clock.at_time(TODAY, hour(10)))
    due, found = rows // 100, list[Figure]()
    for name in names:
        many, few = measured(name, rows, due), measured(name, rows // 10, due)
        if many is None or few is None:
            continue
        ours, by_hand, whole = many
        head = f"{due:,} of {rows:,} due, {name}"
        found += [
            Figure(f"B1 {head}: planned / by hand", ours / by_hand, 2, "times"),
            Figure(f"B2 {head}: planned / of {rows // 10:,}", ours / few[0], 1.3, "times"),
            Figure(f"B7 {head}: sweep to outbox / of {rows // 10:,}", whole / few[2], 1.5, "times"),
        ]
    clock.freeze(None)
    return [*found, weight(memory)]


def measured(name: str, rows: int, due: int) -> tuple[float, float, float] | None:
    """Seconds for planning a day, for the same by hand, for everything from the sweep to the outbox."""
    with PLACES[name]() as bind:
        if bind is None:
            return None
        filled(bind, rows, due)
        lines, remembered = known(bind), remember(bind)
        ours, theirs = [], []
        for _ in range(ROUNDS):
            ours.append(_seconds(lambda: plan_all(bind)))
            said = told(bind)
            remembered()
            theirs.append(_seconds(lambda: plan_by_hand(bind, lines, NOW)))
            if told(bind) != said or len(said) != due:
                raise AssertionError(f"{len(said)} notices of ours are not those planned by hand")
            remembered()
        importlib.import_module("actions.round")  # what a day needs is loaded before it is timed
        whole = _seconds(lambda: whole_day(bind))
        print(f"{name} {rows:,}: planned {min(ours):.2f}-{max(ours):.2f} s, by hand {min(theirs):.2f}-"
              f"{max(theirs):.2f} s, sweep to outbox {whole:.2f} s", file=sys.stderr)
        return statistics.median(ours), statistics.median(theirs), whole


def filled(bind: Engine, rows: int, due: int, units: int = 200) -> Any:
    began = time.perf_counter()
    people = fill(bind, rows, units=units, due=due)
    if bind.dialect.name == "postgresql":
        with bind.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
    print(f"{rows:,} rows, {due:,} due, written in {time.perf_counter() - began:.0f} s", file=sys.stderr)
    return people


def remember(bind: Engine) -> Callable[[], None]:
    """Something to call that puts the morning back: no notices, the same rows to be looked at."""
    keys = f"SELECT id FROM assignment WHERE next_notice_on <= '{TODAY}'"
    with bind.begin() as connection:
        connection.exec_driver_sql(f"CREATE TABLE morning AS {keys}")

    def back() -> None:
        with bind.begin() as connection:
            connection.exec_driver_sql("DELETE FROM notice")
            connection.exec_driver_sql(
                f"UPDATE assignment SET next_notice_on = '{TODAY}' WHERE id IN (SELECT id FROM morning)"
            )

    return back


def told(bind: Engine) -> list[tuple[str, ...]]:
    """What was planned, for comparison."""
    columns = ("assignment_id", "contact_id", "step", "kind", "late_from", "due_on", "deadline_version")
    with bind.connect() as connection:
        rows = connection.exec_driver_sql(f"SELECT {', '.join(columns)} FROM notice").all()
    return sorted(tuple(map(str, row)) for row in rows)


def cycles_of(bind: Engine) -> list[UUID]:
    from models.database import reading
    from models.ledger import open_cycles

    with reading(bind) as session:
        return [cycle.id for cycle in open_cycles(session)]


def plan_all(bind: Engine) -> None:
    """The planning of every open cycle, as the flow does it."""
    from actions.remind import plan_reminders
    from models.database import transaction

    for key in cycles_of(bind):
        more = True
        while more:
            with transaction(bind) as session:
                more = plan_reminders(session, key, TODAY)


def whole_day(bind: Engine) -> None:
    """Everything the sweep does for its cycles, then one delivery; Prefect's own cost is measured in bench/day.py."""
    from actions.advance import run_stage, stages_to_run
    from actions.deliver import deliver
    from actions.key_unit import plan_key_visits
    from actions.open_period import open_periods
    from actions.propose_steps import propose_steps
    from actions.tell_visits import tell_programmes
    from models.database import reading, transaction

    for key in cycles_of(bind):
        with reading(bind) as session:
            kinds = stages_to_run(session, key, TODAY)
        for kind in kinds:
            with transaction(bind) as session:
                run_stage(session, key, kind, TODAY)
        for act in (plan_key_visits, tell_programmes, open_periods):
            with transaction(bind) as session:
                act(session, key, TODAY)
    plan_all(bind)
    for key in cycles_of(bind):
        with transaction(bind) as session:
            propose_steps(session, key, TODAY)
    deliver(bind)


def weight(notices: int) -> Figure:
    """The largest memory of a process that plans so many notices and does nothing else."""
    with sqlite_place() as bind:
        filled(bind, notices, notices)
        done = subprocess.run(
            [sys.executable, "-c", PLAN_ALL], cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, check=True
        )
        said = len(told(bind))
    if said != notices:
        raise AssertionError(f"{said} notices instead of {notices}")
    return Figure(f"memory while planning {notices:,} notices", int(done.stdout.split()[-1]) / 1024, 300, "MB")


def _seconds(act: Callable[[], None]) -> float:
    gc.collect()
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


if __name__ == "__main__":
    size = int(sys.argv[1]) if len(sys.argv) > 1 else FULL
    show(figures(size, tuple(sys.argv[2:]) or tuple(PLACES), min(100_000, size)), keep=False)
