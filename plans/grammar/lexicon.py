"""The words in which official Chinese speaks of time, cut into tokens of one letter each.

A phrase becomes a short string of letters ("shape") beside the values, so that the grammar is a table of
patterns over shapes and not over spellings. Text that means nothing here leaves a "." between tokens.
"""

import re
from typing import Any, NamedTuple

from plans.grammar.lexemes import COUNT, LEXEMES, SEP, STARTS, YEAR, N

DASHES = "‐‑‒–—―─━－﹣~～〜∼⁓"
_TABLE: dict[int, str | int | None] = {ord(c): "-" for c in DASHES}
_TABLE |= {0xFF01 + n: 0x21 + n for n in range(94) if n not in (ord("-") - 0x21, ord("~") - 0x21)}
_TABLE |= {ord(c): None for c in "“”‘’\"'「」『』 \t\r\n\u3000\u00a0\u200b\ufeff"}
_TABLE |= {ord(a): b for a, b in {"【": "(", "】": ")", "○": "〇", "零": "〇", "×": "X", "﹡": "*", "＿": "_"}.items()}
_TABLE |= {ord("x"): "X", 0xFF58: "X", 0xFF0E: ".", 0x2F: "/", 0x2E81: None}

DIGITS = {c: n for n, c in enumerate("〇一二三四五六七八九")} | {"两": 2, "元": 1, "正": 1, "首": 1}
BLANK = re.compile(r"[X*_〇]|年月|月日")


def _scanner(letters: str) -> "re.Pattern[str]":
    """All lexemes but those of `letters` as one pattern."""
    return re.compile("|".join(
        f"(?P<t{n}>{f'(?={STARTS[letter]})' if letter in STARTS else ''}(?:{_filled(spellings)}))"
        for n, (letter, _, spellings) in enumerate(LEXEMES) if letter not in letters
    ))


def _filled(spellings: tuple[str, ...]) -> str:
    pattern = "|".join(spellings)
    for name, part in (("{N}", N), ("{COUNT}", COUNT), ("{YEAR}", YEAR), ("{SEP}", SEP)):
        pattern = pattern.replace(name, part)
    return pattern


SCAN, SCAN_BLANKS = _scanner("Z"), _scanner("")
LETTERS = {f"t{n}": letter for n, (letter, _, _) in enumerate(LEXEMES)}


class Token(NamedTuple):
    """A word of time: its letter, how it was written, where it begins and ends in the cleaned text."""

    letter: str
    text: str
    start: int
    end: int


def clean(text: str) -> str:
    """Half-width figures and marks, one kind of dash, no blanks and no quotation marks."""
    return text.translate(_TABLE)


def tokens(text: str) -> tuple[list[Token], str]:
    """The tokens of a cleaned text and their shape; other words between two tokens leave a "." token."""
    found: list[Token] = []
    end = 0
    scan = SCAN_BLANKS if BLANK.search(text) else SCAN  # placeholders are rare and dear to look for
    for match in scan.finditer(text):
        letter = LETTERS[match.lastgroup or ""]
        start = match.start()
        if start > end:
            found.append(Token(".", text[end:start], end, start))
        end = match.end()
        if letter != " ":
            found.append(Token(letter, match.group(), start, end))
    if end < len(text):
        found.append(Token(".", text[end:], end, len(text)))
    return found, "".join(token.letter for token in found)


def number(text: str) -> float:
    """A figure in digits or Chinese numerals: 20, 二十, 廿, 两, 一百二十, 二〇二四, 半."""
    if text[0].isdigit():
        return float(text)
    if text == "半":
        return 0.5
    if "十" not in text and "百" not in text and "廿" not in text:
        return float(int("".join(str(DIGITS.get(c, 0)) for c in text)))
    total, last = 0, 0
    for c in text:
        if c == "百":
            total, last = total + (last or 1) * 100, 0
        elif c in "十廿":
            total, last = total + ((last or 1) * 10 if c == "十" else 20), 0
        else:
            last = DIGITS.get(c, 0)
    return float(total + last)


FIGURE = re.compile(N)


def figure(token: Token) -> Any:
    """The first figure of a token as int (or float with a fraction); None without one."""
    match = FIGURE.search(token.text)
    if match is None:
        return None
    value = number(match.group())
    return int(value) if value == int(value) else value
