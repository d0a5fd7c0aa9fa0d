"""The two plans taken from running text: numbers, units and limits as printed, sentences our own."""

import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from config.workdays import official
from plans.checks import check_plan
from plans.draft import PlanDraft, TaskDraft
from plans.phrase import read
from plans.planfile import read_plan
from plans.text import Source
from rules.deadline import Deadline, Kind, Unit, settle

ROOT = Path(__file__).resolve().parents[2]
TRUTHS = {path.stem: path for path in ROOT.parent.glob("*/ground-truth/*.yaml")}
COMPILATION = next(ROOT.parent.glob("*/sources/compilation.txt"), None)
PLANS = {"jinchuan-2015": ("jinchuan", 41, 9), "liaoning-2011": ("liaoning", 42, 8)}
OUTSIDE = "三、保障措施"  # Jinchuan's duties beyond its 41 numbered tasks
NO_DATE = {"定期", "适时", "限期", "限期纠正", "定期组织…集中培训时间不少于一周"}
RUN = 12  # Han characters in a row that make a copied clause
# titles need no exception; notes may name the units of the plan and the five steps of a decision
STEPS = ("公众参与", "专家论证", "风险评估", "合法性审查", "集体讨论决定")
UNITS = {"year": Unit.YEAR, "month": Unit.MONTH, "calendar": Unit.DAY, "working": Unit.WORKDAY}

both = pytest.mark.parametrize("key", PLANS)
beside = pytest.mark.skipif(
    COMPILATION is None or not TRUTHS, reason="the printed sources do not lie beside this checkout"
)


@cache
def plan(key: str) -> PlanDraft:
    path = ROOT / "plans" / "library" / f"{key}.yaml"
    return read_plan(Source(path.name, path.read_text(encoding="utf-8"), ""))


@cache
def truth(key: str) -> Any:
    return YAML(typ="safe").load(TRUTHS[PLANS[key][0]].read_text(encoding="utf-8"))


def task(key: str, no: str) -> TaskDraft:
    return next(one for one in plan(key).tasks if one.no == no)


def limit(key: str, no: str) -> Deadline:
    ref = plan(key).issued_on or date(plan(key).year, 1, 1)
    return read(task(key, no).limit, ref)


def numbered(key: str) -> list[TaskDraft]:
    return [one for one in plan(key).tasks if one.section != OUTSIDE]


def of(key: str, number: int) -> list[TaskDraft]:
    return [one for one in numbered(key) if one.no.split(".")[0] == str(number)]


def tight(text: str) -> str:
    """Printed text without blanks, page numbers and the width of its marks."""
    text = re.sub(r"—\d+—", "", re.sub(r"\s", "", text))
    return text.translate({ord(a): b for a, b in zip("，：；（）", ",:;()", strict=True)})


def han(text: str) -> str:
    return "".join(re.findall(r"[\u4e00-\u9fff]", text))


# What the papers leave open: words without a day, each put before the clerk.
OPEN = {
    "jinchuan-2015": ("任务时限读得出", "5项（15.1、21.1、22.1、27.1、28.1、29.1、38.1、保障2须确认）"),
    "liaoning-2011": ("任务时限读得出", "17项（5.1、11.4、13.2、13.4、17.1、23.1、25、37.2须确认）"),
}


@both
def test_a_plan_reads_without_error_and_its_checks_agree(key: str) -> None:
    found = plan(key)
    assert (found.format, found.key, found.stages) == (1, key, [])
    assert [(check.name, check.found) for check in check_plan(found, official()) if not check.ok] == [OPEN[key]]


@both
def test_numbers_run_without_a_gap_and_parts_follow_their_number(key: str) -> None:
    _, count, sections = PLANS[key]
    numbers = [one.no for one in numbered(key)]
    assert [no for no in numbers if "." not in no] == [str(n) for n in range(1, count + 1)]
    assert len({one.no for one in plan(key).tasks}) == len(plan(key).tasks)
    for n in range(1, count + 1):
        group = of(key, n)
        assert [one.no for one in group] == [str(n), *(f"{n}.{part}" for part in range(1, len(group)))]
        assert len({one.section for one in group}) == 1
    assert numbers == [one.no for n in range(1, count + 1) for one in of(key, n)]
    assert len({one.section for one in numbered(key)}) == sections


