"""A web page: its text as numbered lines, its tables with rowspan and colspan where they stand."""

import re
from collections.abc import Iterator

from lxml import etree
from lxml import html as lxml_html

from models.base import Rejected
from plans.document import Line, Table
from plans.opening.decoding import decode
from plans.opening.grid import Budget, check_lines
from plans.opening.html_table import Place, groups_of, place_cells, rows_of
from plans.opening.word_table import DEEPEST_TABLE, NESTED

DEEPEST = 200
MOST_MARKS = 400_000
SKIPPED = {"script", "style", "head", "template", "noscript", "title", "svg", "iframe", "object", "select", "textarea"}
INLINE = {
    "a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "del", "em", "font", "i", "ins", "kbd", "label", "mark", "q",
    "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "img", "wbr",
}
BREAK = "\n"
HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)


def read_html(name: str, data: bytes) -> list[Line | Table]:
    """Lines and tables in order; a line's number counts the printed lines outside tables."""
    text = _undeclared(decode(name, data))
    if text.count("<") > MOST_MARKS:
        raise Rejected(f"{name}：内容过多（标记超过{MOST_MARKS}个），不予读取。")
    if re.search(r"<!\s*ENTITY", text, re.IGNORECASE):
        raise Rejected(f"{name}：含有外部实体，不予读取。")
    root = _parse(name, text)
    _check_depth(name, root)
    page = Page()
    page.take(pieces(root, 0))
    return page.blocks


def _undeclared(text: str) -> str:
    """Without an XML declaration: the text is decoded already, and the parser would not take both."""
    text = text.lstrip()
    return text.partition(">")[2] if text[:5].lower() == "<?xml" else text


def _parse(name: str, text: str) -> etree._Element:
    try:
        return lxml_html.document_fromstring(text, parser=lxml_html.HTMLParser(no_network=True, remove_comments=True))
    except (etree.LxmlError, ValueError):
        raise Rejected(f"{name}：不是网页文件，或内容已损坏。") from None


def _check_depth(name: str, root: etree._Element) -> None:
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > DEEPEST:
            raise Rejected(f"{name}：嵌套超过{DEEPEST}层，不予读取。")


class Page:
    """Gathers pieces into lines and tables."""

    def __init__(self) -> None:
        self.blocks: list[Line | Table] = []
        self.lines = self.tables = 0
        self.budget = Budget()

    def take(self, found: Iterator[str | etree._Element]) -> None:
        buffer: list[str] = []
        for piece in found:
            if isinstance(piece, str) and piece != BREAK:
                buffer.append(piece)
                continue
            self.say(buffer)
            buffer = []
            if not isinstance(piece, str):
                self.table(piece)
        self.say(buffer)

    def say(self, buffer: list[str]) -> None:
        if text := _joined(buffer):
            self.lines += 1
            check_lines(self.lines)
            self.blocks.append(Line(text, self.lines))

    def table(self, element: etree._Element) -> None:
        for caption in element.iterchildren("caption"):
            self.take(pieces(caption, 0))
        self.tables += 1
        places = [[[Place.of(c, cell_text(c, 1)) for c in row] for row in group] for group in groups_of(element)]
        self.blocks.append(place_cells(places, self.tables, self.lines, self.budget))


def pieces(element: etree._Element, depth: int) -> Iterator[str | etree._Element]:
    """Texts, breaks and tables in the order they are shown."""
    if element.text:
        yield element.text.replace("\n", " ")
    for inner in element:
        yield from _shown(inner, depth)
        if inner.tail:
            yield inner.tail.replace("\n", " ")


def _shown(element: etree._Element, depth: int) -> Iterator[str | etree._Element]:
    tag = element.tag
    if not isinstance(tag, str) or tag in SKIPPED or _hidden(element):
        return
    if tag == "table":
        yield element
    elif tag in INLINE:
        yield from pieces(element, depth)
    else:
        yield BREAK
        yield from pieces(element, depth)
        yield BREAK


def _hidden(element: etree._Element) -> bool:
    return element.get("hidden") is not None or bool(HIDDEN.search(element.get("style", "")))


def _joined(buffer: list[str]) -> str:
    return re.sub(r"[ \t\xa0]+", " ", "".join(buffer)).strip()


def cell_text(cell: etree._Element, depth: int) -> str:
    """A cell's lines; a table within it as marked lines, its structure given up."""
    lines: list[str] = []
    buffer: list[str] = []
    for piece in [*pieces(cell, depth), BREAK]:
        if isinstance(piece, str) and piece != BREAK:
            buffer.append(piece)
            continue
        lines.append(_joined(buffer))
        buffer = []
        if not isinstance(piece, str):
            lines += [NESTED, *_flattened(piece, depth + 1)]
    return "\n".join(line for line in lines if line)


def _flattened(table: etree._Element, depth: int) -> Iterator[str]:
    if depth > DEEPEST_TABLE:
        raise Rejected(f"表格嵌套超过{DEEPEST_TABLE}层，不予读取。")
    for row in rows_of(table):
        yield " | ".join(cell_text(cell, depth).replace("\n", " ") for cell in row)
