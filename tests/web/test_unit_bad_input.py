"""What a careless or hostile hand types stays words everywhere: on the unit's pages, the office's, in the workbook."""

import io
import re
import zipfile
from typing import Any

import pytest
from fastapi.testclient import TestClient

from models.submission import Evidence, Statement, Submission
from models.words import AssignmentKind
from tests.conftest import WORD
from tests.web.person import Person
from web.app import create_app

K = AssignmentKind
Door = Any
EVIL = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>𠮷㐂📷"
FORMULA = "=1+1+HYPERLINK(\"x\")"
BARE = ("<script>alert", "<img src=x")


@pytest.fixture
def clerk(door: Door) -> Person:
    client = TestClient(create_app())
    client.post("/login", data={"login": "zhuren", "word": WORD})
    return Person(client, door.running.bind)


def harmless(*pages: str) -> None:
    for page in pages:
        assert not [bare for bare in BARE if bare in page] and "𠮷㐂📷" in page


def test_scripts_in_every_field_of_a_report_stay_words(door: Door, clerk: Person) -> None:
    item = door.item(K.SELF_CHECK_REPORT)
    fields = {f"problem-1-{name}": EVIL for name in ("title", "detail", "measure")}
    files = {"files": (f"{EVIL.replace('/', '')}.txt", b"text", "text/plain")}
    page = door.post(f"/item/{item}", body=EVIL, nonce=EVIL[:30], on_site="1", files=files, **fields)
    harmless(page, door.get("/receipts"))
    assert "alert" in door.get("/history") or "报送" in door.get("/history")
    assert not [bare for bare in BARE if bare in door.get("/history")]
    row = door.all(Submission)[0]
    office = clerk.get(f"/submissions/{row.id}")
    harmless(office)
    assert "现场查看（请到现场核对佐证材料）" in office and "现场查看" in page
    assert len(door.all(Evidence)) == 2


def test_scripts_in_signatures_plans_objections_and_statements_stay_words(fixing: Door, clerk: Person) -> None:
    fixing.post("/sign", name=EVIL, post=EVIL, phone="1")
    problem = fixing.problem()
    fixing.post(f"/state/{problem.id}", text=EVIL, nonce="s1")
    said = {key: EVIL for key in fixing.plan_fields() if not key.endswith("due_on")}
    fixing.post(f"/plan/{fixing.item(K.RECT_PLAN)}", nonce="p1", **fixing.plan_fields(**said))
    problem = fixing.problem()
    fixing.post(f"/problem/{problem.id}/object", seen=str(problem.version), reason=EVIL)
    harmless(fixing.get(f"/problem/{problem.id}"), clerk.get(f"/problems/{problem.id}"), clerk.get("/statements"))
    assert not [bare for bare in BARE if bare in fixing.get() + fixing.get("/history") + clerk.get("/")]
    assert fixing.all(Statement)[0].text == EVIL


def test_names_in_rare_characters_come_back_as_they_were_typed(door: Door) -> None:
    door.post("/sign", name="𠮷㐂龘", post="办事员", phone="1")
    assert "𠮷㐂龘 办事员" in door.get(f"/item/{door.item(K.CONTACT)}")


def test_a_formula_stays_text_in_the_workbook(fixing: Door) -> None:
    said = {key: FORMULA for key in fixing.plan_fields() if not key.endswith("due_on")}
    fixing.post(f"/plan/{fixing.item(K.RECT_PLAN)}", nonce="p1", **fixing.plan_fields(**said))
    with zipfile.ZipFile(io.BytesIO(fixing.client.get(f"/u/{fixing.token}/ledger.xlsx").content)) as book:
        whole = {name: book.read(name).decode() for name in book.namelist() if name.endswith(".xml")}
    assert any("=1+1+HYPERLINK" in part for part in whole.values())
    assert not [name for name, part in whole.items() if re.search(r"<f>[^<]*(1\+1|HYPERLINK)", part)]


def test_very_long_words_are_told_or_taken_never_broken(fixing: Door) -> None:
    problem, long = fixing.problem(), "长" * 100_000
    assert fixing.post("/sign", 422, name=long, phone="1")
    assert "一栏最多" in fixing.post("/sign", 422, name="长" * 500_000, phone="1")
    files = {"files": ("甲.txt", b"text")}
    assert "一栏最多" in fixing.post(f"/state/{problem.id}", 422, text="长" * 500_000, nonce="s", files=files)
    page = fixing.post(f"/problem/{problem.id}/object", seen=str(problem.version), reason="长" * 50_000)
    assert "异议已提出" in page
    assert "最多2000字" in fixing.post(f"/state/{problem.id}", 422, text=long, nonce="s")


def test_on_site_is_an_answer_for_a_duty_and_said_in_words(door: Door, clerk: Person) -> None:
    from actions.duty import Wanted, add_duty
    from models.cycle import Assignment
    from models.database import transaction
    from models.duty import Entry

    with transaction(door.running.bind) as session:
        actor, unit = door.running.actor("jingban"), door.unit(session)
        duty = add_duty(session, actor, door.running.cycle_id, unit, Wanted("集体学法", "每季度召开2次"))
    item = next(one for one in door.all(Assignment) if one.duty_id == duty.id)
    door.post(f"/item/{item.id}/entry", day="2020-08-03", what="专题学法", on_site="1", nonce="e1")
    assert door.all(Entry)[0].what == "专题学法（佐证材料：现场查看）"
    assert "（佐证材料：现场查看）" in clerk.get(f"/items/{item.id}")
