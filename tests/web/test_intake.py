"""歧义确认 through the real client: a document comes in, its questions are answered bit by bit, a plan comes out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from actions.enrol import enrol_units
from actions.intake_desk import desk_of
from bench.readings.files import as_docx
from commands.office import People
from config import clock
from models.database import transaction
from models.event import Event
from models.intake import Intake
from models.office import Office
from models.plan import Plan, Task
from models.unit import Unit, UnitGroup
from models.words import IntakeState
from plans.issued_draft import LEAVE
from plans.planfile import read_plan
from plans.planfile_out import plan_yaml
from plans.roll import roll
from plans.text import read_source
from tests.beginnings import WORD
from tests.one_app import the_app
from tests.web.person import Person

XINSHAO = Path(__file__).resolve().parents[2].parent / "shared" / "sources" / "xinshao-2024.docx"
UNITS = ["某县司法局", "某县数据局", "甲镇人民政府", "乙镇人民政府"]
ROWS = [
    ("1", "建立培训机制。", "某县司法局", "各乡镇人民政府", "2024年底前完成"),
    ("2", "清理执法事项。", "县司法局", "各乡镇人民政府", "2024年初完成"),
    ("3", "公布执法清单。", "某县司法局、某县数据局", "各乡镇人民政府", "2024年底前完成"),
]


LINES = ("某县人民政府办公室关于印发重点任务分解清单的通知", "某政办函〔2024〕38号", "2024年1月5日")


def paper(rows: list[tuple[str, ...]] = ROWS, lines: tuple[str, ...] = LINES) -> bytes:
    """A small decomposition as an office would issue it."""
    head = ("序号", "工作任务", "牵头单位", "责任单位", "完成时限")
    return as_docx([*lines, "某县行政执法重点任务分解清单", [list(row) for row in (head, *rows)]])


@dataclass
class Clerk(Person):
    """A person of the office with a paper in hand."""

    people: People

    def send(self, data: bytes, name: str = "清单.docx", status: int = 303) -> str:
        answer = self.client.post("/intake", files={"file": (name, data)}, follow_redirects=False)
        assert answer.status_code == status, answer.text
        return answer.headers["location"] if status == 303 else answer.text

    def save(self, at: str, status: int = 303, **fields: str) -> str:
        return self.post(f"{at}/answers", status, **fields, version=str(self.all(Intake)[0].version))

    def answers(self) -> dict[str, str]:
        """Every question with its proposal, or 暂不定 where there is none."""
        with transaction(self.bind) as session:
            row = session.exec(select(Intake)).one()
            return {f"c:{one.key}": (*one.choices, LEAVE)[0] for one in desk_of(session, row).open}


@pytest.fixture
def clerk(bind: Any, people: People) -> Iterator[Clerk]:
    clock.freeze(clock.at_time(date(2024, 7, 12), time(10)))
    with transaction(bind) as session:
        rows = [{"name": name, "subject": "department", "contact": f"{name}联络员"} for name in UNITS]
        enrol_units(session, people.actors["zhuren"], rows)
    yield sign_in(bind, people)
    clock.freeze(None)


def sign_in(bind: Any, people: People, login: str = "jingban") -> Clerk:
    client = TestClient(the_app())
    client.post("/login", data={"login": login, "word": WORD})
    return Clerk(client, bind, people)


def members(clerk: Clerk) -> list[str]:
    return [str(unit.id) for unit in clerk.all(Unit) if unit.name in UNITS[2:]]


def fields_of(page: str) -> dict[str, str]:
    """What the browser would post of the answers' form: checked radios, filled fields, chosen options."""
    checked = re.findall(r'type="radio" name="([^"]+)" value="([^"]*)" checked', page)
    filled = re.findall(r'name="(o:[^"]+)" value="([^"]*)"', page)
    chosen = re.findall(r'<select class="form-select" name="(o:[^"]+)".*?<option selected>([^<]+)<', page, re.S)
    return {unescape(name): unescape(value) for name, value in [*checked, *filled, *chosen]}


def test_a_document_is_read_shown_and_asked_about_and_writes_no_plan(clerk: Clerk) -> None:
    file = paper()
    at = clerk.send(file)
    page = clerk.get(at)
    assert "某县行政执法重点任务分解清单" in page and "建立培训机制。" in page
    assert 'id="t1-3"' in page and 'href="#t1-3"' in page
    assert "年初" in page and "各乡镇人民政府" in page and "暂不定，采用后再设" in page
    assert re.search(r"已答 <b>0/\d+</b>", page)
    assert re.search(r'<button class="btn "\s+disabled>采用', page)
    assert clerk.all(Plan) == [] and at in clerk.get("/plans")
    kept = clerk.all(Intake)[0]
    assert (kept.state, kept.name) == (IntakeState.OPEN, "清单.docx")
    assert clerk.send(file) == at


