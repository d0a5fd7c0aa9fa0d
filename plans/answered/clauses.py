"""The clauses of a score item with what was answered about one of them."""

import re
from collections.abc import Callable
from typing import Any

from plans.draft import ClauseDraft, LevelDraft
from plans.issued import Doubt
from plans.readers.scoretable.counts import number

FIGURE = re.compile(r"(?:补为|补记?|按|定为)?(\d{1,3}(?:\.\d{1,2})?)分?(?:（.*）)?$")
DEDUCT = re.compile(r"扣?(?P<low>\d{1,3}(?:\.\d{1,2})?)分?(?:[-－—–~～至到](?P<high>\d{1,3}(?:\.\d{1,2})?))?分?$")
WHEN = re.compile("“(.*?)(?:不得分)?”")


def figure_of(text: str) -> float | None:
    """The points an answer names."""
    hit = FIGURE.match(text)
    return number(hit[1]) if hit else None


def answered_clause(clause: ClauseDraft, kind: str, doubt: Doubt, answer: str) -> ClauseDraft:
    """The clause with its answer; as it was where the answer leaves it so."""
    return EFFECTS[kind](clause, doubt, answer) if kind in EFFECTS else clause


def _points(clause: ClauseDraft, doubt: Doubt, answer: str) -> ClauseDraft:
    """Points filled in make a clause of words that lost them; set apart, it counts nothing and nothing is guessed."""
    points = figure_of(answer)
    if points is None:
        return clause.model_copy(update={"points_guess": None})
    level = LevelDraft(when=clause.title, score=points)
    return clause.model_copy(
        update={"points": points, "points_guess": None, "damaged": False, "levels": clause.levels or [level]}
    )


def _veto(clause: ClauseDraft, doubt: Doubt, answer: str) -> ClauseDraft:
    return clause.model_copy(update={"count": {**(clause.count or {}), "veto": answer.removesuffix("不得分")}})


def _rate(clause: ClauseDraft, doubt: Doubt, answer: str) -> ClauseDraft:
    rate = {name: value for name, value in (clause.rate or {}).items() if name != "note"}
    return clause.model_copy(update={"rate": {**rate, "several": "each" if answer.startswith("各率") else "mean"}})


def _words(clause: ClauseDraft, doubt: Doubt, answer: str) -> ClauseDraft:
    """“……不得分” that says the contrary of what it means."""
    hit = WHEN.search(doubt.what)
    if not hit or not answer.startswith("没有"):
        return clause
    return _levels(clause, hit[1], lambda level: level.model_copy(update={"when": f"没有{level.when}"}))


def _deduction(clause: ClauseDraft, doubt: Doubt, answer: str) -> ClauseDraft:
    """A deduction greater than its clause, with the figure of the original."""
    hit, when = DEDUCT.match(answer), WHEN.search(doubt.what)
    if not hit or not when:
        return clause
    deduct: Any = (number(hit["low"]), number(hit["high"])) if hit["high"] else number(hit["low"])
    return _levels(clause, when[1], lambda level: level.model_copy(update={"deduct": deduct}))


def _levels(clause: ClauseDraft, when: str, change: Callable[[LevelDraft], LevelDraft]) -> ClauseDraft:
    levels = [change(level) if level.when == when else level for level in clause.levels]
    return clause.model_copy(update={"levels": levels})


EFFECTS: dict[str, Callable[[ClauseDraft, Doubt, str], ClauseDraft]] = {
    "points_missing": _points, "veto_scope": _veto, "rate": _rate, "text_defect": _words, "deduct_range": _deduction,
}


def replaced(clause: ClauseDraft, old: str, new: str) -> ClauseDraft:
    """The clause with words exchanged wherever they stand."""
    return ClauseDraft.model_validate(_exchanged(clause.model_dump(), old, new))


def _exchanged(node: Any, old: str, new: str) -> Any:
    if isinstance(node, dict):
        return {name: _exchanged(value, old, new) for name, value in node.items()}
    if isinstance(node, list):
        return [_exchanged(value, old, new) for value in node]
    return node.replace(old, new) if isinstance(node, str) else node
