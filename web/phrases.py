"""Sentences with holes: what a text must look like to be one of them, and how the right one is found among many."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from web.catalogue import english_words
from web.literals import HAN, HOLE

ENDS = "。；，：、\n"
FIGURES = frozenset(("count", "year", "month"))
COUNTS = FIGURES | frozenset(("n", "no", "number", "days", "total", "done", "needed", "row", "line", "week", "share"))
LONGEST = 400  # characters; what is longer was typed or printed by somebody


@dataclass(frozen=True)
class Pattern:
    """A msgid with holes and its English; `steps` are the holes up to each next literal."""

    msgid: str
    english: str
    names: tuple[str, ...]
    start: str
    steps: tuple[tuple[re.Pattern[str], str], ...]
    weight: int

    def match(self, text: str) -> list[str] | None:
        """The words in the holes, or None. Literal by literal, never going back: time grows with the text only."""
        if not text.startswith(self.start):
            return None
        at = len(self.start)
        values: list[str] = []
        for n, (holes, literal) in enumerate(self.steps):
            last = n == len(self.steps) - 1
            end = len(text) - len(literal) if last else text.find(literal, at)
            found = holes.fullmatch(text, at, end) if end >= at and text.startswith(literal, end) else None
            if found is None:
                return None
            values.extend(found.groups())
            at = end + len(literal)
        return values


def pattern_of(msgid: str, english: str) -> Pattern:
    """The pattern made from a msgid: {name} holes, everything else literal."""
    parts = HOLE.split(msgid)
    steps, holes = [], ""
    for n in range(1, len(parts), 2):
        holes += _hole(parts, n)
        if parts[n + 1] or n + 2 == len(parts):
            steps.append((re.compile(holes, re.S), parts[n + 1]))
            holes = ""
    weight = sum(weight_of(part) for part in parts[::2])
    return Pattern(msgid, english, tuple(parts[1::2]), parts[0], tuple(steps), weight)


def _hole(parts: list[str], n: int) -> str:
    """What a hole takes: anything, a figure where the name says so or where another hole stands right beside."""
    name, last = re.sub(r"\d+$", "", parts[n]), n == len(parts) - 2
    beside = (not parts[n - 1] and n > 1) or (not parts[n + 1] and not last)
    return r"([\d.,%]*)" if name in FIGURES or (beside and name in COUNTS) else "(.*?)"


def weight_of(text: str) -> int:
    """How much a literal speaks for its sentence: a Chinese character twice as much as a stop, figures nothing."""
    return sum(2 if HAN.match(char) else 0 if char.isascii() else 1 for char in text)


def _pairs(text: str) -> set[str]:
    return {one + other for one, other in pairwise(text)} | set(text)


class Phrases:
    """Every sentence there is, found by the rarest pair of characters of its literals; `tried` counts the tries."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self.exact = {chinese: said for chinese, said in words.items() if not HOLE.search(chinese)}
        self.tried = 0
        self._by_pair: dict[str, list[Pattern]] = {}
        patterns = [pattern_of(chinese, said) for chinese, said in words.items() if HOLE.search(chinese)]
        often = Counter(pair for one in patterns for pair in self._keys(one))
        for one in patterns:
            key = min(self._keys(one), key=lambda pair: (len(pair) == 1, often[pair], pair))
            self._by_pair.setdefault(key, []).append(one)

    @staticmethod
    def _keys(one: Pattern) -> set[str]:
        pairs = {pair for part in HOLE.split(one.msgid)[::2] for pair in _pairs(part)}
        return {pair for pair in pairs if HAN.search(pair)} or pairs

    def patterns(self, text: str) -> Iterator[tuple[Pattern, list[str]]]:
        """Patterns the text has the shape of with the words in their holes, most literal characters first."""
        if len(text) > LONGEST:
            return
        likely = [one for pair in _pairs(text) for one in self._by_pair.get(pair, ())]
        for one in sorted(likely, key=lambda one: (-one.weight, len(one.names), one.msgid)):
            self.tried += 1
            values = one.match(text)
            if values is not None:
                yield one, values


@cache
def phrases() -> Phrases:
    """The sentences of the catalogue; msgids of templates (with %) are no sentences from below."""
    words = english_words()
    bare = {chinese.strip(ENDS): said.strip(".,;: ") for chinese, said in words.items()}
    return Phrases({one: said for one, said in {**bare, **words}.items() if "%(" not in one})
