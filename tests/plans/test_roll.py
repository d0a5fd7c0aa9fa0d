"""A yearly plan moved to another year: what moves, what stays, what is asked; and a draft written reads back equal."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.workdays import official
from models.base import Rejected
from plans.draft import PlanDraft
from plans.draft_parts import FlagDraft, LetterDraft, SlotDraft, TaskDraft
from plans.planfile import read_plan
from plans.planfile_out import open_spots, plain, plan_yaml, with_rule_line
from plans.roll import Rolled, roll
from plans.shift import Shift
from plans.text import Source, library, read_source
from plans.weeks import FindingKind, switch_rule, week_findings, with_rule

F = FindingKind
PLANS = {name: read_plan(read_source(name)) for name in library()}
LUSHAN, PUYANG = PLANS["lushan-2021"], PLANS["puyang-2020"]
DAY = timedelta(days=1)


def said(rolled: Rolled, kind: F) -> dict[str, str]:
    return {one.where: one.words for one in rolled.findings if one.kind == kind}


def with_task(plan: PlanDraft, **more: object) -> PlanDraft:
    task = TaskDraft(**{"no": "新", "section": "甲", "title": "事项", "lead": ["县司法局"], **more})
    return plan.model_copy(update={"tasks": [*plan.tasks, task]})


def limit_after(phrase: str, year: int = 2022) -> str:
    return roll(with_task(LUSHAN, limit=phrase), year).draft.tasks[-1].limit


def test_l3_lushan_keeps_its_37_slots_and_55_units_and_its_weeks_follow_the_rule_in_2022() -> None:
    new = roll(LUSHAN, 2022)
    assert (len(new.draft.slots), len({unit for slot in new.draft.slots for unit in slot.units})) == (37, 55)
    assert new.draft.slots == LUSHAN.slots and new.draft.groups == LUSHAN.groups
    may = next(slot for slot in new.draft.slots if (slot.month, slot.week) == (5, 2))
    assert new.draft.window_of(may) == (date(2022, 5, 9), date(2022, 5, 15))
    assert said(new, F.SLOT)["5月第2周"] == "2021-05-10至05-16改为2022-05-09至05-15"
    assert len(said(new, F.SLOT)) == 37  # no day of 2021 is the same weekday of the same month in 2022


def test_l1_l2_lushan_2022_has_its_stages_a_year_later_and_names_the_days_that_fall_on_a_rest_day() -> None:
    new = roll(LUSHAN, 2022)
    assert [(stage.start, stage.end) for stage in new.draft.stages] == [
        (date(2022, 1, 1), date(2022, 3, 31)), (None, date(2022, 3, 31)), (date(2022, 4, 1), date(2022, 12, 31)),
    ]
    rests = said(new, F.REST)
    first = "2021-01-01（周五）→2022-01-01（周六，元旦），其后第一个工作日为2022-01-04（周二）"
    assert rests["阶段“总结计划阶段”起始日"] == first
    last = "2021-12-31（周五）→2022-12-31（周六，元旦），其前最后一个工作日为2022-12-30（周五）"
    assert rests["阶段“计划实施阶段”结束日"] == last
    assert {"3月第1周", "3月第4周"} <= said(new, F.OFF_STAGE).keys()
    assert said(new, F.HOLIDAY).keys() == {"4月第1周", "9月第2周"}


def test_l2_the_table_of_every_march_falls_on_a_sunday_in_2024() -> None:
    rests = said(roll(LUSHAN, 2024), F.REST)
    assert rests["任务1时限"] == "2021-03-31（周三）→2024-03-31（周日），其前最后一个工作日为2024-03-29（周五）"


def test_a_week_that_the_october_holiday_swallows_is_found_and_a_week_it_touches_says_what_is_left() -> None:
    october = SlotDraft(month=10, week=1, units=["鲁山县司法局"])
    new = roll(LUSHAN.model_copy(update={"slots": [*LUSHAN.slots, october]}), 2022)
    words = said(new, F.HOLIDAY)
    assert words["10月第1周"] == "2022-10-03至10-09，周一至周五全在国庆节假期内，余2个工作日：10-08、10-09"
    assert words["9月第2周"].endswith("09-12逢中秋节放假，余4个工作日：09-13、09-14、09-15、09-16")


def test_l3_switching_the_week_rule_lists_the_slots_that_differ_and_changes_nothing() -> None:
    before = LUSHAN.model_dump()
    moves = switch_rule(LUSHAN, "calendar_week")
    assert len(moves) == 29  # March and November 2021 begin on a Monday: their eight weeks are the same
    assert not {3, 11} & {move.slot.month for move in moves}
    may = next(move for move in moves if (move.slot.month, move.slot.week) == (5, 2))
    assert (may.old[0], may.new[0]) == (date(2021, 5, 10), date(2021, 5, 3))
    assert LUSHAN.model_dump() == before and switch_rule(LUSHAN, "nth_monday") == []
    swallowed = {one.where: one.words for one in week_findings(with_rule(LUSHAN, "calendar_week"), official())}
    assert "10-04、10-05、10-06、10-07逢国庆节放假" in swallowed["10月第2周"]
    with pytest.raises(Rejected, match="calendar_week（1日所在的一周"):
        switch_rule(LUSHAN, "third_week")


def test_a_fifth_week_that_the_month_lacks_and_two_slots_in_one_week_are_named() -> None:
    slots = [SlotDraft(month=2, week=5, units=["甲"]), SlotDraft(month=3, week=1, units=["乙"])]
    found = week_findings(LUSHAN.model_copy(update={"slots": slots}), official())
    assert [(one.where, one.words) for one in found if one.kind == F.WEEK] == [
        ("2月第5周", "2021年2月没有这一周（落在2021-03-01至03-07）"),
        ("3月第1周", "与2月第5周是同一周（2021-03-01至03-07）"),
    ]


def test_a_slot_partly_or_wholly_outside_the_stage_for_on_site_checks_is_named_and_its_weekend_does_not_count() -> None:
    slots = [SlotDraft(month=8, week=week, units=["甲"]) for week in (1, 2, 3, 4)]
    stage = PUYANG.stages[2].model_copy(update={"start": date(2020, 8, 5), "end": date(2020, 8, 21)})
    plan = PUYANG.model_copy(update={"slots": slots, "stages": [stage], "deliverables": []})
    found = {one.where: one.words for one in week_findings(plan, official()) if one.kind == F.OFF_STAGE}
    assert found == {
        "8月第1周": "2020-08-03至08-09部分不在“实地督察阶段”（2020-08-05至2020-08-21）内",
        "8月第4周": "2020-08-24至08-30不在“实地督察阶段”（2020-08-05至2020-08-21）内",
    }


def test_the_new_papers_title_number_and_day_are_open_and_the_old_ones_only_shown() -> None:
    new = roll(PUYANG, 2021)
    head = new.draft
    assert (head.title, head.doc_no, head.issued_on, head.year) == ("", "", None, 2021)
    assert (head.key, head.short_title) == ("puyang-2021", "濮阳2021")
    assert said(new, F.OPEN)["文号"] == "新文件文号待填（旧文件：濮治市办〔2020〕8号）"
    assert list(new.open_spots) == ["title", "doc_no", "issued_on"]


def test_puyang_2021_moves_every_date_and_keeps_points_units_and_clauses() -> None:
    new = roll(PUYANG, 2021)
    dates = [(item.due, item.propose_before, item.window) for item in new.draft.deliverables]
    assert new.draft.stages[2].start == date(2021, 8, 11) and new.draft.stages[4].tbd
    assert (None, None, (date(2021, 8, 25), date(2021, 9, 5))) in dates
    assert (new.draft.windows[0].start, new.draft.windows[0].end) == (date(2021, 8, 20), date(2021, 9, 10))
    assert new.draft.sheets == PUYANG.sheets and new.draft.reference_counts == PUYANG.reference_counts
    saturday = "2020-09-05（周六）→2021-09-05（周日），其前最后一个工作日为2021-09-03（周五）"
    assert said(new, F.REST)["“整改报告”时限"] == saturday
    flagged = [one for one in new.findings if one.kind == F.FLAG]
    assert len(flagged) == 1 + sum(len(item.flags) for sheet in PUYANG.sheets for item in sheet.items)
    assert "是否仍按此进行须核实" in said(new, F.FLAG)["时段“省委依法治省办督察（拟定）”"]


def test_the_29th_of_february_becomes_the_28th_and_says_so() -> None:
    stages = [PUYANG.stages[0].model_copy(update={"text": "2020年2月29日前", "end": date(2020, 2, 29)})]
    plan = PUYANG.model_copy(update={"stages": stages, "deliverables": []})
    new = roll(plan, 2021)
    assert (new.draft.stages[0].end, new.draft.stages[0].text) == (date(2021, 2, 28), "2021年2月28日前")
    assert list(said(new, F.CLAMPED).values()) == ["2020-02-29在2021年没有对应日，取2021-02-28"]
    later = roll(plan, 2024)
    assert (later.draft.stages[0].end, later.draft.stages[0].text) == (date(2024, 2, 29), "2024年2月29日前")
    assert said(later, F.CLAMPED) == {}


def test_a_day_that_the_new_year_lacks_is_asked_about_where_the_phrase_has_no_year() -> None:
    plan = with_task(PUYANG, limit="2月29日前")
    assert "2021年2月没有29日" in said(roll(plan, 2021), F.READING)["任务新"]


def test_a_limit_that_only_reads_otherwise_without_the_day_of_issue_is_named() -> None:
    words = said(roll(with_task(PLANS["xinshao-2024"], limit="下月底前"), 2025), F.READING)
    assert words == {"任务新": "时限“下月底前”按2025年1月1日（印发日期待填）读作2025-02-28，旧为2024-08-31"}


def test_the_end_of_february_that_grew_a_day_is_named() -> None:
    item = LUSHAN.deliverables[0].model_copy(update={"text": "2月底前", "due": date(2021, 2, 28)})
    new = roll(LUSHAN.model_copy(update={"deliverables": [item]}), 2024)
    assert new.draft.deliverables[0].due == date(2024, 2, 28)
    assert "读作2024-02-29" in said(new, F.READING)[f"“{item.title}”"]
    assert said(new, F.CHECK)[f"{item.title}的时限“2月底前”"] == "应为2024-02-29；现填为2024-02-28"


def test_a_year_whose_notice_is_not_on_file_is_never_passed_over() -> None:
    new = roll(LUSHAN, 2027)
    assert not official().knows(date(2027, 1, 1))
    assert said(new, F.CALENDAR)["2027年"].startswith("放假安排未入库，暂以周末推算，待国务院办公厅通知")
    assert said(roll(LUSHAN, 2022), F.CALENDAR) == {}
    first = said(new, F.REST)["阶段“总结计划阶段”起始日"]
    assert first == "2021-01-01（周五）→2027-01-01（周五，元旦），放假天数待通知（暂以周末推算）"
    assert said(roll(PUYANG, 2027), F.REST)["“整改报告”时限"].endswith("为2027-09-03（周五）（暂以周末推算）")


def test_a_week_with_a_holiday_by_law_says_that_its_days_are_still_to_be_announced() -> None:
    slot = SlotDraft(month=9, week=4, units=["甲"])
    new = roll(LUSHAN.model_copy(update={"slots": [slot]}), 2027)
    assert said(new, F.HOLIDAY)["9月第4周"] == "2027-09-27至10-03，含10-01国庆节，放假天数待通知"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("2021年3月底前", "2022年3月底前"), ("2022年1月底前", "2023年1月底前"), ("3月底前", "3月底前"),
        ("2020年已完成并长期坚持", "2020年已完成并长期坚持"), ("每年3月底之前", "每年3月底之前"),
        ("2021年10月至2022年3月", "2022年10月至2023年3月"), ("2021—2022年度", "2022—2023年度"),
        ("2021-2025年", "2021-2025年"), ("到2025年基本建成", "到2025年基本建成"), ("到2021年底", "到2022年底"),
        ("按《2021年工作要点》办理", "按《2021年工作要点》办理"), ("见鲁法〔2021〕4号", "见鲁法〔2021〕4号"),
        ("二〇二一年六月底前", "二〇二二年六月底前"), ("二○二一年", "二○二二年"),
        ("2021.6.30前", "2022.6.30前"), ("2021-06-30", "2022-06-30"), ("办公面积2021平方米", "办公面积2021平方米"),
        ("自作出决定之日起15日内", "自作出决定之日起15日内"), ("2021 年底前", "2022 年底前"),
    ],
)
def test_a_year_word_moves_only_where_it_is_the_plans_year_or_a_later_one(before: str, after: str) -> None:
    assert limit_after(before) == after


@pytest.mark.parametrize(
    ("phrase", "why"),
    [
        ("2020年已完成", "早于方案年度"), ("到2025年基本建成", "是远期目标"), ("2021-2025年", "跨多个年度"),
        ("按《2021年工作要点》办理", "是文件名称"), ("见鲁法〔2021〕4号", "是文号"), ("2021平方米", "没有“年”字"),
        ("2021年2月29日前", "是没有的日期"), ("2022-02-29前", "是没有的日期"),
    ],
)
def test_a_year_that_stays_is_named_with_the_reason(phrase: str, why: str) -> None:
    assert why in said(roll(with_task(LUSHAN, limit=phrase), 2022), F.KEPT)["任务新"]


def test_a_limit_of_the_year_after_moves_and_is_asked_about() -> None:
    words = said(roll(PLANS["xinshao-2024"], 2025), F.YEARS)
    assert words["任务七-7"].endswith("“2025年底前完成”改为“2026年底前完成”，原不是方案本年度，是否顺移须核实")
    assert "是否顺移" not in words["任务七-1"]


def test_titles_notes_and_letter_numbers_move_and_names_of_units_do_not() -> None:
    task = {"title": "2021年培训", "responsible": ["2021年设立的中心"], "due": date(2021, 6, 1),
            "flags": [FlagDraft(kind="limit", note="甲", alternatives=["2021-06-30"])]}
    plan = with_task(LUSHAN, **task)
    plan = plan.model_copy(update={"letters": [LetterDraft(title="意见书", number="某字〔2021〕{no}号")]})
    new = roll(plan, 2022)
    last = new.draft.tasks[-1]
    assert (last.title, last.responsible, last.due) == ("2022年培训", ["2021年设立的中心"], date(2022, 6, 1))
    assert last.flags[0].alternatives == ["2022-06-30"]
    assert new.draft.letters[0].number == "某字〔2022〕{no}号"
    decided = [one.words for one in new.findings if one.where == "任务新" and one.kind == F.FLAG]
    assert "旧文件的时限由人工定为2021-06-01，新年度须重新确定" in decided


def test_a_goal_of_several_years_stays_whole() -> None:
    new = roll(PLANS["jinchuan-2015"], 2016)
    assert new.draft.windows == PLANS["jinchuan-2015"].windows
    assert not any("是否仍按此进行" in one.words for one in new.findings)


def test_a_span_that_begins_in_the_december_before_moves_as_one() -> None:
    shift = Shift(2021, 1)
    moved = shift.part("甲", {"start": date(2020, 12, 20), "end": date(2021, 1, 31)})
    assert moved == {"start": date(2021, 12, 20), "end": date(2022, 1, 31)}


def test_stages_out_of_order_are_named() -> None:
    stages = [PUYANG.stages[2], PUYANG.stages[1]]
    new = roll(PUYANG.model_copy(update={"stages": stages, "deliverables": []}), 2021)
    assert said(new, F.ORDER)["阶段“自查阶段”"].endswith("前一阶段“实地督察阶段”")


@pytest.mark.parametrize("year", [2021, 2020, 2101, 22])
def test_only_a_later_year_within_reach_is_taken(year: int) -> None:
    with pytest.raises(Rejected, match="只能平移到其后"):
        roll(LUSHAN, year)


@pytest.mark.parametrize("name", PLANS)
def test_every_shipped_plan_rolls_and_two_steps_of_one_year_are_one_step_of_two(name: str) -> None:
    plan = PLANS[name]
    twice = roll(roll(plan, plan.year + 1).draft, plan.year + 2)
    assert twice.draft == roll(plan, plan.year + 2).draft
    assert twice.draft != roll(plan, plan.year + 1).draft


WORDS = st.lists(
    st.sampled_from(
        ["2019", "2021", "2022", "2023", "2024", "2028", "二〇二一", "年", "至", "—", "到", "2月29日", "底前", "3月",
         "《", "》", "〔", "〕", "4号", "-02-29", "-06-30", ".2.29", "基本建成"]
    ),
    max_size=9,
).map("".join)
DAYS = st.dates(date(2019, 1, 1), date(2026, 12, 31))


@settings(max_examples=1500, deadline=None)
@given(WORDS, DAYS, DAYS, st.integers(2020, 2024), st.integers(1, 5))
def test_whatever_is_printed_one_year_twice_is_two_years_at_once(
    text: str, first: date, other: date, own: int, by: int
) -> None:
    part = {"title": text, "due": first, "start": min(first, other), "end": max(first, other)}
    once = Shift(own + 1, 1).part("甲", Shift(own, 1).part("甲", part))
    assert once == Shift(own, 2).part("甲", part)
    moved = Shift(own, by).part("甲", part)
    assert moved["start"] <= moved["end"]
    assert re.sub(r"\d|[〇一二三四五六七八九]", "", moved["title"]) == re.sub(r"\d|[〇一二三四五六七八九]", "", text)


def lineless(node: object) -> object:
    if isinstance(node, dict):
        return {key: lineless(value) for key, value in node.items() if key != "line"}
    return [lineless(one) for one in node] if isinstance(node, list | tuple) else node


def same(text: str, plan: PlanDraft) -> bool:
    return lineless(read_plan(Source("方案.yaml", text, "")).model_dump()) == lineless(plan.model_dump())


@pytest.mark.parametrize("name", PLANS)
def test_every_shipped_plan_is_written_and_read_back_equal(name: str) -> None:
    assert same(plan_yaml(PLANS[name]), PLANS[name])
    rolled = roll(PLANS[name], PLANS[name].year + 1)
    text = plan_yaml(rolled.draft, "两行\n说明", rolled.open_spots)
    assert same(text, rolled.draft) and text.startswith("# 两行\n# 说明\nformat: 1\n")


TEXTS = st.text(max_size=20) | st.sampled_from(
    ["null", "~", "2021-01-01", "1", "0x1F", "1e3", "true", "- a", "a: b", "# x", "a #b", "*a", "&a", "!!int 3",
     "{no}：", "\x85", "\u2028", "\ufeff", "  两端空格 ", "第一行\n\n  第二行\n", "'", '"', "a\\n", "\t", "：",
     "12:30:00", "%YAML 1.1", "---", "...", "=", "?0", "a? b", "-", "<<"]
)
FREE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS | DAYS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(TEXTS, TEXTS, st.lists(TEXTS, max_size=4), st.dictionaries(TEXTS, FREE, max_size=3))
def test_whatever_a_draft_holds_it_is_written_and_read_back_equal(
    title: str, limit: str, units: list[str], content: dict
) -> None:
    task = TaskDraft(no=title, section="甲", title=title, lead=units, limit=limit)
    item = LUSHAN.deliverables[0].model_copy(update={"content": content, "rules": units})
    parts = {"slots": [], "groups": [], "checklists": [], "letters": [], "tasks": [task], "deliverables": [item]}
    plan = LUSHAN.model_copy(update={"title": title, **parts})
    assert same(plan_yaml(plan, "说明", {"title": "待填"}), plan)


def test_an_open_spot_is_found_by_its_line_until_it_is_filled_or_struck_out() -> None:
    rolled = roll(LUSHAN, 2022)
    text = plan_yaml(rolled.draft, "说明", rolled.open_spots)
    found = open_spots(Source("a.yaml", text, ""))
    spots = {4: "标题", 7: "文号", 9: "印发日期"}
    assert found == [f"a.yaml 第{line}行：新文件{spot}待填。" for line, spot in spots.items()]
    text = text.replace("doc_no: ''", "doc_no: 某办〔2022〕1号").replace("title: ''", "title:\n  某制度", 1)
    assert open_spots(Source("a.yaml", text, "")) == ["a.yaml 第10行：新文件印发日期待填。"]
    struck = re.sub(r"(issued_on: null) +#.*", r"\1", text)
    assert open_spots(Source("a.yaml", struck, "")) == []
    assert [open_spots(read_source(name)) for name in PLANS] == [[]] * len(PLANS)


def test_another_week_rule_is_one_line_of_the_file_and_every_comment_stays() -> None:
    source = read_source("lushan-2021")
    text = with_rule_line(source, with_rule(LUSHAN, "days_block"))
    changed = [(a, b) for a, b in zip(source.text.splitlines(), text.splitlines(), strict=True) if a != b]
    assert changed == [("slot_rule: nth_monday", "slot_rule: days_block")]
    bare = Source("a.yaml", source.text.replace("slot_rule: nth_monday\n", ""), "")
    again = with_rule_line(bare, with_rule(LUSHAN, "days_block"))
    assert plain(read_plan(Source("b", again, ""))) == plain(with_rule(LUSHAN, "days_block"))
