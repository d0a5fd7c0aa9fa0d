"""Tables nobody tuned the readers to, each beside a reading by hand: fields right, doubted, and wrong in silence."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from bench.measure import Figure
from bench.readings_files import FORMATS
from bench.readings_values import bare
from plans.issued import Doubt, Part, TaskRead
from plans.reader import read_issued

TABLES = Path(__file__).parent / "first_sight"
UNITS, LIMIT = ("lead", "responsible"), ("limit", "due", "dues", "start", "kind", "offset", "rrule", "ongoing")
WORDS = ("measure", "theme", "section")
# Which questions speak of a field: by how their keys begin or end, and what a count that fails says of it.
ASKED = {
    UNITS: r"^(?:unit|leads|open):|:(?:units|lead|responsible|support|odd|again)$",
    LIMIT: r"^limit:|:(?:limit|parts|odd)$|:within:\d+$", WORDS: r":(?:odd|measure|swapped|again)$",
    ("no",): r":odd$", ("criteria",): r":odd$",
}
COUNTED = {UNITS: r"单位|栏目|格数", LIMIT: r"时限|栏目|格数", WORDS: r"格数|主题", ("no",): r"序号|格数",
           ("criteria",): r"栏目|格数"}
EMPTY: tuple[object, ...] = ("", None, [], False)


@dataclass(frozen=True)
class Field:
    """One field of one row as printed (read by hand) and as the reader gave it."""

    row: str
    name: str
    wanted: object
    found: object
    doubted: bool = False

    @property
    def verdict(self) -> str:
        """`lost` gave nothing where something is printed; `wrong` gave something else. Neither raised a doubt."""
        if self.wanted == self.found:
            return "right"
        if self.doubted:
            return "doubted"
        return "lost" if self.found in EMPTY else "wrong"


def figures() -> list[Figure]:
    found: list[Figure] = []
    whole: Counter[str] = Counter()
    for path in sorted(TABLES.glob("*.yaml")):
        fields = judged(path)
        counted = Counter(field.verdict for field in fields)
        whole += counted
        found.append(Figure(f"first sight {path.stem}: right of {len(fields)}", counted["right"], len(fields), "", True))
        _tell(path.stem, fields)
    total = max(1, sum(whole.values()))
    return [
        *found, Figure(f"first sight: fields right, {whole['right']} of {total}", 100 * whole["right"] / total, 100, "%", True),
        Figure("first sight: fields doubted", whole["doubted"], total, ""),
        Figure("first sight: fields wrong without a doubt", whole["wrong"], 0, ""),
        Figure("first sight: fields lost without a doubt", whole["lost"], 0, ""),
    ]


def _tell(name: str, fields: list[Field]) -> None:
    for field in fields:
        if field.verdict != "right":
            place = f"first sight {name}, {field.row}, {field.name}"
            print(f"{place}: {field.verdict.upper()}: printed {field.wanted!r}, read {field.found!r}")


def judged(path: Path) -> list[Field]:
    """Every field of the reading by hand against the whole reading of the file."""
    case: dict[str, Any] = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    blocks = [block["table"] if isinstance(block, dict) else block for block in case["blocks"]]
    (issued,) = read_issued(f"{path.stem}.{case['format']}", FORMATS[case["format"]](blocks))
    part = issued.part
    left = list(part.tasks)
    fields: list[Field] = []
    for row in case["expected"]:
        task = _matching(row, left)
        if task is not None:
            left.remove(task)
        fields += list(_fields(part, row, task))
    return fields + [_extra(part, task) for task in left]


def _matching(row: dict[str, Any], tasks: list[TaskRead]) -> TaskRead | None:
    """The task of the same words; else one whose words hold them or are held by them."""
    words = bare(row["measure"])
    same = next((task for task in tasks if bare(task.measure) == words), None)
    return same or next((task for task in tasks if _alike(bare(task.measure), words)), None)


def _alike(one: str, other: str) -> bool:
    return min(len(one), len(other)) >= 4 and (one in other or other in one)


def _extra(part: Part, task: TaskRead) -> Field:
    """A task nobody printed."""
    asked = any(task.source in doubt.where.split("、") for doubt in part.doubts)
    return Field(task.source, "task", "（不是任务）", task.measure, asked)


def _fields(part: Part, row: dict[str, Any], task: TaskRead | None) -> Iterator[Field]:
    for name, wanted in row.items():
        if name == "ask":
            continue
        found = _read(task, name) if task else None
        wanted = [] if wanted == [] and not task else wanted
        asked = _covered(part, name, task, found) if task else _unread(part, row)
        if name in row.get("ask", []) and asked:
            found = wanted  # the paper leaves it open, and so does the reader
        yield Field(row["measure"], name, wanted, found, asked)


def _unread(part: Part, row: dict[str, Any]) -> bool:
    """A row that became no task, and is told of."""
    return any(bare(row["measure"]) in bare(doubt.what) for doubt in part.doubts)


def _read(task: TaskRead, name: str) -> object:
    limit = task.deadline
    match name:
        case "lead" | "responsible":
            return getattr(task, f"{name}_units")
        case "limit":
            return task.deadline_text
        case "kind":
            return limit.kind.value if limit else None
        case "offset":
            return f"{limit.offset.n:g} {limit.offset.unit.name.lower()}" if limit and limit.offset else None
        case "dues":
            return [str(day) for day in limit.dues] if limit else []
        case "due" | "start":
            day = getattr(limit, name) if limit else None
            return day and str(day)
        case "rrule" | "ongoing":
            return getattr(limit, name) if limit else None
        case _:
            return getattr(task, name)


def _covered(part: Part, name: str, task: TaskRead, found: object) -> bool:
    """Whether a question, or a count that fails, tells a clerk to look at this field of this row."""
    family = next(names for names in ASKED if name in names)
    return any(re.search(ASKED[family], doubt.key) and _at(doubt, task) for doubt in part.doubts) or (
        found in EMPTY and any(
            not figure.ok and figure.name.startswith(_table(task)) and re.search(COUNTED[family], figure.name)
            for figure in part.figures)
    )


def _at(doubt: Doubt, task: TaskRead) -> bool:
    places = doubt.where.split("、")
    return bool({task.source, _table(task), f"第{task.no}项沿用"} & set(places))


def _table(task: TaskRead) -> str:
    return task.source.partition("第")[0]
