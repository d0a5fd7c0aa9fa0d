"""基层负担: figures equal what is on record, periods cut where they say, one office does not count another's units."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlmodel import col, select

from actions.burden import burden_of, make_burden
from actions.paper import look
from actions.review import send_back
from models.burden_ledger import Period
from models.cycle import Assignment
from models.notice import Message
from models.words import AssignmentKind, MessageState
from tests.conftest import Running
from tests.workbooks import notes_of, table_of

K = AssignmentKind
DAY = date(2020, 8, 17)


@pytest.fixture
def running(puyang: Callable[..., Running]) -> Running:
    found = puyang(2)
    found.rounds(date(2020, 7, 24), date(2020, 8, 10))
    return found


def test_the_figures_are_those_on_record(running: Running) -> None:
    with running.on(DAY) as session:
        found = burden_of(session, running.people.office_id, running.cycle(session), Period())
        for load, unit in zip(found.loads, running.units(session), strict=True):
            owed = session.exec(
                select(Assignment).where(Assignment.unit_id == unit.id, col(Assignment.team_id).is_(None))
            ).all()
            sent = session.exec(
                select(Message).where(Message.unit_id == unit.id, Message.state == MessageState.SENT)
            ).all()
            assert load.unit == unit.name and load.messages == len(sent) > 0
            assert load.lines == sum(one.kind == K.TASK for one in owed) > 20
            assert load.items == sum(one.kind != K.TASK for one in owed) > 1
            assert load.visits == 1 and load.returned == 0 and load.reports >= 1


def test_a_period_counts_what_falls_due_is_sent_and_visited_in_it(running: Running) -> None:
    with running.on(DAY) as session:
        office, cycle = running.people.office_id, running.cycle(session)
        before = burden_of(session, office, cycle, Period(None, date(2020, 7, 31))).loads[0]
        during = burden_of(session, office, cycle, Period(date(2020, 8, 1), date(2020, 8, 10))).loads[0]
        whole = burden_of(session, office, None, Period()).loads[0]
        assert before.lines == 0 < during.lines == whole.lines and before.messages + during.messages == whole.messages
        nothing = burden_of(session, office, cycle, Period(date(2030, 1, 1), date(2030, 1, 2)))
        assert all(load.messages == load.visits == load.lines == 0 for load in nothing.loads)


def test_what_was_sent_back_counts_as_returned(running: Running) -> None:
    with running.on(date(2020, 8, 10)) as session:
        row = running.hand_in(session, 0)
        send_back(session, running.actor("jingban"), row, "缺问题清单")
        office, cycle = running.people.office_id, running.cycle(session)
        first, second = burden_of(session, office, cycle, Period()).loads
        assert (first.returned, second.returned) == (1, 0)


def test_the_workbook_says_what_the_page_says_with_the_mean_last(running: Running) -> None:
    with running.on(DAY) as session:
        cycle = running.cycle(session)
        found = burden_of(session, running.people.office_id, cycle, Period())
        paper = make_burden(session, running.actor("jingban"), cycle, Period())
        data = look(session, paper)
        rows = table_of(data)
        assert [row["单位"] for row in rows] == [*(load.unit for load in found.loads), "平均"]
        assert [row["收到消息"] for row in rows] == [*(load.messages for load in found.loads), found.mean["messages"]]
        assert f"可以精简的：{''.join(found.spared)}" in notes_of(data) and "时段：整个周期" in notes_of(data)
        assert make_burden(session, running.actor("jingban"), cycle, Period()).id == paper.id
        other = make_burden(session, running.actor("jingban"), cycle, Period(date(2020, 8, 1)))
        assert other.id != paper.id and "时段：2020-08-01至今" in notes_of(look(session, other))
