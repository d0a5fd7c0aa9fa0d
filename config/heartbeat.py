"""Signs of life in the data folder: one small file each for sweep, web and last backup, replaced as a whole."""

import json
import os
import tempfile
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from config import clock
from config.settings import settings

SWEEP, WEB, BACKUP = "sweep", "web", "backup"


@dataclass(frozen=True)
class Beat:
    """When its writer last lived; `done` the last sweep that ended, `sent` the last one that sent something. `ticks`
    and `boot` are the clock nobody can set (config/clock.py)."""

    at: datetime
    sequence: int = 0
    done: datetime | None = None
    sent: datetime | None = None
    ticks: float = 0.0
    boot: str = ""


def folder() -> Path:
    return settings().home / "heartbeat"


def read(name: str) -> Beat | None:
    """The last sign of life; None where there is none yet, or none that can be read."""
    try:
        data = json.loads((folder() / f"{name}.json").read_text(encoding="utf-8"))
        moments = {key: datetime.fromisoformat(data[key]) if data[key] else None for key in ("done", "sent")}
        return Beat(datetime.fromisoformat(data["at"]), data["sequence"], **moments, ticks=data["ticks"],
                    boot=data["boot"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def beat(name: str, done: bool = False, sent: bool = False) -> Beat:
    """Write one sign of life; OSError where the disk takes none. What is told by the wall clock is never jumped."""
    now = clock.wall()
    last = read(name) or Beat(now)
    new = replace(
        last, at=now, sequence=last.sequence + 1, done=now if done else last.done, sent=now if sent else last.sent,
        ticks=clock.ticks(), boot=clock.boot(),
    )
    folder().mkdir(parents=True, exist_ok=True)
    _put(folder() / f"{name}.json", json.dumps(asdict(new), default=str))
    return new


def _put(path: Path, text: str) -> None:
    """Whole or not at all, and on the disk before it counts."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
