"""10,000,000 assignments on PostgreSQL: a day with 0.1 % due and the ledger's page beside bare SQL, sizes, a province.

`python -m bench.large` takes eight to twenty minutes and 15 GB; a number as argument takes that many rows. The rows are
those of bench/many.py, copied inside the server: once within one office, once a tenth of them as two hundred offices of
their own. What docs/scale.md counts with is written to bench/large.json.
"""

import json
import sys
import time
from collections.abc import Callable
from datetime import time as hour
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, Uuid, text

from bench.many import TODAY, fill
from bench.measure import Figure, show
from bench.pages import data, side_by_side
from bench.places import here, postgresql_place
from bench.planning import NOW, plan_all, remember, told, whole_day
from bench.raw_day import known, plan_by_hand

FULL, ONE, MANY = 10_000_000, 1, 200
KEPT = Path(__file__).parent / "large.json"
COPIED = ("office", "plan", "unit", "contact", "cycle", "cycleunit", "stage", "unitstage", "team", "assignment")
SIZED = ("assignment", "notice", "message", "event", "unit", "contact", "cycle")
OWED = "a.state IN ('planned', 'open', 'submitted', 'returned') AND a.kind <> 'task' AND a.due_on IS NOT NULL"
PAGE = (
    "SELECT a.id, a.title, a.code, a.kind, a.stage, a.state, a.due_on, a.first_due_on, a.paused_on, a.version, "
    "a.deadline_version, a.problem_id, a.unit_id, u.name, a.cycle_id, c.title, a.team_id, t.name "
    "FROM assignment a JOIN cycle c ON c.id = a.cycle_id LEFT JOIN unit u ON u.id = a.unit_id "
    f"LEFT JOIN team t ON t.id = a.team_id WHERE {OWED} AND {{where}} ORDER BY a.due_on, a.id LIMIT 51"
)
COUNT = f"SELECT count(*) FROM (SELECT 1 FROM assignment a WHERE {OWED} AND {{where}} LIMIT 1001) n"
TOLD = (
    "SELECT n.assignment_id, max(m.sent_at) FROM notice n JOIN message m ON m.id = n.message_id "
    "WHERE n.assignment_id = ANY(%s) GROUP BY 1"
)
ACTS = "SELECT subject, verb, actor, at FROM event WHERE id IN " \
       "(SELECT max(id) FROM event WHERE subject = ANY(%s) GROUP BY subject)"


