"""One day's sweep with reminders over 55 units × 57 tasks inside real Prefect, beyond an empty flow's own cost."""

import asyncio
import logging
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from bench.measure import Figure

DAY = date(2020, 8, 3)


def figures() -> list[Figure]:
    with prefect_server():
        return asyncio.run(_measure())


@contextmanager
def prefect_server() -> Iterator[None]:
    """A real Prefect server of our own beside a data folder of our own, for this process."""
    from commands.supervise import answers, prefect_env
    from config.settings import settings, temporary_home
    from models import database

    with tempfile.TemporaryDirectory() as folder, temporary_home(Path(folder)):
        os.environ["DUBAN_PREFECT_PORT"] = "4377"
        settings.cache_clear()
        database.engine.cache_clear()
        env, before = prefect_env(settings()), dict(os.environ)
        argv = [sys.executable, "-m", "prefect", "server", "start"]
        quiet = subprocess.DEVNULL
        server = subprocess.Popen(argv, env=env, cwd=folder, stdout=quiet, stderr=quiet, start_new_session=True)
        try:
            while not answers(f"{env['PREFECT_API_URL']}/health"):
                time.sleep(0.5)
            os.environ.update({key: value for key, value in env.items() if key.startswith("PREFECT")})
            logging.disable(logging.CRITICAL)
            yield
        finally:
            logging.disable(logging.NOTSET)
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(20)
            database.engine.cache_clear()
            for key in env:
                if key.startswith("PREFECT") and key not in before:
                    os.environ.pop(key, None)


async def _measure() -> list[Figure]:
    from prefect import flow

    from actions.open_cycle import Opening
    from commands.office import make_office
    from commands.rehearse import launch
    from commands.sample_units import demo_rows
    from config import clock
    from flows.cycle import cycle
    from models.database import create_all, engine
    from plans.planfile import read_plan
    from plans.text import read_source

    create_all(engine())
    with clock.jumped_to(clock.at_time(date(2020, 8, 1))):
        people = make_office(None, "办公室", "办公室")
        rows = [{**row, "subject": "county"} for row in demo_rows(55)]
        launch(None, people, read_plan(read_source("puyang-2020")), rows, Opening())

    @flow
    async def empty() -> None:
        return None

    await empty()
    alone = await _seconds(empty())
    whole = await _seconds(cycle(day=DAY))
    again = await _seconds(cycle(day=DAY))
    name = "sweep + reminders, 55 units x 57 tasks, beyond an empty flow"
    return [Figure(name, whole - alone, 10, "s"), Figure("the same day again", again - alone, 10, "s")]


async def _seconds(work) -> float:
    began = time.perf_counter()
    await work
    return time.perf_counter() - began
