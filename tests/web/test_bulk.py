"""Many rows at once: seen before it is done, done once, by those who may, and never over somebody else's head."""

import re
from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest

from actions.deadline import settle
from actions.deliver import deliver
from actions.extend import ask_extension
from config import clock
from models.cycle import Assignment, DeadlineVersion
from models.event import Event
from models.notice import Message, Notice
from models.words import AssignmentKind, AssignmentState, NoticeKind, NoticeState
from tests.web.test_duties import TODAY, Desk, desk, sign_in
from tests.web.test_work import shown

__all__ = ["desk", "sign_in"]
K, A = AssignmentKind, AssignmentState


def stamp(item: Assignment) -> str:
    return f"{item.id}.{item.version}.{item.deadline_version}"


def items(desk: Desk, kind: AssignmentKind) -> list[Assignment]:
    return [item for item in desk.all(Assignment) if item.kind == kind]


def preview(desk: Desk, act: str, rows: list[Assignment], status: int = 200, **fields: str) -> str:
    return desk.post("/work/bulk", status, act=act, row=[stamp(row) for row in rows], **fields)


def confirm(desk: Desk, page: str, status: int = 303) -> str:
    """Press the button that the preview shows."""
    form = page.split('action="/work/bulk/do"')[1].split("</form>", maxsplit=1)[0]
    pairs = re.findall(r'name="(\w+)" value="([^"]*)"', form)
    fields: dict[str, Any] = {name: value for name, value in pairs if name != "row"}
    return desk.post("/work/bulk/do", status, **fields, row=[value for name, value in pairs if name == "row"])


def urges(desk: Desk) -> list[Notice]:
    """What was urged by hand."""
    return [notice for notice in desk.all(Notice) if notice.kind == NoticeKind.URGE and notice.step.startswith("催办")]


@pytest.fixture
def late(desk: Desk) -> Desk:
    """A Wednesday on which the three reports are late and nothing was said that day."""
    desk.running.round(TODAY)
    at(date(2020, 8, 12))
    return desk


def at(day: date, hour: time = time(10, 0)) -> None:
    clock.freeze(clock.at_time(day, hour))


def test_the_preview_names_rows_readers_and_words_and_changes_nothing(late: Desk) -> None:
    before = [row.model_dump() for table in (Assignment, Notice, Event) for row in late.all(table)]
    reports = items(late, K.SELF_CHECK_REPORT)
    page = preview(late, "urge", reports, reason="请今日报送")
    assert "将办理3项，不动0项，通知3人（确认后即发）" in page
    assert page.count("自查报告（附问题清单）：8月10日（周一）已到期，逾期2天，请立即办理。请今日报送") == 3
    assert before == [row.model_dump() for table in (Assignment, Notice, Event) for row in late.all(table)]


def test_an_urge_goes_out_once_a_day_merged_per_person(late: Desk) -> None:
    rows = [*items(late, K.SELF_CHECK_REPORT), *items(late, K.CONTACT)]
    page = preview(late, "urge", rows)
    assert "将通知 3 人，每人合并为一条" in page
    for _ in range(2):  # a double click, or the back button
        assert "办理6项" in confirm(late, page)
    assert len(urges(late)) == 6 and len([e for e in late.all(Event) if e.verb == "批量催办"]) == 1
    deliver()
    sent = [m for m in late.all(Message) if m.day == date(2020, 8, 12)]
    assert [m.merged for m in sent] == [2, 2, 2] and all("【督办催办】" in m.subject for m in sent)
    again = preview(late, "urge", rows)
    assert again.count("今日已提醒过") == 6 and "所选事项都不能办理" in again
    at(date(2020, 8, 13))
    assert "将办理6项" in preview(late, "urge", rows)


def test_outside_the_allowed_hours_it_waits_for_the_next_morning(late: Desk) -> None:
    at(date(2020, 8, 14), time(19, 30))  # Friday evening
    page = preview(late, "urge", items(late, K.SELF_CHECK_REPORT))
    assert "8月17日09:00起发出" in page
    confirm(late, page)
    assert deliver().sent == 0
    at(date(2020, 8, 15))
    assert deliver().sent == 0
    assert "已有一条提醒待发" in preview(late, "urge", items(late, K.SELF_CHECK_REPORT))
    at(date(2020, 8, 17))
    assert deliver().sent == 3


