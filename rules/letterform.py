"""What the blank form of a letter printed with a plan says: its title, how its number is written, days to answer."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from models.base import Rejected
from rules.numbering import check_pattern

OPINION = re.compile(r"(?:意见书|建议书)(?:[（(].*[）)])?$")
DAYS = re.compile(r"(\d{1,3}|[一二三四五六七八九十]{1,3})(个?工作)?[日天]")
BLANK = "×xXＸ*＊○_＿{}"
DIGITS = "零一二三四五六七八九"
USUAL_DAYS = 30


@dataclass(frozen=True)
class LetterForm:
    """A letter of opinion as a plan prints it: `days` to answer, counted from the day it was received."""

    title: str
    pattern: str = ""
    days: int = USUAL_DAYS
    workdays: bool = False
    signed_by: str = ""

    @property
    def span(self) -> str:
        """The limit as it is written: 30日, 10个工作日."""
        return f"{self.days}{'个工作日' if self.workdays else '日'}"


def opinion_form(letters: Iterable[Mapping[str, Any]]) -> LetterForm | None:
    """The first form of a plan that tells a unit what was found and asks for an answer; none where there is none."""
    for one in letters:
        if OPINION.search(str(one.get("title", ""))):
            limit = DAYS.search(str(one.get("limit") or one.get("limit_text") or ""))
            return LetterForm(
                title=one["title"], pattern=pattern_of(str(one.get("number", ""))),
                days=_number(limit[1]) if limit else USUAL_DAYS, workdays=bool(limit and limit[2]),
                signed_by=str(one.get("signed_by", "")),
            )
    return None


def pattern_of(printed: str) -> str:
    """鲁政行监字〔××〕×号 as a pattern for numbers; empty where the print cannot be read as one."""
    words = re.split(r"[〔\[（(【［]", printed)[0].strip()
    pattern = f"{words}〔{{year}}〕{{n}}号"
    try:
        check_pattern(pattern)
    except Rejected:
        return ""
    return "" if not words or set(words) & set(BLANK) else pattern


def _number(text: str) -> int:
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    return (DIGITS.find(tens) if tens else 1) * 10 * bool(ten) + (DIGITS.find(ones) if ones else 0)
