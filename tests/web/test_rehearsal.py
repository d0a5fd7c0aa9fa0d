"""先演练: started from the launch form, watched, shown as a calendar; one at a time; ended when nobody looks."""

import os
import re
import time
from collections.abc import Iterator
from datetime import date

import pytest

from actions.adopt import adopt_plan
from actions.enrol import enrol_units
from commands.sample_units import demo_rows
from models.cycle import Cycle
from models.database import transaction
from models.plan import Plan
from models.unit import Unit
from tests.databases import every_row
from tests.web.at_desk import signed
from tests.web.person import Person
from web import rehearsal_calendar, rehearsal_job


@pytest.fixture
def clerk(people, bind, draft) -> Iterator[Person]:
    with transaction(bind) as session:
        enrol_units(session, people.actors["jingban"], demo_rows(3))
        adopt_plan(session, people.actors["jingban"], draft, "d")
    yield signed(bind, "jingban")
    rehearsal_job.end_all()


def form(clerk: Person, **changed: object) -> dict[str, object]:
    page = clerk.get(f"/cycles/new?plan={clerk.all(Plan)[0].id}")
    start = re.search(r'name="start" value="([^"]+)"', page).group(1)
    return {
        "plan": str(clerk.all(Plan)[0].id), "start": start, "title": "先试一遍", "teams": "第一督察组（无）",
        "units": [str(unit.id) for unit in clerk.all(Unit)], "behaviour": "obey",
    } | changed


