"""Limits that come again: 每…, 按…, 年度…, or only a count."""

import re
from dataclasses import replace
from datetime import date

from plans.grammar import periods
from plans.grammar.clusters import clusters
from plans.grammar.dated import dated
from plans.grammar.dates import Reader
from plans.grammar.shape import Phrase
from rules.deadline import Deadline, Kind

DATED = re.compile("[YM].?E?F")
ONCE = re.compile("C|K")
FROM_THEN = re.compile("[此之以]后每")


def recurring(seen: Phrase) -> Deadline | None:
    """A period named by 每 and its like; a date in front of it is a limit of its own, or the period's last day."""
    at = seen.shape.find("P")
    if at < 0:
        return None
    found = periods.period(seen.tokens, seen.shape, at, seen.text)
    head = seen.shape[:at]
    then = FROM_THEN.search(seen.text)
    if DATED.search(head) and (then or ONCE.search(head)) and (once := dated(seen)) is not None and once.due:
        doubt = None if then else "一句既写日期又写周期，暂按日期，请核对。"
        return replace(once, rrule=found.rrule, doubt=once.doubt or doubt, because=f"{once.because}；另{found.because}")
    first, anchor = _first(seen, at)
    return seen.make(
        Kind.RECURRING, found.because, rrule=found.rrule, first=first, anchor=anchor,
        doubt=found.doubt or _several(seen), choices=found.choices, offset=found.offset,
    )


def _several(seen: Phrase) -> str | None:
    if seen.shape.count("P") < 2 or seen.text.startswith("每"):
        return None
    return "一句写了不止一个周期，只读出第一个，请核对。"


def _first(seen: Phrase, at: int) -> tuple[date | None, str | None]:
    """从2022年3月起，每月…: when it begins; 规章实施后每5年…: the event it begins with."""
    head = seen.shape[:at]
    for sign in ("A", "L"):
        if sign in head:
            token = seen.tokens[head.rindex(sign)]
            found = clusters(seen.tokens[:at], head, Reader(seen.ref, seen.calendar))
            if found:
                return found[0].spans[0].start or found[0].spans[0].due, None
            return None, seen.before(token) or None
    return None, None


def yearly(seen: Phrase) -> Deadline | None:
    """年度…, 年终…, 年中…, or a count without a period."""
    found = None
    if seen.has("g"):
        found = periods.year_end("年终一次，以12月31日为期")
    elif seen.has("j"):
        found = periods.year_end("年中一次", 6, "“年中”没有确切日期，暂按6月30日。")
    elif seen.has("G") and not seen.has("T"):
        found = periods.year_end("年度任务，以年末为期")
    elif seen.has("c") and not seen.has("RTSpLF"):
        found = periods.year_end("只写次数", 12, "只写了次数，没有写周期，暂按每年。")
    if found is None:
        return None
    return seen.make(Kind.RECURRING, found.because, rrule=found.rrule, doubt=found.doubt or None)
