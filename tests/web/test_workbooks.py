"""Workbooks from the pages: a button where one looks for it, one click to the file, nobody else's, nothing by GET."""

import io
import re
from collections.abc import Callable
from datetime import date, time
from urllib.parse import unquote
from uuid import uuid4

import pytest
from python_calamine import CalamineWorkbook
from sqlmodel import select

from config.settings import settings
from models.cycle import Assignment, Visit
from models.paper import Paper
from models.paper_words import PaperKind
from models.words import AssignmentKind
from tests.conftest import Running
from tests.web.at_desk import behind, signed
from tests.web.person import Person

DAY = date(2020, 8, 17)
NAMES = {"rect-ledger": "整改台账", "task-ledger": "任务台账", "phone-list": "未签收电话联系单", "proof": "催办凭证"}


@pytest.fixture
def running(puyang: Callable, today: Callable) -> Running:
    return behind(puyang, today)


@pytest.fixture
def clerk(running: Running) -> Person:
    return signed(running.bind, "jingban")


def made(person: Person, path: str, **fields: str) -> tuple[str, CalamineWorkbook]:
    """The file a post leads to: its name and the book."""
    answer = person.client.post(path, data=fields, follow_redirects=True)
    assert answer.status_code == 200, answer.text
    name = unquote(answer.headers["content-disposition"].split("''")[1])
    return name, CalamineWorkbook.from_filelike(io.BytesIO(answer.content))


def buttons(page: str) -> list[str]:
    """The addresses of the forms that make a workbook."""
    return re.findall(r'action="([^"]+/(?:rect-ledger|task-ledger|proof|score-sheet)|/phone-list|/burden)"', page)


def kept(clerk: Person) -> list[Paper]:
    """The workbooks kept so far; the ladder drafts papers of its own."""
    return [paper for paper in clerk.all(Paper) if paper.kind == PaperKind.RECT_LEDGER]



def test_each_workbook_is_made_where_one_looks_for_it(clerk: Person, running: Running) -> None:
    with running.on(DAY, time(18)) as session:
        unit = running.unit(session).id
        item = running.item(session, AssignmentKind.SELF_CHECK_REPORT).id
        running.letter(session, 0)
        problem = session.exec(select(Assignment).where(Assignment.kind == AssignmentKind.PROBLEM)).one().problem_id
        plan = running.cycle(session).plan_id
    running.round(date(2020, 8, 18))  # until then nothing was said about the problem, and there is no proof
    cycle = f"/cycles/{running.cycle_id}"
    places = {
        cycle: ["task-ledger", "rect-ledger"], "/ledger": ["rect-ledger"], f"/units/{unit}": ["proof"],
        f"/items/{item}": ["proof"], f"/problems/{problem}": ["proof"], "/": ["phone-list"],
        f"/plans/{plan}": ["task-ledger"],
    }
    for path, wanted in places.items():
        found = buttons(clerk.get(path))
        assert [one.rsplit("/", 1)[-1] for one in found] == wanted, path
        for address in found:
            name, book = made(clerk, address)
            word = NAMES[address.rsplit("/", 1)[-1]]
            assert word in name and name.endswith("2020-08-17.xlsx") and len(book.sheet_names) >= 1
    listed = clerk.get("/sheets")
    assert all(word in listed for word in NAMES.values()) and len(re.findall(r'class="hash">[0-9a-f]{64}<', listed)) > 5


def test_a_second_click_gives_the_same_file_and_a_get_makes_none(clerk: Person, running: Running) -> None:
    address = f"/cycles/{running.cycle_id}/rect-ledger"
    first = clerk.client.post(address, follow_redirects=False).headers["location"]
    assert clerk.client.post(address, follow_redirects=False).headers["location"] == first
    assert len(kept(clerk)) == 1
    for path in (address, "/phone-list", "/burden", "/sheets", first):
        clerk.client.get(path)
    assert len(kept(clerk)) == 1
    assert clerk.client.get(first).content == clerk.client.get(first).content


