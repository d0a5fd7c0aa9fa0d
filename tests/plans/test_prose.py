"""The compilation's plans in running text against their hand-checked content: numbers, units, limits, nothing else."""

import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from plans.document import Document, Line
from plans.issued import Head, Origin, Part, TaskRead
from plans.readers.running_text.prose import read_prose
from plans.readers.split import split_documents
from rules.deadline import Kind, Unit

SHARED = Path(__file__).resolve().parents[3] / "shared"
SOURCE = SHARED / "sources" / "compilation.txt"
pytestmark = pytest.mark.skipif(not SOURCE.exists(), reason="the compilation is not beside this checkout")
UNITS = {"working": Unit.WORKDAY, "calendar": Unit.DAY, "year": Unit.YEAR, "month": Unit.MONTH}


def pieces() -> list[Document]:
    lines = SOURCE.read_text(encoding="utf-8").splitlines()
    return split_documents(Document("汇编", "", [Line(text, n) for n, text in enumerate(lines, start=1)]))


def truth(name: str) -> dict[str, Any]:
    path = SHARED / "ground-truth" / f"{name}.yaml"
    return dict(YAML(typ="safe").load(path.read_text(encoding="utf-8")))


def jinchuan() -> Part:
    return read_prose(pieces()[0], Head(year=2015))


def liaoning() -> Part:
    return read_prose(pieces()[2], Head(issued_on=date(2011, 2, 25), year=2011))


def of(part: Part, no: int) -> list[TaskRead]:
    return [task for task in part.tasks if re.fullmatch(rf"{no}(\.\d+)?", task.no)]


def numbers(part: Part) -> set[int]:
    return {int(task.no.split(".")[0]) for task in part.tasks if task.no[0].isdigit()}


def bare(text: str) -> str:
    return re.sub(r"[,，“”\s]", "", text)


def says(text: str, printed: str) -> bool:
    """Whether the words of the truth, which leaves parts out as …, stand in what was read."""
    return re.search(".*".join(re.escape(bare(piece)) for piece in printed.split("…")), bare(text)) is not None


def matches(task: TaskRead, period: dict[str, Any]) -> bool:
    if period["type"] in ("threshold", "max_validity"):
        return task.criteria is not None and says(task.criteria, period["text"]) and "有效期" not in task.deadline_text
    deadline = task.deadline
    if deadline is None or not says(task.deadline_text, period["text"]):
        return False
    match period["type"]:
        case "recurring":
            quota = period.get("quota") == deadline.quota and period.get("min_count", 1) == (deadline.min_count or 1)
            return deadline.kind == Kind.RECURRING and deadline.rrule == period.get("rrule") and quota
        case "relative" | "relative_after":
            offset = deadline.offset
            same = offset is not None and (offset.n, offset.unit) == (period["n"], UNITS[period["unit"]])
            return deadline.kind == Kind.RELATIVE and same and deadline.after == (period["type"] == "relative_after")
        case "fixed":
            return deadline.due is not None and deadline.due.isoformat() == period["due"]
        case _:
            return deadline.kind == Kind.TBD and deadline.due is None


def found_and_listed(part: Part, items: list[dict[str, Any]]) -> tuple[int, int]:
    listed = [(item["no"], period) for item in items for period in item.get("periods", [])]
    return sum(any(matches(task, period) for task in of(part, no)) for no, period in listed), len(listed)


def test_jinchuan_has_its_41_tasks_with_heading_section_and_units() -> None:
    part, items = jinchuan(), truth("jinchuan")["items"]
    assert numbers(part) == set(range(1, 42))
    for item in items:
        for task in of(part, item["no"]):
            assert task.theme == item["section"]
            assert task.section == "二、主要任务"
            assert task.measure.split("：")[0] == item["title"]
            assert (task.lead_units, task.responsible_units) == (item["lead"], item["responsible"])
            assert task.origins["lead_units"] == task.origins["responsible_units"] == Origin.PRINTED
    leads = Counter(unit for item in items for unit in of(part, item["no"])[0].lead_units)
    assert leads == truth("jinchuan")["lead_counts"]


def test_jinchuan_has_every_limit_of_the_truth_and_one_more_that_is_a_doubt() -> None:
    part, items = jinchuan(), truth("jinchuan")["items"]
    assert found_and_listed(part, items) == (9, 9)
    without = {item["no"] for item in items if "periods" not in item}
    extra = [task for no in without for task in of(part, no) if task.deadline]
    assert [task.no for task in extra] == ["21"]  # C4: filed after the decision, no days
    assert extra[0].deadline is not None and extra[0].deadline.due is None
    assert any(doubt.key == "prose.21.limit" for doubt in part.doubts)


def test_jinchuan_safeguards_keep_who_must_report() -> None:
    part = jinchuan()
    safeguards = [task for task in part.tasks if task.no.startswith("三.")]
    listed = truth("jinchuan")["safeguards"]
    assert len(safeguards) == len(listed)
    for duty in listed:
        task = next(task for task in safeguards if says(task.deadline_text, duty["text"]))
        assert task.deadline is not None and task.deadline.rrule == duty["rrule"]
        assert bare(task.responsible_units[0]).endswith(bare(duty["who"])[-4:])


