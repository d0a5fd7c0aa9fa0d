"""A plan becomes tasks: upload, adopt, launch over HTTP; the sweep opens the stages as real flow runs."""

import re
from datetime import date, time

import httpx
from sqlmodel import func, select

from commands.office import People
from config import clock
from flows.cycle import cycle
from models.cycle import Assignment, Cycle, Stage
from models.database import reading
from models.words import AssignmentKind, StageKind, StageState
from tests.real_parts import Desk, set_clock

DIRECTORY = """单位名称,类别,联系人,职务,电话,通知方式,地址
濮阳县,县区,甲,联络员,000,站内,
市公安局,部门,乙,联络员,000,站内,
"""


def keys(page: str, kind: str) -> list[str]:
    return re.findall(rf'name="{kind}" value="([0-9a-f-]+)"', page)


def test_a_plan_becomes_tasks_with_deadlines(site: str, people: People, run_flow, prefect_url: str) -> None:
    set_clock(date(2020, 7, 24))
    desk = Desk(site, "jingban", people.word)
    bad = desk.post("/units", files={"directory": ("名录.csv", "单位名称,类别\n,县区\n".encode())})
    assert bad.status_code == 422 and "名录.csv" in bad.text

    assert "濮阳县" in desk.post("/units", files={"directory": ("名录.csv", DIRECTORY.encode())}).text
    plan = desk.post("/plans", data={"name": "puyang-2020"})
    assert "分项合计8分" in plan.text, "the known defect of the government sheet is shown"
    plan_id = str(plan.url).split("/")[-1].split("?")[0]

    form = desk.get(f"/cycles/new?plan={plan_id}")
    units = keys(form.text, "units")
    data = {"plan": plan_id, "shift": "0", "title": "濮阳2020", "teams": "第一督察组", "units": units}
    board = desk.post("/cycles", data=data)
    assert "督察周期已启动" in board.text and "市公安局" in board.text

    with reading() as session:
        count = select(func.count()).select_from(Assignment).where(Assignment.kind == AssignmentKind.TASK)
        assert session.exec(count).one() == 27 + 30 + 30  # a county answers both sheets, a department the second
        due = select(Assignment.due_on).where(Assignment.kind == AssignmentKind.SELF_CHECK_REPORT)
        assert set(session.exec(due)) == {date(2020, 8, 10)}

    set_clock(date(2020, 8, 1), time(0, 5))
    run_flow(cycle, day=date(2020, 8, 1))
    assert_stage(StageKind.SELF_CHECK, StageState.OPEN)
    assert_stage(StageKind.PREPARATION, StageState.CLOSED)
    names = [run["name"] for run in httpx.post(f"{prefect_url}/flow_runs/filter", json={}).json()]
    assert "濮阳2020 · 自查 · 8月1日" in names
    tables = httpx.post(f"{prefect_url}/artifacts/filter", json={}).json()
    assert any("自查开启" in (table["description"] or "") for table in tables)

    with_runs = desk.get("/runs")
    assert "濮阳2020 · 自查 · 8月1日" in with_runs.text


def assert_stage(kind: StageKind, state: StageState) -> None:
    with reading() as session:
        stage = session.exec(select(Stage).where(Stage.kind == kind)).one()
    assert stage.state == state


def test_a_missed_opening_is_made_up_once_and_says_so(site: str, people: People, puyang, run_flow) -> None:
    puyang(2, on=date(2020, 7, 24))
    for _ in range(2):
        set_clock(date(2020, 8, 4))
        run_flow(cycle, day=date(2020, 8, 4))
    with reading() as session:
        running = session.exec(select(Cycle)).one()
    page = Desk(site, "jingban", people.word).get(f"/cycles/{running.id}").text
    assert page.count("<b>阶段开启</b>") == 2  # preparation on its day, self-check made up, each once
    assert clock.today() == date(2020, 8, 4)
