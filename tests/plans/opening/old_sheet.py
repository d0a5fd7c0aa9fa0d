"""A workbook in the binary format of 1997, written byte by byte: one sheet of texts, figures and merged cells."""

import struct
from collections.abc import Sequence

FREE, END, TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
Merge = tuple[int, int, int, int]


def record(number: int, body: bytes) -> bytes:
    return struct.pack("<HH", number, len(body)) + body


def begin(kind: int) -> bytes:
    return record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0, 0, 0, 0))


def cell(y: int, x: int, value: str | float) -> bytes:
    if isinstance(value, str):
        return record(0x0204, struct.pack("<HHHHB", y, x, 0, len(value), 1) + value.encode("utf-16-le"))
    return record(0x0203, struct.pack("<HHHd", y, x, 0, value))


def stream(rows: Sequence[Sequence[str | float]], merges: Sequence[Merge], name: str) -> bytes:
    title = struct.pack("<BB", len(name), 1) + name.encode("utf-16-le")
    globals_ = begin(0x0005)
    at = len(globals_) + 4 + 6 + len(title) + 4
    globals_ += record(0x0085, struct.pack("<IBB", at, 0, 0) + title) + record(0x000A, b"")
    cells = b"".join(cell(y, x, value) for y, row in enumerate(rows) for x, value in enumerate(row) if value != "")
    size = struct.pack("<IIHHH", 0, len(rows), 0, max(map(len, rows)), 0)
    joined = struct.pack("<H", len(merges)) + b"".join(struct.pack("<HHHH", *merge) for merge in merges)
    return globals_ + begin(0x0010) + record(0x0200, size) + cells + record(0x00E5, joined) + record(0x000A, b"")


def entry(name: str, kind: int, start: int, size: int, child: int) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    head = text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text), kind, 1, FREE, FREE, child)
    return head + b"\0" * 36 + struct.pack("<IQ", start, size)


def as_xls(rows: Sequence[Sequence[str | float]], merges: Sequence[Merge] = (), name: str = "任务") -> bytes:
    book = stream(rows, merges, name)
    book = book.ljust(max(4096, -(-len(book) // 512) * 512), b"\0")
    sectors = len(book) // 512
    fat = [TABLE, END, *range(3, 2 + sectors), END]
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, END, 0, END, 0) + struct.pack("<I", 0) + b"\xff" * 432
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(512, b"\xff")
    folder = entry("Root Entry", 5, END, 0, 1) + entry("Workbook", 2, 2, len(book), FREE)
    return head + table + folder.ljust(512, b"\0") + book
