"""Duties that come again at a unit's own link: registered act by act, by period and by event, nothing typed lost."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from actions import entry, open_period, pause, register_event
from actions.advance import close_cycle
from actions.deadline import move_deadline
from actions.duty import Wanted, add_duty
from models.cycle import Assignment
from models.database import transaction
from models.duty import Duty, Entry
from models.words import AssignmentState

A = AssignmentState
Door = Any
Q3, Q4 = "（2020年三季度）", "（2020年四季度）"
AUTUMN = date(2020, 10, 12)
GATE = "集体讨论"


def add(door: Door, title: str, phrase: str, **more: Any) -> str:
    """A duty of the door's unit; answers the key of its first occurrence, or its own where an event calls it up."""
    with transaction(door.running.bind) as session:
        wanted = Wanted(title, phrase, **more)
        duty = add_duty(session, door.running.actor("jingban"), door.running.cycle_id, door.unit(session), wanted)
        key = duty.id
    items = [item for item in door.all(Assignment) if item.duty_id == key]
    return str(items[0].id if items else key)


def state(door: Door, key: str) -> AssignmentState:
    return next(item.state for item in door.all(Assignment) if str(item.id) == key)


def next_quarter(door: Door, today: Callable[[date], None], key: str) -> str:
    """The clock jumps into the fourth quarter; the occurrence of that quarter."""
    today(AUTUMN)
    with transaction(door.running.bind) as session:
        open_period.open_periods(session, door.running.cycle_id, AUTUMN)
    duty = next(item.duty_id for item in door.all(Assignment) if str(item.id) == key)
    return next(str(item.id) for item in door.all(Assignment) if item.duty_id == duty and str(item.id) != key)


def act(door: Door, key: str, nonce: str, status: int = 303, **fields: str) -> str:
    fields = {"day": "2020-08-03", "what": "召开学法会"} | fields
    return door.post(f"/item/{key}/entry", status, nonce=nonce, **fields)


def by_office(door: Door, key: str, verb: Callable[..., None], *given: Any) -> None:
    with transaction(door.running.bind) as session:
        verb(session, door.running.actor("jingban"), session.get_one(Assignment, UUID(key)), *given)


@pytest.fixture
def meetings(door: Door) -> str:
    """Two meetings in every quarter."""
    return add(door, "领导干部集体学法", "每季度召开2次")


def test_home_shows_how_far_a_duty_has_come(door: Door) -> None:
    key = add(door, "执法人员培训", "每年不少于20学时")
    assert "已登记 0/20 学时" in door.get() and "登记办理" in door.get()
    page = act(door, key, "n1", amount="18", what="线上培训")
    assert "已登记 18/20 学时" in page and "18学时" in page
    home = door.get()
    assert "已登记 18/20 学时" in home and '<progress class="thin" value="18.0" max="20.0"' in home
    own = [one.split('<form method="post" action="/language"')[0] for one in (home, page)]
    words = re.sub(r"<[^>]*>", " ", "".join(own).replace("<!doctype html>", ""))
    assert not re.search(r"[A-Za-z]{3,}", words)


def test_enough_goes_to_the_office_and_its_word_is_shown(door: Door, meetings: str) -> None:
    act(door, meetings, "n1")
    assert state(door, meetings) == A.OPEN
    page = act(door, meetings, "n2", what="第二次学法会")
    assert "待办公室确认" in page and state(door, meetings) == A.SUBMITTED
    assert "待办公室确认" in door.get()
    by_office(door, meetings, entry.return_entry, "缺会议记录")
    assert "理由：缺会议记录" in door.get(f"/item/{meetings}") and "退回理由：缺会议记录" in door.get()
    act(door, meetings, "n3", what="补会议记录")
    by_office(door, meetings, entry.confirm, "两次会议记录齐全")
    page = door.get(f"/item/{meetings}")
    assert "办公室已确认办结" in page and "两次会议记录齐全" in page and 'name="what"' not in page
    late = act(door, meetings, "n4", 409, what="又一次会议")
    assert "已办结，不再登记" in late and "又一次会议" in late and "未登记" in late
    story = door.get("/history")
    assert "登记办理" in story and "确认办结" in story


