"""How stages open and close, how a unit stands in one, and which light it shows."""

from dataclasses import dataclass
from datetime import date, timedelta

from config.day_words import weekday_word
from config.workdays import Calendar
from models.words import StageKind, StageState, UnitStageState
from rules import workday

SOON_WORKDAYS = 3


def should_open(state: StageState, start: date | None, day: date) -> bool:
    """A stage opens on its first day; one without a date waits for a person or for its work to begin."""
    return state == StageState.PLANNED and start is not None and start <= day


def should_close(state: StageState, end: date | None, day: date) -> bool:
    """A stage closes when its last day has passed; one without a date never does by itself."""
    return state == StageState.OPEN and end is not None and end < day


@dataclass(frozen=True)
class Tally:
    """A unit's duties in a stage, counted."""

    total: int = 0
    done: int = 0
    submitted: int = 0
    returned: int = 0
    late: int = 0


def unit_state(tally: Tally, stage: StageState) -> UnitStageState:
    """A unit's state in a stage from its counted duties."""
    if tally.total == 0:
        return UnitStageState.NONE if stage == StageState.CLOSED else UnitStageState.WAITING
    if tally.done == tally.total:
        return UnitStageState.DONE
    if stage == StageState.PLANNED:
        return UnitStageState.WAITING
    if tally.returned:
        return UnitStageState.RETURNED
    if tally.late:
        return UnitStageState.UNFINISHED
    if tally.submitted and tally.done + tally.submitted == tally.total:
        return UnitStageState.SUBMITTED
    return UnitStageState.ACTIVE


@dataclass(frozen=True)
class Light:
    """A colour never stands without its word."""

    colour: str
    word: str


def light(due: date | None, done: bool, today: date, calendar: Calendar, waiting: bool = False) -> Light:
    """Green done or far, yellow near or in review, red overdue; no date, no colour."""
    if done:
        return Light("green", "已完成")
    if due is None:
        return Light("grey", "未定时限")
    if waiting:
        return Light("yellow", "待审核")
    if due < today:
        return Light("red", f"逾期{(today - due).days}天")
    left = workday.between(today, due, calendar)
    if left <= SOON_WORKDAYS:
        return Light("yellow", "今日到期" if due == today else f"剩{left}个工作日")
    return Light("green", f"剩{left}个工作日")


@dataclass(frozen=True)
class Shifted:
    """A printed date moved to another year or week, and what changed by it."""

    name: str
    printed: date
    moved: date
    remark: str


def shift_remark(printed: date, moved: date, calendar: Calendar, today: date | None = None) -> str:
    """What a person must know about a moved date: past, another week day, a rest day, a year without notice."""
    parts = ["已过"] if today and moved < today else []
    if printed.weekday() != moved.weekday():
        parts.append(f"由{weekday_word(printed)}变为{weekday_word(moved)}")
    if rest := calendar.rest_name(moved):
        parts.append(f"逢{rest}，提醒提前至{workday.on_or_before(moved, calendar):%m-%d}")
    if not calendar.knows(moved):
        parts.append(f"{moved.year}年放假通知未入库，工作日暂按周一至周五推算")
    return "；".join(parts)


def shift(dates: list[tuple[str, date]], days: int, calendar: Calendar, today: date | None = None) -> list[Shifted]:
    """Every named date moved by `days`, with its remark."""
    moved = [(name, day, day + timedelta(days=days)) for name, day in dates]
    return [Shifted(name, day, new, shift_remark(day, new, calendar, today)) for name, day, new in moved]


def weeks_ahead(first: date, today: date) -> int:
    """Whole weeks, in days, that bring a past first date to this week or later; 0 when it still lies ahead."""
    return 0 if first >= today else -(-(today - first).days // 7) * 7


# The steps a cycle walks through, in order; a plan that prints no look-back gets one without a date.
ORDER = list(StageKind)


def spread(units: int, days: list[date], teams: int) -> list[tuple[date, int]]:
    """A (day, team number) for each unit, evenly over the days and in turn over the teams."""
    return [(days[n * len(days) // units], n % teams) for n in range(units)]


def visit_doubt(start: date, end: date, first: date | None, last: date | None, calendar: Calendar) -> str:
    """Why a visit on these days needs a person's word, or nothing."""
    if end < start:
        return "结束日期早于开始日期。"
    if first and last and (start < first or end > last):
        return f"不在实地督察阶段（{first:%m-%d}至{last:%m-%d}）内，请写明原因后确认。"
    if rest := calendar.rest_name(start) or calendar.rest_name(end):
        return f"逢{rest}，请写明原因后确认。"
    return ""
