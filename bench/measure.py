"""One measured figure beside its limit."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

RESULTS = Path(__file__).parent / "results.json"


@dataclass(frozen=True)
class Figure:
    """What was measured, against which limit, in which unit; `ratio` under 1 keeps the promise."""

    name: str
    value: float
    limit: float
    unit: str

    @property
    def ratio(self) -> float:
        return self.value / self.limit


def show(figures: list[Figure]) -> None:
    """The table on standard output, and the same as bench/results.json."""
    print(f"{'figure':<58}{'value':>10}{'limit':>10}  unit   ratio")
    for one in figures:
        print(f"{one.name:<58}{one.value:>10.2f}{one.limit:>10.2f}  {one.unit:<6}{one.ratio:>6.2f}")
    rows = [{**asdict(one), "ratio": round(one.ratio, 3)} for one in figures]
    RESULTS.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
