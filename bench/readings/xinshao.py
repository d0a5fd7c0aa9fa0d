"""Xinshao held against its hand-checked content: fifty measures, their units and limits, and how each cell came."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

from bench.readings.values import MISSING, Paper, Value, each, head_values
from plans.issued import Origin, TaskRead

CELLS = {"lead": "lead_units", "responsible": "responsible_units", "deadline": "deadline"}
ALL = {"printed": (Origin.PRINTED,) * 3, "inherited": (Origin.INHERITED,) * 3}


def xinshao(paper: Paper) -> list[Value]:
    return [*head_values(paper), *_counts(paper), *_past_due(paper), *_measures(paper)]


def _counts(paper: Paper) -> Iterator[Value]:
    part, truth = paper.issued.part, paper.truth
    yield Value("counts", "措施总数", truth["total_measures"], len(part.tasks))
    told = [figure.found for figure in part.figures if figure.name.endswith("：项数")]
    yield from each("counts", "各部分项数", [f"{row['counted']}项" for row in truth["count_checks"]], told)
    limits = Counter(task.deadline_text for task in part.tasks)
    for text, count in truth["deadline_counts_resolved"].items():
        yield Value("counts", f"时限“{text}”项数", count, limits.get(text, MISSING))
    printed = Counter(task.deadline_text for task in part.tasks if task.origins["deadline"] == Origin.PRINTED)
    for text, count in truth["deadline_cells_printed"].items():
        yield Value("provenance", f"印出的时限“{text}”", count, printed.get(text, MISSING))
    yield from _origins(paper)


def _origins(paper: Paper) -> Iterator[Value]:
    """All printed, all inherited, and what nobody can know, counted over the whole table."""
    rows, tasks = paper.truth["measures"], paper.issued.part.tasks
    open_ = [task for task in tasks if paper.asks(f"{task.no}:units")]
    sure = Counter(tuple(task.origins[name] for name in CELLS.values()) for task in tasks if task not in open_)
    settled = [row for row in rows if not _lone(row)]
    for name, flag in (("printed", True), ("inherited", False)):
        wanted = sum(set(row["printed"].values()) == {flag} for row in settled)
        yield Value("provenance", f"三格全为{name}的项数", wanted, sure[ALL[name]])
    yield Value("provenance", "单位栏位不明的项数", sum(map(_lone, rows)), len(open_))
    counted = sum(map(_lone, rows))
    if paper.truth["ambiguous_cells"] != counted:
        paper.set_aside.append(f"ambiguous_cells: {paper.truth['ambiguous_cells']}：只数了附注 merged_cell_reading 的；"
                               f"按逐项的 printed 计为{counted}项，以逐项的为准")
    deadlines = sum(task.origins["deadline"] == Origin.PRINTED for task in tasks)
    yield Value("provenance", "印出的时限格数", paper.truth["printed_cells"]["deadline"], deadlines)


def _lone(row: dict[str, Any]) -> bool:
    """Only one of the two unit cells is printed: in which column it stood cannot be known from the text."""
    return bool(row["printed"]["lead"] != row["printed"]["responsible"])


def _past_due(paper: Paper) -> Iterator[Value]:
    late = [doubt.where.split("、") for doubt in paper.issued.part.doubts if doubt.key == "past-due"]
    yield from each("dates", "印发时已到期", paper.truth["past_due_on_issue_date"]["items"], late[0] if late else [])


def _measures(paper: Paper) -> Iterator[Value]:
    tasks = {task.no: task for task in paper.issued.part.tasks}
    for row in paper.truth["measures"]:
        task = tasks.get(row["id"])
        if task is None:
            yield Value("counts", row["id"], row["id"], MISSING)
            continue
        asked, no = paper.asks(f"{task.no}:units"), row["id"]
        yield Value("words", f"{no}编号", row["id"], task.no)
        for name, found in (("theme", task.section), ("subtheme", task.theme), ("text", task.measure)):
            yield Value("words", f"{no}{name}", row[name], found)
        yield from each("units", f"{no}牵头", row["lead"], task.lead_units, asked)
        yield from each("units", f"{no}责任", row["responsible"], task.responsible_units, asked)
        yield from _limit(no, row, task)
        yield from _came(paper, row, task)
        yield from _within(paper, row)
        yield paper.leads_to(no, task.source, row["text"])


def _limit(no: str, row: dict[str, Any], task: TaskRead) -> Iterator[Value]:
    known, read = row["deadline"], task.deadline
    yield Value("words", f"{no}时限原文", row["deadline_text"], task.deadline_text or MISSING)
    if read is None:
        yield Value("dates", f"{no}时限", known["due"], MISSING)
        return
    yield Value("dates", f"{no}due", date.fromisoformat(known["due"]), read.due, bool(read.doubt))
    yield Value("dates", f"{no}ongoing", known["ongoing"], read.ongoing)
    yield Value("dates", f"{no}kind", known["kind"], read.kind.value)
    yield Value("dates", f"{no}done", known.get("done", False), read.done)
    yield Value("dates", f"{no}须人确定", known.get("fuzzy", False), bool(read.doubt))
    if "alternatives" in known:
        yield from each("dates", f"{no}其他读法", known["alternatives"], read.choices[1:])


def _came(paper: Paper, row: dict[str, Any], task: TaskRead) -> Iterator[Value]:
    """Printed or inherited, cell by cell; a lone unit cell must be asked about."""
    asked = paper.asks(f"{task.no}:units")
    for cell, name in CELLS.items():
        wanted = "printed" if row["printed"][cell] else "inherited"
        found = task.origins[name].value
        if cell != "deadline" and (_lone(row) or asked):
            wanted, found = ("asked" if _lone(row) else wanted), ("asked" if asked else found)
        yield Value("provenance", f"{row['id']}{cell}来历", wanted, found)


def _within(paper: Paper, row: dict[str, Any]) -> Iterator[Value]:
    """Limits within a measure's own words must at least be put as questions."""
    asked = [doubt.key for doubt in paper.issued.part.doubts if doubt.key.startswith(f"{row['id']}:within:")]
    if row.get("embedded_deadlines"):
        yield Value("dates", f"{row['id']}正文中的时限", "asked", "asked" if asked else MISSING)
