"""Stages open and close by the calendar, missed days are made up once, and a cycle ends only when all is settled."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlmodel import select

from actions.advance import close_cycle, open_by_hand, run_stage, stages_to_run
from actions.rectify import Acting, move_problem
from models.base import Conflict
from models.event import Event
from models.ledger import stage_of
from models.problem import Problem
from models.words import AssignmentKind, AssignmentState, CycleState, Move, StageKind, StageState, UnitStageState

K, G = AssignmentKind, StageKind


def aug(day: int) -> date:
    return date(2020, 8, day)


def test_a_stage_opens_on_its_day_even_a_saturday_and_with_it_its_duties(puyang: Callable) -> None:
    running = puyang(units=1)
    running.rounds(date(2020, 7, 31), aug(1))
    with running.on(aug(1)) as session:
        stage = stage_of(session, running.cycle_id, G.SELF_CHECK)
        assert (stage.state, stage.opened_on) == (StageState.OPEN, aug(1))
        assert running.item(session, K.SELF_CHECK_REPORT).state == AssignmentState.OPEN
        assert running.item(session, K.RECT_REPORT).state == AssignmentState.PLANNED
        assert stage_of(session, running.cycle_id, G.PREPARATION).state == StageState.CLOSED


def test_the_second_run_of_a_day_changes_nothing(puyang: Callable) -> None:
    running = puyang(units=1)
    running.round(aug(1))
    with running.on(aug(1)) as session:
        events = len(session.exec(select(Event.id)).all())
        assert stages_to_run(session, running.cycle_id, aug(1)) == []
        report = run_stage(session, running.cycle_id, G.SELF_CHECK, aug(1))
        assert report.did == []
        assert len(session.exec(select(Event.id)).all()) == events


def test_days_without_a_run_are_made_up_once_and_named(puyang: Callable) -> None:
    running = puyang(units=1)
    running.rounds(aug(1), aug(4))
    with running.on(aug(9)) as session:
        report = run_stage(session, running.cycle_id, G.SELF_CHECK, aug(9))
        assert report.did == ["补看08-05至08-08停机日"]
        assert run_stage(session, running.cycle_id, G.SELF_CHECK, aug(9)).did == []


def test_a_whole_stage_slept_through_is_opened_and_closed_late_and_says_so(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(aug(24)) as session:
        report = run_stage(session, running.cycle_id, G.ON_SITE_CHECK, aug(24))
        assert report.did == ["实地督察开启（原定08-11，补办）", "实地督察结束"]
        assert report.counts == {UnitStageState.UNFINISHED: 1}
        assert report.sentence.endswith("实地督察已结束；到期未完成1个")


def test_a_stage_without_date_is_opened_by_hand_and_only_once(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(aug(24)) as session:
        cycle, clerk = running.cycle(session), running.actor("jingban")
        open_by_hand(session, clerk, cycle, G.LOOK_BACK, aug(24))
        assert stage_of(session, running.cycle_id, G.LOOK_BACK).state == StageState.OPEN
        with pytest.raises(Conflict, match="回头看阶段进行中"):
            open_by_hand(session, clerk, cycle, G.LOOK_BACK, aug(24))


def test_a_cycle_with_an_open_problem_does_not_end_and_an_ended_one_is_silent(puyang: Callable) -> None:
    running = puyang(units=2)
    with running.on(aug(12)) as session:
        running.find(session)
        with pytest.raises(Conflict, match="还有1个问题未销号"):
            close_cycle(session, running.actor("zhuren"), running.cycle(session), aug(12))
        head, problem = running.actor("zhuren"), session.exec(select(Problem)).one()
        move_problem(session, head, problem, Acting(Move.WITHDRAW, problem.version, "查无实据"))
        close_cycle(session, head, running.cycle(session), aug(12))
        assert running.cycle(session).state == CycleState.CLOSED
    running.rounds(aug(25), aug(31))
    assert running.told(K.RECT_REPORT) == []
