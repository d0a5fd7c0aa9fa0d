"""濮治市办〔2020〕8号: the acceptance rows P1 to P7, one test each (P8 to P14: test_puyang_feedback.py)."""

from collections.abc import Callable
from datetime import date, time
from pathlib import Path

import pytest
from sqlmodel import select

from actions.deadline import set_stage_dates
from actions.open_link import sign_on_paper
from actions.review import accept, send_back
from actions.visit import feed_back_on_site, mark_visited, move_visit
from models import ledger, lists, open_work
from models.base import NotAllowed, Rejected
from models.board import board as board_of
from models.cycle import Assignment, Visit
from models.event import Event
from models.notice import Notice
from models.plan import Plan
from models.words import AssignmentKind as K
from models.words import (
    AssignmentState,
    NoticeState,
    StageKind,
    StageState,
    VisitState,
)
from rules.report import measure
from tests.programme import visit_of

COMPILATION = Path(__file__).parents[3] / "shared" / "sources" / "compilation.txt"
PRAISE = "一、工作情况\n" + "召开会议3次。" * 20
FAULTS = "二、存在问题和整改措施\n" + "四件材料不全，月底补齐。" * 20


def aug(day: int) -> date:
    return date(2020, 8, day)


def sep(day: int) -> date:
    return date(2020, 9, day)


def test_p1_five_stages_with_their_dates_and_the_fifth_to_be_determined_never_overdue(puyang: Callable) -> None:
    """stages 07-31; 08-01..10; 08-11..20; 08-25..09-05; stage 5 待定, never overdue; a later date re-plans."""
    running = puyang(units=1)
    with running.on(date(2021, 1, 4)) as session:
        stages = {stage.kind: stage for stage in ledger.stages_of_cycle(session, running.cycle_id)}
        assert [(stages[kind].start_on, stages[kind].end_on) for kind in list(StageKind)[1:5]] == [
            (aug(1), aug(10)), (aug(11), aug(20)), (aug(25), sep(5)), (aug(25), sep(5)),
        ]
        assert stages[StageKind.PREPARATION].end_on == date(2020, 7, 31)
        assert session.exec(select(Plan.doc_no)).one() == "濮治市办〔2020〕8号"
    running.round(date(2021, 1, 4))
    with running.on(date(2021, 1, 5)) as session:
        last = ledger.stage_of(session, running.cycle_id, StageKind.HIGHER_INSPECTION)
        assert (last.start_on, last.end_on, last.state) == (None, None, StageState.PLANNED)
        late = open_work.overdue(session, running.people.office_id, date(2021, 1, 5))
        assert all(item.stage != StageKind.HIGHER_INSPECTION and item.kind != K.GOAL for item, _ in late)
        clerk, cycle = running.actor("jingban"), running.cycle(session)
        set_stage_dates(session, clerk, cycle, last.kind, date(2021, 3, 1), None, "接上级通知")
        assert running.item(session, K.GOAL).due_on == date(2021, 2, 28)


def test_p2_no_start_while_a_unit_has_no_contact_and_an_override_is_logged(puyang: Callable) -> None:
    """方案 and 分解 by 07-31, T-7..T0 to the office; stage 2 cannot start while a unit has no contact."""
    lonely = {"name": "无人县", "subject": "county"}
    with pytest.raises(NotAllowed, match="1个单位没有可用联系人：无人县"):
        puyang(units=1, more=(lonely,))
    running = puyang(units=1, more=(lonely,), override_reason="先行启动，三日内补录")
    with running.on(date(2020, 7, 24)) as session:
        logged = session.exec(select(Event).where(Event.verb == "启动督察周期")).one()
        assert (logged.data["unreachable"], logged.data["reason"]) == (["无人县"], "先行启动，三日内补录")
    running.rounds(date(2020, 7, 24), date(2020, 7, 31))
    with running.on(date(2020, 7, 31)) as session:
        own = running.own(session, K.OFFICE_TASK)
        told = session.exec(select(Notice.planned_on).where(Notice.assignment_id == own.id)).all()
        assert sorted(told) == [date(2020, 7, day) for day in (24, 28, 30, 31)]


