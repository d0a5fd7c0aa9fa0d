"""The run that others were measured by: 100,000 assignments, 1 % due, all planned and delivered, one digest a person.

For comparison (shared/TRUST.md): Redmine 80 s, healthchecks 8.6 s, CISO Assistant 3.1 s, a bare reference 0.9-1.0 s.
"""

import importlib
import json
import os
import sys
import threading
import time
from datetime import time as hour
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from sqlalchemy import Engine

from bench.many import TODAY
from bench.measure import Figure, show
from bench.places import sqlite_place
from bench.planning import filled, plan_all, remember

ROWS, UNITS = 100_000, 1_000


class Sink(BaseHTTPRequestHandler):
    """Takes every message at once and remembers its key."""

    protocol_version = "HTTP/1.1"
    keys: list[str] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        Sink.keys.append(str(json.loads(body).get("key", "")))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        return


def figures(rows: int = ROWS) -> list[Figure]:
    from config import clock
    from config.settings import settings

    os.environ["DUBAN_HOOK_HOSTS"] = "127.0.0.1"
    settings.cache_clear()
    importlib.import_module("actions.round")
    clock.freeze(clock.at_time(TODAY, hour(10)))
    server = ThreadingHTTPServer(("127.0.0.1", 0), Sink)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sqlite_place() as bind:
        filled(bind, rows, rows // 100, UNITS)
        back, found = remember(bind), []
        for name, channel, address in (
            ("the embedded outbox", "outbox", ""), ("an HTTP sink", "webhook", f"http://127.0.0.1:{server.server_port}/"),
        ):
            _reach(bind, channel, address)
            spent = _day(bind, rows // 100, back)
            found.append(Figure(f"{rows:,} assignments, 1 % due, planned and delivered to {name}", spent, 2, "s"))
    server.shutdown()
    clock.freeze(None)
    if len(set(Sink.keys)) != len(Sink.keys):
        raise AssertionError("a message went twice")
    return found


def _reach(bind: Engine, channel: str, address: str) -> None:
    with bind.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE contact SET channel = ?, address = ? WHERE unit_id IS NOT NULL", (channel, address)
        )


def _day(bind: Engine, due: int, back: Any) -> float:
    """Seconds from the first statement to the last recorded result; then the morning again."""
    from actions.deliver import deliver

    began = time.perf_counter()
    plan_all(bind)
    planned = time.perf_counter() - began
    done = deliver(bind)
    spent = time.perf_counter() - began
    with bind.begin() as connection:
        sent = connection.exec_driver_sql("SELECT count(*) FROM notice WHERE state = 'sent'").scalar()
        if sent != due:
            raise AssertionError(f"{sent} of {due} delivered: {done}")
        connection.exec_driver_sql("UPDATE notice SET message_id = NULL")
        connection.exec_driver_sql("DELETE FROM message")
    back()
    print(f"{due:,} notices in {done.sent} messages: planned in {planned:.2f} s of {spent:.2f} s", file=sys.stderr)
    return spent


if __name__ == "__main__":
    show(figures(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS), keep=False)
