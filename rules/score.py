"""Points of a score sheet: a clause by number, percentage or chosen level; a total without what does not apply."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from rules.veto import is_veto


class Level(Protocol):
    """One case of a clause: the points it earns, or what is taken off (a range leaves the amount to the scorer)."""

    @property
    def score(self) -> float | None: ...
    @property
    def deduct(self) -> float | tuple[float, float] | None: ...


class Clause(Protocol):
    """A part of an item with points of its own; `count` and `rate` are its figures as data."""

    @property
    def points(self) -> float | None: ...
    @property
    def levels(self) -> Sequence[Level]: ...
    @property
    def damaged(self) -> bool: ...
    @property
    def count(self) -> dict[str, Any] | None: ...
    @property
    def rate(self) -> dict[str, Any] | None: ...


@dataclass(frozen=True)
class Refusal:
    """Why no score was given, in a sentence for the clerk."""

    why: str


@dataclass(frozen=True)
class Total:
    """Raw points beside the points that could be had; `percent` is None where nothing applies."""

    raw: float
    base: float
    percent: float | None
    left_out: tuple[int, ...]


@dataclass(frozen=True)
class Standing:
    """How far a sheet has come: like `Total` for the items answered so far; `done` of `items` have an answer."""

    raw: float
    base: float
    percent: float | None
    done: int
    items: int

    @property
    def complete(self) -> bool:
        return self.done == self.items


Score = float | tuple[float, float] | Refusal


def score(
    clause: Clause, *, count: float | None = None, rate: float | None = None, level: int | None = None,
    deduct: float | None = None,
) -> Score:
    """The points of a clause: by number, by percentage, or by the level a person chose (from 1); a range of deductions
    gives the range of scores until the person says how much."""
    if clause.damaged or clause.points is None:
        return Refusal("原文残缺，不予计分。")
    if rate is not None and clause.rate:
        return _in_bands(clause.rate["levels"], rate)
    if count is not None and clause.count:
        return _by_count(clause.points, clause.count, count)
    if level is None or not 1 <= level <= len(clause.levels):
        return Refusal("请从标准所列情形中选择。")
    return _by_level(clause.points, clause.levels[level - 1], deduct)


def total(
    points: Mapping[int, float], scores: Mapping[int, float], not_applicable: Mapping[int, str]
) -> Total | Refusal:
    """The raw total and its percentage of what applies: `points` and `scores` by item number, `not_applicable` with the
    reason of each. No item is left out silently."""
    unknown = sorted({*scores, *not_applicable} - set(points))
    both = sorted(set(scores) & set(not_applicable))
    missing = sorted(set(points) - set(scores) - set(not_applicable))
    over = [no for no, got in scores.items() if no in points and not 0 <= got <= points[no]]
    bare = [no for no, reason in not_applicable.items() if not reason.strip()]
    for numbers, why in (
        (unknown, "不在打分表中"), (both, "既有得分又列为不适用"), (missing, "尚未打分"), (over, "得分超出该项分值"),
        (bare, "列为不适用，须写明理由"),
    ):
        if numbers:
            return Refusal(f"第{'、'.join(map(str, numbers))}项{why}。")
    base, raw = sum(points[no] for no in scores), sum(scores.values())
    return Total(raw, base, round(raw / base * 100, 2) if base else None, tuple(sorted(not_applicable)))


def worth(points: float | None, clauses: Sequence[Clause]) -> float:
    """The most an item can earn: its printed points, less what no readable clause gives (a damaged one gives none).

    Clauses that add up to more than the item earn no more than the item (原文第1项分值7分，所列标准合计8分).
    """
    if points is None:
        return 0.0
    given = [clause.points or 0.0 for clause in clauses if not clause.damaged and not is_veto(clause)]
    return min(points, sum(given)) if given or any(one.damaged for one in clauses) else points


def exact(points: float) -> float:
    """Points as people count them: what tenths leave over in a machine is no difference."""
    return round(points, 6)


def standing(worths: Mapping[str, float], scores: Mapping[str, float], left_out: Collection[str]) -> Standing:
    """The running total by item key; items without an answer count neither as points nor as points to be had."""
    got = {key: scores[key] for key in worths if key in scores and key not in left_out}
    base, raw = exact(sum(worths[key] for key in got)), exact(sum(got.values()))
    done = len(got) + len(set(left_out) & set(worths))
    return Standing(raw, base, round(raw / base * 100, 2) if base else None, done, len(worths))


def _by_count(points: float, rule: dict[str, Any], count: float) -> Score:
    if "levels" in rule:
        return _in_bands(rule["levels"], count)
    if count == 0 and "none" in rule:
        return float(rule["none"])
    if "per_found" in rule:
        return float(max(0.0, points - rule["per_found"] * count))
    if "per_missing" in rule and "at_least" in rule:
        return float(max(0.0, points - rule["per_missing"] * max(0.0, rule["at_least"] - count)))
    return Refusal("原文没有写明应达到的数目。")


def _in_bands(bands: list[dict[str, float]], value: float) -> Score:
    for band in bands:
        if band.get("at_least", value) <= value and ("below" not in band or value < band["below"]):
            return band["score"]
    return Refusal(f"原文没有写{value:g}如何计分。")


def _by_level(points: float, level: Level, deduct: float | None) -> Score:
    if level.score is not None:
        return level.score
    low, high = level.deduct if isinstance(level.deduct, tuple) else (level.deduct, level.deduct)
    if low is None or high is None:
        low, high = 0.0, points
    if deduct is None:
        worst, best = max(0.0, points - high), max(0.0, points - low)
        return worst if worst == best else (worst, best)
    if not low <= deduct <= high:
        return Refusal(f"扣分应在{low:g}至{high:g}分之间，不能扣{deduct:g}分。")
    return max(0.0, points - deduct)
