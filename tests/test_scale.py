"""docs/scale.md says what its model computes from what was measured."""

import json
from pathlib import Path

from bench.growth import GROWING, KEPT, LARGE, PLACES, grown, table

PAGE = Path(__file__).resolve().parents[1] / "docs" / "scale.md"
YEAR, MEASURED = json.loads(KEPT.read_text()), json.loads(LARGE.read_text())


def test_the_table_on_paper_is_the_one_the_model_computes() -> None:
    words = PAGE.read_text(encoding="utf-8")
    for line in table(YEAR, MEASURED):
        assert line in words, "run `python -m bench.growth` and write its table into docs/scale.md"


def test_a_county_s_year_was_counted_and_not_typed_in() -> None:
    """Both cycles leave rows of every kind that a year grows by, and one day is the busiest."""
    assert set(YEAR["rows"]) == set(GROWING)
    assert YEAR["rows"]["assignment"] > 3_000 and YEAR["rows"]["message"] > 100
    assert 0 < YEAR["busiest"] <= YEAR["rows"]["message"]


def test_ten_times_the_counties_are_ten_times_the_rows_and_never_fewer_processes() -> None:
    one, ten = (grown(YEAR, MEASURED, count) for count in (1, 10))
    assert ten["messages"] == 10 * one["messages"] and ten["database_gb"] > 9 * one["database_gb"]
    workers = [grown(YEAR, MEASURED, count)["workers"] for _, count in PLACES]
    assert workers == sorted(workers) and workers[0] == 1
