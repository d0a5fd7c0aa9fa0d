"""What the command says to a person: Chinese as the source has it, or in English where the reader chose that.

The translator is handed over by duban.py: the catalogue belongs to the web, which stands beside the commands.
"""

import json
import sys
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from rich.console import Console
from rich.table import Table

SAY, ANSWER = Console(stderr=True), Console()
CHINESE, ENGLISH = "zh-CN", "en"
LANGUAGES = {"zh": CHINESE, "zh-cn": CHINESE, "cn": CHINESE, "en": ENGLISH}
Translate = Callable[[str], str]
_translate: ContextVar[Translate | None] = ContextVar("translate", default=None)


def speak(translate: Translate | None) -> None:
    """Say everything from now on through this translator; None for Chinese."""
    _translate.set(translate)


def in_english() -> bool:
    """Whether the reader chose English."""
    return _translate.get() is not None


def words(text: str) -> str:
    """A text in the reader's language; what nobody translated (names, a document's own words) stays as it is."""
    translate = _translate.get()
    return translate(text) if translate else text


def say(text: str) -> None:
    """One message to the person, on standard error."""
    SAY.print(words(text), highlight=False, markup=False, soft_wrap=True)


def out(data: Any) -> None:
    """One JSON document (or line) on standard output: the same in every language."""
    sys.stdout.write(json.dumps(data, ensure_ascii=False, default=str) + "\n")


def tell(text: str) -> None:
    """One line of the answer that was asked for, on standard output; what stands between tabs is a cell of its own."""
    sys.stdout.write("\t".join(map(words, text.split("\t"))) + "\n")


def folded(*heads: str) -> Table:
    """A table that wraps long cells instead of cutting them."""
    table = Table()
    for head in heads:
        table.add_column(words(head), overflow="fold")
    return table
