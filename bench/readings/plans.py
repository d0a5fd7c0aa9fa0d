"""Notices nobody tuned the readers to, each beside its stages by hand: right, doubted, and wrong or lost in silence."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from bench.measure import Figure
from bench.readings.files import FORMATS
from plans.issued import Issued, StageRead
from plans.reader import read_issued

PLANS = Path(__file__).parent / "first_plans"
FORMAT = "docx"


def figures() -> list[Figure]:
    """Stages and heads of every notice; each difference is printed."""
    found: list[Figure] = []
    whole: Counter[str] = Counter()
    for path in sorted(PLANS.glob("*.yaml")):
        verdicts = Counter(judged(path))
        whole += verdicts
        name = f"first notice {path.stem}: {sum(verdicts.values())} fields, not right"
        found.append(Figure(name, sum(verdicts.values()) - verdicts["right"], 0, ""))
    total = sum(whole.values())
    name = f"first notices, all: {whole['right']} of {total} fields right"
    return [
        *found,
        Figure(name, 100 * whole["right"] / max(1, total), 100, "%", least=True),
        Figure("first notices: fields doubted", whole["doubted"], total, ""),
        Figure("first notices: fields wrong without a doubt", whole["wrong"], 0, ""),
        Figure("first notices: fields lost without a doubt", whole["lost"], 0, ""),
    ]


def judged(path: Path) -> Iterator[str]:
    """The verdict on every field of the head and of every stage."""
    case: dict[str, Any] = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    blocks = [block["table"] if isinstance(block, dict) else block for block in case["lines"]]
    (issued, *_) = read_issued(f"{path.stem}.{FORMAT}", FORMATS[FORMAT](blocks))
    asked = {doubt.key for doubt in issued.part.doubts}
    for name, wanted in case["expected"]["head"].items():
        read = getattr(issued.head, name)
        yield _verdict(path, name, wanted, str(read) if read else None, f"head-{name}" in asked)
    yield from _stages(path, case["expected"]["stages"], issued, asked)


def _stages(path: Path, wanted: list[dict[str, Any]], issued: Issued, asked: set[str]) -> Iterator[str]:
    """Stage by stage in the order printed; one too many is wrong."""
    stages = issued.part.stages
    for at, row in enumerate(wanted):
        stage = stages[at] if at < len(stages) else None
        doubted = {name for name in ("kind", "date") if f"stage-{at + 1}-{name}" in asked}
        if stage is None and any(key.startswith("stage-missed") for key in asked):
            doubted = {"kind", "date"}
        for name in ("kind", "start", "end"):
            read = _shown(stage, name)
            open_here = ("kind" if name == "kind" else "date") in doubted
            fine = read in (row[name], *row.get("either", [])) or (row.get("ask", False) and open_here)
            fine = fine or row[name] == "any"
            yield _verdict(path, f"stage {at + 1} {name}", row[name], row[name] if fine else read, open_here)
    for stage in stages[len(wanted):]:
        yield _verdict(path, "stage too many", None, stage.name, False)


def _shown(stage: StageRead | None, name: str) -> str | None:
    value = getattr(stage, name) if stage else None
    return str(value) if value else None


def _verdict(path: Path, name: str, wanted: object, read: object, asked: bool) -> str:
    if read == wanted:
        return "right"
    verdict = "doubted" if asked else "lost" if read is None else "wrong"
    print(f"first notice {path.stem}, {name}: {verdict.upper()}: printed {wanted!r}, read {read!r}")
    return verdict
