"""The compilation's plans in running text held against their hand-checked content: units, limits and figures."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from bench.readings.values import MISSING, Paper, Value, bare, each, head_values, says
from plans.issued import TaskRead
from rules.deadline import Deadline, Unit

UNITS = {"working": Unit.WORKDAY, "calendar": Unit.DAY, "year": Unit.YEAR, "month": Unit.MONTH}
FIGURES = ("threshold", "max_validity")  # figures a task demands: they stand in its criteria and are no limits


def jinchuan(paper: Paper) -> list[Value]:
    return [*head_values(paper), *_period(paper), *_numbers(paper), *_leads(paper), *_items(paper), *_safeguards(paper)]


def liaoning(paper: Paper) -> list[Value]:
    return [*head_values(paper), *_numbers(paper), *_kinds(paper), *_items(paper), *_cited(paper)]


def of(paper: Paper, no: int) -> list[TaskRead]:
    return [task for task in paper.issued.part.tasks if re.fullmatch(rf"{no}(\.\d+)?", task.no)]


def _period(paper: Paper) -> Iterator[Value]:
    """The years the plan is for, and the day of its goal."""
    read = paper.issued.part.windows
    spans = [(str(one.start), str(one.end)) for one in read if one.kind == "period"]
    yield from each("dates", "规划期", paper.truth["plan_period"], spans[0] if spans else ())
    goals, known = [one for one in read if one.kind == "goal"], paper.truth["goal"]
    yield Value("dates", "目标", known["due"], str(goals[0].end) if goals else MISSING)
    begins = goals and says(known["text"].rstrip("…"), goals[0].name[:12])
    yield Value("words", "目标文字", True, bool(begins) if goals else MISSING)


def _numbers(paper: Paper) -> Iterator[Value]:
    tasks = [task for task in paper.issued.part.tasks if task.no[0].isdigit()]
    yield Value("counts", "项数", paper.truth["n_items"], len({task.no.split(".")[0] for task in tasks}))
    sections = {task.theme if "title" in paper.truth["items"][0] else task.section for task in tasks}
    yield Value("counts", "部分数", paper.truth["sections"], len(sections))


def _leads(paper: Paper) -> Iterator[Value]:
    first = [tasks[0] for row in paper.truth["items"] if (tasks := of(paper, row["no"]))]
    counted = Counter(unit for task in first for unit in task.lead_units)
    for unit, count in paper.truth["lead_counts"].items():
        yield Value("counts", f"{unit}牵头项数", count, counted.get(unit, MISSING))


def _kinds(paper: Paper) -> Iterator[Value]:
    """How many limits of each kind the reader itself counts."""
    told = {figure.name: figure.found for figure in paper.issued.part.figures}
    counts = paper.truth["period_counts"]
    relative = counts["relative"] + counts["relative_after"]
    for name, count in (("按周期", counts["recurring"]), ("自事件起算", relative), ("没有日期", counts["tbd"]),
                        ("写明日期", counts["fixed"])):
        yield Value("counts", f"时限（{name}）", str(count), told.get(f"时限（{name}）", MISSING))


def _items(paper: Paper) -> Iterator[Value]:
    for row in paper.truth["items"]:
        tasks, where = of(paper, row["no"]), f"第{row['no']}项"
        if not tasks:
            yield Value("counts", where, row["no"], MISSING)
            continue
        yield from _words(where, row, tasks)
        for task in tasks if "lead" in row else ():
            yield from each("units", f"{where}牵头", row["lead"], task.lead_units)
            yield from each("units", f"{where}责任", row["responsible"], task.responsible_units)
        for period in row.get("periods", []):
            yield from _limit(where, period, tasks)
        if not any(period["type"] not in FIGURES for period in row.get("periods", [])):
            yield from _beyond(paper, where, tasks)
        yield paper.leads_to(where, tasks[0].source, row.get("title") or bare(row["text"])[:12])


def _words(where: str, row: dict[str, Any], tasks: list[TaskRead]) -> Iterator[Value]:
    """An article's heading; where it has none, whether what was read begins it."""
    for task in tasks:
        if "title" in row:
            yield Value("words", f"{where}部分", row["section"], task.theme)
            yield Value("words", f"{where}标题", row["title"], task.measure.split("：")[0])
        else:
            begins = bare(row["text"]).startswith(bare(task.theme or task.measure))
            yield Value("words", f"{where}部分", row["section"], task.section)
            yield Value("words", f"{where}文字", "begins it", "begins it" if begins else task.measure)


