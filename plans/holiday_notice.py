"""The State Council's yearly holiday notice: read from its pasted text or a yearly file, and checked against itself."""

import re
from dataclasses import dataclass, field
from datetime import date
from itertools import zip_longest
from typing import Any
from unicodedata import category, normalize

from config.day_words import month_day, weekday_word
from config.workdays import DAY, LONGEST, parse, spans_of, year_of
from models.base import Rejected
from rules.workday import SEVEN, Holiday, differences, verdict

__all__ = ["Holiday", "NoticeYear", "as_yaml_data", "differences", "read_notice", "read_year_file"]

COUNTS = "零一二三四五六七八九十"
_NAME = r"(?:元旦|春节|清明|劳动节|端午|中秋|国庆)节?"
_WEEKDAY = r"(?:周|星期|礼拜)([一二三四五六日天])"
NOISE = re.compile(r"[\s*#_>]+")
TITLE = re.compile(r"国务院办公厅关于(20\d\d)年部分节假日安排的通知")
OPENING = re.compile(r"现将(20\d\d)年[^。]{0,60}?放假")
HEAD = re.compile(rf"({_NAME}(?:[、,和与及]{_NAME})*)(?::|(?=\d))")
CLOSING = re.compile(r"节假日期间|国务院办公厅")
NUMBER = re.compile(r"(国办发(?:明电)?)[〔\[(【](20\d\d)[〕\])】]第?(\d{1,3})号")
SIGNED = re.compile(r"国务院办公厅(20\d\d)年(\d{1,2})月(\d{1,2})日")
LONGER = re.compile(rf"延长(20\d\d)年({_NAME})假期至(\d{{1,2}})月(\d{{1,2}})日")
ASIDE = re.compile(r"(?<!日)\([^()]*\)")  # brackets after a day tell its weekday; others tell stories, some with dates


def _date_as(n: int) -> str:
    note = rf"(?:\((?P<note{n}>[^()]*)\)|(?P<bare{n}>(?:周|星期|礼拜)[一二三四五六日天]))?"
    return rf"(?:(?P<y{n}>\d{{4}})年)?(?:(?P<m{n}>\d{{1,2}})月)?(?P<d{n}>\d{{1,2}})日{note}"


TOKEN = re.compile(
    rf"(?P<span>{_date_as(1)}(?:[至到~—–―-]+{_date_as(2)})?)|(?P<since>起)|(?P<denied>不(?:放假|补休|上班))"
    rf"|(?P<rest>放假|补休|公休)|(?P<work>上班|补班)|(?P<days>共?(?P<count>\d{{1,3}}|[{COUNTS}])天)"
    r"|(?P<stop>[。;])"
)


@dataclass(frozen=True)
class NoticeYear:
    """A notice as read: `faults` forbid its use, `doubts` are for a person to confirm, `passed` held."""

    year: int
    notice_no: str
    holidays: tuple[Holiday, ...]
    makeup: tuple[date, ...]
    passed: tuple[str, ...]
    doubts: tuple[str, ...]
    faults: tuple[str, ...]


@dataclass
class _Page:
    """What has been read so far."""

    year: int
    notice_no: str = ""
    holidays: list[Holiday] = field(default_factory=list)
    makeup: list[date] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    weekdays: int = 0  # printed beside a day
    misprints: int = 0

    def close(self) -> NoticeYear:
        """The notice with its self-checks."""
        if self.weekdays and not self.misprints:
            self.passed.append(f"所写的{self.weekdays}处星期都与日历相符。")
        for holds, faults in verdict(self.holidays, self.makeup):
            self.faults += faults
            self.passed += [] if faults else [holds]
        if not self.notice_no:
            self.doubts.append("文中没有发文字号（国办发明电〔YYYY〕N号），请核对后补上。")
        days, said = (tuple(self.holidays), tuple(sorted(set(self.makeup)))), (self.passed, self.doubts, self.faults)
        return NoticeYear(self.year, self.notice_no, *days, *(tuple(dict.fromkeys(lines)) for lines in said))


