"""The State Council's yearly notice, read from its text: seven real years, odd spellings, contradictions."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.workdays import FOLDER, parse, year_of
from models.base import Rejected
from plans.holiday_notice import NoticeYear, as_yaml_data, read_notice, read_year_file

FRAME = """国务院办公厅关于{year}年部分节假日安排的通知
{number}
各省、自治区、直辖市人民政府，国务院各部委、各直属机构：
　　经国务院批准，现将{year}年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。
{items}
　　节假日期间，各地区、各部门要妥善安排好值班和安全、保卫等工作。
国务院办公厅
{signed}
"""
LAW_OF_2024 = (
    "根据2024年11月修订的《全国年节及纪念日放假办法》，自2025年1月1日起，春节、劳动节各增加1天。除个别特殊情形外，"
    "春节自农历除夕起放假调休8天，国庆节自10月1日起放假调休7天，劳动节放假调休5天，国庆节放假如逢中秋节则合并放假8天。"
)
LONGER_2020 = """国务院办公厅关于延长2020年春节假期的通知
国办发明电〔2020〕1号
一、延长2020年春节假期至2月2日（农历正月初九，星期日），2月3日（星期一）起正常上班。
三、因疫情防控不能休假的职工，应根据规定安排补休。
国务院办公厅
2020年1月26日
"""
YEARS = {
    2020: ("国办发明电〔2019〕16号", "2019年11月21日", """一、元旦：2020年1月1日放假，共1天。
二、春节：1月24日至30日放假调休，共7天。1月19日（星期日）、2月1日（星期六）上班。
三、清明节：4月4日至6日放假调休，共3天。
四、劳动节：5月1日至5日放假调休，共5天。4月26日（星期日）、5月9日（星期六）上班。
五、端午节：6月25日至27日放假调休，共3天。6月28日（星期日）上班。
六、国庆节、中秋节：10月1日至8日放假调休，共8天。9月27日（星期日）、10月10日（星期六）上班。"""),
    2021: ("国办发明电〔2020〕27号", "2020年11月25日", """一、元旦：2021年1月1日至3日放假，共3天。
二、春节：2月11日至17日放假调休，共7天。2月7日（星期日）、2月20日（星期六）上班。
三、清明节：4月3日至5日放假调休，共3天。
四、劳动节：5月1日至5日放假调休，共5天。4月25日（星期日）、5月8日（星期六）上班。五、端午节：6月12日至14日放假，共3天。
六、中秋节：9月19日至21日放假调休，共3天。9月18日（星期六）上班。
七、国庆节：10月1日至7日放假调休，共7天。9月26日（星期日）、10月9日（星期六）上班。"""),
    2022: ("国办发明电〔2021〕11号", "2021年10月25日", """一、元旦：2022年1月1日至3日放假，共3天。
二、春节：1月31日至2月6日放假调休，共7天。1月29日（星期六）、1月30日（星期日）上班。
三、清明节：4月3日至5日放假调休，共3天。4月2日（星期六）上班。
四、劳动节：4月30日至5月4日放假调休，共5天。4月24日（星期日）、5月7日（星期六）上班。
五、端午节：6月3日至5日放假，共3天。六、中秋节：9月10日至12日放假，共3天。
七、国庆节：10月1日至7日放假调休，共7天。10月8日（星期六）、10月9日（星期日）上班。"""),
    2023: ("国办发明电〔2022〕16号", "2022年12月8日", """一、元旦：2022年12月31日至2023年1月2日放假调休，共3天。
二、春节：1月21日至27日放假调休，共7天。1月28日（星期六）、1月29日（星期日）上班。三、清明节：4月5日放假，共1天。
四、劳动节：4月29日至5月3日放假调休，共5天。4月23日（星期日）、5月6日（星期六）上班。
五、端午节：6月22日至24日放假调休，共3天。6月25日（星期日）上班。
六、中秋节、国庆节：9月29日至10月6日放假调休，共8天。10月7日（星期六）、10月8日（星期日）上班。"""),
    2024: ("国办发明电〔2023〕7号", "2023年10月25日", """一、元旦：1月1日放假，与周末连休。
二、春节：2月10日至17日放假调休，共8天。2月4日（星期日）、2月18日（星期日）上班。\
鼓励各单位结合带薪年休假等制度落实，安排职工在除夕（2月9日）休息。
三、清明节：4月4日至6日放假调休，共3天。4月7日（星期日）上班。
四、劳动节：5月1日至5日放假调休，共5天。4月28日（星期日）、5月11日（星期六）上班。五、端午节：6月10日放假，与周末连休。
六、中秋节：9月15日至17日放假调休，共3天。9月14日（星期六）上班。
七、国庆节：10月1日至7日放假调休，共7天。9月29日（星期日）、10月12日（星期六）上班。"""),
    2025: ("国办发明电〔2024〕12号", "2024年11月12日", """一、元旦：1月1日（周三）放假1天，不调休。
