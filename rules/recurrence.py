"""重复发生: whether a problem is one that was closed out within the twelve months before. It only proposes."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from uuid import UUID

from config.day_words import printed_day
from models.base import Conflict, Rejected
from models.paper_words import RecurState

MONTHS = 12
NEAR = 0.75  # of the longer title; below it, different matters of one field begin to look alike
SHORTEST = 4  # characters; two short titles are the same or they are not


@dataclass(frozen=True)
class Matter:
    """What is known of a problem: `item` is the line of the score sheet or the measure it belongs to."""

    id: UUID
    no: int
    title: str
    item: str = ""
    category: str = ""
    closed_on: date | None = None


@dataclass(frozen=True)
class Likeness:
    """An earlier problem, and why the new one looks like it."""

    id: UUID
    why: str


def likeness(found: Matter, on: date, closed: Iterable[Matter]) -> Likeness | None:
    """The closed-out problem of the same unit that this one most likely repeats, the latest of equals; or None."""
    known = [one for one in closed if one.closed_on and one.closed_on <= on <= year_after(one.closed_on)]
    known.sort(key=lambda one: (one.closed_on or on, one.no), reverse=True)
    for alike in (_item, _title, _category):
        for one in known:
            if one.id != found.id and (why := alike(found, one)):
                day = printed_day(one.closed_on or on)
                return Likeness(one.id, f"问题{one.no}（{one.title[:30]}）于{day}销号，{why}")
    return None


def year_after(day: date) -> date:
    """The last day of the twelve months after a close-out; of 29 February the 28th."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


def plain(text: str) -> str:
    """A text without width, blanks and punctuation."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).casefold()


def _item(new: Matter, old: Matter) -> str:
    return f"同属“{new.item[:30]}”" if plain(new.item) and plain(new.item) == plain(old.item) else ""


def _title(new: Matter, old: Matter) -> str:
    one, other = plain(new.title), plain(old.title)
    if one and one == other:
        return "问题名称相同"
    if min(len(one), len(other)) < SHORTEST:
        return ""
    # both ways: the matcher's ratio depends on which text it is given first
    ratio = max(SequenceMatcher(None, *pair, autojunk=False).ratio() for pair in ((one, other), (other, one)))
    return "问题名称相近" if ratio >= NEAR else ""


def _category(new: Matter, old: Matter) -> str:
    same = plain(new.category) and plain(new.category) == plain(old.category)
    return f"类别同为“{new.category[:30]}”" if same else ""


def check_decision(state: RecurState | None, confirm: bool, reason: str) -> RecurState:
    """What a person's word makes of a proposal; a refusal says why."""
    if state != RecurState.PROPOSED:
        raise Conflict(f"此件已处理：{state.label}。" if state else "此问题没有待确认的重复发生提示。")
    if not confirm and not reason.strip():
        raise Rejected("不作重复发生处理的，须写明理由。")
    return RecurState.CONFIRMED if confirm else RecurState.REFUSED
