"""The text a Word paragraph prints: what was deleted, hidden or computed elsewhere does not count."""

from collections.abc import Iterator
from functools import lru_cache

from lxml import etree

from models.base import Rejected

TRANSPARENT = {"sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"}
UNPRINTED = {
    "pPr", "rPr", "del", "moveFrom", "delText", "instrText", "delInstrText", "txbxContent", "Fallback", "rt",
    "footnoteReference", "endnoteReference", "commentReference", "sdtPr", "sectPr",
}
SIGNS = {"tab": "\t", "cr": "\n", "noBreakHyphen": "-", "softHyphen": "", "ptab": "\t"}
OFF = {"0", "false", "off"}


DEEPEST = 40


def check_depth(depth: int) -> None:
    """Controls within controls: beyond any that are made by hand, text must not be dropped unsaid."""
    if depth > DEEPEST:
        raise Rejected("内容控件嵌套过深，不予读取。")


@lru_cache(maxsize=4096)
def local(tag: str) -> str:
    return tag.rpartition("}")[2]


def kind(element: etree._Element) -> str:
    """The element's name without its namespace: transitional and strict files use different ones."""
    return local(element.tag) if isinstance(element.tag, str) else ""


def value(element: etree._Element, name: str = "val") -> str | None:
    """An attribute whatever its namespace."""
    return next((v for key, v in element.attrib.items() if local(str(key)) == name), None)


def child(element: etree._Element, name: str) -> etree._Element | None:
    return next((found for found in element if kind(found) == name), None)


def text_of(paragraph: etree._Element) -> str:
    """The paragraph's printed text; line breaks as newlines."""
    return "".join(_pieces(paragraph))


def _pieces(element: etree._Element) -> Iterator[str]:
    for inner in element:
        name = kind(inner)
        if name == "t":
            yield inner.text or ""
        elif name == "br":
            yield "" if value(inner, "type") in ("page", "column") else "\n"
        elif name in SIGNS:
            yield SIGNS[name]
        elif name not in UNPRINTED and not (name == "r" and _hidden(inner)):
            yield from _pieces(inner)


def _hidden(run: etree._Element) -> bool:
    look = child(run, "rPr")
    vanish = child(look, "vanish") if look is not None else None
    return vanish is not None and value(vanish) not in OFF


def boxes(paragraph: etree._Element) -> Iterator[etree._Element]:
    """Text boxes anchored in the paragraph, not those within another box or in the copy kept for old programs."""
    for box in paragraph.iter("{*}txbxContent"):
        above = [kind(up) for up in box.iterancestors()]
        within = above[: above.index("p")] if "p" in above else above
        if "Fallback" not in within and next(box.iterancestors("{*}p"), None) is paragraph:
            yield box
