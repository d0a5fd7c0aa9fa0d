"""Each kind of date expression, from 2024-06-30 to 十四五末, as its first and last day."""

import re
from datetime import date, timedelta

from config.day_words import WEEKDAYS
from config.workdays import DAY, Calendar
from plans.grammar.dates import WORD, Impossible, Reader, Span, the_day
from plans.grammar.festivals import MOVING_DAYS
from plans.grammar.lexicon import Token, figure
from rules.deadline import month_end

PERIODS = {"一": 2010, "二": 2015, "三": 2020, "四": 2025, "五": 2030}
FESTIVALS = {
    "国庆": (10, 1), "十一": (10, 1), "10.1": (10, 1), "元旦": (1, 1), "五一": (5, 1), "5.1": (5, 1), "劳动": (5, 1),
    "七一": (7, 1), "八一": (8, 1),
}
MOVING = {"春节": "春节", "农历": "春节", "中秋": "中秋", "端午": "端午", "清明": "清明"}


def _full(reader: Reader, by: dict[str, Token]) -> Span:
    text = by["s"].text.rstrip("日")
    parts = re.findall(r"\d+", text) if not text.isdigit() else [text[:4], text[4:6], text[6:]]
    reader.year, reader.month, day = map(int, parts)
    reader.year_given = True
    due = the_day(reader.year, reader.month, day)
    return reader.make(None, due, "D")


def _year_month(reader: Reader, by: dict[str, Token]) -> Span:
    reader.year, reader.month = map(int, re.findall(r"\d+", by["r"].text))
    reader.year_given = True
    due = month_end(reader.year, reader.month)
    return reader.make(due if "E" in by else due.replace(day=1), due, "E" if "E" in by else "M")


def _dotted(reader: Reader, by: dict[str, Token]) -> Span:
    reader.month, day = map(int, re.findall(r"\d+", by["o"].text))
    return reader.make(None, the_day(reader.year, reader.month, day), "D")


def _month(reader: Reader, by: dict[str, Token]) -> Span:
    month = reader.month_of(by["M"]) if "M" in by else reader.month
    year = reader.year
    if "D" in by:
        return reader.make(None, the_day(year, month, figure(by["D"])), "D")
    last = month_end(year, month)
    if "X" in by:
        word = by["X"].text
        first, end = {"上": 1, "中": 11, "下": 21}[word[0]], {"上": 10, "中": 20, "下": last.day}[word[-2]]
        return reader.make(last.replace(day=first), last.replace(day=end), "X")
    if "W" in by:
        return _week(reader, by, year, month)
    if "E" in by:
        return reader.make(last, last, "E")
    if "B" in by:
        tenth = last.replace(day=10)
        return reader.make(
            last.replace(day=1), tenth, "B", f"“月初”没有确切日期，暂按{tenth:%m-%d}。",
            str(tenth), str(last.replace(day=5)),
        )
    if "J" in by:
        mid = last.replace(day=15)
        return reader.make(None, mid, "B", f"“月中”没有确切日期，暂按{mid}。", str(mid), str(last.replace(day=20)))
    return reader.make(last.replace(day=1), last, "M")


def _week(reader: Reader, by: dict[str, Token], year: int, month: int) -> Span:
    """The week of the n-th Monday: it alone agrees with the missing holiday weeks of a printed schedule."""
    first = date(year, month, 1)
    monday = first + DAY * (-first.weekday() % 7)
    nth = figure(by["W"])
    if nth is None or by["W"].text.startswith("最后"):
        last = month_end(year, month)
        start = last - DAY * last.weekday()
    else:
        start = monday + timedelta(weeks=int(nth) - 1)
    if start.month != month:
        raise Impossible(f"{month}月没有第{nth}个星期一，请核对原文。")
    return reader.make(start, start + DAY * 6, "W")


def _day(reader: Reader, by: dict[str, Token]) -> Span:
    due = the_day(reader.year, reader.month, figure(by["D"]))
    return reader.make(None, due, "d")


def _quarter(reader: Reader, by: dict[str, Token]) -> Span:
    text = by["Q"].text
    nth = figure(by["Q"]) or (1 if text.startswith("首") else None)
    if nth is None:
        nth = (reader.ref.month + 2) // 3 + WORD.get(text[0], 0)
        if nth > 4:
            reader.year, nth = reader.year + 1, 1
    start = 1 if text.startswith("前") else 3 * nth - 2
    due = month_end(reader.year, 3 * nth)
    return reader.make(due if "E" in by else date(reader.year, start, 1), due, "E" if "E" in by else "Q")


def _half(reader: Reader, by: dict[str, Token]) -> Span:
    text = by["H"].text
    first, last = (1, 9) if "三季" in text else (1, 6) if text[0] in "上前" else (7, 12)
    due = month_end(reader.year, last)
    return reader.make(due if "E" in by else date(reader.year, first, 1), due, "E" if "E" in by else "H")


def _plan_period(reader: Reader, by: dict[str, Token]) -> Span:
    year = PERIODS[by["V"].text[1]]
    due = date(year, 12, 31)
    reader.year_given = True
    return reader.make(due if "E" in by else date(year - 4, 1, 1), due, "E" if "E" in by else "V")


