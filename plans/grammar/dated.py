"""Limits that name their day: one date, several, a stretch of time."""

import re
from dataclasses import replace
from datetime import date
from itertools import pairwise

from config.workdays import DAY
from plans.grammar.clusters import Cluster, clusters
from plans.grammar.dates import Reader, Span
from plans.grammar.shape import Phrase
from rules.deadline import Deadline, Kind, add_months

STAGE = re.compile("^(?!.*[时期]限).*(?:[(]|阶段|期间|活动|集中)")
OPEN_STAGE = re.compile("(?:阶段|部署|动员|自查|整治|总结|攻坚|摸排|排查|巩固|提升|验收)[^()]*[(][^()]*前[)]")
COVERED = re.compile("情况|总结|回顾|成效|以来")
RHYTHM = re.compile(r"月份[至到-]+\d*[^至到-]*月份")
BINDING = re.compile("F|I?[.,]?C")
LATEST = ("最迟", "至迟", "最晚")
LONG_PAST = 240  # days: a day so far behind the document is next year's


def dated(seen: Phrase) -> Deadline | None:
    """All dates of a phrase; where some say 前 or 截至, only those are limits."""
    found = clusters(seen.tokens, seen.shape, Reader(seen.ref, seen.calendar))
    if not found:
        return None
    kept = _limits(found)
    spans = [span for one in kept for span in one.spans]
    if not any("Y" in span.parts or span.year_given for span in spans):
        for span in spans:
            _missing_year(seen, span)
    return _many(seen, spans, kept) if len({span.due for span in spans}) > 1 else _one(seen, kept[0], spans[0])


def _limits(found: list[Cluster]) -> list[Cluster]:
    """The dates that bind: the latest named, else those with 前 or 截至, else all that are not 以来."""
    return (
        [one for one in found if one.until in LATEST]
        or [one for one in found if BINDING.match(one.tail) or one.until]
        or [one for one in found if not one.tail.startswith("l")]
        or found
    )


def _missing_year(seen: Phrase, span: Span) -> None:
    """A day without a year that is long past belongs to the next year; one just past is asked about."""
    if span.doubt or span.due >= seen.ref:
        return
    old, later = span.due, add_months(span.due, 12)
    if (seen.ref - old).days > LONG_PAST:
        span.due, span.start = later, span.start and add_months(span.start, 12)
        span.doubt, span.choices = f"原文未写年份，本年{old:%m-%d}已过，按{later}计。", (str(later), str(old))
    else:
        span.doubt, span.choices = f"原文未写年份，按{old}计，已早于文件日期。", (str(old), str(later))


def _many(seen: Phrase, spans: list[Span], kept: list[Cluster]) -> Deadline:
    dues = tuple(dict.fromkeys(span.due for span in spans))
    doubt = next((span.doubt for span in spans if span.doubt), None)
    before = any(one.tail.startswith("F") for one in kept)
    if not before and _in_a_row(spans):
        return _named(seen, Kind.WINDOW, spans[0].start, replace(spans[-1], range=True))
    if all(span.range for span in spans):
        return seen.make(
            Kind.WINDOW, f"一句写了{len(spans)}段时间", start=spans[0].start, due=spans[0].due, dues=dues,
            doubt=doubt or "一句写了几段时间，请逐段核对。",
        )
    if before and all(span.grain == "M" for span in spans):
        doubt = doubt or "“X月前”可指月初之前，也可指该月底，暂按月底计。"
    choices = next((span.choices for span in spans if span.choices), ())
    because = f"一句写了{len(dues)}个时限：{'、'.join(map(str, dues))}"
    return seen.make(Kind.FIXED, because, due=dues[0], dues=dues, doubt=doubt, choices=choices)


def _in_a_row(spans: list[Span]) -> bool:
    """“3、4月份”: whole months that follow one another are one stretch of time."""
    months = [span.due for span in spans if span.grain == "M" and not span.range]
    return len(months) == len(spans) and all(
        add_months(a.replace(day=1), 1) == b.replace(day=1) for a, b in pairwise(months)
    )


