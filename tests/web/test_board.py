"""The board of a cycle: every cell agrees with the rows behind it, and no stage is invented."""

import re
from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from commands.sample_units import rows_for
from config import clock
from models.board import Axis, cells_of
from models.cycle import Assignment
from models.database import transaction
from models.words import AssignmentKind, AssignmentState
from plans.planfile import read_plan
from plans.text import read_source
from tests.beginnings import WORD
from tests.one_app import the_app
from tests.web.test_duties import Desk, desk, sign_in
from tests.web.test_work import shown

__all__ = ["desk", "sign_in"]
K, A = AssignmentKind, AssignmentState
LATE = date(2020, 8, 20)


@pytest.fixture
def late(desk: Desk) -> Desk:
    desk.running.round(date(2020, 8, 3))
    with desk.running.on(date(2020, 8, 5)) as session:
        desk.running.hand_in(session, 0)
    desk.running.round(LATE)
    clock.freeze(clock.at_time(LATE, time(10, 0)))
    return desk


@pytest.mark.parametrize("axis", list(Axis))
def test_every_cell_counts_what_a_plain_count_counts(late: Desk, axis: Axis) -> None:
    items = [a for a in late.all(Assignment) if a.state != A.CANCELLED and a.kind != K.GOAL]
    inside = {Axis.THEME, Axis.TASK}
    items = [a for a in items if (a.task_id is not None) == (axis in inside) and (axis in inside or a.kind != K.TASK)]
    with transaction(late.bind) as session:
        cells = cells_of(session, late.running.cycle_id, axis, LATE)
    assert sum(cell.total for cell in cells.values()) == len(items)
    assert sum(cell.done for cell in cells.values()) == sum(a.state == A.DONE for a in items)
    assert sum(cell.late for cell in cells.values()) == sum(
        a.state in (A.PLANNED, A.OPEN, A.RETURNED) and a.due_on is not None and a.due_on < LATE for a in items
    )


def test_a_red_cell_leads_to_its_late_rows(late: Desk) -> None:
    page = late.get(f"/cycles/{late.running.cycle_id}")
    cells = re.findall(r'<a href="(/work\?[^"]+)"><span class="light red">逾期(\d+)项', page)
    assert cells
    for href, count in cells:
        assert len(shown(late.get(href.replace("&amp;", "&")))) == int(count)
    heads = re.findall(r'<th scope="col"><a href="(/work\?[^"]+)"', page)
    assert len(heads) >= 5
    for href in heads:
        assert "没有这样的筛选条件" not in late.get(href.replace("&amp;", "&"))


@pytest.mark.parametrize("axis", ["stage", "theme", "task", "month"])
def test_no_cell_leads_to_an_empty_list(late: Desk, axis: str) -> None:
    page = late.get(f"/cycles/{late.running.cycle_id}?by={axis}")
    hrefs = re.findall(r'<td><a href="(/work\?[^"]+)"', page)
    assert hrefs
    for href in hrefs[::7]:
        assert shown(late.get(href.replace("&amp;", "&"))), href


def test_only_those_behind_are_left_and_the_office_has_a_row(late: Desk) -> None:
    cycle = late.running.cycle_id
    page = late.get(f"/cycles/{cycle}")
    assert "办公室、督察组" in page and page.count('<th scope="row">') == 4
    with late.running.on(LATE) as session:
        first = late.running.unit(session)
        for item in session.exec(select(Assignment).where(Assignment.unit_id == first.id)):
            item.state = A.DONE
    assert f"/units/{first.id}" not in late.get(f"/cycles/{cycle}?behind=1").split("<tbody>")[1]


def test_a_plan_without_stages_gets_a_board_of_its_themes(bind: Any, puyang: Callable[..., Any]) -> None:
    plan = read_plan(read_source("xinshao-2024"))
    rows = tuple(rows_for(plan, 4))
    running = puyang(0, on=date(2024, 7, 12), more=rows, plan=plan, override_reason="演练")
    clock.freeze(clock.at_time(date(2024, 9, 2), time(10, 0)))
    client = TestClient(the_app())
    client.post("/login", data={"login": "jingban", "word": WORD}, follow_redirects=False)
    page = client.get(f"/cycles/{running.cycle_id}").text
    whole = client.get("/cycles").text
    clock.freeze(None)
    assert "按任务主题" in page and "按月份" in page and "按阶段" not in page and "回头看" not in page
    assert 'class="stepper"' not in page and "本方案只列任务、不分阶段" in whole
