"""Opening a cycle: every unit its duties, every date moved alike, nothing sent before it is due."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlmodel import select

from actions.adopt import adopt_plan
from actions.open_cycle import Opening, open_cycle, shift_preview
from config.policy import Ladder, Policy
from models.base import Rejected
from models.cycle import Assignment, Visit
from models.ledger import policy_of, stages_of_cycle, teams_of
from models.plan import Plan
from models.unit import Contact
from models.words import AssignmentKind, AssignmentState, Channel, StageKind
from plans.draft import PlanDraft

K = AssignmentKind


def test_a_cycle_without_units_is_refused(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(date(2020, 7, 24)) as session:
        plan = session.exec(select(Plan)).one()
        with pytest.raises(Rejected, match="没有选择被督察单位"):
            open_cycle(session, running.actor("jingban"), plan, [], Opening())


def test_a_unit_whose_only_contact_has_no_address_counts_as_unreachable(puyang: Callable) -> None:
    running = puyang(units=2)
    with running.on(date(2020, 7, 24)) as session:
        contact = running.contact(session, 1)
        contact.channel, contact.address = Channel.MAIL, ""
        session.flush()
        plan, units = session.exec(select(Plan)).one(), running.units(session)
        with pytest.raises(Exception, match=f"1个单位没有可用联系人：{units[1].name}"):
            open_cycle(session, running.actor("jingban"), plan, units, Opening())


def test_a_plan_moved_by_a_year_moves_every_date_and_the_words_of_its_terms(puyang: Callable) -> None:
    running = puyang(units=1, on=date(2021, 7, 23), shift_days=364)
    with running.on(date(2021, 7, 23)) as session:
        assert running.item(session, K.SELF_CHECK_REPORT).due_on == date(2021, 8, 9)
        assert running.own(session, K.INSPECTION_REPORT).terms["propose_before"] == "2021-08-24"
        assert running.own(session, K.FEEDBACK_LETTER).terms["window"] == ["2021-08-24", "2021-09-04"]
        kinds = {stage.kind: stage.start_on for stage in stages_of_cycle(session, running.cycle_id)}
        assert kinds[StageKind.ON_SITE_CHECK] == date(2021, 8, 10)
        moved = {one.name: one for one in shift_preview(session, session.exec(select(Plan)).one(), 365)}
        assert moved["整改报告"].moved == date(2021, 9, 5)
        assert moved["整改报告"].remark == "由周六变为周日；逢周日，提醒提前至09-03"


def test_look_back_gets_a_stage_although_the_plan_prints_none(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(date(2020, 7, 24)) as session:
        found = [stage for stage in stages_of_cycle(session, running.cycle_id) if stage.kind == StageKind.LOOK_BACK]
        assert [(stage.start_on, stage.end_on) for stage in found] == [(None, None)]


def test_steps_already_behind_a_late_opening_are_not_sent(puyang: Callable) -> None:
    running = puyang(units=1, on=date(2020, 8, 6))
    with running.on(date(2020, 8, 6)) as session:
        assert running.item(session, K.SELF_CHECK_REPORT).next_notice_on == date(2020, 8, 7)
        assert running.own(session, K.OFFICE_TASK).due_on == date(2020, 7, 31)


def test_teams_share_the_visits_and_each_has_a_contact(puyang: Callable) -> None:
    running = puyang(units=6, team_names=("第一督察组", "第二督察组"))
    with running.on(date(2020, 7, 24)) as session:
        teams = {team.id for team in teams_of(session, running.cycle_id)}
        visits = session.exec(select(Visit)).all()
        assert sorted([visit.team_id for visit in visits].count(team) for team in teams) == [3, 3]
        assert {contact.team_id for contact in session.exec(select(Contact)) if contact.team_id} == teams


def test_a_cycle_keeps_the_policy_it_was_opened_with(puyang: Callable) -> None:
    policy = Policy(duty=Ladder(before=(5,), after=(), draft_after=None))
    running = puyang(units=1, policy=policy)
    with running.on(date(2020, 7, 24)) as session:
        assert policy_of(session, running.cycle_id) == policy
        assert running.item(session, K.SELF_CHECK_REPORT).next_notice_on == date(2020, 8, 5)


def test_a_duty_of_a_unit_left_out_does_not_become_the_offices_own(puyang: Callable, draft: PlanDraft) -> None:
    """A plan may name a unit that this cycle leaves out: then nobody owes the duty here."""
    running = puyang(units=2)
    with running.on(date(2020, 7, 24)) as session:
        named = draft.model_copy(deep=True)
        left_out = running.unit(session, 1)
        named.deliverables[0].owner = left_out.name
        plan = adopt_plan(session, running.actor("jingban"), named, "another file")
        cycle = open_cycle(session, running.actor("jingban"), plan, [running.unit(session, 0)], Opening())
        title = named.deliverables[0].title
        owed = session.exec(select(Assignment).where(Assignment.cycle_id == cycle.id, Assignment.title == title)).all()
        assert [item for item in owed if item.unit_id is None and item.team_id is None] == []


def test_only_the_receipt_is_open_before_its_stage_begins(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(date(2020, 7, 24)) as session:
        open_now = session.exec(select(Assignment.kind).where(Assignment.state == AssignmentState.OPEN)).all()
        assert open_now == [K.CONTACT]
