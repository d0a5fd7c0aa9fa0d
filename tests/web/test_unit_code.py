"""Who acts is proved by a six-digit code: nothing typed is lost on the way, no code is good twice, none is readable."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from actions import link_code, open_link, stage_file
from config import clock
from config.settings import settings
from models.database import transaction
from models.event import Event
from models.notice import Message, Notice
from models.office import Office, User
from models.submission import Draft, Evidence, Extension, Submission
from models.unit import Contact, Link, LinkCode
from models.words import AssignmentKind, Channel, MessageState, NoticeKind
from tests.one_app import the_app
from web.unit_code import COOKIE

K = AssignmentKind
Door = Any
CHECKING = date(2020, 8, 3)
BODY = "一、存在的问题\n抽查20卷，6卷不完整。\n二、整改措施\n8月底前逐卷补正。"
REPORT = {"body": BODY, "nonce": "n1", "problem-1-title": "六卷不完整"}
PROOF = {"files": ("会议纪要.txt", "整改佐证".encode(), "text/plain")}


@pytest.fixture
def mailed(door: Door, mailbox: Any) -> Door:
    """The first unit, whose contact is reached by mail."""
    with transaction(door.running.bind) as session:
        contact = door.running.contact(session)
        contact.channel, contact.address = Channel.MAIL, "zhang@example.org"
    return door


def codes(mailbox: Any) -> list[str]:
    return [re.search(r"(?<!\d)\d{6}(?!\d)", text)[0] for text in mailbox.texts()]


def hidden(page: str) -> dict[str, Any]:
    """The fields of the page that asks for the code, as a browser would send them again."""
    found: dict[str, Any] = {}
    for name, value in re.findall(r'<textarea name="([^"]+)" hidden>(.*?)</textarea>', page, re.S):
        found[name] = value
    held = re.findall(r'name="held" value="([^"]+)"', page)
    return {**found, **({"held": held} if held else {})}


def ask(door: Door, mailbox: Any, path: str, files: Any = None, **fields: str) -> tuple[dict[str, Any], str]:
    """Send a form, have the code sent: what the page sends again, and the code."""
    page = door.post(path, 200, files=files, **fields)
    assert "确认本人操作" in page and "z***@example.org" in page
    page = door.post(path, 200, **hidden(page), send_code="1")
    assert "验证码已发往" in page
    return hidden(page), codes(mailbox)[-1]


def wrong_of(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def test_a_report_is_sent_only_with_the_code_and_keeps_text_and_files(mailed: Door, mailbox: Any) -> None:
    path = f"/item/{mailed.item(K.SELF_CHECK_REPORT)}"
    again, code = ask(mailed, mailbox, path, PROOF, **REPORT)
    assert not mailed.all(Submission) and [draft.fields["body"] for draft in mailed.all(Draft)] == [BODY]
    assert "已报送" in mailed.post(path, **again, code=code)
    (sent,) = mailed.all(Submission)
    assert (sent.body, [file.name for file in mailed.all(Evidence)]) == (BODY, ["会议纪要.txt"])
    assert not mailed.all(Draft)


def test_reading_drafting_and_signing_need_no_code(mailed: Door, mailbox: Any) -> None:
    item = mailed.item(K.SELF_CHECK_REPORT)
    mailed.post(f"/draft/item-{item}", 200, body="写了一半")
    mailed.post(f"/tasks/{mailed.running.cycle_id}", **{"mark-party:1": "达标"})
    assert "已签收" in mailed.post("/sign", name="王五", phone="0393-1")
    assert mailbox.mails == []


def test_a_form_with_something_missing_is_told_so_before_any_code(mailed: Door, mailbox: Any) -> None:
    page = mailed.post(f"/item/{mailed.item(K.SELF_CHECK_REPORT)}", 422, body=BODY, nonce="n1")
    assert "自查报告须附问题清单" in page and "验证码" not in page and mailbox.mails == []
    assert mailed.all(LinkCode) == [] and not mailed.all(Submission)


def test_the_code_is_readable_nowhere_but_in_the_mail(mailed: Door, mailbox: Any) -> None:
    _, code = ask(mailed, mailbox, f"/item/{mailed.item(K.SELF_CHECK_REPORT)}", **REPORT)
    assert code not in str([row for name, rows in mailed.dump().items() if name != "event" for row in rows])
    (message,) = [row for row in mailed.all(Message) if row.channel == Channel.MAIL]
    assert "······" in message.body and message.state == MessageState.SENT
    assert code not in mailbox.mails[0]["subject"] and code not in mailed.get("/history")


def test_a_wrong_code_keeps_everything_and_the_fifth_ends_it(mailed: Door, mailbox: Any) -> None:
    path = f"/item/{mailed.item(K.SELF_CHECK_REPORT)}"
    again, code = ask(mailed, mailbox, path, **REPORT)
    for left in (4, 3, 2, 1):
        page = mailed.post(path, 422, **again, code=wrong_of(code))
        assert f"还可再试{left}次" in page and "抽查20卷" in page
    assert "请重新发送" in mailed.post(path, 422, **again, code=wrong_of(code))
    assert "已输错5次" in mailed.post(path, 422, **again, code=code)
    assert not mailed.all(Submission)


def test_wrong_tries_at_the_same_moment_are_all_counted(mailed: Door, mailbox: Any) -> None:
    path = f"/item/{mailed.item(K.SELF_CHECK_REPORT)}"
    again, code = ask(mailed, mailbox, path, **REPORT)

    def guess(_n: int) -> str:
        return mailed.client.post(f"/u/{mailed.token}{path}", data={**again, "code": wrong_of(code)}).text

    with ThreadPoolExecutor(8) as pool:
        pages = list(pool.map(guess, range(12)))
    assert sum("验证码不对" in page for page in pages) == 5 and mailed.all(LinkCode)[0].tries == 5


def test_a_code_lives_ten_minutes(mailed: Door, mailbox: Any) -> None:
    path = f"/item/{mailed.item(K.SELF_CHECK_REPORT)}"
    again, code = ask(mailed, mailbox, path, **REPORT)
    clock.freeze(clock.now() + timedelta(minutes=10, seconds=1))
    assert "已过期" in mailed.post(path, 422, **again, code=code)


def test_a_new_code_ends_the_one_before_and_the_fourth_is_refused(mailed: Door, mailbox: Any) -> None:
    path = f"/item/{mailed.item(K.SELF_CHECK_REPORT)}"
    again, first = ask(mailed, mailbox, path, **REPORT)
    for _ in range(2):
        clock.freeze(clock.now() + timedelta(seconds=1))
        mailed.post(path, 200, **again, send_code="1")
    assert "最多发送3次" in mailed.post(path, 422, **again, send_code="1") and len(mailbox.mails) == 3
    newest = codes(mailbox)[-1]
    if first != newest:
        assert "验证码不对" in mailed.post(path, 422, **again, code=first)
    clock.freeze(clock.now() + timedelta(minutes=10, seconds=2))
    assert "验证码已发往" in mailed.post(path, 200, **again, send_code="1")


def test_one_code_serves_a_sitting_of_this_link_and_no_other(mailed: Door, mailbox: Any) -> None:
    again, code = ask(mailed, mailbox, (path := f"/item/{mailed.item(K.SELF_CHECK_REPORT)}"), **REPORT)
    answer = mailed.client.post(f"/u/{mailed.token}{path}", data={**again, "code": code}, follow_redirects=False)
    cookie = answer.headers["set-cookie"]
    for part in ("HttpOnly", "SameSite=strict", f"Path=/u/{mailed.token}", "Max-Age=1800"):
        assert part in cookie
    extend = f"/extend/{mailed.item(K.RECT_REPORT)}"
    proof = {"day": "2020-09-20", "reason": "需实地研究"}
    other = replace(mailed, token=mailed.new_link())
    other.client.cookies.set(COOKIE, mailed.client.cookies[COOKIE], path="/u/")
    assert "确认本人操作" in other.post(extend, 200, **proof), "another link of the same unit is another door"
    assert not mailed.all(Extension)
    assert "延期申请已提交" in mailed.post(extend, **proof)
    clock.freeze(clock.now() + timedelta(minutes=31))
    new = {"name": "新人", "phone": "1", "address": "new@example.org"}
    assert "确认本人操作" in mailed.post("/contact", 200, **new)


def test_without_cookies_the_code_in_the_form_suffices_once(mailed: Door, mailbox: Any) -> None:
    path, extend = f"/item/{mailed.item(K.SELF_CHECK_REPORT)}", f"/extend/{mailed.item(K.RECT_REPORT)}"
    again, code = ask(mailed, mailbox, path, **REPORT)
    mailed.post(path, **again, code=code)
    bare = replace(mailed, client=TestClient(the_app()))
    page = bare.post(extend, 422, day="2020-09-20", reason="需实地研究", code=code)
    assert "已使用过" in page and not mailed.all(Extension)
    clock.freeze(clock.now() + timedelta(seconds=1))
    page = bare.post(extend, 200, **hidden(page), send_code="1")
    assert "延期申请已提交" in bare.post(extend, **hidden(page), code=codes(mailbox)[-1])


def test_a_double_click_with_the_code_makes_one_submission_and_no_complaint(mailed: Door, mailbox: Any) -> None:
    path = f"/item/{mailed.item(K.SELF_CHECK_REPORT)}"
    again, code = ask(mailed, mailbox, path, **REPORT)

    def click(_n: int) -> int:
        client = TestClient(the_app())
        data = {**again, "code": code}
        return client.post(f"/u/{mailed.token}{path}", data=data, follow_redirects=False).status_code

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(click, range(4))) == [303] * 4
    assert len(mailed.all(Submission)) == 1


def test_where_mail_does_not_go_out_the_page_says_so_and_names_the_telephone(mailed: Door, mailbox: Any) -> None:
    with transaction(mailed.running.bind) as session:
        for user in session.exec(open_link.select(User).where(User.login == "jingban")):
            user.phone = "0393-0000000"
    mailbox.refuse = True
    path = f"/item/{mailed.item(K.SELF_CHECK_REPORT)}"
    page = mailed.post(path, 200, **REPORT, send_code="1")
    assert "验证码没有发出去" in page and "经办甲 0393-0000000" in page and "代为录入" in page and "抽查20卷" in page
    (message,) = [row for row in mailed.all(Message) if row.channel == Channel.MAIL]
    assert message.state == MessageState.DEAD
    assert any("未发出" in notice.text for notice in mailed.all(Notice) if notice.kind == NoticeKind.ALERT)


def test_no_code_is_asked_where_none_could_reach_one_person(door: Door) -> None:
    assert "已报送" in door.post(f"/item/{door.item(K.SELF_CHECK_REPORT)}", **REPORT)


def test_every_final_form_asks_and_the_office_may_switch_it_off(mailed: Door, mailbox: Any) -> None:
    item, report = mailed.item(K.SELF_CHECK_REPORT), mailed.item(K.RECT_REPORT)
    forms = ((f"/item/{item}", REPORT), (f"/extend/{report}", {"day": "2020-09-20", "reason": "需研究"}),
             ("/contact", {"name": "新人", "phone": "1", "address": "new@example.org"}))
    for path, fields in forms:
        assert "确认本人操作" in mailed.post(path, 200, **fields), path
    running = mailed.running
    with transaction(running.bind) as session:
        with pytest.raises(link_code.NotAllowed, match="办公室主任"):
            link_code.set_asks_code(session, running.actor("jingban"), False)
        for _ in range(2):
            link_code.set_asks_code(session, running.actor("zhuren"), False)
    assert [event.verb for event in mailed.all(Event)].count("停用验证码") == 1
    assert not mailed.all(Office)[0].asks_code
    assert "已报送" in mailed.post(f"/item/{item}", **REPORT)


def test_a_new_contact_is_confirmed_by_the_old_and_ends_every_way_in(mailed: Door, mailbox: Any) -> None:
    fields = {"name": "新人", "phone": "1", "address": "new@example.org"}
    again, code = ask(mailed, mailbox, "/contact", **fields)
    assert mailbox.mails[-1]["to"] == "zhang@example.org", "never to the address just typed in"
    assert "联系人已更换" in mailed.post("/contact", **again, code=code)
    unit_id = next(c.unit_id for c in mailed.all(Contact) if c.name == "新人")
    assert all(link.revoked_at for link in mailed.all(Link) if link.unit_id == unit_id)
    assert all(row.proof_until is None and row.expires_at <= clock.now() for row in mailed.all(LinkCode))
    assert any("更换联系人" in notice.text for notice in mailed.all(Notice) if notice.kind == NoticeKind.ALERT)
    assert [one.name for one in mailed.all(Contact) if one.active and one.unit_id == unit_id] == ["新人"]


def test_somebody_else_behind_a_forwarded_link_is_recorded_with_both_names(mailed: Door, mailbox: Any) -> None:
    path, owner = f"/item/{mailed.item(K.SELF_CHECK_REPORT)}", mailed.all(Contact)
    again, code = ask(mailed, mailbox, path, **REPORT)
    mailed.post(path, **again, code=code, acting="王五")
    name = next(one.name for one in owner if one.address == "zhang@example.org")
    assert mailed.all(Submission)[0].sent_by == f"王五（使用{name}的链接）"


def test_who_signed_by_a_link_stays_named_in_what_is_sent_by_it(door: Door) -> None:
    with transaction(door.running.bind) as session:
        name = door.running.contact(session).name
    door.post("/sign", name="王五", phone="0393-1")
    door.post(f"/item/{door.item(K.SELF_CHECK_REPORT)}", **REPORT)
    both = f"王五（使用{name}的链接）"
    assert door.all(Submission)[0].sent_by == both
    assert {event.actor for event in door.all(Event) if event.verb in ("签收", "报送")} == {both}


def test_files_of_another_unit_cannot_be_named(mailed: Door, mailbox: Any) -> None:
    path = f"/item/{mailed.item(K.SELF_CHECK_REPORT)}"
    page = mailed.post(path, 200, files=PROOF, **REPORT)
    (word,) = hidden(page)["held"]
    other = mailed.neighbour()
    other.post(f"/item/{other.item(K.SELF_CHECK_REPORT)}", **REPORT, held=word)
    mailed.post(path, 200, **REPORT, held=word.replace("会议", "他人"))
    assert not mailed.all(Evidence)


def test_a_returned_ledger_is_handed_in_only_with_a_code(mailed: Door, mailbox: Any) -> None:
    sheet = mailed.client.get(f"/u/{mailed.token}/ledger.xlsx").content
    answer = mailed.client.post(
        f"/u/{mailed.token}/ledger", files={"files": ("台账.xlsx", sheet)}, follow_redirects=False
    )
    path = answer.headers["location"].removeprefix(f"/u/{mailed.token}")
    assert "确认本人操作" in mailed.post(path, 200)
    mailed.post(path, 200, send_code="1")
    assert "受理结果" in mailed.post(path, code=codes(mailbox)[-1])


def test_codes_by_the_hundred_are_not_sent_to_one_contact(mailed: Door, mailbox: Any, today: Callable) -> None:
    path = f"/item/{mailed.item(K.SELF_CHECK_REPORT)}"
    answers = []
    for _ in range(8):
        fresh = replace(mailed, token=mailed.new_link())
        for _ in range(3):
            answers.append(fresh.client.post(f"/u/{fresh.token}{path}", data={**REPORT, "send_code": "1"}).status_code)
    assert answers == [200] * 20 + [422] * 4 and len(mailbox.mails) == 20


def test_files_of_forms_that_nobody_confirmed_do_not_stay(mailed: Door, mailbox: Any, monkeypatch: Any) -> None:
    def lying() -> list[str]:
        return [path.name for path in settings().evidence_dir.rglob("*") if path.is_file()]

    path = f"/item/{mailed.item(K.SELF_CHECK_REPORT)}"
    for n in range(3):
        file = {"files": ("材料.txt", f"第{n}份".encode(), "text/plain")}
        assert "材料.txt" in mailed.post(path, 200, files=file, **REPORT)
    assert len(lying()) == 3 and not mailed.all(Evidence)
    monkeypatch.setattr(stage_file, "MOST_TIMES", 0)
    assert "等候确认的附件过多" in mailed.post(path, 422, files=PROOF, **REPORT)
    clock.freeze(datetime.now(clock.ZONE) + timedelta(days=8))  # the age of a file is told by the machine's own clock
    with transaction(mailed.running.bind) as session:
        stage_file.clear_stale(session)
    assert lying() == []
