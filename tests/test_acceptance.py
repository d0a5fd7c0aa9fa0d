"""docs/acceptance.md ties each requirement to the tests that prove it: no row without proof or reason, no test gone."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROW = re.compile(r"^\| ([A-Z]\d+) \| (.+?) \| (.+?) \|$")
COUNTS = {"P": 19, "L": 16, "X": 9, "N": 13, "C": 23}  # how many requirements each of the five papers has
NOT_COVERED = "not covered: "
# the loop from finding to close-out, on paper: each of these rows must have its proof
CLOSED_LOOP = {
    "P5", *(f"P{n}" for n in range(7, 19)), *(f"L{n}" for n in range(9, 17)), *(f"X{n}" for n in range(5, 10)), "N12",
}


def rows(text: str) -> list[tuple[str, str, list[str]]]:
    """Each row's id, what it says, and the tests it names as path::name."""
    found = [ROW.match(line) for line in text.splitlines()]
    return [(one[1], one[2], re.findall(r"`([^`]+)`", one[3])) for one in found if one]


TABLE = rows((ROOT / "docs" / "acceptance.md").read_text(encoding="utf-8"))


@cache
def names_in(path: Path) -> frozenset[str]:
    """The names of the tests that stand at the top of a file, read and not imported."""
    if not path.is_file():
        return frozenset()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(one.name for one in tree.body if isinstance(one, ast.FunctionDef) and one.name.startswith("test_"))


def gone(proofs: list[str]) -> list[str]:
    """The proofs that name no test."""
    parts = [one.partition("::") for one in proofs]
    return ["".join(one) for one in parts if one[2] not in names_in(ROOT / one[0])]


def test_every_requirement_has_one_row() -> None:
    wanted = [f"{letter}{n}" for letter, count in COUNTS.items() for n in range(1, count + 1)]
    assert [key for key, _, _ in TABLE] == wanted


@pytest.mark.parametrize(("key", "said", "proofs"), TABLE, ids=[key for key, _, _ in TABLE])
def test_a_row_is_proved_by_tests_that_exist_or_says_why_not(key: str, said: str, proofs: list[str]) -> None:
    assert gone(proofs) == []
    assert bool(proofs) != said.startswith(NOT_COVERED) and len(said) > 20
    assert proofs or key not in CLOSED_LOOP, "the loop from finding to close-out must be proved"


def test_a_test_that_is_not_there_is_noticed() -> None:
    here = "tests/test_acceptance.py::"
    there = "test_every_requirement_has_one_row"
    ((key, said, proofs),) = rows(f"| P1 | A sentence. | `{here}{there}`<br>`{here}test_x` |")
    assert (key, said, gone(proofs)) == ("P1", "A sentence.", [f"{here}test_x"])
    assert gone(["tests/test_nowhere.py::test_x"]) == ["tests/test_nowhere.py::test_x"]
