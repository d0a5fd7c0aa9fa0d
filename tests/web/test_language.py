"""Two languages: Chinese unless switched, a switch that is harmless, and English pages without a Chinese word left."""

import re
from collections.abc import Callable, Iterator
from datetime import date, time
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from lxml import html

from actions.name_units import set_group
from bench.sample_paper import issued_paper
from config import clock
from models.cycle import Assignment
from models.database import transaction
from models.draw import Draw
from models.duty import Duty
from models.intake import Intake
from models.office import User
from models.plan import Plan
from tests.actions.test_take_ledger import book, lines_of
from tests.beginnings import WORD
from tests.commands.test_workday import NEXT
from tests.one_app import the_app
from tests.web.english_walk import language_of
from tests.web.test_duties import Desk, desk, set_duty, sign_in
from web.app import create_app
from web.language import COOKIE, local_path
from web.literals import HAN, has_han
from web.page import day_words, distance, moment_words, short_day

__all__ = ["desk", "sign_in"]
SHOWN = ("aria-label", "title", "placeholder", "alt", "data-confirm", "data-name", "label")


@pytest.fixture
def english(sign_in: Callable[..., Desk]) -> Desk:
    """An office head who reads English."""
    desk = sign_in("zhuren")
    desk.client.post("/language", data={"to": "en", "back": "/"})
    return desk


def chinese(page: str) -> list[str]:
    """What a reader of the page's content meets in Chinese outside the elements that say they are Chinese."""
    tree = html.fromstring(page)
    found = tree.find(".//main")
    main = tree if found is None else found
    return [text.strip() for text, element in said_in(main) if has_han(text) and language_of(element) != "zh-CN"]


def said_in(main: Any) -> Iterator[tuple[str, Any]]:
    for element in main.iter():
        if not isinstance(element.tag, str):
            continue
        yield element.text or "", element
        yield from ((element.get(name, ""), element) for name in SHOWN)
        if element is not main:
            yield element.tail or "", element.getparent()


def test_pages_are_chinese_whatever_the_browser_asks_for(desk: Desk) -> None:
    answer = desk.client.get("/calendar", headers={"accept-language": "en-GB,en;q=0.9"})
    assert '<html lang="zh-CN">' in answer.text and "放假安排" in answer.text
    assert answer.headers["content-language"] == "zh-CN" and "words.en.js" not in answer.text


def test_the_switch_stands_on_every_page_and_leads_back_to_it(desk: Desk) -> None:
    page = desk.get("/calendar?done=calendar")
    assert 'action="/language"' in page and 'value="/calendar?done=calendar"' in page
    answer = desk.client.post("/language", data={"to": "en", "back": "/calendar"}, follow_redirects=False)
    assert answer.status_code == 303 and answer.headers["location"] == "/calendar"
    cookie = answer.headers["set-cookie"].lower()
    assert "samesite=lax" in cookie and "httponly" in cookie and "path=/" in cookie
    page = desk.get("/calendar")
    assert '<html lang="en">' in page and "words.en.js" in page and "<h2>Holidays</h2>" in page
    assert 'lang="zh-CN" aria-label="语言"' in page and ">中文<" in page
    desk.client.post("/language", data={"to": "zh-CN", "back": "/"})
    assert "<h2>放假安排</h2>" in desk.get("/calendar")


def test_the_choice_is_kept_on_the_person_for_the_next_device(english: Desk) -> None:
    assert {user.login: user.language for user in english.all(User)}["zhuren"] == "en"
    other = TestClient(the_app())
    other.post("/login", data={"login": "zhuren", "word": WORD})
    assert '<html lang="en">' in other.get("/calendar").text
    other.cookies.set(COOKIE, "zh-CN")
    assert '<html lang="zh-CN">' in other.get("/calendar").text


def test_opening_the_address_of_the_switch_changes_nothing(desk: Desk) -> None:
    answer = desk.client.get("/language?to=en", follow_redirects=False)
    assert answer.status_code == 303 and "set-cookie" not in answer.headers
    desk.client.post("/language", data={"to": "xx", "back": "/"})
    assert '<html lang="zh-CN">' in desk.get("/calendar")
    assert desk.client.post("/language", data={"to": "en"}, headers={"origin": "http://elsewhere"}).status_code == 403


@pytest.mark.parametrize("back", [
    "//elsewhere.example", "/\\elsewhere.example", "https://elsewhere.example/", "elsewhere", "",
    "/a\r\nSet-Cookie: x=1",
    "/%0d%0aSet-Cookie:x=1", "/%2f%2f/../\\x", "/%5celsewhere", "/" + "a" * 3000, "javascript:alert(1)", "\t/units",
])
def test_the_switch_never_leads_to_another_host(back: str) -> None:
    assert local_path(back) == "/"