def figures(rows: int = FULL) -> list[Figure]:
    from config import clock

    clock.freeze(clock.at_time(TODAY, hour(10)))
    one, kept = measured(rows, ONE)
    many, more = measured(rows // 10, MANY)
    clock.freeze(None)
    KEPT.write_text(json.dumps({"one_office": kept, "offices": more}, indent=1) + "\n", encoding="utf-8")
    return [*one, *many]


def measured(rows: int, offices: int) -> tuple[list[Figure], dict[str, Any]]:
    """The day, the page and the sizes of so many rows in so many offices."""
    with postgresql_place() as bind:
        if bind is None:
            return [], {}
        with here(bind):
            office = spread(bind, rows, offices)
            head = f"{rows:,} in {offices} offices" if offices > 1 else f"{rows:,} in one office"
            day, kept = the_day(bind, head, offices)
            return [*day, *pages(bind, office, head)], {"rows": rows, "offices": offices, **kept, **sizes(bind)}


def spread(bind: Engine, rows: int, offices: int) -> UUID:
    """Write it all; the key of the office looked at. The copies differ in their keys, and where they are offices of
    their own in the keys of all that belongs to them."""
    base, began = rows // (offices if offices > 1 else 10), time.perf_counter()
    units, cycles = (55, 5) if offices > 1 else (200, 20)
    people = fill(bind, base, units, cycles, due=max(1, base // 1000))
    tables = COPIED if offices > 1 else COPIED[-1:]
    with bind.begin() as connection:
        # a copy of rows that hold is not checked again row by row, and takes longer than a statement of the office may
        for line in ("statement_timeout = 0", "session_replication_role = replica"):
            connection.execute(text(f"SET LOCAL {line}"))
        dropped = [row[0] for row in connection.execute(text(
            "SELECT indexdef FROM pg_indexes WHERE tablename = 'assignment' AND indexname LIKE 'ix_%'"))]
        for line in dropped:
            connection.execute(text(f'DROP INDEX "{line.split()[line.split().index("INDEX") + 1]}"'))
        for table in tables:
            connection.execute(text(_copies(table, rows // base - 1, offices > 1)))
        for line in dropped:
            connection.execute(text(line))
    with bind.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")
    print(f"{rows:,} rows in {offices} offices, written in {time.perf_counter() - began:.0f} s", file=sys.stderr)
    return people.office_id


def _copies(table: str, times: int, apart: bool) -> str:
    """Every row so many times again, under new keys: of the row alone, or of all it belongs to."""
    from models.tables import METADATA

    names, said = [], []
    for column in METADATA.tables[table].columns:
        new = isinstance(column.type, Uuid) and (apart or column.primary_key)
        names.append(f'"{column.name}"')
        plain = f't."{column.name}"'
        said.append(f"md5({plain}::text || '/' || n)::uuid" if new else
                    f"{plain} || n" if (table, column.name) == ("office", "name") else plain)
    return f'INSERT INTO "{table}" ({", ".join(names)}) SELECT {", ".join(said)} FROM "{table}" t, ' \
           f"generate_series(1, {times}) n"


def the_day(bind: Engine, head: str, offices: int) -> tuple[list[Figure], dict[str, Any]]:
    """Planning beside the same by hand, in turns; then everything from the sweep to the outbox, once."""
    lines, back, spent = known(bind), remember(bind), []
    for _ in range(3):
        ours, said = _seconds(lambda: plan_all(bind)), told(bind)
        back()
        by_hand = _seconds(lambda: plan_by_hand(bind, lines, NOW))
        if told(bind) != said:
            raise AssertionError(f"{len(said)} notices of ours are not those planned by hand")
        back()
        spent.append((ours, by_hand, len(said)))
    ours, by_hand = min(one[0] for one in spent), min(one[1] for one in spent)
    whole = _seconds(lambda: whole_day(bind))
    print(f"{head}: planned {ours:.2f} s, by hand {by_hand:.2f} s; sweep to outbox {whole:.1f} s", file=sys.stderr)
    # offices are swept one by one, by several workers: no statement covers them all, so nothing is promised there
    limit = [Figure(f"{head}, 0.1 % due, PostgreSQL: planned / by hand", ours / by_hand, 2, "times")]
    return limit if offices == 1 else [], {
        "due": spent[0][2], "planned_s": ours, "by_hand_s": by_hand, "sweep_to_outbox_s": whole,
    }


def pages(bind: Engine, office: UUID, head: str) -> list[Figure]:
    """What the ledger's page asks of the database beside the same rows by bare statements."""
    with bind.connect() as connection:
        ended = connection.execute(text("SELECT id FROM cycle WHERE closed_on IS NOT NULL AND office_id = :o"),
                                   {"o": office}).scalars().all()
        running, unit = (connection.execute(text(statement), {"o": office}).scalar_one() for statement in (
            "SELECT id FROM cycle WHERE closed_on IS NULL AND office_id = :o ORDER BY title LIMIT 1",
            "SELECT id FROM unit WHERE office_id = :o ORDER BY sort LIMIT 1"))
        runs = f"a.office_id = '{office}' AND a.cycle_id <> ALL ('{{{','.join(map(str, ended))}}}'::uuid[])"
        views = {
            "all that runs": ("", runs),
            "late": ("light=overdue", f"{runs} AND a.due_on < '{TODAY}' AND a.paused_on IS NULL AND "
                     "a.kind <> 'confirmation' AND a.state <> 'submitted'"),
            "one cycle": (f"cycle={running}", f"a.cycle_id = '{running}'"),
            "one unit": (f"unit={unit}", f"{runs} AND a.unit_id = '{unit}'"),
        }
        cursor = connection.connection.cursor()
        return [_page(office, head, name, query, cursor, where) for name, (query, where) in views.items()]


def _page(office: UUID, head: str, name: str, query: str, cursor: Any, where: str) -> Figure:
    ours, theirs = side_by_side(lambda: data(office, query), lambda: _bare(cursor, where))
    return Figure(f"ledger of {head}, {name}: data / bare SQL", ours / theirs, 3, "times")


def _bare(cursor: Any, where: str) -> None:
    """The page's rows, their count, their last reminder and act, as somebody would ask by hand in one transaction."""
    rows = cursor.execute(PAGE.format(where=where)).fetchall()
    if len(rows) > 50:
        cursor.execute(COUNT.format(where=where)).fetchall()
    keys = [row[0] for row in rows[:50]]
    cursor.execute(TOLD, [keys]).fetchall()
    cursor.execute(ACTS, [list(map(str, keys))]).fetchall()
    cursor.connection.rollback()


def sizes(bind: Engine) -> dict[str, Any]:
    """Bytes a row with its indexes, of each table that grows, and of the database."""
    found: dict[str, Any] = {}
    with bind.connect() as connection:
        for table in SIZED:
            count = connection.execute(text(f'SELECT count(*) FROM "{table}"')).scalar_one()
            size = connection.execute(text(f"SELECT pg_total_relation_size('\"{table}\"')")).scalar_one()
            found[f"{table}_rows"], found[f"{table}_bytes_each"] = count, round(size / count) if count else 0
        found["database_bytes"] = connection.execute(
            text("SELECT pg_database_size(current_database())")).scalar_one()
    return found


def _seconds(act: Callable[[], Any]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


if __name__ == "__main__":
    show(figures(int(sys.argv[1]) if len(sys.argv) > 1 else FULL), keep=False)
