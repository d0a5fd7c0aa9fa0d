"""每…: how often something is owed, as an RFC 5545 rule; the rest of the phrase says on which day of the period."""

import re
from dataclasses import dataclass, replace
from datetime import date

from plans.grammar.lexicon import FIGURE, Token, figure, number
from rules.deadline import Offset, Unit, month_end

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MONTHS = {"year": "12", "half": "6,12", "quarter": "3,6,9,12"}
AFTER = {"year": "1", "half": "1,7", "quarter": "1,4,7,10"}
EDGE = re.compile(r"(首|第一个?|末|最后一?个?|第三个?|第二个?|次|下)(?:个)?月(?:份)?(?:的)?")
LABELS = {"year": "年", "half": "半年", "quarter": "季度", "month": "月", "week": "周", "day": "日", "ten": "旬"}
TAIL = re.compile(r"[,.C]*((?:(?:Y?M(?:[DEXB]|w)?|D|E|X|B|J|Q|H|W?w|n|W|s|,|F(?=,))[\-,]?)*)(L?)\.?((?:D|n|M)?)(I?)")


@dataclass(frozen=True, slots=True)
class Period:
    """A rule and what is unsure about it; `rrule` None means that the phrase names no period."""

    rrule: str | None
    because: str
    doubt: str = ""
    choices: tuple[str, ...] = ()
    offset: Offset | None = None  # counted from the end of each period


def period(tokens: list[Token], shape: str, at: int, text: str) -> Period:
    """The period named by the token at `at`, refined by what follows it."""
    unit, interval = _unit(tokens[at].text)
    if unit is None:
        return Period(None, "周期不确定", f"“{tokens[at].text}”不是确定的周期，请补录。")
    if unit == "week" and (day := _weekday(tokens[at].text)):
        return Period(_weekly(interval, day), f"每周{tokens[at].text[-1]}")
    match = TAIL.match(shape, at + 1)
    tail = tokens[match.start(1):match.end(1)] if match else []
    if match and match.group(3) and (match.group(4) or match.group(2)):
        found = _after_end(unit, tokens[match.start(3)], text)
        if found:
            return found
    named = _named(unit, tail, text[tokens[at].end:])
    if named and interval == 1:
        return named
    return _plain(unit, interval)


def _unit(text: str) -> tuple[str | None, int]:
    """Unit and interval of a word such as 每两周, 按季度, 逐月, 每半年."""
    if text == "按季":
        return "season", 1
    match = FIGURE.search(text)
    interval = int(number(match.group())) if match and not _weekday(text) and text[0] in "每" else 1
    if "半年" in text:
        return "half", 1
    if "半月" in text or "半个月" in text:
        return "fortnight", 1
    for sign, unit in (("季", "quarter"), ("工作日", "workday"), ("年", "year"), ("月", "month"), ("周", "week"),
                       ("星期", "week"), ("旬", "ten"), ("日", "day"), ("天", "day")):
        if sign in text and "学年" not in text:
            return unit, max(interval, 1)
    return None, 1


def _weekday(text: str) -> str:
    match = re.search(r"(?:周|星期)([一二三四五六日天])$", text)
    return WEEKDAYS["一二三四五六日".index(match.group(1).replace("天", "日"))] if match else ""


def _weekly(interval: int, days: str) -> str:
    return "FREQ=WEEKLY" + (f";INTERVAL={interval}" if interval > 1 else "") + (f";BYDAY={days}" if days else "")


