"""One round of the product's own work in a child process that may die at any moment."""

import os
import signal
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import time_machine

from actions.deliver import deliver
from actions.remind import plan_reminders
from chaos.sink import FORK
from config import clock
from config.settings import settings
from models import database
from models.ledger import open_cycles

GONE, FAILED, LONGEST = 9, 8, 120.0


def one_round() -> None:
    """What the daily flow does, without the engine around it: plan every cycle, then send."""
    with database.reading() as session:
        cycles = [row.id for row in open_cycles(session)]
    for cycle_id in cycles:
        more = True
        while more:  # a portion at a time, each in a transaction of its own
            with database.transaction() as session:
                more = plan_reminders(session, cycle_id, clock.today())
    deliver()


def die_at(point: int) -> None:
    """Exit without a word before or after the nth commit: an odd point before it, an even one after it."""
    dialect = database.engine().dialect
    commit, passed = dialect.do_commit, 0

    def counted(connection: Any) -> None:
        nonlocal passed
        passed += 1
        if passed == point:
            os._exit(GONE)
        commit(connection)
        passed += 1
        if passed == point:
            os._exit(GONE)

    dialect.do_commit = counted  # type: ignore[method-assign]


def start(moment: datetime, work: Callable[[], None] = one_round, fail_at: int = 0, before: Any = None) -> Any:
    """A child that believes it is `moment` (its clock runs on) and does `work`; `before` runs first, in the child."""

    def body() -> None:
        settings.cache_clear()
        database.engine.cache_clear()  # a connection must not cross a fork
        with time_machine.travel(moment, tick=True):
            if before:
                before()
            if fail_at:
                die_at(fail_at)
            try:
                work()
            except Exception as error:  # its own last words, kept for whoever reads the fault afterwards
                (settings().home / "fault.txt").write_text(repr(error)[:500])
                os._exit(FAILED)
        os._exit(0)

    child = FORK.Process(target=body)
    child.start()
    return child


def finish(child: Any) -> int:
    """Its exit code; one that never ends is ended."""
    child.join(LONGEST)
    if child.exitcode is None:
        child.kill()
        child.join()
        raise AssertionError(f"a round did not end within {LONGEST:.0f} s")
    return int(child.exitcode)


def kill_when(child: Any, reached: Callable[[], bool]) -> bool:
    """Kill -9 as soon as `reached`; False when the child had already ended."""
    while child.exitcode is None and not reached():
        time.sleep(0.005)
    alive = child.exitcode is None
    if alive:
        os.kill(child.pid, signal.SIGKILL)
    child.join()
    return alive
