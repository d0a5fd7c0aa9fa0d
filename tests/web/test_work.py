"""The ledger of everything owed at the desk: its address says all, nothing on it is lost or made up."""

import csv
import io
import re
from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from python_calamine import load_workbook

from actions.deadline import settle
from config import clock
from models.cycle import Assignment
from models.plan import Task
from models.words import AssignmentKind, AssignmentState
from tests.web.test_duties import TODAY, Desk, desk, sign_in

pytestmark = pytest.mark.both_databases

__all__ = ["desk", "sign_in"]
K, A = AssignmentKind, AssignmentState


def shown(page: str) -> list[str]:
    """The keys of the rows on a page, in order."""
    return re.findall(r'name="row" value="([0-9a-f-]{36})\.', page)


def owed(desk: Desk, **where: Any) -> list[Assignment]:
    rows = [a for a in desk.all(Assignment) if a.kind != K.TASK and a.state in ("planned", "open")]
    return [a for a in rows if all(getattr(a, name) == value for name, value in where.items())]


def test_the_default_view_leaves_the_items_of_score_sheets_to_their_report(desk: Desk) -> None:
    page = desk.get("/work")
    assert f"共{len(owed(desk))}条" in page and len(shown(page)) == len(owed(desk))
    assert len([a for a in desk.all(Assignment) if a.kind == K.TASK]) > 50
    assert "打分表逐项按周期查看" in desk.get("/work?kind=task")


def test_every_filter_stands_in_the_address(desk: Desk) -> None:
    unit = desk.units()[0]
    with desk.running.on(date(2020, 8, 3)) as session:
        name = desk.running.unit(session).name
    mine = {str(a.id) for a in desk.all(Assignment) if str(a.unit_id) == unit and a in owed(desk)}
    for address in (f"/work?unit={unit}", f"/work?unit={name}", f"/work?unit={name}&sort=unit"):
        assert set(shown(desk.get(address))) == mine
    late = {str(a.id) for a in owed(desk) if a.due_on and a.due_on < TODAY}
    assert late and set(shown(desk.get("/work?light=overdue"))) == late
    assert {str(a.id) for a in owed(desk, due_on=None)} == set(shown(desk.get("/work?light=undated")))
    assert {str(a.id) for a in owed(desk, kind=K.CONTACT)} == set(shown(desk.get("/work?kind=contact")))
    assert len(shown(desk.get("/work?unit=办公室"))) == len(owed(desk, unit_id=None, team_id=None))


def test_what_cannot_be_understood_is_said_and_an_unknown_unit_shows_nobody(desk: Desk) -> None:
    page = desk.get("/work?unit=没有的单位&light=green&state=%3Cb%3E&after=x~y")
    assert "没有这样的筛选条件" in page and "没有的单位" in page and "灯号“green”" in page and "<b>”" not in page
    assert shown(page) == []


