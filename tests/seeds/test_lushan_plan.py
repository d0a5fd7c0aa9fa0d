"""Lushan 鲁法政办〔2021〕4号, its rhythm and what is looked at: the acceptance rows L1, L3 and L5."""

from datetime import date

import pytest

from config.workdays import official
from models.words import StageKind
from plans.checks import check_plan
from plans.draft import PlanDraft
from plans.planfile import read_plan
from plans.text import read_source
from rules.checklist import Line, Result, by_figures, counted, unanswered
from rules.slot import slot_window


@pytest.fixture(scope="module")
def lushan() -> PlanDraft:
    return read_plan(read_source("lushan-2021"))


def test_l1_visits_in_march_before_the_stage_that_begins_in_april_warn_and_stop_nothing(lushan: PlanDraft) -> None:
    spans = {stage.kind[0]: (stage.start, stage.end) for stage in lushan.stages}
    assert spans[StageKind.PREPARATION] == (date(2021, 1, 1), date(2021, 3, 31))
    assert spans[StageKind.DAILY] == (date(2021, 4, 1), date(2021, 12, 31))
    (meeting,) = [item for item in lushan.deliverables if item.stage == StageKind.PREPARATION]
    assert meeting.title.startswith("推进会")
    (warned,) = [check for check in check_plan(lushan, official()) if check.name == "督察周次在实施阶段内"]
    assert (warned.ok, warned.expected, warned.found) == (False, "04-01起", "3月已排4周6家")


def test_l3_37_slots_of_35_departments_and_20_townships_and_may_2_by_the_three_rules(lushan: PlanDraft) -> None:
    units = [unit for slot in lushan.slots for unit in slot.units]
    groups = {group.name: set(group.members) for group in lushan.groups}
    assert (len(lushan.slots), len(units), len(set(units))) == (37, 55, 55)
    assert [len(set(units) & groups[name]) for name in ("县直单位", "乡镇")] == [35, 20]
    windows = {rule: slot_window(2021, 5, 2, rule)[0] for rule in ("nth_monday", "calendar_week", "days_block")}
    assert windows == {
        "nth_monday": date(2021, 5, 10), "calendar_week": date(2021, 5, 3), "days_block": date(2021, 5, 8),
    }


def test_l5_nine_heads_are_each_answered_or_not_applicable(lushan: PlanDraft) -> None:
    (found,) = lushan.checklists
    lines = [Line(item.no, item.thresholds) for item in found.items]
    assert len(lines) == found.declared_items == 9
    answers = dict.fromkeys(range(1, 8), Result.MET) | {9: Result.NOT_APPLICABLE}
    assert unanswered(lines, answers) == [8]
    answers[8] = Result.NOT_MET
    assert unanswered(lines, answers) == []
    assert by_figures(lines[1], {"年度培训": 18}) == Result.NOT_MET
    assert counted(answers) == {Result.MET: 7, Result.PARTLY: 0, Result.NOT_MET: 1, Result.NOT_APPLICABLE: 1}
