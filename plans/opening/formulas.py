"""Formulas of an .xlsx that were never computed: refused by sheet and cell, for they would read as a blank."""

import io
import re
from collections.abc import Iterator
from posixpath import basename, join, normpath

from lxml import etree

from models.base import Rejected
from plans.opening.archive import Archive, damaged, parse
from plans.opening.word_text import child, kind, value

MARK = re.compile(rb"<(\w+:)?f[ />]")


def check_formulas(archive: Archive) -> None:
    """Rejected names the first cell whose formula holds no value, or an error."""
    titles = _titles(archive)
    for member in archive.names():
        part = archive.read(member)
        if b"worksheet" in part[:4096] and MARK.search(part):
            for cell in _uncomputed(archive.name, part):
                sheet = titles.get(member, basename(member))
                raise Rejected(
                    f"{archive.name}：工作表“{sheet}”的 {cell} 格是公式，但文件中没有算出的值。"
                    "请在 WPS/Excel 中打开并保存后再传。"
                )


def _uncomputed(name: str, part: bytes) -> Iterator[str]:
    walk = etree.iterparse(io.BytesIO(part), tag="{*}c", resolve_entities=False, no_network=True, load_dtd=False)
    try:
        for _, cell in walk:
            if child(cell, "f") is not None and not _computed(cell):
                yield cell.get("r", "?")
            cell.clear()
    except etree.XMLSyntaxError:
        raise damaged(name) from None


def _computed(cell: etree._Element) -> bool:
    """A value is there; an empty text is one where the cell says that its value is text."""
    found = child(cell, "v")
    return found is not None and (bool(found.text) or cell.get("t") == "str") and cell.get("t") != "e"


def _titles(archive: Archive) -> dict[str, str]:
    """The name of each sheet by the part that holds it."""
    book = next((name for name in archive.names() if name.endswith("xl/workbook.xml")), "")
    links = join(book.rpartition("/")[0], "_rels/workbook.xml.rels")
    if not book or links not in archive.names():
        return {}
    root = parse(archive.name, archive.read(links))
    parts = {rel.get("Id"): normpath(join("xl", rel.get("Target", "")).lstrip("/")) for rel in root}
    sheets = parse(archive.name, archive.read(book)).iter("{*}sheet")
    return {parts.get(value(sheet, "id"), ""): sheet.get("name", "") for sheet in sheets if kind(sheet) == "sheet"}
