"""A plan file (YAML) read into a draft, every error with its line and in Chinese."""

import re
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.composer import Composer
from ruamel.yaml.constructor import DuplicateKeyError, RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent

from models.base import Rejected
from plans.draft import PlanDraft
from plans.text import Source

BRACKET, DEEPEST = re.compile(r"[\[\]{}]"), 100
# pydantic's error types in the words of a clerk
REASONS = {
    "missing": "缺少“{field}”",
    "extra_forbidden": "多出不认识的“{field}”",
    "enum": "“{field}”的取值“{value}”不在规定范围内（{expected}）",
    "literal_error": "“{field}”应为{expected}",
    "date_from_datetime_parsing": "“{field}”不是日期：{value}",
    "date_parsing": "“{field}”不是日期：{value}",
    "date_type": "“{field}”不是日期：{value}",
    "int_parsing": "“{field}”应为整数：{value}",
    "int_type": "“{field}”应为整数：{value}",
    "float_parsing": "“{field}”应为数字：{value}",
    "float_type": "“{field}”应为数字：{value}",
    "string_type": "“{field}”应为文字：{value}",
    "list_type": "“{field}”应为列表",
    "too_short": "“{field}”不能为空",
    "value_error": "{message}",
}


def read_plan(source: Source) -> PlanDraft:
    """The draft in a plan file; Rejected carries one sentence per error, each with its line."""
    tree = parse(source)
    try:
        return PlanDraft.model_validate(with_lines(tree))
    except ValidationError as error:
        lines = [f"{source.name} {explain(tree, one)}" for one in error.errors()]
        raise Rejected("\n".join(lines)) from None


class NoSuchValue(MarkedYAMLError):
    """A value that looks like a date or number and is none; `problem` is the sentence for the clerk."""


class PlainComposer(Composer):
    """No aliases: a plan needs none, and nested ones grow without bound."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.parser.check_event(AliasEvent):
            raise NoSuchValue(None, None, "方案文件不能用“*”引用", self.parser.peek_event().start_mark)
        return super().compose_node(parent, index)


class ExactConstructor(RoundTripConstructor):
    """2020-02-30 is refused with its line."""

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except (ValueError, TypeError, AttributeError, LookupError):
            text = f"“{str(node.value)[:40]}”不是有效的日期或数值"
            raise NoSuchValue(None, None, text, node.start_mark) from None


def _check_depth(source: Source) -> None:
    """The YAML library looks at every open bracket again for every sign: a thousand of them take it seconds."""
    depth = 0
    for number, line in enumerate(source.text.split("\n"), 1):
        for sign in BRACKET.findall(line):
            depth = max(0, depth + (1 if sign in "[{" else -1))
            if depth > DEEPEST:
                raise Rejected(f"{source.name} 第{number}行：括号嵌套过深（多于{DEEPEST}层），无法读取。")


def parse(source: Source) -> CommentedMap:
    _check_depth(source)
    yaml = YAML()
    yaml.allow_duplicate_keys = False
    yaml.Composer, yaml.Constructor = PlainComposer, ExactConstructor
    unreadable = "格式有误，无法读取（多为缩进、冒号或引号不对）"
    try:
        tree = yaml.load(source.text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        known = {NoSuchValue: error.problem, DuplicateKeyError: "同一处有重复的键"}
        raise Rejected(f"{source.name} 第{line}行：{known.get(type(error), unreadable)}。") from None
    except (YAMLError, ValueError, TypeError, AttributeError, RecursionError):
        raise Rejected(f"{source.name} 第1行：{unreadable}。") from None
    if not isinstance(tree, CommentedMap):
        raise Rejected(f"{source.name} 第1行：不是方案文件，应以“format: 1”开头。")
    return tree


FREE_MAPS = {"content", "count", "rate", "reference_counts", "origins", "thresholds"}


def with_lines(node: Any, key: str = "") -> Any:
    """Plain data in which every map that is a part of the plan carries the line it stands on."""
    if isinstance(node, CommentedMap):
        plain = {name: with_lines(value, key if key in FREE_MAPS else str(name)) for name, value in node.items()}
        return plain if key in FREE_MAPS else {"line": node.lc.line + 1, **plain}
    if isinstance(node, CommentedSeq):
        return [with_lines(value, key) for value in node]
    return node


def explain(tree: CommentedMap, error: Any) -> str:
    """One error as a sentence: the line of the deepest place that exists, then what is wrong."""
    node: Any = tree
    line = 1
    for step in error["loc"]:
        try:
            mark = node.lc.value(step) if isinstance(node, CommentedMap) else node.lc.item(step)
            line, node = mark[0] + 1, node[step]
        except (KeyError, IndexError, TypeError, AttributeError):
            break
    field = next((str(step) for step in reversed(error["loc"]) if isinstance(step, str)), "")
    reason = REASONS.get(error["type"], "“{field}”不合规定：{message}")
    context = error.get("ctx", {})
    text = reason.format(
        field=field,
        value=error.get("input"),
        expected=str(context.get("expected", "")).replace(" or ", "、").replace("'", ""),
        message=str(context.get("error", error["msg"])),
    )
    return text + "。" if text.startswith("第") else f"第{line}行：{text}。"