def wait(clerk: Person, seconds: float = 240) -> str:
    """The page once the rehearsal is over."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if clerk.client.get("/rehearsal?part=progress").headers.get("hx-redirect"):
            return clerk.get("/rehearsal")
        time.sleep(0.3)
    raise AssertionError("the rehearsal does not end")


def dump(bind) -> dict[str, list[str]]:
    """Every row of every table but sign-ins, which note when they were last seen."""
    return every_row(bind, but=("login",))


def job_of(clerk: Person) -> rehearsal_job.Job:
    return rehearsal_job.RUNNING[rehearsal_job.folder_of(clerk.all(Plan)[0].office_id)]


def test_a_launch_is_rehearsed_shown_and_launched_from_the_result(clerk: Person) -> None:
    before = dump(clerk.bind)
    page = clerk.post("/rehearsal", **form(clerk))
    assert "正在演练" in page
    page = wait(clerk)
    assert dump(clerk.bind) == before
    assert "演练结果" in page and "3</b>个单位" in page
    days = re.findall(r'href="/rehearsal\?day=([\d-]+)#day" aria-label="[^"]+ (\d+)条消息，发给(\d+)家"', page)
    assert sum(int(count) for _, count, _ in days) == int(re.search(r"<b>(\d+)</b>条消息", page).group(1))
    told = clerk.get(f"/rehearsal?day={days[0][0]}")
    assert f"共{days[0][1]}条" in told and "请打开链接办理" in told
    back = re.search(r'href="(/cycles/new\?[^"]+)">返回修改', page).group(1).replace("&amp;", "&")
    assert 'value="先试一遍"' in clerk.get(back)
    fields = dict(re.findall(r'type="hidden" name="([a-z]+)" value="([^"]*)"', page.split('action="/cycles"')[1]))
    units = re.findall(r'name="units" value="([^"]*)"', page.split('action="/cycles"')[1])
    clerk.post("/cycles", **(fields | {"units": units}))
    cycle = clerk.all(Cycle)[0]
    assert (cycle.title, len(clerk.all(Cycle))) == ("先试一遍", 1)


def test_two_at_once_are_one_and_another_form_waits(clerk: Person) -> None:
    asked = form(clerk)
    clerk.post("/rehearsal", **asked)
    first = job_of(clerk).process.pid
    assert "正在演练" in clerk.post("/rehearsal", **asked)
    assert job_of(clerk).process.pid == first
    assert "正在演练，请等它完成" in clerk.post("/rehearsal", 409, **form(clerk, title="另一份"))
    assert "演练已停止" in clerk.post("/rehearsal/stop")
    assert gone(first)


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_a_rehearsal_nobody_looks_at_any_more_is_ended_by_its_id(
    clerk: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk.post("/rehearsal", **form(clerk))
    monkeypatch.setattr(rehearsal_job, "SECONDS_AWAY", 0.5)
    job = job_of(clerk)
    job.process.wait(60)
    assert gone(job.process.pid)
    time.sleep(0.5)
    assert "页面已离开，演练已停止" in clerk.get("/rehearsal")
    assert 'href="/cycles/new?' in clerk.get("/rehearsal")


def test_one_that_takes_too_long_is_ended_and_says_so(clerk: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rehearsal_job, "SECONDS_MOST", 0.1)
    clerk.post("/rehearsal", **form(clerk))
    job_of(clerk).process.wait(60)
    time.sleep(0.5)
    assert "已停止。可以少选一些单位再试" in clerk.get("/rehearsal")


def test_the_server_takes_its_rehearsals_with_it(clerk: Person) -> None:
    with clerk.client:
        clerk.post("/rehearsal", **form(clerk))
        pid = job_of(clerk).process.pid
    assert gone(pid)


def test_bad_input_is_refused_in_chinese_and_starts_nothing(clerk: Person, people) -> None:
    assert "没有选择被督察单位" in clerk.post("/rehearsal", 422, **form(clerk, units=[]))
    assert "请选择演练中单位如何办理" in clerk.post("/rehearsal", 422, **form(clerk, behaviour="x"))
    assert "单位名录中没有" in clerk.post("/rehearsal", 422, **form(clerk, teams="一组（没有的县）"))
    assert "没有找到" in clerk.post("/rehearsal", 404, **form(clerk, units=["0" * 32]))
    assert "不是日期" in clerk.post("/rehearsal", 422, **form(clerk, start="明天"))
    assert "启动之前先演练一遍" in clerk.get("/rehearsal")
    assert "须由办公室" in signed(clerk.bind, "lingdao").post("/rehearsal", 403, **form(clerk))


def test_a_spoilt_result_is_told_and_not_a_fault(clerk: Person) -> None:
    folder = rehearsal_job.folder_of(clerk.all(Plan)[0].office_id)
    folder.mkdir(parents=True)
    (folder / "result.json").write_text("{")
    assert "请重新演练" in clerk.get("/rehearsal")
    assert "不是日期" not in clerk.get("/rehearsal?day=2020-13-99")


def test_recomputing_the_dates_keeps_what_was_chosen(clerk: Person) -> None:
    one = clerk.all(Unit)[0]
    page = clerk.get(f"/cycles/new?plan={clerk.all(Plan)[0].id}&start=2030-01-07&title=甲&teams=乙组&units={one.id}")
    ticked = re.findall(r'name="units" value="([^"]+)" checked', page)
    assert ticked == [str(one.id)] and 'value="甲"' in page and 'value="乙组"' in page


def test_the_calendar_counts_every_message_once() -> None:
    said = [
        {"day": "2020-08-03", "to": "甲县", "unit": True, "asks": 2}, {"day": "2020-08-03", "to": "甲县", "unit": True,
                                                                       "asks": 1},
        {"day": "2020-08-07", "to": "第一督察组组长", "unit": False, "asks": 1},
        {"day": "2020-09-01", "to": "乙县", "unit": True, "asks": 1},
    ]
    result = {"from": "2020-07-30", "to": "2020-09-02", "messages": said, "rest": {"2020-08-01": "周六"},
              "units": [{"name": name, "told": name != "丙县"} for name in ("乙县", "甲县", "丙县")]}
    months = rehearsal_calendar.months(result)
    cells = [cell for month in months for week in month.weeks for cell in week if cell]
    assert [(month.year, month.month) for month in months] == [(2020, 7), (2020, 8), (2020, 9)]
    assert sum(cell.messages for cell in cells) == 4
    third = next(cell for cell in cells if cell.day == date(2020, 8, 3))
    assert (third.messages, third.people) == (2, 1)
    assert all(len(week) == 7 for month in months for week in month.weeks)
    weeks = rehearsal_calendar.weeks(said)
    assert [(week.messages, week.asks, week.units, week.busiest) for week in weeks] == [
        (3, 4, 1, "甲县"), (1, 1, 1, "乙县"),
    ]
    loads = rehearsal_calendar.loads(result)
    assert [(load.name, load.messages, load.asks, load.told) for load in loads] == [
        ("乙县", 1, 1, True), ("甲县", 2, 3, True), ("丙县", 0, 0, False),
    ]


def test_a_week_outside_the_rehearsal_is_not_drawn() -> None:
    result = {"from": "2020-07-30", "to": "2020-08-01", "messages": [], "rest": {}, "units": []}
    first = rehearsal_calendar.months(result)[0]
    assert len(first.weeks) == 1 and any(cell and cell.inside for cell in first.weeks[0])
