"""One assignment's page: first limit, limit in force, every version between them, and what is done to its clock."""

import re
from collections.abc import Callable
from datetime import date, time

import pytest

from actions.deadline import start_clock
from actions.duty import Wanted, add_duty
from actions.extend import ask_extension, decide_extension
from actions.register_event import register_event
from config import clock
from models.cycle import Assignment
from models.database import transaction
from models.duty import Duty
from models.words import AssignmentKind, AssignmentState, StageKind
from rules.deadline import Unit
from tests.web.test_duties import TODAY, Desk, desk, sign_in

__all__ = ["desk", "sign_in"]
K = AssignmentKind


def be(day: date) -> None:
    clock.freeze(clock.at_time(day, time(10, 0)))


def item_of(desk: Desk, kind: AssignmentKind, position: int = 0) -> Assignment:
    with transaction(desk.running.bind) as session:
        return desk.running.item(session, kind, position)


def words(page: str) -> str:
    """What a reader sees of a page's content, without spaces."""
    return re.sub(r"<[^>]*>|\s", "", page.split("<main")[1])


def test_a_limit_that_never_moved_has_one_version_and_its_reason(desk: Desk) -> None:
    item = item_of(desk, K.CONTACT)
    page = words(desk.get(f"/items/{item.id}"))
    assert "第1次首次下达7月28日（周二）" in page and "第2次" not in page
    assert "“收到通知”之日为7月24日（周五），次日起算2个工作日（按放假通知和调休计工作日）" in page
    assert "逾期6天" in page and page.count("逾期") >= 3  # against both limits, and the light


def test_the_whole_history_is_shown_oldest_first(desk: Desk) -> None:
    item = item_of(desk, K.SELF_CHECK_REPORT)
    with desk.running.on(TODAY) as session:
        row = session.get_one(Assignment, item.id)
        asked = ask_extension(session, desk.running.speaks(session), row, date(2020, 8, 17), "材料未齐")
        decide_extension(session, desk.running.actor("zhuren"), asked, approve=True)
    desk.post(f"/items/{item.id}/pause", reason="等待批复")
    be(date(2020, 8, 6))
    page = words(desk.post(f"/items/{item.id}/resume", reason="已批复"))
    steps = [
        "第1次首次下达8月10日（周一）原文：于8月10日之前",
        "第2次延期8月10日（周一）→8月17日（周一）经批准延期：材料未齐主任甲",
        "第3次暂停不变，8月17日（周一）暂停计时：等待批复经办甲",
        "第4次恢复8月17日（周一）→8月20日（周四）恢复计时：暂停3天",
    ]
    found = [page.find(step) for step in steps]
    assert -1 not in found and found == sorted(found), (found, page)
    assert "原定时限8月10日（周一）" in page and "现时限8月20日（周四）" in page and "直接写明的日期" in page


def test_a_clock_that_stands_still_is_grey_everywhere(desk: Desk) -> None:
    item = item_of(desk, K.SELF_CHECK_REPORT)
    desk.post(f"/items/{item.id}/pause", 422, reason=" ")
    page = desk.post(f"/items/{item.id}/pause", reason="等待批复")
    assert '<span class="light grey">暂停计时</span>' in page and "恢复计时" in page
    desk.post(f"/items/{item.id}/pause", 409, reason="再停一次")
    be(date(2020, 8, 20))
    assert '<span class="light grey">暂停计时</span>' in desk.get(f"/units/{item.unit_id}")
    assert f'href="/items/{item.id}"' not in desk.get("/")
    be(date(2020, 8, 3))
    assert "8月10日" in desk.post(f"/items/{item.id}/resume")
    desk.post(f"/items/{item.id}/resume", 409)


def test_late_and_in_time_are_told_against_both_limits(desk: Desk) -> None:
    item = item_of(desk, K.SELF_CHECK_REPORT)
    with desk.running.on(TODAY) as session:
        row = session.get_one(Assignment, item.id)
        asked = ask_extension(session, desk.running.speaks(session), row, date(2020, 8, 17), "材料未齐")
        decide_extension(session, desk.running.actor("zhuren"), asked, approve=True)
    with desk.running.on(date(2020, 8, 14)) as session:
        desk.running.hand_in(session)
    page = words(desk.get(f"/items/{item.id}"))
    assert "原定时限8月10日（周一）逾期" in page and "现时限8月17日（周一）按时" in page


def test_today_and_the_unit_lead_to_the_item_and_the_old_addresses_are_gone(desk: Desk) -> None:
    be(date(2020, 8, 14))
    item = item_of(desk, K.SELF_CHECK_REPORT)
    for path in ("/", f"/units/{item.unit_id}"):
        assert f'href="/items/{item.id}"' in desk.get(path), path
    desk.post(f"/duties/{item.id}/finish", 404, note="无")
    desk.post(f"/duties/{item.id}/limit", 404)


