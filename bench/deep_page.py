"""B9: the fiftieth page of the ledger over a million rows, beside that over ten thousand and an endpoint of nothing."""

import html
import re
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import time as hour
from http.client import HTTPConnection

from bench.many import TODAY
from bench.measure import Figure, show
from bench.pages import WORD
from bench.places import sqlite_place

SHORT, FULL, FEW, PAGE, ROUNDS = 50_000, 1_000_000, 10_000, 50, 40
NEXT = re.compile(r'rel="next" href="([^"]+)"')


def figures(rows: int = FULL) -> list[Figure]:
    many, nothing = timed(rows)
    few, _ = timed(FEW)
    name = f"B9 page {PAGE} of {rows:,} rows"
    print(f"{name}: {many * 1000:.1f} ms, of {FEW:,}: {few * 1000:.1f} ms, nothing: {nothing * 1000:.2f} ms",
          file=sys.stderr)
    return [Figure(f"{name} / of {FEW:,}", many / few, 1.5, "times"),
            Figure(f"{name} / an endpoint of nothing, one at a time", many / nothing, 20, "times")]


def timed(rows: int) -> tuple[float, float]:
    """The best of some rounds of both, asked in turns over one kept connection of a real server."""
    from bench.many import fill
    from config import clock

    clock.freeze(clock.at_time(TODAY, hour(10)))
    with sqlite_place() as bind:
        fill(bind, rows, word=WORD)
        with served() as port:
            line = HTTPConnection("127.0.0.1", port, timeout=60)
            cookie = _signed_in(line)
            page = "/work"
            for _ in range(PAGE - 1):
                page = html.unescape(NEXT.findall(_get(line, page, cookie))[0])
            spent = [(_seconds(line, page, cookie), _seconds(line, "/nothing", cookie)) for _ in range(ROUNDS)]
    clock.freeze(None)
    return min(one for one, _ in spent), min(one for _, one in spent)


@contextmanager
def served() -> Iterator[int]:
    """The application as it is served, and one endpoint without session, database or template."""
    import uvicorn
    from starlette.responses import PlainTextResponse
    from starlette.types import Receive, Scope, Send

    import web.app

    web.app.is_current = lambda: True  # the tables were made whole, not migrated
    ours = web.app.create_app()

    async def beside(scope: Scope, receive: Receive, send: Send) -> None:
        nothing = scope["type"] == "http" and scope["path"] == "/nothing"
        await (PlainTextResponse("") if nothing else ours)(scope, receive, send)

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    server = uvicorn.Server(uvicorn.Config(beside, host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield port
    server.should_exit = True
    thread.join(10)


def _signed_in(line: HTTPConnection) -> str:
    body = f"login=jingban&word={WORD}"
    line.request("POST", "/login", body, {"Content-Type": "application/x-www-form-urlencoded"})
    answer = line.getresponse()
    answer.read()
    return "; ".join(one.split(";")[0] for one in answer.headers.get_all("Set-Cookie") or [])


def _get(line: HTTPConnection, path: str, cookie: str) -> str:
    line.request("GET", path, headers={"Cookie": cookie})
    answer = line.getresponse()
    text = answer.read().decode()
    if answer.status != 200:
        raise AssertionError(f"{path}: {answer.status} {text[:200]}")
    return text


def _seconds(line: HTTPConnection, path: str, cookie: str) -> float:
    began = time.perf_counter()
    _get(line, path, cookie)
    return time.perf_counter() - began


if __name__ == "__main__":
    show(figures(int(sys.argv[1]) if len(sys.argv) > 1 else SHORT), keep=False)
