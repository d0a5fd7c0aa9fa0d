"""Every benchmark, one after another: `make bench`; named ones alone: `python -m bench.run planning beside`.

Each part is a process of its own: what one leaves in its environment or memory would else be measured in the next. Its
figures are shown as it ends, and all of them together in the end; a part that fails is named and stops no other.
"""

import json
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

from bench.measure import Figure, show

PARTS = (
    "deadlines", "readings.every", "rehearsal", "day", "account", "pages", "planning", "writing", "runs", "deep_page",
    "beside", "peers", "delivery", "wires", "mail", "hostile", "start",
)


def measured(part: str, file: Path) -> None:
    """Write the figures of one part to a file: what its process does."""
    file.write_text(json.dumps([asdict(one) for one in import_module(f"bench.{part}").figures()]))


def every(parts: tuple[str, ...]) -> list[str]:
    """Run the parts; the names of those that failed."""
    found, failed = list[Figure](), list[str]()
    for part in parts:
        began = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "figures.json"
            done = subprocess.run([sys.executable, "-m", "bench.run", "--into", str(file), part], check=False)
            now = [Figure(**one) for one in json.loads(file.read_text())] if file.exists() else []
        if done.returncode or not now:
            failed.append(part)
        show(now, keep=False)
        print(f"{part}: {time.perf_counter() - began:.0f} s", file=sys.stderr)
        found += now
    print(f"\nall of {', '.join(parts)}")
    show(found, keep=parts == PARTS and not failed)
    return failed


if __name__ == "__main__":
    if sys.argv[1:2] == ["--into"]:
        measured(sys.argv[3], Path(sys.argv[2]))
    elif wrong := every(tuple(sys.argv[1:]) or PARTS):
        sys.exit(f"did not end well: {', '.join(wrong)}")