@both
def test_every_limit_is_understood(key: str) -> None:
    for one in plan(key).tasks:
        assert one.due is None
        assert bool(one.limit) == ("limit" in one.origins), one.no
        if one.limit:
            found = limit(key, one.no)
            assert "没有读出" not in found.because, one.limit
            assert "没有读出" not in (found.doubt or ""), one.limit
            undated = found.due is None and found.offset is None and found.rrule is None and not found.immediate
            assert undated == (one.limit in NO_DATE), one.limit


@both
def test_every_unit_that_cannot_be_assigned_is_a_group(key: str) -> None:
    groups = [group.name for group in plan(key).groups]
    named = {unit for one in plan(key).tasks for unit in one.lead + one.responsible}
    assert len(groups) == len(set(groups))
    assert set(groups) <= named
    assert not any(group.members or group.declared for group in plan(key).groups)
    rest = named - set(groups)
    collective = re.compile("各|有关|部门|本级|上级|机关")
    assert not [unit for unit in rest if collective.search(unit)]


@both
def test_what_is_open_is_a_question_with_a_first_answer(key: str) -> None:
    for one in plan(key).tasks:
        assert set(one.origins.values()) <= {"printed", "inherited", "ambiguous"}
        assert ("lead" in one.origins, "responsible" in one.origins) == (bool(one.lead), bool(one.responsible))
        asked = [flag for flag in one.flags if flag.kind == "ambiguous_units"]
        assert ("ambiguous" in one.origins.values()) == bool(asked), one.no
        for flag in asked:
            assert flag.alternatives[0] == "、".join(one.responsible)
            assert len(flag.alternatives) > 1


@both
def test_titles_are_short_and_each_its_own(key: str) -> None:
    titles = [one.title for one in plan(key).tasks]
    assert len(set(titles)) == len(titles)
    assert [title for title in titles if not 8 <= len(title) <= 22] == []


@both
@beside
def test_no_sentence_is_copied(key: str) -> None:
    source = han(COMPILATION.read_text(encoding="utf-8"))
    units = {unit for one in plan(key).tasks for unit in one.lead + one.responsible}
    names = re.compile("|".join(sorted(map(re.escape, {*units, *STEPS}), key=len, reverse=True)))
    texts = [text for one in plan(key).tasks for text in (one.title, one.section)]
    for one in plan(key).tasks:
        texts += [names.sub("\n", text) for flag in one.flags for text in (flag.note, *flag.alternatives)]
    for own in (han(piece) for text in texts for piece in text.split("\n")):
        assert not [own[at:at + RUN] for at in range(len(own) - RUN + 1) if own[at:at + RUN] in source], own


@beside
def test_jinchuan_leads_and_responsible_units_are_the_printed_ones() -> None:
    key = "jinchuan-2015"
    items = truth(key)["items"]
    assert len(items) == 41
    for item in items:
        for one in of(key, item["no"]):
            assert (one.lead, one.responsible) == (item["lead"], item["responsible"]), one.no
            assert one.source == f"第{item['no']}项"
            assert one.origins["lead"] == ("inherited" if "." in one.no else "printed")
    leads = [unit for one in numbered(key) if "." not in one.no for unit in one.lead]
    assert {unit: leads.count(unit) for unit in leads} == truth(key)["lead_counts"]
    assert [(one.no, one.responsible) for one in numbered(key) if not one.responsible] == [("39", [])]


@beside
def test_liaoning_names_an_actor_of_the_article_or_asks() -> None:
    key = "liaoning-2011"
    for item in truth(key)["items"]:
        first, *parts = of(key, item["no"])
        for one in (first, *parts):
            assert one.lead == []
            assert one.source == f"第{item['no']}条"
            if one.origins["responsible"] == "printed":
                assert all(unit in item["text"] for unit in one.responsible), one.no
            elif one.origins["responsible"] == "inherited":
                assert one.responsible == first.responsible, one.no
            else:
                assert one is first


