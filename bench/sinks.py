"""Receivers for the benches, each a process of its own on loopback: `python -m bench.sinks http|smtp PORT DELAY_MS`."""

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

REPLY = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{"errcode":0}'


@contextmanager
def sink(kind: str, delay_ms: int = 0) -> Iterator[int]:
    """A receiver that answers after `delay_ms`; gives its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    process = subprocess.Popen([sys.executable, "-m", "bench.sinks", kind, str(port), str(delay_ms)])
    try:
        _wait(kind, port)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def _wait(kind: str, port: int) -> None:
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"the {kind} sink did not start")


async def _http(port: int, delay: float) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n")
                              if line.lower().startswith(b"content-length:"))
                await reader.readexactly(length)
                if delay:
                    await asyncio.sleep(delay)
                writer.write(REPLY)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", port, backlog=256)
    await server.serve_forever()


async def _smtp(port: int, _delay: float) -> None:
    """As little of SMTP as a client needs, so that the client is what is measured."""
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 sink\r\n")
        try:
            while line := await reader.readline():
                word = line[:4].upper()
                if word == b"DATA":
                    writer.write(b"354 go on\r\n")
                    await reader.readuntil(b"\r\n.\r\n")
                writer.write(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", port, limit=1 << 20)
    await server.serve_forever()


def _aiosmtpd(port: int) -> None:
    from aiosmtpd.controller import Controller
    from aiosmtpd.handlers import Sink

    Controller(Sink(), hostname="127.0.0.1", port=port).start()
    while True:
        time.sleep(1)


if __name__ == "__main__":
    kind, where, delay = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]) / 1000
    if kind == "aiosmtpd":
        _aiosmtpd(where)
    asyncio.run({"http": _http, "smtp": _smtp}[kind](where, delay))
