"""What a printed limit says, and the day it comes to once its event is known.

Conventions in docs/deadlines.md; 民法典 201–203 for limits that run from an event, 行政许可法 82 for workdays.
"""

import calendar as months
import re
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from config.workdays import Calendar
from rules import workday

WRITTEN_DAY = re.compile(r"(\d{4})[年./](\d{1,2})[月./](\d{1,2})日?")


class Kind(StrEnum):
    """How a limit is set."""

    FIXED = "fixed"
    WINDOW = "window"
    RELATIVE = "relative"
    RECURRING = "recurring"
    ONGOING = "ongoing"
    TBD = "tbd"


class Unit(StrEnum):
    """What an offset counts."""

    DAY = "calendar_day"
    WORKDAY = "working_day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"

    @property
    def label(self) -> str:
        return UNIT_WORDS[self]


UNIT_WORDS = {Unit.DAY: "日", Unit.WORKDAY: "个工作日", Unit.WEEK: "周", Unit.MONTH: "个月", Unit.YEAR: "年"}


@dataclass(frozen=True, slots=True)
class Offset:
    """So much time from an event; negative counts back from it. Half a month is fifteen days."""

    n: float
    unit: Unit

    @property
    def words(self) -> str:
        if abs(self.n) == 0.5 and self.unit == Unit.MONTH:
            return "半个月"
        return f"{abs(self.n):g}{self.unit.label}"


@dataclass(frozen=True, slots=True)
class Deadline:
    """A phrase as read. `start` and `due` are inclusive days; `rrule` is RFC 5545 without DTSTART.

    `doubt` is one sentence for the clerk whenever the phrase can honestly be read another way, `choices` the readings,
    the proposed one first. A date without a doubt is a promise. `because` always says how it was read.
    """

    phrase: str
    kind: Kind
    start: date | None = None
    due: date | None = None
    dues: tuple[date, ...] = ()
    ongoing: bool = False
    done: bool = False
    immediate: bool = False
    before: bool = False
    after: bool = False
    placeholder: bool = False
    offset: Offset | None = None
    anchor: str | None = None
    rrule: str | None = None
    first: date | None = None
    min_count: int | None = None
    quota: float | None = None
    quota_unit: str | None = None
    time: str | None = None
    doubt: str | None = None
    choices: tuple[str, ...] = field(default=())
    because: str = ""

    @property
    def open_question(self) -> str:
        """What only a person can supply before this limit can run; empty when nothing is missing."""
        if self.doubt:
            return self.doubt
        if self.placeholder or self.kind == Kind.TBD:
            return "原文没有写明日期，请补录。"
        if self.kind == Kind.RECURRING and self.rrule is None:
            return "原文只写“定期”等，没有写明周期，请补录。"
        return ""


@dataclass(frozen=True, slots=True)
class Settled:
    """The day an offset comes to: counted, then moved off a rest day; `because` tells both."""

    due: date
    rolled: date
    because: str
    unknown_years: tuple[int, ...] = ()


def add_months(day: date, n: int) -> date:
    """The corresponding day `n` months on; a month without it ends on its last day (民法典 202)."""
    year, month = divmod(day.year * 12 + day.month - 1 + n, 12)
    return date(year, month + 1, min(day.day, months.monthrange(year, month + 1)[1]))


def month_end(year: int, month: int) -> date:
    return date(year, month, months.monthrange(year, month)[1])


def count(anchor: date, offset: Offset, calendar: Calendar) -> date:
    """The day `offset` away from an event; the day of the event itself is not counted."""
    n = offset.n
    if offset.unit == Unit.WORKDAY:
        return workday.add(anchor, int(n), calendar)
    if offset.unit in (Unit.MONTH, Unit.YEAR):
        whole = n * (12 if offset.unit == Unit.YEAR else 1)
        rest = whole - int(whole)
        return add_months(anchor, int(whole)) + timedelta(days=round(rest * 30))
    return anchor + timedelta(days=round(n * (7 if offset.unit == Unit.WEEK else 1)))