@pytest.mark.parametrize("back", ["/", "/units?done=imported&added=3", "/u/" + "x" * 43, "/duties?subject=%E5%AD%A6"])
def test_the_switch_leads_back_to_any_page_of_its_own(back: str) -> None:
    assert local_path(back) == back


def test_a_refused_form_offers_the_page_it_stood_on(desk: Desk) -> None:
    answer = desk.client.post("/draws", data={"purpose": "x"}, headers={"referer": "http://testserver/draws/new"})
    assert answer.status_code == 422 and 'name="back" value="/draws/new"' in answer.text
    answer = desk.client.post("/draws", data={"purpose": "x"})
    assert 'name="back" value="/"' in answer.text


def test_errors_answer_in_the_readers_language(english: Desk) -> None:
    page = english.get("/nowhere", 404)
    assert "There is no such page." in page and chinese(page) == []
    page = english.post("/draws", 422, purpose="抽查")
    assert "Please" in page and chinese(page) == []
    answer = english.client.post(f"/items/{UUID(int=1)}/pause", headers={"x-requested-with": "duban"})
    assert answer.status_code == 404 and not has_han(answer.json()["error"]), answer.text
    answer = english.client.post("/language", headers={"origin": "http://elsewhere"})
    assert answer.text == "The request came from elsewhere and was refused."


def test_a_fault_of_our_own_is_told_in_english_too(english: Desk) -> None:
    app = create_app()
    app.add_api_route("/broken", lambda: 1 / 0)
    app.router.routes.insert(0, app.router.routes.pop())
    client = TestClient(app, raise_server_exceptions=False, cookies=english.client.cookies)
    answer = client.get("/broken")
    assert answer.status_code == 500 and "The system failed" in answer.text and chinese(answer.text) == []


def test_units_behind_their_link_switch_too(door: Any) -> None:
    assert 'name="back" value="/u/' in door.get()
    door.client.post("/language", data={"to": "en", "back": f"/u/{door.token}"})
    assert '<html lang="en">' in door.get()


def test_one_readers_language_is_never_anothers(desk: Desk, sign_in: Callable[..., Desk]) -> None:
    other = sign_in("zhuren")
    other.client.post("/language", data={"to": "en", "back": "/"})
    assert '<html lang="en">' in other.get("/calendar") and '<html lang="zh-CN">' in desk.get("/calendar")


@pytest.fixture
def told(english: Desk) -> Desk:
    """A desk with something on every page."""
    with transaction(english.bind) as session:
        office = english.running.actor("jingban")
        units = english.running.units(session)
        set_group(session, office, "各县区", units[:2])
    english.add(units=2, receivers="市委依法治市办、市政府", remind_before="30、7")
    english.register(receiver="市政府")
    set_duty(english, title="规范性文件清理", phrase="印发后5个工作日内")
    chance = {"seed_by": "typed", "seed": "6-2", "seed_source": "掷骰子", "n": "1"}
    cycle = str(english.running.cycle_id)
    english.post("/draws", units=english.units(2), purpose="年中抽查", cycle=cycle, **chance)
    english.client.post("/intake", files={"file": ("清单.docx", issued_paper())})
    with english.running.on(date(2020, 8, 3)) as session:
        english.running.find(session)
        english.running.find(session, 1)
        english.running.letter(session, 1)
    return english


def pages_of(desk: Desk) -> list[str]:
    cycle = desk.running.cycle_id
    items = {item.kind: item.id for item in desk.all(Assignment)}
    return [
        "/calendar", "/draws", "/draws/new", *(f"/draws/{row.id}?check=1" for row in desk.all(Draw)), "/duties",
        "/duties/new", "/duties/new?phrase=有效期届满前6个月", "/groups", "/groups?saved=1", "/events",
        "/runs", "/units",
        *(f"/duties/{row.id}" for row in desk.all(Duty)), *(f"/intake/{row.id}" for row in desk.all(Intake)),
        *(f"/items/{key}" for key in items.values()), f"/cycles/{cycle}/feedback", f"/cycles/{cycle}/ledger",
        *(f"/plans/{row.id}" for row in desk.all(Plan)),
    ]


def test_no_chinese_word_is_left_on_an_english_page(told: Desk) -> None:
    """Every page whose templates are done; what people typed and documents printed says that it is Chinese."""
    left = {path: found for path in pages_of(told) if (found := chinese(told.get(path)))}
    assert left == {}