def test_the_file_that_was_tampered_with_is_not_given_out(clerk: Person, running: Running) -> None:
    location = clerk.client.post(f"/cycles/{running.cycle_id}/rect-ledger", follow_redirects=False).headers["location"]
    digest = kept(clerk)[0].digest
    (settings().evidence_dir / digest[:2] / digest).write_bytes(b"PK other")
    assert "缺失或已损坏" in clerk.get(location, 422)


def test_who_reads_the_desk_reads_the_files_and_makes_none(clerk: Person, running: Running) -> None:
    location = clerk.client.post(f"/cycles/{running.cycle_id}/rect-ledger", follow_redirects=False).headers["location"]
    leader, lead = signed(running.bind, "lingdao"), signed(running.bind, "zuzhang")
    assert leader.client.get(location).status_code == 200 and lead.client.get(location).status_code == 403
    assert buttons(leader.get("/ledger")) == [] and buttons(leader.get(f"/cycles/{running.cycle_id}")) == []
    assert leader.client.post("/phone-list").status_code == 403
    assert '"/burden"' in leader.get("/?desk=1") and '"/burden"' not in lead.get("/?desk=1")
    assert lead.client.get("/burden").status_code == 403 and "基层负担" in leader.get("/burden")


def test_what_belongs_to_nobody_here_is_not_there(clerk: Person, running: Running) -> None:
    for path in ("/cycles/{}/rect-ledger", "/cycles/{}/task-ledger", "/plans/{}/task-ledger", "/units/{}/proof",
                 "/items/{}/proof"):
        assert clerk.client.post(path.format(uuid4())).status_code == 404
    visit = clerk.all(Visit)[0].id
    assert clerk.client.post(f"/cycles/{uuid4()}/visits/{visit}/score-sheet").status_code == 404
    assert clerk.client.get(f"/sheets/{uuid4()}").status_code == 404
    assert "尚未打分" in clerk.post(f"/cycles/{running.cycle_id}/visits/{visit}/score-sheet", 422)
    team = next(item.id for item in clerk.all(Assignment) if item.unit_id is None)
    assert "没有承办单位" in clerk.post(f"/items/{team}/proof", 404)


def test_a_title_of_signs_becomes_a_name_that_every_system_takes(clerk: Person, running: Running) -> None:
    with running.on(DAY, time(18)) as session:
        running.cycle(session).title = '督察/一期:"甲"<b>?*|' + "长" * 100
    name, _ = made(clerk, f"/cycles/{running.cycle_id}/rect-ledger")
    assert not re.search(r'[\\/:*?"<>|]', name) and name.endswith("2020-08-17.xlsx") and len(name) < 100
    assert "<b>" not in clerk.get("/sheets")


def test_the_burden_page_says_the_figures_the_mean_and_what_to_spare(clerk: Person, running: Running) -> None:
    page = clerk.get("/burden")
    assert "可以精简的" in page and "平均" in page and page.count('<th scope="row">') == 4
    cut = clerk.get(f"/burden?cycle={running.cycle_id}&from=2020-08-01&to=2020-08-10")
    assert 'value="2020-08-01"' in cut
    name, book = made(clerk, "/burden", **{"cycle": str(running.cycle_id), "from": "2020-08-01", "to": "2020-08-10"})
    rows = book.get_sheet_by_index(0).to_python()
    assert "基层负担情况表" in name and "时段：2020-08-01至2020-08-10" in rows[1][0]
    shown = [int(one) for one in re.findall(r'<th scope="row">[^<]+</th><td>(\d+)</td>', cut)]
    assert shown == [row[1] for row in rows[3:6]]


def test_a_period_that_ends_before_it_begins_is_refused_and_stays_typed(clerk: Person) -> None:
    for page in (clerk.get("/burden?from=2020-08-10&to=2020-08-01", 422),
                 clerk.post("/burden", 422, **{"from": "2020-08-10", "to": "2020-08-01"})):
        assert "早于起始日期" in page and 'value="2020-08-10"' in page and 'value="2020-08-01"' in page
    assert "不是日期" in clerk.get("/burden?from=昨天", 422) and clerk.get("/burden?cycle=x", 422)
    assert clerk.get(f"/burden?cycle={uuid4()}", 404)
