"""The marks of a template: which values it uses ("findings[].text"), and the text around them part by part."""

import io
import re
from collections.abc import Iterator, Mapping
from typing import Any

from docx.opc.part import Part
from docxtpl import DocxTemplate
from jinja2 import nodes
from lxml import etree

from papers.sandbox import Closed

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TEXTS = re.compile(r"/word/(?:document|header\d*|footer\d*|footnotes)\.xml$")
PARSER = etree.XMLParser(resolve_entities=False, no_network=True)
PROPERTIES = ("author", "comments", "identifier", "language", "subject", "title")  # these are filled too


def parts_of(data: bytes) -> list[Any]:
    """The parts of a .docx that hold text, as XML trees."""
    package = DocxTemplate(io.BytesIO(data)).get_docx().part.package
    parts: list[Part] = [part for part in package.parts if TEXTS.search(str(part.partname))] if package else []
    return [etree.fromstring(part.blob, PARSER) for part in sorted(parts, key=lambda part: str(part.partname))]


def text_of(tree: Any) -> str:
    """Everything written within an element, runs joined."""
    return "".join(node.text or "" for node in tree.iter(f"{W}t"))


def sources(data: bytes) -> Iterator[str]:
    """What Jinja is given, part by part: the XML as it is made readable for it, and the document's properties."""
    document = DocxTemplate(io.BytesIO(data))
    for tree in parts_of(data):
        yield document.patch_xml(etree.tostring(tree, encoding="unicode"))
    properties = document.get_docx().core_properties
    yield from (getattr(properties, name) or "" for name in PROPERTIES)


def paths_used(data: bytes) -> set[str]:
    """The values a template asks for: "number", "findings", "findings[].text". TemplateError where it is none."""
    found: set[str] = set()
    for source in sources(data):
        found |= _paths(Closed().parse(source), {})
    return found


def _paths(node: nodes.Node, scope: Mapping[str, str]) -> set[str]:
    if isinstance(node, nodes.For):
        listed = _path(node.iter, scope)
        inner = dict(scope) | {"loop": ""}
        if isinstance(node.target, nodes.Name):
            inner[node.target.name] = f"{listed}[]" if listed else ""
        found = _paths(node.iter, scope)
        return found.union(*(_paths(one, inner) for one in (*node.body, *node.else_, *filter(None, [node.test]))))
    own = _path(node, scope)
    found = {own} if own else set()
    if isinstance(node, nodes.Getattr | nodes.Getitem):
        return found | (set() if own else _paths(node.node, scope))
    return found.union(*(_paths(child, scope) for child in node.iter_child_nodes()))


def _path(node: nodes.Node, scope: Mapping[str, str]) -> str:
    """Where a value stands; empty for what is no plain value (a constant, the loop's own counter)."""
    if isinstance(node, nodes.Name):
        return scope.get(node.name, node.name)
    if isinstance(node, nodes.Filter) and node.node is not None:
        return _path(node.node, scope)
    if isinstance(node, nodes.Getattr):
        before = _path(node.node, scope)
        return f"{before}.{node.attr}" if before else ""
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        before, key = _path(node.node, scope), node.arg.value
        return (f"{before}.{key}" if isinstance(key, str) else f"{before}[]") if before else ""
    return ""


def sample(paths: set[str], lists: set[str]) -> dict[str, Any]:
    """Values to try a template with: a word for each mark, one row for each of `lists`."""
    values: dict[str, Any] = {}
    for path in sorted(paths):
        place: Any = values
        steps = path.split(".")
        for at, step in enumerate(steps):
            name, last = step.removesuffix("[]"), at == len(steps) - 1
            if step.endswith("[]") or ".".join([*steps[:at], name]) in lists:
                if not isinstance(place.get(name), list):
                    place[name] = ["样张"]  # named whole before its rows
                if not last and not isinstance(place[name][0], dict):
                    place[name][0] = {}
                place = place[name][0]
            elif last:
                place.setdefault(name, "样张")
            else:
                if not isinstance(place.get(name), dict):
                    place[name] = {}  # asked for whole before its parts
                place = place[name]
    return values


def twice(values: dict[str, Any]) -> dict[str, Any]:
    """The same sample with two rows in every list and no two words alike, so that nothing lost goes unseen."""
    count = 0

    def told(value: Any) -> Any:
        nonlocal count
        if isinstance(value, str):
            count += 1
            return f"{value}{count:03d}."
        if isinstance(value, list):
            return [told(one) for one in (*value, *value)]
        return {key: told(one) for key, one in value.items()} if isinstance(value, dict) else value

    return {key: told(value) for key, value in values.items()}


def leaves(values: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text among some values with its path, in one line as a document's own text runs on."""
    if isinstance(values, str):
        if word := "".join(values.split("\n")).replace("\t", "").strip():
            yield path, word
    elif isinstance(values, Mapping):
        for key, one in values.items():
            yield from leaves(one, f"{path}.{key}" if path else str(key))
    elif isinstance(values, list):
        for one in values:
            yield from leaves(one, f"{path}[]")
