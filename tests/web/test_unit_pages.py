"""A unit's pages: opening changes nothing, nobody else's things are there, dead links say little."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from actions import open_link
from actions.advance import close_cycle
from actions.enrol import revoke_links
from models.database import transaction
from models.ledger import unit_items
from models.notice import Notice
from models.office import Office
from models.submission import Evidence
from models.unit import Contact, Link
from models.words import AssignmentKind, AssignmentState, Channel, NoticeState
from notifications.link import hash_token

K = AssignmentKind
Door = Any
CHECKING = date(2020, 8, 3)
PROOF = {"files": ("会议纪要.txt", "整改佐证".encode(), "text/plain")}


def test_opening_pages_changes_nothing(fixing: Door) -> None:
    problem, plan = fixing.problem(), fixing.item(K.RECT_PLAN)
    report, cycle = fixing.item(K.RECT_REPORT), fixing.running.cycle_id
    paths = ("", "/history", "/history?page=2", "/receipts", "/ledger", "/contact",
             f"/item/{plan}", f"/item/{report}", f"/problem/{problem.id}",
             f"/extend/{report}", f"/tasks/{cycle}", f"/item/{fixing.item(K.SELF_CHECK_REPORT)}")
    before = fixing.dump()
    for _ in range(10):
        for path in paths:
            assert fixing.client.get(f"/u/{fixing.token}{path}").status_code == 200
            assert fixing.client.head(f"/u/{fixing.token}{path}").status_code == 200
    assert fixing.dump() == before


def test_home_shows_what_waits_and_how_far(fixing: Door) -> None:
    page = fixing.get()
    assert "签收督察反馈意见" in page and "档案缺失" in page and "别的单位的问题" not in page
    assert "剩6个工作日" in page and "9月5日（周六）截止" in page
    words = re.sub(r"<[^>]*>", " ", page.split("<body>")[1].split('<form method="post" action="/language"')[0])
    assert not re.search(r"[A-Za-z]{3,}", words)


def test_a_problem_not_yet_fed_back_is_not_shown(door: Door) -> None:
    with door.running.on(date(2020, 8, 12)) as session:
        found = door.running.find(session, 0, "尚未反馈的问题")
    assert "尚未反馈的问题" not in door.get() + door.get("/history")
    door.get(f"/problem/{found.id}", 404)


def test_a_second_click_signs_once(door: Door) -> None:
    for _ in range(2):
        assert "已签收" in door.post("/sign", name="王五", post="科员", phone="0393-1")
    item = next(i for i in door.all(open_link.Assignment) if str(i.id) == door.item(K.CONTACT))
    assert (item.state, item.note) == (AssignmentState.DONE, "王五 科员")
    assert door.get("/history").count("<b>签收</b>") == 1


def test_signing_without_a_phone_keeps_the_name(door: Door) -> None:
    page = door.post("/sign", 422, name="王五", phone="")
    assert "签收须填写姓名和电话" in page and 'value="王五"' in page


def test_own_evidence_comes_back_as_it_was_sent(planned: Door) -> None:
    problem = planned.problem()
    planned.post(f"/problem/{problem.id}/report", seen=str(problem.version), result="已改。", files=PROOF)
    (file,) = planned.all(Evidence)
    answer = planned.client.get(f"/u/{planned.token}/evidence/{file.id}")
    assert answer.content == PROOF["files"][1]
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%E4%BC%9A")
    other = planned.neighbour()
    other.get(f"/evidence/{file.id}", 404)


def test_what_belongs_to_another_unit_is_not_there(fixing: Door) -> None:
    other = fixing.neighbour()
    problem, item = fixing.problem(), fixing.item(K.RECT_REPORT)
    before = fixing.dump()
    unknown = "00000000-0000-4000-8000-000000000000"
    for path, foreign in (("/item/{}", item), ("/problem/{}", problem.id), ("/extend/{}", item)):
        found, none = other.get(path.format(foreign), 404), other.get(path.format(unknown), 404)
        assert found.replace(str(foreign), unknown) == none  # the switch of language names the address asked for
    for path in (f"/item/{item}", f"/plan/{item}", f"/problem/{problem.id}/report", f"/problem/{problem.id}/object",
                 f"/extend/{item}", f"/draft/item-{item}", f"/tasks/{unknown}"):
        other.post(path, 404, body="越权", result="越权", reason="越权", seen="1", day="2020-09-09")
    assert fixing.dump() == before


def test_dead_links_offer_a_fresh_one_and_say_nothing_else(door: Door, today: Callable[[date], None]) -> None:
    with transaction(door.running.bind) as session:
        revoke_links(session, door.running.contact(session).id)
    assert "给联系人发送新链接" in door.get("", 410)
    token = door.new_link()
    today(CHECKING + timedelta(days=500))
    old = replace(door, token=token)
    assert "此链接已过期" in old.get("", 410) and "给联系人发送新链接" in old.get("/history", 410)
    known, unknown = old.post("/fresh", 200), replace(door, token="0" * 43).post("/fresh", 200)
    assert known == unknown
    for _ in range(5):
        old.post("/fresh", 200)
    assert sum(notice.step == "新链接" for notice in door.all(Notice)) == 3


def test_guessing_links_is_slowed_down_and_known_links_still_open(door: Door) -> None:
    answers = [door.client.get(f"/u/guess{n:040d}").status_code for n in range(25)]
    assert answers == [404] * 20 + [403] * 5
    assert door.get()


def test_scripts_are_shown_as_text(fixing: Door) -> None:
    evil = "<script>alert(1)</script>"
    fields = {key: evil if key.endswith("measure") else value for key, value in fixing.plan_fields().items()}
    fixing.post(f"/plan/{fixing.item(K.RECT_PLAN)}", nonce="p1", **fields)
    problem = fixing.problem()
    named = {"files": ('"><script>x</script>.txt', b"text", "text/plain")}
    fixing.post(f"/problem/{problem.id}/report", seen=str(problem.version), result=evil, files=named)
    pages = fixing.get(f"/problem/{problem.id}") + fixing.get(f"/item/{fixing.item(K.RECT_PLAN)}")
    assert "<script>alert" not in pages and "<script>x" not in pages
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in pages


def test_a_new_contact_kills_the_old_link(door: Door) -> None:
    with transaction(door.running.bind) as session:
        contact = door.running.contact(session)
        contact.channel, contact.address = Channel.MAIL, "old@example.invalid"
        session.add(contact)
        session.get_one(Office, contact.office_id).asks_code = False
    assert "电子邮箱" in door.post("/contact", 422, name="新人", phone="1", address="")
    page = door.post("/contact", name="新人", phone="1", address="new@example.invalid")
    assert "联系人已更换" in page
    assert "已停用" in door.get("", 410)
    new = next(contact for contact in door.all(Contact) if contact.name == "新人")
    told = [notice for notice in door.all(Notice) if notice.contact_id == new.id]
    assert any(notice.state == NoticeState.PLANNED for notice in told)
    assert door.new_link() != door.token


def test_after_the_cycle_pages_are_for_reading(door: Door) -> None:
    item, report = door.item(K.SELF_CHECK_REPORT), door.item(K.RECT_REPORT)
    with transaction(door.running.bind) as session:
        close_cycle(session, door.running.actor("zhuren"), door.running.cycle(session), CHECKING)
        assert not unit_items(session, door.unit(session).id)
    assert "往期督察" in door.get()
    assert "只能查看" in door.get(f"/item/{item}") and "报送自查报告" not in door.get(f"/item/{item}")
    door.post(f"/item/{item}", 403, body="报告", nonce="n", **{"problem-1-title": "一"})
    door.post(f"/tasks/{door.running.cycle_id}", 403, **{"mark-party:1": "达标"})
    door.post(f"/extend/{report}", 403, day="2020-09-20", reason="需研究")


def test_a_link_is_kept_only_as_a_hash(door: Door) -> None:
    assert {link.token_hash for link in door.all(Link)} >= {hash_token(door.token)}
    assert door.token not in str(door.dump())


def test_a_letter_can_be_read_again_after_it_was_signed_for(fixing: Door) -> None:
    fixing.post("/sign", name="王五", phone="00000000")
    page = fixing.get(f"/item/{fixing.item(K.FEEDBACK_RECEIPT)}")
    assert "意见书内容" in page and "档案缺失" in page and "印发" in page
