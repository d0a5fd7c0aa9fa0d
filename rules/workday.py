"""Working-day arithmetic over the official calendar (国务院办公厅 yearly notices), and whether a notice adds up."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations

from config.day_words import month_day, weekday_word
from config.workdays import DAY, Calendar

SEVEN = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")
FIXED = {"元旦": (1, 1), "劳动节": (5, 1), "国庆节": (10, 1)}


def on_or_before(day: date, calendar: Calendar) -> date:
    """The last workday not later than `day`."""
    while not calendar.is_workday(day):
        day -= DAY
    return day


def on_or_after(day: date, calendar: Calendar) -> date:
    """The first workday not earlier than `day`."""
    while not calendar.is_workday(day):
        day += DAY
    return day


def add(day: date, count: int, calendar: Calendar) -> date:
    """The `count`-th workday after `day` (before it when negative); `day` itself is not counted."""
    step = DAY if count > 0 else -DAY
    for _ in range(abs(count)):
        day += step
        while not calendar.is_workday(day):
            day += step
    return day


def between(start: date, end: date, calendar: Calendar) -> int:
    """Workdays after `start` up to and with `end`; negative when `end` lies before `start`."""
    if end < start:
        return -between(end, start, calendar)
    return sum(calendar.is_workday(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


def window(start: date, end: date, calendar: Calendar) -> list[date]:
    """The workdays from `start` to `end`, both included."""
    days = (start + timedelta(days=n) for n in range((end - start).days + 1))
    return [day for day in days if calendar.is_workday(day)]


@dataclass(frozen=True)
class Holiday:
    """Consecutive rest days; a holiday with a day in lieu elsewhere has two of them."""

    name: str
    start: date
    end: date
    announced_days: int | None = None

    @property
    def length(self) -> int:
        return (self.end - self.start).days + 1

    def has(self, day: date) -> bool:
        return self.start <= day <= self.end


def verdict(holidays: Sequence[Holiday], makeup: Sequence[date]) -> Iterator[tuple[str, list[str]]]:
    """Every check a notice must stand: the sentence that holds, and what speaks against it."""
    named = list(dict.fromkeys(one.name for one in holidays))
    yield "各节日的起止日期与所写的共几天相符。", [fault for name in named for fault in _length(holidays, name)]
    yield "七个节日齐全。", [f"没有读到{name}。" for name in SEVEN if not any(name in one.name for one in holidays)]
    yield "元旦、劳动节、国庆节当日都在放假期内。", _fixed(holidays)
    yield "各节日互不重叠。", [
        f"{one.name}与{other.name}的放假日期重叠。" for one, other in combinations(holidays, 2)
        if one.start <= other.end and other.start <= one.end
    ]
    yield f"调休上班{len(set(makeup))}天，都是周六、周日，且不在放假期内。", [
        *[f"{month_day(day)}是{weekday_word(day)}，不是周六、周日，不应为调休上班日。"
          for day in makeup if day.weekday() < 5],
        *[f"{month_day(day)}在{one.name}放假期内，又写为上班。" for day in makeup for one in holidays if one.has(day)],
    ]


def _length(holidays: Sequence[Holiday], name: str) -> list[str]:
    """Days in lieu may be counted alone or with the weekend before them: both sums are right."""
    parts = [one for one in holidays if one.name == name]
    told, whole = parts[0].announced_days, Holiday(name, parts[0].start, parts[-1].end)
    if told is None or told in (whole.length, sum(one.length for one in parts)):
        return []
    return [f"{name}：{month_day(whole.start)}至{month_day(whole.end)}是{whole.length}天，通知写作“共{told}天”。"]


def _fixed(holidays: Sequence[Holiday]) -> list[str]:
    """Three holidays have their day by law; a range without it was misread."""
    found = []
    for name, (month, day) in FIXED.items():
        parts = [one for one in holidays if name in one.name]
        if parts and not any(one.has(date(one.end.year, month, day)) for one in parts):
            found.append(f"{name}的放假日期不含{month}月{day}日。")
    return found


def differences(old: Calendar, new: Calendar, year: int) -> list[str]:
    """A sentence for every day of that year, and of the December before, that changes between work and rest."""
    first = date(year - 1, 12, 1)
    days = (first + timedelta(days=n) for n in range((date(year, 12, 31) - first).days + 1))
    turned = [day for day in days if old.is_workday(day) != new.is_workday(day)]
    return [f"{day}（{weekday_word(day)}）由{_turn(new.rest_name(day))}。" for day in turned]


def _turn(rest: str) -> str:
    return f"上班改为休息（{rest}）" if rest else "休息改为上班"
