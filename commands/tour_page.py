"""A page of the application as a page on disk: links to files, nothing that could be sent, no secret."""

import posixpath
import re
from typing import Any
from urllib.parse import quote, urldefrag

import lxml.html
from lxml.html.builder import CLASS, SPAN, A, P

from commands.tour_walk import SITE, Page, Taken, inner

Files = dict[str, bytes]
SCRIPTS = ("words.js", "duban.js", "charts.js", "echarts.simple.min.js")  # what needs no server
GONE = (
    "//form[contains(@class, 'language')]", "//form[contains(@class, 'finder')]", "//dialog", "//input[@type='hidden']",
    "//meta[@name='htmx-config']", "//link[@rel='manifest']", "//noscript", "//header//form//button", "//iframe",
    "//input[@type='file']", "//*[contains(@class, 'needs-script')]",
)
BARE = re.compile(r"hx-.*|on.*|action|method|formaction|formmethod|formtarget|target|enctype|data-confirm")
ADDRESS = re.compile(r"(?:https?:/)?/.*")
CLOSED = ("input", "button", "select", "textarea", "fieldset")
LINK = re.compile(r"(?:https?://[\w.:\[\]-]+)?/(?:u|k)/[A-Za-z0-9_-]{20,}[\w/?=&%.#-]*")
HERE = re.compile(r"(?:https?://)?(?:127\.0\.0\.1|localhost)[\w.:/?=&%#-]*")
HIDDEN = "〔办理链接，导览中隐去〕"
LINE = "只读演示 / read-only tour："
WORDS = "示例数据写出的静态页面，按钮不起作用。 "
BACK = "导览首页 / start"


def rewritten(page: Page, taken: Taken, used: set[str]) -> str:
    """The page's text for the file; what it needs of /static is added to `used`."""
    tree = lxml.html.document_fromstring(page.html)
    for path in GONE:
        for node in tree.xpath(path):
            node.drop_tree()
    _close(tree)
    _assets(tree, page, used)
    for link in tree.xpath("//a[@href]"):
        _link(link, page, taken)
    head, body = tree.find("head"), tree.find("body")
    head.append(lxml.html.fragment_fromstring('<link rel="stylesheet" href="../static/tour.css">'))
    body.insert(0, P(CLASS("tour-line no-print"), SPAN(CLASS("tour-mark"), LINE), WORDS, A(BACK, href="../index.html")))
    text = str(lxml.html.tostring(tree, doctype="<!doctype html>", encoding="unicode"))
    return without_secrets(text, taken)


def _close(tree: Any) -> None:
    """No form is left; every field and button is closed, except what filters a list on the page."""
    for node in tree.iter(lxml.html.etree.Element):
        for name, value in list(node.attrib.items()):
            if BARE.fullmatch(name) or (name.startswith("data-") and ADDRESS.fullmatch(value)):
                del node.attrib[name]
        if node.tag == "form":
            node.tag = "div"
            node.set("class", f"{node.get('class', '')} tour-form".strip())
        if node.tag in CLOSED and not node.get("data-filter"):
            node.set("disabled", "disabled")
            node.attrib.pop("autofocus", None)


def _assets(tree: Any, page: Page, used: set[str]) -> None:
    """Style sheets, pictures and the scripts that need no server lie beside the pages."""
    for attribute, nodes in (("src", tree.xpath("//script | //img[@src]")), ("href", tree.xpath("//link[@href]"))):
        for node in nodes:
            path = node.get(attribute) or ""
            if path.startswith("data:"):
                continue
            if not path.startswith("/static/") or (node.tag == "script" and not path.endswith(SCRIPTS)):
                node.drop_tree()
                continue
            used.add(path)
            node.set(attribute, f"../{path.lstrip('/')}")


def _link(link: Any, page: Page, taken: Taken) -> None:
    """A link to a page of the tour leads to its file; any other is only its words."""
    href = link.get("href")
    if href.startswith("#"):
        return
    if page_there := taken.find(page.visitor.folder, inner(href, page.path)):
        name = posixpath.relpath(page_there.name, posixpath.dirname(page.name))
        mark = urldefrag(href).fragment
        link.set("href", quote(name) + (f"#{mark}" if mark and page_there.html else ""))
        return
    for name in ("href", "download", "rel"):
        link.attrib.pop(name, None)
    link.tag = "span"
    link.set("class", f"{link.get('class', '')} tour-off".strip())


def without_secrets(text: str, taken: Taken) -> str:
    """No way in is left in the words: no link, no token, no address of a machine, no word."""
    text = LINK.sub(HIDDEN, text)
    for secret in taken.secrets:
        text = text.replace(secret, "……")
    return HERE.sub("本机", text).replace(SITE, "")


def statics(used: set[str], taken: Taken) -> Files:
    """What the pages stand on."""
    return {path.lstrip("/"): taken.statics[path] for path in sorted(used)}
