"""The database's figures are those of plain Python over the same rows, for one cycle and for all that run."""

import time
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlmodel import Session, select

from actions.deadline import move_deadline
from commands.rehearse import play_day, stage
from commands.script import Script
from config import clock
from config.workdays import official
from models import statistics
from models.cycle import Assignment, Cycle
from models.database import reading
from models.ledger import LIVE, A
from models.notice import Message, Notice
from models.plan import Task
from models.problem import Problem
from models.unit import Unit
from models.words import AssignmentKind, MessageState, NoticeState
from plans.draft import PlanDraft
from plans.planfile import read_plan
from plans.text import read_source
from rules.ageing import edges

pytestmark = pytest.mark.both_databases

K = AssignmentKind
START, TODAY = date(2020, 7, 27), date(2020, 9, 9)
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def played() -> object:
    """Twelve units, some late, some silent, four days after the last limit, with one limit moved."""
    with stage(read_plan(read_source("puyang-2020")), 12, START, Script()) as theatre:
        for n in range((TODAY - START).days):
            play_day(theatre.bind, theatre.cycle_id, theatre.cast, START + n * DAY)
        yield theatre


@pytest.fixture
def session(played) -> Session:
    with clock.jumped_to(clock.at_time(TODAY)), reading(played.bind) as session:
        yield session


@pytest.fixture
def scope(session: Session, played) -> statistics.Scope:
    return statistics.running_scope(session, played.people.office_id, TODAY)


def counted(session: Session) -> list[Assignment]:
    skipped = {K.CONTACT, K.FEEDBACK_RECEIPT, K.GOAL, K.CONFIRMATION}
    return [
        row for row in session.exec(select(Assignment))
        if row.unit_id and not row.team_id and not row.part_of and row.state != A.CANCELLED and row.kind not in skipped
    ]


def handed(row: Assignment) -> date | None:
    moment = row.sent_in_at or row.done_at
    return clock.date_of(moment) if moment and row.state in (A.SUBMITTED, A.DONE) else None


def late(row: Assignment) -> bool:
    return row.state in LIVE and row.due_on is not None and row.due_on < TODAY and not row.paused_on


def standing(rows: list[Assignment]) -> statistics.Standing:
    def judged(name: str) -> tuple[int, int]:
        limits = [(handed(row), getattr(row, name), row) for row in rows if getattr(row, name)]
        due = [
            (day, limit) for day, limit, row in limits
            if day or (row.state in LIVE and not row.paused_on and limit < TODAY)
            or row.state in (A.SUBMITTED, A.DONE)
        ]
        return len(due), sum(1 for day, limit in due if day and day <= limit)

    return statistics.Standing(
        len(rows), sum(row.state == A.DONE for row in rows), sum(row.state == A.SUBMITTED for row in rows),
        sum(late(row) for row in rows), *judged("due_on"), *judged("first_due_on"),
    )


def test_every_units_figures_are_those_of_its_rows(session: Session, scope: statistics.Scope) -> None:
    found = statistics.by_unit(session, scope)
    assert [unit.sort for unit, _ in found] == sorted(unit.sort for unit, _ in found)
    assert len(found) == 12
    for unit, figures in found:
        assert figures == standing([row for row in counted(session) if row.unit_id == unit.id]), unit.name
    assert {figures.overdue for _, figures in found} > {0}
    assert any(figures.share != figures.share_first or figures.on_time for _, figures in found)


def test_stages_and_cycles_add_up_to_the_same(session: Session, scope: statistics.Scope, played) -> None:
    rows = counted(session)
    assert statistics.by_cycle(session, scope) == {played.cycle_id: standing(rows)}
    for kind, figures in statistics.by_stage(session, scope):
        assert figures == standing([row for row in rows if row.stage == kind]), kind
    assert len(statistics.by_stage(session, scope)) == len({row.stage for row in rows})


def test_what_is_overdue_is_aged_in_workdays_and_the_oldest_are_named(
    session: Session, scope: statistics.Scope, played
) -> None:
    bounds = edges(TODAY, official())
    owed = [row for row in counted(session) if late(row)]
    wanted = Counter(
        (row.unit_id, next((n for n, edge in enumerate(bounds) if row.due_on >= edge), len(bounds))) for row in owed
    )
    assert {(unit, band): count for unit, band, count in statistics.ageing(session, scope, bounds)} == wanted
    assert len({band for _, band in wanted}) > 1
    oldest = statistics.oldest_overdue(session, scope, 2)[played.cycle_id]
    assert [item.due_on for item, _ in oldest] == sorted(row.due_on for row in owed)[:2]


