"""Long-running duties at the office's desk: read, set for several units, registered, confirmed, stopped."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, time
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from actions.duty import Wanted, add_duty
from config import clock
from models.cycle import Assignment
from models.database import transaction
from models.duty import Duty, Entry
from models.words import AssignmentKind, AssignmentState, DutyKind
from tests.beginnings import WORD
from tests.one_app import the_app
from tests.web.person import Person

A = AssignmentState
TODAY = date(2020, 8, 3)
COURT = {"title": "旁听庭审", "phrase": "每半年不少于1次"}


@dataclass
class Desk(Person):
    """A person of the office in a running cycle."""

    running: Any

    def units(self, many: int = 2) -> list[str]:
        with transaction(self.running.bind) as session:
            return [str(unit.id) for unit in self.running.units(session)[:many]]

    def add(self, units: int | list[str] = 1, status: int = 303, **fields: str) -> str:
        chosen = self.units(units) if isinstance(units, int) else units
        given = {"cycle": str(self.running.cycle_id), "units": chosen, **COURT, **fields}
        return self.post("/duties", status, **given)

    def duty(self) -> Duty:
        return self.all(Duty)[-1]

    def owed(self) -> list[Assignment]:
        found = [item for item in self.all(Assignment) if item.duty_id]
        return sorted(found, key=lambda item: (item.period_start, item.due_on or date.max))

    def register(self, status: int = 303, **fields: str) -> str:
        duty, item = self.duty(), self.owed()[-1]
        given = {"item": str(item.id), "nonce": "form-1", "on": "2020-08-03", "what": "旁听行政案件庭审", "much": "1"}
        return self.post(f"/duties/{duty.id}/entries", status, **(given | fields))


@pytest.fixture
def sign_in(bind: Any, puyang: Callable[..., Any]) -> Iterator[Callable[..., Desk]]:
    """Signs a person of the office in, on the first workday of self-check."""
    running = puyang(3)
    clock.freeze(clock.at_time(TODAY, time(10, 0)))

    def enter(login: str = "jingban") -> Desk:
        client = TestClient(the_app())
        client.post("/login", data={"login": login, "word": WORD})
        return Desk(client, running.bind, running)

    yield enter
    clock.freeze(None)


@pytest.fixture
def desk(sign_in: Callable[..., Desk]) -> Desk:
    return sign_in()


def set_duty(desk: Desk, **wanted: Any) -> UUID:
    with desk.running.on(TODAY) as session:
        unit, actor = desk.running.unit(session), desk.running.actor("jingban")
        return add_duty(session, actor, desk.running.cycle_id, unit, Wanted(**wanted)).id


def test_a_phrase_is_read_as_it_is_typed(desk: Desk) -> None:
    page = desk.client.get("/duties/reading", params={"phrase": "每半年不少于2次"}).text
    assert "按周期" in page and "2020年下半年：<b>12月31日（周四）</b>前" in page and "每期不少于 2次" in page
    assert "<html" not in page
    page = desk.client.get("/duties/reading", params={"phrase": "有效期届满前6个月"}).text
    assert "到期前" in page and "还须填写" in page and "现取" in page and "doubtful" in page
    page = desk.client.get("/duties/reading", params={"phrase": "有效期届满前6个月", "anchor_on": "2021-06-30"}).text
    assert "12月30日（周三）" in page
    page = desk.client.get("/duties/reading", params={"phrase": "年底前报送", "ref": "2022-03-01"}).text
    assert "2022年12月31日" in page


def test_what_a_phrase_leaves_open_is_said_and_a_period_can_be_picked(desk: Desk) -> None:
    page = desk.client.get("/duties/reading", params={"phrase": "定期报告"}).text
    assert "没有写明周期" in page
    quarter = "FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1"
    page = desk.client.get("/duties/reading", params={"phrase": "定期报告", "rrule": quarter}).text
    assert "2020年三季度：<b>9月30日（周三）</b>前" in page
    assert desk.client.get("/duties/reading", params={"phrase": "", "rrule": "FREQ=BAD"}).status_code == 200
    assert "不是日期" in desk.client.get("/duties/reading", params={"phrase": "每月", "anchor_on": "20x"}).text


def test_the_trial_reading_works_without_scripts_and_keeps_the_form(desk: Desk) -> None:
    page = desk.client.get("/duties/new", params={"units": desk.units(1), **COURT, "gate": "审核意见"}).text
    assert "2020年下半年" in page and 'value="旁听庭审"' in page and 'value="审核意见"' in page
    assert page.count('name="units"') == 3 and len([1 for line in page.split("<input") if "checked" in line]) == 1


def test_a_duty_is_set_for_several_units_at_once(desk: Desk) -> None:
    page = desk.add(units=2, receivers="市委依法治市办、市政府", remind_before="30、7", code="领导干部学法")
    assert "长期任务已设定" in page and "领导干部学法" in page and "已办结 <b>0</b>/2 个单位" in page
    one, other = desk.all(Duty)
    assert (one.kind, one.receivers, one.remind_before) == (DutyKind.PERIOD, ["市委依法治市办", "市政府"], [30, 7])
    assert one.unit_id != other.unit_id
    assert [item.due_on for item in desk.owed()] == [date(2020, 12, 31)] * 2


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"phrase": "定期报告"}, "没有写明周期"), ({"title": " "}, "请填写任务名称"),
        ({"cycle": ""}, "请选择督察周期"), ({"units": []}, "请至少选择一个单位"),
        ({"anchor_on": "13月"}, "不是日期"), ({"validity_years": "九"}, "应为数字"),
        ({"validity_years": "9"}, "最长不得超过5年"),
        ({"remind_before": "7、周一"}, "应为数字"), ({"remind_before": "-3"}, "0至366"),
        ({"rrule": "FREQ=BAD"}, "所列周期"),
        ({"rrule": "FREQ=MONTHLY;BYMONTHDAY=-1"}, "不能另选周期"),
        ({"phrase": "有效期届满前6个月"}, "请核对后勾选“按此读法”"),
        ({"phrase": "有效期届满前6个月", "doubt_seen": "1"}, "须填写有效期届满日期"),
    ],
)
def test_a_refusal_keeps_everything_that_was_filled_in(desk: Desk, changed: dict[str, Any], words: str) -> None:
    page = desk.add(**({"units": 2, "status": 422, "gate": "合法性审核", "per_person": "1"} | changed))
    assert words in page.split('role="alert"')[1].split("</div>")[0]
    assert 'value="合法性审核"' in page and 'name="per_person" value="1" checked' in page
    assert page.count("checked> <span") == (1 if changed.get("units") == [] else 3)
    assert desk.all(Duty) == []


def test_only_the_office_itself_sets_registers_and_stops(desk: Desk, sign_in: Callable[..., Desk]) -> None:
    desk.add()
    for login in ("zuzhang", "lingdao"):
        other = sign_in(login)
        assert "须由办公室主任或经办人办理" in other.add(status=403)
        assert "须由办公室主任或经办人办理" in other.register(403)
        other.post(f"/duties/{desk.duty().id}/end", 403, reason="不再需要")
        other.post(f"/duties/{desk.duty().id}/events", 403, on="2020-08-03", subject="某决定")
        shown = other.get("/duties", 403 if login == "zuzhang" else 200)
        assert "设定长期任务</a>" not in shown


def test_an_act_is_registered_confirmed_by_another_and_counted(desk: Desk, sign_in: Callable[..., Desk]) -> None:
    desk.add()
    for _ in range(2):  # a second click finds the first entry
        page = desk.register()
    assert page.count("旁听行政案件庭审</span>") == 1 and "1/1次" in page
    assert len(desk.all(Entry)) == 1
    assert "<b>1</b>长期任务待确认" in desk.get("/")
    item = desk.owed()[0]
    assert "待确认 1 项" in desk.get("/duties")
    assert "须由另一人确认" in desk.post(f"/items/{item.id}/confirm", 403)
    page = sign_in("jingban2").post(f"/items/{item.id}/confirm")
    assert "已确认办结" in page and "<b>100%</b>" in page and "待确认 1 项" not in page
    desk.post(f"/items/{item.id}/confirm", 403)
    assert "按时 <b>1</b>/1 次 <b>100.0%</b>" in desk.get(f"/duties/{desk.duty().id}")


def test_the_office_sends_back_and_a_withdrawn_entry_stays_visible(desk: Desk) -> None:
    desk.add()
    desk.register()
    item = desk.owed()[0]
    desk.post(f"/items/{item.id}/return", 422, reason=" ")
    assert "已退回" in desk.post(f"/items/{item.id}/return", reason="没有照片", new_due="2020-12-15")
    item = desk.owed()[0]
    assert (item.state, item.due_on, item.first_due_on) == (A.RETURNED, date(2020, 12, 15), date(2020, 12, 31))
    entry = desk.all(Entry)[0]
    desk.post(f"/items/entries/{entry.id}/withdraw", 422, reason="")
    page = desk.post(f"/items/entries/{entry.id}/withdraw", reason="重复登记")
    assert "已撤回：重复登记" in page and "0/1次" in page


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [({"on": ""}, 422, "办理日期"), ({"on": "2020-08-04"}, 422, "晚于今天"), ({"what": " "}, 422, "写明办理内容"),
     ({"much": "三"}, 422, "应为数字"), ({"much": "nan"}, 422, "大于零"), ({"nonce": ""}, 422, "表单已失效")],
)
def test_an_act_that_cannot_be_is_refused(desk: Desk, fields: dict[str, str], status: int, words: str) -> None:
    desk.add()
    assert words in desk.register(status, **fields)
    assert desk.all(Entry) == []


def test_persons_and_receivers_are_counted_as_what_they_are(desk: Desk) -> None:
    desk.add(phrase="每年不少于40学时", per_person="1", title="学法")
    desk.register(person="张三", much="40")
    page = desk.register(person="李四", much="1.5", nonce="form-2")
    assert "1/2人" in page and "李四 <span class=\"light yellow small\">差38.5学时</span>" in page
    desk.add(phrase="每年报告一次", title="报告", receivers="市委、市政府")
    duty = next(duty for duty in desk.all(Duty) if duty.receivers)
    item = next(item for item in desk.owed() if item.duty_id == duty.id)
    page = desk.post(
        f"/duties/{duty.id}/entries", item=str(item.id), nonce="form-3", on="2020-08-03", what="报告", much="1",
        receiver="市委",
    )
    assert "1/2处" in page and "报告 → 市委" in page


def test_an_event_calls_a_duty_up_once_and_can_be_counted_again(desk: Desk) -> None:
    key = set_duty(desk, title="重大处罚备案", phrase="自决定作出之日起7个工作日内", gate="法制审核意见")
    assert "登记事由后下达任务" in desk.get(f"/duties/{key}") and "待登记事由" in desk.get("/duties")
    given = {"on": "2020-08-03", "subject": "濮罚〔2020〕1号"}
    desk.post(f"/duties/{key}/events", 403, **given)
    assert "濮罚〔2020〕1号" in desk.post(f"/duties/{key}/events", gate_result="审核通过", **given)
    desk.post(f"/duties/{key}/events", 409, gate_result="审核通过", **given)
    item = desk.owed()[0]
    assert (item.kind, item.due_on) == (AssignmentKind.FILING, date(2020, 8, 12))
    desk.post(f"/items/{item.id}/restart", 422, on="2020-08-03", reason="")
    page = desk.post(f"/items/{item.id}/restart", on="2020-07-31", reason="处罚变更")
    assert "重新起算" in page and "8月12日（周三） →" in page
    assert desk.owed()[0].due_on == date(2020, 8, 11)


def test_a_calendar_period_is_no_events_to_move_but_a_rolling_one_is(desk: Desk) -> None:
    desk.add()
    key = desk.duty().id
    assert "周期从此日重新起算" not in desk.get(f"/duties/{key}")
    given = {"on": "2020-08-03", "subject": "专项检查"}
    assert "不能改从某日起算" in desk.post(f"/duties/{key}/events", 403, restarts="1", **given)
    desk.post(f"/duties/{key}/events", **given)
    assert [item.state for item in desk.owed()] == [A.OPEN, A.OPEN]
    rolling = set_duty(desk, title="规章评估", phrase="每两年一次", anchor_on=date(2020, 1, 1))
    assert "周期从此日重新起算" in desk.get(f"/duties/{rolling}")
    desk.post(f"/duties/{rolling}/events", restarts="1", **given)
    mine = [item for item in desk.owed() if item.duty_id == rolling]
    assert [(item.kind.value, item.state.value, item.due_on) for item in mine] == [
        ("periodic", "cancelled", date(2022, 1, 1)), ("periodic", "open", date(2022, 8, 3)), ("filing", "open", None),
    ]


def test_a_published_document_comes_up_again_before_its_new_expiry(desk: Desk) -> None:
    key = set_duty(desk, title="文件评估", phrase="有效期届满前6个月", anchor_on=date(2021, 6, 30), doubt_seen=True)
    assert "12月30日（周三）" in desk.get(f"/duties/{key}")
    desk.post(f"/duties/{key}/republish", 422, expiry="2021-06-30")
    assert "2025年12月30日（周二）" in desk.post(f"/duties/{key}/republish", expiry="2026-06-30")
    assert len(desk.owed()) == 2


def test_who_was_late_is_named_and_a_subject_can_be_filtered(desk: Desk) -> None:
    desk.add(units=2)
    desk.add(title="政府工作报告", phrase="每年一次")
    clock.freeze(clock.at_time(date(2021, 1, 11), time(10, 0)))
    first = min(desk.all(Duty), key=lambda duty: duty.title != "旁听庭审")
    item = next(one for one in desk.owed() if one.duty_id == first.id)
    desk.post(
        f"/duties/{first.id}/entries", item=str(item.id), nonce="late", on="2020-12-30", what="旁听", much="1"
    )
    page = desk.get(f"/duties/{first.id}")
    assert "按时 <b>0</b>/2 次 <b>0.0%</b>" in page and "迟报" in page and "逾期11天" in page
    page = desk.get("/duties?subject=旁听庭审")
    assert "政府工作报告</h3>" not in page and "旁听庭审</h3>" in page
    assert "政府工作报告</h3>" in desk.get("/duties")


def test_a_stopped_duty_says_so_and_offers_nothing_more(desk: Desk) -> None:
    desk.add()
    key = desk.duty().id
    desk.post(f"/duties/{key}/end", 422, reason="")
    page = desk.post(f"/duties/{key}/end", reason="文件废止")
    assert "8月3日（周一）停止" in page and "停止本任务" not in page and "代单位登记" in page


def test_pages_of_another_office_or_of_nobody_are_not_there(desk: Desk) -> None:
    nothing = UUID(int=7)
    for path in (f"/duties/{nothing}", f"/items/{nothing}"):
        desk.get(path, 404)
    desk.client.cookies.clear()
    assert desk.client.get("/duties", follow_redirects=False).headers["location"] == "/login"
