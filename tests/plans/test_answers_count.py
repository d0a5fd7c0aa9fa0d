"""Every answer counts: each choice of every question gives a draft of its own, or stays to be seen in it."""

import re
from collections.abc import Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from plans.draft import PlanDraft
from plans.issued import Doubt, Issued
from plans.issued_draft import LEAVE, as_draft
from plans.reader import read_path
from tests.plans.answer_papers import PAPERS

SOURCES = Path(__file__).resolve().parents[3] / "shared" / "sources"
FILES = ("compilation.txt", "lushan-2021.docx", "lushan-2021.txt", "puyang-2020.docx", "puyang-2020.txt",
         "xiayi-2023.txt", "xinshao-2024.docx", "xinshao-2024.txt")
WEEKS = ("4月第1周：某县司法局；4月第2周：某县水利局、某县统计局", "5月第3周：某县财政局")
UNITS, DAYS, LIMITS = ("某县司法局", "某县水利局、某县档案局"), ("2024-09-30", "2024-10-31"), ("每季度", "2024-10-31")
# What is asked, by the form of its key; where it offers no choices, two answers; whether an answer changes the draft
# itself (and not only what is noted in it).
KINDS: dict[str, tuple[str, tuple[str, ...], bool]] = {
    "head-issuer": (r"head-issuer", ("某县人民政府", "某县司法局"), True),
    "head-title": (r"head-title", ("某县监督方案", "某县督察方案"), True),
    "head-issued_on": (r"head-issued_on", DAYS, True),
    "head-year": (r"head-year", ("2024", "2025"), True),
    "stage-kind": (r"stage-\d+-kind", (), True),
    "stage-date": (r"stage-\d+-date", DAYS, True),
    "stage-yearly": (r"stage-\d+-date", (), False),
    "week-table": (r"weektable-\d+", WEEKS, True),
    "week-row": (r"weektable-\d+-row-\d+", ("5月第1周", "5月第2周"), True),
    "week-none": (r"weektable-表.*-2-5", ("2月第4周", "3月第1周"), True),
    "week-year": (r"weektable-表.*-3-\d", ("2024", "2025"), False),
    "checklist": (r"checklist-表.*", (), True),
    "units": (r"[^:]*\d:units|[^:]*项:units", (), True),
    "leads": (r"leads:.*", (), False),
    "unit": (r"unit:.*", UNITS, True),
    "open": (r"open:.*", UNITS, True),
    "blank": (r"[^表:]*:(?:lead|responsible|support)", UNITS, True),
    "table-lead": (r"表\d+:lead", (), True),
    "table-limit": (r"表\d+:limit", LIMITS, True),
    "limit": (r"limit:.*", LIMITS, True),
    "blank-limit": (r"[^表:]+:limit", LIMITS, True),
    "heading-limit": (r"表\d+第\d+行.*:limit", (), False),
    "within": (r".*:within:\d+", (), True),
    "duty": (r".*:duty:\d+", (), True),
    "again": (r"表.*:again", (), True),
    "judged": (r"表\d+:(?:header|swapped|blank|column:\d+)|表.*:(?:note|measure|parts)|.*:(?:odd|points)|table:\d+",
               ("已核对", "按原文"), False),
    "past-due": (r"past-due", (), False),
    "prose-nobody": (r"prose\..+\.units", UNITS, True),
    "prose-lead": (r"prose\..+\.lead", (), True),
    "prose-notes": (r"prose\..+\.notes", (), True),
    "prose-hidden": (r"prose\..+\.hidden(?:\.\d+)?", (), False),
    "prose-units": (r"prose\.units", ("句中主体负责", "由某县司法局总牵头"), False),
    "prose-group": (r"prose\.group\..*", UNITS, True),
    "prose-limit": (r"prose\..+\.limit", LIMITS, True),
    "prose-gap": (r"prose\.gap\..*", (), False),
    "orphan": (r".*:orphan", (), True),
    "between": (r".*:between", ("不读入", "属于上一项"), False),
    "duty-gap": (r".*:duty_gap", ("原文如此", "缺一项"), False),
    "number": (r".*:number_gap", ("21", "22"), True),
    "no-number": (r".*:number_missing", ("31", "第32项"), True),
    "row-shift": (r".*:row_shift", (), True),
    "duty-start": (r".*:duty_start", (), True),
    "score-points": (r".*:\d+:points_missing", ("6分", "7分"), True),
    "clause-points": (r".*:\d+\.\d+:points_missing", ("2分", "3分"), True),
    "points-conflict": (r".*:points_conflict", (), True),
    "points-mismatch": (r".*:points_mismatch", (), True),
    "units-missing": (r".*:units_missing", UNITS, True),
    "units-short": (r".*:units_short", (), True),
    "unit-scope": (r".*:unit_scope", (), True),
    "criteria": (r".*:criteria_missing", ("完成得4分，未完成不得分。", "完成得2分，部分完成得1分。"), True),
    "task-missing": (r".*:task_missing", ("公开结果", "报送材料"), True),
    "text-defect": (r".*:text_defect(?:#\d+)?", (), True),
    "deduct-range": (r".*:deduct_range", ("扣2分", "扣1-3分"), True),
    "rate": (r".*:rate", (), True),
    "veto": (r".*:veto_scope", (), True),
    "unclear": (r".*:unclear", ("已核对", "按原表"), False),
    "new": (r".*", ("已核对", "按原文"), False),  # of readers that came later: at least what was answered is to be seen
}
# Proposals that nothing takes before a person does: a task more, a day for 年初, words or points put right.
NOT_YET = {"within", "duty", "prose-lead", "limit", "prose-limit", "text-defect", "clause-points", "score-points",
           "rate", "veto", "head-year", "new"}


