"""What is written much at once: 100,000 changes of state with their events (B3), a plan loaded for 55 units (B4)."""

import hashlib
import json
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from bench.many import fill
from bench.measure import Figure, show
from bench.places import sqlite_place

SHORT, FULL, AT_ONCE, ROUNDS = 10_000, 100_000, 5_000, 3
COLUMNS = ("office_id", "seq", "at", "actor", "via", "verb", "subject", "cycle_id", "unit_id", "data", "prev_hash",
           "hash")


def figures(rows: int = FULL) -> list[Figure]:
    return [transitions(rows), loading()]


def transitions(rows: int) -> Figure:
    """Every open row is handed in, with a sealed event each, 5,000 to a transaction; beside the driver alone."""
    with sqlite_place() as bind:
        people = fill(bind, rows, units=50, cycles=5)
        with bind.connect() as connection:
            found = connection.exec_driver_sql("SELECT id, cycle_id, unit_id FROM assignment").all()
        keys = [tuple(one and UUID(one) for one in row) for row in found]
        parts = [keys[n:n + AT_ONCE] for n in range(0, len(keys), AT_ONCE)]
        ours, by_hand = [], []
        for _ in range(ROUNDS):
            ours.append(_seconds(lambda: _hand_in(people.office_id, parts)))
            by_hand.append(_seconds(lambda: _by_hand(str(bind.url.database), people.office_id, parts)))
    print(f"{rows:,} changes: {ours} s, by hand {by_hand} s", file=sys.stderr)
    ratio = statistics.median(ours) / statistics.median(by_hand)
    return Figure(f"B3 {rows:,} changes of state with sealed events / by hand", ratio, 2, "times")


def _hand_in(office: UUID, parts: list[Any]) -> None:
    from sqlalchemy import update
    from sqlmodel import col

    from actions.record import Fact, record_many, system
    from models.cycle import Assignment
    from models.database import transaction
    from models.words import AssignmentState

    for part in parts:
        with transaction() as session:
            session.execute(
                update(Assignment).where(col(Assignment.id).in_([key for key, _, _ in part]))
                .values(state=AssignmentState.SUBMITTED, version=Assignment.version + 1)
                .execution_options(synchronize_session=False)
            )
            facts = [Fact("报送", key, cycle, unit, {"title": "一项"}) for key, cycle, unit in part]
            record_many(session, system(office), facts)


def _by_hand(file: str, office: UUID, parts: list[Any]) -> None:
    """The same rows and the same seals, with nothing between them and the driver."""
    bare = sqlite3.connect(file, isolation_level=None)
    bare.execute("PRAGMA synchronous=NORMAL")
    insert = f"INSERT INTO event ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
    for part in parts:
        bare.execute("BEGIN IMMEDIATE")
        marks = ", ".join("?" * len(part))
        bare.execute(f"UPDATE assignment SET state = 'submitted', version = version + 1 WHERE id IN ({marks})",
                     [key.hex for key, _, _ in part])
        seq, last = bare.execute("SELECT seq, hash FROM chainhead WHERE office_id = ?", (office.hex,)).fetchone()
        rows = []
        for key, cycle, unit in part:
            seq, now = seq + 1, time.time()
            plain = {"office_id": str(office), "seq": seq, "at": round(now, 6), "actor": "系统", "via": "",
                     "verb": "报送", "subject": str(key), "cycle_id": str(cycle), "unit_id": unit and str(unit),
                     "data": {"title": "一项"}}
            text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
            hashed = hashlib.sha256((last + text).encode()).hexdigest()
            at = time.strftime("%Y-%m-%d %H:%M:%S.000000", time.gmtime(now))
            rows.append((office.hex, seq, at, "系统", "", "报送", str(key), cycle.hex, unit and unit.hex,
                         '{"title": "\\u4e00\\u9879"}', last, hashed))
            last = hashed
        bare.executemany(insert, rows)
        bare.execute("UPDATE chainhead SET seq = ?, hash = ? WHERE office_id = ?", (seq, last, office.hex))
        bare.execute("COMMIT")
    bare.close()


def loading() -> Figure:
    """The Puyang cycle opened for 55 units, beside the insert of its assignments' dicts."""
    spent = [_load_once() for _ in range(ROUNDS)]
    print(f"a plan of {spent[0][2]:,} rows: {spent}", file=sys.stderr)
    ratio = statistics.median(ours for ours, _, _ in spent) / statistics.median(theirs for _, theirs, _ in spent)
    return Figure(f"B4 a plan loaded for 55 units ({spent[0][2]:,} rows) / insert of the dicts", ratio, 6, "times")


def _load_once() -> tuple[float, float, int]:
    from sqlalchemy import insert
    from sqlmodel import select

    from actions.adopt import adopt_plan
    from actions.enrol import enrol_units
    from actions.open_cycle import Opening, open_cycle
    from commands.office import make_office
    from commands.sample_units import demo_rows, proposed, set_groups
    from config import clock
    from models.cycle import Assignment
    from models.database import transaction
    from models.unit import Unit
    from plans.planfile import read_plan
    from plans.text import read_source

    table = Assignment.__table__
    with sqlite_place() as bind, clock.jumped_to(clock.at_time(date(2020, 8, 1))):
        people, draft = make_office(bind, "办公室", "办公室", "first-word"), read_plan(read_source("puyang-2020"))
        clerk = people.actors["jingban"]
        with transaction() as session:
            enrol_units(session, clerk, [{**row, "subject": "county"} for row in demo_rows(55)])
            set_groups(session, clerk, draft, 55)
            plan = adopt_plan(session, clerk, draft, draft.key, proposed(session, clerk, draft))
        with transaction() as session:
            units = list(session.exec(select(Unit)))
            ours = _seconds(lambda: open_cycle(session, clerk, plan, units, Opening()))
        with transaction() as session:
            rows = [one.model_dump() | {"id": uuid4(), "duty_id": None} for one in session.exec(select(Assignment))]
        with bind.begin() as connection:
            theirs = _seconds(lambda: connection.execute(insert(table), rows))
    return ours, theirs, len(rows)


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


if __name__ == "__main__":
    show(figures(int(sys.argv[1]) if len(sys.argv) > 1 else SHORT), keep=False)