def test_nobody_gets_more_messages_a_day_than_the_cycle_allows(late: Desk) -> None:
    with late.running.on(date(2020, 8, 12)) as session:
        person = late.running.contact(session)
        for _ in range(3):
            session.add(Message(
                office_id=person.office_id, contact_id=person.id, unit_id=person.unit_id, day=date(2020, 8, 12),
                channel=person.channel,
            ))
    page = preview(late, "urge", items(late, K.SELF_CHECK_REPORT))
    assert "将办理2项，不动1项" in page and "联系人今日已收到3条通知，不再催" in page


def test_what_cannot_be_urged_says_why(late: Desk) -> None:
    with late.running.on(date(2020, 8, 12)) as session:
        late.running.hand_in(session, 0)
        late.running.item(session, K.SELF_CHECK_REPORT, 1).paused_on = date(2020, 8, 11)
        third = late.running.unit(session, 2).id
    part = next(item for item in items(late, K.TASK) if item.unit_id == third)
    plan = items(late, K.RECT_REPORT)[0]
    page = preview(late, "urge", [*items(late, K.SELF_CHECK_REPORT), part, plan])
    for why in ("已报送，等办公室审核", "暂停计时中", "随“自查报告（附问题清单）”一并催办", "所在阶段尚未开始"):
        assert why in page


def test_what_changed_since_the_preview_is_left_alone_and_named(late: Desk) -> None:
    reports = items(late, K.SELF_CHECK_REPORT)
    page = preview(late, "urge", reports)
    with late.running.on(date(2020, 8, 12)) as session:
        late.running.hand_in(session, 0)
    done = confirm(late, page)
    assert "办理2项，未动1项" in done and "预览之后已由他人办理，未作改动" in done and "报送" in done
    assert len(urges(late)) == 2


def test_limits_are_moved_by_those_who_approve_extensions(late: Desk, sign_in: Callable[..., Desk]) -> None:
    reports = items(late, K.SELF_CHECK_REPORT)
    assert "单位的时限须由主任或分管领导调整" in preview(late, "extend", reports, reason="汛情", new_day="2020-08-20")
    head = sign_in("zhuren")
    at(date(2020, 8, 12))
    page = preview(head, "extend", reports, reason="全市汛情", new_day="2020-08-20")
    assert "8月10日 → 8月20日" in page and "时限调整为8月20日。理由：全市汛情。" in page
    confirm(head, page)
    confirm(head, page)
    moved = items(head, K.SELF_CHECK_REPORT)
    assert {(i.due_on, i.first_due_on) for i in moved} == {(date(2020, 8, 20), date(2020, 8, 10))}
    assert len([v for v in head.all(DeadlineVersion) if v.assignment_id in {i.id for i in moved}]) == 3
    assert "时限调整为8月20日" in "".join(notice.text for notice in head.all(Notice))


def test_so_many_workdays_more_counts_from_each_rows_own_limit(late: Desk, sign_in: Callable[..., Desk]) -> None:
    head = sign_in("zhuren")
    at(date(2020, 8, 7))
    confirm(head, preview(head, "extend", items(head, K.SELF_CHECK_REPORT)[:1], reason="汛情", workdays="5"))
    assert date(2020, 8, 17) in {item.due_on for item in items(head, K.SELF_CHECK_REPORT)}


@pytest.mark.parametrize(("fields", "sentence"), [
    ({"reason": ""}, "须写明理由"), ({"reason": "汛情"}, "两者填一项"),
    ({"reason": "汛情", "new_day": "2020-08-20", "workdays": "3"}, "两者填一项"),
    ({"reason": "汛情", "new_day": "x"}, "不是日期"), ({"reason": "汛情", "workdays": "-1"}, "应为数字"),
], ids=str)
def test_a_wish_that_is_not_clear_comes_back_with_what_was_typed(
    sign_in: Callable[..., Desk], fields: dict[str, str], sentence: str
) -> None:
    head = sign_in("zhuren")
    page = preview(head, "extend", items(head, K.SELF_CHECK_REPORT), 422, **fields)
    assert sentence in page and all(f'value="{text}"' in page for text in fields.values() if text)
    assert page.count('name="row"') == 3