def _limit(where: str, period: dict[str, Any], tasks: list[TaskRead]) -> Iterator[Value]:
    """One limit or figure of an article: the best of its tasks that carry the words."""
    words = f"{where}“{period['text'][:14]}”"
    if period["type"] in FIGURES:
        shown = any(task.criteria and says(task.criteria, period["text"]) for task in tasks)
        yield Value("counts", words, period["text"], period["text"] if shown else MISSING)
        return
    carrying = [task for task in tasks if task.deadline and says(task.deadline_text, period["text"])]
    if not carrying:
        yield Value("dates", words, _wanted(period), MISSING)
        return
    found = [_found(period, task.deadline) for task in carrying if task.deadline]
    best = next((one for one in found if one == _wanted(period)), found[0])
    yield Value("dates", words, _wanted(period), best)
    if "who" in period:
        named = [task.responsible_units for task in carrying]
        yield Value("units", f"{words}主体", [period["who"]], [period["who"]] if [period["who"]] in named else named[0])


def _wanted(period: dict[str, Any]) -> tuple[object, ...]:
    match period["type"]:
        case "recurring":
            return "recurring", period.get("rrule"), period.get("min_count", 1), period.get("quota")
        case "relative" | "relative_after":
            return "relative", period["n"], UNITS[period["unit"]], period["type"] == "relative_after"
        case "fixed":
            return "fixed", period["due"]
        case other:
            return (other,)


def _found(period: dict[str, Any], limit: Deadline) -> tuple[object, ...]:
    match period["type"]:
        case "recurring":
            return limit.kind.value, limit.rrule, limit.min_count or 1, limit.quota
        case "relative" | "relative_after":
            offset = limit.offset
            return limit.kind.value, offset and offset.n, offset and offset.unit, limit.after
        case "fixed":
            return limit.kind.value, limit.due and limit.due.isoformat()
        case _:
            return (limit.kind.value,)


def _safeguards(paper: Paper) -> Iterator[Value]:
    tasks = [task for task in paper.issued.part.tasks if task.deadline_text]
    for n, row in enumerate(paper.truth["safeguards"], 1):
        task, where = next((task for task in tasks if says(task.deadline_text, row["text"])), None), f"保障{n}"
        names = task.responsible_units if task else []
        named = next((row["who"] for name in names if says(name, row["who"])), (names or [MISSING])[0])
        yield Value("dates", f"{where}周期", row["rrule"], task.deadline.rrule if task and task.deadline else MISSING)
        yield Value("units", f"{where}主体", row["who"], named)
        handed = next((one for one in paper.issued.part.handovers if says(one.sentence, row["text"])), None)
        yield from each("units", f"{where}报送对象", row.get("to", []), handed.receivers if handed else [])


def _beyond(paper: Paper, where: str, tasks: list[TaskRead]) -> Iterator[Value]:
    """A limit the content does not have: made up, unless the reader asks about it."""
    for task in tasks:
        if task.deadline:
            yield Value("dates", f"{where}另有时限", MISSING, task.deadline_text, paper.asks(f"prose.{task.no}.limit"))


def _cited(paper: Paper) -> Iterator[Value]:
    """The years of other plans that are only cited."""
    read = [one for one in paper.issued.part.windows if one.kind == "cited"]
    for row in paper.truth["plan_refs"]:
        one = next((one for one in read if says(row["text"], one.name)), None)
        for name in ("start", "end"):
            yield Value("dates", f"引用的规划{name}", row[name], str(getattr(one, name)) if one else MISSING)
