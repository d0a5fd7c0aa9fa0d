"""The closed room in which a template is filled: it sees the values it is given and nothing else, and calls nothing."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from jinja2 import StrictUndefined, TemplateAssertionError, TemplateRuntimeError, Undefined, nodes
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

# none that reckons: a mark that multiplies its own output would take the whole machine
FILTERS = frozenset({"length", "count", "default", "d", "join", "first", "last", "upper", "lower", "trim", "e",
                     "escape"})
ROWS = "_rows"  # put around every list that is looped over; no template can name it
TESTS = frozenset({"defined", "undefined", "none", "even", "odd", "eq", "ne", "in", "string", "number", "sequence"})
LOOP = frozenset({"index", "index0", "first", "last", "length", "revindex", "revindex0"})
PLAIN = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.For, nodes.If, nodes.CondExpr,
    nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Getattr, nodes.Getitem, nodes.Filter,
    nodes.Test, nodes.Keyword,
)
INNER = ("self", "super", "caller", "varargs", "kwargs")  # Jinja's own words, not values
DEEPEST = 3  # loops within loops
MOST_TURNS, MOST_WRITTEN = 100_000, 20_000_000  # of all loops together, and characters of one part
PATH = (nodes.Name, nodes.Getattr, nodes.Getitem)
LONGEST_BETWEEN = 10
KEPT = "\n\t"


class Closed(ImmutableSandboxedEnvironment):
    """Jinja with marks, loops and conditions only: no calls, no attributes of objects, no globals, few filters."""

    def __init__(self) -> None:
        super().__init__(undefined=StrictUndefined, autoescape=True)
        self.globals.clear()
        self.filters = {name: found for name, found in self.filters.items() if name in FILTERS}
        self.filters |= {"join": _join, ROWS: self._rows}
        self.turns = 0
        self.tests = {name: found for name, found in self.tests.items() if name in TESTS}

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        if fault := _forbidden(tree):
            raise TemplateAssertionError(fault, 1)
        for loop in tree.find_all(nodes.For):
            loop.iter = nodes.Filter(loop.iter, ROWS, [], [], None, None, lineno=loop.lineno, environment=self)
        return tree

    def _rows(self, value: Any) -> Any:
        """What is looped over: one of our lists, and all of them together only so often."""
        if isinstance(value, Undefined):
            return value
        if not isinstance(value, list | tuple):
            raise TemplateRuntimeError("循环只能用于列表")
        self.turns += len(value)
        if self.turns > MOST_TURNS:
            raise TemplateRuntimeError("循环次数过多")
        return value

    def concat(self, pieces: Iterable[str]) -> str:
        """The pieces of one part, as long as no more is written than a paper holds."""
        kept, size = [], 0
        for piece in pieces:
            size += len(piece)
            if size > MOST_WRITTEN:
                raise TemplateRuntimeError("写出的内容过长")
            kept.append(piece)
        return "".join(kept)

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
        if isinstance(node, nodes.For) and not isinstance(node.iter, PATH):
            return "循环只能用于列表本身"
        if isinstance(node, nodes.For) and (node.recursive or _depth(node) > DEEPEST):
            return f"循环最多嵌套{DEEPEST}层"
    return ""


def _join(value: Any, between: str = "") -> str:
    """The words of a list with something between them; of a text nothing, or each time it would grow manifold."""
    if isinstance(value, str) or not isinstance(value, Sequence) or len(between) > LONGEST_BETWEEN:
        raise TemplateRuntimeError("“join”只能用于列表，间隔不超过10个字")
    return between.join(map(str, value))


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