def kind_of(doubt: Doubt) -> str:
    fits = [name for name, (form, _, _) in KINDS.items() if re.fullmatch(form, doubt.key)]
    return "stage-yearly" if "stage-yearly" in fits and doubt.choices[:1] == ("每年",) else fits[0]


def answers_to(doubt: Doubt) -> tuple[str, ...]:
    return doubt.choices or KINDS[kind_of(doubt)][1]


def bare(node: Any) -> Any:
    """A draft's data without what is only noted in it."""
    if isinstance(node, dict):
        return {name: bare(value) for name, value in node.items() if name != "flags"}
    return [bare(one) for one in node] if isinstance(node, list) else node


def notes(node: Any) -> list[dict[str, Any]]:
    """Every flag anywhere in a draft."""
    if isinstance(node, dict):
        own = node.get("flags", [])
        return [*own, *(flag for name, value in node.items() if name != "flags" for flag in notes(value))]
    return [flag for one in node for flag in notes(one)] if isinstance(node, list) else []


def data(issued: Issued, given: Mapping[str, str]) -> dict[str, Any]:
    return as_draft(issued, given).model_dump()


def proposals(issued: Issued) -> dict[str, str]:
    return {doubt.key: answers_to(doubt)[0] for doubt in issued.part.doubts}


def check(issued: Issued, doubt: Doubt, others: Mapping[str, str]) -> None:
    """One question, everything else answered or not: two answers, two drafts; what was answered is to be seen."""
    rest = {key: text for key, text in others.items() if key != doubt.key}
    silent, drafts = data(issued, rest), {one: data(issued, rest | {doubt.key: one}) for one in answers_to(doubt)}
    for one, other in combinations(drafts, 2):
        assert drafts[one] != drafts[other], (doubt.key, one, other)
    for answer, draft in drafts.items():
        assert any(doubt.what in flag["note"] and flag["note"].endswith(f"答复：{answer}") for flag in notes(draft)), (
            doubt.key, answer)
        assert not any(flag["kind"] == "open" and flag["note"] == doubt.what for flag in draft["flags"])
    # nothing is taken for answered before it is: the open state is told in so many words
    assert {"kind": "open", "note": doubt.what, "alternatives": list(doubt.choices), "line": 0} in silent["flags"]


def papers() -> list[Any]:
    return [pytest.param(make, id=name) for name, make in PAPERS.items()]


def of_source(name: str) -> list[Issued]:
    if not (SOURCES / name).exists():
        pytest.skip(f"the issued document {name} is not beside this checkout")
    return read_path(str(SOURCES / name))


@pytest.mark.parametrize("make", papers())
def test_two_answers_give_two_drafts(make: Any) -> None:
    issued = make()
    for doubt in issued.part.doubts:
        check(issued, doubt, {})
        check(issued, doubt, proposals(issued))


@pytest.mark.parametrize("make", papers())
def test_an_answer_changes_what_it_is_about(make: Any) -> None:
    issued = make()
    for doubt in issued.part.doubts:
        scored = any(item.place.startswith(f"{doubt.where}第") for one in issued.part.scored for item in one.items)
        if KINDS[kind_of(doubt)][2] and not scored:  # a score sheet's items are no measures: what is asked so is noted
            rest = {key: text for key, text in proposals(issued).items() if key != doubt.key}
            found = {one: bare(data(issued, rest | {doubt.key: one})) for one in answers_to(doubt)}
            silent = bare(data(issued, rest))
            assert all(found[one] != found[two] for one, two in combinations(found, 2)), doubt.key
            assert any(one != silent for one in found.values()), doubt.key


@pytest.mark.parametrize("make", papers())
def test_a_proposal_is_what_the_draft_says_already(make: Any) -> None:
    issued = make()
    for doubt in issued.part.doubts:
        if doubt.choices and kind_of(doubt) not in NOT_YET:
            assert bare(data(issued, {doubt.key: doubt.choices[0]})) == bare(data(issued, {})), doubt.key


def test_the_papers_raise_every_kind_of_question() -> None:
    raised = {kind_of(doubt) for make in PAPERS.values() for doubt in make().part.doubts}
    assert set(KINDS) - {"new"} - raised == set()


@pytest.mark.parametrize("name", FILES)
def test_of_the_issued_sources_too_two_answers_give_two_drafts(name: str) -> None:
    for issued in of_source(name):
        if adoptable(issued):
            given = proposals(issued)
            for doubt in issued.part.doubts:
                check(issued, doubt, given)


def adoptable(issued: Issued) -> bool:
    part = issued.part
    return bool(part.stages or part.slots or any(task.points is None for task in part.tasks))


@pytest.mark.parametrize("make", papers())
def test_every_question_may_be_left_and_then_says_so(make: Any) -> None:
    issued = make()
    left = [doubt for doubt in issued.part.doubts if not doubt.choices and doubt.key != "head-issued_on"]
    draft = as_draft(issued, {doubt.key: LEAVE for doubt in left})
    said = [flag["note"] for flag in notes(draft.model_dump()) if flag["note"].endswith(LEAVE)]
    assert {doubt.what for doubt in left} <= {note.removesuffix(f"答复：{LEAVE}") for note in said}
    assert LEAVE not in str(bare(draft.model_dump()))


def test_a_draft_is_made_anew_each_time() -> None:
    issued = PAPERS["scores"]()
    before = data(issued, {})
    as_draft(issued, proposals(issued))
    assert data(issued, {}) == before and isinstance(as_draft(issued, {}), PlanDraft)