def test_a_double_click_registers_once_and_other_words_are_not_swallowed(door: Door, meetings: str) -> None:
    def click(_n: int) -> int:
        data = {"day": "2020-08-03", "what": "召开学法会", "nonce": "n1"}
        path = f"/u/{door.token}/item/{meetings}/entry"
        return door.client.post(path, data=data, follow_redirects=False).status_code

    with ThreadPoolExecutor(4) as clicks:
        assert list(clicks.map(click, range(4))) == [303] * 4
    assert len(door.all(Entry)) == 1
    page = act(door, meetings, "n1", 422, what="另一次学法会")
    assert "本次内容尚未登记" in page and "另一次学法会" in page
    fresh = re.search(r'name="nonce" value="([^"]+)"', page)
    assert fresh and fresh[1] != "n1"
    act(door, meetings, fresh[1], what="另一次学法会")
    assert [row.what for row in door.all(Entry)] == ["召开学法会", "另一次学法会"]


def test_a_day_outside_every_period_is_refused_and_the_text_kept(door: Door, meetings: str) -> None:
    page = act(door, meetings, "n1", 422, day="2020-02-03", what="年初的学法会")
    assert "不在本任务的任何一期内" in page and "年初的学法会" in page and 'value="2020-02-03"' in page
    assert 'name="nonce" value="n1"' in page and not door.all(Entry)
    again = door.get(f"/item/{meetings}")
    assert "年初的学法会" in again and "已载入草稿" in again
    for wrong, sentence in (
        ({"day": "2020-08-04"}, "晚于今天"), ({"day": ""}, "请填写“办理日期”"), ({"what": " "}, "请写明办理内容"),
    ):
        assert sentence in act(door, meetings, "n2", 422, **wrong)
    act(door, meetings, "n3")
    assert "年初的学法会" not in door.get(f"/item/{meetings}")


def test_two_acts_in_one_quarter_do_not_fill_the_next(
    door: Door, today: Callable[[date], None], meetings: str
) -> None:
    autumn = next_quarter(door, today, meetings)
    for nonce in ("n1", "n2"):
        page = act(door, autumn, nonce)
    assert "已记入本页这一期" in page and f"领导干部集体学法{Q3}" in page
    assert (state(door, meetings), state(door, autumn)) == (A.SUBMITTED, A.OPEN)
    page = door.get(f"/item/{autumn}")
    assert "已登记 0/2 次" in page and "各期情况" in page and f"/item/{meetings}" in page and Q3 in page and Q4 in page
    assert 'id="day" name="day" value=""' in door.get(f"/item/{meetings}")  # the period is over: no day is proposed


def test_what_was_registered_is_withdrawn_with_a_reason(door: Door, meetings: str) -> None:
    act(door, meetings, "n1")
    act(door, meetings, "n2", what="误登的会议")
    wrong = next(row.id for row in door.all(Entry) if row.what == "误登的会议")
    assert "撤回登记须写明理由" in door.post(f"/entry/{wrong}/withdraw", 422, reason=" ")
    for _ in range(2):
        page = door.post(f"/entry/{wrong}/withdraw", reason="重复登记")
        assert "已撤回" in page and "撤回理由：重复登记" in page and "已登记 1/2 次" in page
    assert state(door, meetings) == A.OPEN
    page = act(door, meetings, "n2", 422, what="误登的会议")
    assert "本次内容尚未登记" in page
    assert "召开学法会" in door.get(f"/entry/{wrong}/withdraw")


def test_every_receiver_must_have_it(door: Door) -> None:
    key = add(door, "半年工作报告", "每半年一次", receivers=["市人大", "市检察院"])
    assert "请选择报送对象" in act(door, key, "n1", 422, receiver="市政协", what="报送报告")
    page = act(door, key, "n1", receiver="市人大", what="报送报告")
    assert "已报送 1/2 个报送对象，尚缺市检察院" in page and "市人大（已登记）" in page
    assert state(door, key) == A.OPEN
    assert "待办公室确认" in act(door, key, "n2", receiver="市检察院", what="报送报告")


