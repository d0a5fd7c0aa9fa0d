"""English behind a unit's link: every page of a unit in the middle of its work, whole body and title."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from lxml import html
from sqlmodel import select

from actions import entry, extend, rectify, review, state
from actions.rectify import Acting
from commands.office import People
from config import clock
from models.cycle import Assignment
from models.database import transaction
from models.duty import Duty, Entry
from models.problem import Problem
from models.submission import Extension, Statement, Submission
from models.words import AssignmentKind, Channel, CycleState, DutyKind, Move
from tests.actions.test_take_ledger import book, lines_of, trip
from tests.conftest import Running
from tests.one_app import the_app
from tests.web.conftest import Door
from tests.web.test_doors import on_behalf, signed_in
from tests.web.test_language import SHOWN, language_of
from tests.web.test_unit_code import hidden
from tests.web.test_unit_duties import act, add, by_office
from web import short
from web.literals import has_han

__all__ = ["trip"]
K = AssignmentKind
NOWHERE = "00000000-0000-4000-8000-000000000000"
FILE = {"files": ("会议纪要.txt", "整改佐证".encode(), "text/plain")}
BODY = "一、存在的问题\n抽查20卷，6卷不完整。\n二、整改措施\n8月底前逐卷补正。"
REPORT = {"body": BODY, "problem-1-title": "六卷不完整", "problem-1-measure": "逐卷补正"}
# what the system says has these; what the tests typed has not
SYSTEM = re.compile("请|已|须|逾期|工作日|尚|如下|待|要求|达到")


def read_in(door: Door, language: str) -> Door:
    door.client.post("/language", data={"to": language, "back": "/"})
    return door


def chinese(page: str) -> list[str]:
    """What a reader meets in Chinese outside the elements that say they are Chinese: title, body, attributes."""
    tree = html.fromstring(page)
    return [words.strip() for words, element in said_in(tree) if has_han(words) and language_of(element) != "zh-CN"]


def said_in(tree: Any) -> Iterator[tuple[str, Any]]:
    for element in (*tree.iter("title"), *tree.find("body").iter()):
        if isinstance(element.tag, str) and element.tag != "script":
            yield element.text or "", element
            yield from ((element.get(name, ""), element) for name in SHOWN)
            yield element.tail or "", element.getparent()


def marked(page: str) -> list[str]:
    """What is said to be somebody's Chinese."""
    found = html.fromstring(page).iterfind(".//span[@lang='zh-CN']")
    return ["".join(one.itertext()) for one in found]


def pages_of(door: Door) -> dict[str, str]:
    """Every page one comes to from the first one by links, and those that only a letter or a refusal leads to."""
    seen, ahead, more = {}, [""], beside(door)
    while ahead:
        path = ahead.pop()
        answer = door.client.get(f"/u/{door.token}{path}")
        assert answer.status_code in (200, 404), path
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        seen[path] = answer.text
        found = re.findall(rf'href="/u/{door.token}([^"#]*)', answer.text)
        ahead += [one for one in dict.fromkeys(found + more) if one not in seen and one not in ahead]
    return seen


def beside(door: Door) -> list[str]:
    """The pages of this unit's rows, whether or not a link leads there today."""
    with transaction(door.running.bind) as session:
        unit = door.unit(session).id
    items = [one for one in door.all(Assignment) if one.unit_id == unit and one.kind != K.TASK]
    return [
        *(f"/item/{one.id}" for one in items), *(f"/extend/{one.id}" for one in items),
        *(f"/problem/{one.id}" for one in door.all(Problem) if one.unit_id == unit and one.letter_id),
        *(f"/event/{one.id}" for one in door.all(Duty) if one.kind == DutyKind.EVENT),
        f"/tasks/{door.running.cycle_id}", "/ledger", "/feed", "/contact", "/receipts", "/history",
        f"/item/{NOWHERE}", f"/problem/{NOWHERE}",
    ]


def left_in(pages: dict[str, str]) -> dict[str, list[str]]:
    return {path: found for path, page in pages.items() if (found := chinese(page))}


def decide(door: Door, verb: Callable[..., Any], table: Any, *given: Any, login: str = "jingban") -> None:
    with transaction(door.running.bind) as session:
        verb(session, door.running.actor(login), session.exec(select(table)).all()[-1], *given)


def move(door: Door, title: str, way: Move, reason: str = "") -> None:
    key = door.problem(title).id
    with transaction(door.running.bind) as session:
        problem = session.get_one(Problem, key)
        rectify.move_problem(session, door.running.actor("jingban"), problem, Acting(way, problem.version, reason))


@pytest.fixture(autouse=True)
def unthrottled() -> Iterator[None]:
    yield
    short.WRONG_FROM.tries.clear()


