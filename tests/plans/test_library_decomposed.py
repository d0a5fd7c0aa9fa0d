"""The shipped plans of Xinshao, Lushan and Xiayi: every figure, unit and limit of the paper, none of its sentences."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from config.workdays import official
from plans.checks import check_plan
from plans.draft import PlanDraft, TaskDraft
from plans.phrase import read
from plans.planfile import read_plan
from plans.text import read_source

SHARED = Path(__file__).resolve().parents[3] / "shared"
NAMES = ("xinshao-2024", "lushan-2021", "xiayi-2023")
LONGEST = 11  # Han characters in a row that may be the paper's own
FLAGGED = {"2024年初完成", "年中一次"}  # no exact day in the paper: these two may be in doubt, and say so in the file
EXCEPTED = (  # names of bodies and of papers, which carry over whole however long
    "鲁山县司法局行政执法协调监督室（司法大楼504）", "《河南省重大行政处罚备案审查办法》(省政府令168号)",
    "《河南省行政执法过错责任追究办法》（省政府令187号）",
)


@pytest.fixture(scope="module")
def plans() -> dict[str, PlanDraft]:
    return {name: read_plan(read_source(name)) for name in NAMES}


def beside(kind: str, name: str) -> str:
    """The text of a source or its hand-checked content, where they lie beside this checkout."""
    path = SHARED / kind / name
    if not path.exists():
        pytest.skip(f"the sources ({name}) are not beside this checkout")
    return path.read_text(encoding="utf-8")


def truth(name: str) -> dict[str, Any]:
    return YAML(typ="safe").load(beside("ground-truth", f"{name}.yaml"))


def limits(plan: PlanDraft) -> list[str]:
    """Every limit as printed, wherever the plan holds one."""
    found = [*(t.limit for t in plan.tasks), *(d.text for d in plan.deliverables), *(x.limit for x in plan.letters)]
    return [limit for limit in found if limit]


def monday(year: int, month: int, week: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=-first.weekday() % 7 + 7 * (week - 1))


@pytest.mark.parametrize("name", NAMES)
def test_each_plan_says_what_it_is_and_its_own_dates_agree(plans: dict[str, PlanDraft], name: str) -> None:
    plan = plans[name]
    assert (plan.key, plan.year) == (name, int(name[-4:]))
    assert all((plan.title, plan.short_title, plan.issuer, plan.kind))
    dates = [check for check in check_plan(plan, official()) if check.name == "时限原文与所填日期一致"]
    assert [check.ok for check in dates] == [True] * bool(plan.stages)


def test_xinshao_has_fifty_measures_in_seven_sections_as_its_headings_declare(plans: dict[str, PlanDraft]) -> None:
    plan = plans["xinshao-2024"]
    sections = list(Counter(task.section for task in plan.tasks).values())
    assert sections == [6, 9, 10, 8, 2, 8, 7] == plan.reference_counts["sections"]
    assert len({task.no for task in plan.tasks}) == len({task.source for task in plan.tasks}) == 50
    assert not plan.stages


def test_xinshao_tells_printed_inherited_and_unknowable_cells_apart(plans: dict[str, PlanDraft]) -> None:
    tasks = plans["xinshao-2024"].tasks
    found = [[task.origins[cell] for cell in ("lead", "responsible", "limit")] for task in tasks]
    assert sum(set(row) == {"printed"} for row in found) == 21
    assert sum(set(row) == {"inherited"} for row in found) == 11
    unknowable = [task for task in tasks if "ambiguous" in (task.origins["lead"], task.origins["responsible"])]
    assert len(unknowable) == 11
    for task in unknowable:
        question = next(flag for flag in task.flags if flag.kind == "merged_cell")
        proposed = f"牵头：{'、'.join(task.lead)}；责任：{'、'.join(task.responsible)}"
        assert question.alternatives[0] == proposed != question.alternatives[1]


def test_the_groups_of_xinshao_are_the_ones_its_measures_name(plans: dict[str, PlanDraft]) -> None:
    plan = plans["xinshao-2024"]
    named = {name for task in plan.tasks for name in (*task.lead, *task.responsible)}
    collective = {name for name in named if re.match("各|有关|县直", name)}
    assert collective == {group.name for group in plan.groups}


@pytest.mark.parametrize("name", NAMES)
def test_every_limit_is_understood_and_what_is_open_is_flagged(plans: dict[str, PlanDraft], name: str) -> None:
    plan = plans[name]
    ref = plan.issued_on or date(plan.year, 1, 1)
    yearless = {stage.text for stage in plan.stages}  # a stage's own dates settle which year is meant
    doubtful = {limit for limit in limits(plan) if read(limit, ref).doubt} - yearless
    assert doubtful <= FLAGGED
    for task in plan.tasks:
        if task.limit in doubtful:
            question = next(flag for flag in task.flags if flag.kind == "limit")
            assert question.alternatives == list(read(task.limit, ref).choices)
    assert all(item.propose_before for item in plan.deliverables if item.text in doubtful)


def test_lushan_visits_55_units_once_in_37_weeks_that_exist(plans: dict[str, PlanDraft]) -> None:
    plan = plans["lushan-2021"]
    units = [unit for slot in plan.slots for unit in slot.units]
    groups = {group.name: group for group in plan.groups if group.declared}
    assert (len(plan.slots), len(units), len(set(units))) == (37, 55, 55)
    assert {name: (group.declared, len(group.members)) for name, group in groups.items()} == {
        "县直单位": (35, 35), "乡镇": (20, 20),
    }
    assert set(units) == {unit for group in groups.values() for unit in group.members}
    assert plan.slot_rule == "nth_monday"
    assert all(monday(2021, slot.month, slot.week).month == slot.month for slot in plan.slots)


def test_lushan_asks_for_hours_filings_and_replies_with_the_papers_figures(plans: dict[str, PlanDraft]) -> None:
    plan = plans["lushan-2021"]
    read_limits = {task.limit: read(task.limit, date(2021, 1, 1)) for task in plan.tasks if task.limit}
    assert read_limits["贯穿整个年度且不低于20个学时"].quota == 20
    assert read_limits["自作出重大行政处罚决定之日起15日内"].offset.n == 15
    assert read_limits["每年3月底之前"].rrule == "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=31"
    letter = plan.letters[0]
    assert (letter.number, letter.signed_by) == ("鲁政行监字〔{year}〕{no}号", plan.issuer)
    assert read(letter.limit, date(2021, 1, 1)).offset.n == 30
    heads = plan.checklists[0]
    assert [item.no for item in heads.items] == list(range(1, 10)) and heads.declared_items == 9


def test_xiayi_has_its_window_its_25_places_and_21_items_in_6_groups(plans: dict[str, PlanDraft]) -> None:
    plan = plans["xiayi-2023"]
    stage, daily = plan.stages[0], plan.windows[1]
    assert (stage.start, stage.end, daily.end) == (date(2023, 7, 12), date(2023, 7, 21), date(2023, 12, 31))
    assert [group.declared for group in plan.groups] == [24, None] and len(plan.subjects) == 2
    table = plan.checklists[0]
    assert (table.declared_items, table.declared_groups) == (len(table.items), len({i.group for i in table.items}))
    assert list(Counter(item.group for item in table.items).values()) == [3, 3, 4, 3, 5, 3]
    assert [item.no for item in table.items if item.thresholds] == [4]
    assert [(rule["min"], rule["unit"]) for rule in table.items[3].thresholds] == [(200, "平方米")] * 2


def test_xinshao_agrees_with_the_hand_checked_source_cell_by_cell(plans: dict[str, PlanDraft]) -> None:
    wanted = [(m["id"], m["lead"], m["responsible"], m["deadline_text"]) for m in truth("xinshao")["measures"]]
    assert [(t.no, t.lead, t.responsible, t.limit) for t in plans["xinshao-2024"].tasks] == wanted


def test_what_xinshao_calls_printed_or_inherited_is_so_in_the_source(plans: dict[str, PlanDraft]) -> None:
    def agrees(task: TaskDraft, printed: dict[str, bool]) -> bool:
        cells = {"lead": "lead", "responsible": "responsible", "limit": "deadline"}
        words = {cell: "printed" if printed[key] else "inherited" for cell, key in cells.items()}
        if printed["lead"] != printed["responsible"]:
            words |= {"lead": "ambiguous", "responsible": "ambiguous"}
        return task.origins == words

    pairs = zip(plans["xinshao-2024"].tasks, truth("xinshao")["measures"], strict=True)
    assert [task.no for task, measure in pairs if not agrees(task, measure["printed"])] == []


def test_lushan_and_xiayi_agree_with_the_hand_checked_sources(plans: dict[str, PlanDraft]) -> None:
    wanted = truth("lushan")["schedule"]
    slots = plans["lushan-2021"].slots
    assert [(s.month, s.week, s.units) for s in slots] == [(w["month"], w["week"], w["units"]) for w in wanted]
    assert [str(monday(2021, s.month, s.week)) for s in slots] == [w["window"]["start"] for w in wanted]
    items = plans["xiayi-2023"].checklists[0].items
    table = truth("xiayi")["checklist"]["items"]
    assert [(i.no, i.group) for i in items] == [(w["no"], w["group"]) for w in table]
    bare = [{key: value for key, value in rule.items() if key != "line"} for rule in items[3].thresholds]
    assert bare == table[3]["numeric"]


def sentences(plan: PlanDraft) -> Iterator[str]:
    """Whatever is worded in a plan beside names and limits."""
    for task in plan.tasks:
        yield from (task.title, task.theme, task.section, *(f.note for f in task.flags if f.kind != "merged_cell"))
    for listed in plan.checklists:
        yield from (item.title for item in listed.items)
    for item in plan.deliverables:
        yield from (item.title, *item.rules)
    yield from (line for letter in plan.letters for line in letter.body)


def han(text: str) -> str:
    return re.sub(r"[^\u4e00-\u9fff]", "", text)


@pytest.mark.parametrize("name", NAMES)
def test_no_sentence_of_the_paper_is_carried_over(plans: dict[str, PlanDraft], name: str) -> None:
    source, excepted = han(beside("sources", f"{name}.txt")), [han(text) for text in EXCEPTED]
    for sentence in map(han, sentences(plans[name])):
        runs = {sentence[at:at + LONGEST + 1] for at in range(len(sentence) - LONGEST)}
        copied = {run for run in runs if run in source and not any(run in text for text in excepted)}
        assert not copied, sentence


@pytest.mark.parametrize("name", NAMES)
def test_titles_are_brief(plans: dict[str, PlanDraft], name: str) -> None:
    plan = plans[name]
    titles = [*(t.title for t in plan.tasks), *(i.title for c in plan.checklists for i in c.items)]
    titles += [item.title for item in plan.deliverables]
    assert [title for title in titles if not 8 <= len(title) <= 22] == []
    assert len(set(titles)) == len(titles)
