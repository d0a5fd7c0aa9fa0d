"""A draft written as a plan file that reads back equal, and the spots of such a file that are still to be filled in."""

import re
from collections.abc import Mapping
from datetime import date
from enum import Enum
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.representer import RoundTripRepresenter
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from models.base import Rejected
from plans.draft import PlanDraft
from plans.draft_parts import Part
from plans.planfile import read_plan
from plans.text import Source

ONE_LINE = 110  # longer maps and lists are written over several lines
# What YAML may take for its own signs, and the characters that only escapes carry through it, is quoted.
ODD = re.compile(r"^[!-/:-@\[-`{-~]|[:#?,\[\]{}&*!|>%@`\"'\\]|[^\S\n \u3000]|[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff]")
TO_FILL = "待填"
SPOTS = {"title": "新文件标题", "doc_no": "新文件文号", "issued_on": "新文件印发日期"}
EMPTY = re.compile(
    rf"^({'|'.join(SPOTS)}):[ \t]*(?:'\s*'|\"\s*\"|null|~)?[ \t]*(#[^\r\n]*)?\r?$(?!\r?\n[ \t]+\S)", re.MULTILINE
)
RULE_LINE = re.compile(r"^slot_rule:[^\r\n]*", re.MULTILINE)


def plan_yaml(draft: PlanDraft, head: str = "", notes: Mapping[str, str] | None = None) -> str:
    """The text of a plan file; `head` stands above it as a comment, a note beside the key it is about.

    Rejected rather than a file that would read otherwise.
    """
    data, notes = plain(draft), notes or {}
    if draft.slots:
        data["slot_rule"] = draft.slot_rule  # what the weeks mean is said even where it is the usual rule
    parts = [f"# {line}\n" for line in head.splitlines()]
    for key, value in data.items():
        if isinstance(value, list | dict):
            parts.append("\n")
        text = _dumped({key: value})
        parts.append(f"{text[:-1]}  # {_one_line(notes[key])}\n" if key in notes else text)
    return _proved("".join(parts), draft)


def with_rule_line(source: Source, draft: PlanDraft) -> str:
    """The same file with another week rule and every other line, comments too, as it was."""
    line = f"slot_rule: {draft.slot_rule}"
    if RULE_LINE.search(source.text):
        text = RULE_LINE.sub(line, source.text, count=1)
    else:
        text = re.sub(r"^slots:", f"{line}\nslots:", source.text, count=1, flags=re.MULTILINE)
    return _proved(text, draft)


def _proved(text: str, draft: PlanDraft) -> str:
    if plain(read_plan(Source("新方案", text, ""))) != plain(draft):
        raise Rejected("写出的方案读回后与草稿不一致，未写入。")
    return text


def _one_line(words: str) -> str:
    return " ".join(words.split())


def plain(value: Any) -> Any:
    """A draft as data without line numbers and without what is left at its default."""
    if isinstance(value, Part):
        return {name: plain(getattr(value, name)) for name in _said(value)}
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return _scalar(value)


def _said(part: Part) -> list[str]:
    """The fields worth writing; whether a paper has a title, a number and a day is always said."""
    return [
        name for name, field in type(part).model_fields.items()
        if name != "line" and (name in SPOTS or field.is_required() or getattr(part, name) != field.get_default())
    ]


def _scalar(value: Any) -> Any:
    """The parser's own kinds of text and number as Python's; 2.0 as 2, as plans print it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 1e15 else float(value)
    return str(value) if isinstance(value, str) else value


class Writer(RoundTripRepresenter):
    """No anchors, for the reader takes none and equal dates are one object; what is open reads `null`."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def represent_none(self, data: Any) -> Any:
        return self.represent_scalar("tag:yaml.org,2002:null", "null")


Writer.add_representer(type(None), Writer.represent_none)


def _dumped(data: dict[str, Any]) -> str:
    yaml, stream = YAML(), StringIO()
    yaml.allow_unicode, yaml.width, yaml.Representer = True, 1_000_000, Writer
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.dump(_laid_out(data, True), stream)
    return stream.getvalue()


def _laid_out(node: Any, top: bool = False) -> Any:
    """Maps and lists of the writer's own kind, the short ones on one line."""
    if isinstance(node, str):
        return DoubleQuotedScalarString(node) if ODD.search(node) else node
    if not isinstance(node, list | dict):
        return node
    laid: Any
    if isinstance(node, dict):
        laid = CommentedMap((_laid_out(key), _laid_out(value)) for key, value in node.items())
    else:
        laid = CommentedSeq(_laid_out(value) for value in node)
    if not top and _is_short(node):
        laid.fa.set_flow_style()
    else:
        laid.fa.set_block_style()
    return laid


def _is_short(node: Any) -> bool:
    inner = list(node.values()) if isinstance(node, dict) else node
    leaves = [leaf for value in inner for leaf in (value if isinstance(value, list) else [value])]
    scalars = all(leaf is None or isinstance(leaf, str | int | float | date) for leaf in leaves)
    names = list(node) if isinstance(node, dict) else []
    return scalars and _width(", ".join(map(str, [*names, *leaves]))) <= ONE_LINE


def _width(text: str) -> int:
    """Columns on a screen: a Chinese character takes two."""
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in text)


def open_spots(source: Source) -> list[str]:
    """A sentence with its line for every spot of a rolled plan that nobody has filled in or struck out yet."""
    found = []
    for match in EMPTY.finditer(source.text):
        if match[1] == "title" or TO_FILL in (match[2] or ""):
            line = source.text.count("\n", 0, match.start()) + 1
            found.append(f"{source.name} 第{line}行：{SPOTS[match[1]]}待填。")
    return found


def refuse_open(source: Source) -> None:
    """A plan whose new paper has no title, number or day yet is not adopted."""
    spots = open_spots(source)
    if spots:
        raise Rejected("\n".join([f"有{len(spots)}处待填：", *spots]))
