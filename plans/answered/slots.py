"""The weeks of a schedule with those a clerk completed: a month, a year, or a whole table typed again."""

import re

from plans.answered.said import Said
from plans.draft_parts import FlagDraft, SlotDraft
from plans.issued import Doubt, SlotRead
from plans.readers.running_text.brackets import cut

FIGURE = "[一二三四五1-5]"
WEEK = re.compile(rf"(1[0-2]|[1-9])月份?第({FIGURE})周")
TYPED = re.compile(rf"(1[0-2]|[1-9])月份?第({FIGURE})周[：:]([^；;。]+)")
YEAR = re.compile(r"(20\d{2})年?")
TABLE = re.compile(r"weektable-(\d+)$")
NAMED = re.compile(r"（([^（）]*(?:（[^（）]*）[^（）]*)*)）")
NUMERALS = "零一二三四五"


def slots_of(reads: list[SlotRead], said: Said, year: int) -> list[SlotDraft]:
    """Every week with its units, in the order of the year where weeks were added."""
    kept = [(read.source, SlotDraft(month=read.month, week=read.week, units=read.units)) for read in reads]
    added: list[SlotDraft] = []
    for doubt, answer in said.starting("weektable-"):
        table, fresh = TABLE.match(doubt.key), _answered(doubt, answer)
        if table and fresh:
            kept = [(source, slot) for source, slot in kept if not source.startswith(f"表{table[1]}第")]
        for slot in fresh:
            slot.flags = [said.note(doubt), *_other_year(doubt, answer, year)]
        added += fresh
    slots = [slot for _, slot in kept]
    return sorted([*slots, *added], key=lambda slot: (slot.month, slot.week)) if added else slots


def typed_weeks(answer: str) -> list[SlotDraft]:
    """“3月第1周：甲局、乙局；3月第2周：丙局” as weeks; nothing where any part of it reads otherwise."""
    parts = [part.strip() for part in re.split("[；;。\n]", answer) if part.strip()]
    hits = [TYPED.fullmatch(part) for part in parts]
    return [_slot(hit[1], hit[2], cut(hit[3], "、，,")) for hit in hits if hit] if all(hits) else []


def _answered(doubt: Doubt, answer: str) -> list[SlotDraft]:
    """What an answer makes of weeks that could not be placed: none where it leaves them out."""
    if TABLE.match(doubt.key):
        return typed_weeks(answer)
    if "-row-" in doubt.key:
        names = cut(doubt.what.partition("：")[2].rpartition("，请")[0], "、")
    else:
        hit = NAMED.search(doubt.what)
        names = cut(hit[1], "、") if hit else []
    week = WEEK.search(answer) or (WEEK.search(_figures(doubt.what)) if YEAR.fullmatch(answer) else None)
    return [_slot(week[1], week[2], names)] if week and names else []


def _figures(what: str) -> str:
    return what.partition("（")[0]


def _slot(month: str, week: str, units: list[str]) -> SlotDraft:
    return SlotDraft(month=int(month), week=int(week) if week.isdigit() else NUMERALS.index(week), units=units)


def _other_year(doubt: Doubt, answer: str, year: int) -> list[FlagDraft]:
    """Weeks are kept without a year; one of another year than the plan's is told."""
    other = YEAR.fullmatch(answer)
    if not other or int(other[1]) == year:
        return []
    return [FlagDraft(kind="year", note=f"{_figures(doubt.what)}答复为{other[1]}年，方案年份为{year}年。")]