def _plain(unit: str, interval: int) -> Period:
    every = f"每{interval}" if interval > 1 else "每"
    if unit == "season":
        return Period("FREQ=MONTHLY;INTERVAL=3", "按季，每三个月一次")
    if unit == "day":
        return Period("FREQ=DAILY" + (f";INTERVAL={interval}" if interval > 1 else ""), f"{every}日")
    if unit == "workday":
        return Period("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "每个工作日，以放假通知为准")
    if unit == "fortnight":
        return Period("FREQ=MONTHLY;BYMONTHDAY=15,-1", "每半月，以15日和月末为期")
    if unit == "week":
        return Period(_weekly(interval, ""), f"{every}周一次")
    if unit == "ten":
        return Period("FREQ=MONTHLY;BYMONTHDAY=10,20,-1", "每旬末")
    if unit == "month":
        more = f";INTERVAL={interval}" if interval > 1 else ""
        return Period(f"FREQ=MONTHLY{more};BYMONTHDAY=-1", f"{every}{'个' if more else ''}月，以月末为期")
    if interval > 1:
        count = interval * {"quarter": 3}.get(unit, 1)
        freq = "MONTHLY" if unit == "quarter" else "YEARLY"
        return Period(f"FREQ={freq};INTERVAL={count}", f"每{interval}{LABELS[unit]}一次，自起算事件起推")
    day = "31" if unit == "year" else "-1"
    name = LABELS[unit]
    return Period(f"FREQ=YEARLY;BYMONTH={MONTHS[unit]};BYMONTHDAY={day}", f"每{name}一期，以{name}末为期")


def _after_end(unit: str, token: Token, text: str) -> Period | None:
    """“每季度结束后10日内”: the day counts into the next period."""
    n = figure(token)
    if n is None or unit not in (*AFTER, "month"):
        return None
    head = f"FREQ=YEARLY;BYMONTH={AFTER[unit]}" if unit in AFTER else "FREQ=MONTHLY"
    words = f"每{LABELS[unit]}结束后{token.text}内，落在下一{LABELS[unit]}"
    if "工作日" in token.text:
        return replace(_plain(unit, 1), because=words, offset=Offset(n, Unit.WORKDAY))
    if "月" in token.text:
        return Period(f"FREQ=YEARLY;BYMONTH={n};BYMONTHDAY={month_end(2023, n).day}", words) if n <= 12 else None
    return Period(f"{head};BYMONTHDAY={n}", words) if n <= 31 else None


def _named(unit: str, tail: list[Token], rest: str) -> Period | None:
    """The day named inside the period: 每月5日前, 每年3月底, 每季度首月10日前, 每年6月和12月."""
    by = {token.letter: token for token in tail}
    if unit in MONTHS and (edge := EDGE.search(rest)):
        return _edge(unit, edge.group(1), by, rest[edge.end():])
    if unit == "month":
        return _in_month(tail, by)
    if unit == "week" and "w" in by:
        days = [_weekday(token.text) for token in tail if token.letter == "w"]
        return Period(_weekly(1, ",".join(days)), "每周固定日")
    months = [token for token in tail if token.letter == "M"]
    if unit in MONTHS and months:
        return _in_months(months, tail, by)
    if unit == "year" and ("J" in by or "B" in by or "Q" in by or "H" in by):
        return _fuzzy(by)
    return None


def _edge(unit: str, word: str, by: dict[str, Token], rest: str) -> Period:
    size = {"year": 12, "half": 6, "quarter": 3}[unit]
    nth = {"首": 1, "第一个": 1, "第一": 1, "第二个": 2, "第二": 2, "次": 1, "下": 1}.get(word, size)
    if word.startswith("第三"):
        nth = 3
    list_of = ",".join(str(first + nth) for first in range(0, 12, size))
    day = re.match(r"(\d+)[日号]", rest)
    where = f"每{LABELS[unit]}第{nth}个月"
    return Period(f"FREQ=YEARLY;BYMONTH={list_of};BYMONTHDAY={day.group(1) if day else -1}", where)


def _in_month(tail: list[Token], by: dict[str, Token]) -> Period | None:
    days = [str(figure(token)) for token in tail if token.letter == "D"]
    if days:
        doubt = "有的月份没有这一天，按当月最后一天计。" if any(int(day) > 28 for day in days) else ""
        return Period(f"FREQ=MONTHLY;BYMONTHDAY={','.join(days)}", f"每月{'、'.join(days)}日", doubt)
    if "X" in by:
        day = {"上": "10", "中": "20", "下": "-1"}[by["X"].text[0]]
        return Period(f"FREQ=MONTHLY;BYMONTHDAY={day}", f"每月{by['X'].text}，以旬末为期")
    if "B" in by:
        return Period("FREQ=MONTHLY;BYMONTHDAY=10", "每月初", "“月初”没有确切日期，暂按每月10日。", ("10日", "5日"))
    if "n" in by and "工作日" in by["n"].text:
        n = figure(by["n"]) or 1
        return Period(
            f"FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS={n}", f"每月第{n}个工作日",
            "第几个工作日随放假安排变动，逐期以放假通知为准。",
        )
    if "w" in by:
        nth = figure(by["W"]) if "W" in by else 1
        return Period(f"FREQ=MONTHLY;BYDAY={nth}{_weekday(by['w'].text)}", f"每月第{nth}个{by['w'].text}")
    return None


def _in_months(months: list[Token], tail: list[Token], by: dict[str, Token]) -> Period | None:
    numbers = [figure(token) for token in months]
    if any(n is None or not 1 <= n <= 12 for n in numbers):
        return None
    if "-" in by:  # 每年1月至3月: owed by the end of the span
        numbers = numbers[-1:]
    listed = ",".join(map(str, sorted(set(numbers))))
    if "D" in by:
        days = list(dict.fromkeys(str(figure(token)) for token in tail if token.letter == "D"))
        days = days[-1:] if "-" in by else days
        return Period(f"FREQ=YEARLY;BYMONTH={listed};BYMONTHDAY={','.join(days)}", f"每年{listed}月{'、'.join(days)}日")
    if "X" in by:
        day = {"上": "10", "中": "20", "下": "-1"}[by["X"].text[0]]
    else:
        ends = {month_end(2023, n).day for n in numbers}
        day = str(ends.pop()) if len(ends) == 1 and ends != {28} else "-1"
        day = "-1" if len(numbers) > 1 else day
    return Period(f"FREQ=YEARLY;BYMONTH={listed};BYMONTHDAY={day}", f"每年{listed}月，以月末（旬末）为期")


def _fuzzy(by: dict[str, Token]) -> Period:
    if "J" in by:
        doubt = "“年中”没有确切日期，暂按6月30日。"
        return Period("FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=30", "每年年中", doubt, ("06-30", "07-31"))
    if "B" in by:
        doubt = "“年初”没有确切日期，暂按3月31日。"
        return Period("FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=31", "每年年初", doubt, ("03-31", "01-31"))
    last = 3 * (figure(by["Q"]) or 1) if "Q" in by else (6 if by["H"].text[0] == "上" else 12)
    return Period(f"FREQ=YEARLY;BYMONTH={last};BYMONTHDAY={month_end(2023, last).day}", f"每年{last}月底")


def year_end(words: str, month: int = 12, doubt: str = "") -> Period:
    """A duty of the year without the word 每: 年度…, 年终…, 年中…."""
    day = date(2023, month, 1)
    return Period(f"FREQ=YEARLY;BYMONTH={month};BYMONTHDAY={month_end(2023, day.month).day}", words, doubt)
