"""领导一分钟: how it stands, what to decide with the buttons, what changed; a leader does no clerk's act."""

import re
from collections.abc import Callable
from datetime import date

import pytest

from models.paper_words import EscalationState
from models.problem import Escalation
from tests.conftest import Running
from tests.web.at_desk import behind, signed
from tests.web.person import Person


@pytest.fixture
def running(puyang: Callable, today: Callable) -> Running:
    return behind(puyang, today)


@pytest.fixture
def leader(running: Running) -> Person:
    return signed(running.bind, "lingdao")


def test_the_page_names_what_is_overdue_longest_and_what_waits(leader: Person, running: Running) -> None:
    page = leader.get("/leader")
    assert "实地督察进行中" in page and "逾期1项" in page
    with running.on(date(2020, 8, 17)) as session:
        assert running.unit(session, 2).name in page.split("逾期事项：")[1].split("</ol>")[0]
    changed = dict(re.findall(r'<th scope="row" class="fw-normal">([^<]+)</th><td><b>(\d+)', page))
    assert changed == {
        "新发现问题": "1", "销号": "0", "办结事项": "0", "印发反馈意见": "0", "批准延期": "0", "批准督办措施": "0",
        "新逾期、至今未办": "1",
    }


def test_a_leader_approves_from_the_page_once(leader: Person) -> None:
    drafts = [row for row in leader.all(Escalation) if row.state == EscalationState.DRAFT]
    page = leader.get("/leader")
    assert f"{len(drafts)}件" in page
    assert "此项已报送、已取消或不再逾期，不能再采取" in page  # one of the two drafts came too late
    action = re.search(r'action="(/escalations/[^"]+)"', page).group(1)
    leader.post(action, approve="yes", number="督办单1号")
    assert "已处理" in leader.post(action, 403, approve="yes", number="督办单2号")
    row = next(row for row in leader.all(Escalation) if str(row.id) in action)
    assert (row.state, row.number) == (EscalationState.APPROVED, "督办单1号")


def test_a_clerk_reads_the_page_without_buttons(running: Running) -> None:
    page = signed(running.bind, "jingban").get("/leader")
    assert "需要您决定" in page and 'action="/escalations/' not in page


@pytest.mark.parametrize("path", ["/cycles", "/units", "/plans", "/rehearsal", "/rehearsal/stop"])
def test_a_leader_does_no_clerks_act(leader: Person, path: str) -> None:
    before = leader_dump(leader)
    files = {"directory": ("a.csv", "单位名称\n甲县\n".encode())} if path == "/units" else None
    fields = {"units": "0" * 32, "plan": "0" * 32, "name": "puyang-2020"}
    assert leader.client.post(path, data=fields, files=files).status_code in (403, 404, 422)
    assert leader_dump(leader) == before


def leader_dump(leader: Person) -> list[str]:
    with leader.bind.connect() as connection:
        rows = connection.exec_driver_sql("SELECT name FROM unit UNION ALL SELECT title FROM plan UNION ALL "
                                          "SELECT title FROM cycle UNION ALL SELECT hash FROM event")
        return sorted(str(row[0]) for row in rows)


def test_an_office_without_a_cycle_has_an_empty_page(people, bind) -> None:
    page = signed(bind, "lingdao").get("/leader")
    assert "empty-state" in page and "目前没有待您审批" in page
