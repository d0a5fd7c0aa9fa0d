"""A workbook in the binary format of 1997 with one text in its far corner, written byte by byte."""

import struct

FREE, END, TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def far_cell(row: int, col: int) -> bytes:
    """The workbook as a file: header, table of sectors, folder, stream."""
    book = _stream(row, col).ljust(4096, b"\0")
    sectors = [TABLE, END, *range(3, 2 + len(book) // 512), END]
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    head += struct.pack("<10I", 0, 1, 1, 0, 4096, END, 0, END, 0, 0) + b"\xff" * 432
    folder = _entry("Root Entry", 5, END, 0, 1) + _entry("Workbook", 2, 2, len(book), FREE)
    return head + struct.pack(f"<{len(sectors)}I", *sectors).ljust(512, b"\xff") + folder.ljust(512, b"\0") + book


def _record(number: int, body: bytes) -> bytes:
    return struct.pack("<HH", number, len(body)) + body


def _begin(kind: int) -> bytes:
    return _record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0, 0, 0, 0))


def _stream(row: int, col: int) -> bytes:
    name, first = "任务".encode("utf-16-le"), _begin(0x0005)
    at = len(first) + 4 + 6 + 2 + len(name) + 4
    whole = first + _record(0x0085, struct.pack("<IBBBB", at, 0, 0, 2, 1) + name) + _record(0x000A, b"")
    whole += _begin(0x0010) + _record(0x0200, struct.pack("<IIHHH", 0, row + 1, 0, col + 1, 0))
    for y, x in ((0, 0), (row, col)):
        whole += _record(0x0204, struct.pack("<HHHHB", y, x, 0, 1, 1) + "甲".encode("utf-16-le"))
    return whole + _record(0x000A, b"")


def _entry(name: str, kind: int, start: int, size: int, child: int) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    head = text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text), kind, 1, FREE, FREE, child)
    return head + b"\0" * 36 + struct.pack("<IQ", start, size)
