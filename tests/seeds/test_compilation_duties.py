"""The compilation's obligations of several persons and steps: the acceptance rows C14 to C17, C20, C22 and C23."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlmodel import select

from actions.duty import Wanted, add_duty
from actions.enrol import enrol_units, replace_contact
from actions.entry import Act, confirm, register
from actions.register_event import contact_changed, register_event
from config.workdays import official
from models import duty_ledger as ledger
from models import open_work
from models.base import NotAllowed, Rejected
from models.cycle import Assignment
from models.duty import Duty
from models.ledger import contacts_of_unit
from models.words import AssignmentState
from plans.checks import check_plan
from plans.document import Document, Line
from plans.phrase import read
from plans.planfile import read_plan
from plans.reader import read_one
from plans.text import read_source
from rules.report import measure

A = AssignmentState
AUTUMN = date(2020, 9, 21)


def duty_of(running, session, title: str, phrase: str, **more) -> Duty:
    wanted = Wanted(title=title, phrase=phrase, doubt_seen=True, **more)
    return add_duty(session, running.actor("zhuren"), running.cycle_id, running.unit(session), wanted)


def items_of(session, duty: Duty) -> list[Assignment]:
    return list(session.exec(select(Assignment).where(Assignment.duty_id == duty.id).order_by(Assignment.title)))


def test_c14_a_dispute_is_not_ruled_on_before_it_was_mediated_nor_by_one_side(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(AUTUMN) as session:
        head, speaker = running.actor("zhuren"), running.speaks(session)
        sides = ["甲机关", "乙机关"]
        talks = duty_of(running, session, "执法争议协商", "及时", receivers=sides)
        mediated = duty_of(running, session, "执法争议协调", "及时", gate="协商结果")
        ruled = duty_of(running, session, "执法争议裁决", "及时", gate="协调结果")
        for duty, missing in ((mediated, "协商结果"), (ruled, "协调结果")):
            with pytest.raises(NotAllowed, match=f"须先有“{missing}”的结果"):
                register_event(session, head, duty, AUTUMN, "管辖争议1号")
        item = register_event(session, head, talks, AUTUMN, "管辖争议1号")
        register(session, speaker, item, Act("1", AUTUMN, "已协商", receiver="甲机关"))
        assert item.state == A.OPEN
        with pytest.raises(NotAllowed, match="没有待确认"):
            confirm(session, head, item)
        register(session, speaker, item, Act("2", AUTUMN, "已协商", receiver="乙机关"))
        assert item.state == A.SUBMITTED
        assert register_event(session, head, mediated, AUTUMN, "管辖争议1号", gate_result="协商不成").terms["gate"]


@pytest.mark.parametrize("name", ["jinchuan-2015", "liaoning-2011"])
def test_c15_a_regular_review_without_a_period_asks(name: str, puyang: Callable) -> None:
    plan = read_plan(read_source(name))
    regular = [task for task in plan.tasks if task.limit == "定期"]
    assert {"25", "23.1"} & {task.no for task in regular} or name == "jinchuan-2015"
    (asked,) = [check for check in check_plan(plan, official()) if check.name == "任务时限读得出"]
    assert not asked.ok and all(task.no in asked.found for task in regular)
    running = puyang(units=1)
    with running.on(AUTUMN) as session, pytest.raises(Rejected, match="没有写明周期"):
        duty_of(running, session, regular[0].title, regular[0].limit)


def test_c16_a_rate_of_a_hundred_percent_is_counted_with_the_list_of_what_is_missing(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(AUTUMN) as session:
        duty = duty_of(running, session, "负责人出庭应诉", "开庭之日起5日内", code="出庭应诉")
        for n in range(4):
            item = register_event(session, running.actor("zhuren"), duty, date(2020, 9, 18), f"行初{n}号")
            if n:
                register(session, running.speaks(session), item, Act(str(n), AUTUMN, "已出庭"))
                confirm(session, running.actor("zhuren"), item)
        kept, owed, missing = ledger.rate(session, running.people.office_id, "出庭应诉", date(2020, 9, 25))
        assert (kept, owed, [item.title for item, _ in missing]) == (3, 4, ["负责人出庭应诉：行初0号"])


def test_c17_one_reviewer_of_two_is_not_enough_and_one_person_twice_is_one(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(AUTUMN) as session:
        with pytest.raises(Rejected, match="须按人登记"):
            duty_of(running, session, "复议案件审理", "受理之日起60日内", people=2)
        duty = duty_of(running, session, "复议案件审理", "受理之日起60日内", per_person=True, people=2)
        item = register_event(session, running.actor("zhuren"), duty, date(2020, 9, 1), "复议1号")
        speaker = running.speaks(session)
        for nonce in ("1", "2"):
            register(session, speaker, item, Act(nonce, AUTUMN, "阅卷", person="审理人甲"))
        assert item.state == A.OPEN
        with pytest.raises(NotAllowed, match="没有待确认"):
            confirm(session, running.actor("zhuren"), item)
        register(session, speaker, item, Act("3", AUTUMN, "合议", person="审理人乙"))
        assert item.state == A.SUBMITTED


def test_c20_a_new_contact_calls_up_the_adjustment_of_the_group_once(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(AUTUMN) as session:
        with pytest.raises(Rejected, match="须从变更起算"):
            duty_of(running, session, "调整领导小组", "每年一次", on_new_contact=True)
        duty = duty_of(running, session, "调整领导小组", "及时", on_new_contact=True)
        unit, head = running.unit(session), running.actor("zhuren")
        (old,) = contacts_of_unit(session, unit.id)
        new = replace_contact(session, head, old, {"name": "新联系人", "phone": "0393-1", "address": "a@b.cn"})
        contact_changed(session, head, unit.id, old.name, new.name)
        (item,) = items_of(session, duty)
        assert (item.title, item.due_on) == (f"调整领导小组：{old.name}改为新联系人（2020-09-21）", None)
        assert item.id in {row.id for row in open_work.without_limit(session, running.people.office_id)}
        row = {"name": unit.name, "subject": unit.subject, "contact": "名录新人", "phone": "0393-2"}
        enrol_units(session, head, [row])  # whom the unit itself has named is not overruled by a list
        assert len(items_of(session, duty)) == 1


def test_c20_a_limit_from_the_change_runs_from_its_day(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(AUTUMN) as session:
        duty = duty_of(running, session, "调整领导小组", "变更后5个工作日内", on_new_contact=True)
        contact_changed(session, running.actor("zhuren"), running.unit(session).id, "甲", "乙")
        assert [item.due_on for item in items_of(session, duty)] == [date(2020, 9, 27)]  # a Sunday everybody works


def test_c22_the_share_of_problems_and_measures_is_the_length_of_their_part() -> None:
    report = "一、工作开展情况\n" + "甲" * 60 + "\n二、存在问题及整改措施\n" + "乙" * 40
    assert 0.35 < measure(report).share < 0.45  # the bureau's own report comes to 35.6 %: test_puyang.py, P5


def test_c23_a_measure_with_a_lead_only_is_no_error() -> None:
    lines = [
        "某区法治政府建设工作规划（2021—2025年）", "2021年3月1日", "一、健全监督机制",
        "1.畅通投诉举报渠道，及时查处违法行为。（牵头单位：区司法局）",
        "2.完善案卷评查制度，每年评查一次。（牵头单位：区司法局；责任单位：区财政局）",
    ]
    issued = read_one(Document("a.txt", "0", [Line(text, at) for at, text in enumerate(lines, 1)]))
    assert [(task.lead_units, task.responsible_units) for task in issued.part.tasks] == [
        (["区司法局"], []), (["区司法局"], ["区财政局"]),
    ]
    assert not [doubt for doubt in issued.part.doubts if "责任" in doubt.what]
    assert read("及时", AUTUMN).immediate