def test_weeks_of_messages_begin_on_monday_and_miss_none(session: Session, scope: statistics.Scope) -> None:
    messages, sent = session.exec(select(Message)).all(), MessageState.SENT
    weeks = Counter(row.day - row.day.weekday() * DAY for row in messages if row.state == sent and row.cycle_id)
    assert {monday: count for monday, count, _ in statistics.sending_by_week(session, scope)} == weeks
    units = Counter(
        (row.unit_id, row.day - row.day.weekday() * DAY) for row in messages
        if row.state == sent and row.unit_id and row.cycle_id
    )
    told = {row.id: row for row in messages}
    asks = Counter(
        (told[one.message_id].unit_id, told[one.message_id].day - told[one.message_id].day.weekday() * DAY)
        for one in session.exec(select(Notice)) if one.state == NoticeState.SENT and one.message_id
    )
    found = statistics.burden(session, scope)
    assert {(unit, monday): count for unit, monday, count, _ in found} == units
    assert all(count == asks[unit, monday] for unit, monday, _, count in found)


def test_problems_are_counted_by_state_and_source(session: Session, scope: statistics.Scope) -> None:
    wanted = Counter((row.state, row.source) for row in session.exec(select(Problem)))
    assert statistics.problems_by_state(session, scope) == wanted
    assert len(wanted) > 1


def test_measures_are_counted_by_the_section_that_prints_them(bind) -> None:
    draft: PlanDraft = read_plan(read_source("xinshao-2024"))
    with stage(draft, 5, date(2024, 5, 6), Script()) as theatre, reading(theatre.bind) as session:
        scope = statistics.running_scope(session, theatre.people.office_id, date(2024, 12, 31))
        titles = {task.id: task.sheet_title or task.duty for task in session.exec(select(Task))}
        wanted = Counter(titles[row.task_id] for row in counted(session) if row.task_id)
        assert {theme: figures.total for theme, figures in statistics.by_theme(session, scope)} == wanted
        assert len(wanted) > 3


def test_both_dates_are_judged_apart_and_other_offices_are_not_counted(puyang: Callable) -> None:
    running = puyang(2)
    with running.on(date(2020, 8, 12)) as session:
        item = running.item(session, K.SELF_CHECK_REPORT, 0)
        move_deadline(session, running.actor("zhuren"), item, date(2020, 8, 14), "统一延期")
    with running.on(date(2020, 8, 13)) as session:
        running.hand_in(session, 0)
    with running.on(date(2020, 8, 17)) as session:
        scope = statistics.running_scope(session, running.people.office_id, date(2020, 8, 17))
        figures = {unit.name: row for unit, row in statistics.by_unit(session, scope)}
        first = figures[running.unit(session, 0).name]
        assert (first.on_time, first.judged, first.on_time_first, first.judged_first) == (1, 1, 0, 1)
        other = statistics.running_scope(session, running.unit(session, 0).id, date(2020, 8, 17))
        assert statistics.by_unit(session, other) == []
        session.exec(select(Cycle)).one().state = "closed"
        session.flush()
        assert statistics.running_scope(session, running.people.office_id, date(2020, 8, 17)).cycles == ()


def test_fifty_five_units_of_fifty_seven_items_are_counted_in_300_ms(bind) -> None:
    draft = read_plan(read_source("puyang-2020"))
    with stage(draft, 55, START, Script()) as theatre:
        for n in range(12):
            play_day(theatre.bind, theatre.cycle_id, theatre.cast, START + n * DAY)
        with reading(theatre.bind) as session:
            scope = statistics.running_scope(session, theatre.people.office_id, START + 12 * DAY)
            assert len(session.exec(select(Unit)).all()) == 55
            bounds, spent = edges(scope.today, official()), []
            for _ in range(3):
                began = time.process_time()
                for figures in (
                    statistics.by_unit, statistics.by_stage, statistics.by_theme, statistics.by_cycle,
                    statistics.sending_by_week, statistics.problems_by_state, statistics.burden,
                ):
                    figures(session, scope)
                statistics.ageing(session, scope, bounds)
                statistics.oldest_overdue(session, scope, 5)
                spent.append(time.process_time() - began)
    assert min(spent) < 0.3
