"""Who is told what today: once each, on workdays only, and a unit nobody answers for is noted, not forgotten."""

from collections.abc import Callable
from datetime import date, time

from sqlmodel import select

from actions.deadline import move_deadline
from actions.rectify import Acting, move_problem
from actions.remind import alert_office, calendar_note, plan_reminders, tell
from actions.round import run_round
from config import clock
from config.workdays import official
from models.event import Event
from models.notice import Message, Notice
from models.unit import Contact
from models.words import AssignmentKind, Move, NoticeState

K = AssignmentKind


def aug(day: int) -> date:
    return date(2020, 8, day)


def test_a_second_round_of_the_day_plans_nothing(puyang: Callable) -> None:
    running = puyang(units=2)
    running.round(aug(3))
    with running.on(aug(3)) as session:
        before = len(session.exec(select(Notice.id)).all())
        plan_reminders(session, running.cycle_id, aug(3))
        assert len(session.exec(select(Notice.id)).all()) == before


def test_on_a_rest_day_nothing_is_written_and_the_next_workday_catches_up(puyang: Callable) -> None:
    running = puyang(units=1)
    running.rounds(aug(8), aug(9))
    assert running.told(K.SELF_CHECK_REPORT) == running.told(K.SELF_CHECK_REPORT, state=NoticeState.PLANNED) == []
    running.round(aug(10))
    assert running.told(K.SELF_CHECK_REPORT) == [(aug(10), "T0")]


def test_every_contact_of_a_unit_is_told_and_each_only_once(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(aug(1)) as session:
        unit = running.unit(session)
        session.add(Contact(office_id=unit.office_id, unit_id=unit.id, name="第二联络员"))
    running.rounds(aug(3), aug(3))
    assert running.told(K.SELF_CHECK_REPORT) == [(aug(3), "T-7")] * 2


def test_several_duties_of_one_morning_are_one_message(puyang: Callable) -> None:
    running = puyang(units=1)
    running.rounds(aug(25), aug(25))
    with running.on(aug(26)) as session:
        running.find(session)
        running.letter(session)
        move_deadline(session, running.actor("zhuren"), running.item(session, K.RECT_REPORT), aug(28), "提前")
    running.round(aug(28))
    with running.on(aug(28)) as session:
        unit = running.unit(session)
        messages = session.exec(select(Message).where(Message.unit_id == unit.id, Message.day == aug(28))).all()
        assert [message.merged for message in messages] == [3]  # the letter, its receipt, the report


def test_a_unit_without_contact_is_noted_and_stops_nobody_elses_reminder(puyang: Callable) -> None:
    running = puyang(units=2)
    with running.on(aug(1)) as session:
        running.contact(session, 0).active = False
    running.round(aug(3))
    assert running.told(K.SELF_CHECK_REPORT, 1) == [(aug(3), "T-7")]
    with running.on(aug(3)) as session:
        noted = session.exec(select(Event).where(Event.verb == "无人可通知")).all()
        assert {event.unit_id for event in noted} == {running.unit(session, 0).id}


def test_the_same_sentence_about_the_same_step_is_told_once(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(aug(3)) as session:
        item, contact = running.item(session, K.RECT_REPORT), running.contact(session)
        for _ in range(2):
            tell(session, [contact.id], "一句", office_id=item.office_id, step="试", assignment_id=item.id)
        assert len(session.exec(select(Notice).where(Notice.step == "试")).all()) == 1


def test_a_withdrawn_problem_is_no_longer_told(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(aug(26)) as session:
        problem = running.find(session)
        running.letter(session)
        move_problem(session, running.speaks(session), problem, Acting(Move.OBJECT, problem.version, "不属实"))
        move_problem(session, running.actor("zhuren"), problem, Acting(Move.WITHDRAW, problem.version, "异议成立"))
    running.rounds(aug(26), date(2020, 9, 8))
    assert [step for _, step in running.told(K.PROBLEM) if not step.startswith("撤销")] == []


def test_an_alert_waits_on_the_desk_and_is_never_sent(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(aug(3)) as session:
        alert_office(session, running.people.office_id, "发往甲县的通知6次未成功")
    running.rounds(aug(3), aug(3))
    with running.on(aug(3)) as session:
        assert session.exec(select(Notice.state).where(Notice.step == "告警")).one() == NoticeState.PLANNED


def test_a_rest_day_says_why_nothing_is_sent() -> None:
    assert calendar_note(date(2020, 10, 1), official()) == "10-01逢国庆节、中秋节，不发通知"
    assert calendar_note(date(2020, 9, 27), official()) == ""


def test_a_round_in_the_night_plans_and_sends_at_nine(puyang: Callable) -> None:
    running = puyang(units=1)
    with clock.jumped_to(clock.at_time(aug(3), time(3))):
        assert run_round(running.bind, running.cycle_id, aug(3)).delivery.sent == 0
    assert running.round(aug(3)).delivery.sent == 2  # the unit, and the office about its own late duty