def test_jinchuan_39_names_a_lead_only_and_that_is_no_error() -> None:
    part = jinchuan()
    assert of(part, 39)[0].responsible_units == []
    assert not [doubt for doubt in part.doubts if doubt.key.startswith("prose.39")]
    assert all(figure.ok for figure in part.figures)


def test_jinchuan_gates_stand_with_their_task() -> None:
    part = jinchuan()
    for no in (10, 14, 17, 21):
        assert "未" in (of(part, no)[0].criteria or "")
    assert [task.no for task in of(part, 25)] == ["25.1", "25.2"]


def test_liaoning_has_its_42_articles_under_8_sections() -> None:
    part, items = liaoning(), truth("liaoning")["items"]
    assert numbers(part) == set(range(1, 43))
    assert [figure.found for figure in part.figures if figure.name.startswith("任务项数")] == ["42"]
    for item in items:
        for task in of(part, item["no"]):
            assert task.section == item["section"]
            assert bare(item["text"]).startswith(bare(task.theme or task.measure))
    assert not any(task.lead_units for task in part.tasks)
    assert any(doubt.key == "prose.units" for doubt in part.doubts)


def test_liaoning_has_every_limit_figure_and_validity_of_the_truth() -> None:
    part, items = liaoning(), truth("liaoning")["items"]
    assert found_and_listed(part, items) == (30, 30)
    with_limits = {item["no"] for item in items if any(p["type"] != "threshold" for p in item.get("periods", []))}
    assert {int(task.no.split(".")[0]) for task in part.tasks if task.deadline} == with_limits


def test_liaoning_splits_an_article_exactly_where_the_truth_lists_several_limits() -> None:
    part = liaoning()
    split = Counter(task.no.split(".")[0] for task in part.tasks)
    assert {no: n for no, n in split.items() if n > 1} == {"4": 2, "11": 5, "12": 2, "13": 3, "17": 2, "38": 4}


def test_liaoning_actors_are_the_ones_of_the_sentence() -> None:
    part = liaoning()
    for item in truth("liaoning")["items"]:
        for period in item.get("periods", []):
            if "who" in period:
                task = next(task for task in of(part, item["no"]) if matches(task, period))
                assert task.responsible_units == [period["who"]]
    clearing = of(part, 12)[0]
    assert clearing.responsible_units == []  # the sentence names nobody
    assert of(part, 4)[1].origins["deadline"] == Origin.INHERITED  # 每年 stands in the clause before
    assert of(part, 13)[1].origins["responsible_units"] == Origin.INHERITED


@pytest.mark.parametrize(("no", "anchor"), [(11, "规章施行"), (13, "规章规范性文件发布"), (17, "重大行政决策实施")])
def test_liaoning_events_are_named_without_the_actor(no: int, anchor: str) -> None:
    deadline = of(liaoning(), no)[0].deadline
    assert deadline is not None and deadline.anchor == anchor


def test_words_without_a_date_get_none_and_are_asked() -> None:
    for part in (jinchuan(), liaoning()):
        open_ = [task for task in part.tasks if task.deadline and re.search("定期|适时|限期", task.deadline_text)]
        assert len(open_) > 5
        for task in open_:
            assert task.deadline is not None and task.deadline.due is None and task.deadline.rrule is None
            assert any(doubt.key == f"prose.{task.no}.limit" for doubt in part.doubts)


def test_the_township_plan_yields_its_eight_goals_and_no_limit_or_unit() -> None:
    part = read_prose(pieces()[1], Head(year=2020))
    assert [task.no for task in part.tasks] == [f"({n})" for n in "一二三四五六七八"]
    assert not any(task.deadline or task.lead_units or task.responsible_units for task in part.tasks)


def test_the_speech_and_the_bureaus_report_yield_nothing() -> None:
    for document in pieces()[3:]:
        assert read_prose(document, Head()) == Part()


@pytest.mark.parametrize("name", ["lushan-2021", "puyang-2020", "xiayi-2023", "xinshao-2024"])
def test_plans_of_another_make_yield_nothing(name: str) -> None:
    text = (SHARED / "sources" / f"{name}.txt").read_text(encoding="utf-8")
    lines = [Line(line, n) for n, line in enumerate(text.splitlines(), start=1)]
    assert read_prose(Document(name, "", list(lines)), Head(year=2021)) == Part()


def test_a_task_that_loses_its_bracket_gets_a_doubt_and_no_unit() -> None:
    for number in range(1, 42):
        document = pieces()[0]
        texts = [block.text if isinstance(block, Line) else "" for block in document.blocks]
        at = next(n for n, text in enumerate(texts) if text.startswith(f"{number}."))
        while "(牵头单位" not in texts[at]:
            at += 1
        line = document.blocks[at]
        assert isinstance(line, Line)
        document.blocks[at] = Line(re.sub(r"\(牵头单位.*$", "", line.text), line.number)
        part = read_prose(document, Head(year=2015))
        assert numbers(part) == set(range(1, 42))
        assert all(not task.lead_units and not task.responsible_units for task in of(part, number))
        assert any(doubt.key == f"prose.{number}.units" for doubt in part.doubts)
        assert of(part, number % 41 + 1)[0].lead_units == truth("jinchuan")["items"][number % 41]["lead"]
