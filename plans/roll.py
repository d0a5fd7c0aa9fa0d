"""A yearly plan moved to another year: dates and year words shifted, weeks and holidays checked again, doubts named."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from config.day_words import weekday_word
from config.workdays import Calendar, official
from models.base import Rejected
from plans.checks import check_plan
from plans.draft import PlanDraft
from plans.phrase import read
from plans.shift import FIGURES, Shift, moved
from plans.weeks import Finding, FindingKind, by_law, moved_slots, week_findings
from rules import workday
from rules.deadline import Deadline
from rules.period import ends

F = FindingKind
FARTHEST = 2100
# How each part is named in a finding; units, groups and slots carry over as they are.
PARTS: dict[str, Callable[[Any], str]] = {
    "subjects": lambda part: f"督察对象“{part.name}”",
    "windows": lambda part: f"时段“{part.name}”",
    "stages": lambda part: f"阶段“{part.name}”",
    "deliverables": lambda part: f"“{part.title}”",
    "tasks": lambda part: f"任务{part.no}",
    "checklists": lambda part: f"“{part.title}”",
    "letters": lambda part: f"文书“{part.title}”",
    "sheets": lambda part: part.subject,
}
ROLES = {"start": "起始日", "end": "结束日", "due": "时限", "propose_before": "建议日"}


@dataclass(frozen=True, slots=True)
class Rolled:
    """The draft of the new year and what a person must look at before it is adopted."""

    draft: PlanDraft
    findings: list[Finding]

    @property
    def open_spots(self) -> dict[str, str]:
        """What to fill in, by the key of the plan file."""
        spots = [one for one in self.findings if one.kind == F.OPEN]
        return {key: one.words for key, one in zip(HEAD, spots, strict=True)}


HEAD = {"title": "标题", "doc_no": "文号", "issued_on": "印发日期"}


def roll(draft: PlanDraft, year: int, calendar: Calendar | None = None) -> Rolled:
    """The plan as the draft of a later year; the new paper's title, number and day are left open."""
    if not draft.year < year <= FARTHEST:
        raise Rejected(f"方案是{draft.year}年的，只能平移到其后、{FARTHEST}年以前的年份，不能是{year}年。")
    calendar, shift = calendar or official(), Shift(draft.year, year - draft.year)
    new = PlanDraft.model_validate(_moved_data(draft, shift))
    findings = [
        *_head(draft), *_unknown_years(new, shift, calendar), *shift.findings, *_rests(draft, new, shift, calendar),
        *_order(new), *week_findings(new, calendar), *_readings(draft, new, shift.by, calendar),
        *_checks(draft, new, calendar), *_flags(draft), *_windows(draft, new), *moved_slots(draft, new),
    ]
    order = list(F)
    return Rolled(new, sorted(findings, key=lambda one: order.index(one.kind)))


def _moved_data(draft: PlanDraft, shift: Shift) -> dict[str, Any]:
    """The new draft as data: only what names the old paper is emptied."""
    data, old, new = draft.model_dump(), str(shift.own), str(shift.own + shift.by)
    for name, where in PARTS.items():
        parts = zip(getattr(draft, name), data[name], strict=True)
        data[name] = [shift.part(where(part), plain) for part, plain in parts]
    key = draft.key.replace(old, new) if old in draft.key else f"{draft.key}-{new}"
    return data | {
        "key": key, "short_title": draft.short_title.replace(old, new), "title": "", "doc_no": "", "issued_on": None,
        "year": shift.own + shift.by,
    }


def _head(draft: PlanDraft) -> list[Finding]:
    """The new paper has a title, a number and a day of its own; the old ones are shown and not taken."""
    old = {key: getattr(draft, key) or "未写" for key in HEAD}
    return [Finding(F.OPEN, name, f"新文件{name}待填（旧文件：{old[key]}）") for key, name in HEAD.items()]


def _unknown_years(new: PlanDraft, shift: Shift, calendar: Calendar) -> list[Finding]:
    years = {new.year, *(day.year for *_, day in shift.days)}
    return [
        Finding(F.CALENDAR, f"{year}年", "放假安排未入库，暂以周末推算，待国务院办公厅通知；通知入库后须重新核对")
        for year in sorted(years) if not calendar.knows(date(year, 1, 1))
    ]


def _rests(old: PlanDraft, new: PlanDraft, shift: Shift, calendar: Calendar) -> list[Finding]:
    """Days that are nobody's workday now."""
    dated = [(where + ROLES.get(key, ""), key == "start", before, day) for where, key, before, day in shift.days]
    return [
        Finding(F.REST, where, _rest_words(starts, before, day, calendar))
        for where, starts, before, day in [*dated, *_printed_days(old, new, calendar)]
        if calendar.rest_name(day) or by_law(day, calendar)
    ]


def _rest_words(starts: bool, before: date, day: date, calendar: Calendar) -> str:
    name = calendar.rest_name(day) or by_law(day, calendar)
    near, how = (workday.on_or_after, "其后第一个") if starts else (workday.on_or_before, "其前最后一个")
    if calendar.is_workday(day):  # a holiday by law in a year without its notice: nobody can say which days are free
        after = "放假天数待通知"
    else:
        found = near(day, calendar)
        after = f"{how}工作日为{found}（{weekday_word(found)}）"
    rest = "" if name.startswith("周") else f"，{name}"
    after += "" if calendar.knows(day) else "（暂以周末推算）"
    return f"{before}（{weekday_word(before)}）→{day}（{weekday_word(day)}{rest}），{after}"