def test_own_tasks_are_finished_and_given_limits_at_the_new_address(desk: Desk) -> None:
    page = desk.get("/")
    without = re.findall(r'action="/items/([0-9a-f-]+)/limit"', page)[0]
    assert "已办理" in desk.post(f"/items/{without}/limit", day="2020-12-01", reason="办公室设定")
    page = words(desk.get(f"/items/{without}"))
    assert "第1次首次下达未定" in page and "第2次设定未定→12月1日（周二）" in page
    own = re.findall(r'action="/items/([0-9a-f-]+)/finish"', desk.get("/"))[0]
    desk.post(f"/items/{own}/finish", 422, note="")
    desk.post(f"/items/{own}/finish", note="濮法办〔2020〕9号")
    assert "濮法办〔2020〕9号" in desk.get(f"/items/{own}")


def test_only_the_office_stops_a_clock(desk: Desk, sign_in: Callable[..., Desk]) -> None:
    item = item_of(desk, K.SELF_CHECK_REPORT)
    other = sign_in("zuzhang")
    other.post(f"/items/{item.id}/pause", 403, reason="等待")
    assert "暂停计时</h3>" not in other.get(f"/items/{item.id}")


def test_a_filing_without_days_waits_for_a_limit_on_the_desk(desk: Desk) -> None:
    with desk.running.on(TODAY) as session:
        duty = add_duty(
            session, desk.running.actor("jingban"), desk.running.cycle_id, desk.running.unit(session),
            Wanted(title="重大事项报告", phrase="发现问题立即上报"),
        )
        item = register_event(session, desk.running.actor("jingban"), duty, TODAY, "某事项")
    assert f'action="/items/{item.id}/limit"' in desk.get("/").split('id="limits"')[1]
    desk.post(f"/items/{item.id}/limit", day="2020-08-05", reason="办公室设定")
    page = words(desk.get(f"/items/{item.id}"))
    assert "现时限8月5日（周三）" in page and "重大事项报告：“发现问题立即上报”" in page


def test_a_yearly_confirmation_is_never_red(desk: Desk) -> None:
    with desk.running.on(TODAY) as session:
        add_duty(
            session, desk.running.actor("jingban"), desk.running.cycle_id, desk.running.unit(session),
            Wanted(title="法律顾问制度", phrase="长期坚持"),
        )
    be(date(2021, 1, 4))
    for path in ("/duties", f"/duties/{desk.all(Duty)[0].id}", f"/items/{desk.owed()[0].id}"):
        page = desk.get(path)
        assert "待确认</span>" in page and "light red" not in page, path


@pytest.fixture
def unsigned(desk: Desk) -> Assignment:
    """A report whose limit runs from the signature of its unit."""
    with desk.running.on(TODAY) as session:
        item = Assignment(
            office_id=desk.running.people.office_id, cycle_id=desk.running.cycle_id, stage=StageKind.SELF_CHECK,
            unit_id=desk.running.unit(session).id, kind=K.OFFICE_TASK, title="专项报告", state=AssignmentState.OPEN,
            terms={"anchor": "receipt", "n": 10, "unit": Unit.WORKDAY.value},
        )
        session.add(item)
        return item


def test_what_is_not_signed_for_has_not_begun_and_service_on_paper_starts_it(desk: Desk, unsigned: Assignment) -> None:
    page = desk.get("/").split('id="waiting"')[1]
    receipt = item_of(desk, K.CONTACT)
    assert "没有开始计时" in page and f'action="/receipts/{receipt.id}"' in page and "专项报告" in page
    assert "尚未起算" in desk.get(f"/items/{unsigned.id}")
    desk.post(f"/receipts/{receipt.id}", 422, name="王五", how="纸质", day="2020-08-04")
    page = desk.post(f"/receipts/{receipt.id}", name="王五", how="纸质", day="2020-07-30")
    assert 'id="waiting"' not in page
    page = words(desk.get(f"/items/{unsigned.id}"))
    assert "现时限8月13日（周四）" in page and "“签收”之日为7月30日（周四），次日起算10个工作日" in page


def test_the_plan_shows_the_printed_words_and_why(desk: Desk) -> None:
    with transaction(desk.running.bind) as session:
        plan = desk.running.cycle(session).plan_id
    page = words(desk.get(f"/plans/{plan}"))
    assert "“于8月10日之前”写明2020-08-10" in page
    assert "随自查报告（8月10日（周一））一并完成" in page


def test_a_limit_counted_in_days_says_from_when_and_how(desk: Desk) -> None:
    with desk.running.on(TODAY) as session:
        item = desk.running.item(session, K.SELF_CHECK_REPORT)
        item.terms = item.terms | {"n": 15, "unit": Unit.DAY.value}
        start_clock(session, desk.running.actor("jingban"), item, date(2020, 8, 1), "反馈意见送达")
    page = words(desk.get(f"/items/{item.id}"))
    assert "“反馈意见送达”之日为8月1日（周六），次日起算15日，末日遇休息日顺延" in page
    assert "8月10日（周一）→8月17日（周一）" in page
