"""A list looked through on site: measured against printed figures, every line answered, no points invented."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Result(StrEnum):
    """What a line comes to."""

    MET = "达标"
    PARTLY = "部分达标"
    NOT_MET = "未达标"
    NOT_APPLICABLE = "不适用"


@dataclass(frozen=True)
class Line:
    """One line of a list; `thresholds` as read: field, min or max, unit, condition."""

    no: int
    thresholds: Sequence[Mapping[str, Any]] = ()


def meets(threshold: Mapping[str, Any], value: float) -> bool:
    """Whether a measured value keeps to a printed least or greatest figure; the figure itself keeps to it."""
    return bool(threshold.get("min", value) <= value <= threshold.get("max", value))


def by_figures(line: Line, measured: Mapping[Any, float]) -> Result | None:
    """What the figures of a line come to; None while one that is not bound to a condition has not been measured."""
    judged = [meets(one, measured[one["field"]]) for one in line.thresholds if one["field"] in measured]
    open_ones = [one for one in line.thresholds if one["field"] not in measured and "condition" not in one]
    if not all(judged):
        return Result.NOT_MET
    return None if open_ones or not judged else Result.MET


def unanswered(lines: Sequence[Line], answers: Mapping[int, Result]) -> list[int]:
    """The lines without an answer; “不适用” is one."""
    return [line.no for line in lines if line.no not in answers]


def counted(answers: Mapping[int, Result]) -> dict[Result, int]:
    """How many lines of each result: a list without points gives a count, never a score."""
    return {result: Counter(answers.values())[result] for result in Result}
