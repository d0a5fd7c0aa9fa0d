"""The day's account: the independent reckoning and the sender agree day by day; where they do not, names are named."""

from collections.abc import Callable
from datetime import date, time, timedelta

import pytest
from sqlalchemy import text
from sqlmodel import Session, select, update

from actions.day_account import reckon, settle_days
from actions.deadline import move_deadline, settle
from actions.lease import take
from actions.pause import pause, resume
from actions.remind import plan_reminders
from config import clock
from models.account_ledger import account_on, accounts_of, due_then
from models.cycle import Assignment
from models.notice import DayAccount, Message, Notice
from models.open_work import alerts
from models.unit import Contact
from models.words import AssignmentKind, AssignmentState, Channel, MessageState, NoticeKind
from tests.conftest import MORNING, Running

pytestmark = pytest.mark.both_databases

K = AssignmentKind
NIGHT, LATE = time(0, 2), time(18, 30)
DAY = timedelta(days=1)


def aug(day: int) -> date:
    return date(2020, 8, day)


def a_day(running: Running, day: date, at: tuple[time, ...] = (NIGHT, MORNING, LATE)) -> DayAccount | None:
    """The sweeps of a day, each followed by the account as the flow does it."""
    for hour in at:
        running.round(day, hour)
        count(running, day, hour)
    with running.on(day, LATE) as session:
        return account_on(session, running.people.office_id, day)


def count(running: Running, day: date, hour: time) -> dict[str, int]:
    with running.on(day, hour) as session:
        return settle_days(session, running.people.office_id)


def said(session: Session, running: Running) -> list[str]:
    return [one.text for one in alerts(session, running.people.office_id) if "对账" in one.text]


def test_over_a_whole_stage_with_moves_pauses_and_returns_nothing_is_missing(puyang: Callable[..., Running]) -> None:
    running = puyang(4)
    head = running.actor("zhuren")
    report = K.SELF_CHECK_REPORT
    for n in range(18):
        day = date(2020, 7, 31) + n * DAY
        if day == aug(5):
            with running.on(day, time(19, 0)) as session:
                move_deadline(session, head, running.item(session, report, 1), aug(12), "T-7 was today")
                pause(session, head, running.item(session, report, 2), "停")
        if day == aug(7):
            with running.on(day) as session:
                running.hand_in(session, 0)
        if day == aug(10):
            with running.on(day, time(18, 50)) as session:
                settle(session, running.item(session, report, 0), AssignmentState.RETURNED)
        if day == aug(12):
            with running.on(day, time(8, 0)) as session:
                resume(session, head, running.item(session, report, 2), "复")
        if day == aug(13):
            with running.on(day, time(11, 0)) as session:
                running.hand_in(session, 3)
        a_day(running, day)
    with running.on(aug(18), NIGHT) as session:
        kept = [row for row in accounts_of(session, running.people.office_id) if row.closed_at]
        wrong = [(row.day, row.owed, row.sent, row.lines) for row in kept if row.missing or row.owed < row.sent]
        assert wrong == []
        assert len(kept) == 11 and sum(row.owed for row in kept) > 20
        assert said(session, running) == []
        sent = sum(row.sent for row in kept)
        told = session.exec(select(Notice).where(
            Notice.state == "sent", Notice.planned_on < aug(17),
            Notice.kind.in_((NoticeKind.REMIND, NoticeKind.URGE)))).all()
        assert sent == len(told), sorted((n.planned_on, n.step, n.kind, n.due_on, n.text) for n in told)


def test_a_matter_the_planner_forgot_is_named_by_the_second_count(puyang: Callable[..., Running]) -> None:
    running = puyang(2)
    a_day(running, date(2020, 7, 31))
    with running.on(aug(3), NIGHT) as session:  # the sender's own index loses a row: its query will never find it
        item = running.item(session, K.SELF_CHECK_REPORT)
        session.exec(update(Assignment).where(Assignment.id == item.id).values(next_notice_on=None))
    a_day(running, aug(3), (NIGHT, MORNING))
    with running.on(aug(3)) as session:
        assert said(session, running) == [], "one count may have fallen between two acts"
    a_day(running, aug(3), (time(9, 15),))
    with running.on(aug(3)) as session:
        (alert,) = said(session, running)
        unit = running.unit(session).name
        assert f"{unit}“" in alert and "有1项应催未催" in alert
        row = account_on(session, running.people.office_id, aug(3))
        assert row.owed == row.sent + 1 and [line["why"] for line in row.lines] == ["没有列入应发"]
    a_day(running, aug(3), (time(9, 30), LATE))
    a_day(running, aug(4))
    with running.on(aug(4)) as session:
        assert len(said(session, running)) == 1, "said once, although it is missing still"
        assert account_on(session, running.people.office_id, aug(4)).missing == 1


