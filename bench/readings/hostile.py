"""Hostile and mislabelled files: what becomes of each, in which time, with which memory."""

import tempfile
from pathlib import Path

from bench.measure import Figure
from bench.readings.child import Outcome, read_apart
from bench.readings.hostile_files import ALL, HARMLESS

SECONDS, MEMORY = 2, 500


def figures() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        found = {name: _outcome(Path(folder) / name) for name in ALL}
    for name, outcome in found.items():
        print(f"{name}: {outcome.seconds:.2f} s, {outcome.memory:.0f} MB, {_told(outcome)}")
    odd = [name for name, outcome in found.items() if outcome.crash or (not outcome.said and name not in HARMLESS)]
    return [
        *(Figure(f"hostile {name}: {_word(one)}", one.seconds, SECONDS, "s") for name, one in found.items()),
        Figure(f"hostile files, largest memory of {len(found)}", max(x.memory for x in found.values()), MEMORY, "MB"),
        Figure(f"hostile files read or broken off{'：' if odd else ''}{'、'.join(odd)}", len(odd), 0, ""),
        Figure("harmless files refused", sum(bool(found[name].said) for name in HARMLESS), 0, ""),
    ]


def _outcome(path: Path) -> Outcome:
    path.write_bytes(ALL[path.name]())
    outcome = read_apart(path)
    path.unlink()
    return outcome


def _word(outcome: Outcome) -> str:
    return "broken off" if outcome.crash else "refused" if outcome.said else "read"


def _told(outcome: Outcome) -> str:
    return outcome.crash or outcome.said or f"read safely, {outcome.tasks} tasks"