@pytest.fixture
def duties(fixing: Door) -> Door:
    """Every kind of duty: meetings per quarter sent back, hours confirmed, persons, receivers, standing, by event."""
    meetings, hours = add(fixing, "领导干部集体学法", "每季度召开2次"), add(fixing, "执法人员培训", "每年不少于20学时")
    people = add(fixing, "行政人员学法", "每人每年不少于40学时", per_person=True)
    add(fixing, "新任人员培训", "每人每年不少于20学时", per_person=True)
    sent = add(fixing, "法治建设情况", "每季度报送", receivers=["县政府", "县委依法治县办"])
    standing = add(fixing, "守法宣传", "长期坚持")
    event = add(fixing, "重大决定备案", "作出决定后15日内", gate="集体讨论")
    act(fixing, meetings, "d1")
    act(fixing, meetings, "d2", what="第二次学法会")
    by_office(fixing, meetings, entry.return_entry, "缺会议记录")
    act(fixing, hours, "d3", amount="20", what="线上培训")
    by_office(fixing, hours, entry.confirm, "证书齐全")
    act(fixing, people, "d4", amount="8", person="王五")
    act(fixing, sent, "d5", receiver="县政府")
    act(fixing, standing, "d6", what="坚持每月赶集日宣传")
    fixing.post(f"/event/{event}", day="2020-08-20", subject="濮法决〔2020〕1号", gate="会议纪要2号")
    last = next(row for row in fixing.all(Entry) if row.what == "第二次学法会")
    fixing.post(f"/entry/{last.id}/withdraw", reason="重复登记")
    return fixing


@pytest.fixture
def life(duties: Door) -> Door:
    """A unit in the middle of everything: problems in five states, a report sent back, statements, more time."""
    door, running = duties, duties.running
    for title in ("台账不全", "公示不及时", "培训不够"):
        with running.on(date(2020, 8, 26)) as session:
            running.find(session, 0, title)
    with running.on(date(2020, 8, 27)) as session:
        running.letter(session, 0)
    report = door.item(K.SELF_CHECK_REPORT)
    door.post(f"/item/{report}", nonce="n1", **REPORT, files=FILE)
    decide(door, review.send_back, Submission, "数字前后不一致")
    door.post("/sign", name="王五", post="所长", phone="0393-1")
    door.post(f"/extend/{door.item(K.RECT_REPORT)}", day="2020-12-20", reason="需县里研究")
    decide(door, extend.decide_extension, Extension, False, "按期报送", login="zhuren")
    doubted = door.problem("培训不够")
    door.post(f"/problem/{doubted.id}/object", seen=str(doubted.version), reason="有记录")
    door.post(f"/plan/{door.item(K.RECT_PLAN)}", nonce="p1", **door.plan_fields())
    for title in ("档案缺失", "台账不全", "公示不及时"):
        problem = door.problem(title)
        door.post(f"/problem/{problem.id}/report", seen=str(problem.version), result="材料补全", on_site="1")
    move(door, "台账不全", Move.VERIFY)
    move(door, "公示不及时", Move.RETURN, "照片不清楚")
    for about in (report, door.problem().id):
        door.post(f"/state/{about}", text="镇里换届，材料由新任所长整理。", nonce=f"s{about}", files=FILE)
    decide(door, state.answer, Statement, "知悉")
    door.post("/feed", 200, nonce="f1")
    running.rounds(date(2020, 8, 28), date(2020, 8, 31))
    return door


def test_no_chinese_word_is_left_on_an_english_page(life: Door) -> None:
    pages = pages_of(read_in(life, "en"))
    assert len(pages) > 40 and left_in(pages) == {}
    assert all('<html lang="en">' in page for page in pages.values())


def test_what_the_system_said_is_english_and_not_only_marked(life: Door) -> None:
    pages = pages_of(read_in(life, "en"))
    found = {(re.split("[/?]", f"{path}/")[1], text) for path, page in pages.items() for text in marked(page)}
    assert [pair for pair in sorted(found) if pair[0] not in ("history", "tasks") and SYSTEM.search(pair[1])] == []


def test_a_closed_cycle_is_english_too(life: Door) -> None:
    with transaction(life.running.bind) as session:
        life.running.cycle(session).state = CycleState.CLOSED
    assert left_in(pages_of(read_in(life, "en"))) == {}


def test_the_code_page_is_english_at_every_turn(life: Door, mailbox: Any) -> None:
    door = read_in(life, "en")
    with transaction(door.running.bind) as session:
        contact = door.running.contact(session)
        contact.channel, contact.address = Channel.MAIL, "zhang@example.org"
    path = f"/problem/{door.problem('学法次数不足').id}/report"
    seen = str(door.problem("学法次数不足").version)
    page = door.post(path, 200, files=FILE, seen=seen, result="材料补全")
    sent = door.post(path, 200, **hidden(page), send_code="1")
    wrong = door.post(path, 422, **hidden(sent), code="1")
    assert "Confirm" in page and [chinese(one) for one in (page, sent, wrong, door.get("/contact"))] == [[]] * 4


