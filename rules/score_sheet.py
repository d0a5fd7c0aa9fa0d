"""A whole sheet of answers: what is open, where two scorers differ, what counts, what it adds up to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from models.words import ScoreResult
from rules.on_site import Line
from rules.score import Standing, standing

TEAM, SETTLED = "team", "settled"  # the sheet of a whole team; what its lead settled


class Found(Protocol):
    """An answer as it is kept."""

    @property
    def result(self) -> ScoreResult | None: ...
    @property
    def points(self) -> float | None: ...


Answers = Mapping[str, Found]


def answered(found: Found | None) -> bool:
    return found is not None and (found.result is not None or found.points is not None)


def unanswered(lines: Sequence[Line], answers: Answers) -> list[Line]:
    """The lines without an answer; “不适用” is one."""
    return [line for line in lines if not answered(answers.get(line.key))]


def revealed(scorers: int, finished: Sequence[str]) -> bool:
    """Whether the sheets may be seen by others: at once where the team fills in one, else when both are handed in."""
    return scorers == 1 or len(finished) >= scorers


def differences(lines: Sequence[Line], first: Answers, second: Answers) -> list[tuple[Line, Found, Found]]:
    """The lines two scorers answered otherwise: another result, or other points."""
    pairs = [(line, first.get(line.key), second.get(line.key)) for line in lines]
    return [
        (line, one, other) for line, one, other in pairs
        if one is not None and other is not None and (one.result, one.points) != (other.result, other.points)
    ]


def final(
    lines: Sequence[Line], found: Mapping[str, Answers], scorers: int, finished: Sequence[str]
) -> dict[str, Found]:
    """The answers that count, by line; of two sheets nothing counts before both are in and a difference is settled."""
    if scorers == 1:
        return dict(found.get(TEAM, {}))
    if not revealed(scorers, finished):
        return {}
    first, second = (found.get(key, {}) for key in finished[:2])
    apart = {line.key for line, _, _ in differences(lines, first, second)}
    return {key: one for key, one in first.items() if key not in apart} | dict(found.get(SETTLED, {}))


@dataclass(frozen=True)
class Sum:
    """One sheet: points where it has any, else how many lines came to what (方案不计分的，只计数)."""

    sheet: str
    standing: Standing | None
    counts: dict[ScoreResult, int]
    done: int
    items: int
    left_out: tuple[int, ...]
    torn: tuple[int, ...] = ()  # items some of whose standards cannot be read in the paper


def sums(lines: Sequence[Line], answers: Answers) -> list[Sum]:
    """What each sheet adds up to so far, in the order of the lines."""
    sheets = dict.fromkeys((line.sheet, line.scored) for line in lines)
    return [_sum(sheet, [line for line in lines if (line.sheet, line.scored) == (sheet, scored)], scored, answers)
            for sheet, scored in sheets]


def _sum(sheet: str, lines: Sequence[Line], scored: bool, answers: Answers) -> Sum:
    kept = {line.key: answers[line.key] for line in lines if answered(answers.get(line.key))}
    counts = {result: sum(one.result == result for one in kept.values()) for result in ScoreResult}
    left_out = tuple(line.no for line in lines if line.key in kept
                     and kept[line.key].result == ScoreResult.NOT_APPLICABLE)
    torn = tuple(line.no for line in lines if any(one.damaged for one in line.clauses))
    return Sum(sheet, whole(lines, kept) if scored else None, counts, len(kept), len(lines), left_out, torn)


def whole(lines: Sequence[Line], answers: Answers) -> Standing:
    """Raw points, the points that could be had, and their percentage, over every scored line answered so far."""
    scored = [line for line in lines if line.scored]
    points = {key: one.points for key, one in answers.items() if one.points is not None}
    left_out = [key for key, one in answers.items() if one.result == ScoreResult.NOT_APPLICABLE]
    return standing({line.key: line.worth for line in scored}, points, left_out)
