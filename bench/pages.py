"""The office's pages over very much: the ledger against bare SQL on the same file, the board, search.

`python -m bench.pages` fills 100 000 rows (under a minute), `python -m bench.pages 1000000` the full million.
"""

import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, datetime
from datetime import time as hour
from pathlib import Path
from typing import Any
from uuid import UUID

from bench.many import TODAY, fill
from bench.measure import Figure, show

ROUNDS, WORD = 41, "first-word"
SHORT, FULL = 100_000, 1_000_000
OWED = "a.state IN ('planned', 'open', 'submitted', 'returned') AND a.kind <> 'task'"
ROWS = (
    "SELECT a.id, a.title, a.code, a.kind, a.stage, a.state, a.due_on, a.first_due_on, a.paused_on, a.version, "
    "a.deadline_version, a.problem_id, a.unit_id, u.name, a.cycle_id, c.title, a.team_id, t.name "
    "FROM assignment a {by} JOIN cycle c ON c.id = a.cycle_id LEFT JOIN unit u ON u.id = a.unit_id "
    "LEFT JOIN team t ON t.id = a.team_id "
    f"WHERE {OWED} AND {{where}} AND a.due_on IS NOT NULL ORDER BY a.due_on, a.id LIMIT 51"
)
COUNT = f"SELECT count(*) FROM (SELECT 1 FROM assignment a {{by}} WHERE {OWED} AND {{where}} LIMIT 1001)"
TOLD = (
    "SELECT n.assignment_id, max(m.sent_at) FROM notice n JOIN message m ON m.id = n.message_id "
    "WHERE n.assignment_id IN ({keys}) GROUP BY 1"
)
ACTS = "SELECT subject, verb, actor, at FROM event WHERE id IN " \
       "(SELECT max(id) FROM event WHERE subject IN ({keys}) GROUP BY subject)"


def figures(rows: int = SHORT) -> list[Figure]:
    from config.settings import settings, temporary_home
    from models import database

    with tempfile.TemporaryDirectory() as folder, temporary_home(Path(folder)):
        settings.cache_clear()
        database.engine.cache_clear()
        database.create_all(database.engine())
        began = time.perf_counter()
        people = fill(database.engine(), rows, word=WORD)
        print(f"{rows} rows written in {time.perf_counter() - began:.0f} s", file=sys.stderr)
        found = measured(people, Path(folder) / "duban.db", rows)
        database.engine().dispose()
        database.engine.cache_clear()
    return [*found, *board()]


def measured(people: Any, file: Path, rows: int) -> list[Figure]:
    """Each view of the ledger beside its bare statements, then whole pages."""
    from sqlmodel import col, select

    from config import clock
    from models.cycle import Cycle
    from models.database import reading
    from models.unit import Unit

    clock.freeze(clock.at_time(TODAY, hour(10, 0)))
    with reading() as session:
        open_ones = select(Cycle.id).where(col(Cycle.closed_on).is_(None))
        running = session.exec(open_ones.order_by(col(Cycle.title))).first()
        unit = session.exec(select(Unit.id).order_by(col(Unit.sort))).first()
    bare = sqlite3.connect(file)
    ended = ",".join(f"'{row[0]}'" for row in bare.execute("SELECT id FROM cycle WHERE closed_on IS NOT NULL"))
    office = f"a.office_id = '{people.office_id.hex}'"
    views = {
        "all that runs": ("", "owed", f"{office} AND a.cycle_id NOT IN ({ended})"),
        "late": ("light=overdue", "owed", f"{office} AND a.cycle_id NOT IN ({ended}) AND a.due_on < '{TODAY}' AND "
                 "a.paused_on IS NULL AND a.kind <> 'confirmation' AND a.state <> 'submitted'"),
        "one cycle": (f"cycle={running}", "owed_cycle", f"a.cycle_id = '{running.hex}'"),
        "one unit": (f"unit={unit}", "owed_unit", f"a.unit_id = '{unit.hex}' AND a.cycle_id NOT IN ({ended})"),
        "one kind": ("kind=problem", "owed_kind", f"{office} AND a.kind = 'problem' AND a.cycle_id NOT IN ({ended})"),
    }
    client = signed_in()
    found = []
    for name, (query, index, where) in views.items():
        by = f"INDEXED BY ix_assignment_{index}"
        ours, theirs = side_by_side(lambda q=query: data(people.office_id, q), lambda b=by, w=where: plain(bare, b, w))
        found.append(Figure(f"ledger of {rows:,}, {name}: data / bare SQL of the same rows", ours / theirs, 3, "times"))
        whole = median(lambda q=query: answered(client, f"/work?{q}"))
        found.append(Figure(f"ledger of {rows:,}, {name}: the whole page", whole * 1000, 300, "ms"))
    for name, path in {"by unit": "/work?sort=unit", "by state": "/work?sort=state", "words of a title":
                       "/work?q=任务77：", "nothing found": "/work?q=没有这样的事项"}.items():
        found.append(Figure(f"ledger of {rows:,}, {name}: the whole page", median(
            lambda p=path: answered(client, p), 5) * 1000, 3000 if "q=" in path else 300, "ms"))
    found.append(Figure("search over all that has a name", median(lambda: answered(client, "/search?q=单位")) * 1000,
                        300, "ms"))
    clock.freeze(None)
    return found


