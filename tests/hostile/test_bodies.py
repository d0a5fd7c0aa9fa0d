"""Bodies and slow clients over a real server: what is too much, too slow or in no known letters ends early."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
import uvicorn

from tests.hostile.world import World
from tests.real_parts import free_port
from web import bodies
from web.guard import COOKIE, SMALL
from web.literals import HAN
from web.patience import PatientProtocol

PIECE = b"a" * 65_536
FORM = "application/x-www-form-urlencoded"


class Impatient(PatientProtocol):
    seconds = 0.5


@pytest.fixture
def port(here: World) -> Iterator[int]:
    """The world's application on uvicorn, its patience cut short."""
    number = free_port()
    server = uvicorn.Server(uvicorn.Config(
        here.app, host="127.0.0.1", port=number, log_level="error", access_log=False, http=Impatient,
    ))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield number
    server.should_exit = True
    thread.join(10)


def head(path: str, *lines: str, method: str = "POST") -> bytes:
    return "\r\n".join((f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *lines, "", "")).encode()


def answer(wire: socket.socket) -> tuple[int, str]:
    """Status and text of what the server says before it hangs up; status 0 for nothing."""
    wire.settimeout(30)
    got = b""
    try:
        while piece := wire.recv(65_536):
            got += piece
    except ConnectionResetError:
        pass  # and a server that never hangs up fails by TimeoutError
    status = int(got.split(b" ", 2)[1]) if got.startswith(b"HTTP/1.1 ") else 0
    return status, got.decode(errors="replace")


def chunked(port: int, path: str, pieces: int, *lines: str) -> tuple[int, str, int]:
    """Send a body without a length; status, text and how many bytes went out before the server had enough."""
    with closing(socket.create_connection(("127.0.0.1", port))) as wire:
        wire.sendall(head(path, "Transfer-Encoding: chunked", "Connection: close", *lines))
        sent = 0
        try:
            for _ in range(pieces):
                wire.sendall(b"%x\r\n%b\r\n" % (len(PIECE), PIECE))
                sent += len(PIECE)
            wire.sendall(b"0\r\n\r\n")
        except (ConnectionResetError, BrokenPipeError):
            pass
        status, text = answer(wire)
        return status, text, sent


def peak() -> int:
    """The most memory this process ever held, in megabytes."""
    told = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(told.split()[1]) // 1024


def test_a_body_without_a_length_is_refused_before_it_is_held(port: int, here: World) -> None:
    before = peak()
    for who, path, kind in (
        ("", "/login", FORM), ("", "/plans", "multipart/form-data; boundary=a"), ("made-up", "/plans", FORM),
        (here.cookies["head"], "/groups", FORM), ("", f"/u/{here.token}/sign", FORM), ("", "/u/guessed/feed", FORM),
        ("", f"/u/{here.token}/feed", FORM),
    ):
        lines = (f"Content-Type: {kind}", *([f"Cookie: {COOKIE}={who}"] if who else []))
        status, text, sent = chunked(port, path, 1600, *lines)  # a hundred megabytes
        assert status < 500 and sent < 12 * 1024 * 1024, (path, status, sent)
        assert status < 400 or HAN.search(text), text[:300]
    assert peak() - before < 60


def test_files_beyond_the_limit_end_while_they_come(port: int, here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "MOST_FILES", 1)  # 20 MB instead of 120
    lines = ("Content-Type: multipart/form-data; boundary=a", f"Cookie: {COOKIE}={here.cookies['head']}")
    with closing(socket.create_connection(("127.0.0.1", port))) as wire:
        wire.sendall(head("/intake", "Transfer-Encoding: chunked", "Connection: close", *lines))
        start = b'--a\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
        sent = 0
        try:
            wire.sendall(b"%x\r\n%b\r\n" % (len(start), start))
            for _ in range(1600):
                wire.sendall(b"%x\r\n%b\r\n" % (len(PIECE), PIECE))
                sent += len(PIECE)
        except (ConnectionResetError, BrokenPipeError):
            pass
        status, _ = answer(wire)
    assert status in (0, 413) and sent < 50 * 1024 * 1024  # the wire holds some itself


def test_a_stranger_sends_no_more_than_a_sign_in(here: World) -> None:
    client = here.client("nobody")
    assert client.post("/login", data={"login": "x", "word": "y" * SMALL}).status_code == 413
    big = client.post("/login", content=iter([b"login=x&word=", b"y" * SMALL]), headers={"Content-Type": FORM})
    assert big.status_code == 413 and "过大" in big.text
    client.cookies.set(COOKIE, "nobodys-session")
    late = client.post("/codes", content=iter([b"name=", b"y" * 3 * SMALL]), headers={"Content-Type": FORM})
    assert late.status_code == 303  # what was typed while a session ended is read, and asked to sign in
    huge = client.post("/codes", content=iter([PIECE] * 20), headers={"Content-Type": FORM})
    assert huge.status_code == 413


