"""Other ways in: a clerk in a unit's name, a paper letter, a calendar; and opening any of them changes nothing."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from icalendar import Calendar
from sqlmodel import select

from actions import deadline, extend, people, rectify, review, short_address
from actions.rectify import Acting
from config import clock
from models.base import NotAllowed
from models.database import transaction
from models.duty import Duty
from models.event import Event
from models.notice import Notice
from models.office import User
from models.submission import Draft, Evidence, Extension, Submission
from models.unit import Contact, Link, ShortAddress
from models.words import AssignmentKind, AssignmentState, LinkPurpose, Move, NoticeKind
from rules.behalf import entered_by
from tests.one_app import the_app
from tests.web.person import Person, signed_in
from web import short
from web.app import PARTS

K = AssignmentKind
Door = Any
CHECKING = date(2020, 8, 3)
BODY = "一、存在的问题\n抽查20卷，6卷不完整。\n二、整改措施\n8月底前逐卷补正。"
REPORT = {"body": BODY, "nonce": "n1", "problem-1-title": "六卷不完整"}


@pytest.fixture
def clerk(door: Door) -> Iterator[Person]:
    yield signed_in(door, "jingban")
    short.WRONG_FROM.tries.clear()


def unit_of(door: Door) -> tuple[Any, Any]:
    with transaction(door.running.bind) as session:
        return door.running.unit(session), door.running.contact(session)


def on_behalf(door: Door, clerk: Person, **changed: str) -> Door:
    """The unit's pages as the clerk who enters in its name sees them."""
    unit, contact = unit_of(door)
    fields = {"contact": str(contact.id), "how": "电话", "giver": "联络员赵", "day": "2020-08-02", **changed}
    answer = clerk.client.post(f"/units/{unit.id}/behalf", data=fields, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return replace(door, client=clerk.client, token=answer.headers["location"].rsplit("/", 1)[1])


def test_what_a_clerk_enters_says_so_everywhere(door: Door, clerk: Person) -> None:
    mine = on_behalf(door, clerk)
    item = mine.item(K.SELF_CHECK_REPORT)
    for path in ("", f"/item/{item}", "/history", "/contact", "/feed"):
        assert "录入（依据：电话，2020年8月2日，联络员赵）" in mine.get(path)
    assert "已报送" in mine.post(f"/item/{item}", **REPORT)
    (sent,) = mine.all(Submission)
    assert sent.sent_by == "联络员赵（经办甲代录）"
    (event,) = [event for event in mine.all(Event) if event.verb == "报送"]
    assert (event.actor, event.via) == ("联络员赵（经办甲代录）", "代录·电话")
    history = door.get("/history")
    assert "联络员赵（经办甲代录）" in history and "开始代为录入" in history and "依据：电话" in history


def test_the_link_works_for_that_clerk_alone_and_two_hours(door: Door, clerk: Person) -> None:
    mine = on_behalf(door, clerk)
    for client in (TestClient(the_app()), signed_in(door, "jingban2").client, signed_in(door, "zhuren").client):
        other = replace(mine, client=client)
        assert "只供办公室经办人本人" in other.get("", 403)
        other.post(f"/item/{mine.item(K.SELF_CHECK_REPORT)}", 403, **REPORT)
    clock.freeze(clock.now() + timedelta(hours=2, seconds=1))
    assert "已过期" in mine.get("", 410)
    assert not mine.all(Submission)


def test_a_clerk_who_is_stopped_or_signs_out_is_out(door: Door, clerk: Person) -> None:
    mine = on_behalf(door, clerk)
    clerk.client.post("/logout")
    mine.get("", 403)


def test_who_entered_for_the_unit_does_not_accept_it(door: Door, clerk: Person) -> None:
    mine = on_behalf(door, clerk)
    mine.post(f"/item/{mine.item(K.SELF_CHECK_REPORT)}", **REPORT)
    (sent,) = mine.all(Submission)
    assert "由您报送或代为录入" in clerk.post(f"/submissions/{sent.id}/accept", 403)
    signed_in(door, "jingban2").post(f"/submissions/{sent.id}/accept")
    assert mine.all(Submission)[0].decided_by == "经办乙"


def test_two_keys_hold_for_problems_and_more_time_too(planned: Door) -> None:
    running, problem = planned.running, planned.problem()
    mine = on_behalf(planned, signed_in(planned, "jingban"))
    mine.post(f"/problem/{problem.id}/report", seen=str(problem.version), result="已补齐。", on_site="1")
    head = on_behalf(planned, signed_in(planned, "zhuren"))
    head.post(f"/extend/{head.item(K.RECT_REPORT)}", day="2020-09-20", reason="需研究")
    with transaction(running.bind) as session:
        told = session.get_one(type(problem), problem.id)
        with pytest.raises(NotAllowed, match="由您代单位录入"):
            rectify.move_problem(session, running.actor("jingban"), told, Acting(Move.VERIFY, told.version))
        row = session.exec(select(Extension)).one()
        with pytest.raises(NotAllowed, match="代为提出的延期申请"):
            extend.decide_extension(session, running.actor("zhuren"), row, True)
        rectify.move_problem(session, running.actor("jingban2"), told, Acting(Move.VERIFY, told.version))


def test_a_report_of_an_old_ledger_sheet_is_under_two_keys_as_well(door: Door) -> None:
    with transaction(door.running.bind) as session:
        door.running.hand_in(session)
        sent = session.exec(select(Submission)).one()
        sent.sent_by = "经办甲（代录）"
        with pytest.raises(NotAllowed, match="由您报送或代为录入"):
            review.accept(session, door.running.actor("jingban"), sent)


def test_names_with_brackets_are_told_apart() -> None:
    assert entered_by("赵（张三（督察科）代录）", "张三（督察科）") and not entered_by("赵（小张三代录）", "张三")
    assert not entered_by("张三", "张三")


def test_no_name_can_read_as_if_the_office_had_entered_it(door: Door, clerk: Person) -> None:
    assert "不能有“代录”" in door.post("/contact", 422, name="赵（经办甲代录）", phone="1")
    extend = f"/extend/{door.item(K.RECT_REPORT)}"
    page = door.post(extend, 422, day="2020-09-20", reason="需研究", acting="赵（经办甲代录）")
    assert "不能有“代录”" in page and not door.all(Extension)


def test_a_basis_nobody_could_look_up_is_refused_and_stays_typed(door: Door, clerk: Person) -> None:
    unit, contact = unit_of(door)
    path = f"/units/{unit.id}/behalf"
    typed = {"contact": str(contact.id), "how": "电话", "giver": "赵", "day": "2020-08-02"}
    page = clerk.post(path, 422, **{**typed, "how": "微信"})
    assert "请选择依据" in page and 'value="赵"' in page and 'value="2020-08-02"' in page
    assert "晚于今天" in clerk.post(path, 422, **{**typed, "day": "2020-08-09"})
    assert "提供人" in clerk.post(path, 422, **{**typed, "giver": " "})
    signed_in(door, "lingdao").post(path, 403, **typed)
    with transaction(door.running.bind) as session:
        other = door.running.contact(session, 1)
    clerk.post(path, 404, **{**typed, "contact": str(other.id)})


def test_what_a_clerk_types_does_not_overwrite_the_units_own_draft(door: Door, clerk: Person) -> None:
    item = door.item(K.SELF_CHECK_REPORT)
    door.post(f"/draft/item-{item}", 200, body="单位自己写的")
    mine = on_behalf(door, clerk)
    mine.post(f"/draft/item-{item}", 200, body="经办人代写的")
    assert "单位自己写的" in door.get(f"/item/{item}") and "经办人代写的" in mine.get(f"/item/{item}")
    mine.post(f"/item/{item}", **REPORT)
    assert [draft.fields["body"] for draft in door.all(Draft)] == ["单位自己写的"]


def letter_of(door: Door, clerk: Person, phone: str = "") -> tuple[str, str]:
    unit, contact = unit_of(door)
    with transaction(door.running.bind) as session:
        session.get_one(Contact, contact.id).phone = phone
    page = clerk.post(f"/units/{unit.id}/letter", 200, contact_id=str(contact.id))
    return page, re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", page.split("typed big")[1])[0]


def knock(door: Door, code: str, tail: str = "") -> Any:
    return TestClient(the_app()).post("/k", data={"code": code, "tail": tail}, follow_redirects=False)


def test_a_letter_opens_the_unit_by_its_typed_address_however_it_is_typed(door: Door, clerk: Person) -> None:
    page, code = letter_of(door, clerk)
    assert "data:image/svg+xml" in page and "/k</b>" in page
    look = code.replace("0", "O").replace("1", "l")
    bare, wide = code.replace("-", ""), look.replace("-", "—")
    for typed in (code, code.lower(), code.replace("-", " "), bare, f" {look} ", wide):
        answer = knock(door, typed)
        assert answer.status_code == 303, typed
        word = answer.headers["location"].rsplit("/", 1)[1]
        assert unit_of(door)[0].name in replace(door, token=word).get()
    assert code.replace("-", "") not in str(door.dump()).replace("-", "")


def test_the_telephones_last_digits_are_asked_where_there_is_one(door: Door, clerk: Person) -> None:
    page, code = letter_of(door, clerk, "0393-888 1234")
    assert "后四位" in page
    assert [knock(door, code, tail).status_code for tail in ("", "1235", "１２３４", "1234")] == [422, 422, 303, 303]


def test_ten_wrong_tries_end_a_short_address_and_the_office_is_told(door: Door, clerk: Person) -> None:
    _, code = letter_of(door, clerk)
    wrong = code[:-1] + ("2" if code[-1] != "2" else "3")
    for _ in range(10):
        assert knock(door, wrong).status_code == 422
    assert knock(door, code).status_code == 422
    assert door.all(ShortAddress)[0].revoked_at
    assert any("短地址输错10次" in notice.text for notice in door.all(Notice) if notice.kind == NoticeKind.ALERT)


def test_guessing_short_addresses_is_slowed_down(door: Door, clerk: Person) -> None:
    answers = [knock(door, f"0000-0000-{n:04d}").status_code for n in range(22)]
    assert answers == [422] * 20 + [403] * 2


@pytest.mark.parametrize("typed", ["", "7K3M", "7K3M-9QXZ-4TPWX", "UUUU-UUUU-UUUU", "七K3M-9QXZ-4TPW", "'" * 500])
def test_what_can_be_no_short_address_is_refused_alike(door: Door, typed: str) -> None:
    assert short_address.read_code(typed) is None or typed.startswith("七")
    assert "不对" in knock(door, typed).text
    short.WRONG_FROM.tries.clear()


def test_a_new_contact_ends_letters_calendars_and_links_of_the_old(door: Door, clerk: Person) -> None:
    _, code = letter_of(door, clerk)
    place = feed_of(door)
    door.post("/contact", name="新人", phone="1")
    assert knock(door, code).status_code == 422
    assert door.client.get(place).status_code == 410
    assert "已停用" in door.get("", 410)


def test_the_office_sees_and_ends_each_way_in(door: Door, clerk: Person) -> None:
    _, code = letter_of(door, clerk)
    feed_of(door)
    unit, _ = unit_of(door)
    page = clerk.get(f"/units/{unit.id}")
    assert "日历订阅" in page and "纸质信函短地址" in page and "尚未" in page
    for link in door.all(Link):
        if link.unit_id == unit.id:
            for _ in range(2):
                clerk.post(f"/units/{unit.id}/links/{link.id}/revoke")
    clerk.post(f"/units/{unit.id}/short/{door.all(ShortAddress)[0].id}/revoke")
    assert "已停用" in door.get("", 410) and knock(door, code).status_code == 422
    verbs = [event.verb for event in door.all(Event)]
    assert verbs.count("停用日历订阅") == 1 and verbs.count("停用短地址") == 1
    neighbour = door.running.units
    with transaction(door.running.bind) as session:
        other = neighbour(session)[1].id
    own = next(link for link in door.all(Link) if link.unit_id == unit.id)
    clerk.post(f"/units/{other}/links/{own.id}/revoke", 404)


def feed_of(door: Door) -> str:
    page = door.client.post(f"/u/{door.token}/feed", data={"nonce": "f1"}).text
    return re.search(r"http[^\"]+(/u/[^/]+/calendar\.ics)", page)[1]


def test_a_calendar_holds_each_open_limit_once_and_nothing_to_open(fixing: Door) -> None:
    place = feed_of(fixing)
    answer = fixing.client.get(place)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert "/u/" not in answer.text and "http" not in answer.text and "档案缺失" not in answer.text
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    assert len({str(event["uid"]) for event in events}) == len(events) > 2
    titles = {str(event["summary"]) for event in events}
    assert {"督办截止：问题1整改", "督办截止：整改报告"} <= titles
    for event in events:
        assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(days=1)
        (alarm,) = event.walk("VALARM")
        assert alarm.decoded("trigger") == timedelta(hours=-15)


def test_a_moved_limit_keeps_its_event_with_a_higher_sequence_and_a_cancelled_one_says_so(fixing: Door) -> None:
    def found() -> dict[str, Any]:
        data = fixing.client.get(place).content
        return {str(event["uid"]): event for event in Calendar.from_ical(data).walk("VEVENT")}

    place, running = feed_of(fixing), fixing.running
    before = found()
    with running.on(date(2020, 8, 27)) as session:
        item = running.item(session, K.RECT_REPORT)
        deadline.move_deadline(session, running.actor("zhuren"), item, date(2020, 9, 25), "顺延")
        gone = running.item(session, K.FEEDBACK_RECEIPT)
        gone.state = AssignmentState.CANCELLED
    after, key, lost = found(), f"{item.id}@duban", f"{gone.id}@duban"
    assert int(after[key]["sequence"]) > int(before[key]["sequence"])
    assert after[key].decoded("dtstart") == date(2020, 9, 25) and after.keys() == before.keys()
    assert str(after[lost]["status"]) == "CANCELLED" and not after[lost].walk("VALARM")


def test_a_calendars_address_opens_nothing_else_and_no_other_link_opens_a_calendar(door: Door) -> None:
    feed = replace(door, token=feed_of(door).split("/")[2])
    item = door.item(K.SELF_CHECK_REPORT)
    for path in ("", f"/item/{item}", "/history", "/ledger.xlsx", "/feed", "/contact"):
        feed.get(path, 404)
    feed.post(f"/item/{item}", 404, **REPORT)
    feed.post("/sign", 404, name="王五", phone="1")
    before = door.dump()
    feed.post("/fresh", 200)
    assert door.dump() == before
    door.get("/calendar.ics", 404)


def test_a_calendars_address_is_made_once_per_form_and_ended_by_the_unit(door: Door) -> None:
    assert feed_of(door) == feed_of(door)
    (link,) = [link for link in door.all(Link) if link.purpose == LinkPurpose.FEED]
    assert "再生成一个" in door.get("/feed")
    door.neighbour().post(f"/feed/{link.id}/revoke", 404)
    place = feed_of(door)
    door.post(f"/feed/{link.id}/revoke")
    assert door.client.get(place).status_code == 410
    old_page = door.post("/feed", 403, nonce="f1")
    assert "已停用，请再点一次" in old_page and "calendar.ics" not in old_page
    for n in range(5):
        door.post("/feed", 200, nonce=f"more{n}")
    assert "请先停用" in door.post("/feed", 403, nonce="one too many")


def test_opening_any_page_of_a_unit_by_any_method_that_reads_changes_nothing(planned: Door) -> None:
    """Mail gateways, previews and scanners open every address they see."""
    problem = planned.problem()
    proof = {"files": ("说明.txt", "已改".encode(), "text/plain")}
    planned.post(f"/problem/{problem.id}/report", seen=str(problem.version), result="已改。", files=proof)
    place = feed_of(planned)
    keys = {"key": str(planned.item(K.RECT_REPORT)), "evidence_id": str(planned.all(Evidence)[0].id), "ref": "1",
            "_act": "report", "form": "item"}
    routes = [route for part in PARTS for route in part.router.routes]
    paths = {route.path for route in routes if route.path.startswith(("/u/", "/k")) and "GET" in route.methods}
    assert len(paths) > 15
    before = planned.dump()
    for path in sorted(paths):
        filled = re.sub(r"\{(\w+)(:\w+)?\}", lambda found: {"token": planned.token, **keys}.get(found[1], "x"), path)
        for key in (keys["key"], str(problem.id), str(planned.running.cycle_id), str(uuid4())):
            for method in ("GET", "HEAD"):
                answer = planned.client.request(method, filled.replace(keys["key"], key), follow_redirects=False)
                assert answer.status_code < 500, filled
    for method in ("GET", "HEAD"):
        assert planned.client.request(method, place).status_code == 200
    assert planned.dump() == before


def test_scanners_that_open_a_clerks_or_a_dead_link_change_nothing(door: Door, clerk: Person) -> None:
    mine = on_behalf(door, clerk)
    before = door.dump()
    stranger = replace(mine, client=TestClient(the_app()))
    for _ in range(3):
        stranger.get("", 403)
    assert door.dump() == before


def test_only_the_head_switches_codes_and_the_page_says_what_it_costs(door: Door, clerk: Person) -> None:
    assert "查不出是谁" in clerk.get("/codes")
    clerk.post("/codes", 403, asks="no")
    head = signed_in(door, "zhuren")
    assert "启用验证码" in head.post("/codes", asks="no")
    assert [event.actor for event in door.all(Event) if event.verb == "停用验证码"] == ["主任甲"]


def test_nobody_of_another_role_makes_a_letter_or_ends_a_link(door: Door) -> None:
    unit, contact = unit_of(door)
    leader = signed_in(door, "lingdao")
    leader.post(f"/units/{unit.id}/letter", 403, contact_id=str(contact.id))
    own = next(link for link in door.all(Link) if link.unit_id == unit.id)
    leader.post(f"/units/{unit.id}/links/{own.id}/revoke", 403)
    page = leader.get(f"/units/{unit.id}/behalf")
    assert "须由办公室主任或经办人" in page
    assert {user.login for user in door.all(User)} and not door.all(ShortAddress) and not door.all(Duty)


def test_files_a_clerk_brings_in_the_units_name_wait_apart_from_the_units_own(door: Door, clerk: Person) -> None:
    item, clerks = door.item(K.SELF_CHECK_REPORT), {"files": ("代录材料.txt", b"text", "text/plain")}
    mine = on_behalf(door, clerk)
    page = mine.post(f"/item/{item}", 422, files=clerks, body="代写", nonce="b1")
    key = re.findall(r'name="staged" value="([^"]+)"', page)[0]
    assert "代录材料.txt" in mine.get(f"/item/{item}") and "代录材料.txt" not in door.get(f"/item/{item}")
    told = door.post(f"/item/{item}", 422, body="自写", nonce="u1", **{"problem-1-title": "一"}, staged=key)
    assert "不是在本页上传的" in told
    mine.post(f"/item/{item}", body="代写", nonce="b1", **{"problem-1-title": "一"}, staged=key)
    assert [row.name for row in door.all(Evidence)] == ["代录材料.txt"]


def test_no_link_is_made_for_a_contact_who_was_replaced_meanwhile(door: Door, clerk: Person) -> None:
    unit, contact = unit_of(door)
    door.post("/contact", name="新人", phone="1")
    assert "已更换，不能再生成" in clerk.post(f"/units/{unit.id}/link", 409, contact_id=str(contact.id))
    assert not [link for link in door.all(Link) if link.contact_id == contact.id and link.revoked_at is None]


def test_a_new_name_does_not_accept_what_the_old_one_entered_for_a_unit(planned: Door) -> None:
    head, running, problem = signed_in(planned, "zhuren"), planned.running, planned.problem()
    mine = on_behalf(planned, head)
    mine.post(f"/item/{mine.item(K.SELF_CHECK_REPORT)}", **REPORT)
    mine.post(f"/problem/{problem.id}/report", seen=str(problem.version), result="已补齐。", on_site="1")
    mine.post(f"/extend/{mine.item(K.RECT_REPORT)}", day="2020-09-20", reason="需研究")
    with transaction(running.bind) as session:
        me = session.exec(select(User).where(User.login == "zhuren")).one()
        people.rename(session, running.actor("zhuren"), me, "主任乙")
        people.rename(session, running.actor("zhuren"), me, "主任丙")
    renamed = replace(running.actor("zhuren"), name="主任丙")
    with transaction(running.bind) as session:
        told = session.get_one(type(problem), problem.id)
        with pytest.raises(NotAllowed, match="由您代单位录入"):
            rectify.move_problem(session, renamed, told, Acting(Move.VERIFY, told.version))
        with pytest.raises(NotAllowed, match="代为提出的延期申请"):
            extend.decide_extension(session, renamed, session.exec(select(Extension)).one(), True)
        report = next(one for one in session.exec(select(Submission)) if one.kind == K.SELF_CHECK_REPORT)
        with pytest.raises(NotAllowed, match="代为录入"):
            review.accept(session, renamed, report)
