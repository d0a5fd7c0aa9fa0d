"""What code below the web said, in the reader's language: whole sentences, patterns with holes, or part by part."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from markupsafe import Markup, escape

from web.catalogue import english_words
from web.english_dates import date_said, months_said
from web.language import english

HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
HOLE = re.compile(r"\{([A-Za-z_]\w*)\}")
PLURAL = re.compile(r"\[\[\{(\w+)\}\|([^|\]]*)\|([^|\]]*)\]\]")
STOPS = {"。": ". ", "；": "; ", "，": ", ", "：": ": ", "、": ", ", "\n": "\n", "！": "! ", "？": "? ", "）": ")", "（": " ("}
ENDS = "。；，：、\n"
ATOM = re.compile(rf"[^{ENDS}]+[{ENDS}]*|[{ENDS}]+")
FIGURES = frozenset(("count", "year", "month"))
COUNTS = FIGURES | frozenset("n no number days total done needed row line week share".split())
QUOTED = re.compile(rf"((?<=“)[^”]*{HAN.pattern}[^”]*(?=”)|{HAN.pattern}+)")
MOST_ATOMS, DEEPEST = 14, 3
Bit = tuple[str, bool]  # words, and whether they are a person's own Chinese
Bits = tuple[Bit, ...]


@dataclass(frozen=True)
class Pattern:
    """A msgid with holes: what a text must look like, and the English with the same holes."""

    msgid: str
    english: str
    shape: re.Pattern[str]
    names: tuple[str, ...]
    literals: tuple[str, ...]
    weight: int

    def match(self, text: str) -> re.Match[str] | None:
        return self.shape.fullmatch(text)


def pattern_of(msgid: str, english: str) -> Pattern:
    """The pattern made from a msgid: {name} holes become groups, everything else is literal."""
    parts = HOLE.split(msgid)
    literals, names = parts[::2], parts[1::2]
    shape = "".join(_hole(parts, n) if n % 2 else re.escape(part) for n, part in enumerate(parts))
    told = tuple(part for part in literals if part)
    return Pattern(msgid, english, re.compile(shape, re.S), tuple(names), told, sum(_weight(part) for part in told))


def _hole(parts: list[str], n: int) -> str:
    """What a hole takes: anything, a figure where the name says so or where another hole stands right beside."""
    name, last = re.sub(r"\d+$", "", parts[n]), n == len(parts) - 2
    beside = (not parts[n - 1] and n > 1) or (not parts[n + 1] and not last)
    return r"([\d.,%]*)" if name in FIGURES or (beside and name in COUNTS) else "(.*?)"


def _weight(text: str) -> int:
    return sum(2 if HAN.match(char) else 0 if char.isascii() else 1 for char in text)


def _pairs(text: str) -> set[str]:
    return {text[n:n + 2] for n in range(len(text) - 1)} | set(text)


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
        pairs = {pair for part in one.literals for pair in _pairs(part)}
        return {pair for pair in pairs if HAN.search(pair)} or pairs or {""}

    def patterns(self, text: str) -> Iterator[tuple[Pattern, re.Match[str]]]:
        """Patterns the text has the shape of, most literal characters first."""
        likely = [one for pair in _pairs(text) for one in self._by_pair.get(pair, ())]
        for one in sorted(likely, key=lambda one: (-one.weight, len(one.names), one.msgid)):
            self.tried += 1
            if found := one.match(text):
                yield one, found


@cache
def phrases() -> Phrases:
    """The sentences of the catalogue; msgids of templates (with %) are no sentences from below."""
    words = english_words()
    bare = {chinese.strip(ENDS): said.strip(".,;: ") for chinese, said in words.items()}
    return Phrases({one: said for one, said in {**bare, **words}.items() if "%(" not in one})


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
        return Found(((found, False),), _weight(text))
    if text.strip(ENDS) in phrases().exact and text not in phrases().exact:
        return _without_stops(text, depth)
    if text in phrases().exact:
        return Found(tuple(_quoting(phrases().exact[text])), _weight(text))
    for one, match in phrases().patterns(text):
        if found_so := _filled(one, match, depth):
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


def _filled(one: Pattern, match: re.Match[str], depth: int) -> Found | None:
    """The English of a pattern with its holes filled; None when a weak one would swallow what it does not know."""
    values = dict(zip(one.names, match.groups(), strict=True))
    if any(value and not value.strip(ENDS) for value in values.values()):
        return None
    beside = HOLE.split(one.msgid)[::2]
    filled = {
        name: _value(value, depth, beside[n], beside[n + 1]) for n, (name, value) in enumerate(values.items())
    }
    if one.weight <= 2 and any(own for value in filled.values() for _, own in value.bits):
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
    if HAN.search(text) and depth < DEEPEST:
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
    if len(atoms) > MOST_ATOMS * 6:
        return 0, ((text, True),), True
    rows: list[tuple[int, int, Bits, bool]] = [(0, 0, (), False)]
    for end in range(1, len(atoms) + 1):
        rows.append(max(_cuts(rows, atoms, end, depth), key=lambda row: (row[0], row[1])))
    return rows[-1][0], rows[-1][2], rows[-1][3]


def _cuts(
    rows: list[tuple[int, int, Bits, bool]], atoms: list[str], end: int, depth: int
) -> Iterator[tuple[int, int, Bits, bool]]:
    for start in range(max(0, end - MOST_ATOMS), end):
        weight, pieces, bits, unknown = rows[start]
        found = _remembered("".join(atoms[start:end]), depth)
        if found:
            yield weight + found.weight, pieces - 1, bits + found.bits, unknown
        elif start == end - 1:
            yield weight, pieces - 2, (*bits, (atoms[start], True)), True


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
        if last.rstrip()[-1:] == "." and not own:
            words = words[:1].upper() + words[1:]
        glued = not last or not words or last[-1] in " (“‘\n/-" or words[0] in " ,.;:)”’\n/-、，。；："
        yield (words if glued or not (last[-1] in ".,;:" and words[0].isalnum()) else f" {words}"), own
        last = words or last


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
    return "".join(bit for bit, _ in _tidy(words)) if english() else words


def _tidy(words: str) -> list[Bit]:
    bits = list(_joined(in_english(words)))
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
