"""A phrase under the reader's eyes: its cleaned text, its tokens and their shape."""

import re
from datetime import date

from config.workdays import Calendar
from plans.grammar.lexicon import Token, clean, figure, tokens
from rules.deadline import Deadline, Kind

UNREAD = re.compile(r"\d")
DATED = (Kind.FIXED, Kind.WINDOW, Kind.RELATIVE, Kind.RECURRING)
LEAD = re.compile(r"^(?:自|从|在|于|应当|应|须|必须|务必|要|请|按规定|一般)+")


class Phrase:
    """One phrase under the reader's eyes."""

    def __init__(self, phrase: str, ref: date, calendar: Calendar) -> None:
        self.phrase, self.ref, self.calendar = phrase, ref, calendar
        self.text = clean(phrase)
        found, _ = tokens(self.text)
        self.time = next((token.text for token in found if token.letter == "i"), None)
        self.tokens = [token for token in found if token.letter not in "iz" and not self._of_clock(token)]
        self.shape = "".join([token.letter for token in self.tokens])
        self.letters = frozenset(self.shape)

    def _of_clock(self, token: Token) -> bool:
        """“12时前”: the word belongs to the hour, not to the day."""
        return token.letter == "F" and bool(self.time) and self.text[:token.start].endswith(self.time or "-")

    def has(self, letters: str) -> bool:
        return not self.letters.isdisjoint(letters)

    def token(self, letter: str) -> Token | None:
        at = self.shape.find(letter)
        return self.tokens[at] if at >= 0 else None

    def before(self, token: Token) -> str:
        """The event in front of a token, without the words that lead to it."""
        words = re.split(r"[,。;:]", self.text[:token.start])[-1]
        return LEAD.sub("", words).strip("()内的")

    def _unread(self) -> bool:
        return any(token.letter == "." and UNREAD.search(token.text) for token in self.tokens)

    def make(self, kind: Kind, because: str, **more: object) -> Deadline:
        if self.has("S"):
            more.setdefault("ongoing", True)
        if self.has("R") and kind in (Kind.FIXED, Kind.RELATIVE, Kind.WINDOW):
            more["immediate"] = True
        if more.get("doubt") is None and kind in DATED and self._unread():
            more["doubt"] = "句中还有没有读出的数字，请核对。"
        more |= _amounts(self) | {"time": self.time}
        return Deadline(self.phrase, kind, because=because, **more)  # type: ignore[arg-type]


def _amounts(seen: Phrase) -> dict[str, object]:
    """Minimum counts and quotas, wherever they stand."""
    more: dict[str, object] = {}
    if token := seen.token("c"):
        more["min_count"] = figure(token)
    if token := seen.token("q"):
        more["quota"] = figure(token)
        more["quota_unit"] = re.sub(r"^个", "", re.split(r"\d+(?:\.\d+)?|[一二三四五六七八九十百两]+", token.text)[-1])
    return more
