"""The other side of the wire, a process of its own: takes what it is given, writes down what really arrived, and
misbehaves when told to."""

import hashlib
import json
import multiprocessing
import os
import re
import signal
import socket
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

FORK = multiprocessing.get_context("fork")
REFUSALS: dict[str, tuple[int, dict[str, str], bytes]] = {
    "500": (500, {}, b"broken"),
    "503": (503, {}, b"busy"),
    "429": (429, {"Retry-After": "1"}, b"slow down"),
    "errcode": (200, {}, b'{"errcode": 45009, "errmsg": "api freq out of limit"}'),
    "404": (404, {}, b"gone"),
}


@dataclass(frozen=True)
class Arrival:
    """One request as the other side saw it; `taken` when it answered that it had it, or died before it could."""

    at: float
    path: str
    key: str
    digest: str
    titles: tuple[str, ...]
    mode: str
    taken: bool


@dataclass(frozen=True)
class Sink:
    """Where it listens, and the two files through which it is told and tells."""

    port: int
    log: Path
    orders: Path

    def behave(self, mode: str = "ok", only: str = "", **more: Any) -> None:
        """From now on: `mode` for paths that begin with `only`; `delay` seconds; `kill` this pid at request `at`."""
        fresh = self.orders.with_suffix(".new")
        fresh.write_text(json.dumps({"mode": mode, "only": only, **more}))
        fresh.replace(self.orders)

    def count(self) -> int:
        """How many posts it has seen so far."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/") as answer:
            return int(answer.read())

    def arrivals(self) -> list[Arrival]:
        lines = self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []
        found = [json.loads(line) for line in lines]
        return [Arrival(**{**row, "titles": tuple(row["titles"])}) for row in found]


def _handler(sink: Sink) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1
        disable_nagle_algorithm = True
        count = 0

        def do_POST(self) -> None:
            orders = json.loads(sink.orders.read_text())
            mode = orders["mode"] if self.path.startswith(orders["only"]) else "ok"
            if mode == "half":
                self.rfile.read(8)
                self._cut()
                return
            size = int(self.headers.get("Content-Length", 0))
            body = self.rfile.read(size)
            if len(body) < size:  # its sender died in the middle of it
                self.close_connection = True
                return
            if orders.get("delay"):
                time.sleep(orders["delay"])
            Handler.count += 1
            last = orders.get("at") == Handler.count
            self._note(body, "killed" if last else mode, taken=last or mode == "ok")
            if last:
                os.kill(orders["kill"], signal.SIGKILL)
                self._cut()
            else:
                self._answer(mode, orders)

        def do_GET(self) -> None:
            """How many posts were seen so far."""
            body = str(Handler.count).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _answer(self, mode: str, orders: dict[str, Any]) -> None:
            if mode == "reset":
                self._cut()
                return
            if mode == "hang":
                time.sleep(orders.get("hang", 30))
            code, headers, body = REFUSALS.get(mode, (200, {}, b"{}"))
            self.send_response(code)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def _cut(self) -> None:
            self.close_connection = True
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            self.connection.shutdown(socket.SHUT_RDWR)

        def _note(self, body: bytes, mode: str, taken: bool) -> None:
            words = json.loads(body).get("message", "") if body[:1] == b"{" else body.decode("utf-8", "replace")
            row = {
                "at": time.time(), "path": self.path, "key": self.headers.get("Idempotency-Key", ""),
                "digest": hashlib.sha256(words.encode()).hexdigest()[:16], "mode": mode, "taken": taken,
                "titles": re.findall(r"任务\d+号", words),
            }
            line = json.dumps(row, ensure_ascii=False) + "\n"
            handle = os.open(sink.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            os.write(handle, line.encode())  # one write: two threads never mix their lines
            os.close(handle)

        def log_message(self, *_: Any) -> None:
            return

    return Handler


class _Server(ThreadingHTTPServer):
    request_queue_size = 256
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """A worker that was killed leaves its connections; that is what we are here for."""


@contextmanager
def listening(folder: Path) -> Iterator[Sink]:
    """A sink in a process of its own while the block runs."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    sink = Sink(port, folder / "arrived.jsonl", folder / "orders.json")
    sink.behave()
    process = FORK.Process(target=lambda: _Server(("127.0.0.1", port), _handler(sink)).serve_forever(), daemon=True)
    process.start()
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    try:
        yield sink
    finally:
        process.kill()
        process.join()
