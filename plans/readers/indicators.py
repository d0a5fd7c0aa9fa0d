"""Indicators in three levels (一级、二级、三级指标): counted, and held against the numbers the paper names."""

import re

from plans.document import Document, Slot, Table
from plans.issued import Figure, Head, Part
from plans.readers.head import tight
from plans.readers.scoretable.clauses import tidy

REFERENCE = re.compile(r"(\d+)[项个]一级指标[、，]?(\d+)[项个]二级指标[、，]?(\d+)[项个](?:具体内容|三级指标)")
LEVELS = tuple(re.compile(name) for name in ("一级指标", "二级指标", "三级指标|具体内容"))
Counts = tuple[int, int, int]


def reference_counts(document: Document) -> list[Counts]:
    """The numbers of first, second and third level indicators a document names, in its order."""
    text = tidy("".join(document.texts()))
    return [(int(one), int(two), int(three)) for one, two, three in REFERENCE.findall(text)]


def read_indicators(document: Document, head: Head) -> Part:
    """The numbers a paper names for its indicator tables, each beside what its table holds."""
    named = reference_counts(document)
    found = [(table, counts) for table in document.tables if table.placed and (counts := _count(table))]
    tables = zip(found, named, strict=False)  # in the paper's order: the first number speaks of the first table
    return Part(figures=[figure for (table, counts), meant in tables for figure in check(table, counts, meant)])


def check(table: Table, counts: Counts, meant: Counts) -> list[Figure]:
    """A table's three numbers against those named for it."""
    words = ("一级指标", "二级指标", "三级指标")
    return [
        Figure(f"表{table.number}{word}", f"{expected}项", f"{found}项")
        for word, expected, found in zip(words, meant, counts, strict=True)
    ]


def _count(table: Table) -> Counts | None:
    for at, row in enumerate(table.rows[:3]):
        columns = [next((slot.col for slot in row if level.search(tight(slot.text))), 0) for level in LEVELS]
        if all(columns):
            return _paths(table.rows[at + 1 :], columns, [slot.text for slot in row])
    return None


def _paths(rows: list[list[Slot]], columns: list[int], header: list[str]) -> Counts:
    """How many different indicators of each level, each under its own parent; a repeated header is none."""
    seen: tuple[set[tuple[str, ...]], ...] = (set(), set(), set())
    path = ["", "", ""]
    for row in rows:
        texts = {slot.col: tight(slot.text) for slot in row}
        if [slot.text for slot in row] == header or not any(texts.values()):
            continue
        for level, col in enumerate(columns):
            if texts.get(col):
                path[level:] = [texts[col]] + [""] * (2 - level)
                seen[level].add(tuple(path[: level + 1]))
    return len(seen[0]), len(seen[1]), len(seen[2])