def _printed_days(old: PlanDraft, new: PlanDraft, calendar: Calendar) -> Iterator[tuple[str, bool, date, date]]:
    """The days that the limits of measures come to, of the same measure in both years."""
    for task, other in zip(old.tasks, new.tasks, strict=True):
        if task.limit and not task.due:
            pairs = zip(_days_of(task.limit, old, calendar), _days_of(other.limit, new, calendar), strict=False)
            yield from ((f"任务{task.no}时限", False, before, day) for before, day in pairs if before != day)


def _days_of(phrase: str, plan: PlanDraft, calendar: Calendar) -> list[date]:
    """The day of a limit, or the days of the plan's year on which a yearly one ends."""
    found = _read(phrase, plan, calendar)
    if found.due or not (found.rrule or "").startswith("FREQ=YEARLY;BYMONTH") or found.offset:
        return [found.due] if found.due else []
    days = []
    for day in ends(found.rrule or "", date(plan.year, 1, 1)):
        if day.year > plan.year:
            break
        days.append(day)
    return days


def _read(phrase: str, plan: PlanDraft, calendar: Calendar) -> Deadline:
    return read(phrase, plan.issued_on or date(plan.year, 1, 1), calendar)


def _order(new: PlanDraft) -> list[Finding]:
    """Stages that no longer follow each other."""
    return [
        Finding(F.ORDER, f"阶段“{after.name}”", f"{how}前一阶段“{before.name}”")
        for before, after in pairwise(new.stages)
        for how, one, other in (
            ("开始早于", before.start, after.start), ("结束早于", before.end, after.end),
            ("开始时尚未结束的是", before.end, after.start),
        )
        if one and other and other < one
    ]


def _readings(old: PlanDraft, new: PlanDraft, by: int, calendar: Calendar) -> list[Finding]:
    """Printed limits that come to another day than the old one moved, or that raise a doubt they did not raise."""
    found = []
    for where, before, after in _phrases(old, new):
        was, now = _read(before, old, calendar), _read(after, new, calendar)
        if now.doubt and not was.doubt:
            found.append(Finding(F.READING, where, f"时限“{after}”：{now.doubt}"))
        elif was.due and now.due and now.due != _expected(before, after, was.due, by):
            found.append(Finding(F.READING, where, f"时限“{after}”按{_ref_words(new)}读作{now.due}，旧为{was.due}"))
    return found


def _expected(before: str, after: str, due: date, by: int) -> date:
    """A limit whose printed year stayed is still the old day."""
    return due if before == after and FIGURES.search(before) else moved(due, by)


def _ref_words(new: PlanDraft) -> str:
    return f"印发日期{new.issued_on}" if new.issued_on else f"{new.year}年1月1日（印发日期待填）"


def _phrases(old: PlanDraft, new: PlanDraft) -> Iterator[tuple[str, str, str]]:
    """Every printed limit: where, as it was and as it is."""
    for name, key in (("stages", "text"), ("deliverables", "text"), ("tasks", "limit")):
        for before, after in zip(getattr(old, name), getattr(new, name), strict=True):
            if getattr(before, key):
                yield PARTS[name](before), getattr(before, key), getattr(after, key)


def _checks(old: PlanDraft, new: PlanDraft, calendar: Calendar) -> list[Finding]:
    """What the plan says of itself and no longer holds; rest days have their own sentence."""
    failed = {check.name for check in check_plan(old, calendar) if not check.ok}
    return [
        Finding(F.CHECK, check.name, f"应为{check.expected}；现{check.found}")
        for check in check_plan(new, calendar)
        if not check.ok and check.name not in failed and check.expected != "工作日"
    ]


def _flags(draft: PlanDraft) -> list[Finding]:
    """What was noted about the old paper itself or decided by a person for it."""
    noted = [(f"任务{task.no}", task.flags) for task in draft.tasks]
    noted += [(f"{sheet.subject}第{item.no}项", item.flags) for sheet in draft.sheets for item in sheet.items]
    found = [Finding(F.FLAG, where, flag.note) for where, flags in noted for flag in flags]
    found += [
        Finding(F.FLAG, f"任务{task.no}", f"旧文件的时限由人工定为{task.due}，新年度须重新确定")
        for task in draft.tasks if task.due
    ]
    sources = sum(1 for task in draft.tasks if task.source)
    return found + ([Finding(F.FLAG, "任务出处", f"{sources}处仍是旧文件的位置")] if sources else [])


def _windows(old: PlanDraft, new: PlanDraft) -> list[Finding]:
    """Spans that somebody else may have set (a higher inspection) moved with the plan."""
    return [
        Finding(F.FLAG, PARTS["windows"](before), "日期随方案平移，是否仍按此进行须核实")
        for before, after in zip(old.windows, new.windows, strict=True)
        if (before.start, before.end) != (after.start, after.end)
    ]