def _one(seen: Phrase, cluster: Cluster, span: Span) -> Deadline:
    tail = cluster.tail
    if not span.range and tail[:1] in ("l", "A", "L"):
        return _beginning(seen, tail[0], span)
    if not cluster.until and _covers(seen, span, tail):
        choices = (f"{span.start}至{span.due}（所涉期间）", f"{span.due}（截止）")
        doubt = "该期间已近尾声或已过，似指所涉期间而非时限。"
        return _named(seen, Kind.WINDOW, span.start, replace(span, doubt=doubt, choices=choices))
    if tail.startswith("F") and not span.range and not cluster.until:
        kind = Kind.WINDOW if OPEN_STAGE.search(seen.text) else Kind.FIXED
        return _named(seen, kind, None, _before_period(span))
    if span.range and not span.year_given and RHYTHM.search(seen.text):
        choices = ("每年", f"只指{seen.ref.year}年")
        found = _named(seen, Kind.WINDOW, span.start, span)
        return replace(found, rrule="FREQ=YEARLY", doubt="没有写年份，可能每年如此，暂按每年。", choices=choices)
    if cluster.until.startswith(("至", "-")) and not span.range and span.grain != "D":
        return _named(seen, Kind.WINDOW, None, span)
    window = span.range or _a_stretch(seen, cluster, span)
    return _named(seen, Kind.WINDOW if window else Kind.FIXED, span.start if window else None, span)


def _beginning(seen: Phrase, sign: str, span: Span) -> Deadline:
    """以来, 起, 之后: only where it begins."""
    start = span.start or span.due
    if sign == "l":
        return seen.make(Kind.WINDOW, "只写了起点，用于说明所涉期间", start=start)
    if sign == "A":
        return seen.make(Kind.ONGOING, f"自{start}起，未写截止", start=start, ongoing=True)
    return seen.make(Kind.WINDOW, f"{span.due}之后，未写截止", start=span.due, doubt="只写了起点，请补录截止日。")


def _a_stretch(seen: Phrase, cluster: Cluster, span: Span) -> bool:
    """Weeks and five-year plans are stretches of time; a month or 旬 is one beside 阶段 and the like."""
    if span.grain == "W":
        return not cluster.tail.startswith("F") and not cluster.until
    grains = "VMXY" if STAGE.search(seen.text) else "V"
    return span.grain in grains and not BINDING.match(cluster.tail) and not cluster.until


def _covers(seen: Phrase, span: Span, tail: str) -> bool:
    """Whether a period (almost) over when the document was issued is what it speaks of, not when something is due."""
    if span.range or span.grain not in "HQX":
        return False
    left = (span.due - seen.ref).days
    if COVERED.search(seen.text):
        return left < 31
    return not BINDING.match(tail) and left < (0 if span.grain == "X" else 31)


def _before_period(span: Span) -> Span:
    """“8月前”, “2027年前”: before the month (year) begins, or by its end? The earlier one is proposed."""
    if span.grain not in "MYQXH" or span.start is None:
        return span
    early, late = span.start - DAY, span.due
    doubt = f"“前”字可指{early}，也可指{late}，暂按{early}，请确定。"
    return replace(span, due=early, start=None, doubt=doubt, choices=(str(early), str(late)))


def _named(seen: Phrase, kind: Kind, start: date | None, span: Span) -> Deadline:
    """A named day does not move; the reason says when it falls on a rest day, and when it is already past."""
    due = span.due
    because = f"写明{start}至{due}" if start else f"写明{due}"
    if rest := seen.calendar.rest_name(due):
        because += f"，逢{rest}，不顺延，提前在此前工作日催办"
    if due < seen.ref:
        because += f"，早于文件日期{seen.ref}"
    if seen.has("S"):
        because += "；完成后转为长期坚持，每年确认一次，不作逾期"
    return seen.make(kind, because, start=start, due=due, doubt=span.doubt or None, choices=span.choices)
