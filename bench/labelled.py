"""Phrases with their right reading, and whether ours is exactly that."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from config.workdays import official
from plans.phrase import read
from plans.reading import deadline_json
from rules.deadline import Deadline, resolve

OWN = Path(__file__).resolve().parent.parent / "tests" / "plans" / "phrases"
# fields of the answer that must be what the label says, when it says anything
NAMED = ("kind", "start", "due", "dues", "ongoing", "done", "immediate", "offset", "rrule", "min_count", "quota",
         "quota_unit")
NEVER_EXTRA = ("start", "due", "offset", "rrule")  # and these must not appear where the label has none


@dataclass(frozen=True)
class Verdict:
    """One phrase judged: the fields that differ, and whether a doubt was shown."""

    key: str
    phrase: str
    wrong: tuple[str, ...]
    doubt: bool

    @property
    def exact(self) -> bool:
        return not self.wrong


def judge(line: dict[str, Any]) -> Verdict:
    """Read a labelled phrase and compare; `also` holds other readings that are equally right."""
    found = read(line["phrase"], date.fromisoformat(line["ref_date"]))
    expected = line["expected"]
    wrong = _differences(found, expected)
    for other in line.get("also", []):
        blank = dict.fromkeys(NEVER_EXTRA) if "kind" in other else expected
        if wrong and not _differences(found, {**blank, **other}, extra=False):
            wrong = []
    wrong += _counted_wrong(found, line.get("anchored_tests", []))
    return Verdict(line["id"], line["phrase"], tuple(wrong), bool(found.doubt))


def _differences(found: Deadline, expected: dict[str, Any], extra: bool = True) -> list[str]:
    answer = deadline_json(found)
    wrong = [key for key in NAMED if key in expected and answer[key] != expected[key] and not _none(expected[key], key)]
    if extra:
        wrong += [key for key in NEVER_EXTRA if key not in expected and answer[key] is not None]
    if expected.get("placeholder") and not found.placeholder:
        wrong.append("placeholder")
    return wrong


def _none(value: Any, key: str) -> bool:
    return key == "dues" and not value


def _counted_wrong(found: Deadline, tests: list[dict[str, str]]) -> list[str]:
    """The day an offset comes to from three events, with and without leaving a rest day."""
    wrong = []
    for test in tests:
        _, settled = resolve(found, date.fromisoformat(test["anchor"]), official())
        rolled = test.get("due_if_shifted_off_rest_day")
        if settled is None or str(settled.due) != test["due"] or (rolled and str(settled.rolled) != rolled):
            wrong.append(f"from {test['anchor']}")
    return wrong


def load(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def score(lines: list[dict[str, Any]]) -> tuple[float, float, float]:
    """Percent exact; percent wrong without a doubt; doubts as percent of those that are right."""
    verdicts = [judge(line) for line in lines]
    right = [one for one in verdicts if one.exact]
    silent = [one for one in verdicts if not one.exact and not one.doubt]
    doubts = sum(one.doubt for one in right)
    return 100 * len(right) / len(verdicts), 100 * len(silent) / len(verdicts), 100 * doubts / max(1, len(right))