def test_partial_answers_are_kept_and_adoption_lists_what_is_open(clerk: Clerk) -> None:
    at = clerk.send(paper())
    page = clerk.save(at, **{"c:name:县司法局": "某县司法局", "c:limit:2024年初完成": "__other__",
                             "o:limit:2024年初完成": "2024-09-30"})
    assert "答复已保存" in page and 'value="2024-09-30"' in page
    assert fields_of(page)["c:name:县司法局"] == "某县司法局"
    refused = clerk.post(f"{at}/adopt", 422)
    assert "没有答复，不能采用" in refused and "各乡镇人民政府" in refused
    assert clerk.all(Plan) == []
    assert 'value="2024-09-30"' in clerk.get(at)


def test_a_group_is_made_in_place_and_what_was_typed_stays(clerk: Clerk) -> None:
    at = clerk.send(paper())
    typed = {"c:limit:2024年初完成": "__other__", "o:limit:2024年初完成": "每季度"}
    page = clerk.post(f"{at}/fill", 200, make="各乡镇人民政府", **typed)
    assert 'name="group" value="各乡镇人民政府"' in page and 'value="每季度"' in page
    page = clerk.post(f"{at}/group", 422, group="各乡镇人民政府", **typed)
    assert "没有选择任何单位" in page and 'value="每季度"' in page
    page = clerk.post(f"{at}/group", 200, group="各乡镇人民政府", members=members(clerk), **typed)
    assert "已设定统称“各乡镇人民政府”（2个单位）" in page and 'value="每季度"' in page
    assert 'id="n-2"' not in page and "含未保存的答复" in page
    assert clerk.all(Intake)[0].answers == {"choices": {}, "units": {}}


def test_all_as_proposed_fills_and_saves_nothing_until_it_is_saved(clerk: Clerk) -> None:
    file = paper()
    at = clerk.send(file)
    clerk.post("/groups", name="各乡镇人民政府", members=members(clerk))
    page = clerk.post(f"{at}/fill", 200)
    assert "尚未保存" in page and "disabled>采用" in page
    assert clerk.all(Intake)[0].answers == {"choices": {}, "units": {}}
    page = clerk.save(at, **fields_of(page))
    assert "所有问题均已确认，可以采用" in page and "disabled>采用" not in page
    page = clerk.post(f"{at}/adopt")
    assert "建立培训机制。" in page and "某县司法局" in page and "12月31日（周二）" in page and "写明2024-12-31" in page
    assert {task.title for task in clerk.all(Task)} == {row[1] for row in ROWS}
    unit = next(unit for unit in clerk.all(Unit) if unit.name == "某县司法局")
    assert unit.aliases == ["县司法局"]
    assert "已采用" in clerk.get(at) and at not in clerk.get("/plans")
    assert {"收文待确认", "答复文件疑点", "采用收文"} <= {event.verb for event in clerk.all(Event)}
    assert "已采用" in clerk.post(f"{at}/answers", 409, version="9")
    assert "已采用过" in clerk.send(file, status=409)


@pytest.mark.parametrize(("words", "said"), [
    ("尽快", "没有"), ("2024-13-01", "没有"), ("长" * 201, "200字"),
], ids=["no-day", "no-date", "too-long"])
def test_an_answer_that_is_no_limit_is_refused_and_stays_in_the_form(clerk: Clerk, words: str, said: str) -> None:
    at = clerk.send(paper())
    given = {"c:limit:2024年初完成": "__other__", "o:limit:2024年初完成": words, "c:name:县司法局": "某县司法局"}
    page = clerk.save(at, 422, **given)
    assert said in page and fields_of(page)["c:name:县司法局"] == "某县司法局" and f'value="{words}"' in page
    assert clerk.all(Intake)[0].answers == {"choices": {}, "units": {}}


def test_an_unknown_unit_or_choice_is_refused(clerk: Clerk) -> None:
    at = clerk.send(paper())
    assert "不在单位名录中" in clerk.save(at, 422, **{"o:name:县司法局": "天上局"})
    leads = next(key for key in clerk.answers() if key.startswith("c:leads:"))
    assert "请在所列答复中选择" in clerk.save(at, 422, **{leads: "别的"})


def test_words_in_place_of_a_day_become_the_limit_and_left_open_is_none(clerk: Clerk) -> None:
    rows = [*ROWS, ("4", "修订制度。", "某县司法局", "某县数据局", "2025年初完成")]
    at = clerk.send(paper(rows))
    clerk.post("/groups", name="各乡镇人民政府", members=members(clerk))
    given = clerk.answers() | {"c:limit:2024年初完成": "__other__", "o:limit:2024年初完成": "每季度",
                               "c:limit:2025年初完成": LEAVE}
    clerk.save(at, **given)
    clerk.post(f"{at}/adopt")
    limits = {task.title: (task.deadline_text, task.due_on) for task in clerk.all(Task)}
    assert limits["清理执法事项。"][0] == "每季度" and limits["修订制度。"] == ("", None)


def test_a_colleagues_answers_are_not_undone_by_an_older_form(clerk: Clerk) -> None:
    at = clerk.send(paper())
    clerk.save(at, **{"c:name:县司法局": "某县司法局"})
    page = clerk.post(f"{at}/answers", 409, version="1", **{"c:limit:2024年初完成": LEAVE})
    assert "刚刚保存了答复" in page and fields_of(page)["c:limit:2024年初完成"] == LEAVE
    assert clerk.all(Intake)[0].answers["units"] == {"县司法局": "某县司法局"}


