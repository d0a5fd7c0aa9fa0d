"""濮治市办〔2020〕8号: the acceptance rows P8 to P14, one test each (P1 to P7: test_puyang.py)."""

from collections.abc import Callable
from datetime import date, time

import pytest
from sqlmodel import select

from actions.deadline import set_stage_dates
from actions.escalate import decide, delist, draft_step
from actions.extend import set_limit
from actions.feed_back import proposed_day
from actions.open_link import sign_on_paper
from actions.rectify import submit_plan
from actions.review import accept
from models import ledger, open_work
from models.base import Rejected
from models.event import Event
from models.notice import Notice
from models.paper_words import EscalationState, EscalationStep
from models.problem import Escalation, Problem
from models.words import AssignmentKind as K
from models.words import NoticeState, StageKind, StageState
from rules.problem import PLAN_FIELDS


def aug(day: int) -> date:
    return date(2020, 8, day)


def sep(day: int) -> date:
    return date(2020, 9, day)


def test_p8_on_08_25_the_team_report_is_due_and_the_feedback_opens(puyang: Callable) -> None:
    """group report by 08-25, T-7..T0 to the group; 08-25 also opens stage 4: both must coexist."""
    running = puyang(units=2)
    running.rounds(aug(3), aug(25))
    with running.on(aug(25)) as session:
        report = running.own(session, K.TEAM_REPORT)
        told = session.exec(select(Notice).where(Notice.assignment_id == report.id)).all()
        assert sorted(one.planned_on for one in told) == [aug(18), aug(21), aug(24), aug(25)]
        assert "今日（周二）到期" in running.said(session, aug(25), unit_id=None)
        for kind in (StageKind.FEEDBACK, StageKind.RECTIFICATION):
            stage = ledger.stage_of(session, running.cycle_id, kind)
            assert (stage.state, stage.opened_on) == (StageState.OPEN, aug(25))
        assert ledger.stage_of(session, running.cycle_id, StageKind.ON_SITE_CHECK).state == StageState.CLOSED


def test_p9_the_inspection_report_stands_in_the_list_without_limit_until_a_clerk_sets_one(puyang: Callable) -> None:
    """no date; a soft date before 08-25 is proposed and editable; appears in the "no limit set" list."""
    running = puyang(units=1)
    with running.on(aug(3)) as session:
        office = running.people.office_id
        report = next(one for one in open_work.without_limit(session, office) if one.kind == K.INSPECTION_REPORT)
        assert (report.due_on, report.next_notice_on, proposed_day(report)) == (None, None, aug(24))
        set_limit(session, running.actor("jingban"), report, aug(21), "拟于下周报送")
        assert report.next_notice_on == aug(14)
        assert report not in open_work.without_limit(session, office)


def test_p10_letter_and_ledger_hold_the_same_problems_and_an_unsigned_unit_is_telephoned(puyang: Callable) -> None:
    """every problem in the letter exists in the ledger, numbers equal; unsigned after 2 working days → phone."""
    running = puyang(units=2)
    running.round(aug(25))
    with running.on(aug(25)) as session:
        accept(session, running.actor("jingban"), running.hand_in(session, 0))
        for position, title in ((0, "审查缺件"), (1, "别家问题"), (0, "档案缺失")):
            running.find(session, position, title)
        letter = running.letter(session, 0)
        unit, office = running.unit(session, 0), running.people.office_id
        ledgered = {p.no: p.title for p, _, _ in ledger.problems_of(session, running.cycle_id, unit.id)}
        assert ledgered == {1: "记录不完整", 2: "审查缺件", 4: "档案缺失"}
        assert {problem["no"]: problem["title"] for problem in letter.content} == ledgered
        assert letter.number == "濮治市办督反〔2020〕1号"
    running.rounds(aug(26), aug(28))
    assert running.told(K.FEEDBACK_RECEIPT, 0) == [(aug(25), "印发"), (aug(27), "T0")]
    with running.on(aug(28)) as session:
        called = {item.kind: unit.id for item, unit in open_work.unsigned(session, office, aug(27))}
        assert K.FEEDBACK_RECEIPT not in called
        item, contact = running.item(session, K.FEEDBACK_RECEIPT), running.contact(session)
        assert item in [one for one, _ in open_work.unsigned(session, office, aug(28))]
        sign_on_paper(session, running.actor("jingban"), item, contact, {"name": "某人"})
        assert item not in [one for one, _ in open_work.unsigned(session, office, aug(28))]


