"""Whatever is printed: a reading never raises, and what it promises is in order."""

from datetime import date

from hypothesis import example, given, settings
from hypothesis import strategies as st

from config.workdays import official
from plans.phrase import read
from rules.deadline import Kind, resolve

CHARS = (
    "年月日号底末初中上下旬周每季度半届满前后内起至到—-、，（）第个工作自之以完成一二三四五六七八九十廿〇0123456789"
    "X两时点天今明本次当近"
)
PIECES = [
    "2024年", "二〇二四年", "6月", "6月底", "31日", "9月31日", "上半年", "三季度", "每年", "每季度", "每两周", "每月",
    "前", "底前", "之日起",
    "次日起", "30日内", "10个工作日内", "届满前6个月", "至", "——", "、", "和", "，", "完成", "长期坚持", "X月",
    "第三周", "周五", "年初", "年中",
    "十四五末", "定期", "适时", "立行立改", "不少于2次", "40学时", "半年", "一年半", "24小时内", "提前3天",
    "国庆节前", "国庆", "0", "99", "13月",
    "2月29日", "2023年", "截至", "今年", "次月", "以来", "99999999999999999999", "个月", "年内", "2024.6.30",
    "20240630", "首月", "结束后",
]
TEXTS = st.one_of(
    st.text(max_size=40), st.text(alphabet=CHARS, max_size=30),
    st.lists(st.sampled_from(PIECES), max_size=8).map("".join),
)
DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))


@settings(max_examples=3000, deadline=None)
@given(TEXTS, DAYS)
@example("9999年12月31日后10年内", date(2024, 1, 1))
@example("自9999年12月底起99999个月内", date(2024, 1, 1))
def test_reading_never_raises_and_windows_are_in_order(text: str, ref: date) -> None:
    found = read(text, ref)
    assert found.phrase == text
    assert found.because
    if found.start and found.due:
        assert found.start <= found.due
    assert not found.dues or found.due == found.dues[0]
    assert not (found.kind is Kind.TBD and found.due and not found.done)


@settings(max_examples=1500, deadline=None)
@given(TEXTS, DAYS, st.dates(date(2019, 1, 1), date(2027, 12, 31)))
def test_rolling_never_moves_a_date_earlier(text: str, ref: date, anchor: date) -> None:
    _, settled = resolve(read(text, ref), anchor, official())
    if settled:
        assert settled.rolled >= settled.due


@given(DAYS)
def test_the_same_words_read_the_same_twice(ref: date) -> None:
    assert read("每年3月底前", ref) == read("每年3月底前", ref)