def test_days_of_silence_are_made_up_for_and_said_and_what_was_late_is_counted_where_it_went(
    puyang: Callable[..., Running],
) -> None:
    running = puyang(2)
    a_day(running, date(2020, 7, 31))
    a_day(running, aug(5))  # Monday's T-7 was missed; the machine comes back on Wednesday
    with running.on(aug(5)) as session:
        monday, tuesday, today = (account_on(session, running.people.office_id, aug(n)) for n in (3, 4, 5))
        assert monday.closed_at and monday.missing == monday.owed >= 2 and monday.sent == 0
        assert tuesday.missing == monday.missing, "still owed the day after"
        assert today.missing == 0 and today.sent >= monday.missing
        assert "8月3日对账" in said(session, running)[-1]


def test_a_wire_that_refuses_is_a_failure_and_not_an_omission(puyang: Callable[..., Running], webhook) -> None:
    running = puyang(1)
    webhook.status = 500
    with running.on(date(2020, 7, 31)) as session:
        contact = running.contact(session)
        contact.channel, contact.address = Channel.WEBHOOK, webhook.url
    row = a_day(running, aug(3))
    assert (row.failed, row.missing) == (1, 0) and row.owed == row.sent + row.failed


def test_a_day_counted_twice_is_one_row_and_a_closed_one_stays(puyang: Callable[..., Running]) -> None:
    running = puyang(1)
    a_day(running, aug(3))
    for _ in range(3):
        count(running, aug(4), NIGHT)
    with running.on(aug(4), time(12, 0)) as session:
        monday = account_on(session, running.people.office_id, aug(3))
        before = (monday.owed, monday.sent, monday.closed_at)
        settle(session, running.item(session, K.SELF_CHECK_REPORT), AssignmentState.DONE)
    count(running, aug(4), time(12, 15))
    with running.on(aug(4)) as session:
        monday = account_on(session, running.people.office_id, aug(3))
        assert (monday.owed, monday.sent, monday.closed_at) == before
        assert len(session.exec(select(DayAccount)).all()) == 2


def test_a_person_replaced_after_being_told_makes_nothing_missing(puyang: Callable[..., Running]) -> None:
    running = puyang(1)
    a_day(running, aug(3), (NIGHT, MORNING))
    with running.on(aug(3), time(11, 0)) as session:
        old = running.contact(session)
        old.active = False
        session.add(Contact(office_id=old.office_id, unit_id=old.unit_id, name="新联络员"))
    row = a_day(running, aug(3), (time(11, 15), LATE))
    count(running, aug(4), NIGHT)
    assert row.missing == 0 and row.owed == row.sent >= 1


def test_on_a_rest_day_there_is_no_account(puyang: Callable[..., Running]) -> None:
    running = puyang(1)
    assert a_day(running, aug(8)) is None


@pytest.mark.sqlite_only("asks SQLite how it will walk")
def test_the_count_walks_the_index_of_what_is_due(puyang: Callable[..., Running]) -> None:
    """It costs what is due and not what exists: no scan of the assignments."""
    running = puyang(1)
    with running.on(aug(3)) as session:
        asked = due_then(running.cycle(session), list(K), [aug(10), aug(6)], clock.now())
        sql = str(asked.compile(session.get_bind(), compile_kwargs={"literal_binds": True}))
        plan = [row[3] for row in session.exec(text(f"EXPLAIN QUERY PLAN {sql}"))]
        assert any("ix_assignment_state" in step for step in plan) and not any("SCAN" in step for step in plan), plan


@pytest.mark.parametrize("state", [MessageState.UNKNOWN, MessageState.DEAD])
def test_what_nobody_knows_to_have_arrived_is_not_called_sent(
    puyang: Callable[..., Running], state: MessageState
) -> None:
    running = puyang(1)
    running.round(aug(3), NIGHT)
    running.round(aug(3), MORNING)
    with running.on(aug(3)) as session:
        unit = running.unit(session)
        session.exec(update(Message).where(Message.unit_id == unit.id).values(state=state, error="不明"))
        session.exec(update(Notice).where(Notice.unit_id == unit.id).values(state="failed"))
        assert reckon(session, running.people.office_id, aug(3)).figures["failed"] == 1


def test_the_sender_and_the_account_may_run_beside_each_other(puyang: Callable[..., Running]) -> None:
    running = puyang(1)
    with running.on(aug(3), MORNING) as session:
        assert take(session, "巡检", "甲")
        plan_reminders(session, running.cycle_id, aug(3))
        assert settle_days(session, running.people.office_id)["waiting"] >= 1
