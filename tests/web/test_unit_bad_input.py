"""What a careless or hostile hand types stays words everywhere: on the unit's pages, the office's, in the workbook."""

import base64
import io
import re
import zipfile
from typing import Any

import pytest
from fastapi.testclient import TestClient

from models.database import transaction
from models.submission import Draft, Evidence, StagedFile, Statement, Submission
from models.words import FROM_RECEIPT, AssignmentKind
from tests.beginnings import WORD
from tests.one_app import the_app
from tests.web.person import Person

K = AssignmentKind
Door = Any
EVIL = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>𠮷㐂📷"
FORMULA = "=1+1+HYPERLINK(\"x\")"
BARE = ("<script>alert", "<img src=x")


@pytest.fixture
def clerk(door: Door) -> Person:
    client = TestClient(the_app())
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


def test_endless_figures_in_forms_and_addresses_are_refused_not_broken(planned: Door) -> None:
    path, client = f"/u/{planned.token}", planned.client
    seen = {"seen": "9" * 30, "reason": "事实不符"}
    assert "应为数字" in client.post(f"{path}/problem/{planned.problem().id}/object", data=seen).text
    report = {"body": "报告", "nonce": "n1", f"problem-{'1' * 5000}-title": "一"}
    assert client.post(f"{path}/item/{planned.item(K.SELF_CHECK_REPORT)}", data=report).status_code == 422
    for ref in ("9" * 30, str(2**63)):
        assert client.get(f"{path}/ledger/{ref}").status_code == 404


def test_one_form_has_one_draft_and_one_place_for_its_files_however_its_key_is_spelled(door: Door) -> None:
    item = door.item(K.SELF_CHECK_REPORT)
    for spelled in (item.upper(), item.replace("-", ""), f"urn:uuid:{item}", f"{{{item}}}"):
        assert door.client.post(f"/u/{door.token}/draft/item-{spelled}", data={"body": "一"}).status_code == 404
        place = base64.b64encode(f"item-{spelled}".encode()).decode()
        said = {"Upload-Length": "5", "Upload-Metadata": f"filename YS50eHQ=,place {place}"}
        assert door.client.post(f"/u/{door.token}/files", headers=said).status_code == 404
    assert not door.all(Draft) and not door.all(StagedFile)


def test_who_signs_gives_a_name_of_his_own_and_no_day(fixing: Door) -> None:
    with transaction(fixing.running.bind) as session:
        item = fixing.running.item(session, K.RECT_REPORT)
        item.terms, item.due_on = {"anchor": FROM_RECEIPT, "n": 10, "unit": "calendar_day"}, None
    assert "不能有“代录”" in fixing.post("/sign", 422, name="王五（经办甲代录）", phone="1")
    fixing.post("/sign", name="王五", phone="1", day="2019-01-01")
    with transaction(fixing.running.bind) as session:
        assert fixing.running.item(session, K.RECT_REPORT).basis["anchor"] == "2020-08-27"
