"""The real parts a story goes through: Prefect's server, the web over HTTP, an SMTP server, a webhook."""

import asyncio
import contextvars
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from datetime import time as hour
from email import message_from_bytes
from email.message import Message
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from aiosmtpd.controller import Controller
from prefect.logging.handlers import APILogWorker

from commands.office import People
from commands.supervise import answers, prefect_env
from config import clock
from config.settings import Settings, settings


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def prefect_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real Prefect server of this run's own."""
    home = tmp_path_factory.mktemp("prefect")
    env = prefect_env(Settings(home=home, prefect_port=free_port()))
    log = (home / "server.log").open("wb")
    argv = [sys.executable, "-m", "prefect", "server", "start"]
    server = subprocess.Popen(argv, env=env, cwd=home, stdout=log, stderr=log, start_new_session=True)
    try:
        for _ in range(240):
            if answers(f"{env['PREFECT_API_URL']}/health"):
                break
            time.sleep(0.5)
        else:
            pytest.fail("Prefect did not start:\n" + (home / "server.log").read_text()[-2000:])
        yield env["PREFECT_API_URL"]
        with ThreadPoolExecutor(1) as pool:  # or it complains at exit that the server is gone
            pool.submit(APILogWorker.drain_all, timeout=5).result()
    finally:
        os.killpg(server.pid, 15)
        server.wait(20)
        log.close()


def in_thread(flow: Callable[..., Coroutine[Any, Any, Any]], *given: Any, **named: Any) -> Any:
    """Run a flow on an event loop of its own: Playwright keeps one in the main thread for the rest of the run."""
    return beside(lambda: asyncio.run(flow(*given, **named)))


def beside(act: Callable[[], Any]) -> Any:
    """Do something in a thread, where no event loop runs, in the same context."""
    here = contextvars.copy_context()
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(here.run, act).result()


@pytest.fixture
def run_flow(prefect_url: str) -> Iterator[Callable[[Callable[..., Coroutine[Any, Any, Any]]], Any]]:
    """Runs a flow for real, recorded by the server."""
    from prefect.settings import PREFECT_API_URL, temporary_settings

    with temporary_settings({PREFECT_API_URL: prefect_url}):
        yield in_thread


@dataclass
class Mailbox:
    """What a real SMTP server has taken."""

    port: int = 0
    mails: list[Message] = field(default_factory=list)
    refuse: bool = False

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.refuse:
            return "451 try later"
        self.mails.append(message_from_bytes(envelope.content, policy=default))
        return "250 OK"

    def texts(self) -> list[str]:
        return [mail.get_body(("plain",)).get_content() for mail in self.mails]


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch, home: Path) -> Iterator[Mailbox]:
    box = Mailbox(port=free_port())
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    monkeypatch.setenv("DUBAN_MAIL_URL", f"mailto://127.0.0.1:{box.port}/?from=duban@example.org&mode=insecure")
    settings.cache_clear()
    yield box
    controller.stop()


@dataclass
class Hook:
    """What a real webhook has received; `status` is what it answers."""

    url: str = ""
    status: int = 200
    answer: bytes = b""
    calls: list[tuple[dict[str, str], dict[str, Any]]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)


@pytest.fixture
def webhook() -> Iterator[Hook]:
    hook = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            hook.paths.append(self.path)
            if hook.status == 200 and body:
                hook.calls.append((dict(self.headers), json.loads(body)))
            self.send_response(hook.status)
            if hook.status == 302:
                self.send_header("Location", "/login")
            self.end_headers()
            self.wfile.write(hook.answer)

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    hook.url = f"http://127.0.0.1:{server.server_port}/notify"
    yield hook
    server.shutdown()


@pytest.fixture
def site(people: People, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The web application answering over HTTP."""
    from web.app import create_app

    port = free_port()
    monkeypatch.setenv("DUBAN_PORT", str(port))
    monkeypatch.setattr("actions.health.is_current", lambda: True)  # the database is made whole, not migrated
    settings.cache_clear()
    server = uvicorn.Server(uvicorn.Config(create_app(), host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)
    clock.freeze(None)


def set_clock(day: date, at: hour = hour(10, 0)) -> None:
    """The whole process, the web's threads with it, believes it is this moment."""
    clock.freeze(clock.at_time(day, at))


class Desk(httpx.Client):
    """A person of the office at the desk."""

    def __init__(self, site: str, login: str, word: str) -> None:
        super().__init__(base_url=site, follow_redirects=True, timeout=30)
        reply = self.post("/login", data={"login": login, "word": word})
        assert reply.status_code == 200 and "今日" in reply.text, reply.text[:500]
