"""The compilation (Jinchuan, Liaoning, a township plan): each obligation with the value it must come to."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlmodel import select

from actions.duty import Wanted, add_duty
from actions.entry import Act, confirm, register
from actions.extend import set_limit
from actions.register_event import register_event, republish, restart
from config.workdays import official
from models import duty_ledger as ledger
from models import open_work
from models.base import NotAllowed, Rejected
from models.cycle import Assignment, DeadlineVersion
from models.duty import Duty
from models.words import AssignmentState, LimitChange
from plans.phrase import read
from plans.planfile import read_plan
from plans.text import Source
from rules.deadline import Kind, resolve
from rules.period import period_with

A = AssignmentState
REF = date(2011, 2, 25)
AUTUMN = date(2020, 9, 21)


def due(phrase: str, anchor: date, ref: date = date(2015, 7, 1)) -> date:
    _, settled = resolve(read(phrase, ref), anchor, official())
    assert settled is not None
    return settled.rolled


def duty_of(running, session, phrase: str, position: int = 0, **more) -> Duty:
    wanted = Wanted(title=more.pop("title", "任务"), phrase=phrase, doubt_seen=True, **more)
    return add_duty(session, running.actor("zhuren"), running.cycle_id, running.unit(session, position), wanted)


def items_of(session, duty: Duty) -> list[Assignment]:
    found = select(Assignment).where(Assignment.duty_id == duty.id, Assignment.state != A.CANCELLED)
    return sorted(session.exec(found).all(), key=lambda item: (item.period_start, item.due_on or date.min))


def act(nonce: str, day: date, what: str = "会议", **more) -> Act:
    return Act(nonce=nonce, day=day, what=what, **more)


def test_c1_ten_working_days_from_a_decision_know_the_holiday_and_its_make_up_days() -> None:
    assert due("在作出决定之日起10个工作日内", date(2020, 9, 20)) == date(2020, 10, 9)


def test_c2_twenty_working_days_and_a_changed_decision_restarts_with_both_dates_kept(puyang: Callable) -> None:
    phrase = "作出行政处罚决定或者处罚变更之日起20个工作日内"
    assert due(phrase, date(2020, 9, 20)) == date(2020, 10, 22)
    running = puyang(units=1)
    with running.on(AUTUMN) as session:
        duty = duty_of(running, session, phrase)
        item = register_event(session, running.actor("zhuren"), duty, date(2020, 9, 20), "罚〔2020〕1号")
        assert (item.due_on, item.first_due_on) == (date(2020, 10, 22), date(2020, 10, 22))
    with running.on(date(2020, 10, 12)) as session:
        item = session.exec(select(Assignment).where(Assignment.occurrence == "event:罚〔2020〕1号")).one()
        restart(session, running.actor("zhuren"), item, date(2020, 10, 10), "处罚变更")
        assert (item.first_due_on, item.due_on) == (date(2020, 10, 22), date(2020, 11, 6))
        version = session.exec(select(DeadlineVersion).where(DeadlineVersion.assignment_id == item.id)).one()
        assert (version.change, version.old_due_on) == (LimitChange.RESTARTED, date(2020, 10, 22))


def test_c3_a_step_is_refused_without_the_result_of_the_legal_review(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(AUTUMN) as session:
        duty = duty_of(running, session, "印发之日起15日内", title="规范性文件报备", gate="合法性审查")
        with pytest.raises(NotAllowed, match="须先有“合法性审查”的结果"):
            register_event(session, running.actor("zhuren"), duty, AUTUMN, "某办法")
        head = running.actor("zhuren")
        item = register_event(session, head, duty, AUTUMN, "某办法", gate_result="合审〔2020〕3号，通过")
        assert item.terms["gate"] == "合法性审查：合审〔2020〕3号，通过"


def test_c4_an_event_without_a_period_is_listed_without_limit_until_the_clerk_sets_one(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(AUTUMN) as session:
        duty = duty_of(running, session, "决策作出后", title="重大决策备案")
        item = register_event(session, running.actor("zhuren"), duty, AUTUMN, "某决策")
        assert item.due_on is None
        assert item.id in {row.id for row in open_work.without_limit(session, running.people.office_id)}
        set_limit(session, running.actor("zhuren"), item, date(2020, 10, 20), "办公室设定")
        assert item.first_due_on == item.due_on == date(2020, 10, 20)
        assert item.id not in {row.id for row in open_work.without_limit(session, running.people.office_id)}


def test_c5_forty_hours_per_person_and_year_thirty_five_in_december_is_on_the_list(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(AUTUMN) as session:
        phrase = "每名法制机构工作人员每年培训时间不少于40学时"
        duty = duty_of(running, session, phrase, title="法制培训", per_person=True)
        item = items_of(session, duty)[0]
        speaker = running.speaks(session)
        register(session, speaker, item, act("1", date(2020, 3, 5), amount=20, person="工作人员甲"))
        register(session, speaker, item, act("2", date(2020, 9, 18), amount=15, person="工作人员甲"))
        register(session, speaker, item, act("3", date(2020, 9, 18), amount=40, person="工作人员乙"))
        assert ledger.below_quota(session, duty, 2020) == [("工作人员甲", 5.0)]
        assert item.state == A.OPEN
        register(session, speaker, item, act("4", date(2020, 9, 21), amount=5, person="工作人员甲"))
        assert (ledger.below_quota(session, duty, 2020), item.state) == ([], A.SUBMITTED)


def test_c6_a_yearly_report_to_two_receivers_needs_two_receipts(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(AUTUMN) as session:
        duty = duty_of(
            running, session, "每年要向区人大常委会和市政府报告", title="年度报告", receivers=["区人大常委会", "市政府"]
        )
        item = items_of(session, duty)[0]
        register(session, running.speaks(session), item, act("1", AUTUMN, receiver="市政府"))
        assert item.state == A.OPEN
        with pytest.raises(Rejected, match="区人大常委会、市政府"):
            register(session, running.speaks(session), item, act("2", AUTUMN, receiver="省政府"))
        register(session, running.speaks(session), item, act("3", AUTUMN, receiver="区人大常委会"))
        assert item.state == A.SUBMITTED


def test_c7_a_letter_signed_by_every_unit_each_year_shows_who_is_missing_of_a_hundred_percent(puyang: Callable) -> None:
    running = puyang(units=3)
    with running.on(AUTUMN) as session:
        signing = {"title": "签订责任书", "code": "责任书"}
        duties = [duty_of(running, session, "每年签订", position=n, **signing) for n in range(3)]
        for n in range(2):
            item = items_of(session, duties[n])[0]
            register(session, running.speaks(session, n), item, act(str(n), AUTUMN, "已签订"))
            confirm(session, running.actor("jingban"), item)
        third = running.unit(session, 2).name
    with running.on(date(2021, 1, 4)) as session:
        kept, owed, missing = ledger.rate(session, running.people.office_id, "责任书", date(2021, 1, 4))
        assert (kept, owed, [unit.name for _, unit in missing]) == (2, 3, [third])


def test_c8_one_of_two_on_the_last_of_october_is_told_what_is_missing(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(AUTUMN) as session:
        duty = duty_of(running, session, "每年至少举办2期", title="专题研讨班")
        item = items_of(session, duty)[0]
        register(session, running.speaks(session), item, act("1", AUTUMN, "第一期"))
        assert item.state == A.OPEN
    running.round(date(2020, 10, 30))  # 10-31 is a Saturday
    with running.on(date(2020, 10, 30)) as session:
        said = running.said(session, date(2020, 10, 30), unit_id=running.unit(session).id)
    assert "专题研讨班（2020年）：应2次，已登记1次，尚缺1次，12月31日截止" in said


def test_c9_rules_are_evaluated_within_three_years_and_important_ones_after_one() -> None:
    assert due("在规章施行后3年内", date(2012, 3, 1), REF) == date(2015, 3, 2)  # 03-01 is a Sunday
    later = read("在实施一年后", REF)
    assert (later.kind, later.after, later.due) == (Kind.RELATIVE, True, None)
    found, settled = resolve(later, date(2012, 3, 1), official())
    assert (found.start, settled) == (date(2013, 3, 1), None)


def test_c10_six_months_before_an_expiry_clamps_to_the_months_end_and_comes_again_when_republished(
    puyang: Callable,
) -> None:
    running = puyang(units=1)
    phrase = "在有效期届满前6个月"
    with running.on(AUTUMN) as session:
        with pytest.raises(Rejected, match="有效期不得超过2年"):
            duty_of(running, session, phrase, title="某办法（试行）", anchor_on=date(2026, 8, 31), validity_years=5)
        with pytest.raises(Rejected, match="须填写有效期届满日期"):
            duty_of(running, session, phrase, title="某办法")
        duty = duty_of(running, session, phrase, title="评估某办法", anchor_on=date(2026, 8, 31), validity_years=5)
        assert [item.due_on for item in items_of(session, duty)] == [date(2026, 2, 28)]
        republish(session, running.actor("zhuren"), duty, date(2031, 8, 31))
        with pytest.raises(Rejected, match="须晚于原届满日期"):
            republish(session, running.actor("zhuren"), duty, date(2031, 8, 31))
        assert [item.due_on for item in items_of(session, duty)] == [date(2026, 2, 28), date(2031, 2, 28)]


def test_c11_documents_are_cleared_every_two_years_and_an_event_makes_an_extra_task_only(puyang: Callable) -> None:
    running = puyang(units=1)
    rules = read("规章实施后每5年清理一次", REF)
    found = period_with(rules.rrule, date(2020, 7, 1), official(), date(2020, 2, 29))
    assert found and (found.start, found.due) == (date(2020, 2, 29), date(2025, 2, 28))
    with running.on(AUTUMN) as session:
        head, started = running.actor("zhuren"), date(2020, 1, 15)
        duty = duty_of(running, session, "规范性文件实施后每2年清理一次", title="文件清理", anchor_on=started)
        assert [item.due_on for item in items_of(session, duty)] == [date(2022, 1, 15)]
        register_event(session, head, duty, AUTUMN, "上位法修改")
        assert [item.due_on for item in items_of(session, duty)] == [date(2022, 1, 15), None]
        register_event(session, head, duty, AUTUMN, "机构改革", restarts=True)
        dues = {item.due_on for item in items_of(session, duty)}
        assert dues == {None, date(2022, 9, 21)}


def test_c12_a_filing_rate_of_98_percent_names_the_missing_documents(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(AUTUMN) as session:
        head = running.actor("zhuren")
        duty = duty_of(running, session, "自规章规范性文件发布之日起30日内", title="备案", code="备案")
        items = [register_event(session, head, duty, date(2020, 9, 10), f"文件{n}号") for n in range(50)]
        assert items[0].due_on == date(2020, 10, 10)  # a Saturday on which everybody works
        for n, item in enumerate(items[1:]):
            register(session, running.speaks(session), item, act(str(n), AUTUMN, "已报备"))
            confirm(session, head, item)
        kept, owed, missing = ledger.rate(session, running.people.office_id, "备案", date(2020, 10, 20))
        assert (kept, owed, f"{kept / owed:.0%}") == (49, 50, "98%")
        assert [item.title for item, _ in missing] == ["备案：文件0号"]


def test_c13_one_year_after_a_decision_of_the_leap_day_is_the_last_of_february() -> None:
    found, _ = resolve(read("重大行政决策实施满一年后", REF), date(2024, 2, 29), official())
    assert found.start == date(2025, 2, 28)


def test_c18_two_meetings_in_the_first_quarter_do_not_satisfy_the_second(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(date(2021, 1, 4)) as session:
        duty = duty_of(running, session, "每季度听取一次", title="部门办公会听取汇报")
    with running.on(date(2021, 3, 2)) as session:
        duty = session.get_one(Duty, duty.id)
        item = items_of(session, duty)[0]
        for nonce, day in (("1", date(2021, 1, 20)), ("2", date(2021, 3, 1))):
            register(session, running.speaks(session), item, act(nonce, day))
        assert item.state == A.SUBMITTED
        confirm(session, running.actor("zhuren"), item)
    running.round(date(2021, 4, 1))
    with running.on(date(2021, 4, 20)) as session:
        first, second = items_of(session, session.get_one(Duty, duty.id))
        assert (first.state, second.state, second.due_on) == (A.DONE, A.OPEN, date(2021, 6, 30))
        assert ledger.done_of(session, [second.id]) == {}
        with pytest.raises(Rejected, match="不在本任务的任何一期内"):
            register(session, running.speaks(session), second, act("3", date(2020, 12, 30)))


def test_c18_a_half_year_has_two_periods_and_written_reports_one() -> None:
    half = read("至少每半年听取一次", REF)
    spans = [period_with(half.rrule, day, official()) for day in (date(2021, 2, 1), date(2021, 7, 1))]
    assert [span and span.due for span in spans] == [date(2021, 6, 30), date(2021, 12, 31)]
    assert read("县级以上政府每年要书面向上一级政府报告", REF).rrule == "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=31"


def test_c19_the_first_half_of_2011_ends_on_its_last_day_of_june() -> None:
    assert read("2011年上半年", REF).due == date(2011, 6, 30)


def test_c21_stages_whose_months_are_left_open_are_refused_with_the_three_spots_named() -> None:
    stages = "".join(
        f"  - {{no: {n}, kind: [{kind}], name: {name}, text: {text}}}\n"
        for n, kind, name, text in (
            (1, "preparation", "准备阶段", "2020年X月1日至X月15日"),
            (2, "self_check", "实施阶段", "2020年X月16日至X月31日"),
            (3, "on_site_check", "申报验收阶段", "2020年XX月1日至XX月31日"),
        )
    )
    text = f"format: 1\nkey: t\ntitle: t\nshort_title: t\nissuer: t\ndoc_no: t\nyear: 2020\nstages:\n{stages}"
    with pytest.raises(Rejected) as refused:
        read_plan(Source("t.yaml", text, "0"))
    lines = str(refused.value).splitlines()
    assert len(lines) == 3
    for line, name, number in zip(lines, ("准备阶段", "实施阶段", "申报验收阶段"), (9, 10, 11), strict=True):
        assert f"第{number}行" in line and name in line and "日期留空" in line
