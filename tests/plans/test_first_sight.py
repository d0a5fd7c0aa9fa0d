"""Tables in the styles of many offices: every field right or asked about, no printed word lost without a word said."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from bench.readings.files import FORMATS
from bench.readings.first import TABLES, judged, judged_case
from plans.document import Document, Table
from plans.issued import Issued
from plans.opening import open_document
from plans.reader import read_one

CASES = sorted(TABLES.glob("*.yaml"))
SMALL = re.compile(
    r"牵头|配合|负责|落实|实施|单位|部门|责任|按|职责|分工|同上|〃|等|由|主办|各自|共同|具体|合计|[、，,；;：:。.（）()\s/—-]")
Grid = list[list[str]]


def parts_of(path: Path) -> tuple[str, list[str | Grid]]:
    case = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    return case["format"], [block["table"] if isinstance(block, dict) else block for block in case["blocks"]]


def opened(kind: str, blocks: list[str | Grid]) -> tuple[Document, Issued]:
    document = open_document(f"a.{kind}", FORMATS[kind](blocks))
    return document, read_one(document)


def squeezed(text: str) -> str:
    return "".join(text.split())


def lost(document: Document, issued: Issued) -> list[str]:
    """Printed cells below a header of which something came into no task and no question."""
    return [f"{table.where(slot)}：{slot.text}" for table in document.tables for row in table.rows[1:] for slot in row
            if slot.printed and slot.text.strip() and not told(issued, table, slot.text, row[0].row, slot.col)]


def told(issued: Issued, table: Table, text: str, row: int, col: int) -> bool:
    """Whether a cell's words came into tasks, are asked about, or stand in a header or a sum."""
    said = squeezed("\n".join([*tasks_of(issued), *(doubt.what for doubt in issued.part.doubts),
                               *(figure.expected for figure in issued.part.figures if "总分" in figure.name)]))
    keys = {doubt.key for doubt in issued.part.doubts}
    headings = squeezed("\n".join(slot.text for line in table.rows[:6] for slot in line))
    sums = [figure.found for figure in issued.part.figures if figure.name.startswith("小计")]
    if any(f"表{table.number}第{row}行" in places.split("、") for places in sums) or squeezed(text) in headings:
        return True
    if f"table:{table.number}" in keys or f"表{table.number}:column:{col}" in keys:
        return True
    return all(squeezed(word) in said for word in SMALL.split(text) if squeezed(word))


def tasks_of(issued: Issued) -> Iterator[str]:
    for task in issued.part.tasks:
        yield from (task.no, task.section, task.theme, task.measure, task.deadline_text, task.criteria or "")
        yield from [f"{task.points or 0:g}", *task.lead_units, *task.responsible_units]
    yield from (text for item in issued.part.checklist for text in (item.no, item.group, item.text))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_every_field_is_right_or_asked_about(path: Path) -> None:
    silent = [field for field in judged(path) if field.verdict in ("wrong", "lost", "counted")]
    assert not silent


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_no_printed_cell_is_lost_without_a_word(path: Path) -> None:
    assert not lost(*opened(*parts_of(path)))


def judged_units(responsible: list[str]) -> dict[str, str]:
    """What the judge says of a row with two leading bodies, told who answers for it."""
    rows = [["工作任务", "牵头单位", "责任单位", "完成时限"],
            ["修订办事指南", "县司法局、县财政局", "县水利局", "2026年6月30日"]]
    row = {"measure": "修订办事指南", "lead": ["县财政局"], "responsible": responsible}
    case = {"format": "docx", "blocks": [{"table": rows}], "expected": [row]}
    return {field.name: field.verdict for field in judged_case("a", case)}


def test_a_question_of_who_leads_is_none_of_who_answers() -> None:
    assert judged_units(["县水利局"]) == {"measure": "right", "lead": "doubted", "responsible": "right"}
    assert judged_units(["县林业局"])["responsible"] == "wrong"


def plain(path: Path) -> bool:
    """A file of one table whose rows are either whole or one text over the whole width."""
    grids = [block for block in parts_of(path)[1] if not isinstance(block, str)]
    return len(grids) == 1 and "<" not in grids[0][0] and all(
        "<" not in row or row[1:] == ["<"] * (len(row) - 1) for row in grids[0])


PLAIN = [path for path in CASES if plain(path)]


def redrawn(path: Path, data: st.DataObject, how: str) -> dict[str, Any]:
    """The case with its columns in another order, or with one heading gone or saying nothing."""
    case: dict[str, Any] = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    at = next(at for at, block in enumerate(case["blocks"]) if isinstance(block, dict))
    grid = case["blocks"][at]["table"]
    if how == "shuffled" and len(set(grid[0])) < len(grid[0]):
        return case  # tables side by side: mixed, nobody could tell which column goes with which
    if how == "shuffled":
        order = data.draw(st.permutations(range(len(grid[0]))))
        grid = [row if "<" in row else [row[col] for col in order] for row in grid]
    else:
        grid[0][data.draw(st.integers(0, len(grid[0]) - 1))] = data.draw(st.sampled_from(["", "栏甲", "情况", "说法"]))
    case["blocks"][at] = {"table": grid}
    return case


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(PLAIN), st.data(), st.sampled_from(["shuffled", "dropped"]))
def test_in_any_order_or_without_a_heading_nothing_is_wrong_in_silence(
        path: Path, data: st.DataObject, how: str) -> None:
    case = redrawn(path, data, how)
    assert not [field for field in judged_case("a", case) if field.verdict in ("wrong", "lost")]
    blocks = [block["table"] if isinstance(block, dict) else block for block in case["blocks"]]
    assert not lost(*opened(case["format"], blocks))
