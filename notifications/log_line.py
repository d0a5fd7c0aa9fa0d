"""One JSON line for everything a process says of itself: when, which run, request and office; no name, no secret."""

import logging
import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from pathlib import Path
from traceback import extract_tb
from typing import Any

from pythonjsonlogger.json import JsonFormatter

from config.clock import ZONE
from config.settings import settings
from notifications.masks import AWAY, LINK, WEB, hidden

ROOT = Path(__file__).resolve().parent.parent
MOST_FRAMES = 12
PREFECT_RUN = "PREFECT__FLOW_RUN_ID"  # Prefect's runner gives it to the process of every run
REQUEST_ID = re.compile(r"[0-9a-fA-F-]{8,36}")
# people: mailboxes, mobile numbers, identity cards; a name cannot be told from a word, so our own lines name nobody
PERSONAL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?<!\d)(?:\+?86)?1[3-9]\d{9}(?!\d)|(?<!\d)\d{17}[\dXx](?!\d)")
OURS = ("run", "request", "office", "person")  # keys made by us, and needed whole to search by
_about: ContextVar[dict[str, str] | None] = ContextVar("about", default=None)


@contextmanager
def about(**known: str) -> Iterator[None]:
    """What the lines of this block are about (run, request, office); `note` inside it, threads included, adds to it."""
    token = _about.set({**(_about.get() or {}), **known})
    try:
        yield
    finally:
        _about.reset(token)


def note(**known: str) -> None:
    """Add to what the running block is about; outside any block nothing is kept."""
    found = _about.get()
    if found is not None:
        found.update(known)


def plain(text: str) -> str:
    """Words without secrets and without what tells who a person is."""
    return PERSONAL.sub(AWAY, hidden(text))


class LogLine(JsonFormatter):
    """The one shape of a line: `at`, `level`, `logger`, `text`, then what it is about, then its own fields."""

    def __init__(self) -> None:
        super().__init__("%(message)s", json_ensure_ascii=False)

    def add_fields(self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]) -> None:
        """The fields of one record, in order; a fault is its kind and where it happened."""
        own: dict[str, Any] = {}
        super().add_fields(own, record, {})
        for used in ("message", "exc_info", "taskName", "exc_text", "stack_info", "color_message"):
            own.pop(used, None)
        at = datetime.fromtimestamp(record.created, ZONE).isoformat(timespec="milliseconds")
        log_data.update(at=at, level=record.levelname.lower(), logger=record.name, text=_text(record))
        log_data.update(_known())
        log_data.update({key: _shown(key, value) for key, value in own.items()})
        log_data.update(_fault(record))


class RunWords(logging.Formatter):
    """What a run's log on Prefect's page says: the words alone, as plain as a line."""

    def format(self, record: logging.LogRecord) -> str:
        return _text(record)


def _known() -> Mapping[str, str]:
    run = os.environ.get(PREFECT_RUN, "")
    return ({"run": run} if run else {}) | (_about.get() or {})


def _shown(key: str, value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if key == "path":  # the keys of cycles and matters stay, or nobody could follow one through the lines
        return PERSONAL.sub(AWAY, LINK.sub(rf"\g<1>{AWAY}", WEB.sub(AWAY, str(value))))
    return str(value) if key in OURS else plain(str(value))


def _text(record: logging.LogRecord) -> str:
    """The words; those of an exception quote what was being handled, so its kind stands in their place."""
    words = record.getMessage()
    error = record.exc_info[1] if record.exc_info else None
    if error is not None and settings().log_level != "DEBUG":
        for quoted in (repr(error), str(error)):
            words = words.replace(quoted, type(error).__name__) if len(quoted) > 3 else words
    return plain(words)


def _fault(record: logging.LogRecord) -> dict[str, Any]:
    error = record.exc_info[1] if record.exc_info else None
    if error is None:
        return {}
    frames = extract_tb(error.__traceback__)[-MOST_FRAMES:]
    found: dict[str, Any] = {"fault": type(error).__name__}
    if settings().log_level == "DEBUG":
        found["said"] = plain(str(error))
    return found | {"where": [f"{_place(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]}


def _place(file: str) -> str:
    """A file below the project or its libraries, without where this machine keeps them."""
    path = Path(file)
    short = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
    return "/".join(short.parts[short.parts.index("site-packages") + 1:] if "site-packages" in short.parts
                    else short.parts[-3:])


def begin() -> None:
    """Everything this process logs from now on goes to standard error as lines; a supervisor keeps them."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LogLine())
    logging.basicConfig(level=settings().log_level, handlers=[handler], force=True)
    logging.captureWarnings(True)
