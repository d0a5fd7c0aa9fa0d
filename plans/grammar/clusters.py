"""Dates that stand together: ranges, lists, and what each takes over from the one before it."""

import re
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from plans.grammar.dates import Reader, Span, the_day
from plans.grammar.lexicon import Token, figure
from plans.grammar.parts import span_of
from rules.deadline import add_months

DATE = (
    r"(?:s|rE?|o|Y?Mw?(?:D|X|W|E|B|J)?|Y?[HQ]E?|Y[EBJ]?|VE?|[EBJ]|h|kE?|w|d|X|D)w?"
)
CLUSTER = re.compile(rf"[t-]?,?({DATE}(?:A?-{DATE})?(?:,+{DATE}(?:A?-{DATE})?)*)")
ITEM = re.compile(rf"({DATE})(?:A?-({DATE}))?")


@dataclass(slots=True)
class Cluster:
    """Dates written together, with what stands before and after them in the shape."""

    spans: list[Span]
    until: str
    tail: str
    begin: int
    end: int


def clusters(tokens: list[Token], shape: str, reader: Reader) -> list[Cluster]:
    """All dates of a phrase in groups; raises Impossible for a day that does not exist."""
    found = []
    for match in CLUSTER.finditer(shape):
        lead = shape[match.start()] if shape[match.start()] in "t-" else ""
        until = tokens[match.start()].text if lead else ""
        spans = [
            _item(reader, tokens, match.start(1) + item.start(), item) for item in ITEM.finditer(match.group(1))
        ]
        _share_day(spans, tokens[match.start(1):match.end(1)])
        _share_ends(spans)
        found.append(Cluster(spans, until, shape[match.end():match.end() + 2], match.start(), match.end()))
    return found


def _item(reader: Reader, tokens: list[Token], at: int, match: "re.Match[str]") -> Span:
    def cut(group: int) -> list[Token]:
        shift = at - match.start()
        return tokens[match.start(group) + shift:match.end(group) + shift]

    left = span_of(reader, cut(1))
    if match.group(2) is None:
        return left
    given, month = reader.year_given, reader.month
    right = span_of(reader, cut(2))
    if not given and reader.year_given:  # only the right side names the year
        reader.month = month
        left = _left_again(reader, cut(1), right.due)
    start, due = left.start or left.due, right.due
    doubt = left.doubt or right.doubt
    if start > due and "Y" not in right.parts:
        reader.year += 1
        due = add_months(due, 12)
    if start > due:
        doubt = f"起{start}晚于止{due}，请核对原文。"
        start = due
    return Span(start, due, right.grain, reader.year_given, doubt, left.choices or right.choices, range=True)


def _left_again(reader: Reader, tokens: list[Token], due: date) -> Span:
    """The left side of a range whose year stands only on its right: the same year, or the one before."""
    fresh = Reader(date(due.year, due.month, 1), reader.calendar)
    fresh.year_given = True
    span = span_of(fresh, tokens)
    if (span.start or span.due) > due:
        fresh = Reader(date(due.year - 1, due.month, 1), reader.calendar)
        fresh.year_given = True
        span = span_of(fresh, tokens)
    return span


def _share_day(spans: list[Span], tokens: list[Token]) -> None:
    """“4月、7月和10月的15日”: the day stands once, behind 的, and is meant for every month."""
    day = tokens[-1]
    apart = len(tokens) > 1 and day.letter == "D" and tokens[-2].letter == "M" and tokens[-2].end < day.start
    if apart and all(span.grain == "M" and not span.range for span in spans[:-1]):
        for span in spans[:-1]:
            span.due, span.start, span.grain = the_day(span.due.year, span.due.month, figure(day)), None, "D"


def _share_ends(spans: list[Span]) -> None:
    """“6月、9月和12月底”: the ending word of the last stands for all; later ones without a year never go back."""
    for before, after in pairwise(spans):
        if after.due < before.due and not after.range and "Y" not in after.parts:
            after.due = add_months(after.due, 12)
            after.start = after.start and add_months(after.start, 12)