def data(office_id: Any, query: str) -> None:
    """What the page asks of the database, through the same functions."""
    from urllib.parse import parse_qsl

    from models.database import reading
    from models.work_ledger import count_of, keys_of
    from models.work_lines import lines_of
    from web.work_filters import read_filters

    with reading() as session:
        if query not in WANTS:
            WANTS[query] = read_filters(session, office_id, dict(parse_qsl(query))).want
        want = WANTS[query]
        places = keys_of(session, want, None, 51)
        lines_of(session, office_id, [place.key.id for place in places[:50]])
        if len(places) > 50:
            count_of(session, want)


WANTS: dict[str, Any] = {}


def plain(bare: sqlite3.Connection, by: str, where: str) -> None:
    """The same rows with the same values (keys, days, moments as Python has them), their count, their last reminder
    and act, with nothing in between."""
    rows = [_values(row) for row in bare.execute(ROWS.format(by=by, where=where))]
    if len(rows) > 50:
        bare.execute(COUNT.format(by=by, where=where)).fetchall()
    keys = [row[0].hex for row in rows[:50]]
    marks = ",".join("?" * len(keys))
    for row in bare.execute(TOLD.format(keys=marks), keys):
        UUID(row[0]), row[1] and datetime.fromisoformat(row[1])
    words = [str(row[0]) for row in rows[:50]]
    for row in bare.execute(ACTS.format(keys=marks), words):
        datetime.fromisoformat(row[3])


def _values(row: tuple[Any, ...]) -> list[Any]:
    found = list(row)
    for place in (0, 11, 12, 14, 16):
        found[place] = UUID(row[place]) if row[place] else None
    for place in (6, 7, 8):
        found[place] = date.fromisoformat(row[place]) if row[place] else None
    return found


def side_by_side(ours: Callable[[], None], theirs: Callable[[], None]) -> tuple[float, float]:
    """The medians of both, taken in turns so that a busy machine is unkind to both."""
    spent: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for act, kept in zip((ours, theirs), spent, strict=True):
            kept.append(_seconds(act))
    return statistics.median(spent[0]), statistics.median(spent[1])


def median(act: Callable[[], None], rounds: int = 15) -> float:
    act()
    return statistics.median(_seconds(act) for _ in range(rounds))


def _seconds(act: Callable[[], None]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def signed_in() -> Any:
    from fastapi.testclient import TestClient

    from web.app import create_app

    client = TestClient(create_app())
    client.post("/login", data={"login": "jingban", "word": WORD}, follow_redirects=False)
    return client


def answered(client: Any, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text[:200]


def board() -> list[Figure]:
    """The Puyang cycle with 55 units and 57 tasks as boards by stage, by task and by month."""
    from actions.open_cycle import Opening
    from commands.office import make_office
    from commands.rehearse import launch
    from commands.sample_units import demo_rows
    from config import clock
    from config.settings import settings, temporary_home
    from models import database
    from plans.planfile import read_plan
    from plans.text import read_source

    with tempfile.TemporaryDirectory() as folder, temporary_home(Path(folder)):
        settings.cache_clear()
        database.engine.cache_clear()
        database.create_all(database.engine())
        with clock.jumped_to(clock.at_time(date(2020, 8, 1))):
            people = make_office(None, "办公室", "办公室", WORD)
            rows = [{**row, "subject": "county"} for row in demo_rows(55)]
            key = launch(None, people, read_plan(read_source("puyang-2020")), rows, Opening())
        clock.freeze(clock.at_time(date(2020, 8, 20), hour(10, 0)))
        client = signed_in()
        found = [
            Figure(f"board of 55 units x 57 tasks, by {axis}: the whole page",
                   median(lambda a=axis: answered(client, f"/cycles/{key}?by={a}")) * 1000, 300, "ms")
            for axis in ("stage", "theme", "task", "month")
        ]
        clock.freeze(None)
        database.engine().dispose()
        database.engine.cache_clear()
    return found


if __name__ == "__main__":
    show(figures(int(sys.argv[1]) if len(sys.argv) > 1 else SHORT), keep=False)
