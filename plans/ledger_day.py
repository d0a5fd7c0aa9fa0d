"""A day in the ways people type it into a sheet; what is no day, or not surely one, is said with how to write it."""

import re
import unicodedata
from datetime import date, timedelta

from plans.grammar.dates import Impossible, the_day

WRITE = "请写成{}这样的日期"
CLOCK = re.compile(r"(?:[T ]|(?<=日))([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?$")
FULL = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?")
PACKED = re.compile(r"(\d{4})(\d\d)(\d\d)")
SHORT_YEAR = re.compile(r"\d{1,2}[-/.年]\d{1,2}[-/.月]\d{1,2}[日号]?")
YEAR_LAST = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{4}")
NO_YEAR = re.compile(r"\d{1,2}[-/.月]\d{1,2}[日号]?")
SERIAL = re.compile(r"\d{5}(\.\d+)?")
FIRST_YEAR, LAST_YEAR = 2000, 2100
EPOCH = date(1899, 12, 30)  # day 0 of a sheet that counts days


class NoDay(Exception):
    """What is wrong with a text that should be a day, ending in what is expected."""


def read_day(text: str, today: date) -> date:
    """The day in a cell, not later than today; NoDay says what is wrong."""
    plain = CLOCK.sub("", re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip()).replace(" ", "")
    found = FULL.fullmatch(plain) or PACKED.fullmatch(plain)
    if found is None:
        raise NoDay(_why(text, plain, today))
    day = _real(text, *map(int, found.groups()))
    if day > today:
        raise NoDay(f"{day}晚于今天（{today}）；请填实际完成的日期")
    return day


def _real(text: str, year: int, month: int, day: int) -> date:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NoDay(f"“{text[:30]}”的年份{year}不对，{WRITE.format('2024-06-30')}")
    try:
        return the_day(year, month, day)
    except Impossible as error:
        if error.choices:
            last = date.fromisoformat(error.choices[0])
            why = f"{month}月只有{last.day}天" if day else "没有0日"
            raise NoDay(f"“{text[:30]}”不是日期（{why}），{WRITE.format(last)}") from None
        raise NoDay(f"“{text[:30]}”不是日期（没有{month}月），{WRITE.format(f'{year}-06-30')}") from None


def _why(text: str, plain: str, today: date) -> str:
    """Why a text is not surely a day."""
    expected = WRITE.format(today)
    if YEAR_LAST.fullmatch(plain):
        return f"“{text[:30]}”的年份在后，月日先后无法确定，{expected}"
    if SHORT_YEAR.fullmatch(plain):
        return f"“{text[:30]}”的年份只有两位，无法确定，{expected}"
    if NO_YEAR.fullmatch(plain):
        return f"“{text[:30]}”没有写年份，{expected}"
    if SERIAL.fullmatch(plain):
        day = EPOCH + timedelta(days=int(float(plain)))
        return f"“{text[:30]}”是数字（单元格日期格式丢失，可能是{day}），{WRITE.format(day)}"
    return f"“{text[:30]}”不是日期，{expected}"
