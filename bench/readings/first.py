"""Tables nobody tuned the readers to, each beside a reading by hand: fields right, doubted, and wrong in silence."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from bench.measure import Figure
from bench.readings.files import FORMATS
from bench.readings.values import bare
from plans.issued import Doubt, Part, TaskRead
from plans.reader import read_issued

TABLES = Path(__file__).parent / "first_sight"
UNITS, LIMIT = ("lead", "responsible"), ("limit", "due", "dues", "start", "kind", "offset", "rrule", "ongoing")
WORDS = ("measure", "theme", "section")
# Which questions speak of a field: by how their keys begin or end, and what a count that fails says of it.
ASKED = {
    ("lead",): r":(?:units|lead|odd|again|blank|parts)$",
    ("responsible",): r":(?:units|responsible|support|odd|again|blank|parts)$|:units_missing(?:#\d+)?$|^表\d+:lead$",
    LIMIT: r"^limit:|:(?:limit|parts|odd)$", WORDS: r":(?:odd|measure|swapped|again|torn)$",
    ("no",): r":odd$", ("criteria",): r":odd$", ("points",): r":(?:odd|points|points_missing)(?:#\d+)?$",
}
COUNTED = {UNITS: r"单位|栏目|格数", LIMIT: r"时限|栏目|格数", WORDS: r"主题|栏目|格数", ("no",): r"序号|格数",
           ("criteria",): r"栏目|格数", ("points",): r"栏目|格数"}
# Questions about names: they speak of a field that is read or printed with one of these; who leads is no question about
# who answers. A limit within the text speaks of a task's limit where no column gives one.
NAMED = {"lead": r"^(?:unit|leads|open):", "responsible": r"^(?:unit|open):"}
WITHIN = re.compile(r":within:\d+$")
# A column whose role was guessed is asked about as “按责任单位读”, which speaks of the fields that role gives.
ROLES = {UNITS: r"单位", LIMIT: r"时限", WORDS: r"任务|措施", ("no",): r"序号", ("criteria",): r"标准",
         ("points",): r"分值"}
UNREAD = "（这一行没有读出）"
EMPTY: tuple[object, ...] = ("", None, [], False, UNREAD)
VERDICTS = ("doubted", "counted", "wrong", "lost")


@dataclass(frozen=True)
class Field:
    """One field of one row as printed (read by hand) and as the reader gave it."""

    row: str
    name: str
    wanted: object
    found: object
    doubted: bool = False
    counted: bool = False

    @property
    def verdict(self) -> str:
        """`counted`: no question about the field, only a figure of the whole table that fails. `lost` gave nothing
        where something is printed, `wrong` gave something else, and nobody is told."""
        if self.wanted == self.found:
            return "right"
        if self.doubted or self.counted:
            return "doubted" if self.doubted else "counted"
        return "lost" if self.found in EMPTY else "wrong"


def figures() -> list[Figure]:
    found: list[Figure] = []
    whole: Counter[str] = Counter()
    for path in sorted(TABLES.glob("*.yaml")):
        fields = judged(path)
        counted = Counter(field.verdict for field in fields)
        whole += counted
        name = f"first sight {path.stem}: {len(fields)} fields, not right"
        found.append(Figure(name, len(fields) - counted["right"], 0, ""))
        _tell(path.stem, fields)
    return found + _summary(whole)


def _summary(whole: Counter[str]) -> list[Figure]:
    total = sum(whole.values())
    name = f"first sight, all: {whole['right']} of {total} fields right"
    return [
        Figure(name, 100 * whole["right"] / max(1, total), 100, "%", least=True),
        Figure("first sight: fields doubted", whole["doubted"], total, ""),
        Figure("first sight: fields wrong, only a count of the table fails", whole["counted"], 0, ""),
        Figure("first sight: fields wrong without a doubt", whole["wrong"], 0, ""),
        Figure("first sight: fields lost without a doubt", whole["lost"], 0, ""),
    ]


def _tell(name: str, fields: list[Field]) -> None:
    for field in fields:
        if field.verdict in VERDICTS:
            place = f"first sight {name}, {field.row}, {field.name}"
            print(f"{place}: {field.verdict.upper()}: printed {field.wanted!r}, read {field.found!r}")


def judged(path: Path) -> list[Field]:
    """Every field of the reading by hand against the whole reading of the file."""
    return judged_case(path.stem, YAML(typ="safe").load(path.read_text(encoding="utf-8")))


def judged_case(name: str, case: dict[str, Any]) -> list[Field]:
    """The same of a case already in hand."""
    blocks = [block["table"] if isinstance(block, dict) else block for block in case["blocks"]]
    (issued,) = read_issued(f"{name}.{case['format']}", FORMATS[case["format"]](blocks))
    part = issued.part
    left = list(part.tasks)
    fields: list[Field] = []
    grids = [block for block in blocks if isinstance(block, list)]
    for row in case["expected"]:
        task = _matching(row, left)
        if task is not None:
            left.remove(task)
        fields += list(_fields(part, row, task, grids))
    return fields + [_extra(part, task) for task in left]


def _matching(row: dict[str, Any], tasks: list[TaskRead]) -> TaskRead | None:
    """The task of the same words; else one whose words hold them or are held by them; else one that took the theme for
    its words."""
    words, theme = bare(row["measure"]), bare(row.get("theme", ""))
    same = [task for task in tasks if bare(task.measure) == words]
    alike = [task for task in tasks if _alike(bare(task.measure), words)]
    themed = [task for task in tasks if theme and bare(task.measure) == theme]
    return next(iter([*same, *alike, *themed]), None)


def _alike(one: str, other: str) -> bool:
    return min(len(one), len(other)) >= 4 and (one in other or other in one)


def _extra(part: Part, task: TaskRead) -> Field:
    """A task nobody printed."""
    asked = any(task.source in doubt.where.split("、") or (
        _at(doubt, task) and _guessed(doubt, "措施", task, "measure")) for doubt in part.doubts)
    return Field(task.source, "task", "（不是任务）", task.measure, asked)


def _fields(part: Part, row: dict[str, Any], task: TaskRead | None, grids: list[list[list[str]]]) -> Iterator[Field]:
    for name, wanted in row.items():
        if name == "ask":
            continue
        found = _read(task, name) if task else UNREAD
        asked = _asked(part, name, task, wanted) if task else _told(part, row, grids)
        # A column of which nothing is read is one question; a number not read is counted.
        if isinstance(wanted, str) and (found in EMPTY or name == "no"):
            words = wanted.partition(".")[0] if name == "no" else bare(wanted)
            keys = _holding(words, grids, whole=name == "no")
            asked = asked or not keys.isdisjoint(doubt.key for doubt in part.doubts)
        if name in row.get("ask", []) and asked:
            found = wanted  # the paper leaves it open, and so does the reader
        counted = task is not None and _counted(part, name, task, found)
        yield Field(row["measure"], name, wanted, found, asked, counted)


def _told(part: Part, row: dict[str, Any], grids: list[list[list[str]]]) -> bool:
    """A row that became no task, and is told of, itself or with the whole of its table or column."""
    words = bare(row["measure"])
    holding = _holding(words, grids)
    return any(words in bare(doubt.what) or doubt.key in holding for doubt in part.doubts)


def _holding(words: str, grids: list[list[list[str]]], *, whole: bool = False) -> set[str]:
    """The keys of questions about tables and columns that print such words, or these as a whole cell."""
    return {key for n, grid in enumerate(grids, 1) for line in grid for col, cell in enumerate(line, 1)
            if words and (words == bare(cell) if whole else words in bare(cell))
            for key in (f"table:{n}", f"表{n}:column:{col}")}


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


def _asked(part: Part, name: str, task: TaskRead, wanted: object) -> bool:
    """Whether a question tells a clerk to look at this field of this row."""
    asks = next(pattern for names, pattern in ASKED.items() if name in names)
    roles = next(pattern for names, pattern in ROLES.items() if name in names)
    return any(_at(doubt, task) and (re.search(asks, doubt.key) or _guessed(doubt, roles, task, name) or _names(
        doubt, name, [_read(task, name), wanted]) or (name in LIMIT and not task.deadline_text and WITHIN.search(
            doubt.key)) or (name == "measure" and doubt.what.startswith("括号内"))) for doubt in part.doubts)


def _names(doubt: Doubt, name: str, values: list[object]) -> bool:
    """Whether a question about names asks of one that this field holds or ought to hold."""
    if not re.search(NAMED.get(name, "$^"), doubt.key):
        return False
    words = bare(doubt.key.partition(":")[2])
    return any(bare(str(unit)) in words for units in values if isinstance(units, list) for unit in units)


def _guessed(doubt: Doubt, roles: str, task: TaskRead, name: str) -> bool:
    """A question about a column: how it was read, or that it looks like what this field lacks."""
    if ":column:" not in doubt.key:
        return False
    lacks = (name == "no" or _read(task, name) in EMPTY) and re.search(f"看内容像[^，]*(?:{roles})", doubt.what)
    return bool(lacks or re.search(f"^按.*(?:{roles}).*读", doubt.choices[0]))


def _counted(part: Part, name: str, task: TaskRead, found: object) -> bool:
    """Whether a count of the whole table fails that speaks of this field; a column not understood speaks of all."""
    says = next(pattern for names, pattern in COUNTED.items() if name in names)
    failed = [one.name for one in part.figures if not one.ok and one.name.startswith(_table(task))]
    return any(re.search(says, name) and ("栏目" in name or found in EMPTY) for name in failed)


def _at(doubt: Doubt, task: TaskRead) -> bool:
    places = doubt.where.split("、")
    return bool({task.source, _table(task), f"第{task.no}项沿用"} & set(places))


def _table(task: TaskRead) -> str:
    return task.source.partition("第")[0]
