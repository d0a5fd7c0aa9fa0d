"""Days and moments in English, and the Chinese dates that stand within sentences."""

import re
from datetime import date, datetime

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAY = r"(?:(?P<year>\d{4})年)?(?P<month>1[0-2]|0?[1-9])月(?P<day>3[01]|[12]\d|0?[1-9])日"
WEEKDAY = r"(?:[（(]?(?:周|星期)(?P<weekday>[一二三四五六日天])[）)]?)"
PRINTED = re.compile(rf"{DAY}{WEEKDAY}?(?P<clock> \d\d:\d\d)?|(?P<only>{WEEKDAY.replace('weekday', 'alone')})")
MONTH = re.compile(r"(?:(?P<year>\d{4})年)?(?P<month>1[0-2]|0?[1-9])月")
SPAN = re.compile(r"(\d+(?:\.\d+)?)(个工作日|自然日|日|天|周|个月|年|个小时|小时)(?:之?内)?")
UNITS = {"个工作日": "workday", "自然日": "calendar day", "日": "day", "天": "day", "周": "week", "个月": "month",
         "年": "year", "个小时": "hour", "小时": "hour"}
YEAR = re.compile(r"(\d{4})年")


def day_in_english(day: date, year: bool) -> str:
    """Mon 10 Aug, with the year when asked."""
    return f"{DAYS[day.weekday()]} {short_in_english(day, year)}"


def short_in_english(day: date, year: bool) -> str:
    return f"{day.day} {MONTHS[day.month - 1]}" + (f" {day.year}" if year else "")


def moment_in_english(local: datetime, year: bool) -> str:
    """10 Aug 09:00 of a moment already in the office's zone."""
    return f"{short_in_english(local.date(), year)} {local:%H:%M}"


def date_said(text: str) -> str | None:
    """A Chinese day, weekday, month, year or span of time standing alone, in English; None for anything else."""
    if found := PRINTED.fullmatch(text):
        return _day_said(found)
    if found := MONTH.fullmatch(text):
        return f"{MONTHS[int(found['month']) - 1]}" + (f" {found['year']}" if found["year"] else "")
    if found := YEAR.fullmatch(text):
        return found[1]
    if found := SPAN.fullmatch(text):
        return f"{found[1]} {UNITS[found[2]]}{'' if found[1] == '1' else 's'}"
    return None


def months_said(text: str) -> str | None:
    """The names of months given by number (8, or 6、12); None for anything else."""
    numbers = text.split("、")
    if not all(number.isascii() and number.isdecimal() and 1 <= int(number) <= 12 for number in numbers):
        return None
    return ", ".join(MONTHS[int(number) - 1] for number in numbers)


def _day_said(found: re.Match[str]) -> str:
    if found["only"]:
        return _weekday(found["alone"])
    weekday = f"{_weekday(found['weekday'])} " if found["weekday"] else ""
    year = f" {found['year']}" if found["year"] else ""
    return f"{weekday}{int(found['day'])} {MONTHS[int(found['month']) - 1]}{year}{found['clock'] or ''}"


def _weekday(char: str) -> str:
    return DAYS["一二三四五六日".index("日" if char == "天" else char)]