@pytest.mark.parametrize("letters", ["unicode_escape", "undefined", "punycode", "utf-16", "raw_unicode_escape", "idna"])
def test_letters_no_browser_sends_are_refused_with_a_sentence(here: World, letters: str) -> None:
    body = b'--a\r\nContent-Disposition: form-data; name="name"\r\n\r\n\\ud800\r\n--a--\r\n'
    kind = f"multipart/form-data; boundary=a; charset={letters}"
    for who, path in (("head", "/groups"), ("head", "/plans"), ("unit", f"/u/{here.token}/sign")):
        answered = here.client(who).post(path, content=body, headers={"Content-Type": kind})
        assert answered.status_code in (415, 422) and HAN.search(answered.text), (path, answered.status_code)
    good = here.client("unit").post(
        f"/u/{here.token}/sign", content=body.replace(b"\\ud800", "甲".encode()),
        headers={"Content-Type": "multipart/form-data; boundary=a; charset=UTF-8"},
    )
    assert good.status_code == 422 and "签收须填写" in good.text


@pytest.mark.parametrize("told", ["abc", "-1", "1e3", "9" * 40, "+5", "0x10"])
def test_a_length_that_is_no_number_breaks_nothing(here: World, told: str) -> None:
    answered = here.client("head").post("/groups", content=b"x", headers={"Content-Length": told, "Content-Type": FORM})
    assert answered.status_code < 500


def test_too_many_parts_and_fields_and_odd_shapes_are_refused(here: World) -> None:
    client = here.client("head")
    part = b'--a\r\nContent-Disposition: form-data; name="f"%b\r\n\r\nx\r\n'
    for kind, body in (
        (FORM, b"a=1&" * 3000), ("multipart/form-data; boundary=a", part % b"" * 3000 + b"--a--"),
        ("multipart/form-data; boundary=a", part % b'; filename="a.txt"' * 3000 + b"--a--"),
        ("multipart/form-data", b"x"), ("multipart/form-data; boundary=", b"x"),
        ("multipart/form-data; boundary=a", b"--a\r\n\r\nx\r\n--a--"),
        ("multipart/form-data; boundary=a", b"--a\r\n" * 999),
        ("multipart/form-data; boundary=a", b"--a\r\nX-Y: " + b"z" * 100_000 + b"\r\n\r\n--a--"),
    ):
        for path in ("/groups", "/intake", "/cycles", f"/u/{here.token}/sign"):
            answered = client.post(path, content=body, headers={"Content-Type": kind})
            assert 400 <= answered.status_code < 500 and HAN.search(answered.text), (kind, path, answered.status_code)


def test_a_head_that_never_ends_is_hung_up_on(port: int) -> None:
    for begun in (b"", b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ", b"\r\n"):
        with closing(socket.create_connection(("127.0.0.1", port))) as wire:
            wire.sendall(begun)
            assert answer(wire)[0] in (0, 400)
    with closing(socket.create_connection(("127.0.0.1", port))) as wire:  # a second head on a kept connection
        wire.sendall(head("/login", method="GET"))
        while b"</html>" not in wire.recv(65_536):
            pass
        wire.sendall(b"GET / HTTP/1.1\r\nX: ")
        assert answer(wire)[0] == 0


def test_a_body_that_never_ends_is_answered_and_hung_up_on(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "PATIENCE", 0.5)
    with closing(socket.create_connection(("127.0.0.1", port))) as wire:
        wire.sendall(head("/login", f"Content-Type: {FORM}", "Content-Length: 900") + b"login=")
        status, text = answer(wire)
    assert status == 408 and "传送过慢" in text


def test_a_flood_of_headers_is_refused(port: int) -> None:
    with closing(socket.create_connection(("127.0.0.1", port))) as wire:
        flood = b"".join(b"X-%d: %b\r\n" % (n, b"v" * 900) for n in range(500))
        with suppress(ConnectionResetError, BrokenPipeError):
            wire.sendall(b"GET /login HTTP/1.1\r\nHost: a\r\n" + flood)
        assert answer(wire)[0] in (0, 400, 431)


def test_ranges_and_odd_headers_break_nothing(here: World) -> None:
    client = here.client("nobody")
    many = "bytes=" + ",".join(f"{n}-{n + 1}" for n in range(3000))
    sheet = "/static/" + next(path.name for path in Path("web/static").glob("*.css"))
    for name, value in (
        ("Range", many), ("Range", "bytes=99999999999999999999-"), ("Range", "bytes=5-1"), ("Range", "x"),
        ("Host", ""), ("Origin", "http://[::1"), ("Referer", "http://[::1"), ("User-Agent", "\x7f" * 9000),
        ("If-Modified-Since", "x"), ("Cookie", f"{COOKIE}=\xff\xfe"), ("Accept-Encoding", "\x01"),
    ):
        for path in ("/login", sheet, f"/u/{here.token}"):
            got = client.get(path, headers={name: value.encode("latin-1")})
            assert got.status_code < 500, (name, path)
            assert len(got.content) < 5_000_000