def test_a_request_that_waits_is_decided_on_its_own_page(sign_in: Callable[..., Desk]) -> None:
    head = sign_in("zhuren")
    with head.running.on(TODAY) as session:
        item = head.running.item(session, K.SELF_CHECK_REPORT)
        ask_extension(session, head.running.speaks(session), item, date(2020, 8, 14), "人手不足")
    rows = items(head, K.SELF_CHECK_REPORT)
    assert "有延期申请待批" in preview(head, "extend", rows, reason="汛情", new_day="2020-08-20")


def test_a_cancelled_row_keeps_its_history_and_its_unit_reads_why(late: Desk) -> None:
    report = items(late, K.SELF_CHECK_REPORT)[0]
    rows = [report, items(late, K.RECT_REPORT)[0], items(late, K.ON_SITE_FEEDBACK)[0]]
    page = preview(late, "cancel", rows, reason="并入县级自查")
    assert "将办理1项，不动2项" in page and "请在实地督察日程中取消该次督察" in page and "此项已取消，不再办理" in page
    confirm(late, page)
    after = [item for item in late.all(Assignment) if report.id in (item.id, item.part_of)]
    assert len(after) > 10 and {item.state for item in after} == {A.CANCELLED}
    assert [e.data["reason"] for e in late.all(Event) if e.verb == "取消事项"] == ["并入县级自查"]
    assert not [n for n in late.all(Notice) if n.assignment_id == report.id and n.state == NoticeState.PLANNED
                and n.kind != NoticeKind.LETTER]


def test_all_that_is_filtered_is_what_is_done(late: Desk) -> None:
    page = late.post("/work/bulk", 200, act="urge", all="1", kind="self_check_report")
    assert "将办理3项" in page
    assert "筛选条件不明" in late.post("/work/bulk", 422, act="urge", all="1", kind="no")
    assert "请先勾选" in late.post("/work/bulk", 422, act="urge")
    assert "没有的单位" in late.post("/work/bulk", 422, act="urge", all="1", unit="没有的单位")
    assert "请先勾选" in late.post("/work/bulk", 422, act="urge", all="1", q="没有的事项")


def test_nobody_else_may_and_a_forged_form_does_nothing(late: Desk, sign_in: Callable[..., Desk]) -> None:
    rows = items(late, K.SELF_CHECK_REPORT)
    form = {"act": "urge", "row": [stamp(row) for row in rows], "nonce": "nonce-of-mine"}
    lead = sign_in("zuzhang")
    at(date(2020, 8, 12))
    lead.post("/work/bulk/do", 403, **form)
    for wrong in ({"nonce": ""}, {"nonce": "x" * 50}, {"row": ["x"]}, {"row": ["x.1.1"]}, {"act": "drop"}):
        late.post("/work/bulk/do", 422, **(form | wrong))
    late.get("/work/bulk/nonce-of-mine", 404)
    assert urges(late) == [] and shown(late.get("/work"))


def test_a_finished_row_is_left_alone(late: Desk) -> None:
    with late.running.on(date(2020, 8, 12)) as session:
        settle(session, late.running.item(session, K.SELF_CHECK_REPORT), A.DONE)
    assert "已办结，无须催办" in preview(late, "urge", items(late, K.SELF_CHECK_REPORT))


def test_an_urge_whose_notice_was_withdrawn_the_same_day_goes_out_after_all(late: Desk) -> None:
    at(date(2020, 8, 12), time(8, 30))
    report = items(late, K.SELF_CHECK_REPORT)[0]
    confirm(late, preview(late, "urge", [report]))
    with late.running.on(date(2020, 8, 12), time(8, 40)) as session:  # handed in and sent back before it was sent
        for state in (A.SUBMITTED, A.RETURNED):
            settle(session, session.get(Assignment, report.id), state)
    at(date(2020, 8, 12), time(11, 0))
    report = next(item for item in items(late, K.SELF_CHECK_REPORT) if item.id == report.id)
    confirm(late, preview(late, "urge", [report], reason="请今日重报"))
    assert [(n.state, n.text.endswith("请今日重报")) for n in urges(late)] == [(NoticeState.PLANNED, True)]


def test_what_somebody_waits_for_more_time_for_is_not_cancelled_over_it(late: Desk) -> None:
    at(TODAY)
    with late.running.on(TODAY) as session:
        item = late.running.item(session, K.SELF_CHECK_REPORT)
        ask_extension(session, late.running.speaks(session), item, date(2020, 8, 14), "人手不足")
    page = preview(late, "cancel", [item], reason="并入县级自查")
    assert "有延期申请待批" in page and "所选事项都不能办理" in page
