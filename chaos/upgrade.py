"""R22: the database of an earlier release with data in it is brought to today's shape, killed at its nth statement
and begun again."""

import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from alembic import command
from sqlalchemy import event

from chaos import worker
from chaos.check import Outcome, account, all_owed
from chaos.kills import BESIDE, PAUSE, morning
from chaos.sink import listening
from chaos.world import FIRST, made
from models import database, migrate

EARLIER = "0007"
COUNTED = ("office", "unit", "contact", "cycle", "assignment", "event", "notice", "message")


def upgraded(folder: Path, stride: int = 1) -> Outcome:
    """Killed at every statement; the same rows as before each time, and after the last one the day's work goes on."""
    home, wrong = folder / "home", []
    with listening(folder) as sink, made(home, sink, contacts=10, each=8, span=6) as world:
        command.stamp(migrate.config_for(database.engine()), "head")
        command.downgrade(migrate.config_for(database.engine()), EARLIER)
        before, kept = _counts(home / "duban.db"), folder / "kept.db"
        database.engine().dispose()
        shutil.copy(home / "duban.db", kept)
        point, code = 1, worker.GONE
        while code == worker.GONE:
            _back(kept, home)
            code = worker.finish(worker.start(morning(FIRST), migrate.upgrade, before=_dies_at(point)))
            assert worker.finish(worker.start(morning(FIRST), migrate.upgrade)) == 0
            wrong += [] if migrate.is_current() else [f"第{point}条语句中断后没有升到最新"]
            wrong += [] if _counts(home / "duban.db") == before else [f"第{point}条语句中断后行数不同"]
            database.engine().dispose()
            point += stride
        for turn in (0, 1):
            assert worker.finish(worker.start(morning(FIRST) + turn * PAUSE)) == 0
        name = f"R22 自{EARLIER}升级，每条语句处中断（{point - stride}处）"
        outcome = account(name, world, sink.arrivals(), all_owed(world, FIRST, [FIRST]))
        return replace(outcome, wrong=(*outcome.wrong, *wrong[:5]))


def _counts(file: Path) -> dict[str, int]:
    with closing(sqlite3.connect(file)) as found:
        return {name: found.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in COUNTED}


def _back(kept: Path, home: Path) -> None:
    for name in BESIDE:
        (home / name).unlink(missing_ok=True)
    shutil.copy(kept, home / "duban.db")


def _dies_at(point: int) -> Any:
    """In the child: exit without a word before its nth statement."""

    def armed() -> None:
        passed = 0

        @event.listens_for(database.engine(), "before_cursor_execute")
        def counted(*_: Any) -> None:
            nonlocal passed
            passed += 1
            if passed == point:
                os._exit(worker.GONE)

    return armed