def settle(offset: Offset, anchor: date, calendar: Calendar, event: str = "", rolls: bool = True) -> Settled:
    """When a limit that runs from an event ends; ValueError where the calendar ends first.

    Only a limit counted forward leaves a rest day, and only forward.
    """
    try:
        due = count(anchor, offset, calendar)
    except (ValueError, OverflowError):
        raise ValueError(f"从{anchor}起数{offset.words}超出历法范围。") from None
    rolled = workday.on_or_after(due, calendar) if rolls and offset.n > 0 else due
    because = _why(offset, anchor, due, rolled, calendar, event)
    return Settled(due, rolled, because, _unknown(offset, anchor, due, rolled, calendar))


def _unknown(offset: Offset, anchor: date, due: date, rolled: date, calendar: Calendar) -> tuple[int, ...]:
    """Years whose holiday notice this answer leans on and that is not on file."""
    if offset.unit == Unit.WORKDAY:
        return tuple(calendar.unknown_years(min(anchor, due), max(anchor, due)))
    return tuple(calendar.unknown_years(due, rolled)) if offset.n > 0 else ()


def _why(offset: Offset, anchor: date, due: date, rolled: date, calendar: Calendar, event: str) -> str:
    name = event or "起算日"
    if offset.n < 0:
        clamp = "（无对应日，取月末）" if _clamped(offset, anchor, due) else ""
        return f"{name}前{offset.words}：{anchor}倒推至{due}{clamp}，不顺延"
    head = f"自{name}之日起{offset.words}：{anchor}次日起算"
    if offset.unit == Unit.WORKDAY:
        return f"{head}，按放假通知和调休数到{due}"
    clamp = "（无对应日，取月末）" if _clamped(offset, anchor, due) else ""
    if rolled == due:
        rest = calendar.rest_name(due)
        return f"{head}，至{due}{clamp}届满" + (f"（{rest}，按设定不顺延）" if rest else "")
    return f"{head}，{due:%m-%d}{clamp}为{_rest(calendar, due)}，顺延至{rolled:%m-%d}"


def _rest(calendar: Calendar, day: date) -> str:
    name = calendar.rest_name(day)
    return name if name.startswith("周") else f"{name}假期"


def _clamped(offset: Offset, anchor: date, due: date) -> bool:
    return offset.unit in (Unit.MONTH, Unit.YEAR) and offset.n == int(offset.n) and due.day != anchor.day


def resolve(
    deadline: Deadline, anchor: date, calendar: Calendar, rolls: bool = True
) -> tuple[Deadline, Settled | None]:
    """A relative limit with its event's date filled in; years without a holiday notice leave a doubt."""
    if deadline.offset is None:
        return deadline, None
    try:
        settled = settle(deadline.offset, anchor, calendar, deadline.anchor or "", rolls)
    except ValueError as error:
        return replace(deadline, doubt=str(error)), None
    if deadline.after:
        words = f"{deadline.anchor or '起算日'}后{deadline.offset.words}：自{settled.due}起办理，原文未写截止日"
        return replace(deadline, start=settled.due, because=words), None
    doubt = deadline.doubt
    if settled.unknown_years:
        years = "、".join(map(str, settled.unknown_years))
        doubt = f"{years}年放假通知尚未入库，日期为暂定。" + (doubt or "")
    return replace(deadline, due=settled.due, because=settled.because, doubt=doubt), settled


def date_of_choice(choice: str) -> date | None:
    """The day a choice names, if it names one: 2026-11-20 with whatever follows, or 2026年11月20日 alone."""
    written = WRITTEN_DAY.fullmatch(choice.strip())
    try:
        return date(*map(int, written.groups())) if written else date.fromisoformat(choice[:10])
    except ValueError:
        return None


def as_basis(offset: Offset, anchor: date, event: str, rolls: bool = True) -> dict[str, Any]:
    """How a day was counted, as JSON beside the day, so that a new holiday notice can count it again."""
    return {"anchor": anchor.isoformat(), "event": event, "n": offset.n, "unit": offset.unit.value, "rolls": rolls}


def from_basis(basis: dict[str, Any], calendar: Calendar) -> Settled:
    """Count again what `as_basis` wrote down."""
    offset = Offset(basis["n"], Unit(basis["unit"]))
    return settle(offset, date.fromisoformat(basis["anchor"]), calendar, basis["event"], basis["rolls"])


def kept(sent_in: date | None, limit: date | None, today: date) -> bool | None:
    """Whether a limit was kept, by the day of the accepted submission; None while that is open or there is none."""
    if limit is None:
        return None
    if sent_in is not None:
        return sent_in <= limit
    return False if today > limit else None
