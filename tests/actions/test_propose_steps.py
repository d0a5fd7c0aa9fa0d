"""Whatever the days and answers bring: one draft a matter, nothing on what was handed in, never above the caps."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from actions.deadline import move_deadline, settle
from actions.escalate import decide
from actions.propose_steps import held_back, propose_steps
from actions.record import record, system
from actions.remind import plan_reminders
from config import clock
from config.policy import RUNGS, Policy
from models.base import Refused
from models.cycle import Assignment
from models.database import transaction
from models.paper_words import EscalationState, EscalationStep
from models.problem import Escalation
from models.step_ledger import NOBODY_TOLD, NOT_TAKEN
from models.words import AssignmentKind, AssignmentState
from tests.conftest import Running

K, A, S, E = AssignmentKind, AssignmentState, EscalationState, EscalationStep
LATE = date(2020, 8, 14)
TERMS = {
    E.TALK: {"when": "2020年9月1日上午9时", "where": "会议室", "whom": "主要负责人", "host": "分管领导"},
    E.REFERRAL: {"use": "assessment", "receiver": "考核办"},
}
CAPS = tuple(one.model_copy(update={"most": 1, "within": 20}) for one in RUNGS)


@pytest.fixture
def late(puyang: Callable) -> Running:
    """One unit that has answered nothing, on the day before its first slip."""
    running = puyang(units=1, policy=Policy(rungs=CAPS))
    for n in (3, 7, 10, 11, 13):
        running.round(date(2020, 8, n))
    return running


def matters(session: Session, running: Running) -> list[Assignment]:
    """Two things the unit owes: its report, and a plan that is due on the same day."""
    report, plan = running.item(session, K.SELF_CHECK_REPORT), running.item(session, K.RECT_REPORT)
    if plan.due_on != report.due_on:
        settle(session, plan, A.OPEN)
        move_deadline(session, running.actor("jingban"), plan, report.due_on, "同一时限")
        record(session, system(plan.office_id), NOBODY_TOLD, plan.id, plan.cycle_id, plan.unit_id)
    return [report, plan]


def act(session: Session, running: Running, item: Assignment, what: str, day: date) -> None:
    leader, clerk = running.actor("lingdao"), running.actor("jingban")
    draft = session.exec(
        select(Escalation).where(Escalation.assignment_id == item.id, Escalation.state == S.DRAFT)
    ).first()
    if what == "hand_in" and item.state != A.SUBMITTED:
        settle(session, item, A.SUBMITTED)
    if what == "return" and item.state == A.SUBMITTED:
        settle(session, item, A.RETURNED)
        record(session, clerk, "退回", item.id, item.cycle_id, item.unit_id)
    if what == "extend" and item.state != A.SUBMITTED:
        move_deadline(session, clerk, item, day + timedelta(days=4), "延期")
    if draft and what in ("approve", "drop"):
        decide(session, leader, draft, what == "approve", reason="已说明", terms=TERMS.get(draft.step))


def check(session: Session, day: date) -> None:
    rows = session.exec(select(Escalation).order_by(col(Escalation.drafted_on))).all()
    waiting = [row.assignment_id for row in rows if row.state == S.DRAFT]
    assert len(waiting) == len(set(waiting)), "two drafts for one matter"
    for one in CAPS:
        mine = [row for row in rows if (row.step, row.colour) == (one.step, one.colour)]
        lies = [
            row for row in mine
            if row.state == S.DRAFT
            or (row.state not in NOT_TAKEN and clock.date_of(row.decided_at) > day - timedelta(days=one.within))
        ]
        assert len(lies) <= one.most, f"{day}: {len(lies)} × {one.step} {one.colour}"
    drafted_today = [row for row in rows if row.drafted_on == day and row.drafted_by == "系统"]
    assert len(drafted_today) == len({row.assignment_id for row in drafted_today})


MOVES = st.tuples(
    st.integers(0, 1), st.sampled_from(("wait", "approve", "approve", "drop", "hand_in", "return", "extend")),
    st.integers(0, 6),
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(moves=st.lists(MOVES, min_size=5, max_size=25))
def test_p14_whatever_order_days_and_answers_come_in_the_ladder_keeps_its_bounds(late, moves) -> None:
    """P14: never above the caps, never a rung on what is handed in, never two open drafts for one matter."""
    day = LATE
    with pytest.raises(ZeroDivisionError), transaction(late.bind) as session:
        for which, what, later in moves:
            with clock.jumped_to(clock.at_time(day)):
                item = matters(session, late)[which]
                try:
                    with session.begin_nested():
                        act(session, late, item, what, day)
                except Refused:
                    session.expire_all()
                plan_reminders(session, late.cycle_id, day)
                quiet = {one.id for one in matters(session, late) if one.state == A.SUBMITTED}
                before = set(session.exec(select(Escalation.id)).all())
                propose_steps(session, late.cycle_id, day)
                assert propose_steps(session, late.cycle_id, day).drafted == 0, "a second run of the day"
                fresh = [row for row in session.exec(select(Escalation)) if row.id not in before]
                assert not quiet & {row.assignment_id for row in fresh}, "a rung on what was handed in"
                check(session, day)
            day += timedelta(days=later)
        raise ZeroDivisionError  # nothing of it is kept


def test_p14_a_unit_that_has_had_enough_of_a_rung_is_proposed_nothing_and_the_flow_says_so(late) -> None:
    with late.on(LATE) as session:
        matters(session, late)
        plan_reminders(session, late.cycle_id, LATE)
        done = propose_steps(session, late.cycle_id, LATE)
        assert done.drafted == 1 and len(done.held) == 1
        assert "近20天已有蓝色督办单1次（含待批），达到上限1次，不再提出" in done.held[0]
        assert held_back(session, late.cycle_id, LATE) == done.held
        assert len(session.exec(select(Escalation)).all()) == 1


def test_p14_a_dropped_proposal_comes_back_only_on_a_new_ground(late) -> None:
    with late.on(LATE) as session:
        propose_steps(session, late.cycle_id, LATE)
        decide(session, late.actor("lingdao"), session.exec(select(Escalation)).one(), False, reason="已电话说明")
        assert propose_steps(session, late.cycle_id, LATE).drafted == 0
    with late.on(date(2020, 9, 1)) as session:
        assert propose_steps(session, late.cycle_id, date(2020, 9, 1)).drafted == 0
        item = late.item(session, K.SELF_CHECK_REPORT)
        move_deadline(session, late.actor("jingban"), item, date(2020, 9, 2), "重新给出时限")
    with late.on(date(2020, 9, 8)) as session:
        assert propose_steps(session, late.cycle_id, date(2020, 9, 8)).drafted == 1


def test_nothing_is_proposed_on_a_rest_day(late) -> None:
    saturday = date(2020, 8, 15)
    with late.on(saturday) as session:
        assert propose_steps(session, late.cycle_id, saturday).drafted == 0
    with late.on(date(2020, 8, 17)) as session:
        assert propose_steps(session, late.cycle_id, date(2020, 8, 17)).drafted == 1


def test_a_slip_from_before_the_colours_leads_to_a_talk_and_keeps_its_words(late) -> None:
    with late.on(LATE) as session:
        item = late.item(session, K.SELF_CHECK_REPORT)
        session.add(Escalation(
            office_id=item.office_id, cycle_id=item.cycle_id, unit_id=item.unit_id, assignment_id=item.id, step=E.SLIP,
            state=S.APPROVED, text="旧件", drafted_on=LATE, decided_by="领导甲", decided_at=clock.now(), number="旧1号",
        ))
    with late.on(date(2020, 8, 21)) as session:
        propose_steps(session, late.cycle_id, date(2020, 8, 21))
        old, new = session.exec(select(Escalation).order_by(col(Escalation.drafted_on))).all()
        assert (old.called, old.text, old.number, new.step) == ("督办单", "旧件", "旧1号", E.TALK)
        assert "督办单（旧1号）之后满3个工作日仍未报送" in new.text
