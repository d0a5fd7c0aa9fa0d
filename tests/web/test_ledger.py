"""The ledger sheet at both doors: downloaded, brought back, looked at, taken; the browser is trusted with a number."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient

from actions.duty import Wanted, add_duty
from models.event import Event
from models.submission import Draft, Submission
from models.words import AssignmentKind, ProblemState
from rules import ledger as words
from tests.actions.test_take_ledger import book, lines_of, spoiled
from tests.web.test_duties import Desk, desk, sign_in

__all__ = ["desk", "sign_in"]
K = AssignmentKind
DONE = {words.STATUS: "已完成", words.WORK: "档案已补齐。", words.PROOF: "现场查看"}
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def out(door: Any, path: str = "/ledger.xlsx") -> list[dict[str, str]]:
    answer = door.client.get(f"/u/{door.token}{path}")
    assert answer.status_code == 200 and answer.headers["content-type"] == TYPE
    assert "filename*=UTF-8''" in answer.headers["content-disposition"]
    return lines_of(answer.content)


def up(door: Any, lines: list[dict[str, str]], status: int = 303, name: str = "台账.xlsx", data: bytes = b"") -> str:
    """Where the preview lies, or the page that refuses."""
    files = {"files": (name, data or book(lines).data, TYPE)}
    answer = door.client.post(f"/u/{door.token}/ledger", files=files, follow_redirects=False)
    assert answer.status_code == status, answer.text
    return answer.headers["location"].removeprefix(f"/u/{door.token}") if status == 303 else answer.text


def line_of(lines: list[dict[str, str]], title: str) -> dict[str, str]:
    return next(line for line in lines if title in line[words.TITLE])


def test_a_unit_downloads_fills_brings_back_looks_and_confirms(planned: Any) -> None:
    assert f'href="/u/{planned.token}/ledger"' in planned.get()
    assert "下载台账（离线填写）" in planned.get("/ledger") and "上传已填台账" in planned.get("/ledger")
    lines = out(planned)
    assert len({line[words.UNIT] for line in lines}) == 1
    where = up(planned, [line_of(lines, "档案缺失") | DONE])
    before = planned.dump()
    page = planned.get(where)
    assert "将提交 1行" in page and "还没有提交" in page and "确认提交1行" in page
    assert planned.dump() == before and planned.problem().state == ProblemState.PLANNED
    page = planned.post(where)
    assert "已按表办理" in page and "已提交过且相同 1行" in page and "确认提交" not in page
    assert planned.problem().state == ProblemState.REPORTED


def test_three_errors_are_shown_with_row_and_column_and_only_they_come_back(planned: Any) -> None:
    lines = out(planned)
    good = line_of(lines, "档案缺失") | DONE
    bad = [
        line_of(lines, "学法次数") | DONE | {words.DAY: "2020.6.31"}, {**good, words.KEY: spoiled(good[words.KEY])},
        line_of(lines, "整改报告") | {words.STATUS: "基本完成", words.WORK: "全文"},
    ]
    where = up(planned, [good, *bad])
    page = planned.get(where)
    assert "台账第5行" in page and "“完成日期”：“2020.6.31”不是日期（6月只有30天），请写成2020-06-30这样的日期" in page
    assert "出错 3行" in page and "将提交 1行" in page and "基本完成" in page
    planned.post(where)
    wrong = out(planned, f"{where}/wrong.xlsx")
    assert [line[words.WORK] for line in wrong] == ["档案已补齐。", "档案已补齐。", "全文"]
    assert all(line[words.ERROR] for line in wrong)


def test_a_neighbours_sheet_is_not_theirs_to_look_at_or_confirm(planned: Any) -> None:
    neighbour = planned.neighbour()
    where = up(planned, [line_of(out(planned), "档案缺失") | DONE])
    neighbour.get(where, 404)
    neighbour.post(where, 404)
    neighbour.get(f"{where}/wrong.xlsx", 404)
    planned.get("/ledger/999999", 404)
    foreign = up(neighbour, [line_of(out(planned), "档案缺失") | DONE])
    page = neighbour.get(foreign)
    assert "编号不在本单位正在进行的台账内" in page and "确认提交" not in page
    assert planned.problem().state == ProblemState.PLANNED


def test_confirming_reads_the_kept_bytes_and_nothing_from_the_browser(planned: Any) -> None:
    where = up(planned, [line_of(out(planned), "档案缺失") | DONE])
    planned.client.post(
        f"/u/{planned.token}{where}", data={"result": "别的内容", "办理情况": "别的内容", "verdict": "send"})
    assert planned.problem().result == "档案已补齐。"
    before = planned.dump()
    planned.post(where)
    assert planned.dump() == before, "a second click changes nothing"


@pytest.mark.parametrize(("name", "data", "said"), [
    ("台账.txt", "编号".encode(), "不是台账文件"), ("台账.xlsx", b"PK\x03\x04damaged", "已损坏"),
    ("台账.exe", b"MZ", "格式不在"),
    ("台账.xlsx", b"", "没有找到台账的表头"),
])
def test_what_is_no_ledger_is_refused_in_a_sentence(door: Any, name: str, data: bytes, said: str) -> None:
    page = up(door, [{"姓名": "甲"}], 422, name, data)
    assert said in page and "没有提交成功" in page


def test_a_form_from_elsewhere_or_without_a_file_is_refused(door: Any) -> None:
    assert "请选择一份填好的台账文件" in door.post("/ledger", 422)
    answer = door.client.post(f"/u/{door.token}/ledger", headers={"origin": "http://evil.example"})
    assert answer.status_code == 403


def test_a_self_check_report_by_sheet_waits_as_a_draft_on_its_page(door: Any) -> None:
    where = up(door, [line_of(out(door), "自查报告") | {words.STATUS: "已完成", words.WORK: "一、存在的问题"}])
    assert "将存为草稿 1行" in door.get(where)
    door.post(where)
    page = door.get(f"/item/{door.item(K.SELF_CHECK_REPORT)}")
    assert "一、存在的问题" in page and "已载入草稿" in page and not door.all(Submission)


@pytest.fixture
def office(desk: Desk) -> Desk:
    """A desk whose two units owe a yearly hearing each."""
    with desk.running.on(date(2020, 8, 3)) as session:
        for at in (0, 1):
            add_duty(session, desk.running.actor("jingban"), desk.running.cycle_id, desk.running.unit(session, at),
                     Wanted(title="旁听庭审", phrase="每半年不少于1次"))
    return desk


def desk_out(desk: Desk, query: str = "") -> list[dict[str, str]]:
    answer = desk.client.get(f"/cycles/{desk.running.cycle_id}/ledger.xlsx{query}")
    assert answer.status_code == 200, answer.text
    return [line for line in lines_of(answer.content) if line[words.TITLE].startswith("旁听庭审")]


def desk_up(desk: Desk, lines: list[dict[str, str]], status: int = 303, **fields: str) -> str:
    answer = desk.client.post(
        f"/cycles/{desk.running.cycle_id}/ledger", files={"files": ("收回.xlsx", book(lines).data, TYPE)}, data=fields,
        follow_redirects=False)
    assert answer.status_code == status, answer.text
    return answer.headers.get("location", answer.text)


HEARD = {words.STATUS: "已完成", words.DAY: "2020-07-31", words.WORK: "旁听行政案件一次"}


def test_the_desk_takes_a_sheet_of_many_units_on_their_behalf(office: Desk) -> None:
    page = office.get(f"/cycles/{office.running.cycle_id}")
    assert f'href="/cycles/{office.running.cycle_id}/ledger"' in page
    assert "收回已填台账" in office.get(f"/cycles/{office.running.cycle_id}/ledger")
    lines = desk_out(office)
    assert len({line[words.UNIT] for line in lines}) == len(lines) == 2
    where = desk_up(office, [line | HEARD for line in lines])
    assert "将提交 2行" in office.get(where)
    assert "已代为录入" in office.post(where) and "已提交过且相同 2行" in office.get(where)
    events = [event for event in office.all(Event) if event.verb in ("登记办理", "代录台账")]
    assert len(events) == 4 and len({event.unit_id for event in events}) == 2
    assert {event.via for event in events if event.verb == "登记办理"} == {"办公室代录台账"}


def test_the_desk_may_limit_a_sheet_to_one_unit(office: Desk) -> None:
    first = office.units()[0]
    lines = desk_out(office)
    assert [line[words.UNIT] for line in desk_out(office, f"?unit={first}")] == [lines[0][words.UNIT]]
    page = office.get(desk_up(office, [line | HEARD for line in lines], unit=first))
    assert "将提交 1行" in page and "出错 1行" in page and "只录入" in page
    desk_up(office, lines, 422, unit="乱写")
    office.get(f"/cycles/{office.running.cycle_id}/ledger.xlsx?unit=00000000-0000-0000-0000-000000000000", 404)


def test_only_the_office_itself_handles_the_sheet(office: Desk, sign_in: Callable[..., Desk]) -> None:
    where = desk_up(office, [line | HEARD for line in desk_out(office)])
    other = sign_in("zuzhang")
    for path in (where, f"{where}/wrong.xlsx", f"/cycles/{office.running.cycle_id}/ledger.xlsx"):
        other.get(path, 403)
    other.post(where, 403)
    assert TestClient(other.client.app).get(where, follow_redirects=False).status_code == 303
    assert not office.all(Draft) and "登记办理" not in {event.verb for event in office.all(Event)}


def test_who_takes_a_sheet_in_by_a_colleagues_link_is_recorded_with_both_names(planned: Any) -> None:
    where = up(planned, [line_of(out(planned), "档案缺失") | DONE])
    planned.post(where, acting="王五")
    (reported,) = [event for event in planned.all(Event) if event.data.get("new") == "reported"]
    assert reported.actor.startswith("王五（使用")
