"""The web's own watch: a thread that leaves a sign of life and notices when no sweep is made, without Prefect."""

import logging
import threading

from actions.dead_man import pulse
from actions.health import begin_watch

EVERY = 30.0  # seconds
LOG = logging.getLogger("duban.watch")


def start(every: float = EVERY) -> threading.Event:
    """Watch until the event that is returned is set."""
    begin_watch()
    over = threading.Event()
    threading.Thread(target=_watch, args=(over, every), name="watch", daemon=True).start()
    return over


def _watch(over: threading.Event, every: float) -> None:
    while not over.is_set():
        try:
            pulse()
        except Exception:  # the last thing that may stop is what tells of stops
            LOG.exception("the watch stumbled")
        over.wait(every)