def test_p3_an_unsigned_unit_is_chased_after_two_workdays_and_then_telephoned(puyang: Callable) -> None:
    """contact confirmed by link; chase at +2 working days, then phone list."""
    running = puyang(units=2, on=date(2020, 7, 24))
    running.rounds(date(2020, 7, 24), date(2020, 7, 27))
    with running.on(date(2020, 7, 27), time(18)) as session:
        item, contact = running.item(session, K.CONTACT, 0), running.contact(session, 0)
        sign_on_paper(session, running.actor("jingban"), item, contact, {"name": "某人"})
    running.rounds(date(2020, 7, 28), date(2020, 8, 3))
    launch = (date(2020, 7, 24), "启动")
    assert running.told(K.CONTACT, 0) == [launch]
    assert running.told(K.CONTACT, 1) == [launch, (date(2020, 7, 28), "T0")]
    with running.on(date(2020, 7, 29)) as session:
        called = open_work.unsigned(session, running.people.office_id, date(2020, 7, 29))
        assert [unit.id for _, unit in called] == [running.unit(session, 1).id]


def test_p4_ten_units_get_three_reminders_until_they_hand_in_and_urging_after(puyang: Callable) -> None:
    """08-03, 08-07 (T-3 and T-1 of Sunday merge), 08-10; overdue 08-11; none after acceptance; 7 + 2 late + 1 never."""
    running = puyang(units=10)
    handed_in = {2: [0], 4: [1], 7: [2], 10: [3, 4, 5, 6], 11: [7], 12: [8]}
    for day in range(1, 29):
        running.round(aug(day))
        with running.on(aug(day)) as session:
            for position in handed_in.get(day, []):
                accept(session, running.actor("jingban"), running.hand_in(session, position))
        running.round(aug(day), time(17, 30))
    before = [(aug(3), "T-7"), (aug(7), "T-3·T-1"), (aug(10), "T0")]
    after = [(aug(11), "+1"), (aug(13), "+3")]
    expected = [0, 1, 2, 3, 3, 3, 3, 4, 4, 5]
    for position, count in enumerate(expected):
        assert running.told(K.SELF_CHECK_REPORT, position) == (before + after)[:count], position
        assert running.told(K.SELF_CHECK_REPORT, position, NoticeState.PLANNED) == []
    with running.on(aug(14)) as session:
        never = running.unit(session, 9).id
        assert "8月10日（周一）截止" in running.said(session, aug(7), unit_id=never)
        assert "8月10日（周一）已到期，逾期1天，请立即办理" in running.said(session, aug(11), unit_id=never)
        board = board_of(session, running.cycle_id)
        assert board[never][StageKind.SELF_CHECK].state == "unfinished"


@pytest.mark.skipif(not COMPILATION.exists(), reason="the bureau's report lies in ../shared/sources, which is not here")
def test_p5_the_bureaus_report_has_a_share_of_35_6_percent() -> None:
    """the 城管局 report → 35.6 %, below 60 %."""
    text = COMPILATION.read_text(encoding="utf-8")
    text = text[text.index("市司法局:", text.index("第五篇")):text.index("上一篇:公安队伍")]
    content = measure(text)
    assert f"{content.share:.1%}" == "35.6%"
    marked = [section.heading[2:] for section in content.sections if section.counted]
    assert marked == ["存在的主要问题", "下一步工作计划"]
    assert content.findings(0.6)[0] == "问题与整改措施占35.6%，不足60%。"


def test_p5_a_report_of_too_much_praise_is_returned_with_its_reason_or_waived_with_one(puyang: Callable) -> None:
    """问题+整改措施 ≥60 %; returned with reason; the clerk may waive with reason; figures ≥ 1."""
    running = puyang(units=1)
    with running.on(aug(4)) as session:
        clerk, first = running.actor("jingban"), running.hand_in(session, body=PRAISE * 3 + "\n" + FAULTS)
        assert round(first.content["share"], 3) == round(251 / (251 + 438), 3)  # 11 + 20 × 12 against 3 × (6 + 20 × 7)
        with pytest.raises(Rejected, match=r"问题与整改措施占36\.4%，不足60%。请退回"):
            accept(session, clerk, first)
        with pytest.raises(Rejected, match="退回须写明理由"):
            send_back(session, clerk, first, " ")
        send_back(session, clerk, first, "成绩写得多，问题写得少")
        assert running.item(session, K.SELF_CHECK_REPORT).state == AssignmentState.RETURNED
    running.round(aug(4), time(17, 30))
    with running.on(aug(5)) as session:
        assert "已退回，理由：成绩写得多，问题写得少" in running.said(session, aug(4))
        second = running.hand_in(session, body=PRAISE + "\n" + PRAISE + "\n" + FAULTS)
        accept(session, clerk, second, waive="涉密部分另行报送")
        assert (second.state, second.reason) == ("accepted", "涉密部分另行报送")


