"""What code below the web said, in the reader's language: whole sentences, patterns with holes, or part by part."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from markupsafe import Markup, escape

from web.english_dates import date_said, months_said
from web.language import english
from web.literals import HAN, HOLE
from web.phrases import ENDS, LONGEST, Pattern, phrases, weight_of

PLURAL = re.compile(r"\[\[\{(\w+)\}\|([^|\]]*)\|([^|\]]*)\]\]")
STOPS = {"。": ". ", "；": "; ", "，": ", ", "：": ": ", "、": ", ", "\n": "\n"}
ATOM = re.compile(rf"[^{ENDS}]+[{ENDS}]*|[{ENDS}]+")
QUOTED = re.compile(rf"((?<=“)[^”]*{HAN.pattern}[^”]*(?=”)|{HAN.pattern}+)")
FULL = "。\n"
WEAK = 4  # two characters speak for no sentence when what stands beside them is unknown
MOST_ATOMS, DEEPEST, DEEP = 8, 2, 100  # how far parts are joined; how far and how long holes are looked into
Bit = tuple[str, bool]  # words, and whether they are a person's own Chinese
Bits = tuple[Bit, ...]


@dataclass(frozen=True)
class Found:
    """A translated stretch and how many literal characters speak for it."""

    bits: Bits
    weight: int


def find(text: str, depth: int = 0) -> Found | None:
    """The English of one stretch: exactly, by a pattern, or without the stops at its ends; None when unknown."""
    if not HAN.search(text):
        return Found(((text, False),), 0)
    if found := date_said(text):
        return Found(((found, False),), weight_of(text))
    if text.strip(ENDS) in phrases().exact and text not in phrases().exact:
        return _without_stops(text, depth)
    if text in phrases().exact:
        return Found(tuple(_quoting(phrases().exact[text])), weight_of(text))
    for one, words in phrases().patterns(text):
        if found_so := _filled(one, words, depth):
            return found_so
    return _without_stops(text, depth)


def _without_stops(text: str, depth: int) -> Found | None:
    core = text.strip(ENDS)
    if core == text or not core:
        return None
    start = text.index(core[0]) if text[0] in ENDS else 0
    found = find(core, depth)
    if found is None:
        return None
    before, after = _stops(text[:start]), _stops(text[start + len(core):])
    return Found(((before, False), *found.bits, (after, False)), found.weight + len(text) - len(core))


def _stops(text: str) -> str:
    return "".join(STOPS[char] for char in text)


def _filled(one: Pattern, words: list[str], depth: int) -> Found | None:
    """The English of a pattern with its holes filled; None when a weak one would swallow what it does not know."""
    values = dict(zip(one.names, words, strict=True))
    if any(value and not value.strip(ENDS) for value in values.values()):
        return None
    beside = HOLE.split(one.msgid)[::2]
    filled = {
        name: _value(value, depth, beside[n], beside[n + 1]) for n, (name, value) in enumerate(values.items())
    }
    if one.weight <= WEAK and any(own for value in filled.values() for _, own in value.bits):
        return None
    english = PLURAL.sub(lambda found: _counted(values.get(found[1], ""), found), one.english)
    parts = HOLE.split(english)
    bits: list[Bit] = []
    for n, part in enumerate(parts):
        bits.extend(filled[part].bits if n % 2 else _quoting(part))
    weight = one.weight + sum(value.weight for value in filled.values())
    return Found(tuple(bit for bit in bits if bit[0]), weight)


def _quoting(english: str) -> Iterator[Bit]:
    """English with the Chinese it quotes (what must be typed or found as it is) told apart."""
    for n, part in enumerate(QUOTED.split(english)):
        if part:
            yield part, n % 2 == 1


def _counted(value: str, found: re.Match[str]) -> str:
    return f"{{{found[1]}}} {found[2] if value in ('1', '1.0') else found[3]}"


def _value(text: str, depth: int, before: str, after: str) -> Found:
    """What stands in a hole: a figure, a date, a known word, a known sentence - or a person's own words."""
    if after.startswith("月") and (months := months_said(text)):
        return Found(((months, False),), 0)
    if before.endswith("周") and (day := date_said(f"周{text}")):
        return Found(((day, False),), 0)
    if HAN.search(text) and depth < DEEPEST and len(text) <= DEEP:
        weight, bits, unknown = _best(text, depth + 1)
        if not unknown:
            return Found(bits, _own_weight(text, weight))
    return Found(((text, bool(HAN.search(text))),), 0)


