"""One measured figure beside its limit."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

RESULTS = Path(__file__).parent / "results.json"


@dataclass(frozen=True)
class Figure:
    """What was measured, against which limit, in which unit; `ratio` under 1 keeps the promise.

    With `least` the limit is a lower one.
    """

    name: str
    value: float
    limit: float
    unit: str
    least: bool = False

    @property
    def ratio(self) -> float:
        if self.least:
            return self.limit / self.value if self.value else float("inf")
        return self.value / self.limit if self.limit else float(self.value > 0)


def show(figures: list[Figure], keep: bool = True) -> None:
    """The table on standard output, and (unless it is only a part) the same as bench/results.json."""
    print(f"{'figure':<62}{'value':>10}{'limit':>12}  unit   ratio")
    for one in figures:
        bound = f"{'≥' if one.least else '≤'}{one.limit:.2f}"
        print(f"{one.name:<62}{one.value:>10.2f}{bound:>12}  {one.unit:<6}{one.ratio:>6.2f}")
    rows = [{**asdict(one), "ratio": round(one.ratio, 3)} for one in figures]
    if keep:
        RESULTS.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