@both
@beside
def test_every_limit_is_printed_in_its_article_word_for_word(key: str) -> None:
    outside = tight(COMPILATION.read_text(encoding="utf-8"))
    texts = {str(item["no"]): tight(item["text"]) for item in truth(key)["items"]}
    for one in plan(key).tasks:
        text = outside if one.section == OUTSIDE else texts[one.no.split(".")[0]]
        at = 0
        for piece in one.limit.split("…"):
            assert piece in text[at:], (one.no, piece)
            at = text.index(piece, at) + len(piece)


@both
@beside
def test_every_printed_period_has_its_task_and_no_task_a_period_of_its_own(key: str) -> None:
    events = {"jinchuan-2015": {"21.1"}, "liaoning-2011": {"12", "37.1"}}[key]  # tied to an event, without a length
    for item in truth(key)["items"]:
        group = of(key, item["no"])
        periods = [one for one in item.get("periods", []) if one["type"] != "threshold"]
        dated = [one for one in group if one.limit and one.no not in events]
        assert len(dated) == len(periods), item["no"]
        for one, period in zip(dated, periods, strict=True):
            agrees(one, limit(key, one.no), period)
        for period in item.get("periods", []):
            if period["type"] == "threshold":
                figure = f"{period['min']}{period['unit']}"
                assert any(figure in one.title for one in group), period
    outside = [one for one in plan(key).tasks if one.section == OUTSIDE and one.limit]
    expected = sorted(str(one["rrule"]) for one in truth(key).get("safeguards", []))
    assert sorted(str(limit(key, one.no).rrule) for one in outside) == expected


def agrees(one: TaskDraft, found: Deadline, period: dict[str, Any]) -> None:
    match period["type"]:
        case "recurring":
            assert (found.kind, found.rrule) == (Kind.RECURRING, period["rrule"]), one.no
            assert period.get("min_count") in (None, found.min_count), one.no
            assert period.get("quota") in (None, found.quota), one.no
        case "relative" | "relative_after" | "max_validity":
            assert found.offset is not None
            expected = (period["n"], UNITS[period["unit"]], period["type"] == "relative_after")
            assert (found.offset.n, found.offset.unit, found.after) == expected, one.no
        case "fixed":
            assert str(found.due) == period["due"]
        case kind:
            assert (kind, found.kind) == ("tbd", Kind.TBD), one.no
    if "who" in period:
        assert one.responsible == [period["who"]]


def test_c1_c2_publication_counts_workdays() -> None:
    """Decided on 2020-09-20: an approval is public by 10-09, a punishment by 10-22."""
    for no, due in (("25.1", date(2020, 10, 9)), ("25.2", date(2020, 10, 22))):
        offset = limit("jinchuan-2015", no).offset
        assert offset is not None
        assert settle(offset, date(2020, 9, 20), official()).rolled == due


def test_c6_both_yearly_reports_name_their_two_recipients() -> None:
    for no, to in (("保障4", ("区人大常委会", "市政府")), ("保障5", ("区政府", "上级主管部门"))):
        note = next(flag.note for flag in task("jinchuan-2015", no).flags if flag.kind == "recipients")
        assert all(unit in note for unit in to)


def test_c10_a_validity_is_no_limit_until_its_start_is_answered() -> None:
    """Evaluation six months before 2026-08-31 is 2026-02-28; where five and two years start is a question."""
    offset = limit("liaoning-2011", "11.4").offset
    assert offset is not None
    assert settle(offset, date(2026, 8, 31), official()).due == date(2026, 2, 28)
    for no in ("11.2", "11.3"):
        flags = task("liaoning-2011", no).flags
        assert any(flag.kind == "ambiguous_start" and len(flag.alternatives) == 2 for flag in flags)


def test_c13_the_follow_up_starts_a_year_after_the_decision() -> None:
    found = limit("liaoning-2011", "17")
    assert found.offset is not None and found.after
    assert settle(found.offset, date(2024, 2, 29), official()).due == date(2025, 2, 28)


def test_the_overall_goal_ends_with_2020() -> None:
    assert [(one.start, one.end) for one in plan("jinchuan-2015").windows] == [(date(2015, 1, 1), date(2020, 12, 31))]
