"""How well printed limits are read, how fast, and whether working days are counted right."""

import importlib.util
import random
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from bench.labelled import OWN, load, score
from bench.measure import Figure, show
from config.workdays import Calendar, official
from plans.phrase import read
from rules import workday

SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "ground-truth"
FIRST, LAST = date(2020, 1, 1), date(2026, 12, 31)
DAY = timedelta(days=1)
HEAVY = ("sqlalchemy", "prefect", "apprise", "fastapi", "pydantic", "ruamel")


def figures() -> list[Figure]:
    return [*readings(), *speed(), weight(), *counting(), *others()]


def readings() -> list[Figure]:
    """The sources' own labels where they are at hand; the sets in tests/plans/phrases always."""
    sets: list[tuple[str, Path, float]] = []
    if SHARED.exists():
        sets = [
            ("labelled sources", SHARED / "seed-deadlines.jsonl", 99),
            ("practice", SHARED / "practice-deadlines.jsonl", 97),
        ]
    else:
        print("labelled sources are not at hand: only our own phrase sets are scored", file=sys.stderr)
    found = []
    for name, path, least in [*sets, *((f"own set {path.stem}", path, 95) for path in sorted(OWN.glob("*.jsonl")))]:
        exact, silent, doubts = score(load(path))
        found += [
            Figure(f"{name}: exact", exact, least, "%", least=True),
            Figure(f"{name}: wrong without a doubt", silent, 2, "%"),
            Figure(f"{name}: doubts on right ones", doubts, 10, "%"),
        ]
    return found


def phrases() -> list[tuple[str, date]]:
    lines = [line for path in sorted(OWN.glob("*.jsonl")) for line in load(path)]
    return [(line["phrase"], date.fromisoformat(line["ref_date"])) for line in lines]


def speed() -> list[Figure]:
    """Phrases per second of processor time, the best of five rounds over a thousand different ones; nothing is kept
    from one reading to the next."""
    work = phrases()
    best = min(_spent(lambda: [read(text, ref) for text, ref in work]) for _ in range(5))
    return [Figure(f"phrases read per second ({len(work)} different)", len(work) / best, 20_000, "1/s", least=True)]


def _spent(act: Callable[[], object]) -> float:
    began = time.process_time()
    act()
    return time.process_time() - began


def weight() -> Figure:
    """Heavy packages that importing the reader brings along."""
    code = f"import sys, plans.phrase; print(sum(name in sys.modules for name in {HEAVY!r}))"
    root = Path(__file__).resolve().parent.parent
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    return Figure("heavy packages imported with the reader", float(done.stdout), 0, "")


def plain_add(day: date, count: int, calendar: Calendar) -> date:
    """Working days counted the slow and obvious way."""
    left, step = abs(count), DAY if count > 0 else -DAY
    while left:
        day += step
        left -= calendar.is_workday(day)
    return day


def naive_add(day: date, count: int) -> date:
    """Monday to Friday only, as most software counts."""
    return plain_add(day, count, Calendar())


def counting() -> list[Figure]:
    calendar, dice = official(), random.Random(20200920)
    cases = [(FIRST + dice.randrange((LAST - FIRST).days) * DAY, dice.randint(-60, 60)) for _ in range(10_000)]
    cases = [(start, n) for start, n in cases if FIRST <= plain_add(start, n, calendar) <= LAST]
    ours = sum(workday.add(start, n, calendar) != plain_add(start, n, calendar) for start, n in cases)
    naive = sum(naive_add(start, n) != plain_add(start, n, calendar) for start, n in cases)
    return [
        Figure(f"workday sums unlike a day-by-day count ({len(cases)})", ours, 0, ""),
        Figure("the same counted Monday to Friday: wrong", 100 * naive / len(cases), 100, "%"),
    ]


def others() -> list[Figure]:
    """The best known library, where somebody has installed it, on the labels that name a day."""
    if importlib.util.find_spec("jionlp") is None or not SHARED.exists():
        print("jionlp or the labelled sources are not at hand: no comparison with it", file=sys.stderr)
        return []
    lines = [x for x in load(SHARED / "seed-deadlines.jsonl") if x["expected"].get("due") and x.get("group") is None]
    ours = sum(str(read(x["phrase"], date.fromisoformat(x["ref_date"])).due) == x["expected"]["due"] for x in lines)
    theirs = sum(_jionlp_due(x["phrase"], date.fromisoformat(x["ref_date"])) == x["expected"]["due"] for x in lines)
    return [
        Figure(f"days named right of {len(lines)}: ours", 100 * ours / len(lines), 99, "%", least=True),
        Figure(f"days named right of {len(lines)}: jionlp", 100 * theirs / len(lines), 100, "%"),
    ]


def _jionlp_due(phrase: str, ref: date) -> str | None:
    import jionlp

    try:
        answer = jionlp.parse_time(phrase, time_base={"year": ref.year, "month": ref.month, "day": ref.day})
        return str(answer["time"][1])[:10]
    except Exception:  # it raises many things on phrases it does not know
        return None


if __name__ == "__main__":
    show(figures(), keep=False)