def _own_weight(text: str, weight: int) -> int:
    """What the words in a hole count for: less where they reach over a stop, for then they are a part of their own."""
    return 0 if re.search("[。；]", text) else weight - (text.strip(ENDS) != text)


def _best(text: str, depth: int = 0) -> tuple[int, Bits, bool]:
    """The cut of a text into stretches that most literal characters speak for; True when a stretch is unknown."""
    atoms = ATOM.findall(text)
    if text in phrases().exact:
        return weight_of(text), tuple(_quoting(phrases().exact[text])), False
    if len(text) > LONGEST * 3:
        return 0, ((text, True),), True
    rows: list[tuple[int, int, Bits, bool]] = [(0, 0, (), False)]
    for end in range(1, len(atoms) + 1):
        rows.append(max(_cuts(rows, atoms, end, depth), key=lambda row: (row[0], row[1])))
    return rows[-1][0], rows[-1][2], rows[-1][3]


def _cuts(
    rows: list[tuple[int, int, Bits, bool]], atoms: list[str], end: int, depth: int
) -> Iterator[tuple[int, int, Bits, bool]]:
    for start in _starts(atoms, end):
        weight, pieces, bits, unknown = rows[start]
        found = _remembered("".join(atoms[start:end]), depth)
        if found:
            yield weight + found.weight, pieces - 1, bits + found.bits, unknown
        elif start == end - 1:
            yield weight, pieces - 2, (*bits, (atoms[start], True)), True


def _starts(atoms: list[str], end: int) -> list[int]:
    """Where a stretch that ends here may begin: some parts back, or with its own sentence, however many that has."""
    near = max(0, end - MOST_ATOMS)
    if end < len(atoms) and atoms[end - 1][-1] not in FULL:
        return list(range(near, end))
    first = next((at for at in range(end - 1, 0, -1) if atoms[at - 1][-1] in FULL), 0)
    whole = {0, first} if end == len(atoms) else {first}
    return sorted(whole.union(range(near, end)))


@lru_cache(maxsize=20_000)
def _remembered(text: str, depth: int) -> Found | None:
    return find(text, depth)


def in_english(text: str) -> Bits:
    """A text in English, with what stays Chinese told apart."""
    return _best(text)[1] if HAN.search(text) else ((text, False),)


def _joined(bits: Iterable[Bit]) -> Iterator[Bit]:
    """Neighbouring bits with a space where English wants one."""
    last = ""
    for words, own in bits:
        said = words[:1].upper() + words[1:] if last.rstrip()[-1:] == "." and not own else words
        apart = last[-1:] in (".", ",", ";", ":") and said[:1].isalnum()
        yield (f" {said}" if apart else said), own
        last = said or last


def said(text: object) -> str | Markup:
    """A sentence from below as a page shows it; what people typed within it is marked as Chinese."""
    words = "" if text is None else str(text)
    if not english() or isinstance(text, Markup) or not HAN.search(words):
        return text if isinstance(text, Markup) else words
    marked = (Markup('<span lang="zh-CN">%s</span>') % bit if own else escape(bit) for bit, own in _tidy(words))
    return Markup("").join(marked)


def said_plain(text: object) -> str:
    """The same without marks: for attributes, script answers and plain text."""
    words = "" if text is None else str(text)
    return english_of(words) if english() else words


def english_of(text: str) -> str:
    """A text in English whoever reads; what nobody translated in it stays Chinese."""
    return "".join(bit for bit, _ in _tidy(text))


def _together(bits: Bits) -> Iterator[Bit]:
    """Neighbouring stretches of a person's own Chinese as one."""
    for theirs, some in groupby(bits, key=lambda bit: bit[1]):
        if theirs:
            yield "".join(words for words, _ in some), True
        else:
            yield from some


def _tidy(words: str) -> list[Bit]:
    bits = list(_joined(_together(in_english(words))))
    if bits:
        bits[-1] = (bits[-1][0].rstrip(" "), bits[-1][1])
    return bits


def own(text: object) -> object:
    """What a person typed or a document printed: as it is, marked as Chinese on an English page."""
    if not english() or not HAN.search(str(text)):
        return text
    return Markup('<span lang="zh-CN">%s</span>') % text


def known(text: object) -> object:
    """A title or name that either the system gave (then in English) or a person did (then as it is, marked)."""
    words = "" if text is None else str(text)
    if not english() or not HAN.search(words):
        return words if text is None else text
    _, bits, unknown = _best(words)
    typed = sum(len(HAN.findall(bit)) for bit, theirs in bits if theirs)
    return own(words) if unknown or 2 * typed >= len(HAN.findall(words)) else said(words)
