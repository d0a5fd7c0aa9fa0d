"""The board, the alarms and docs/metrics.md speak of figures that /metrics really gives, and of all of them."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families
from ruamel.yaml import YAML

from actions.day_account import settle_days
from commands.keep import back_up
from config import clock, heartbeat
from models import database
from tests.conftest import Running
from tests.one_app import the_app

ROOT = Path(__file__).resolve().parents[2]
DAY = date(2020, 8, 3)
NAME = re.compile(r"\bduban_\w+")
LABELS = re.compile(r"(?:by|without) \(([\w, ]+)\)|\{(\w+)[=!]|\{\{(?:\s*\$labels\.)?(\w+)\s*\}\}")
BY_PROMETHEUS = {"le", "instance"}  # a histogram's edge, and the address it scrapes


@pytest.fixture
def given(puyang: Callable[..., Running]) -> Iterator[dict[str, set[str]]]:
    """Every name that a working installation's /metrics gives, with its labels."""
    running = puyang(2)
    running.round(DAY, time(9, 0))
    with running.on(DAY, time(9, 0)) as session:
        settle_days(session, running.people.office_id)
    heartbeat.beat(heartbeat.SWEEP, done=True, sent=True)
    heartbeat.beat(heartbeat.WEB)
    database.engine.cache_clear()
    back_up()
    clock.freeze(clock.at_time(DAY))
    client = TestClient(the_app())
    client.get("/livez")
    text = client.get("/metrics").text
    found: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    yield found
    clock.freeze(None)


def board() -> list[dict[str, Any]]:
    return json.loads((ROOT / "deploy" / "grafana-board.json").read_text(encoding="utf-8"))["panels"]


def expressions() -> list[tuple[str, str]]:
    """Every expression with what stands beside it: of the board, then of the alarms."""
    rules = YAML(typ="safe").load(ROOT / "deploy" / "prometheus-rules.yml")["groups"]
    ours = [(target["expr"], target["legendFormat"]) for panel in board() for target in panel["targets"]]
    return ours + [(rule["expr"], rule["annotations"]["summary"]) for group in rules for rule in group["rules"]]


def test_every_expression_asks_for_a_figure_and_labels_that_are_there(given: dict[str, set[str]]) -> None:
    assert len(expressions()) >= 20
    for expr, beside in expressions():
        names = NAME.findall(expr)
        assert names and set(names) <= set(given), expr
        asked = {word.strip() for hit in LABELS.findall(f"{expr} {beside}") for part in hit for word in part.split(",")}
        known = set().union(*(given[name] for name in names)) | BY_PROMETHEUS
        assert asked - {""} <= known, (expr, asked - known)
        assert expr.count("(") == expr.count(")") and expr.count("[") == expr.count("]")


def test_counters_are_asked_for_their_rate_and_gauges_are_not() -> None:
    for expr, _ in expressions():
        for name in NAME.findall(expr):
            counts = name.endswith(("_total", "_bucket")) or name == "duban_heartbeat_sequence"
            assert bool(re.search(rf"(rate|increase)\({name}(\{{[^}}]*\}})?\[", expr)) is counts, expr


def test_the_table_names_every_figure_and_no_other(given: dict[str, set[str]]) -> None:
    text = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(duban_\w+)` \| ([^|]*)\|", text, re.M)
    table = {name: set(re.findall(r"`(\w+)`", labels)) for name, labels in rows}
    plain = re.compile(r"(_bucket|_sum|_count|_created)$")
    ours = {plain.sub("", name) for name in given if not name.endswith("_created")}
    unnamed = {name for name in ours if name.startswith("duban_process_")} - set(table)
    assert ours - unnamed == set(table)
    assert {name: given.get(name, given.get(f"{name}_count", set())) - {"le"} for name in table} == table


def test_every_figure_of_ours_is_on_the_board(given: dict[str, set[str]]) -> None:
    shown = {name for expr, _ in expressions() for name in NAME.findall(expr)}
    ours = {name for name in given if not re.search(r"_process_|_created$|_sum$|_count$", name)}
    assert ours - shown == set()


def test_the_board_s_panels_do_not_overlap_and_have_chinese_names() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in board():
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken and at["x"] + at["w"] <= 24, panel["title"]
        assert re.search(r"[\u4e00-\u9fff]", panel["title"])
        taken |= cells
    assert len({panel["id"] for panel in board()}) == len(board())


def test_a_method_nobody_knows_makes_no_label_of_its_own(bind: object) -> None:
    client = TestClient(the_app())
    for method in ("BREW", "X" * 50):
        client.request(method, "/livez")
    text = client.get("/metrics").text
    assert 'method="other"' in text and "BREW" not in text and "XXX" not in text
