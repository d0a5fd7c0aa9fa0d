"""Real servers on loopback that answer as robots and mail servers do, also badly."""

import json
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller

from tests.real_parts import free_port


@dataclass
class Call:
    """One request as it came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    port: int  # the client's: equal when the connection was kept

    def json(self) -> dict[str, Any]:
        return json.loads(self.body)


@dataclass
class Sink:
    """What came in, and how to answer: `how` is a word for bad manners, `replies` are taken first one by one."""

    url: str = ""
    status: int = 200
    body: bytes = b'{"errcode":0,"errmsg":"ok"}'
    headers: dict[str, str] = field(default_factory=dict)
    how: str = ""
    replies: list[tuple[int, bytes]] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    let_go: threading.Event = field(default_factory=threading.Event)

    def answers(self, content: dict[str, Any] | bytes, status: int = 200, **headers: str) -> None:
        self.body = content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode()
        self.status, self.headers = status, {name.replace("_", "-"): value for name, value in headers.items()}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    sink: Sink

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.sink.calls.append(Call(self.command, self.path, dict(self.headers), body, self.client_address[1]))
        if self.sink.how:
            self.misbehave(self.sink.how)
            return
        status, content = self.sink.replies.pop(0) if self.sink.replies else (self.sink.status, self.sink.body)
        self.send_response(status)
        for name, value in self.sink.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST  # noqa: N815

    def misbehave(self, how: str) -> None:
        self.close_connection = True
        if how == "hang":
            self.sink.let_go.wait(60)
        elif how == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
        elif how == "half":
            self.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{"errcode":0,')
        elif how == "endless":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 900000000\r\n\r\n")
            for _ in range(200):
                self.wfile.write(b"x" * 65536)
        elif how == "drip":
            for letter in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"y" * 500:
                self.wfile.write(bytes([letter]))
                time.sleep(0.1)

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:  # the client had enough, which is what the test is about
            return

    def log_message(self, *_: Any) -> None:
        return


@contextmanager
def http_sink() -> Iterator[Sink]:
    sink = Sink()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Mine", (Handler,), {"sink": sink}))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    sink.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield sink
    finally:
        sink.let_go.set()
        server.shutdown()
        server.server_close()


@dataclass
class MailSink:
    """A mail server: what it took, whom it refuses (address -> answer), and how many connections it had."""

    port: int = 0
    mails: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    refuses: dict[str, str] = field(default_factory=dict)
    after_data: list[str] = field(default_factory=list)
    before_mail: list[str] = field(default_factory=list)
    peers: set[Any] = field(default_factory=set)
    logins: list[tuple[bytes, bytes]] = field(default_factory=list)
    drop_at_data: bool = False

    async def handle_MAIL(self, _server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        self.peers.add(session.peer)
        if self.before_mail:
            return self.before_mail.pop(0)
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.drop_at_data:
            server.transport.close()
            return "250 nobody hears this"
        if self.after_data:
            return self.after_data.pop(0)
        self.mails.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        return "250 OK"


@contextmanager
def mail_sink(**more: Any) -> Iterator[MailSink]:
    sink = MailSink(port=free_port())
    controller = Controller(sink, hostname="127.0.0.1", port=sink.port, **more)
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()
