"""The limits of a decomposition table: what a cell says, and what the words of a measure say besides."""

import re
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from config.workdays import Calendar, official
from plans.phrase import read
from plans.readers.decomposition.unitcell import NUMBERED
from rules.deadline import Deadline, Kind

SLASHED = re.compile(r"(?:(20\d\d)[/.-])?(\d{1,2})[/／-](\d{1,2})日?((?:之|以)?前|底前)?")
LIMIT_WORD = re.compile(
    r"(?:完成|坚持|推进|开展|到位|办结|销号|落实|实施|[之以]?前|[之以]?内|[年月季]?底|末|年|月份?|[日号]|季度|度|初|中旬|[上下]旬|半年"
    r"|立行立改|立即|长期|持续|常态化|适时|待定|随时|每[年月季周]|[次天])[。;；]?$|\d$"
)
UNREAD = "没有读出时限"
CLAUSE = re.compile(r"[,，。;；!！\n]+")
QUOTED = re.compile(r"“[^”]*”|《[^》]*》")
EVENT = re.compile(r"^[在于].{3,}前")
LEAST = re.compile(r"至少|不少于|不低于|[每各按]")


# Without one of these a clause sets no limit, whatever its figures count.
TIMELY = re.compile(
    r"[年月日天周季旬时前后每期次底末初]|(?<![第\d])[\d一二三四五六七八九十]{1,3}号|\d\s*[./．-]\s*\d|\d{8}|\d内"
)


MOST_KEPT = 8192


class Kept(NamedTuple):
    """Readings made under one calendar, by phrase and day of the document."""

    calendar: Calendar
    found: dict[tuple[str, date], Deadline]


_kept: list[Kept] = []  # replaced as a whole: a new holiday notice may change what 春节前 says


def _read(text: str, ref: date) -> Deadline:
    """The reading of a phrase, made once: a large table prints the same few limits over and over."""
    calendar = official()
    kept = next(iter(_kept), None)
    if kept is None or kept.calendar is not calendar or len(kept.found) > MOST_KEPT:
        kept = Kept(calendar, {})
        _kept[:] = [kept]
    if (text, ref) not in kept.found:
        kept.found[text, ref] = read(text, ref, calendar)
    return kept.found[text, ref]


def said(text: str, ref: date) -> Deadline:
    """What a phrase says, days of a year nobody named left out."""
    return known(_read(text, ref))


def looks_like_limit(text: str, ref: date) -> bool:
    """A cell the reader of phrases understands and that ends as limits do; 九月集团 is a unit."""
    words = "".join(text.split())
    if SLASHED.fullmatch(words):
        return limit_of(words, ref).due is not None
    if not words or len(words) > 60 or not LIMIT_WORD.search(words) or (NUMBERED.match(words) and len(words) > 20):
        return False
    found = _read(words, ref)
    return found.kind != Kind.TBD or found.because != UNREAD


def limit_of(text: str, ref: date) -> Deadline:
    """What a limit says; 6/30 is proposed as a day and asked, for it may be a fraction."""
    found, day = said(text, ref), SLASHED.fullmatch("".join(text.split()))
    if found.because != UNREAD or not day:
        return found
    words = f"{day[1] or ref.year}年{int(day[2])}月{int(day[3])}日"
    spoken = said(words + (day[4] or ""), ref)
    if spoken.due is None:
        return found
    return replace(spoken, phrase=text, doubt=f"疑为{words}，请确定。", choices=(words,))


def undated(deadline: Deadline) -> str:
    """What is asked of a limit that ends with an event whose day no count leads to: 汛期前."""
    open_end = deadline.kind == Kind.RELATIVE and deadline.before and deadline.offset is None and deadline.due is None
    return f"以“{deadline.anchor}”为准，原文没有写明日期，请补录。" if open_end else ""


def limit_text(text: str, ref: date) -> str:
    """A limit as printed; lines that each are a limit stay apart, others were only wrapped."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return "；".join(lines) if all(looks_like_limit(line, ref) for line in lines) else "".join(lines)


def known(deadline: Deadline) -> Deadline:
    """A day in a year nobody named is no day."""
    days = [day for day in (deadline.due, deadline.start, deadline.first, *deadline.dues) if day]
    if all(day.year > 1900 for day in days):
        return deadline
    return replace(deadline, kind=Kind.TBD, start=None, due=None, dues=(), first=None, choices=(),
                   doubt="文件没有日期，年份不明，请补录。")


def limits_within(text: str, ref: date) -> list[tuple[str, Deadline]]:
    """Clauses that set a limit of their own, with what they say; 及时 and 适时 set none."""
    found = []
    clauses = [clause.strip() for clause in CLAUSE.split(text)]
    for at, clause in enumerate(clauses):
        if not TIMELY.search(clause):
            continue
        deadline = said(QUOTED.sub("", clause), ref)
        if _limits(deadline, clause):
            bare = len(clause) < 12 and at + 1 < len(clauses)
            found.append((f"{clause}，{clauses[at + 1]}" if bare else clause, deadline))
    return found


def _limits(deadline: Deadline, clause: str) -> bool:
    """事前事中事后 is no limit and 查一次 no yearly duty: an event stands between 在 and 前, a bare count says 至少."""
    if deadline.kind == Kind.RELATIVE:
        return deadline.offset is not None or (deadline.before and bool(EVENT.match(clause)))
    if deadline.kind == Kind.RECURRING and deadline.doubt and not LEAST.search(clause):
        return False
    return deadline.kind in (Kind.FIXED, Kind.WINDOW, Kind.RECURRING) and not deadline.done
