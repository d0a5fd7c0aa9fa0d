"""A holiday notice as a person hands it in: read, its own checks told, and what is on file year by year."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from config.workdays import DAY, Calendar
from models.base import Rejected
from plans.holiday_notice import NoticeYear, read_notice, read_year_file


def read_any(text: str, number: str = "") -> NoticeYear:
    """A yearly file of our own is told by its key; anything else is taken for the notice's text."""
    return read_year_file(text) if re.search(r"^rest:", text, re.MULTILINE) else read_notice(text, number)


def checks_of(notice: NoticeYear) -> list[dict[str, str]]:
    """What a notice says of itself, check by check."""
    groups = {"相符": notice.passed, "请确认": notice.doubts, "不符": notice.faults}
    return [{"result": result, "words": words} for result, lines in groups.items() for words in lines]


def refuse_faulty(notice: NoticeYear) -> None:
    """A notice that contradicts itself is never written."""
    if notice.faults:
        raise Rejected(f"{notice.year}年放假通知有{len(notice.faults)}处不符，未写入；请对照原文更正后再载入。")


@dataclass(frozen=True)
class YearOnFile:
    """A year's notice, its holidays from first to last day, its make-up days."""

    year: int
    notice: str
    rests: list[tuple[str, date, date]]
    makeup: list[date]


def years_on_file(calendar: Calendar) -> list[YearOnFile]:
    """Every year with a notice, newest first."""
    return [
        YearOnFile(
            year, calendar.notices[year], _spans(calendar, year),
            sorted(day for day in calendar.makeup if day.year == year),
        )
        for year in sorted(calendar.notices, reverse=True)
    ]


def _spans(calendar: Calendar, year: int) -> list[tuple[str, date, date]]:
    """Days of one name in a row as one span."""
    spans: list[tuple[str, date, date]] = []
    for day, name in sorted(calendar.names.items()):
        if day.year != year:
            continue
        if spans and spans[-1][0] == name and spans[-1][2] + DAY == day:
            spans[-1] = (name, spans[-1][1], day)
        else:
            spans.append((name, day, day))
    return spans


def missing_years(calendar: Calendar, today: date, running: Iterable[int]) -> list[int]:
    """From this year to the last one that a limit or the next plan leans on: those without a notice."""
    last = max(today.year + 1, *running, today.year)
    return [year for year in range(today.year, last + 1) if year not in calendar.notices]
