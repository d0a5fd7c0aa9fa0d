"""A day's notices over very many rows: beside the same by hand, beside a tenth of the rows, from sweep to outbox.

`python -m bench.planning` takes a million rows (B1, B2, B7 and the memory of planning 100,000 notices), a number as
argument takes that many; `python -m bench.planning 50000 SQLite` leaves the server out.
"""

import gc
import importlib
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import time as hour
from datetime import timedelta
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

    importlib.import_module("actions.round")  # what a day needs is loaded before it is timed
    clock.freeze(clock.at_time(TODAY, hour(10)))
    found = [figure for name in names for figure in compared(name, rows, rows // 100)]
    clock.freeze(None)
    return [*found, weight(memory)]


def compared(name: str, rows: int, due: int) -> list[Figure]:
    """Many rows and a tenth of them with as many due, in turns; the best of some rounds, for others work here too."""
    with PLACES[name]() as many, PLACES[name]() as few:
        if many is None or few is None:
            return []
        filled(many, rows, due)
        filled(few, rows // 10, due)
        lines, backs = known(many), {many: remember(many), few: remember(few)}
        spent = [_round(many, few, lines, backs, due) for _ in range(ROUNDS)]
        ours, by_hand, tenth = (min(one[place] for one in spent) for place in range(3))
        days = [(_whole(many, backs[many]), _whole(few, backs[few])) for _ in range(2)]
        whole, part = (min(pair[place] for pair in days) for place in range(2))
    print(f"{name}: planned {ours:.2f} s, by hand {by_hand:.2f} s, of a tenth {tenth:.2f} s; "
          f"sweep to outbox {whole:.2f} and {part:.2f} s", file=sys.stderr)
    head, beside = f"{due:,} of {rows:,} due, {name}", f"of {rows // 10:,}"
    return [
        Figure(f"B1 {head}: planned / by hand", ours / by_hand, 2, "times"),
        Figure(f"B2 {head}: planned / {beside}", ours / tenth, 1.3, "times"),
        Figure(f"B7 {head}: sweep to outbox / {beside}", whole / part, 1.5, "times"),
    ]


def _round(many: Engine, few: Engine, lines: Any, backs: dict[Engine, Callable[[], None]], due: int) -> list[float]:
    """Seconds for the day by us, by hand, and by us over a tenth; both first write the very same notices."""
    spent, said = [_seconds(lambda: plan_all(many))], told(many)
    backs[many]()
    spent.append(_seconds(lambda: plan_by_hand(many, lines, NOW)))
    if told(many) != said or len(said) != due:
        raise AssertionError(f"{len(said)} notices of ours are not those planned by hand")
    backs[many]()
    spent.append(_seconds(lambda: plan_all(few)))
    backs[few]()
    return spent


def _whole(bind: Engine, back: Callable[[], None]) -> float:
    spent = _seconds(lambda: whole_day(bind))
    back()
    return spent


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
            for table in ("notice", "message"):
                connection.exec_driver_sql(f"DELETE FROM {table}")
            connection.exec_driver_sql(f"UPDATE stage SET watched_on = '{TODAY - timedelta(days=1)}'")
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
