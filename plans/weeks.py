"""Weeks of visits: what a week rule or another year makes of them, and what holidays and stages leave of them."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, get_args

from config.workdays import Calendar
from models.base import Rejected, Word
from plans.checks import VISITING
from plans.draft import PlanDraft
from plans.draft_parts import SLOT_RULES, SlotDraft
from rules import workday

RULE_WORDS = {
    "nth_monday": "第N周从该月第N个星期一起", "calendar_week": "1日所在的一周为第1周，周一至周日",
    "days_block": "1日至7日为第1周，每7日一周",
}


class FindingKind(Word):
    """What a person must look at in a draft that was moved."""

    OPEN = "open", "待填"
    CALENDAR = "calendar", "放假安排未入库"
    CLAMPED = "clamped", "没有2月29日"
    REST = "rest_day", "逢休息日"
    HOLIDAY = "slot_holiday", "督察周次遇放假"
    WEEK = "slot_week", "督察周次不合"
    OFF_STAGE = "slot_off_stage", "督察周次在阶段之外"
    ORDER = "stage_order", "阶段次序"
    READING = "reading", "时限读法有变"
    CHECK = "check", "核对不符"
    FLAG = "flag", "旧文件所注，须重新核对"
    KEPT = "year_kept", "年份未改，请核对"
    YEARS = "year_moved", "年份已改"
    SLOT = "slot_moved", "督察周次改期"


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence about one place of the draft."""

    kind: FindingKind
    where: str
    words: str


Window = tuple[date, date]


class SlotMove(NamedTuple):
    """A slot and its first and last day, before and after."""

    slot: SlotDraft
    old: Window
    new: Window


def switch_rule(draft: PlanDraft, rule: str) -> list[SlotMove]:
    """The slots that another week rule puts on other days, in printed order; the draft stays as it is."""
    return _differences(draft, with_rule(draft, rule))


def with_rule(draft: PlanDraft, rule: str) -> PlanDraft:
    """The same plan read by another week rule."""
    if rule not in get_args(SLOT_RULES):
        known = "；".join(f"{name}（{words}）" for name, words in RULE_WORDS.items())
        raise Rejected(f"没有“{rule}”这种周次规则。可选：{known}。")
    return draft.model_copy(update={"slot_rule": rule})


def _differences(old: PlanDraft, new: PlanDraft) -> list[SlotMove]:
    moves = [SlotMove(slot, old.window_of(slot), new.window_of(slot)) for slot in old.slots]
    return [move for move in moves if move.old != move.new]


def name_of(slot: SlotDraft) -> str:
    return f"{slot.month}月第{slot.week}周"


def days(window: Window) -> str:
    """A window in words, the year of its last day only where it is another one."""
    start, end = window
    return f"{start}至{end}" if start.year != end.year else f"{start}至{end:%m-%d}"


def moved_slots(old: PlanDraft, new: PlanDraft) -> list[Finding]:
    """A sentence for every slot that lies on other days than before."""
    return [
        Finding(FindingKind.SLOT, name_of(move.slot), f"{days(move.old)}改为{days(move.new)}")
        for move in _differences(old, new)
    ]


def week_findings(plan: PlanDraft, calendar: Calendar) -> list[Finding]:
    """Slots that a holiday swallows, that lie outside the visits' stage, that their month lacks or that meet."""
    found = [one for slot in plan.slots for one in (_holiday(plan, slot, calendar), _off_stage(plan, slot)) if one]
    return found + _lacking(plan) + _meeting(plan)


def _holiday(plan: PlanDraft, slot: SlotDraft, calendar: Calendar) -> Finding | None:
    """How much of a slot's Monday to Friday is a holiday; make-up days at its weekend are named beside."""
    window = plan.window_of(slot)
    usual = _usual(window)
    off = [day for day in usual if not calendar.is_workday(day)]
    if not off:
        return _by_law(slot, window, calendar)
    names = "、".join(dict.fromkeys(calendar.rest_name(day) for day in off))
    left = workday.window(*window, calendar)
    rest = f"余{len(left)}个工作日：{_list(left)}" if left else "没有工作日"
    how = f"周一至周五全在{names}假期内" if off == usual else f"{_list(off)}逢{names}放假"
    return Finding(FindingKind.HOLIDAY, name_of(slot), f"{days(window)}，{how}，{rest}")


def _by_law(slot: SlotDraft, window: Window, calendar: Calendar) -> Finding | None:
    """Without the year's notice three holidays are still sure of their own day."""
    sure = [(day, name) for day in _usual(window) if (name := by_law(day, calendar))]
    if not sure:
        return None
    named = "、".join(f"{day:%m-%d}{name}" for day, name in sure)
    return Finding(FindingKind.HOLIDAY, name_of(slot), f"{days(window)}，含{named}，放假天数待通知")


def _usual(window: Window) -> list[date]:
    """Its Mondays to Fridays."""
    spread = (date.fromordinal(n) for n in range(window[0].toordinal(), window[1].toordinal() + 1))
    return [day for day in spread if day.weekday() < 5]


def by_law(day: date, calendar: Calendar) -> str:
    """The holiday that falls on this day every year, asked only where the year's notice is not on file."""
    if calendar.knows(day):
        return ""
    return next((name for name, on in workday.FIXED.items() if on == (day.month, day.day)), "")


def _list(found: list[date]) -> str:
    return "、".join(f"{day:%m-%d}" for day in found)


def _off_stage(plan: PlanDraft, slot: SlotDraft) -> Finding | None:
    usual = _usual(plan.window_of(slot))  # nobody visits at the week's end
    start, end = usual[0], usual[-1]
    for kind in VISITING:
        for stage in plan.stages:
            if kind not in stage.kind or not (stage.start or stage.end):
                continue
            first, last = stage.start or date.min, stage.end or date.max
            if first <= start and end <= last:
                return None
            how = "不在" if end < first or start > last else "部分不在"
            span = f"{stage.start or '起始未定'}至{stage.end or '结束未定'}"
            words = f"{days(plan.window_of(slot))}{how}“{stage.name}”（{span}）内"
            return Finding(FindingKind.OFF_STAGE, name_of(slot), words)
    return None


def _lacking(plan: PlanDraft) -> list[Finding]:
    windows = [(slot, plan.window_of(slot)) for slot in plan.slots]
    return [
        Finding(FindingKind.WEEK, name_of(slot), f"{plan.year}年{slot.month}月没有这一周（落在{days(window)}）")
        for slot, window in windows if slot.month not in (window[0].month, window[1].month)
    ]


def _meeting(plan: PlanDraft) -> list[Finding]:
    """A week on the border of two months can be the last of one and the first of the other."""
    seen: dict[Window, SlotDraft] = {}
    found = []
    for slot in plan.slots:
        other = seen.setdefault(window := plan.window_of(slot), slot)
        if (other.month, other.week) != (slot.month, slot.week):
            found.append(Finding(FindingKind.WEEK, name_of(slot), f"与{name_of(other)}是同一周（{days(window)}）"))
    return found