def test_what_counts_per_person_asks_for_a_name_and_remembers_it(door: Door) -> None:
    key = add(door, "学法学时", "每年人均不少于40学时", per_person=True)
    assert "请填写姓名" in act(door, key, "n1", 422, amount="10", what="自学")
    assert "请用数字填写" in act(door, key, "n1", 422, amount="十", person="张三", what="自学")
    assert "数量须大于零" in act(door, key, "n1", 422, amount="0", person="张三", what="自学")
    page = act(door, key, "n1", amount="40学时", person="张三", what="自学")
    assert '<option value="张三">' in page and "40/40 学时" in page and state(door, key) == A.SUBMITTED
    page = act(door, key, "n2", amount="1.5", person="李四", what="自学")
    assert "已登记2人，其中1人达到40学时" in page and "1.5/40 学时" in page
    assert state(door, key) == A.OPEN


def test_an_event_is_registered_once_and_the_limit_counted(door: Door) -> None:
    duty = add(door, "重大处罚决定备案", "处罚决定作出后20日内", gate=GATE)
    assert "逢事报送" in door.get() and "登记新事由" in door.get()
    path, typed = f"/event/{duty}", {"day": "2020-08-03", "subject": "濮罚〔2020〕1号"}
    refused = door.post(path, 403, **typed)
    assert f"须先有“{GATE}”的结果" in refused and 'value="濮罚〔2020〕1号"' in refused
    assert "濮罚〔2020〕1号" in door.get(path)
    assert "晚于今天" in door.post(path, 422, gate="通过", **typed | {"day": "2020-08-04"})
    assert "请写明事由" in door.post(path, 422, gate="通过", **typed | {"subject": ""})
    for _ in range(2):
        page = door.post(path, gate="8月1日集体讨论通过", **typed)
        assert "事由已登记" in page and "8月24日（周一）" in page and f"{GATE}：8月1日集体讨论通过" in page
    assert "8月23日为周日，顺延至8月24日" in page and "2020-08-" not in re.sub(r'(value|max)="[^"]*"', "", page)
    other = door.post(path, 409, gate="通过", **typed | {"day": "2020-08-02"})
    assert "已登记；日期有变" in other
    (item,) = [row for row in door.all(Assignment) if str(row.duty_id) == duty]
    assert "早于事由发生日期" in act(door, str(item.id), "n1", 422, day="2020-08-02", what="报备案")
    assert "待办公室确认" in act(door, str(item.id), "n1", what="报备案")


def test_a_clock_started_anew_keeps_both_days(door: Door, today: Callable[[date], None]) -> None:
    duty = add(door, "重大处罚决定备案", "处罚决定作出后20日内")
    door.post(f"/event/{duty}", day="2020-08-03", subject="1号决定")
    today(date(2020, 8, 10))
    (item,) = [row for row in door.all(Assignment) if str(row.duty_id) == duty]
    by_office(door, str(item.id), register_event.restart, date(2020, 8, 10), "处罚决定变更")
    page = door.get(f"/item/{item.id}")
    assert "原定时限</dt><dd>8月24日（周一）" in page and "现时限</dt><dd>8月31日（周一）" in page
    assert "重新起算" in page and "2020年8月10日（首次登记为2020年8月3日）" in page


def test_an_extra_task_of_a_period_asks_for_one_and_takes_nothing_from_it(door: Door, meetings: str) -> None:
    (duty,) = door.all(Duty)
    with transaction(door.running.bind) as session:
        row = session.get_one(Duty, duty.id)
        office = door.running.actor("jingban")
        extra = str(register_event.register_event(session, office, row, date(2020, 8, 3), "新法施行").id)
    act(door, meetings, "n1")
    assert (state(door, meetings), state(door, extra)) == (A.OPEN, A.OPEN)
    act(door, extra, "n2")
    assert (state(door, meetings), state(door, extra)) == (A.OPEN, A.SUBMITTED)
    assert "新法施行" in door.get(f"/item/{meetings}") and "登记新事由" not in door.get(f"/item/{extra}")