@pytest.mark.parametrize("field", list(PLAN_FIELDS))
def test_p11_a_plan_that_lacks_one_of_the_five_fields_names_the_problem(puyang: Callable, field: str) -> None:
    """措施, 责任领导, 责任单位, 责任人, 时限 per problem; missing → cannot submit, the message names the problem."""
    running = puyang(units=1)
    full = {"measure": "补齐", "leader": "分管负责人", "lead_unit": "办公室", "person": "科长", "due_on": "2020-09-05"}
    with running.on(aug(26)) as session:
        running.find(session), running.find(session, title="第二个问题"), running.letter(session)
        who, unit = running.speaks(session), running.unit(session)
        with pytest.raises(Rejected, match=f"问题2缺少“{PLAN_FIELDS[field]}”"):
            submit_plan(session, who, running.cycle_id, unit.id, {1: full, 2: {**full, field: ""}}, "a")
        assert {problem.state for problem in session.exec(select(Problem))} == {"issued"}
        submit_plan(session, who, running.cycle_id, unit.id, {1: full, 2: full}, "b")
        assert {problem.state for problem in session.exec(select(Problem))} == {"planned"}


def test_p12_the_saturday_of_the_rectification_report_is_told_on_these_days_and_words(puyang: Callable) -> None:
    """09-05 (Sat): 08-28, 09-02, 09-04 (T-1 and T0 merge, 明日（周六）到期), overdue Mon 09-07."""
    running = puyang(units=1)
    running.rounds(aug(25), sep(8))
    assert running.told(K.RECT_REPORT) == [(aug(28), "T-7"), (sep(2), "T-3"), (sep(4), "T-1·T0"), (sep(7), "+1")]
    with running.on(sep(8)) as session:
        assert "整改报告：明日（周六）到期" in running.said(session, sep(4))
        assert "9月5日（周六）已到期，逾期2天，请立即办理" in running.said(session, sep(7))


def test_p13_the_day_of_the_higher_inspection_makes_a_ladder_and_moving_it_cancels_the_unsent(puyang: Callable) -> None:
    """中央督察之前: entering a date creates T-14..; moving it re-plans, old reminders are cancelled, not sent."""
    running = puyang(units=1)
    running.rounds(sep(14), sep(14))
    with running.on(sep(14)) as session:
        assert running.item(session, K.GOAL).next_notice_on is None
        running.find(session)
        clerk, cycle = running.actor("jingban"), running.cycle(session)
        set_stage_dates(session, clerk, cycle, StageKind.HIGHER_INSPECTION, date(2020, 10, 15), None, "接通知")
    running.round(sep(30), time(8))  # written before the hours of sending; T-14 and T-7 meet before the holiday
    assert running.told(K.GOAL, state=NoticeState.PLANNED) == [(sep(30), "T-14·T-7")]
    with running.on(sep(30), time(8, 30)) as session:
        cycle = running.cycle(session)
        set_stage_dates(session, clerk, cycle, StageKind.HIGHER_INSPECTION, date(2020, 10, 29), None, "推迟")
    running.rounds(sep(30), date(2020, 10, 30))
    assert running.told(K.GOAL, state=NoticeState.CANCELLED) == [(sep(30), "T-14·T-7")]
    days = [(14, "T-14"), (21, "T-7"), (23, "T-3"), (27, "T-1"), (28, "T0")]  # 10-25 is a Sunday
    assert running.told(K.GOAL) == [(date(2020, 10, day), step) for day, step in days]


def test_p14_no_step_is_taken_by_itself_none_skipped_without_reason_and_a_listing_ends(puyang: Callable) -> None:
    """约谈, 挂牌督办, 通报批评: drafts only; skipping a step needs a reason; 挂牌 has a 摘牌 record."""
    running = puyang(units=1)
    running.rounds(aug(3), aug(24))
    leader = running.actor("lingdao")
    with running.on(aug(24)) as session:
        slip = session.exec(select(Escalation)).one()
        assert (slip.step, slip.state, slip.drafted_on) == (EscalationStep.SLIP, EscalationState.DRAFT, aug(14))
        assert "督办单" not in "".join(running.said(session, aug(day)) for day in range(3, 25))
        item = running.item(session, K.SELF_CHECK_REPORT)
        decide(session, leader, slip, True, "濮治市办督〔2020〕1号", aug(28))
        assert item.due_on == aug(28)
    running.round(aug(24), time(17, 30))
    with running.on(aug(25)) as session:
        said = running.said(session, aug(24))
        assert "经研究，予以蓝色督办（濮治市办督〔2020〕1号），请于8月28日前完成" in said
    with running.on(aug(31)) as session:  # the new limit has passed as well
        item = running.item(session, K.SELF_CHECK_REPORT)
        with pytest.raises(Rejected, match="跳过“橙色督办单、红色督办单、约谈”直接挂牌督办，须写明理由"):
            draft_step(session, running.actor("jingban"), item, EscalationStep.LISTED, aug(31))
        listed = draft_step(session, running.actor("jingban"), item, EscalationStep.LISTED, aug(31), "拒不整改")
        decide(session, leader, listed, True, "濮治市办挂〔2020〕1号")
        with pytest.raises(Rejected, match="摘牌须"):
            delist(session, leader, listed, "")
        delist(session, leader, listed, "已全部补报")
        assert listed.state == EscalationState.DELISTED
        assert session.exec(select(Event).where(Event.verb == "摘牌")).one().data["reason"] == "已全部补报"