def test_the_next_page_begins_where_this_one_ends(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = shown(desk.get("/work"))
    monkeypatch.setattr("web.work.ROWS", 4)
    found, address = [], "/work"
    while address:
        page = desk.get(address)
        found += shown(page)
        more = re.search(r'rel="next" href="([^"]+)"', page)
        address = more[1].replace("&amp;", "&") if more else ""
    assert found == whole


def test_a_moved_limit_stands_beside_the_first_with_its_difference(desk: Desk) -> None:
    from actions.deadline import move_deadline

    with desk.running.on(date(2020, 8, 3)) as session:
        item = desk.running.item(session, K.SELF_CHECK_REPORT)
        move_deadline(session, desk.running.actor("zhuren"), item, date(2020, 8, 14), "汛情")
    page = desk.get(f"/work?unit={desk.units()[0]}&kind=self_check_report")
    assert "8.10" in page and "8.14" in page and "延4天" in page
    assert re.search(r"调整时限 <span[^>]*>主任", page)


def test_a_table_taken_along_has_the_filtered_rows_and_no_formula(desk: Desk) -> None:
    with desk.running.on(date(2020, 8, 3)) as session:
        desk.running.item(session, K.CONTACT).title = "=1+1"
    text = desk.client.get("/work.csv?kind=contact").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 3 and {row["事项"] for row in rows} == {"'=1+1", "签收方案并确认联系人"}
    sheet = load_workbook(io.BytesIO(desk.client.get("/work.xlsx?kind=contact").content)).get_sheet_by_index(0)
    lines = sheet.to_python()
    assert len(lines) == 6 and "=1+1" in [line[1] for line in lines] and "共3行" in lines[1][0]
    assert lines[3][5] == date(2020, 7, 28)


def test_those_who_only_read_get_no_acts(sign_in: Callable[..., Desk]) -> None:
    page = sign_in("zuzhang").get("/work")
    assert shown(page) == [] and "签收方案并确认联系人" in page and 'name="act"' not in page
    assert [act for act in ("urge", "extend", "cancel") if f'value="{act}"' in sign_in("lingdao").get("/work")] == [
        "extend"
    ]


def test_what_is_done_or_called_off_is_never_among_the_overdue(desk: Desk) -> None:
    with desk.running.on(TODAY) as session:
        settle(session, desk.running.item(session, K.CONTACT, 0), A.DONE)
        settle(session, desk.running.item(session, K.CONTACT, 1), A.CANCELLED)
    late = shown(desk.get("/work?light=overdue"))
    assert late and shown(desk.get("/work?light=overdue&state=all")) == late
    assert shown(desk.get("/work?light=overdue&state=done")) == []


def test_a_late_cell_of_a_month_leads_to_the_late_rows_of_that_month(desk: Desk) -> None:
    with desk.running.on(TODAY) as session:
        settle(session, desk.running.item(session, K.CONTACT, 0), A.DONE)
    clock.freeze(clock.at_time(date(2020, 9, 1), time(10, 0)))
    board = desk.get(f"/cycles/{desk.running.cycle_id}?by=month")
    cells = re.findall(r'href="(/work[^"]+light=overdue[^"]*)"[^>]*>.*?逾期(\d+)项', board)
    assert {re.search(r"from=[\d-]+", address)[0] for address, _ in cells} > {"from=2020-08-01"}
    for address, count in cells:
        assert len(shown(desk.get(address.replace("&amp;", "&")))) == int(count), address


def test_a_place_that_is_none_of_ours_begins_at_the_beginning(desk: Desk) -> None:
    whole = shown(desk.get("/work?sort=unit"))
    for group in ("abc", "", "1" * 32):
        assert shown(desk.get(f"/work?sort=unit&after={group}~~{'0' * 32}")) == whole


def test_a_unit_chosen_by_its_key_is_read_by_its_name(desk: Desk) -> None:
    key = desk.units()[0]
    with desk.running.on(TODAY) as session:
        name = desk.running.unit(session).name
    page = desk.get(f"/work?unit={key}")
    assert f'name="unit" value="{name}"' in page and f'value="{key}"' not in page
    sheet = load_workbook(io.BytesIO(desk.client.get(f"/work.xlsx?unit={key}").content)).get_sheet_by_index(0)
    assert name in sheet.to_python()[1][0]


def test_what_a_board_narrows_is_said_kept_by_the_form_and_told_on_paper(desk: Desk) -> None:
    board = desk.get(f"/cycles/{desk.running.cycle_id}?by=task")
    task = re.search(r'theme=([0-9a-f-]{36})', board)[1]
    title = next(row.title for row in desk.all(Task) if str(row.id) == task)
    filters = f"theme={task}&kind=task&from=2020-08-01&to=2020-08-31&stage=self_check"
    page = desk.get(f"/work?{filters}")
    assert f"只列“{title}”的事项" in page and "只列时限在2020-08-01至2020-08-31的事项" in page
    form = page.split('class="card filters')[1].split("</form>")[0]
    for pair in (f'name="theme" value="{task}"', 'name="from" value="2020-08-01"', 'name="to" value="2020-08-31"'):
        assert pair in form
    sheet = load_workbook(io.BytesIO(desk.client.get(f"/work.xlsx?{filters}").content)).get_sheet_by_index(0)
    line = sheet.to_python()[1][0]
    assert title in line and "自查" in line and "2020-08-31" in line and task not in line


def test_a_table_that_leaves_rows_out_says_so(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.work.MOST_OUT", 3)
    whole, short = (desk.client.get(f"/work.csv{more}").content.decode("utf-8-sig") for more in ("?kind=contact", ""))
    assert "一次最多导出" not in whole and whole.count("\r\n") == 4
    assert "一次最多导出3行" in short and short.count("\r\n") == 5