def _end(reader: Reader, by: dict[str, Token]) -> Span:
    """年底, 月底, 季末, 年内: the end of the year, month or quarter of the reference day (or of the year given)."""
    text = by["E"].text
    last = 12
    if "Y" not in by and text.startswith("月"):
        last = reader.ref.month
        reader.year_given = True
    elif "Y" not in by and text.startswith("季"):
        last = (reader.ref.month + 2) // 3 * 3
    elif "Y" not in by and text.startswith("周"):
        return _this_week(reader, by)
    elif text == "期末":
        raise Impossible("没有写明是哪一期的期末，请补录。")
    due = month_end(reader.year, last)
    if text == "全年":
        return reader.make(date(reader.year, 1, 1), due, "V")
    doubt = f"“{text}”没有确切日期，暂按{due:%m-%d}。" if text in ("年终", "年尾", "岁末") and "Y" not in by else ""
    return reader.make(due, due, "E", doubt, *((str(due),) if doubt else ()))


def _begin(reader: Reader, by: dict[str, Token]) -> Span:
    """年初 and 月初 name no day; the first quarter's end (the tenth) is proposed."""
    year = reader.year
    if by["B"].text.startswith("月"):
        due = reader.ref.replace(day=10)
        return reader.make(due.replace(day=1), due, "B", f"“月初”没有确切日期，暂按{due:%m-%d}。", str(due))
    due = date(year, 3, 31)
    choices = (str(due), f"{year}-01-31", str(month_end(year, 2)))
    return reader.make(None, due, "B", f"“年初”没有确切日期，暂按{due}，请确定。", *choices)


def _middle(reader: Reader, by: dict[str, Token]) -> Span:
    due = date(reader.year, 6, 30)
    return reader.make(None, due, "B", f"“年中”没有确切日期，暂按{due}，请确定。", str(due), f"{reader.year}-07-31")


def _this_week(reader: Reader, by: dict[str, Token]) -> Span:
    token = by.get("k") or by.get("w") or by["E"]
    monday = reader.ref - DAY * reader.ref.weekday()
    if token.text[0] == "下":
        monday += DAY * 7
    elif token.text[0] == "上":
        monday -= DAY * 7
    reader.year_given = True
    if token.letter == "w":
        due = monday + DAY * WEEKDAYS.index(token.text[-1].replace("天", "日"))
        doubt = "" if token.text[0] in "本这下上" else f"“{token.text}”未写哪一周，暂按{due}。"
        return reader.make(None, due, "D", doubt, *((str(due), str(due + DAY * 7)) if doubt else ()))
    sunday = monday + DAY * 6
    doubt = f"“{token.text}”以周日{sunday}为止，也可能指周五{sunday - DAY * 2}。"
    return reader.make(None, sunday, "D", doubt, str(sunday), str(sunday - DAY * 2))


def _festival(reader: Reader, by: dict[str, Token]) -> Span:
    """Before a festival: the day before it. One that moves with the moon is looked up in the holiday notices."""
    name = next(key for key in (*FESTIVALS, *MOVING) if by["h"].text.startswith(key))
    given = reader.year_given
    for year in (reader.year, reader.year + (not given)):
        day = date(year, *FESTIVALS[name]) if name in FESTIVALS else _lunar(MOVING[name], year)
        if day and (given or day > reader.ref):
            rest = _first_rest(reader.calendar, day)
            doubt = f"暂按节日前一日计，也可能指放假首日{rest}之前。" if rest < day else ""
            return reader.make(None, day - DAY, "h", doubt, *((str(day - DAY), str(rest - DAY)) if doubt else ()))
    raise Impossible(f"不知道该年“{by['h'].text}”的日期，请补录。")


def _lunar(name: str, year: int) -> date | None:
    return next((date.fromisoformat(day) for day in MOVING_DAYS[name].split() if day.startswith(str(year))), None)


def _first_rest(calendar: Calendar, day: date) -> date:
    """The first rest day of the holiday that holds `day`."""
    while day - DAY in calendar.names:
        day -= DAY
    return day


def _today(reader: Reader, by: dict[str, Token]) -> Span:
    reader.year_given = True
    return reader.make(None, reader.ref + DAY * {"明": 1, "后": 2}.get(by["d"].text[0], 0), "D")


def _whole_year(reader: Reader, by: dict[str, Token]) -> Span:
    return reader.make(date(reader.year, 1, 1), date(reader.year, 12, 31), "Y")


READERS = [
    ("s", _full), ("r", _year_month), ("o", _dotted), ("h", _festival), ("M", _month), ("X", _month),
    ("Q", _quarter), ("H", _half), ("V", _plan_period), ("E", _end), ("B", _begin), ("J", _middle), ("D", _day),
    ("k", _this_week), ("w", _this_week),
    ("d", _today),
    ("Y", _whole_year),
]


def span_of(reader: Reader, tokens: list[Token]) -> Span:
    """First and last day of one date expression; raises Impossible for a day that does not exist."""
    by = {token.letter: token for token in tokens}
    reader.take_year(by)
    for letter, read in READERS:
        if letter in by:
            span = read(reader, by)
            span.parts = "".join(token.letter for token in tokens)
            return _weekday(span, by)
    raise Impossible("没有读出日期。")


def _weekday(span: Span, by: dict[str, Token]) -> Span:
    """A weekday printed beside a date must agree with it."""
    token = by.get("w")
    if (token is not None and "D" in by) or (token is not None and "s" in by):
        printed = token.text[-1].replace("天", "日")
        real = WEEKDAYS[span.due.weekday()]
        if printed != real:
            span.doubt = f"原文写周{printed}，{span.due}是周{real}，请核对。"
    return span
