"""X9 over HTTP: a page per cycle, findings ticked, another person decides, the paper written and signed."""

import io
import re
from collections.abc import Callable
from datetime import date

import pytest
from docx import Document

from models.paper import Paper, PointsProposal
from tests.conftest import Running
from tests.on_site import VISITED, crew, trip
from tests.web.at_desk import signed


@pytest.fixture
def desk(puyang: Callable[..., Running], today: Callable[[date], None]) -> Running:
    running = puyang(2)
    with running.on(date(2020, 8, 7)) as session:
        crew(running, session)
        trip(running, session)
    with running.on(VISITED) as session:
        running.find(session, 0), running.find(session, 1, title="别家问题")
    today(VISITED)
    return running


def at(running: Running) -> str:
    return f"/cycles/{running.cycle_id}/points"


def unit_key(running: Running, position: int = 0) -> str:
    with running.on(VISITED) as session:
        return str(running.unit(session, position).id)


def finding(page: str) -> str:
    return re.findall(r'name="finding" value="([^"]+)"', page)[0]


def test_x9_proposed_decided_and_written_up_by_three_hands(desk: Running) -> None:
    """report to 县主管领导; each proposal lists its findings; signed."""
    clerk, head, leader = (signed(desk.bind, login) for login in ("jingban", "zhuren", "lingdao"))
    assert f'href="{at(desk)}"' in clerk.get(f"/cycles/{desk.cycle_id}")
    unit = unit_key(desk)
    form = clerk.get(f"{at(desk)}?unit={unit}")
    assert "档案缺失" in form and "别家问题" not in form
    given = {"unit": unit, "finding": finding(form), "way": "down", "points": "2", "reason": "档案不全"}
    for _ in range(2):  # a double click
        clerk.post(at(desk), **given)
    (row,) = clerk.all(PointsProposal)
    assert (row.points, row.state) == (-2, "proposed")
    page = head.get(at(desk))
    assert "扣2分" in page and "问题1　档案缺失" in page
    head.post(f"{at(desk)}/{row.id}", verdict="approve", seen="1")
    assert "已同意" in head.post(f"{at(desk)}/{row.id}", 409, verdict="refuse", seen="1", answer="再议")
    clerk.post(f"{at(desk)}/paper", receiver="县主管领导")
    (paper,) = clerk.all(Paper)
    assert "签发" in clerk.get(at(desk)) or paper.state == "draft"
    leader.post(f"{at(desk)}/paper/{paper.id}/issue", seen="1")
    assert leader.all(Paper)[0].state == "issued"
    answer = leader.client.get(f"{at(desk)}/paper/{paper.id}")
    lines = [one.text for one in Document(io.BytesIO(answer.content)).paragraphs]
    assert "县主管领导：" in lines and any("问题1　档案缺失" in line for line in lines)


@pytest.mark.parametrize(("change", "why"), [
    ({"points": "很多"}, "请用数字填写分值"), ({"points": "nan"}, "分值应大于0"), ({"points": "-1"}, "分值应大于0"),
    ({"way": ""}, "请选择加分或扣分"), ({"reason": " "}, "写明加分、扣分的理由"), ({"finding": []}, "至少选择一项"),
])
def test_a_refused_form_keeps_what_was_typed_and_ticked(desk: Running, change: dict, why: str) -> None:
    clerk, unit = signed(desk.bind, "jingban"), unit_key(desk)
    key = finding(clerk.get(f"{at(desk)}?unit={unit}"))
    given = {"unit": unit, "finding": key, "way": "down", "points": "2", "reason": "档案不全"} | change
    page = clerk.post(at(desk), 422, **given)
    assert why in page and f'value="{key}"' in page
    assert given["reason"].strip() in page and (f'value="{key}" checked' in page) == bool(given["finding"])
    assert not clerk.all(PointsProposal)


def test_who_may_only_read_finds_no_button_and_another_cycles_paper_is_not_there(desk: Running) -> None:
    reader, clerk = signed(desk.bind, "lingdao"), signed(desk.bind, "jingban")
    page = reader.get(at(desk))
    assert "尚无加分扣分建议" in page and "提出建议" not in page
    clerk.get(f"{at(desk)}/paper/00000000-0000-4000-8000-000000000000", 404)
    clerk.post(f"{at(desk)}/paper", 422, receiver="县主管领导")
    clerk.post(at(desk), 422, unit="x")