def test_refusals_are_told_in_english_with_what_was_typed(life: Door) -> None:
    door = read_in(life, "en")
    problem = door.problem("学法次数不足")
    duty = next(one for one in door.all(Assignment) if one.title.startswith("行政人员学法"))
    forms: list[tuple[str, dict[str, Any]]] = [
        (f"/item/{door.item(K.SELF_CHECK_REPORT)}", {"body": BODY, "nonce": "n2"}),
        (f"/item/{door.item(K.RECT_REPORT)}", {"body": BODY, "nonce": "n3"}),
        (f"/problem/{problem.id}/report", {"seen": str(problem.version), "result": "材料补全"}),
        (f"/problem/{problem.id}/report", {"seen": "0", "result": "材料补全", "on_site": "1"}),
        (f"/problem/{problem.id}/object", {"seen": str(problem.version), "reason": ""}),
        (f"/extend/{door.item(K.RECT_REPORT)}", {"day": "2020-09-01", "reason": "需研究"}),
        (f"/extend/{door.item(K.RECT_REPORT)}", {"day": "明天", "reason": "需研究"}),
        (f"/state/{problem.id}", {"text": "长" * 2001, "nonce": "s9"}),
        (f"/item/{duty.id}/entry", {"nonce": "d9", "day": "2020-08-27", "what": "学法", "amount": "两个"}),
        ("/contact", {"name": "", "phone": "x"}),
        ("/ledger", {}),
    ]
    answers = [door.client.post(f"/u/{door.token}{path}", data=fields) for path, fields in forms]
    assert [answer.status_code for answer in answers if answer.status_code not in (409, 422)] == []
    assert [(path, found) for (path, _), one in zip(forms, answers, strict=True) if (found := chinese(one.text))] == []
    no_book = {"files": ("台账.xlsx", b"PK not a book")}
    assert chinese(door.post("/ledger", 422, files=no_book)) == []


def test_a_draft_of_a_colleague_is_told_in_english(life: Door) -> None:
    door, problem = read_in(life, "en"), life.problem("学法次数不足")
    kept = door.client.post(f"/u/{door.token}/draft/report-{problem.id}", data={"result": "甲写的", "draft_seen": ""})
    other = door.client.post(f"/u/{door.token}/draft/report-{problem.id}", data={"result": "乙写的", "draft_seen": ""})
    assert (kept.status_code, other.status_code) == (200, 409)
    told = other.json()
    assert not has_han(told["error"]) and not has_han(told["said"][0][0]) and told["said"][0][1] == "甲写的"
    assert chinese(door.get(f"/problem/{problem.id}")) == []


def test_what_a_clerk_enters_for_a_unit_is_english_too(life: Door) -> None:
    mine = read_in(on_behalf(life, signed_in(life, "jingban")), "en")
    pages = pages_of(mine)
    assert "basis: Telephone, 2 Aug 2020" in pages[""] and left_in(pages) == {}
    clock.freeze(clock.now() + timedelta(hours=3))
    assert chinese(mine.get("", 410)) == []
    assert chinese(replace(mine, client=life.client).get("", 410)) == []


def test_doors_that_do_not_open_say_so_in_english(life: Door) -> None:
    door = read_in(life, "en")
    client = door.client
    closed = [
        client.get("/k"), client.post("/k", data={"code": "abcd"}), client.get("/u/nobody"),
        client.get(f"/u/{door.token}/item/not-a-key"), client.get(f"/u/{door.token}/history?page=0"),
        client.post(f"/u/{door.token}/fresh"), client.post("/u/nobody/fresh"),
        client.get(f"/u/{door.token}/evidence/{NOWHERE}"),
    ]
    assert [(n, found) for n, one in enumerate(closed) if (found := chinese(one.text))] == []
    feed = door.post("/feed", 200, nonce="f2")
    done = door.post("/contact", name="赵六", phone="0393-2")
    assert chinese(feed) == chinese(done) == chinese(door.get("", 410)) == []
    assert "replaced" in done.lower() or "changed" in done.lower()


def test_the_ledger_brought_back_is_looked_at_in_english(life: Door) -> None:
    door = read_in(life, "en")
    lines = lines_of(door.client.get(f"/u/{door.token}/ledger.xlsx").content)
    lines[0] |= {"办理状态": "做完了", "完成日期": "6-30"}
    for line in lines[1:]:
        line |= {"办理状态": "办理中", "办理情况": "正在补齐档案"}
    answer = door.client.post(f"/u/{door.token}/ledger", files={"files": ("台账.xlsx", book(lines).data)})
    assert answer.status_code == 200 and chinese(answer.text) == [] and "row" in answer.text
    path = answer.request.url.path.removeprefix(f"/u/{door.token}")
    assert chinese(door.post(path)) == []


def test_measures_of_a_decomposed_plan_are_english(trip: Any, today: Callable[[date], None]) -> None:
    today(date(2024, 8, 1))
    people = People(trip.office, "", {}, {"jingban": trip.head})
    running = Running(trip.bind, people, trip.cycle_id)
    for position in range(3):
        door = Door(TestClient(the_app()), running, "", position)
        door = read_in(replace(door, token=door.new_link()), "en")
        pages = pages_of(door)
        assert left_in(pages) == {} and any("Share" in page or "Lead" in page for page in pages.values())
