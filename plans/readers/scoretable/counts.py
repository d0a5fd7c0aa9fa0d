"""Counts and percentages in the levels of a clause as data; rules/score.py makes points of them."""

import re
from typing import Any

from plans.draft import LevelDraft

CHINESE = {char: value for value, char in enumerate("一二三四五六七八九十", 1)} | {"两": 2}
FIGURE = r"\d+|[一二两三四五六七八九十]"
UNIT = r"[次期场篇起件项个人户天日份例处条]"
PERIODS = {"每半年": 2, "每季度": 4, "每季": 4, "每月": 12, "每年": 1}
PERIOD = re.compile("|".join(PERIODS))
ABOVE = re.compile(rf"({FIGURE})({UNIT})(?:及|或|（含）)?以上|(?:至少|不少于|不低于)[^，、]{{0,6}}?({FIGURE})({UNIT})")
BELOW = re.compile(rf"(?:未达到?|未满|不足|不满|少于|低于)({FIGURE})({UNIT})|({FIGURE})({UNIT})以下")
ONLY = re.compile(rf"(?:(?:仅|只)[^，、]{{0,6}}?|^)({FIGURE})({UNIT})(?!及?以)")
EACH = re.compile(
    rf"(?:每)?(缺少|少|缺)[^，、]{{0,6}}?({FIGURE})({UNIT})|每(?:[^，、]{{0,10}}?)(?P<n>{FIGURE})(?P<u>{UNIT})"
)
PERCENT = re.compile(r"(\d+(?:\.\d+)?)%")
UNDER = re.compile(r"(?:低于|不足|未达到?|不到|少于)(\d+(?:\.\d+)?)%|(\d+(?:\.\d+)?)%以下")
METRIC = re.compile(r"^(.*?)(?:达到?|不低于|在|为|均|≥|>=)*\d")


def number(text: str) -> float:
    return float(CHINESE[text]) if text in CHINESE else float(text)


def conditions(
    levels: list[LevelDraft], full: LevelDraft, note: str
) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """The count and the rate a clause depends on, where its levels print them."""
    count = _count(levels, full)
    if count and note:
        count["condition"] = note
    return count, _rate(levels, full)


def _count(levels: list[LevelDraft], full: LevelDraft) -> dict[str, Any] | None:
    """The number asked for, the deduction for each one missing or found, or the bands below the full score."""
    found = _threshold(full.when)
    for level in levels:
        each = EACH.search(level.when)
        times = number(each[2] or each["n"]) if each else 0
        if each and times and isinstance(level.deduct, float):
            kind = "per_missing" if each[1] else "per_found"
            return _per_one({**found, "unit": each[3] or each["u"], kind: level.deduct / times}, levels)
    bands = _bands(levels, full, found) if found else []
    return {**found, "levels": bands} if bands else None


def _per_one(rule: dict[str, Any], levels: list[LevelDraft]) -> dict[str, Any] | None:
    """A deduction for each one, with what none at all earns; another end printed in figures is left to a person."""
    ends = [level.when for level in levels if level.score == 0]
    if not ends:
        return rule
    plain = all(re.search("未|没有", when) and not re.search(r"\d", when) for when in ends)
    return {**rule, "none": 0} if plain and "per_missing" in rule else None


def _threshold(words: str) -> dict[str, Any]:
    match = ABOVE.search(words)
    if not match:
        return {}
    least, unit = (match[1], match[2]) if match[1] else (match[3], match[4])
    period = PERIOD.search(words[: match.start() + 1]) or PERIOD.search(words)
    times = PERIODS[period.group()] if period else 1
    return {"at_least": number(least) * times, "unit": unit} | ({"period": "year"} if period else {})


def _bands(levels: list[LevelDraft], full: LevelDraft, found: dict[str, Any]) -> list[dict[str, float]]:
    """Scores by number, the highest first; a level whose number is not printed ends the row at none at all."""
    edge = float(found["at_least"])
    bands: list[dict[str, float]] = [{"at_least": edge, "score": full.score or 0}]
    for level in levels:
        only, below = ONLY.search(level.when), BELOW.search(level.when)
        if level is full or level.score is None:
            continue
        if only:
            bands.append({"at_least": number(only[1]), "below": edge, "score": level.score})
            edge = number(only[1])
        elif below or (level.score == 0 and re.search("未|没有", level.when)):
            bands.append({"below": number(below[1] or below[3]) if below else 1, "score": level.score})
    return bands if len(bands) > 1 else []


def _rate(levels: list[LevelDraft], full: LevelDraft) -> dict[str, Any] | None:
    """Percentage bands, each up to the one above it; nothing unless every printed percentage finds its place."""
    shown = [level for level in levels if PERCENT.search(level.when)]
    if len(shown) < 2 or full not in shown or any(level.score is None for level in shown):
        return None
    above = None
    bands: list[dict[str, float]] = []
    for level in sorted(shown, key=lambda one: -(one.score or 0)):
        edges, under = [float(one) for one in PERCENT.findall(level.when)], UNDER.search(level.when)
        if len(edges) > (1 if level is full else 2) or (above is not None and max(edges) > above):
            return None  # bands of several rates, or ones that overlap, leave the choice to a person
        if len(edges) == 2:
            bands.append({"at_least": min(edges), "below": max(edges), "score": level.score or 0})
        elif under:
            bands.append({"below": edges[0], "score": level.score or 0})
        else:
            below: dict[str, float] = {} if above is None else {"below": above}
            bands.append({"at_least": edges[0], **below, "score": level.score or 0})
        above = min(edges)
    metric = METRIC.match(full.when)
    name = metric.group(1) if metric else ""
    several = {"note": f"“{name}”须同时达到还是取平均值，原文未写明。"} if "、" in name else {}
    return {"metric": name, "levels": bands, **several}
