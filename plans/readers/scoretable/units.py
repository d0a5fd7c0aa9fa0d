"""A cell of units split into names, with kinds of units told apart and shortened lists spelled out."""

import re
from dataclasses import dataclass

from plans.readers.scoretable.clauses import tidy
from plans.readers.scoretable.rows import UNIT_END

KIND = re.compile(r"(?:各|有关|相关|其他).*(?:单位|部门)$|^(?:各|有关|相关)")
SHARED_TAIL = re.compile(r"(?:协调|领导|专项|工作)小组$")
SHARED_HEAD = re.compile(r"^.*(?:委|政府|局|院)")


@dataclass(frozen=True)
class Units:
    """The units of a cell; `printed` are its parts as they stand, `spelled_out` where `names` completes them."""

    names: list[str]
    classes: list[str]
    printed: list[str]
    spelled_out: bool = False


def read_units(text: str) -> Units:
    """Units in their order, with full-width brackets as in the register of units."""
    parts = [part for line in text.splitlines() for part in re.split(r"[、，；]", tidy(line).strip("。")) if part]
    names = _spell_out(parts)
    return Units(names, [name for name in names if KIND.search(name)], parts, names != parts)


def _spell_out(parts: list[str]) -> list[str]:
    """甲委立法、执法、普法协调小组: each gets the head of the first and the tail of the last."""
    names: list[str] = []
    run: list[str] = []
    for part in parts:
        run.append(part)
        tail = SHARED_TAIL.search(part)
        if not tail and not UNIT_END.search(part):
            continue
        head = SHARED_HEAD.match(run[0])
        if len(run) > 1 and tail and head:
            ends = [one.removeprefix(head.group()).removesuffix(tail.group()) for one in run]
            run = [f"{head.group()}{end}{tail.group()}" for end in ends]
        names += run
        run = []
    return names + run