def test_what_the_system_said_is_english_and_not_only_marked(told: Desk) -> None:
    """Sentences from below the web: none of them is merely marked as somebody's Chinese."""
    system = re.compile("请|未|已|须|时限|逾期|工作日|暂|不")
    for path in ["/calendar", "/duties", "/duties/new?phrase=有效期届满前6个月", "/runs"]:
        marked = re.findall(r'<span lang="zh-CN">([^<]*)</span>', told.get(path))
        assert [text for text in marked if system.search(text) and len(HAN.findall(text)) > 12] == [], path


def test_looked_at_pages_are_english_too(told: Desk) -> None:
    clock.freeze(clock.at_time(date(2026, 11, 10), time(10, 0)))
    assert chinese(told.post("/calendar", 200, text=NEXT)) == []
    assert chinese(told.post("/calendar", 422, text="不是通知")) == []
    clock.freeze(clock.at_time(date(2020, 8, 3), time(10, 0)))
    cycle = told.running.cycle_id
    lines = lines_of(told.client.get(f"/cycles/{cycle}/ledger.xlsx").content)
    lines[0] |= {"办理状态": "做完了", "完成日期": "6-30"}
    lines[1] |= {"办理状态": "办理中", "办理情况": "正在补齐档案"}
    answer = told.client.post(f"/cycles/{cycle}/ledger", files={"files": ("台账.xlsx", book(lines).data)})
    assert answer.status_code == 200 and "row" in answer.text and chinese(answer.text) == []


PHRASES = (
    "每半年不少于2次", "定期报告", "年底前报送", "每季度首月10日前", "长期坚持", "2020年9月底前", "有效期届满前6个月",
    "年初完成", "及时", "立即", "每周五", "2020年2月30日前", "3小时内", "国庆节前", "X月前", "2020年13月",
    "收到文件之日起5个工作日内", "5至7日内", "每年6月、12月", "每月第3个工作日", "年中一次", "自印发之日起6个月内",
    "2020年8月3日至9月5日", "9月前", "每旬", "每两个月一次", "月初", "每半月",
)


def test_readings_of_phrases_are_told_in_english(english: Desk) -> None:
    """Reasons and doubts of the limit reader: no Chinese but what they quote."""
    for phrase in PHRASES:
        page = english.client.get("/duties/reading", params={"phrase": phrase}).text
        assert chinese(f"<main>{page}</main>") == [], phrase
        for told in re.findall(r"<dt>(?:Basis|Please check|To be made clear|Deadline)</dt><dd>(.*?)</dd>", page, re.S):
            assert not has_han(re.sub(r"“.*?”", "", told)), (phrase, told)


def test_days_and_distances_are_said_in_both_languages(home: Any) -> None:
    from web.language import ENGLISH, speaking

    clock.freeze(clock.at_time(date(2020, 8, 3), time(10, 0)))
    try:
        assert (day_words(date(2020, 8, 10)), short_day(None)) == ("8月10日（周一）", "待定")
        assert distance(date(2020, 8, 10)) == "8月10日（周一）截止，距截止5个工作日"
        with speaking(ENGLISH):
            assert day_words(date(2020, 8, 10)) == "Mon 10 Aug" and day_words(date(2021, 2, 5)) == "Fri 5 Feb 2021"
            assert short_day(date(2020, 8, 10)) == "10 Aug" and day_words(None) == "not set"
            assert distance(date(2020, 8, 10)) == "due Mon 10 Aug, 5 workdays left"
            assert distance(date(2020, 8, 3)) == "due today (Mon)"
            assert moment_words(clock.at_time(date(2020, 8, 3), time(9, 5))) == "3 Aug 09:05"
    finally:
        clock.freeze(None)


@pytest.mark.parametrize(("chinese", "english"), [
    ("还有12项没有答完，如" + "、".join(f"“甲表”第{n}项" for n in range(1, 9)) + "。逐项打分或列为不适用后再交分。",
     "12 items are not fully answered, such as “甲表” item 1, "),
    ("第1项“听取汇报”的百分比不能超过100。", "The percentage for item 1 “听取汇报” cannot be more than 100."),
    ("第4项评为部分达标，请写明情况。", "Item 4 is judged “Partly met”: please describe the facts."),
    ("第4项：办公面积180平方米，要求不少于200平方米，不能评为达标。", "Item 4 cannot be judged as met: 办公面积"),
    ("检查清单：达标3项、未达标1项", "检查清单：Met: 3, Not met: 1"),
])
def test_what_a_team_is_refused_is_said_whole_in_english(chinese: str, english: str) -> None:
    from web.language import ENGLISH, speaking
    from web.said import said_plain

    with speaking(ENGLISH):
        assert said_plain(chinese).startswith(english)
