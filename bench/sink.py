"""A webhook's other side in a process of its own: takes posts after a delay, keeps every key and its text's hash.

`python -m bench.sink DELAY_MS [FILE]` prints its port; each post is a line in FILE: moment, key, hash of the text.
"""

import asyncio
import hashlib
import json
import sys
import time
from typing import TextIO

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: text/plain\r\n\r\nok"


class Sink(asyncio.Protocol):
    """Just enough of HTTP/1.1 to keep connections alive."""

    def __init__(self, delay: float, file: TextIO | None) -> None:
        self.delay, self.file, self.buffer = delay, file, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (found := self.buffer.find(b"\r\n\r\n")) >= 0:
            head, rest = self.buffer[:found].lower(), self.buffer[found + 4:]
            size = int(head.partition(b"content-length:")[2].partition(b"\r")[0] or 0)
            if len(rest) < size:
                return
            self.buffer = rest[size:]
            self.taken(rest[:size])

    def taken(self, body: bytes) -> None:
        if self.file:
            said = json.loads(body)
            digest = hashlib.sha256(said.get("message", "").encode()).hexdigest()
            self.file.write(f"{time.monotonic()} {said.get('key', '')} {digest}\n")
            self.file.flush()
        loop = asyncio.get_running_loop()
        loop.call_later(self.delay, self.answer) if self.delay else self.answer()

    def answer(self) -> None:
        if not self.transport.is_closing():
            self.transport.write(HEAD)


async def serve(delay: float, file: TextIO | None) -> None:
    server = await asyncio.get_running_loop().create_server(lambda: Sink(delay, file), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    log = open(sys.argv[2], "a", encoding="utf-8") if len(sys.argv) > 2 else None  # noqa: SIM115, PTH123
    asyncio.run(serve(float(sys.argv[1]) / 1000, log))
