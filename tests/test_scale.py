"""docs/scale.md says what bench/growth.py makes of the figures that are kept; and the model does what it says."""

import json
from pathlib import Path

from bench.growth import GROWING, KEPT, LARGE, PLACES, grown, table

PAGE = Path(__file__).parent.parent / "docs" / "scale.md"


def test_the_table_of_the_page_is_the_model_s() -> None:
    lines = table(json.loads(KEPT.read_text()), json.loads(LARGE.read_text()))
    assert "\n".join(lines) in PAGE.read_text(encoding="utf-8"), "run python -m bench.growth and put its table in"


def test_every_row_of_a_county_s_year_that_the_page_names_is_the_one_counted() -> None:
    rows, said = json.loads(KEPT.read_text())["rows"], PAGE.read_text(encoding="utf-8")
    for name in ("assignment", "notice", "message", "event", "submission"):
        assert f"{rows[name]:,}" in said, name


def test_twice_the_counties_cost_twice_the_rows_bytes_and_time() -> None:
    year = {"rows": dict.fromkeys(GROWING, 1000), "busiest": 48}
    large = {"offices": {"offices": 10, "sweep_to_outbox_s": 5.0, "assignment_bytes_each": 1600}}
    one, two = grown(year, large, 10), grown(year, large, 20)
    assert {key: two[key] / one[key] for key in one if key != "workers"} == dict.fromkeys(set(one) - {"workers"}, 2.0)
    assert one["sweep_s"] == 0.5 * 10 + 48 * 10 / 240
    assert round(one["database_gb"], 6) == round((1600 + 600 * (len(GROWING) - 1)) * 1000 * 10 / 1e9, 6)


def test_more_processes_are_asked_for_once_a_sweep_takes_half_its_quarter_of_an_hour() -> None:
    year = {"rows": dict.fromkeys(GROWING, 0), "busiest": 0}
    large = {"offices": {"offices": 1, "sweep_to_outbox_s": 1.0}}
    assert [grown(year, large, counties)["workers"] for counties in (1, 450, 451, 900, 901)] == [1, 1, 2, 2, 3]
    assert [counties for _, counties in PLACES] == sorted(counties for _, counties in PLACES)