def test_a_moved_limit_shows_both_days_and_why(door: Door) -> None:
    key = add(door, "执法人员培训", "每年不少于20学时")
    by_office(door, key, move_deadline, date(2020, 11, 30), "省里提前检查")
    page = door.get(f"/item/{key}")
    assert "原定时限" in page and "12月31日（周四）" in page and "11月30日（周一）" in page
    assert "时限变更记录（1次）" in page and "省里提前检查" in page


def test_a_paused_duty_is_not_overdue_and_a_confirmation_never_red(
    door: Door, today: Callable[[date], None], meetings: str
) -> None:
    yearly = add(door, "行政执法公示", "长期坚持")
    by_office(door, meetings, pause.pause, "机构改革")
    today(date(2021, 1, 11))
    assert "暂停计时" in door.get() and "暂停计时：机构改革" in door.get(f"/item/{meetings}")
    for page in (door.get(f"/item/{meetings}"), door.get(f"/item/{yearly}")):
        assert "逾期" not in page and "light red" not in page and "item red" not in page
    assert "待确认" in door.get(f"/item/{yearly}") and "申请延期" not in door.get(f"/item/{yearly}")
    assert "登记确认" in door.get()


def test_another_units_duties_are_not_there(door: Door, meetings: str) -> None:
    event = add(door, "重大处罚决定备案", "处罚决定作出后20日内")
    act(door, meetings, "n1")
    (row,) = door.all(Entry)
    other, before = door.neighbour(), door.dump()
    for path in (f"/item/{meetings}", f"/event/{event}", f"/entry/{row.id}/withdraw"):
        other.get(path, 404)
    for path in (f"/item/{meetings}/entry", f"/event/{event}", f"/entry/{row.id}/withdraw",
                 f"/draft/entry-{meetings}", f"/draft/event-{event}"):
        other.post(path, 404, day="2020-08-03", what="越权", subject="越权", reason="越权", nonce="n")
    assert "领导干部集体学法" not in other.get() and "重大处罚决定备案" not in other.get()
    after = door.dump()
    before.pop("link"), after.pop("link")
    assert before == after


def test_a_period_is_no_event_and_a_report_no_duty(door: Door, meetings: str) -> None:
    (duty,) = door.all(Duty)
    door.get(f"/event/{duty.id}", 404)
    door.post(f"/item/{door.item('self_check_report')}/entry", 404, day="2020-08-03", what="x", nonce="n")


def test_looking_at_a_duty_changes_nothing(door: Door, meetings: str) -> None:
    event = add(door, "重大处罚决定备案", "处罚决定作出后20日内")
    act(door, meetings, "n1")
    before = door.dump()
    for path in ("", f"/item/{meetings}", f"/event/{event}", f"/item/{meetings}/entry", "/history"):
        assert "督办" in door.get(path)
    assert door.dump() == before


def test_an_ended_cycle_takes_nothing_more(door: Door, meetings: str) -> None:
    event = add(door, "重大处罚决定备案", "处罚决定作出后20日内")
    act(door, meetings, "n1")
    (row,) = door.all(Entry)
    with transaction(door.running.bind) as session:
        close_cycle(session, door.running.actor("zhuren"), door.running.cycle(session), date(2020, 8, 3))
    assert "只能查看" in door.get(f"/item/{meetings}") and "登记新事由" not in door.get()
    page = act(door, meetings, "n2", 403, what="迟到的会议")
    assert "已结束" in page and "迟到的会议" in page
    door.post(f"/entry/{row.id}/withdraw", 403, reason="误登")
    assert "迟到的事由" in door.post(f"/event/{event}", 403, day="2020-08-03", subject="迟到的事由")
    assert len(door.all(Entry)) == 1 and not door.all(Entry)[0].withdrawn
