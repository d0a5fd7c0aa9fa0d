"""Tells what a file is by its bytes first and its name second, and hands it to the opener of that format."""

import hashlib
import re
from pathlib import Path, PurePath

from models.base import Rejected
from plans import text
from plans.document import Document, Line, Table
from plans.opening.archive import WORD, encrypted, open_archive
from plans.opening.docx import read_docx
from plans.opening.formulas import check_formulas
from plans.opening.html import read_html
from plans.opening.pdf import read_pdf
from plans.opening.plain import read_plain
from plans.opening.radicals import mend
from plans.opening.sheet import read_sheet

LARGEST = 20 * 1024 * 1024
ZIP, OLE, PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF"
PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype\s+html|html|head|meta|table|style)", re.I)
HELP = "请在 WPS/Word 中另存为 .docx 后再传。"
# A scan must be typed or recognised first; a guess at its words would be a guess at a deadline.
PICTURES = {
    b"\x89PNG": "图片", b"\xff\xd8\xff": "图片", b"GIF8": "图片", b"BM": "图片", b"II*\x00": "图片",
    b"MM\x00*": "图片", b"RIFF": "图片",
}
PLAIN, HTML = {".txt", ".md"}, {".html", ".htm"}
READ = "、".join((".docx", ".xlsx", ".xls", ".pdf", ".txt", ".md", ".html"))


def open_path(path: str | Path) -> Document:
    """The document in a file."""
    return open_document(Path(path).name, text.bytes_of(Path(path), LARGEST))


def open_document(name: str, data: bytes) -> Document:
    """The document in bytes that came with a name; Rejected says what is wrong and what helps."""
    name = PurePath(name.replace("\\", "/")).name or "文件"
    if len(data) > LARGEST:
        raise text.too_large(name, LARGEST)
    return Document(name, hashlib.sha256(data).hexdigest(), [mend(block) for block in _blocks(name, data)])


def _blocks(name: str, data: bytes) -> list[Line | Table]:
    suffix = PurePath(name).suffix.lower()
    _refuse(name, suffix, data)
    if data.startswith(ZIP):
        return _packed(name, data)
    if data.startswith(PDF):
        return read_pdf(name, data)
    if suffix in PLAIN:
        return read_plain(name, data)
    if suffix in HTML:
        return read_html(name, data)
    if suffix == ".xls" and data.startswith(OLE):
        return read_sheet(name, data)
    if suffix in (".docx", ".xlsx", ".xls", ".pdf"):
        raise Rejected(f"{name}：内容不是 {suffix} 文件，可能不完整或已损坏。{HELP}")
    raise Rejected(f"{name}：不读这种文件。可读的有 {READ}。")


def _packed(name: str, data: bytes) -> list[Line | Table]:
    archive = open_archive(name, data)
    if archive.kind() == WORD:
        return read_docx(archive)
    check_formulas(archive)
    return read_sheet(name, data)


def _refuse(name: str, suffix: str, data: bytes) -> None:
    """What is known and not read is refused with the sentence that helps."""
    if not data.strip():
        raise Rejected(f"{name}：文件是空的。")
    if suffix in (".docm", ".xlsm", ".dotm", ".xltm", ".xlsb"):
        raise Rejected(f"{name}：这种文件可带宏，不予读取。请另存为不带宏的 .docx 或 .xlsx。")
    if data.startswith(OLE) and suffix != ".xls":
        raise encrypted(name) if "EncryptedPackage".encode("utf-16-le") in data else _old(name)
    if suffix in (".doc", ".docx", ".wps", ".xls", ".xlsx", ".et") and PAGE.match(data[:1024]):
        raise Rejected(f"{name}：这是网页，只是文件名写成了 {suffix}。请把文件名改为 .html 后再传，或在 WPS 中另存。")
    if suffix in (".doc", ".wps") or data.startswith(b"{\\rtf"):
        raise _old(name)
    for magic, word in PICTURES.items():
        if data.startswith(magic) and not (magic in (b"BM", b"RIFF") and suffix in PLAIN | HTML):
            raise Rejected(f"{name}：这是{word}，其中的文字无法可靠读取。请用原稿，或录入后{HELP.removeprefix('请')}")


def _old(name: str) -> Rejected:
    return Rejected(f"{name}：旧版 .doc/.wps 文件不读。{HELP}")