def read_notice(text: str, notice_no: str = "") -> NoticeYear:
    """The notice in a pasted text; `notice_no` where the text lacks it. Rejected for anything else."""
    plain = NOISE.sub("", "".join(c for c in normalize("NFKC", text) if category(c) != "Cf"))
    title, opening = TITLE.search(plain), OPENING.search(plain)
    first = title or opening
    if first is None or "国务院" not in plain:
        raise Rejected("这不是国务院办公厅的年度放假通知：没有“关于20XX年部分节假日安排的通知”字样。")
    page = _Page(int(first[1]))
    if title and opening and title[1] != opening[1]:
        page.faults.append(f"标题是{title[1]}年，正文是{opening[1]}年。")
    if not title:
        page.doubts.append("文中没有标题，请确认是国务院办公厅的通知原文。")
    for name, body in _sections(plain[first.start():]):
        _Section(page, name).read(body)
    if not page.holidays:
        raise Rejected("通知中没有读到任何一个节日的放假日期，请粘贴全文。")
    _lengthen(page, plain)
    page.notice_no = notice_no or _number(plain)
    return page.close()


def _sections(plain: str) -> list[tuple[str, str]]:
    heads = list(HEAD.finditer(plain))
    ends = [head.start() for head in heads[1:]] + [len(plain)]
    found = []
    for head, end in zip(heads, ends, strict=False):
        names = [next(full for full in SEVEN if full.startswith(part[:2])) for part in re.findall(_NAME, head[1])]
        found.append(("、".join(names), CLOSING.split(plain[head.end():end])[0]))
    return found


def _number(plain: str) -> str:
    """The notice's number and the day it was signed; with a notice that lengthened a holiday, both."""
    numbers = list(dict.fromkeys(f"{kind}〔{year}〕{int(no)}号" for kind, year, no in NUMBER.findall(plain)))
    days = list(dict.fromkeys(f"{y}-{int(m):02}-{int(d):02}" for y, m, d in SIGNED.findall(plain)))
    dates = [f"（{day}）" for day in days[: len(numbers)]]
    return "；".join(number + day for number, day in zip_longest(numbers, dates, fillvalue=""))


def _lengthen(page: _Page, plain: str) -> None:
    """A second notice pasted along may lengthen a holiday; make-up days that fall into it are worked no more."""
    for year, name, month, day in LONGER.findall(plain):
        end = _valid(page, int(year), int(month), int(day))
        for n, old in enumerate(page.holidays):
            if end and old.name[:2] == name[:2] and 0 < (end - old.end).days < LONGEST:
                page.holidays[n] = Holiday(old.name, old.start, end)
                page.makeup = [one for one in page.makeup if not old.start <= one <= end]
                page.doubts.append(f"{old.name}按延长假期的通知延至{month_day(end)}，其间原定的上班日作废。")


def _valid(page: _Page, year: int, month: int, day: int) -> date | None:
    """The day, if there is one and the notice can speak of it: its own year, or the December before."""
    try:
        found = date(year, month, day)
    except ValueError:
        page.faults.append(f"“{year}年{month}月{day}日”不是有效日期。")
        return None
    if found.year == page.year or (found.year, found.month) == (page.year - 1, 12):
        return found
    page.faults.append(f"“{year}年{month}月{day}日”不属于{page.year}年的放假安排。")
    return None


