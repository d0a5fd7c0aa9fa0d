"""A rehearsal's messages as a calendar, by week and by unit: who is told how much, and when nothing can be sent."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

DAY = timedelta(days=1)
Message = dict[str, Any]


@dataclass(frozen=True)
class Cell:
    """One day: how many messages to how many, why it is a rest day, whether it lies inside the rehearsal."""

    day: date
    messages: int
    people: int
    rest: str
    inside: bool

    @property
    def holiday(self) -> str:
        """The name of a rest day that is not simply a weekend."""
        return "" if self.rest.startswith("周") else self.rest


@dataclass(frozen=True)
class Month:
    """Weeks from Monday to Sunday; days of the neighbouring months are None."""

    year: int
    month: int
    weeks: list[list[Cell | None]]


@dataclass(frozen=True)
class Week:
    """A week's sums, and the unit that is asked most often in it."""

    monday: date
    messages: int
    asks: int
    units: int
    most: int
    busiest: str


@dataclass(frozen=True)
class Load:
    """What one unit gets over the whole rehearsal."""

    name: str
    told: bool
    messages: int
    asks: int
    most: int
    busiest: date | None


def by_day(messages: list[Message]) -> dict[date, list[Message]]:
    found: dict[date, list[Message]] = defaultdict(list)
    for one in messages:
        found[date.fromisoformat(one["day"])].append(one)
    return found


def months(result: dict[str, Any]) -> list[Month]:
    """The months of the rehearsal, from its first to its last day."""
    first, last = date.fromisoformat(result["from"]), date.fromisoformat(result["to"])
    days, rest = by_day(result["messages"]), result["rest"]

    def cell(day: date) -> Cell:
        told = days.get(day, [])
        return Cell(day, len(told), len({one["to"] for one in told}), rest.get(str(day), ""), first <= day <= last)

    found, start = [], first.replace(day=1)
    while start <= last:
        after = (start + 31 * DAY).replace(day=1)
        cells: list[Cell | None] = [None] * start.weekday()
        cells += [cell(start + n * DAY) for n in range((after - start).days)]
        cells += [None] * (-len(cells) % 7)
        weeks = [cells[n:n + 7] for n in range(0, len(cells), 7)]
        inside = [week for week in weeks if any(one and one.inside for one in week)]
        found.append(Month(start.year, start.month, inside))
        start = after
    return found


def _monday(one: Message) -> date:
    day = date.fromisoformat(one["day"])
    return day - day.weekday() * DAY


def weeks(messages: list[Message]) -> list[Week]:
    """Every week in which something is sent."""
    found: dict[date, list[Message]] = defaultdict(list)
    for one in messages:
        found[_monday(one)].append(one)
    made = []
    for monday, told in sorted(found.items()):
        units = Counter(one["to"] for one in told if one["unit"])
        name, most = units.most_common(1)[0] if units else ("", 0)
        made.append(Week(monday, len(told), sum(one["asks"] for one in told), len(units), most, name))
    return made


def loads(result: dict[str, Any]) -> list[Load]:
    """Every unit in the order of the directory."""
    mine: dict[str, list[Message]] = defaultdict(list)
    for one in result["messages"]:
        if one["unit"]:
            mine[one["to"]].append(one)
    return [_load(unit, mine[unit["name"]]) for unit in result["units"]]


def _load(unit: dict[str, Any], told: list[Message]) -> Load:
    per_week = Counter(_monday(one) for one in told)
    monday, most = per_week.most_common(1)[0] if per_week else (None, 0)
    return Load(unit["name"], unit["told"], len(told), sum(one["asks"] for one in told), most, monday)
