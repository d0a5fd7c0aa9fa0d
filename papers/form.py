"""What a kind of paper is: its template, what it must be given, or how its bytes are written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Form:
    """One kind of paper: `build` makes the built-in template (.docx with {{ marks }}); `fields` are the keys its
    content must have, each with its name in the office's words; `write` makes the bytes of a paper that is no .docx;
    `title` is how such a paper is called, filled from its content."""

    fields: dict[str, str]
    build: Callable[[], bytes] | None = None
    write: Callable[[Mapping[str, Any]], bytes] | None = None
    ending: str = "docx"
    title: str = ""
