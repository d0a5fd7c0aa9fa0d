"""Printed limits: every kind of phrase with its day, its reason and, where honest, its doubt."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.labelled import OWN, judge, load, score
from config.workdays import official
from plans.phrase import read
from rules.deadline import Deadline, Kind, Offset, Unit, resolve

SHARED = Path(__file__).resolve().parents[3] / "shared" / "ground-truth"
REF = date(2024, 3, 15)
F, W, R, C, G, T = Kind.FIXED, Kind.WINDOW, Kind.RELATIVE, Kind.RECURRING, Kind.ONGOING, Kind.TBD


def seen(phrase: str) -> Deadline:
    return read(phrase, REF)


def d(month: int, day: int, year: int = 2024) -> date:
    return date(year, month, day)


@pytest.mark.parametrize(("phrase", "due"), [
    ("6月30日前", d(6, 30)), ("２０２４年６月３０日前", d(6, 30)), ("二〇二四年六月三十日", d(6, 30)),
    ("2024.6.30", d(6, 30)),
    ("2024-06-30", d(6, 30)), ("2024/6/30前", d(6, 30)), ("20240630", d(6, 30)), ("6.30前", d(6, 30)),
    ("廿五日前", d(3, 25)),
    ("今年6月底前", d(6, 30)), ("明年2月底", d(2, 28, 2025)), ("去年底", d(12, 31, 2023)), ("年底前", d(12, 31)),
    ("月底前", d(3, 31)),
    ("2024年年底", d(12, 31)), ("6 月 底 前", d(6, 30)), ("务必于6月15日17:00前", d(6, 15)),
    ("6月15日下午5时前", d(6, 15)),
    ("三季度末", d(9, 30)), ("一季度完成", d(3, 31)), ("2024年上半年完成", d(6, 30)), ("“十四五”末", d(12, 31, 2025)),
    ("到“十四五”末", d(12, 31, 2025)), ("8月上旬完成", d(8, 10)), ("8月下旬完成", d(8, 31)),
    ("2025年完成", d(12, 31, 2025)),
    ("8月投入使用", d(8, 31)), ("截至3月底", d(3, 31)), ("年内", d(12, 31)), ("国庆节前", d(9, 30)),
    ("“十一”之前", d(9, 30)),
    ("今日18:00前", REF), ("本周五前", d(3, 15)), ("2月底前", d(2, 29)),
])
def test_a_named_day_is_that_day(phrase: str, due: date) -> None:
    found = seen(phrase)
    assert (found.kind, found.due) == (F, due)
    assert found.because


@pytest.mark.parametrize(("phrase", "start", "due"), [
    ("7月12日——7月21日", d(7, 12), d(7, 21)), ("12月1日至7日", d(12, 1), d(12, 7)), ("7月12-21日", d(7, 12), d(7, 21)),
    ("5月～8月", d(5, 1), d(8, 31)), ("2024年11月至2025年2月", d(11, 1), d(2, 28, 2025)),
    ("11月至次年2月", d(11, 1), d(2, 28, 2025)),
    ("（2023—2025年）", d(1, 1, 2023), d(12, 31, 2025)), ("8月中旬至12月", d(8, 11), d(12, 31)),
    ("总结阶段（11月）", d(11, 1), d(11, 30)),
    ("九月第二周", d(9, 9), d(9, 15)), ("4月第1周", d(4, 1), d(4, 7)), ("至年底", None, d(12, 31)),
    ("2024年1月起至6月底", d(1, 1), d(6, 30)),
    ("2015年以来", d(1, 1, 2015), None),
])
def test_a_stretch_of_time_has_both_ends(phrase: str, start: date | None, due: date | None) -> None:
    found = seen(phrase)
    assert (found.kind, found.start, found.due) == (W, start, due)


@pytest.mark.parametrize(("phrase", "n", "unit", "anchor"), [
    ("自签收之日起30日内", 30, Unit.DAY, "签收"), ("收到通知后5个工作日内", 5, Unit.WORKDAY, "收到通知"),
    ("印发之日次日起三个月内", 3, Unit.MONTH, None), ("应在一月内", 1, Unit.MONTH, "收到文件"),
    ("两周内", 2, Unit.WEEK, "收到文件"),
    ("一年半内", 18, Unit.MONTH, "收到文件"), ("半年内", 6, Unit.MONTH, "收到文件"),
    ("会议召开5日前", -5, Unit.DAY, "会议召开"),
    ("届满前20个工作日", -20, Unit.WORKDAY, "届满"), ("提前3个工作日", -3, Unit.WORKDAY, None),
    ("最长不超过90天", 90, Unit.DAY, "收到文件"),
    ("24小时内", 1, Unit.DAY, "收到文件"), ("结束后次日", 1, Unit.DAY, "结束"),
    ("为期一年半", 18, Unit.MONTH, "收到文件"),
])
def test_a_length_of_time_runs_from_its_event(phrase: str, n: float, unit: Unit | None, anchor: str | None) -> None:
    found = seen(phrase)
    assert found.kind == R
    assert found.offset and (unit is None or (found.offset.n, found.offset.unit) == (n, unit))
    assert anchor is None or found.anchor == anchor
    assert found.before is (n < 0)


@pytest.mark.parametrize(("phrase", "rule"), [
    ("每季度报送一次", "FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1"), ("每月5日前", "FREQ=MONTHLY;BYMONTHDAY=5"),
    ("每年1月底前", "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=31"),
    ("每年6月和12月底前", "FREQ=YEARLY;BYMONTH=6,12;BYMONTHDAY=-1"),
    ("每周五下班前", "FREQ=WEEKLY;BYDAY=FR"), ("每季度首月10日前", "FREQ=YEARLY;BYMONTH=1,4,7,10;BYMONTHDAY=10"),
    ("每两周", "FREQ=WEEKLY;INTERVAL=2"), ("按月", "FREQ=MONTHLY;BYMONTHDAY=-1"),
    ("每半月", "FREQ=MONTHLY;BYMONTHDAY=15,-1"),
    ("实施后每5年清理一次", "FREQ=YEARLY;INTERVAL=5"), ("每年底", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=31"),
    ("定期报送", None),
    ("上、下半年各一次", "FREQ=YEARLY;BYMONTH=6,12;BYMONTHDAY=-1"), ("每日", "FREQ=DAILY"),
])
def test_what_comes_again_has_its_rule_and_regularly_alone_has_none(phrase: str, rule: str | None) -> None:
    found = seen(phrase)
    assert (found.kind, found.rrule, found.due) == (C, rule, None)


@pytest.mark.parametrize(("phrase", "count", "quota", "unit"), [
    ("每年至少召开2次", 2, None, None), ("一年不少于两次", 2, None, None), ("每人每年不少于60学时", None, 60, "学时"),
    ("集中培训时间不少于一周", None, 1, "周"), ("全年不少于40学时", None, 40, "学时"), ("每季度至少3项", 3, None, None),
])
def test_counts_and_hours_are_read(phrase: str, count: int | None, quota: float | None, unit: str | None) -> None:
    found = seen(phrase)
    assert (found.kind, found.min_count, found.quota, found.quota_unit) == (C, count, quota, unit)


@pytest.mark.parametrize(("phrase", "kind", "field"), [
    ("长期坚持", G, "ongoing"), ("持续推进", G, "ongoing"), ("2024年底前完成并长期坚持", F, "ongoing"),
    ("2023年底已完成", F, "done"),
    ("立行立改", R, "immediate"), ("第一时间", R, "immediate"), ("20XX年X月X日", T, "placeholder"),
    ("__月__日前", T, "placeholder"),
    ("〇月〇日", T, "placeholder"), ("年  月  日前", T, "placeholder"), ("中央督察之前", R, "before"),
    ("实施满一年后", R, "after"),
])
def test_what_is_no_day_says_what_it_is(phrase: str, kind: Kind, field: str) -> None:
    found = seen(phrase)
    assert found.kind == kind
    assert getattr(found, field) is True


@pytest.mark.parametrize("phrase", [
    "适时", "待定", "另行通知", "限期整改", "按规定时间", "近期", "待上级明确后", "尽快", "按要求报送",
])
def test_what_names_no_time_has_no_date_and_asks(phrase: str) -> None:
    found = seen(phrase)
    assert (found.kind, found.start, found.due, found.rrule, found.offset) == (T, None, None, None, None)
    assert found.open_question


@pytest.mark.parametrize("phrase", [
    "〔2024〕15号", "第3项", "2名工作人员", "占比60%", "100分", "新政办函〔2024〕38号", "三年行动",
])
def test_numbers_that_are_no_time_make_no_date(phrase: str) -> None:
    assert (seen(phrase).kind, seen(phrase).due, seen(phrase).offset) == (T, None, None)


@pytest.mark.parametrize(("phrase", "due", "choices"), [
    ("2024年8月前", d(7, 31), ("2024-07-31", "2024-08-31")),
    ("2027年前", d(12, 31, 2026), ("2026-12-31", "2027-12-31")),
    ("2024年初", d(3, 31), ("2024-03-31", "2024-01-31", "2024-02-29")),
    ("年中", d(6, 30), ("2024-06-30", "2024-07-31")),
    ("1月15日前", d(1, 15), ("2024-01-15", "2025-01-15")),
])
def test_what_can_be_read_two_ways_proposes_one_and_asks(phrase: str, due: date, choices: tuple[str, ...]) -> None:
    found = seen(phrase)
    assert (found.due, found.choices) == (due, choices)
    assert found.doubt


def test_in_december_a_day_in_january_without_a_year_is_next_years() -> None:
    found = read("1月15日前", date(2024, 12, 20))
    assert found.due == date(2025, 1, 15)
    assert "未写年份" in found.doubt


@pytest.mark.parametrize(("phrase", "sentence", "choice"), [
    ("9月31日", "9月没有31日，是否为9月30日？", "2024-09-30"),
    ("2023年2月29日前", "2月没有29日，是否为2月28日？", "2023-02-28"),
    ("6月31日至7月5日", "6月没有31日", "2024-06-30"),
])
def test_a_day_that_does_not_exist_is_refused_with_a_suggestion(phrase: str, sentence: str, choice: str) -> None:
    found = seen(phrase)
    assert (found.kind, found.due, found.choices) == (T, None, (choice,))
    assert sentence in found.doubt


def test_a_month_that_does_not_exist_is_refused() -> None:
    assert "没有13月" in seen("2024年13月底").doubt


def test_a_printed_weekday_that_disagrees_is_a_doubt() -> None:
    assert seen("4月19日（星期五）前").doubt is None
    assert "原文写周六，2024-04-19是周五" in seen("4月19日（周六）前").doubt


def test_a_named_rest_day_stays_and_the_reason_says_so() -> None:
    found = read("在9月5日前", date(2020, 7, 15))
    assert (found.due, found.doubt) == (date(2020, 9, 5), None)
    assert "逢周六，不顺延，提前在此前工作日催办" in found.because


def test_several_limits_in_one_phrase_are_all_kept() -> None:
    assert seen("分别于4月25日、6月25日和9月25日前").dues == (d(4, 25), d(6, 25), d(9, 25))
    assert seen("6月、9月和12月底").dues == (d(6, 30), d(9, 30), d(12, 31))
    assert seen("4月、7月和10月的15日前").dues == (d(4, 15), d(7, 15), d(10, 15))
    assert seen("6月底前完成一批，12月底前全部完成").dues == (d(6, 30), d(12, 31))


def test_the_laws_own_count_of_days_is_proposed_and_asked_about() -> None:
    found = seen("自受理行政许可申请之日起二十日内")
    assert found.offset == Offset(20, Unit.WORKDAY)
    assert "《行政许可法》第八十二条" in found.doubt


def test_a_period_that_was_over_when_the_paper_was_issued_is_what_it_speaks_of() -> None:
    assert (seen("2023年下半年").kind, seen("2023年下半年").start) == (W, d(7, 1, 2023))
    assert seen("2023年下半年").doubt


def test_an_expiry_may_mean_the_latest_day_or_the_whole_last_stretch() -> None:
    found = seen("在有效期届满前6个月")
    assert (found.offset, len(found.choices)) == (Offset(-6, Unit.MONTH), 2)
    resolved, _ = resolve(found, date(2026, 8, 31), official())
    assert resolved.due == date(2026, 2, 28)


NUMERALS = "〇一二三四五六七八九"


def chinese(n: int) -> str:
    """1 to 31 as officials write it."""
    tens, ones = divmod(n, 10)
    return ("" if tens == 0 else "十" if tens == 1 else NUMERALS[tens] + "十") + (NUMERALS[ones] if ones else "")


WRITTEN = {
    "plain": lambda x: f"{x.year}年{x.month}月{x.day}日前",
    "chinese": lambda x: "".join(NUMERALS[int(c)] for c in str(x.year))
    + f"年{chinese(x.month)}月{chinese(x.day)}日", "wide": lambda x: f"{x.year}年{x.month}月{x.day}日".translate(
        {ord(c): chr(ord(c) + 0xFEE0) for c in "0123456789"}), "dots": lambda x: f"{x.year}.{x.month:02}.{x.day:02}",
    "iso": lambda x: f"于{x:%Y-%m-%d}前报送", "spaced": lambda x: f"{x.year} 年 {x.month} 月 {x.day} 日以前",
}


@given(st.dates(date(2001, 1, 1), date(2099, 12, 31)), st.sampled_from(sorted(WRITTEN)))
def test_any_day_written_in_any_way_is_read_back(day: date, way: str) -> None:
    found = read(WRITTEN[way](day), REF)
    assert (found.kind, found.due, found.doubt) == (F, day, None)


@given(
    st.dates(date(2001, 1, 1), date(2098, 11, 25)), st.integers(0, 400),
    st.sampled_from(["至", "——", "-", "～", "到", " — "]),
)
def test_any_stretch_written_with_any_dash_is_read_back(start: date, days: int, dash: str) -> None:
    end = date.fromordinal(start.toordinal() + days)
    found = read(f"{start.year}年{start.month}月{start.day}日{dash}{end.year}年{end.month}月{end.day}日", REF)
    assert (found.start, found.due) == (start, end)


@given(st.integers(1, 300), st.sampled_from(["日内", "天内", "个工作日内", "个自然日内"]))
def test_any_length_is_read_back(n: int, unit: str) -> None:
    found = read(f"自收到通知之日起{n}{unit}", REF)
    assert found.offset == Offset(n, Unit.WORKDAY if "工作" in unit else Unit.DAY)
    assert found.anchor == "收到通知"


@pytest.mark.parametrize("path", sorted(OWN.glob("*.jsonl")), ids=lambda path: path.stem)
def test_each_labelled_set_of_our_own_is_read_right(path: Path) -> None:
    exact, silent, _ = score(load(path))
    wrong = [(one.phrase, one.wrong) for one in map(judge, load(path)) if not one.exact]
    assert exact >= 98, wrong
    assert silent <= 2, wrong


@pytest.mark.parametrize(("name", "least"), [("seed-deadlines", 99), ("practice-deadlines", 97)])
def test_the_sources_labels_are_read_right(name: str, least: float) -> None:
    path = SHARED / f"{name}.jsonl"
    if not path.exists():
        pytest.skip(f"the labelled sources ({name}) are not beside this checkout")
    exact, silent, doubts = score(load(path))
    assert exact >= least
    assert (silent <= 1, doubts <= 10) == (True, True)
