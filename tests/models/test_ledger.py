"""The queries: scoped to an office, counted from the rows themselves, in the order people read."""

from collections.abc import Callable
from datetime import date
from uuid import uuid4

import pytest

from actions.review import accept
from models import due_ledger, ledger
from models.base import NotFound
from models.board import board as board_of
from models.words import AssignmentKind, StageKind, UnitStageState

pytestmark = pytest.mark.both_databases

K = AssignmentKind
AUGUST_3 = date(2020, 8, 3)


def test_a_day_looks_only_at_what_is_due_that_day(puyang: Callable) -> None:
    running = puyang(units=3)
    with running.on(AUGUST_3) as session:
        portion = due_ledger.Portion(running.people.office_id, running.cycle_id, AUGUST_3)
        kinds = {one.ladder for one in due_ledger.combinations(session, portion).kinds}
    assert K.SELF_CHECK_REPORT in kinds
    assert not kinds & {K.TASK, K.RECT_REPORT, K.RECT_PLAN, K.GOAL}


def test_a_units_page_lists_the_nearest_limit_first_and_leaves_the_parts_to_their_report(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(AUGUST_3) as session:
        items = ledger.unit_items(session, running.unit(session).id)
        dated = [item.due_on for item in items if item.due_on]
        assert dated == sorted(dated)
        assert [item.due_on for item in items][len(dated):] == [None] * (len(items) - len(dated))
        assert {item.kind for item in items} == {
            K.CONTACT, K.SELF_CHECK_REPORT, K.RECT_REPORT, K.GOAL,  # the plan is owed from the letter on
        }


def test_a_county_answers_to_both_sheets_and_a_department_to_one(puyang: Callable) -> None:
    running = puyang(units=10)  # the tenth of the sample list is a department
    with running.on(AUGUST_3) as session:
        county, department = running.unit(session, 0), running.unit(session, 9)
        assert len(ledger.task_items(session, running.cycle_id, county.id)) == 57
        tasks = [task for _, task in ledger.task_items(session, running.cycle_id, department.id)]
        assert [task.no for task in tasks] == list(range(1, 31))


def test_the_board_counts_a_unit_once_per_stage(puyang: Callable) -> None:
    running = puyang(units=2)
    running.round(date(2020, 8, 1))
    with running.on(AUGUST_3) as session:
        accept(session, running.actor("jingban"), running.hand_in(session, 0))
        board = board_of(session, running.cycle_id)
        done, waiting = (board[running.unit(session, n).id][StageKind.SELF_CHECK] for n in (0, 1))
        assert (done.state, done.done, done.total) == (UnitStageState.DONE, 1, 1)
        assert (waiting.state, waiting.done) == (UnitStageState.ACTIVE, 0)
        running.hand_in(session, 1)
        session.refresh(waiting)
        assert waiting.state == UnitStageState.SUBMITTED, "a report under review is neither late nor unfinished"


def test_what_is_not_there_is_said_in_a_sentence(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(AUGUST_3) as session:
        unit = running.unit(session)
        for ask in (
            lambda: ledger.policy_of(session, uuid4()),
            lambda: ledger.problem_item(session, uuid4()),
            lambda: ledger.unit_item(session, running.cycle_id, unit.id, K.FEEDBACK_RECEIPT),
        ):
            with pytest.raises(NotFound, match="没有"):
                ask()
