"""Which week or month a digest is about, and on which day it is made."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from config.workdays import Calendar
from models.paper_words import PaperKind
from rules.workday import on_or_after

WEEK, MONTH = "week", "month"
KINDS = {WEEK: PaperKind.DIGEST_WEEK, MONTH: PaperKind.DIGEST_MONTH}
ONE = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """The days of a digest, both counted; `key` names the period ("2020-W33", "2020-08"), `word` it (本周, 本月)."""

    kind: str
    key: str
    first: date
    last: date
    ahead: date  # the last day of the period after it
    word: str
    next_word: str

    @property
    def subject(self) -> str:
        return f"{self.kind}:{self.key}"

    @property
    def words(self) -> str:
        """2020年8月10日至16日."""
        month = "" if self.first.month == self.last.month else f"{self.last.month}月"
        year = "" if self.first.year == self.last.year else f"{self.last.year}年"
        return f"{self.first.year}年{self.first.month}月{self.first.day}日至{year}{month}{self.last.day}日"


def week_before(day: date) -> Span:
    """The ISO week before the one in which `day` lies."""
    first = day - timedelta(days=day.weekday() + 7)
    year, week, _ = first.isocalendar()
    return Span(WEEK, f"{year}-W{week:02d}", first, first + 6 * ONE, first + 13 * ONE, "本周", "下周")


def month_before(day: date) -> Span:
    """The calendar month before the one in which `day` lies."""
    last = day.replace(day=1) - ONE
    end = day.replace(day=monthrange(day.year, day.month)[1])
    return Span(MONTH, f"{last:%Y-%m}", last.replace(day=1), last, end, "本月", "下月")


def told_on(span: Span, calendar: Calendar) -> date:
    """The first workday after the period: nothing is made or sent on a rest day."""
    return on_or_after(span.last + ONE, calendar)
