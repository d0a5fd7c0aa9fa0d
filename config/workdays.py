"""The official calendar: which days the State Council's yearly notice made rest days or make-up workdays."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from ruamel.yaml import YAML

FOLDER = Path(__file__).parent / "workdays"
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Calendar:
    """Rest days and make-up days of the years on file; other years count Monday to Friday, provisionally."""

    names: dict[date, str] = field(default_factory=dict)
    makeup: frozenset[date] = frozenset()
    notices: dict[int, str] = field(default_factory=dict)

    def knows(self, day: date) -> bool:
        """Whether an official notice for that year is on file; if not, answers about it are provisional."""
        return day.year in self.notices

    def is_workday(self, day: date) -> bool:
        return day in self.makeup or (day not in self.names and day.weekday() < 5)

    def rest_name(self, day: date) -> str:
        """Why nobody works: the holiday's name, or 周六/周日; empty on a workday."""
        if self.is_workday(day):
            return ""
        return self.names.get(day) or "周" + "一二三四五六日"[day.weekday()]


def read_year(path: Path) -> Calendar:
    """One yearly file: notice number, rest days by holiday name, make-up days."""
    data = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    rests = data["rest"].items()
    names = {start + DAY * n: name for name, (start, end) in rests for n in range((end - start).days + 1)}
    return Calendar(names, frozenset(data["makeup"]), {data["year"]: data["notice"]})


@lru_cache
def official() -> Calendar:
    """All years on file as one calendar."""
    years = [read_year(path) for path in sorted(FOLDER.glob("2*.yaml"))]
    return Calendar(
        {day: name for year in years for day, name in year.names.items()},
        frozenset(day for year in years for day in year.makeup),
        {number: notice for year in years for number, notice in year.notices.items()},
    )