二、春节：1月28日（农历除夕、周二）至2月4日（农历正月初七、周二）放假调休，共8天。1月26日（周日）、2月8日（周六）上班。
三、清明节：4月4日（周五）至6日（周日）放假，共3天。
四、劳动节：5月1日（周四）至5日（周一）放假调休，共5天。4月27日（周日）上班。
五、端午节：5月31日（周六）至6月2日（周一）放假，共3天。
六、国庆节、中秋节：10月1日（周三）至8日（周三）放假调休，共8天。9月28日（周日）、10月11日（周六）上班。"""),
    2026: ("国办发明电〔2025〕7号", "2025年11月4日", """\
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。"""),
}


def notice_of(year: int) -> str:
    number, signed, items = YEARS[year]
    text = FRAME.format(year=year, number=number, items=items, signed=signed)
    if year == 2025:
        text = text.replace("经国务院批准，", f"经党中央、国务院批准，{LAW_OF_2024}")
    return text + (LONGER_2020 if year == 2020 else "")


def changed(old: str, new: str, year: int = 2026) -> NoticeYear:
    text = notice_of(year)
    assert text.count(old) == 1, old
    return read_notice(text.replace(old, new))


def faults_of(old: str, new: str, year: int = 2026) -> str:
    return "\n".join(changed(old, new, year).faults)


@pytest.mark.parametrize("year", YEARS)
def test_the_text_of_each_year_reads_as_its_file(year: int) -> None:
    notice = read_notice(notice_of(year))
    assert notice.faults == ()
    assert as_yaml_data(notice) == parse((FOLDER / f"{year}.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("year", YEARS)
def test_each_yearly_file_stands_the_same_checks(year: int) -> None:
    notice = read_year_file((FOLDER / f"{year}.yaml").read_text(encoding="utf-8"))
    assert (notice.year, notice.faults, notice.doubts) == (year, (), ())


@pytest.mark.parametrize(
    "spell",
    [
        lambda text: text.replace("\n", ""),
        " ".join,
        "\r\n".join,
        lambda text: text.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
        lambda text: text.translate(str.maketrans("（），：", "(),:")),
        lambda text: text.replace("周", "星期").replace("与星期末", "与周末"),
        lambda text: text.replace("至", "—").replace("〔", "[").replace("〕", "]"),
        lambda text: text.replace("一、", "**一、").replace("：", "\u200b：**"),
        lambda text: f"首页 > 政策 > 正文\n字号：大 中 小\n{text}\n责任编辑：某某　分享到：微信",
    ],
)
@pytest.mark.parametrize("year", [2023, 2026])
def test_spelling_and_page_furniture_make_no_difference(year: int, spell) -> None:
    assert read_notice(spell(notice_of(year))) == read_notice(notice_of(year))


def test_the_day_before_the_year_is_kept() -> None:
    first = read_notice(notice_of(2023)).holidays[0]
    assert (first.start, first.end, first.announced_days) == (date(2022, 12, 31), date(2023, 1, 2), 3)


def test_a_december_without_a_printed_year_is_the_one_before() -> None:
    notice = changed("1月1日（周四）至3日（周六）放假调休，共3天。1月4日", "12月31日至1月2日放假，共3天。12月28日")
    assert (notice.holidays[0].start, notice.makeup[0]) == (date(2025, 12, 31), date(2025, 12, 28))


def test_a_day_in_lieu_is_a_rest_day_of_its_own_and_both_ways_of_counting_are_right() -> None:
    for told in ("", "，共2天", "，共3天"):
        notice = changed("4月4日（周六）至6日（周一）放假，共3天", f"4月4日（周六）放假，4月6日（星期一）补休{told}")
        days = [(one.start.day, one.end.day) for one in notice.holidays if one.name == "清明节"]
        assert (days, notice.faults) == ([(4, 4), (6, 6)], ())
        assert year_of(as_yaml_data(notice)).names[date(2026, 4, 6)] == "清明节"


def test_a_month_is_carried_along_a_list() -> None:
    notice = changed("2月14日（周六）、2月28日（周六）上班", "2月14日、28日上班")
    assert {date(2026, 2, 14), date(2026, 2, 28)} <= set(notice.makeup)


def test_a_longer_holiday_withdraws_the_make_up_day_in_it_and_is_asked_about() -> None:
    notice = read_notice(notice_of(2020))
    assert date(2020, 2, 1) not in notice.makeup and any("延至2月2日" in doubt for doubt in notice.doubts)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("放假调休，共9天", "放假调休，共8天", "春节：2月15日至2月23日是9天，通知写作“共8天”"),
        ("5月1日（周五）", "5月1日（周四）", "劳动节：5月1日是周五，通知写作“周四”"),
        ("2月14日（周六）、", "2月13日、", "2月13日是周五，不是周六、周日"),
        ("5月9日（周六）上班", "5月3日（周日）上班", "5月3日在劳动节放假期内，又写为上班"),
        ("五、端午节：6月19日（周五）至21日（周日）放假，共3天。", "", "没有读到端午节"),
        ("9月25日（周五）至27日（周日）", "9月31日至27日", "“2026年9月31日”不是有效日期"),
        ("9月25日（周五）至27日（周日）放假", "9月27日至25日放假", "先后颠倒或过长"),
        ("4月4日（周六）至6日（周一）放假", "2024年4月4日至6日放假", "不属于2026年的放假安排"),
        ("10月1日（周四）至7日（周三）放假调休，共7天", "10月2日至8日放假调休，共7天", "国庆节的放假日期不含10月1日"),
        ("6月19日（周五）至21日（周日）放假，共3天", "待定", "端午节：没有读到放假日期"),
        ("9月25日（周五）至27日（周日）放假", "6月21日至23日放假", "端午节与中秋节的放假日期重叠"),
        ("现将2026年", "现将2027年", "标题是2026年，正文是2027年"),
        ("六、中秋节", "六、端午节", "端午节写了两次，日期不同"),
    ],
)
def test_a_notice_that_contradicts_itself_says_where(old: str, new: str, fault: str) -> None:
    assert fault in faults_of(old, new)


@pytest.mark.parametrize(
    ("old", "new", "doubt"),
    [
        ("国办发明电〔2025〕7号\n", "", "没有发文字号"),
        ("国务院办公厅关于2026年部分节假日安排的通知\n", "国务院办公厅通知\n", "没有标题"),
        ("放假，共3天。\n四", "放假。\n四", "清明节：没有写明共几天"),
        ("5月9日（周六）上班", "5月9日（周六）另行通知", "5月9日没有写明放假还是上班"),
        ("5月9日（周六）上班", "5月9日（周六）不上班", "5月9日没有写明放假还是上班"),
    ],
)
def test_what_only_a_person_can_settle_is_asked_and_forbids_nothing(old: str, new: str, doubt: str) -> None:
    notice = changed(old, new)
    assert notice.faults == ()
    assert any(doubt in one for one in notice.doubts)


def test_a_number_given_by_the_office_stands_in_for_the_missing_one() -> None:
    text = notice_of(2026).replace("国办发明电〔2025〕7号", "")
    assert read_notice(text).notice_no == ""
    assert as_yaml_data(read_notice(text))["notice"].endswith("（文号待补）")
    assert read_notice(text, "国办发明电〔2025〕7号").notice_no == "国办发明电〔2025〕7号"


@pytest.mark.parametrize(
    "text",
    [
        "", "关于报送自查报告的通知", LONGER_2020, "国务院办公厅关于2027年部分节假日安排的通知",
        "某校关于2024年部分节假日安排的通知，现将2024年元旦放假安排通知如下。元旦：1月1日放假。",
    ],
)
def test_other_text_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(Rejected, match=r"^[^\n]+。$"):
        read_notice(text)


PIECES = st.sampled_from([
    "国务院办公厅关于2026年部分节假日安排的通知", "现将2026年", "放假", "上班", "补休", "至", "、", "。", "：", "（",
    "）", "周六", "起", "元旦", "春节", "国庆节", "99月99日", "2月30日", "12月31日", "1月1日", "9999年12月31日", "3日",
    "²", "共3天", "不放假", "延长2026年春节假期至2月30日", "延长2026年春节假期至12月31日", "国办发明电〔2025〕7号",
    "٣", "国务院办公厅2025年99月99日", "0000年1月1日", "\n",
])
TEXTS = st.one_of(st.text(), st.lists(st.one_of(PIECES, st.text(max_size=3)), max_size=60).map("".join))


@settings(max_examples=400)
@given(TEXTS, st.booleans())
def test_any_text_is_read_or_refused_and_nothing_else(text: str, headed: bool) -> None:
    try:
        notice = read_notice(("国务院办公厅关于2026年部分节假日安排的通知春节：1月1日放假。" if headed else "") + text)
    except Rejected as error:
        assert str(error)
    else:
        assert notice.year == 2026
        if not notice.faults:
            year_of(as_yaml_data(notice))


@given(TEXTS)
def test_any_text_is_a_yearly_file_or_refused(text: str) -> None:
    for head in ("", "rest:\n  ", "year: 2027\nnotice: x\nmakeup: []\nrest:\n  "):
        with pytest.raises(Rejected):
            read_year_file(head + text)


@given(st.integers(0, 2000), st.integers(0, 40), TEXTS)
def test_a_damaged_notice_is_read_or_refused(at: int, length: int, instead: str) -> None:
    text = notice_of(2026)
    try:
        read_notice(text[:at] + instead + text[at + length:])
    except Rejected as error:
        assert str(error)
