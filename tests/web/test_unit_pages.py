"""A unit's pages: opening changes nothing, what is typed is never lost, a second click does no harm."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import Engine, text
from sqlmodel import Session, select

from actions import open_link, rectify, self_check
from actions.enrol import revoke_links
from actions.rectify import Acting
from config import clock
from models.database import transaction
from models.ledger import unit_item, unit_items
from models.notice import Notice
from models.problem import Problem
from models.submission import Draft, Evidence, Extension, Submission
from models.unit import Contact, Link, Unit
from models.words import AssignmentKind, AssignmentState, Channel, Move, NoticeState, ProblemState
from notifications.link import hash_token
from web import guard, unit
from web.app import create_app

K, S = AssignmentKind, ProblemState
CHECKING, FIXING = date(2020, 8, 3), date(2020, 8, 27)
BODY = "一、存在的问题\n抽查20卷，6卷不完整。\n二、整改措施\n8月底前逐卷补正。"
ROW = {"problem-1-title": "六卷不完整"}
PROOF = {"files": ("会议纪要.txt", "整改佐证".encode(), "text/plain")}


@dataclass
class Door:
    """A unit at its own link: opens and posts pages, looks into the database."""

    client: TestClient
    running: Any
    token: str
    position: int = 0

    def get(self, path: str = "", status: int = 200) -> str:
        return self._checked(self.client.get(f"/u/{self.token}{path}"), status)

    def post(self, path: str, status: int = 303, files: Any = None, **fields: str) -> str:
        answer = self.client.post(f"/u/{self.token}{path}", data=fields, files=files, follow_redirects=False)
        page = self._checked(answer, status)
        return self.get(answer.headers["location"].removeprefix(f"/u/{self.token}")) if status == 303 else page

    def _checked(self, answer: Response, status: int) -> str:
        assert answer.status_code == status, answer.text
        return answer.text

    def item(self, kind: K) -> str:
        with transaction(self.running.bind) as session:
            return str(unit_item(session, self.running.cycle_id, self.unit(session).id, kind).id)

    def unit(self, session: Session) -> Unit:
        return self.running.unit(session, self.position)

    def all(self, table: Any) -> list[Any]:
        with transaction(self.running.bind) as session:
            return list(session.exec(select(table)))


def link_of(running: Any, position: int = 0) -> str:
    with transaction(running.bind) as session:
        contact = running.contact(session, position)
        return open_link.make_link(session, running.actor("jingban"), contact).rsplit("/", 1)[1]


@pytest.fixture
def today() -> Iterator[Callable[[date], None]]:
    """Sets the day for the whole process: the server answers on threads of its own."""

    def be(day: date) -> None:
        clock.freeze(clock.at_time(day, time(10, 0)))

    yield be
    clock.freeze(None)
    for throttle in (guard.BAD_LINKS, unit.FRESH_BY_ADDRESS, unit.FRESH_BY_LINK):
        throttle.tries.clear()


@pytest.fixture
def client(bind: Engine) -> TestClient:
    return TestClient(create_app())


@pytest.fixture
def door(client: TestClient, puyang: Callable[..., Any], today: Callable[[date], None]) -> Door:
    """The first unit on the first workday of self-check."""
    running = puyang(2)
    running.round(CHECKING)
    today(CHECKING)
    return Door(client, running, link_of(running))


@pytest.fixture
def fixing(door: Door, today: Callable[[date], None]) -> Door:
    """The first unit with two problems fed back by letter, in rectification."""
    with door.running.on(date(2020, 8, 12)) as session:
        door.running.find(session, 0, "档案缺失")
        door.running.find(session, 0, "学法次数不足")
        door.running.find(session, 1, "别的单位的问题")
    with door.running.on(date(2020, 8, 26)) as session:
        door.running.letter(session, 0)
        door.running.letter(session, 1)
    door.running.round(FIXING)
    today(FIXING)
    return door


def dump(bind: Engine) -> dict[str, list[Any]]:
    with bind.connect() as connection:
        names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
        return {name: [tuple(row) for row in connection.execute(text(f'SELECT * FROM "{name}"'))] for name in names}


def problem_of(door: Door, title: str = "档案缺失") -> Problem:
    return next(problem for problem in door.all(Problem) if problem.title == title)


def planned(door: Door) -> Door:
    """Both problems have their plan."""
    door.post(f"/plan/{door.item(K.RECT_PLAN)}", nonce="plan-1", **plan_fields(door))
    return door


def plan_fields(door: Door, **changed: str) -> dict[str, str]:
    given = {"measure": "补齐档案", "leader": "张三", "lead_unit": "县司法局", "person": "李四", "due_on": "2020-09-04"}
    with transaction(door.running.bind) as session:
        mine = session.exec(select(Problem).where(Problem.unit_id == door.unit(session).id)).all()
    return {f"plan-{problem.no}-{name}": value for problem in mine for name, value in given.items()} | changed


def test_opening_pages_changes_nothing(fixing: Door) -> None:
    problem, plan = problem_of(fixing), fixing.item(K.RECT_PLAN)
    report, cycle = fixing.item(K.RECT_REPORT), fixing.running.cycle_id
    paths = ("", "/history", "/contact", f"/item/{plan}", f"/item/{report}", f"/problem/{problem.id}",
             f"/extend/{report}", f"/tasks/{cycle}", f"/item/{fixing.item(K.SELF_CHECK_REPORT)}")
    before = dump(fixing.running.bind)
    for _ in range(10):
        for path in paths:
            assert fixing.client.get(f"/u/{fixing.token}{path}").status_code == 200
            assert fixing.client.head(f"/u/{fixing.token}{path}").status_code == 200
    assert dump(fixing.running.bind) == before


def test_home_shows_what_waits_and_how_far(fixing: Door) -> None:
    page = fixing.get()
    assert "签收督察反馈意见" in page and "档案缺失" in page and "别的单位的问题" not in page
    assert "9月5日（周六）截止，距截止6个工作日" in page
    words = re.sub(r"<[^>]*>", " ", page.split("<body>")[1])
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


def test_a_report_without_a_list_keeps_its_text(door: Door) -> None:
    item = door.item(K.SELF_CHECK_REPORT)
    page = door.post(f"/item/{item}", 422, body=BODY, nonce="n1", files=PROOF)
    assert "自查报告须附问题清单" in page and "附件须重新选择" in page and "抽查20卷" in page
    assert 'name="nonce" value="n1"' in page
    again = door.get(f"/item/{item}")
    assert "抽查20卷" in again and "已载入草稿" in again
    assert not door.all(Submission) and not door.all(Evidence)


def test_a_double_click_makes_one_submission(door: Door) -> None:
    item = door.item(K.SELF_CHECK_REPORT)
    for _ in range(2):
        page = door.post(f"/item/{item}", body=BODY, nonce="n1", **ROW, files=PROOF)
        assert "已报送" in page and "会议纪要.txt" in page
    assert len(door.all(Submission)) == len(door.all(Evidence)) == 1
    assert not door.all(Draft)


def test_two_people_at_one_form_do_not_swallow_each_other(door: Door) -> None:
    item = door.item(K.SELF_CHECK_REPORT)
    door.post(f"/item/{item}", body=BODY, nonce="first", **ROW)
    page = door.post(f"/item/{item}", 409, body="另一位同事写的报告", nonce="second", **ROW)
    assert "正在审核" in page and "另一位同事写的报告" in page and "未报送" in page


def test_a_returned_report_is_mended_not_typed_again(door: Door) -> None:
    item = door.item(K.SELF_CHECK_REPORT)
    door.post(f"/item/{item}", body=BODY, nonce="n1", **ROW)
    with transaction(door.running.bind) as session:
        row = session.exec(select(Submission)).one()
        self_check.send_back(session, door.running.actor("jingban"), row, "数据不全")
    assert "退回理由：数据不全" in door.get()
    page = door.get(f"/item/{item}")
    assert "抽查20卷" in page and 'value="六卷不完整"' in page
    old = door.post(f"/item/{item}", 409, body="改过的报告", nonce="n1", **ROW)
    assert "本次内容尚未报送" in old and "改过的报告" in old
    fresh = re.search(r'name="nonce" value="([^"]+)"', old)
    assert fresh and fresh[1] != "n1"
    door.post(f"/item/{item}", body="改过的报告", nonce=fresh[1], **ROW)
    assert [row.body for row in door.all(Submission)] == [BODY, "改过的报告"]


def test_a_plan_without_a_person_names_the_problem_and_keeps_the_rest(fixing: Door) -> None:
    no = problem_of(fixing, "学法次数不足").no
    page = fixing.post(
        f"/plan/{fixing.item(K.RECT_PLAN)}", 422, nonce="p1", **plan_fields(fixing, **{f"plan-{no}-person": ""})
    )
    assert f"问题{no}缺少“责任人”" in page and page.count('value="张三"') == 2 and page.count('value="李四"') == 1
    assert {problem.state for problem in fixing.all(Problem)} == {S.ISSUED}


def test_a_plan_is_taken_and_a_problem_without_it_can_be_added_later(fixing: Door) -> None:
    problem = problem_of(fixing)
    fixing.post(f"/problem/{problem.id}/object", seen=str(problem.version), reason="档案在库")
    fixing.post(f"/plan/{fixing.item(K.RECT_PLAN)}", nonce="p1", **plan_fields(fixing))
    with transaction(fixing.running.bind) as session:
        row = session.get_one(Problem, problem.id)
        rectify.move_problem(session, fixing.running.actor("jingban"), row, Acting(Move.UPHOLD, row.version, "仍缺"))
    assert "报送整改方案" in fixing.get(f"/item/{fixing.item(K.RECT_PLAN)}")
    fixing.post(f"/plan/{fixing.item(K.RECT_PLAN)}", nonce="p2", **plan_fields(fixing))
    assert problem_of(fixing).state == S.PLANNED


def test_a_problem_is_reported_once_with_a_receipt(fixing: Door) -> None:
    problem = problem_of(planned(fixing))
    path, seen = f"/problem/{problem.id}/report", str(problem.version)
    for _ in range(2):
        page = fixing.post(path, seen=seen, result="档案已补齐。", files=PROOF)
        assert "整改情况已报送" in page and "回执号" in page
    assert problem_of(fixing).state == S.REPORTED and len(fixing.all(Evidence)) == 1
    other = fixing.post(path, 403, seen=seen, result="另一种说法")
    assert "另一种说法" in other


def test_on_site_needs_no_upload(fixing: Door) -> None:
    problem = problem_of(planned(fixing))
    refused = fixing.post(f"/problem/{problem.id}/report", 422, seen=str(problem.version), result="已改。")
    assert "须上传佐证材料" in refused and "已改。" in refused
    page = fixing.post(f"/problem/{problem.id}/report", seen=str(problem.version), result="已改。", on_site="1")
    assert "已注明“现场查看”" in page


def test_a_forbidden_file_is_refused_in_chinese(fixing: Door) -> None:
    problem = problem_of(planned(fixing))
    bad = {"files": ("程序.exe", b"MZ\x90", "application/octet-stream")}
    page = fixing.post(f"/problem/{problem.id}/report", 422, seen=str(problem.version), result="已改。", files=bad)
    assert "“程序.exe”的格式不在允许范围内" in page and "已改。" in page
    assert problem_of(fixing).state == S.PLANNED


def test_own_evidence_comes_back_as_it_was_sent(fixing: Door) -> None:
    problem = problem_of(planned(fixing))
    fixing.post(f"/problem/{problem.id}/report", seen=str(problem.version), result="已改。", files=PROOF)
    (file,) = fixing.all(Evidence)
    answer = fixing.client.get(f"/u/{fixing.token}/evidence/{file.id}")
    assert answer.content == PROOF["files"][1]
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%E4%BC%9A")
    other = Door(fixing.client, fixing.running, link_of(fixing.running, 1), 1)
    other.get(f"/evidence/{file.id}", 404)


def test_what_belongs_to_another_unit_is_not_there(fixing: Door) -> None:
    other = Door(fixing.client, fixing.running, link_of(fixing.running, 1), 1)
    problem, item = problem_of(fixing), fixing.item(K.RECT_REPORT)
    before = dump(fixing.running.bind)
    unknown = "00000000-0000-4000-8000-000000000000"
    for path, foreign in (("/item/{}", item), ("/problem/{}", problem.id), ("/extend/{}", item)):
        assert other.get(path.format(foreign), 404) == other.get(path.format(unknown), 404)
    for path in (f"/item/{item}", f"/plan/{item}", f"/problem/{problem.id}/report", f"/problem/{problem.id}/object",
                 f"/extend/{item}", f"/draft/item-{item}", f"/tasks/{unknown}"):
        other.post(path, 404, body="越权", result="越权", reason="越权", seen="1", day="2020-09-09")
    assert dump(fixing.running.bind) == before


def test_dead_links_offer_a_fresh_one_and_say_nothing_else(door: Door, today: Callable[[date], None]) -> None:
    with transaction(door.running.bind) as session:
        revoke_links(session, door.running.contact(session).id)
    assert "给联系人发送新链接" in door.get("", 410)
    token = link_of(door.running)
    today(CHECKING + timedelta(days=500))
    old = Door(door.client, door.running, token)
    assert "此链接已过期" in old.get("", 410) and "给联系人发送新链接" in old.get("/history", 410)
    known, unknown = old.post("/fresh", 200), Door(door.client, door.running, "0" * 43).post("/fresh", 200)
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
    fields = {key: evil if key.endswith("measure") else value for key, value in plan_fields(fixing).items()}
    fixing.post(f"/plan/{fixing.item(K.RECT_PLAN)}", nonce="p1", **fields)
    problem = problem_of(fixing)
    named = {"files": ('"><script>x</script>.txt', b"text", "text/plain")}
    fixing.post(f"/problem/{problem.id}/report", seen=str(problem.version), result=evil, files=named)
    pages = fixing.get(f"/problem/{problem.id}") + fixing.get(f"/item/{fixing.item(K.RECT_PLAN)}")
    assert "<script>alert" not in pages and "<script>x" not in pages
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in pages


def test_more_time_is_asked_for_once_and_in_time(fixing: Door, today: Callable[[date], None]) -> None:
    item = fixing.item(K.RECT_REPORT)
    assert "须写明理由" in fixing.post(f"/extend/{item}", 422, day="2020-09-10", reason="")
    for _ in range(2):
        assert "延期申请已提交" in fixing.post(f"/extend/{item}", day="2020-09-10", reason="需开会研究")
    assert len(fixing.all(Extension)) == 1
    assert "已有一份延期申请" in fixing.post(f"/extend/{item}", 409, day="2020-09-20", reason="再延")
    today(date(2020, 9, 7))
    assert "延期须在到期前申请" in fixing.get(f"/extend/{item}")
    assert "延期须在到期前申请" in fixing.post(f"/extend/{item}", 403, day="2020-09-20", reason="再延")


def test_marks_are_kept_and_unknown_words_are_not(door: Door) -> None:
    cycle, name = door.running.cycle_id, "mark-party:1"
    for mark, shown in (("达标", "已填1项"), ("乱填", "已填1项")):
        data = {name: mark}
        assert shown in door.post(f"/tasks/{cycle}", **data)
    assert "<option value=\"达标\" selected>" in door.get(f"/tasks/{cycle}")


def test_a_new_contact_kills_the_old_link(door: Door) -> None:
    with transaction(door.running.bind) as session:
        contact = door.running.contact(session)
        contact.channel, contact.address = Channel.MAIL, "old@example.invalid"
        session.add(contact)
    assert "电子邮箱" in door.post("/contact", 422, name="新人", phone="1", address="")
    page = door.post("/contact", name="新人", phone="1", address="new@example.invalid")
    assert "联系人已更换" in page
    assert "已停用" in door.get("", 410)
    new = next(contact for contact in door.all(Contact) if contact.name == "新人")
    told = [notice for notice in door.all(Notice) if notice.contact_id == new.id]
    assert any(notice.state == NoticeState.PLANNED for notice in told)
    assert link_of(door.running) != door.token


def test_drafts_are_saved_while_typing(door: Door) -> None:
    item = door.item(K.SELF_CHECK_REPORT)
    answer = door.post(f"/draft/item-{item}", 200, body="写了一半", **{"problem-7-title": "第七条"})
    assert re.fullmatch(r"\d\d:\d\d", answer)
    page = door.get(f"/item/{item}")
    assert "写了一半" in page and "第七条" in page
    door.post(f"/draft/item-{item}", 422, body="长" * 200_000)
    door.post("/draft/anything", 404, body="x")
    assert len(door.all(Draft)) == 1


def test_a_refusal_reopened_by_address_leads_back_to_the_form(fixing: Door) -> None:
    problem, plan = problem_of(fixing), fixing.item(K.RECT_PLAN)
    for path in ("/sign", f"/plan/{plan}", f"/problem/{problem.id}/report"):
        assert "待办事项" in fixing.get(path) or "问题" in fixing.get(path)


def test_after_the_cycle_pages_are_for_reading(door: Door) -> None:
    from actions.advance import close_cycle

    item, report = door.item(K.SELF_CHECK_REPORT), door.item(K.RECT_REPORT)
    with transaction(door.running.bind) as session:
        close_cycle(session, door.running.actor("zhuren"), door.running.cycle(session), CHECKING)
        assert not unit_items(session, door.unit(session).id)
    assert "往期督察" in door.get()
    assert "只能查看" in door.get(f"/item/{item}") and "报送自查报告" not in door.get(f"/item/{item}")
    door.post(f"/item/{item}", 403, body=BODY, nonce="n", **ROW)
    door.post(f"/tasks/{door.running.cycle_id}", 403, **{"mark-party:1": "达标"})
    door.post(f"/extend/{report}", 403, day="2020-09-20", reason="需研究")


def test_a_link_is_kept_only_as_a_hash(door: Door) -> None:
    assert {link.token_hash for link in door.all(Link)} >= {hash_token(door.token)}
    assert door.token not in str(dump(door.running.bind))
