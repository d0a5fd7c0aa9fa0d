"""Dates and year words moved by whole years; what stays, and what a leap year takes, is told and never guessed."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from plans.weeks import Finding, FindingKind, days

DIGITS = "〇一二三四五六七八九"
TO_FIGURES = str.maketrans(DIGITS + "○零", "0123456789" + "00")
YEAR = r"(?<!\d)(?:\d{4}|[〇○零一二三四五六七八九]{4})"
WORDS = re.compile(
    rf"(?P<paper>《[^》]*》)"
    rf"|(?P<number>[〔\[（(【]\s*\d{{4}}\s*[〕\]）)】]\s*第?\s*\d+\s*号)"
    rf"|(?P<goal>到{YEAR}年(?!\s*[年底末初度上下\d一二三四]))"
    rf"|(?P<first>{YEAR})\s*年?\s*[-—–－~～至到]{{1,2}}\s*(?P<last>{YEAR})(?=\s*年(?!\s*\d{{1,2}}\s*月))"
    rf"|(?P<whole>(?<!\d)\d{{4}}(?P<dot>[-./])\d{{1,2}}(?P=dot)\d{{1,2}})(?!\d)"
    rf"|(?P<year>{YEAR})(?P<leap>\s*年\s*2\s*月\s*29\s*日)"
    rf"|(?P<plain>{YEAR})(?=\s*年)"
    rf"|(?P<bare>(?<!\d)\d{{4}})(?!\d)"
)
FIGURES = re.compile(YEAR)
# Names and codes that point elsewhere; a unit's name keeps its figures.
KEPT = {"units", "unit_classes", "lead", "responsible", "owner", "to", "code", "kind", "stage", "origins", "source",
        "sheets", "subject", "anchor", "with_report", "signed_by"}
NUMBERED = {"items": "第{}项", "duties": "职责{}"}
WHY = {"paper": "是文件名称", "number": "是文号", "goal": "是远期目标", "bare": "没有“年”字", "last": "跨多个年度"}
SERIES = re.compile(r"(?<=[〔\[（(【])\d{4}(?=[〕\]）)】])")
LAST = 2199  # later “years” are a way of saying for ever, or no years at all
LONG = 2  # a span over so many turns of the year is a goal of several years, not this year's date


def in_figures(year: str) -> int:
    return int(year.translate(TO_FIGURES))


def moved(day: date, by: int) -> date:
    """The same day so many years on; 29 February becomes 28 where the year has none."""
    try:
        return day.replace(year=day.year + by)
    except ValueError:
        return day.replace(year=day.year + by, day=28)


@dataclass
class Shift:
    """Moves the parts of a plan of the year `own` by some years and keeps what was found on the way.

    Only the plan's own year and later ones move: an earlier year is a fact. That, and nothing else, lets two steps
    of one year come to the same as one step of two.
    """

    own: int
    by: int
    findings: list[Finding] = field(default_factory=list)
    days: list[tuple[str, str, date, date]] = field(default_factory=list)

    def part(self, where: str, node: Any, key: str = "") -> Any:
        """A part of a draft, as data, with every date and every year word in it moved."""
        if key in KEPT or node is None:
            return node
        if isinstance(node, str):
            return self.series(where, node) if key == "number" else self.text(where, node)
        if type(node) is date:
            return self.span(where, [(key, node)])[0]
        if isinstance(node, dict):
            return self._map(where, node)
        if isinstance(node, list | tuple):
            if len(node) == 2 and all(type(one) is date for one in node):
                return tuple(self.span(where, [("start", node[0]), ("end", node[1])]))
            return [self.part(self._nth(where, key, one), one, key) for one in node]
        return node

    def _map(self, where: str, node: dict[str, Any]) -> dict[str, Any]:
        dated = [(key, node[key]) for key in ("start", "end") if type(node.get(key)) is date]
        spans = dict(zip((key for key, _ in dated), self.span(where, dated), strict=True))
        return {key: spans[key] if key in spans else self.part(where, value, key) for key, value in node.items()}

    @staticmethod
    def _nth(where: str, key: str, node: Any) -> str:
        numbered = key in NUMBERED and isinstance(node, dict) and "no" in node
        return where + NUMBERED[key].format(node["no"]) if numbered else where

    def span(self, where: str, dated: list[tuple[str, date]]) -> list[date]:
        """One date, or a first and a last one, which move together or not at all."""
        if not dated:
            return []
        first, last = dated[0][1], dated[-1][1]
        if self.moves(last.year) and last.year - first.year < LONG:
            return [self.day(where, key, day) for key, day in dated]
        why = "跨多个年度" if last.year >= self.own else "早于方案年度"
        self.find(FindingKind.KEPT, where, f"{first if first == last else days((first, last))}{why}，未平移")
        return [day for _, day in dated]

    def moves(self, year: int) -> bool:
        return self.own <= year <= LAST

    def day(self, where: str, key: str, old: date) -> date:
        new = moved(old, self.by)
        if new.day != old.day:
            self.find(FindingKind.CLAMPED, where, f"{old}在{new.year}年没有对应日，取{new}")
        self.days.append((where, key, old, new))
        return new

    def find(self, kind: FindingKind, where: str, words: str) -> None:
        if (found := Finding(kind, where, words)) not in self.findings:
            self.findings.append(found)

    def text(self, where: str, text: str) -> str:
        """A text with its year words moved; names of papers, document numbers and far goals stay and are told."""
        new = WORDS.sub(lambda match: self._word(where, match), text)
        if new != text:
            ahead = any(self.own < in_figures(year) <= LAST for year in FIGURES.findall(text))
            asks = "，原不是方案本年度，是否顺移须核实" if ahead else ""
            self.find(FindingKind.YEARS, where, f"“{text}”改为“{new}”{asks}")
        return new

    def series(self, where: str, pattern: str) -> str:
        """The pattern of a letter's number: its series begins anew every year."""
        new = SERIES.sub(lambda match: self.year(match[0]) or match[0], pattern)
        if new != pattern:
            self.find(FindingKind.YEARS, where, f"“{pattern}”改为“{new}”")
        return new

    def _word(self, where: str, match: re.Match[str]) -> str:
        found = READERS[match.lastgroup](self, where, match)
        if found is None:
            self._kept(where, match)
        return match[0] if found is None else found

    def _kept(self, where: str, match: re.Match[str]) -> None:
        """A figure without 年 is worth a word only where it is the plan's own year."""
        years = [in_figures(year) for year in FIGURES.findall(match[0])]
        if years and (match["bare"] is None or years == [self.own]):
            words = match[0] + ("年" if match["plain"] else "")
            context = "" if words == match.string else f"（原文“{match.string}”）"
            why = WHY.get(match.lastgroup or "", "是没有的日期" if self.moves(years[0]) else "早于方案年度")
            self.find(FindingKind.KEPT, where, f"“{words}”{why}，未改动{context}")

    def _year(self, _: str, match: re.Match[str]) -> str | None:
        return self.year(match["plain"])

    def year(self, old: str) -> str | None:
        """A year in the figures it was printed in; None where it stays."""
        if not self.moves(in_figures(old)):
            return None
        new = str(in_figures(old) + self.by)
        zero = next((letter for letter in old if letter in "○零"), DIGITS[0])
        return new if old.isdigit() else "".join((zero + DIGITS[1:])[int(figure)] for figure in new)

    def _range(self, _: str, match: re.Match[str]) -> str | None:
        first, last = in_figures(match["first"]), in_figures(match["last"])
        if not self.moves(last) or last - first >= LONG or not match["first"].isdigit():
            return None
        between = match[0][len(match["first"]):-len(match["last"])]
        return f"{first + self.by}{between}{last + self.by}"

    def _whole(self, where: str, match: re.Match[str]) -> str | None:
        """A date in figures keeps its own way of writing."""
        year, month, day = match["whole"].split(match["dot"])
        if not self.moves(int(year)):
            return None
        if (int(month), int(day)) == (2, 29):
            day = self._leap_day(where, int(year))
        return match["dot"].join((str(int(year) + self.by), month, day)) if day else None

    def _leap(self, where: str, match: re.Match[str]) -> str | None:
        year = self.year(match["year"])
        day = year and self._leap_day(where, in_figures(match["year"]))
        return f"{year}{match['leap'].replace('29', day)}" if day else None

    def _leap_day(self, where: str, year: int) -> str:
        """29, or 28 and a finding where the new year has no such day; nothing for a day that never was."""
        try:
            old = date(year, 2, 29)
        except ValueError:
            return ""
        new = moved(old, self.by)
        if new.day != 29:
            self.find(FindingKind.CLAMPED, where, f"{old}在{new.year}年没有对应日，取{new}")
        return str(new.day)


def _stays(_: Shift, __: str, ___: re.Match[str]) -> None:
    return None


Reader = Callable[[Shift, str, re.Match[str]], str | None]
READERS: dict[str | None, Reader] = {
    "paper": _stays, "number": _stays, "goal": _stays, "bare": _stays, "last": Shift._range, "whole": Shift._whole,
    "leap": Shift._leap, "plain": Shift._year,
}
