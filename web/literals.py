"""The Chinese sentences that code below the templates says to people: read out of its syntax trees, holes as {name}."""

import ast
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import Any

HOLE = re.compile(r"\{([A-Za-z_]\w*)\}")
HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
# What a literal is compared with, looked for or cut at is not said to anybody.
COMPARING = frozenset(
    ("startswith", "endswith", "removeprefix", "removesuffix", "split", "rsplit", "partition", "rpartition", "find",
     "rfind", "index", "count", "strip", "lstrip", "rstrip", "replace", "translate", "maketrans", "fullmatch", "match",
     "search", "finditer", "findall", "compile", "sub", "subn", "get", "pop", "setdefault", "getlist")
)
MOST_WORDINGS = 4
Literal = tuple[int, str]
Part = str | ast.expr


def has_han(text: str) -> bool:
    return bool(HAN.search(text))


def sentences(source: str) -> Iterator[Literal]:
    """(line, sentence) of every literal and f-string with Chinese in it that may be told to somebody."""
    yield from _told(ast.parse(source))


def helps(source: str) -> Iterator[Literal]:
    """(line, sentence) of a command's help: docstrings that begin in Chinese, and what `help=` says of a parameter."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.FunctionDef() if has_han((about := ast.get_docstring(node) or "")[:1]):
                yield node.lineno, about
            case ast.keyword(arg="help", value=ast.Constant(value=str() as about)) if has_han(about):
                yield node.value.lineno, about


def _told(node: ast.AST) -> Iterator[Literal]:
    for whole in _sentences(node):
        if has_han(whole):
            yield getattr(node, "lineno", 0), whole
    for child in _children(node):
        yield from _told(child)


def _sentences(node: ast.AST) -> list[str]:
    """A literal, an f-string or a sum of them as whole sentences: one for each way its conditions may turn out."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value.replace("{}", "{value}")]  # a template for .format
    wordings = list(_wordings(node))
    if not any(isinstance(part, str) and has_han(part) for parts in wordings for part in parts):
        return []
    return [_written(parts) for parts in wordings]


def _written(parts: Sequence[Part]) -> str:
    names: dict[str, int] = {}
    return "".join(part if isinstance(part, str) else _hole(part, names) for part in parts)


def _wordings(node: ast.AST) -> Iterable[tuple[Part, ...]]:
    """Every wording of a sentence; with very many conditions their holes stay holes."""
    parts = list(_parts(node))
    ways = [[part] if isinstance(part, str) else _ways(part) for part in parts]
    count = math.prod(len(one) for one in ways)
    if count > MOST_WORDINGS:
        return [tuple(parts)]
    return (tuple(part for way in chosen for part in way) for chosen in product(*map(_listed, ways)))


def _listed(ways: Sequence[Any]) -> list[tuple[Part, ...]]:
    return [way if isinstance(way, tuple) else (way,) for way in ways]


def _ways(node: ast.expr) -> list[Any]:
    """The wordings of a hole that is a condition between literals; the hole itself otherwise."""
    if isinstance(node, ast.IfExp) and all(_is_wording(one) for one in (node.body, node.orelse)):
        return [tuple(_summand(one)) for one in (node.body, node.orelse)]
    return [node]


def _is_wording(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _parts(node: ast.AST) -> Iterator[Part]:
    if isinstance(node, ast.JoinedStr):
        for value in node.values:
            yield from [value.value] if isinstance(value, ast.FormattedValue) else [str(getattr(value, "value", ""))]
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        yield from _summand(node.left)
        yield from _summand(node.right)


def _summand(node: ast.expr) -> Iterator[Part]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr) or (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add)):
        yield from _parts(node)
    else:
        yield node


def _hole(node: ast.expr, names: dict[str, int]) -> str:
    """{name} after what stands in the hole; a second one of the same name gets a number."""
    name = re.sub(r"\W|^[_\d]+", "", _name(node)) or "value"
    names[name] = names.get(name, 0) + 1
    return "{" + name + (str(names[name]) if names[name] > 1 else "") + "}"


def _name(node: ast.AST) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(value=value, slice=ast.Slice()):
            return _name(value)
        case ast.Subscript(value=value, slice=key):
            told = key.value if isinstance(key, ast.Constant) else None
            return told if isinstance(told, str) and told.isidentifier() else _name(value)
        case ast.Call(func=ast.Attribute(attr="join"), args=[argument, *_]):
            return _name(argument)
        case ast.Call(func=ast.Name(id="len"), args=[_]):
            return "count"
        case ast.Call(func=func):
            return _name(func)
        case ast.GeneratorExp(elt=inner) | ast.BinOp(left=inner) | ast.IfExp(body=inner):
            return _name(inner)
        case ast.BoolOp(values=[inner, *_]):
            return _name(inner)
    return "value"


def _children(node: ast.AST) -> Iterator[ast.AST]:
    """What may still be told within a node: holes of a sentence, not its words; no docstrings, no keys, no patterns."""
    match node:
        case ast.Constant() | ast.Compare() | ast.MatchValue() | ast.Import() | ast.ImportFrom():
            return
        case ast.JoinedStr(values=values):
            yield from (value.value for value in values if isinstance(value, ast.FormattedValue))
        case ast.BinOp(op=ast.Add()) if _sentences(node):
            yield from (part for part in _parts(node) if not isinstance(part, str))
        case ast.Expr(value=ast.Constant()):
            return
        case ast.Call(func=ast.Attribute(attr=attr, value=value)) if attr in COMPARING:
            yield value
        case ast.Subscript(value=value):
            yield value
        case ast.Dict(keys=keys, values=values):
            # a key with Chinese in it is told too (headings by column), except where the names are skipped
            yield from (part for part in [*keys, *values] if part is not None)
        case ast.arguments(defaults=defaults, kw_defaults=more):
            yield from (part for part in [*defaults, *more] if part is not None)
        case _:
            yield from ast.iter_child_nodes(node)