class _Section:
    """One holiday's paragraph, read from left to right: days wait until a word says what they are."""

    def __init__(self, page: _Page, name: str) -> None:
        self.page, self.name = page, name
        self.waiting: list[tuple[date, date]] = []
        self.rest: list[tuple[date, date]] = []
        self.last: date | None = None
        self.announced: int | None = None

    def read(self, body: str) -> None:
        for token in TOKEN.finditer(ASIDE.sub("", body)):
            self._take(token)
        self._drop()
        self._close("周末连休" in body)

    def _take(self, token: re.Match[str]) -> None:
        match token.lastgroup:
            case "span":
                self._span(token)
            case "rest":
                self.rest, self.waiting = self.rest + self.waiting, []
            case "work":
                spans, self.waiting = self.waiting, []
                self.page.makeup += [a + DAY * n for a, z in spans for n in range((z - a).days + 1)]
            case "days" if self.announced is None:
                self.announced = COUNTS.index(token["count"]) if token["count"] in COUNTS else int(token["count"])
            case "since":  # “2月3日起正常上班” names no make-up day
                self.waiting = self.waiting[:-1]
            case "denied" | "stop":
                self._drop()

    def _drop(self) -> None:
        days, self.waiting = [month_day(start) for start, _ in self.waiting], []
        self.page.doubts += [f"{self.name}：{day}没有写明放假还是上班，未计入，请核对原文。" for day in days]

    def _span(self, token: re.Match[str]) -> None:
        start = self._day(token, 1, None)
        end = self._day(token, 2, start) if token["d2"] else start
        if start and end and 0 <= (end - start).days < LONGEST:
            self.waiting.append((start, end))
        elif start and end:
            self.page.faults.append(f"{self.name}：{month_day(start)}至{month_day(end)}先后颠倒或过长。")

    def _day(self, token: re.Match[str], n: int, after: date | None) -> date | None:
        month = int(token[f"m{n}"] or (self.last.month if self.last else 0))
        found = _valid(self.page, self._year(token[f"y{n}"], month, after), month, int(token[f"d{n}"]))
        self.last = found or self.last
        printed = re.search(_WEEKDAY, token[f"note{n}"] or token[f"bare{n}"] or "")
        if found and printed:
            self.page.weekdays += 1
            if weekday_word(found)[1] != printed[1].replace("天", "日"):
                self.page.misprints += 1
                self.page.faults.append(f"{self.name}：{month_day(found)}是{weekday_word(found)}，通知写作“{printed[0]}”。")
        return found

    def _year(self, printed: str | None, month: int, after: date | None) -> int:
        """The printed year; else that of the range's start, turning with the year; December of 元旦 is last year's."""
        if printed:
            return int(printed)
        if after:
            return after.year + (month < after.month == 12)
        return self.page.year - ("元旦" in self.name and month == 12)

    def _close(self, linked: bool) -> None:
        before = [(one.start, one.end) for one in self.page.holidays if one.name == self.name]
        if not self.rest:
            self.page.faults.append(f"{self.name}：没有读到放假日期。")
        elif before and before != self.rest:
            self.page.faults.append(f"{self.name}写了两次，日期不同。")
        elif not before:
            self.page.holidays += [Holiday(self.name, start, end, self.announced) for start, end in self.rest]
            if self.announced is None and not linked:
                self.page.doubts.append(f"{self.name}：没有写明共几天，请核对起止日期。")


def read_year_file(text: str) -> NoticeYear:
    """A yearly file in our own format, put to the same checks; Rejected says what is wrong with it."""
    try:
        data = parse(text)
        calendar, days = year_of(data), dict(data.get("days") or {})
    except (ValueError, TypeError) as error:
        raise Rejected(f"年度放假文件不合格式：{error}。") from None
    if not 2000 <= data["year"] < 2100:
        raise Rejected(f"“{data['year']}”不像是年份。")
    rests = [(str(name), span) for name, value in data["rest"].items() for span in spans_of(value)]
    holidays = [Holiday(name, start, end, days.get(name)) for name, (start, end) in rests]
    page = _Page(data["year"], data["notice"], holidays, sorted(calendar.makeup))
    for day in [*calendar.names, *calendar.makeup]:
        _valid(page, day.year, day.month, day.day)
    return page.close()


def as_yaml_data(notice: NoticeYear) -> dict[str, Any]:
    """The notice in the shape of a yearly file, for `config.workdays.write_year`."""
    spans: dict[str, list[list[date]]] = {}
    for one in notice.holidays:
        spans.setdefault(one.name, []).append([one.start, one.end])
    return {
        "year": notice.year,
        "notice": notice.notice_no or f"国务院办公厅关于{notice.year}年部分节假日安排的通知（文号待补）",
        "rest": {name: found[0] if len(found) == 1 else found for name, found in spans.items()},
        "days": {one.name: one.announced_days for one in notice.holidays if one.announced_days is not None},
        "makeup": list(notice.makeup),
    }
