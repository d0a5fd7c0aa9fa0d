"""Reads one file in a process of its own and prints as JSON how long it took, its memory and what became of it."""

import json
import re
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 120  # seconds after which a reading is given up


@dataclass(frozen=True)
class Outcome:
    """What became of a file: refused with a sentence, or read into so many tasks; `crash` says it ended otherwise."""

    seconds: float
    memory: float
    said: str = ""
    tasks: int = 0
    crash: str = ""


def read_apart(path: Path) -> Outcome:
    """The outcome of reading the file at a path in a fresh process."""
    argv = [sys.executable, "-m", "bench.readings.child", str(path)]
    try:
        done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, timeout=LONGEST, check=False)
    except subprocess.TimeoutExpired:
        return Outcome(LONGEST, 0, crash=f"not done in {LONGEST} s")
    if done.returncode:
        return Outcome(LONGEST, 0, crash=(done.stderr.strip().splitlines() or [f"ended with {done.returncode}"])[-1])
    return Outcome(**json.loads(done.stdout))


def peak() -> float:
    """Megabytes at the highest, with those of the largest process started for it (a workbook is read in one)."""
    return (_own() + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024


def _own() -> int:
    """Linux counts to ru_maxrss what the parent held when it started us; VmHWM is ours alone."""
    status = Path("/proc/self/status")
    told = re.search(r"VmHWM:\s+(\d+)", status.read_text()) if status.exists() else None
    return int(told[1]) if told else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main(path: str) -> None:
    from models.base import Rejected
    from plans.reader import read_path

    found: dict[str, object] = {}
    began = time.perf_counter()
    try:
        issued = read_path(path)
        found["tasks"] = sum(len(one.part.tasks) for one in issued)
    except Rejected as refusal:
        found["said"] = str(refusal)
    seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "memory": peak(), **found}))


if __name__ == "__main__":
    main(sys.argv[1])
