"""The list against OWASP ASVS and the threat model name tests that exist, and leave no item without an answer."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TESTS = {name for path in (ROOT / "tests").rglob("test_*.py")
         for name in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)}
TWO = {  # the items of levels 1 and 2 in the chapters this list answers
    *(f"5.{item}" for item in ("1.1", "2.1", "2.2", "2.3", "3.1", "3.2", "4.1", "4.2", "4.3")),
    *(f"6.{item}" for item in ("5.1", "5.2", "5.3", "5.4", "5.5", "6.2", "6.3")),
    *(f"7.{item}" for item in ("1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "2.4", "3.1", "3.2", "4.1", "4.2", "4.3",
                               "4.4", "4.5", "5.1", "5.2", "6.1", "6.2")),
    *(f"16.{item}" for item in ("1.1", "2.1", "2.2", "2.3", "2.4", "2.5", "3.1", "3.2", "3.3", "3.4", "4.1", "4.2",
                                "4.3", "5.1", "5.2", "5.3")),
}


@pytest.mark.parametrize("page", ["asvs.md", "security.md"])
def test_every_test_that_is_named_is_there(page: str) -> None:
    named = set(re.findall(r"`(test_\w+)`", (ROOT / "docs" / page).read_text(encoding="utf-8")))
    assert len(named) > 15
    assert named - TESTS == set()


def test_no_item_of_level_two_is_left_out_and_none_is_held_by_nothing() -> None:
    text = (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8")
    lines = re.findall(r"^\| \d.*$", text, re.MULTILINE)
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert TWO - {item for row in rows for item in re.findall(r"\d+\.\d+\.\d+", row[0])} == set()
    assert all(row[1].strip("*") in ("yes", "part", "no") and len(row[2]) > 10 for row in rows)
