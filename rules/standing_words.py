"""How units stand, put in words and in order: percentages, half-years, whom figures propose to praise or to name."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from models.base import Rejected

MARKS = "一二三四五六七八九十"
MOST_NAMED = 3


@dataclass(frozen=True)
class Half:
    """One half of a year, both days counted."""

    year: int
    second: bool

    @property
    def key(self) -> str:
        return f"{self.year}-H{2 if self.second else 1}"

    @property
    def words(self) -> str:
        return f"{self.year}年{'下' if self.second else '上'}半年"

    @property
    def first(self) -> date:
        return date(self.year, 7 if self.second else 1, 1)

    @property
    def last(self) -> date:
        return date(self.year, 12, 31) if self.second else date(self.year, 6, 30)


def half_of(day: date) -> Half:
    return Half(day.year, day.month > 6)


def half_with(half: Half, steps: int) -> Half:
    """The half-year so many after this one, or before it when negative."""
    year, second = divmod(half.year * 2 + half.second + steps, 2)
    return Half(year, bool(second))


def half_named(key: str) -> Half:
    """A half-year by its key (2024-H2)."""
    year, _, part = key.partition("-H")
    if not re.fullmatch(r"20\d\d", year, re.ASCII) or part not in ("1", "2"):
        raise Rejected("请选择评估时段。")
    return Half(int(year), part == "2")


def share_words(share: float | None) -> str:
    """A share as it is printed: 87.5%; a dash where nothing was to be judged."""
    return "—" if share is None else f"{share:.1%}"


def points_words(points: float | None) -> str:
    """Points as people write them: 92.5."""
    return "—" if points is None else f"{points:g}"


def mark(n: int) -> str:
    """The heading of the n-th part, counted from 1: （一）, （十一）."""
    tens, ones = divmod(n, 10)
    if not tens:
        return f"（{MARKS[n - 1]}）"
    said = MARKS[tens - 1] * (tens > 1) + MARKS[9] + (MARKS[ones - 1] if ones else "")
    return f"（{said}）"


def listed(text: str) -> list[str]:
    """Typed text as paragraphs, empty lines left out."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def best(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Whom the figures propose to praise: something judged, all of it on time, nothing overdue; the most done first."""
    good = [row for row in rows if row["judged"] and row["on_time"] == row["judged"] and not row["overdue"]]
    return sorted(good, key=lambda row: (-_done(row), -(row["points"] or 0)))[:MOST_NAMED]


def worst(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Whom the figures propose to name: something overdue or handed in late; the most overdue first."""
    bad = [row for row in rows if row["overdue"] or row["on_time"] < row["judged"]]
    return sorted(bad, key=lambda row: (-row["overdue"], row["on_time"] / (row["judged"] or 1)))[:MOST_NAMED]


def _done(row: dict[str, Any]) -> float:
    return float(row["done"] / row["total"]) if row["total"] else 0.0
