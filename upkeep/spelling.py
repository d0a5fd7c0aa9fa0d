"""One English word per concept: the words docs/glossary.md rules out, looked for in names and in papers."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from upkeep.fault import Fault, modules, papers
from upkeep.links import prose

GLOSSARY = "docs/glossary.md"
HEAD = "| not | but |\n|---|---|\n"
ROW = re.compile(r"^\| ([a-z, -]+) \| ([^|]+) \|$")
PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
NOT_OURS = {GLOSSARY, "docs/licences.md"}  # the table itself; names of packages


def ruled_out(root: Path) -> dict[str, str]:
    """Each word that is ruled out (several words have blanks between them), with what is said instead."""
    table = (root / GLOSSARY).read_text(encoding="utf-8").partition(HEAD)[2]
    rows = (ROW.match(line) for line in table.splitlines())
    return {word.strip(): row[2].strip() for row in rows if row for word in row[1].split(",")}


def misspelt(root: Path) -> list[Fault]:
    """Every name and every line of a paper that says one concept in a second word."""
    table = ruled_out(root)
    pattern = re.compile("|".join(map(_spellings, table)), re.IGNORECASE)
    found = [Fault(str(path.relative_to(root)), line, _said(table, words, name))
             for path in modules(root) for line, name, words in _names(path) if pattern.search(words)]
    for paper in papers(root):
        if (name := str(paper.relative_to(root))) not in NOT_OURS:
            found += [Fault(name, number, _said(table, line, hit[0]))
                      for number, line in prose(paper.read_text(encoding="utf-8")) if (hit := pattern.search(line))]
    return found


def _spellings(word: str) -> str:
    """A pattern of a word, written as one or apart, and of its plural."""
    stem = word.replace(" ", "[ _-]?")
    return rf"\b{stem[:-1]}(?:y|ies)\b" if stem.endswith("y") else rf"\b{stem}(?:e?s)?\b"


def _said(table: Mapping[str, str], text: str, shown: str) -> str:
    instead = next(say for word, say in table.items() if re.search(_spellings(word), text, re.IGNORECASE))
    return f"“{shown}”：术语表里的词是“{instead}”"


def _names(path: Path) -> Iterator[tuple[int, str, str]]:
    """The names a module gives (not those it uses of others) with their lines, each also as words."""
    yield 1, path.stem, _words(path.stem)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield node.lineno, name, _words(name)
            case ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield node.lineno, name, _words(name)


def _words(name: str) -> str:
    return " ".join(PART.findall(name)).lower()
