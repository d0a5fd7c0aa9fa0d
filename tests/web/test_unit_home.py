"""A unit's first page: everything of every running cycle, the most urgent first, in the words of its own cycle."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import select

from actions import review
from actions.deadline import settle
from actions.extend import decide_extension
from actions.open_cycle import Opening
from commands.rehearse import launch
from commands.sample_units import demo_rows
from models.cycle import Assignment, Cycle, Stage
from models.database import transaction
from models.office import Office, User
from models.submission import Extension, Submission
from models.words import AssignmentKind, AssignmentState, StageKind

K = AssignmentKind
Door = Any


def titles(page: str) -> list[str]:
    return re.findall(r'<article class="item[^"]*">\s*<h3>(.*?)</h3>', page)


def line(page: str) -> str:
    return re.findall(r'id="sum">(.*?)</div>', page)[0]


def test_the_line_on_top_counts_what_is_shown(door: Door, today: Callable[[date], None]) -> None:
    page = door.get()
    found = re.match(r"共(\d+)项，1项已逾期，最近一项8月", line(page))  # the receipt of the plan was due in July
    waiting = int(re.findall(r"有(\d+)件待签收", page)[0])
    assert found and int(found[1]) == waiting + len(titles(page))
    today(date(2020, 8, 12))
    late = re.match(r"共\d+项，(\d)项已逾期", line(door.get()))
    assert late and int(late[1]) > 1


def test_the_most_urgent_stands_first(fixing: Door, today: Callable[[date], None]) -> None:
    first = fixing.problem("档案缺失")
    fixing.post(f"/plan/{fixing.item(K.RECT_PLAN)}", nonce="p1", **fixing.plan_fields())
    today(date(2020, 9, 8))
    with transaction(fixing.running.bind) as session:
        report = session.get_one(Assignment, UUID(fixing.item(K.RECT_REPORT)))
        report.due_on = date(2020, 9, 20)
        settle(session, report, AssignmentState.RETURNED)
    shown = titles(fixing.get())
    late = [title for title in shown if title.startswith("问题")]
    assert late and f"问题{first.no}　档案缺失" in late
    returned = next(n for n, title in enumerate(shown) if "整改报告" in title)
    assert all(shown.index(title) < returned for title in late)


def test_each_card_names_its_cycle_and_the_stage_as_the_plan_calls_it(door: Door) -> None:
    with transaction(door.running.bind) as session:
        cycle = door.running.cycle(session)
        cycle.title = "安全生产专项督查"
        stage = session.exec(
            select(Stage).where(Stage.cycle_id == cycle.id, Stage.kind == StageKind.SELF_CHECK)
        ).one()
        stage.name = "企业自查自纠"
        office = session.exec(select(Office)).one()
        office.name, office.short_name = "县安全生产委员会办公室", "安委办"
        session.add_all([cycle, stage, office])
    page = door.get()
    assert "安全生产专项督查 · 企业自查自纠" in page and "县安全生产委员会办公室" in page
    pages = page + door.get(f"/item/{door.item(K.SELF_CHECK_REPORT)}")
    assert "依法治市" not in pages and "督察办公室" not in pages and "安委办" in pages


def test_two_cycles_stand_on_one_page(door: Door, draft: Any) -> None:
    launch(door.running.bind, door.running.people, draft, demo_rows(2), Opening())
    with transaction(door.running.bind) as session:
        for number, cycle in enumerate(session.exec(select(Cycle)), 1):
            cycle.title = f"第{number}个督察"
            session.add(cycle)
    page = door.get()
    assert "第1个督察 · " in page and "第2个督察 · " in page


def test_what_is_with_the_office_is_not_counted_as_the_units(door: Door) -> None:
    before = int(re.findall(r"共(\d+)项", line(door.get()))[0])
    door.post(f"/item/{door.item(K.SELF_CHECK_REPORT)}", body="报告", nonce="n", **{"problem-1-title": "一"})
    page = door.get()
    assert int(re.findall(r"共(\d+)项", line(page))[0]) == before - 1 and "等待督察办公室办理（1项）" in page
    with transaction(door.running.bind) as session:
        row = session.exec(select(Submission)).one()
        review.send_back(session, door.running.actor("jingban"), row, "数据不全")
    assert "1项被退回" in line(door.get())


def test_nothing_to_do_says_what_comes_next(door: Door) -> None:
    with transaction(door.running.bind) as session:
        for item in session.exec(select(Assignment).where(Assignment.unit_id == door.unit(session).id)):
            item.state = AssignmentState.DONE
            session.add(item)
    page = door.get()
    assert "目前没有待办事项" in line(page) and "接下来是“" in page and "届时通知联系人" in page


def test_thirty_days_are_listed_by_date(door: Door) -> None:
    part = door.get().split('<ol class="days">')[1].split("</ol>")[0]
    days = re.findall(r'class="on">(\d+)月(\d+)日', part)
    assert days == sorted(days, key=lambda d: (int(d[0]), int(d[1]))) and len(days) >= 1
    assert all(date(2020, int(m), int(d)) <= date(2020, 9, 2) for m, d in days)


def test_another_unit_sees_none_of_it(fixing: Door) -> None:
    assert "档案缺失" in fixing.get() and "档案缺失" not in replace(fixing.neighbour()).get()


def test_the_plan_comes_before_its_problems_and_the_report_last(fixing: Door) -> None:
    page = fixing.get()
    places = [page.index(f"<h3>{title}") for title in ("分类整改方案", "问题1", "问题2", "整改报告")]
    assert places == sorted(places) and "最迟不晚于整改报告，即9月5日（周六）" in page
    early = re.search(r"报齐后再报.*?class=\"([^\"]*)\"", page, re.S)
    assert early and "btn-primary" not in early[1]


def test_no_second_request_is_offered_while_one_waits(fixing: Door) -> None:
    path = f"/extend/{fixing.item(AssignmentKind.RECT_REPORT)}"
    assert 'name="reason"' in fixing.get(path)
    page = fixing.post(path, day="2020-09-20", reason="需研究")
    assert 'name="reason"' not in page and "已有申请待批" in page
    late = fixing.post(path, 409, day="2020-09-25", reason="另有情况")
    assert "另有情况" in late and 'name="reason"' in late


def test_a_day_that_was_refused_is_told_as_no_limit(fixing: Door) -> None:
    fixing.post(f"/extend/{fixing.item(AssignmentKind.RECT_REPORT)}", day="2020-09-20", reason="需研究")
    with transaction(fixing.running.bind) as session:
        row = session.exec(select(Extension)).one()
        decide_extension(session, fixing.running.actor("zhuren"), row, False, "按期报送")
    page = fixing.get("/history")
    assert "未同意，答复：按期报送" in page


def test_a_form_left_half_filled_in_says_so_until_it_is_sent(door: Door) -> None:
    report = door.item(K.SELF_CHECK_REPORT)
    assert "有草稿" not in door.get()
    typed = door.client.post(f"/u/{door.token}/draft/item-{report}", data={"body": "一、工作情况"})
    assert typed.status_code == 200 and "有草稿，8月3日 10:00保存，尚未报送" in door.get()
    assert "有草稿" not in door.neighbour().get()
    door.post(f"/item/{report}", body="一、工作情况\n会议3次。", no_problems="1", nonce="n1")
    assert "有草稿" not in door.get()


def test_the_office_can_be_rung_up_from_the_first_page_and_from_a_closed_door(door: Door) -> None:
    assert "督察办公室电话" not in door.get()  # no number is known
    with transaction(door.running.bind) as session:
        session.exec(select(User).where(User.login == "jingban")).one().phone = "0393-0000000"
    assert 'href="tel:0393-0000000"' in door.get()
    replaced = door.post("/contact", name="新人", phone="00000001")
    assert "联系人已更换" in replaced and 'href="tel:0393-0000000"' in replaced
    assert 'href="tel:0393-0000000"' in door.get("", 410)
    assert "tel:" not in replace(door, token="x" * 43).get("", 404)


def test_words_a_messenger_took_for_a_part_of_the_link_are_dropped(door: Door) -> None:
    for glued in ("，请及时办理。", "。", "）"):
        assert "督办单位" in replace(door, token=door.token + glued).get()
    replace(door, token=door.token + "x").get("", 404)
    replace(door, token="x" * 43 + "。").get("", 404)
