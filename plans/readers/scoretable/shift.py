"""Columns of a score table that slipped by a row: found by cells without a task, holes, and sums that fit next door."""

import re
from dataclasses import dataclass

from plans.readers.scoretable.clauses import parse, tidy
from plans.readers.scoretable.rows import POINTS, Row

Cells = tuple[str, str]  # the units and the criteria of one task
AS_PRINTED = "照原行"


@dataclass
class Aligned:
    """A task's row with the units and criteria proposed for it; `other` is its row as printed when that differs."""

    row: Row
    unit: str
    criteria: str
    other: Row | None = None


@dataclass(frozen=True)
class Slip:
    """A run of tasks (places in the list of tasks) whose columns seem to have slipped, and how they may be put back:
    `readings` has for each choice the units and the criteria of every task of the run."""

    first: int
    last: int
    columns: str
    choices: tuple[str, ...]
    readings: tuple[tuple[Cells, ...], ...] = ()


def points_of(row: Row) -> float | None:
    """The points printed at the end of the task, else in their own column."""
    match = POINTS.search(tidy(row.task))
    if match:
        return float(match.group(1))
    column = re.fullmatch(r"(\d{1,3}(?:\.\d+)?)分?", tidy(row.points))
    return float(column.group(1)) if column else None


def align(rows: list[Row]) -> tuple[list[Aligned], list[Slip], list[Row]]:
    """Each task with its cells, the slips found, and rows without a task that found no place."""
    aligned = {at: Aligned(row, row.unit, row.criteria) for at, row in enumerate(rows) if row.task}
    order = list(aligned)
    slips, left = [], []
    for at in [at for at, row in enumerate(rows) if row.orphan]:
        run = _run(rows, at)
        if not run:
            left.append(rows[at])
            continue
        step = -1 if at < run[0] else 1
        columns = _columns(rows[at])
        better = _fitting(rows, run, step) > _fitting(rows, run, 0)
        if better:
            _move(aligned, rows, run, step)
        choices = _choices(columns, step, better)
        readings = tuple(_reading(rows, run, step, rows[at], choice) for choice in choices)
        slips.append(Slip(order.index(run[0]), order.index(run[-1]), columns, choices, readings))
    return list(aligned.values()), slips + _by_sums([aligned[at] for at in order], slips), left


def _run(rows: list[Row], orphan: int) -> list[int]:
    """The tasks between a row without a task and the nearest one without criteria, with no break between."""
    for step in (1, -1):
        at, run = orphan + step, []
        while 0 <= at < len(rows) and rows[at].task:
            run.append(at)
            if (rows[orphan].criteria and not rows[at].criteria) or (rows[orphan].unit and not rows[at].unit):
                return sorted(run)
            at += step
    return []


def _columns(orphan: Row) -> str:
    return "、".join(name for name, text in (("单位", orphan.unit), ("标准", orphan.criteria)) if text)


def _fitting(rows: list[Row], run: list[int], step: int) -> int:
    """How many tasks of a run have criteria that add up to their points when taken from `step` rows away."""
    return sum(_sum(rows[at + step].criteria) == points_of(rows[at]) for at in run)


def _sum(criteria: str) -> float:
    return parse(criteria).total


def _move(aligned: dict[int, Aligned], rows: list[Row], run: list[int], step: int) -> None:
    orphan = rows[run[0] + step] if step < 0 else rows[run[-1] + step]
    for at in run:
        item, source = aligned[at], rows[at + step]
        item.other = rows[at]
        item.unit = source.unit if orphan.unit else item.unit
        item.criteria = source.criteria if orphan.criteria else item.criteria


def _choices(columns: str, step: int, better: bool) -> tuple[str, ...]:
    side = "上" if step < 0 else "下"
    back: tuple[str, ...] = (f"{columns}按{side}一行对回",)
    if "、" in columns:
        back += ("只对回标准，单位照原行",)
    return (*back, AS_PRINTED) if better else (AS_PRINTED, *back)


def _reading(rows: list[Row], run: list[int], step: int, orphan: Row, choice: str) -> tuple[Cells, ...]:
    """What a choice makes of the cells of a run: of each row's own, or of the row they slipped to."""
    back, both = choice != AS_PRINTED, not choice.startswith("只")
    unit, criteria = (step if back and both and orphan.unit else 0), (step if back and orphan.criteria else 0)
    return tuple((rows[at + unit].unit, rows[at + criteria].criteria) for at in run)


def _by_sums(items: list[Aligned], known: list[Slip]) -> list[Slip]:
    """Runs whose criteria add up to the points of the row above or below, and not to their own."""
    sums, points = [_sum(item.criteria) for item in items], [points_of(item.row) for item in items]
    taken = {at for slip in known for at in range(slip.first, slip.last + 1)}
    found: list[Slip] = []
    for step in (-1, 1):
        run: list[int] = []
        for at in range(len(items) + 1):
            beside = at + step
            inside = at < len(items) and 0 <= beside < len(items) and at not in taken
            if inside and sums[at] == points[beside]:
                run.append(at)
                continue
            if sum(sums[one] != points[one] for one in run) > 1:
                found.append(_suspected(items, run, step))
                taken.update(run)
            run = []
    return found


def _suspected(items: list[Aligned], run: list[int], step: int) -> Slip:
    """The tasks the criteria of a run would belong to, together with the run itself. Put back, the last criteria left
    over go to the one task that has lost its own: no words are dropped."""
    first, last = min(run[0], run[0] + step), max(run[-1], run[-1] + step)
    side = "下" if step < 0 else "上"
    printed = tuple((item.unit, item.criteria) for item in items[first : last + 1])
    turned = printed[-step:] + printed[:-step]
    back = tuple((unit, criteria) for (unit, _), (_, criteria) in zip(printed, turned, strict=True))
    return Slip(first, last, "标准", (AS_PRINTED, f"标准按{side}一行对回"), (printed, back))
