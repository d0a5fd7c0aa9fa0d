"""The items of a score table with what was answered about one of them: number, title, points, units, criteria."""

import re
from collections.abc import Callable

from plans.answered.clauses import answered_clause, figure_of, replaced
from plans.answered.said import LEAVE, NOTHING, quoted
from plans.issued import Doubt
from plans.readers.scoretable.checks import COUNTIES
from plans.readers.scoretable.clauses import parse
from plans.readers.scoretable.sheet import ScoreItem
from plans.readers.scoretable.units import read_units

NUMBER = re.compile(r"第?(\d{1,3})项?$")


def answer_item(item: ScoreItem, part: int, kind: str, doubt: Doubt, answer: str) -> None:
    """Put an answer into effect on its item, or on its clause of that place (from 1); some only judge."""
    if part:
        if part <= len(item.clauses):
            item.clauses[part - 1] = answered_clause(item.clauses[part - 1], kind, doubt, answer)
    elif kind in EFFECTS and answer != LEAVE:
        EFFECTS[kind](item, doubt, answer)


def set_cells(item: ScoreItem, units: str, criteria: str) -> None:
    """Units and criteria taken from other cells."""
    set_units(item, units)
    set_criteria(item, criteria)


def set_units(item: ScoreItem, text: str) -> None:
    read = read_units(text)
    item.units, item.classes = read.names, read.classes


def set_criteria(item: ScoreItem, text: str) -> None:
    """Criteria read anew; how they are checked follows them where they say it."""
    before = item.read.method
    item.criteria, item.read = text, parse(text, item.points)
    if item.read.method or (before and item.method == before):
        item.method = item.read.method


def _number(item: ScoreItem, doubt: Doubt, answer: str) -> None:
    if hit := NUMBER.match(answer):
        item.no = int(hit[1])


def _title(item: ScoreItem, doubt: Doubt, answer: str) -> None:
    item.title = answer


def _points(item: ScoreItem, doubt: Doubt, answer: str) -> None:
    """Points; a cell that only deducts is one clause worth as much as the item."""
    points = figure_of(answer)
    if points is None:
        return
    item.points = points
    if "分项合计" not in answer and not any(clause.points for clause in item.clauses):
        item.read = parse(item.criteria, points)


def _mismatch(item: ScoreItem, doubt: Doubt, answer: str) -> None:
    if answer.startswith("按分项合计"):
        item.points = item.read.total


def _units(item: ScoreItem, doubt: Doubt, answer: str) -> None:
    if answer not in NOTHING:
        set_units(item, answer)


def _spelled(item: ScoreItem, doubt: Doubt, answer: str) -> None:
    """Names as completed, or just as printed."""
    item.units = answer.split("、")


def _scope(item: ScoreItem, doubt: Doubt, answer: str) -> None:
    if answer.startswith("改为"):
        item.units = [name if name.startswith(COUNTIES) else f"{COUNTIES}{name}" for name in item.units]


def _criteria(item: ScoreItem, doubt: Doubt, answer: str) -> None:
    set_criteria(item, answer)


def _words(item: ScoreItem, doubt: Doubt, answer: str) -> None:
    """A foreign word left by a conversion: exchanged, struck out, or left."""
    old, new = quoted(doubt.what), new_words(answer)
    if new is not None:
        item.title, item.criteria = item.title.replace(old, new), item.criteria.replace(old, new)
        item.read.clauses[:] = [replaced(clause, old, new) for clause in item.clauses]


def new_words(answer: str) -> str | None:
    """What takes a foreign word's place; None where it stays."""
    return "" if answer == "删去" else quoted(answer) if answer.startswith("改为") else None


EFFECTS: dict[str, Callable[[ScoreItem, Doubt, str], None]] = {
    "number_missing": _number, "number_gap": _number, "task_missing": _title, "points_missing": _points,
    "points_conflict": _points, "points_mismatch": _mismatch, "units_missing": _units, "units_short": _spelled,
    "unit_scope": _scope, "criteria_missing": _criteria, "text_defect": _words,
}
