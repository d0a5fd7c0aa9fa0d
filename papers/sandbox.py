"""The closed room in which a template is filled: it sees the values it is given and nothing else, and calls nothing."""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from jinja2 import StrictUndefined, TemplateAssertionError, nodes
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

FILTERS = frozenset({"length", "count", "default", "d", "join", "first", "last", "upper", "lower", "trim", "round",
                     "int", "abs", "sum", "e", "escape", "list", "sort", "reverse"})
TESTS = frozenset({"defined", "undefined", "none", "even", "odd", "eq", "ne", "in", "string", "number", "sequence"})
LOOP = frozenset({"index", "index0", "first", "last", "length", "revindex", "revindex0"})
PLAIN = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.For, nodes.If, nodes.CondExpr,
    nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Getattr, nodes.Getitem, nodes.Filter,
    nodes.Test, nodes.Concat, nodes.Add, nodes.Sub, nodes.Keyword, nodes.Tuple,
)
INNER = ("self", "super", "caller", "varargs", "kwargs")  # Jinja's own words, not values
DEEPEST = 3  # loops within loops
KEPT = "\n\t"


class Closed(ImmutableSandboxedEnvironment):
    """Jinja with marks, loops and conditions only: no calls, no attributes of objects, no globals, few filters."""

    def __init__(self) -> None:
        super().__init__(undefined=StrictUndefined, autoescape=True)
        self.globals.clear()
        self.filters = {name: found for name, found in self.filters.items() if name in FILTERS}
        self.tests = {name: found for name, found in self.tests.items() if name in TESTS}

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        if fault := _forbidden(tree):
            raise TemplateAssertionError(fault, 1)
        return tree

    def getattr(self, obj: Any, attribute: str) -> Any:
        """`one.text` is always a value of ours, never an attribute of a Python object."""
        if isinstance(obj, LoopContext) and attribute in LOOP:
            return getattr(obj, attribute)
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(obj, Mapping) and isinstance(argument, str) and argument in obj:
            return obj[argument]
        if isinstance(obj, Sequence) and isinstance(argument, int) and -len(obj) <= argument < len(obj):
            return obj[argument]
        return self.undefined(obj=obj, name=argument)

    def is_safe_callable(self, _obj: Any) -> bool:
        return False


def _forbidden(tree: nodes.Template) -> str:
    """What a template may not say, as a sentence; empty for a plain one."""
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, PLAIN):
            return f"不能使用“{type(node).__name__}”写法，只可使用取值、循环和条件"
        if isinstance(node, nodes.Filter | nodes.Test) and node.name not in FILTERS | TESTS:
            return f"不能使用“{node.name}”"
        if isinstance(node, nodes.Name) and (node.name in INNER or node.name.startswith("_")):
            return f"不能使用“{node.name}”"
        if isinstance(node, nodes.Getattr) and node.attr.startswith("_"):
            return f"不能使用“{node.attr}”"
        if isinstance(node, nodes.For) and (node.recursive or _depth(node) > DEEPEST):
            return f"循环最多嵌套{DEEPEST}层"
    return ""


def _depth(node: nodes.Node) -> int:
    inner = [_depth(child) for child in node.iter_child_nodes()]
    return max(inner, default=0) + isinstance(node, nodes.For)


def printable(value: Any) -> Any:
    """A value without what no document can hold: control characters, halves of characters, places for no character."""
    if isinstance(value, str):
        text = value.replace("\r\n", "\n").replace("\r", "\n")
        return "".join(ch for ch in text if ch in KEPT or not (unicodedata.category(ch) in ("Cc", "Cs") or _none(ch)))
    if isinstance(value, Mapping):
        return {key: printable(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [printable(one) for one in value]
    return value


def _none(ch: str) -> bool:
    return (ord(ch) & 0xFFFE) == 0xFFFE