def test_a_printed_name_is_enrolled_as_a_unit_in_place(clerk: Clerk) -> None:
    at = clerk.send(paper([("1", "建立机制。", "某县文旅广体局", "", "2024年底前完成")]))
    assert "请先在要录入的名称旁勾选" in clerk.post(f"{at}/units", 422)
    page = clerk.post(f"{at}/units", 200, new=["某县文旅广体局", "没有印出的局"])
    assert "已录入1个单位" in page
    assert "没有印出的局" not in {unit.name for unit in clerk.all(Unit)}


@pytest.mark.parametrize(("name", "data", "said"), [
    ("残.pdf", b"%PDF-1.4 x", "不完整或已损坏"), ("空.txt", b"  ", "文件是空的"),
    ("旧.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧版"),
    ("散文.txt", "今天天气很好。".encode(), "没有读出阶段、任务或督察安排"), ("坏.docx", b"abc", "不完整或已损坏"),
])
def test_a_file_that_cannot_be_read_is_refused_with_the_sentence(
    clerk: Clerk, name: str, data: bytes, said: str
) -> None:
    assert said in clerk.send(data, name, 422)
    assert clerk.all(Intake) == []
    assert "请选择印发的文件" in clerk.post("/intake", 422)


def test_another_offices_document_does_not_exist_here(clerk: Clerk) -> None:
    at = clerk.send(paper())
    with transaction(clerk.bind) as session:
        row = session.exec(select(Intake)).one()
        row.office_id = other_office(session)
    clerk.get(at, 404)
    for path in ("answers", "fill", "group", "units", "adopt", "drop"):
        clerk.post(f"{at}/{path}", 404, version="1", reason="x", group="x", members=members(clerk))
    assert clerk.all(UnitGroup) == []


def other_office(session: Any) -> Any:
    office = Office(name="外县办公室", short_name="外办", made_at=clock.now())
    session.add(office)
    session.flush()
    return office.id


def test_a_leader_reads_and_may_not_answer(clerk: Clerk) -> None:
    at = clerk.send(paper())
    reader = sign_in(clerk.bind, clerk.people, "lingdao")
    assert "由办公室主任或经办人" in reader.get(at)
    assert "须由办公室主任或经办人办理" in reader.post(f"{at}/answers", 403, version="1")
    assert "须由办公室主任或经办人办理" in reader.send(paper(), status=403)


def test_a_document_is_dropped_with_a_reason_and_may_come_again(clerk: Clerk) -> None:
    at = clerk.send(paper())
    assert "请填写弃用的理由" in clerk.post(f"{at}/drop", 422, reason=" ")
    assert at not in clerk.post(f"{at}/drop", reason="传错文件")
    assert clerk.send(paper()) != at


@pytest.mark.skipif(not XINSHAO.exists(), reason="the Xinshao source does not lie beside this checkout")
def test_the_xinshao_list_goes_from_upload_to_an_adopted_plan(clerk: Clerk) -> None:
    at = clerk.send(XINSHAO.read_bytes(), "新邵.docx")
    page = clerk.get(at)
    assert 'rowspan="' in page and "沿用" in page and "待确认" in page
    words = [key.removeprefix("c:name:") for key in clerk.answers() if key.startswith("c:name:")]
    clerk.post(f"{at}/units", 200, new=[word for word in words if "各" not in word and "直" not in word])
    for word in words:
        if "各" in word or "直" in word:
            clerk.post(f"{at}/group", 200, group=word, members=members(clerk))
    page = clerk.save(at, **clerk.answers())
    assert "所有问题均已确认" in page
    page = clerk.post(f"{at}/adopt")
    assert "一、全面提升行政执法人员能力素质" in page and "建立行政执法人员统筹培训机制" in page
    assert page.index("建立行政执法人员统筹培训机制") < page.index("七、组织实施")
    assert len(clerk.all(Task)) >= 50


def test_a_collective_name_is_never_proposed_to_be_one_unit(clerk: Clerk) -> None:
    at = clerk.send(paper())
    asked = clerk.get(at).split("<b>各乡镇人民政府</b>")[1].split("</fieldset>")[0]
    assert "设为统称" in asked and "建议" not in asked and "录为新单位" not in asked
    assert "没有答复" in clerk.post(f"{at}/adopt", 422)


def test_a_rolled_plan_is_refused_until_its_open_spots_are_filled(clerk: Clerk) -> None:
    text = plan_yaml(roll(read_plan(read_source("puyang-2020")), 2021).draft)
    filled = text.replace("title: ''", "title: 某市2021年督察", 1)
    for data, status in ((text, 422), (filled.replace("doc_no: ''", "doc_no: ''  # 新文号待填"), 422), (filled, 303)):
        answer = clerk.client.post("/plans", files={"file": ("a.yaml", data.encode())}, follow_redirects=False)
        assert (answer.status_code, "待填" in answer.text) == (status, status == 422)
