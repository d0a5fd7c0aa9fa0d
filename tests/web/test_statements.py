"""情况说明: a unit says something about what it owes, the office answers once, and nothing else moves."""

import re
from typing import Any

import pytest
from fastapi.testclient import TestClient

from models.cycle import Assignment, DeadlineVersion
from models.database import transaction
from models.event import Event
from models.notice import Notice
from models.problem import Problem
from models.statement_ledger import open_statements
from models.submission import Evidence, Statement
from models.words import AssignmentKind
from tests.beginnings import WORD
from tests.one_app import the_app
from tests.web.person import Person

K = AssignmentKind
Door = Any
TEXT = "镇里正在换届，材料由新任司法所所长整理。"


@pytest.fixture
def clerk(door: Door) -> Person:
    client = TestClient(the_app())
    client.post("/login", data={"login": "jingban", "word": WORD})
    return Person(client, door.running.bind)


def test_a_statement_changes_no_limit_and_no_state(fixing: Door) -> None:
    problem = fixing.problem()
    before = [fixing.all(table) for table in (Assignment, Problem, DeadlineVersion)]
    for _ in range(2):
        page = fixing.post(f"/state/{problem.id}", text=TEXT, nonce="s1")
        assert "情况说明已提交" in page and TEXT in page and "待答复" in page
    assert [fixing.all(table) for table in (Assignment, Problem, DeadlineVersion)] == before
    assert len(fixing.all(Statement)) == 1
    assert [event.verb for event in fixing.all(Event)].count("提交情况说明") == 1
    assert TEXT in fixing.get("/history")


def test_an_empty_and_an_endless_statement_keep_what_was_typed(door: Door) -> None:
    item = door.item(K.SELF_CHECK_REPORT)
    assert "请填写情况说明" in door.post(f"/state/{item}", 422, text=" ", nonce="s1")
    page = door.post(f"/state/{item}", 422, text="长" * 2001, nonce="s1")
    assert "共2001字，最多2000字" in page and "长" * 2001 in page
    assert "长" * 2001 in door.get(f"/state/{item}")
    assert not door.all(Statement)


def test_a_statement_carries_its_files_even_when_refused_first(door: Door) -> None:
    item = door.item(K.SELF_CHECK_REPORT)
    files = {"files": ("任免通知.txt", "通知".encode(), "text/plain")}
    page = door.post(f"/state/{item}", 422, text="", nonce="s1", files=files)
    key = re.findall(r'name="staged" value="([^"]+)"', page)[0]
    page = door.post(f"/state/{item}", text=TEXT, nonce="s1", staged=key)
    assert "任免通知.txt" in page and door.all(Evidence)[0].statement_id == door.all(Statement)[0].id
    assert "任免通知.txt" in door.get("/receipts")


def test_the_office_answers_once_and_the_unit_reads_it(door: Door, clerk: Person) -> None:
    item = door.item(K.SELF_CHECK_REPORT)
    door.post(f"/state/{item}", text=TEXT, nonce="s1")
    with transaction(door.running.bind) as session:
        assert len(open_statements(session, door.running.people.office_id)) == 1
    key = clerk.all(Statement)[0].id
    assert TEXT in clerk.get("/statements")
    assert "请填写答复" in clerk.post(f"/statements/{key}/answer", 422, text="")
    for _ in range(2):
        assert "知悉" in clerk.post(f"/statements/{key}/answer", text="知悉，请按期报送。")
    late = clerk.post(f"/statements/{key}/answer", 409, text="另一份答复")
    assert "没有保存" in late and "另一份答复" in late
    page = door.get(f"/item/{item}")
    assert "知悉，请按期报送。" in page and "已答复" in page
    assert any("知悉，请按期报送。" in notice.text for notice in clerk.all(Notice))
    with transaction(door.running.bind) as session:
        assert not open_statements(session, door.running.people.office_id)


def test_an_inspector_answers_nothing_and_an_unknown_statement_is_not_there(door: Door, clerk: Person) -> None:
    door.post(f"/state/{door.item(K.SELF_CHECK_REPORT)}", text=TEXT, nonce="s1")
    key = door.all(Statement)[0].id
    client = TestClient(the_app())
    client.post("/login", data={"login": "zuzhang", "word": WORD})
    inspector = Person(client, door.running.bind)
    inspector.get("/statements", 403)
    inspector.post(f"/statements/{key}/answer", 403, text="答")
    clerk.post("/statements/00000000-0000-4000-8000-000000000000/answer", 404, text="答")
    assert door.all(Statement)[0].answered_at is None


def test_another_unit_states_nothing_here(fixing: Door) -> None:
    other = fixing.neighbour()
    other.post(f"/state/{fixing.problem().id}", 404, text=TEXT, nonce="s")
    other.post(f"/state/{fixing.item(K.RECT_PLAN)}", 404, text=TEXT, nonce="s")
    other.get(f"/state/{fixing.problem().id}", 404)
    assert not fixing.all(Statement)
