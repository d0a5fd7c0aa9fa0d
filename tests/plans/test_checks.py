"""What a plan says of itself is counted again and shown beside it, never swallowed and never a stop."""

from config.workdays import official
from plans.checks import check_plan
from plans.draft import PlanDraft
from plans.planfile import read_plan
from plans.text import read_source

CALENDAR = official()
PUYANG = read_plan(read_source("puyang-2020"))


def failing(plan: PlanDraft) -> dict[str, str]:
    return {check.name: check.found for check in check_plan(plan, CALENDAR) if not check.ok}


def test_both_puyang_tables_have_as_many_items_and_points_as_they_declare() -> None:
    good = {check.name: check.found for check in check_plan(PUYANG, CALENDAR) if check.ok}
    assert good["县（区）党委主要负责人：项数"] == "27"
    assert good["县（区）政府主要负责人：项数"] == "30"
    assert [found for name, found in good.items() if name.endswith("总分")] == ["100", "100"]


def test_the_government_item_worth_seven_whose_criteria_add_to_eight_is_a_warning() -> None:
    assert failing(PUYANG)["县（区）政府主要负责人：第1项分值"] == "分项合计8分"


def test_the_damaged_items_of_the_party_table_are_flagged() -> None:
    flagged = {name for name in failing(PUYANG) if name.startswith("县（区）党委") and name.endswith("原文")}
    assert {f"县（区）党委主要负责人：第{no}项原文" for no in (7, 8, 9, 10, 17)} <= flagged


def test_the_days_between_two_stages_are_worth_knowing() -> None:
    assert failing(PUYANG)["实地督察阶段与反馈整改阶段之间"] == "08-21至08-24为空档"


def test_a_limit_on_a_rest_day_is_named_and_stays_where_it_is() -> None:
    assert failing(PUYANG)["整改报告时限09-05"] == "逢周六"
    assert not any("自查报告" in name for name in failing(PUYANG))


def test_points_that_do_not_add_up_and_missing_items_warn_and_stop_nothing() -> None:
    plan = PUYANG.model_copy(deep=True)
    sheet = plan.sheets[0]
    sheet.items[0].points += 1
    del sheet.items[1]
    found = failing(plan)
    assert found["县（区）党委主要负责人：项数"] == "26"
    assert found["县（区）党委主要负责人：总分"] == "95"  # 100 + 1 - the 6 points of item 2
    assert "县（区）党委主要负责人：第1项分值" in found


def test_stage_numbers_out_of_order_are_noticed() -> None:
    plan = PUYANG.model_copy(deep=True)
    plan.stages[1].no = 4
    assert failing(plan)["阶段序号连续"] == "1、4、3、4、5"
