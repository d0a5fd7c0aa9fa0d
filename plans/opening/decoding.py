"""Bytes into text: UTF-8, UTF-16 that says so, or GB18030; anything else is not text."""

import codecs
import re

from models.base import Rejected

UNPRINTABLE = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\ufffe\uffff]")
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def decode(name: str, data: bytes) -> str:
    """The text, its line ends made "\\n"."""
    for encoding in ("utf-16",) if data.startswith(UTF16) else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not UNPRINTABLE.search(text):
            return text.replace("\r\n", "\n").replace("\r", "\n")
    raise Rejected(f"{name}：不是文本文件，或编码不是 UTF-8、UTF-16、GB18030。请另存为 UTF-8 文本。")
