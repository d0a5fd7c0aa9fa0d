"""`make run` on a fresh clone with warm package caches, and a second start of the same installation."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from bench.measure import Figure

ROOT = Path(__file__).resolve().parent.parent


def figures() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "clone"
        subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
        first, second = _start(clone), _start(clone)
        shutil.rmtree(clone)
    return [Figure("make run, fresh clone, to all pages answering", first, 60, "s"),
            Figure("make run, second start", second, 20, "s")]


def _start(clone: Path) -> float:
    """Seconds from the command to the printed addresses; then Ctrl-C."""
    env = {key: value for key, value in os.environ.items() if not key.startswith(("DUBAN_", "PREFECT_"))}
    began = time.perf_counter()
    process = subprocess.Popen(
        ["make", "run", "PORT=8788", "PREFECT_PORT=8789"], cwd=clone, env=env, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True, start_new_session=True,
    )
    said = ""
    for line in process.stderr or []:
        said += line
        if "Ctrl-C" in line:
            break
    else:
        raise RuntimeError(said)
    spent = time.perf_counter() - began
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to make and what it runs
    process.wait(40)
    return spent
