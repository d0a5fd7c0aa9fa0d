"""One value of the hand-checked content beside the one that was read, and the words and places both are held by."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import zip_longest
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from plans.document import Document, Line, Table
from plans.issued import Issued
from plans.opening import open_path
from plans.reader import read_path
from plans.readers.split import split_documents

SHARED = Path(__file__).resolve().parents[3] / "shared"
KINDS = ("counts", "units", "dates", "points", "provenance", "words")
MISSING = "（未给出）"
PLACE = re.compile(r"(?:表(\d+))?第(\d+)行")
LINES_ON = 4  # a heading or sentence may be broken over so many printed lines


@dataclass(frozen=True)
class Value:
    """What a person found in the paper and what the reader gives for it; `doubted` when the reader asks about it."""

    kind: str
    where: str
    wanted: object
    found: object
    doubted: bool = False

    @property
    def verdict(self) -> str:
        if self.wanted == self.found:
            return "equal"
        if self.found == MISSING:
            return "missing"
        return "doubted" if self.doubted else "wrong"


class Truth(dict[str, Any]):
    """Hand-checked content that remembers which of its parts were looked at."""

    def __init__(self, content: dict[str, Any]) -> None:
        super().__init__(content)
        self.seen: set[str] = set()

    def __getitem__(self, key: str) -> Any:
        self.seen.add(key)
        return super().__getitem__(key)

    @property
    def unseen(self) -> list[str]:
        return [key for key in self if key not in self.seen]


@dataclass
class Paper:
    """An issued document as opened and as read, with its hand-checked content. `set_aside` are values of the content
    that are no measure of the reader, each with the reason."""

    file: str
    document: Document
    issued: Issued
    truth: Truth
    set_aside: list[str] = field(default_factory=list)

    @cached_property
    def lines(self) -> list[Line]:
        return [block for block in self.document.blocks if isinstance(block, Line)]

    def shown_at(self, place: str) -> str:
        """What the paper prints at a place the reader names."""
        found = PLACE.search(place)
        if found is None:
            return ""
        number = int(found[2])
        if found[1]:
            tables = [table for table in self.document.blocks if isinstance(table, Table)]
            rows = [row for table in tables if table.number == int(found[1]) for row in table.rows]
            return "".join(slot.text for row in rows for slot in row if slot.row == number)
        at = next((at for at, line in enumerate(self.lines) if line.number == number), len(self.lines))
        same = sum(line.number == number for line in self.lines)
        return "".join(line.text for line in self.lines[at:at + same + LINES_ON])

    def leads_to(self, where: str, place: object, words: str) -> Value:
        """Whether the place a value is said to come from prints its words."""
        shown = says(self.shown_at(str(place)), words)
        found = "shown there" if shown else f"{place}: not there"
        return Value("provenance", f"{where}出处", "shown there", MISSING if place == MISSING else found)

    def asks(self, key: str) -> bool:
        return any(doubt.key == key for doubt in self.issued.part.doubts)


def papers(file: str, names: dict[int, str]) -> Iterator[Paper]:
    """The documents of a file that have hand-checked content, by their place in it."""
    path = SHARED / "sources" / file
    documents, issued = split_documents(open_path(path)), read_path(str(path))
    for at, name in names.items():
        content = YAML(typ="safe").load((SHARED / "ground-truth" / f"{name}.yaml").read_text(encoding="utf-8"))
        yield Paper(f"{file} {name}" if len(names) > 1 else file, documents[at], issued[at], Truth(content))


def bare(text: str) -> str:
    """Words without the marks and spaces in which two copies of a paper differ."""
    return re.sub(r"[,，、:：;；。()（）“”\"\s]", "", text)


def says(text: str, printed: str) -> bool:
    """Whether words stand in a text; the content leaves parts out as …"""
    return re.search(".*".join(re.escape(bare(piece)) for piece in printed.split("…")), bare(text)) is not None


def each(
    kind: str, where: str, wanted: Iterable[object], found: Iterable[object], doubted: bool = False
) -> list[Value]:
    """Lists compared place by place; what has no partner is missing, or wrongly there."""
    pairs = zip_longest(wanted, found, fillvalue=MISSING)
    return [Value(kind, f"{where}（{n}）", one, other, doubted) for n, (one, other) in enumerate(pairs, 1)]


def head_values(paper: Paper) -> list[Value]:
    """What the paper says of itself; a title printed in two ways is right when both are offered."""
    truth, head = paper.truth, paper.issued.head
    found = {"issuer": head.issuer, "doc_no": head.doc_no, "context_year": head.year,
             "issue_date": head.issued_on and head.issued_on.isoformat()}
    kinds = {"issuer": "units", "doc_no": "words", "context_year": "dates", "issue_date": "dates"}
    values = [Value(kinds[key], f"发文{key}", truth[key], found[key]) for key in found if key in truth]
    offered = [choice for doubt in paper.issued.part.doubts if doubt.key == "head-title" for choice in doubt.choices]
    for title in str(truth["title"]).split("／") if "title" in truth else ():
        values.append(Value("words", "发文title", title, title if title in [head.title, *offered] else head.title))
    return values


def tally(values: list[Value], kind: str) -> Counter[str]:
    return Counter(value.verdict for value in values if value.kind == kind)