def test_p5_a_clerk_may_correct_the_split_and_the_record_says_so(puyang: Callable) -> None:
    """the clerk may correct the section split: the share is then the corrected one."""
    running = puyang(units=1)
    body = "一、主要做法\n" + "逐项梳理短板并立行立改。" * 20 + "\n二、存在问题\n台账更新不及时，涉及6卷。"
    with running.on(date(2020, 8, 7)) as session:
        sent = running.hand_in(session, body=body)
        assert sent.content["share"] < 0.6
        with pytest.raises(Rejected, match="内容未达要求"):
            accept(session, running.actor("jingban"), sent)
    with running.on(date(2020, 8, 7)) as session:
        sent = session.merge(sent)
        accept(session, running.actor("jingban"), sent, counted={1, 2})
        assert sent.content["share"] == 1.0 and sent.content["counted"] == [1, 2]
        assert session.exec(select(Event).where(Event.verb == "更正内容划分")).one().data["counted"] == [1, 2]


def test_p6_units_hear_of_their_visit_two_workdays_before_and_odd_days_need_a_reason(puyang: Callable) -> None:
    """visits 08-11..08-20; programme ≥2 working days before; groups each morning; weekend or outside: a reason."""
    running = puyang(units=9)
    running.rounds(aug(3), aug(20))
    with running.on(aug(20)) as session:
        visits = lists.visits_of(session, running.cycle_id)
        days = [visit.start_on for visit, _, _ in visits]
        assert {day.day for day in days} == {11, 12, 13, 14, 17, 18, 19, 20}
        latest = {11: 7, 12: 10, 13: 11, 14: 12, 17: 13, 18: 14, 19: 17, 20: 18}  # counted on a wall calendar
        for visit, unit, _ in visits:
            told = session.exec(select(Notice).filter_by(unit_id=unit.id, step=f"日程{visit.start_on}")).one()
            assert (told.planned_on, told.state) == (aug(latest[visit.start_on.day]), NoticeState.SENT)
            assert f"今日督察：{unit.name}" in running.said(session, visit.start_on) or days.count(visit.start_on) > 1
        visit, lead = visits[0][0], running.actor("zuzhang")
        for day in (aug(15), aug(21)):
            with pytest.raises(Rejected, match="请写明原因后确认"):
                move_visit(session, lead, visit, day, day)
        move_visit(session, lead, visit, aug(15), aug(15), "该县周六集中办公")
        assert (visit.start_on, visit.override_reason) == (aug(15), "该县周六集中办公")


def test_p7_a_visit_without_its_sheet_stays_open_and_the_team_hears_of_it_that_evening(puyang: Callable) -> None:
    """督察结束后现场反馈; the group is reminded the same evening; without the sheet the visit is not done."""
    running = puyang(units=2)
    running.rounds(aug(10), aug(10))
    running.round(aug(11))
    with running.on(aug(11)) as session:
        visit = visit_of(session, running.cycle_id, running.unit(session).id)
        mark_visited(session, running.actor("zuzhang"), visit)
        assert (visit.start_on, visit.state) == (aug(11), VisitState.DONE)
    with running.on(aug(11)) as session:
        assert "现场反馈单" not in running.said(session, aug(11), unit_id=None)
    running.round(aug(11), time(17, 30))
    running.round(aug(12))
    with running.on(aug(12)) as session:
        visit, name = session.get_one(Visit, visit.id), running.unit(session).name
        assert f"{name}尚无现场反馈单，请当日补办" in running.said(session, aug(11), unit_id=None)
        assert f"（{name}）：8月11日（周二）已到期，逾期1天" in running.said(session, aug(12), unit_id=None)
        board = board_of(session, running.cycle_id)[running.unit(session).id]
        assert board[StageKind.ON_SITE_CHECK].state == "unfinished"
        with pytest.raises(Rejected, match="由被督察单位签字"):
            feed_back_on_site(session, running.actor("zuzhang"), visit, "反馈2个问题", " ")
        feed_back_on_site(session, running.actor("zuzhang"), visit, "反馈2个问题", "单位负责人")
        assert visit.state == VisitState.FED_BACK
        assert session.get_one(Assignment, visit.assignment_id).state == AssignmentState.DONE
