"""A rehearsal of Puyang with 55 units over 67 days, in a process of its own: seconds and memory."""

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

from bench.measure import Figure

ROOT = Path(__file__).resolve().parent.parent
FROM, TO = "2020-07-01", "2020-09-05"  # 67 days


def figures() -> list[Figure]:
    span = ["--units", "55", "--from", FROM, "--to", TO]
    argv = [sys.executable, "duban.py", "rehearse", "puyang-2020", *span, "--json"]
    began = time.perf_counter()
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=True)
    spent = time.perf_counter() - began
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    summary = json.loads(done.stdout.splitlines()[-1])["summary"]
    name = f"rehearsal 55 units, 67 days, {summary['notices']} notices"
    return [Figure(name, spent, 20, "s"), Figure("rehearsal, largest memory", memory, 400, "MB")]
