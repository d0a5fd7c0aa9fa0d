"""Which cells of a workbook are formulas: what a document shows of them is only what was last computed."""

import io
import re
from collections.abc import Iterator

from lxml import etree

from models.base import Rejected
from plans.opening.archive import Archive, open_archive, parse
from plans.opening.formulas import MARK
from plans.opening.word_text import child

ZIP = b"PK\x03\x04"
PLACE = re.compile(r"([A-Z]{1,3})(\d+)")
Places = frozenset[tuple[int, int]]


def formulas_of(name: str, data: bytes) -> Places:
    """Rows and columns (from 1) that hold a formula in any sheet; none where the format does not say."""
    if not data.startswith(ZIP):
        return frozenset()
    try:
        archive = open_archive(name, data)
        return frozenset(place for part in _sheets(archive) for place in _formulas(archive.name, part))
    except Rejected:
        return frozenset()  # the opener itself says why such a file is not read


def _sheets(archive: Archive) -> Iterator[bytes]:
    for member in archive.names():
        part = archive.read(member)
        if b"worksheet" in part[:4096] and MARK.search(part):
            parse(archive.name, part)
            yield part


def _formulas(name: str, part: bytes) -> Iterator[tuple[int, int]]:
    walk = etree.iterparse(io.BytesIO(part), tag="{*}c", resolve_entities=False, no_network=True, load_dtd=False)
    for _, cell in walk:
        found = PLACE.fullmatch(cell.get("r", "")) if child(cell, "f") is not None else None
        if found:
            yield int(found[2]), _number(found[1])
        cell.clear()


def _number(letters: str) -> int:
    at = 0
    for letter in letters:
        at = at * 26 + ord(letter) - 64
    return at
