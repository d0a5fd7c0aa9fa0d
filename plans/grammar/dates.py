"""What a date expression covers, and what the next one takes over from it: the year and the month."""

import re
from dataclasses import dataclass
from datetime import date

from config.workdays import Calendar
from plans.grammar.lexicon import Token, figure, number
from rules.deadline import add_months, month_end

WORD = {"今": 0, "本": 0, "当": 0, "明": 1, "后": 1, "次": 1, "翌": 1, "来": 1, "下": 1, "去": -1, "上": -1}


class Impossible(Exception):
    """A date the calendar does not have; `choices` are the days it may mean."""

    def __init__(self, sentence: str, choices: tuple[str, ...] = ()) -> None:
        self.sentence, self.choices = sentence, choices


@dataclass(slots=True)
class Span:
    """What one date expression covers. `point` marks a single day; `grain` the letter of its finest part."""

    start: date | None
    due: date
    grain: str
    year_given: bool
    doubt: str = ""
    choices: tuple[str, ...] = ()
    range: bool = False
    parts: str = ""


def the_day(year: int, month: int, day: int) -> date:
    """A date, or Impossible with the month's end as a suggestion."""
    if not 1 <= month <= 12:
        raise Impossible(f"没有{month}月，请核对原文。")
    last = month_end(year, month)
    if not 1 <= day <= last.day:
        raise Impossible(f"{year}年{month}月没有{day}日，是否为{month}月{last.day}日？", (last.isoformat(),))
    return date(year, month, day)


class Reader:
    """Reads date expressions one after the other: a later one takes the year and month it lacks from the one before."""

    def __init__(self, ref: date, calendar: Calendar) -> None:
        self.ref, self.calendar = ref, calendar
        self.year, self.month = ref.year, ref.month
        self.year_given = False

    def take_year(self, by: dict[str, Token]) -> None:
        token = by.get("Y")
        if token is None:
            return
        self.year_given = True
        first = token.text[0]
        if first in WORD:
            self.year = self.ref.year + WORD[first]
        else:
            value = int(number(re.match(r"\d+|[^年]+", token.text).group()))  # type: ignore[union-attr]
            self.year = value if value > 99 else 2000 + value

    def month_of(self, token: Token) -> int:
        """The month a word names; 本月 and 次月 are counted from the reference day."""
        if token.text[0] in WORD and figure(token) is None:
            day = add_months(self.ref.replace(day=1), WORD[token.text[0]])
            self.year, self.month, self.year_given = day.year, day.month, True
        else:
            self.month = figure(token)
            the_day(self.year, self.month, 1)
        return self.month

    def make(self, start: date | None, due: date, grain: str, doubt: str = "", *choices: str) -> Span:
        return Span(start, due, grain, self.year_given, doubt, choices)
