"""The whole Puyang year with three units: two obey, one never answers, the machine fails, one asks for more
time, and the holiday calendar changes once.

The list of notices below was written by hand from the calendar of 2020 and the acceptance rules, not copied from a run.
"""

import re
from collections.abc import Iterator
from datetime import date, time, timedelta

import pytest
from sqlmodel import col, select

from actions.record import broken_at
from actions.recount import apply
from actions.round import run_round
from actions.submit import on_time
from commands.rehearse import Stage, notices, play_day, stage
from commands.sample_units import demo_rows
from commands.script import Script, Wish
from config import clock
from config.workdays import FOLDER, official, parse, write_year
from models.database import reading, transaction
from models.ledger import problems_of, unit_item
from models.notice import Message, Notice
from models.paper_words import EscalationState
from models.problem import Escalation, Letter
from models.unit import Unit
from models.words import AssignmentKind, NoticeKind, ProblemState
from plans.draft import PlanDraft

FIRST, LAST = date(2020, 7, 27), date(2020, 9, 18)
DOWN = (date(2020, 8, 5), date(2020, 8, 8))
NAMES = [row["name"] for row in demo_rows(3)]
UNITS = dict(zip(NAMES, ("甲", "乙", "丙"), strict=True))  # 甲 and 乙 obey, 丙 never answers, 乙 asks for more time

# day, unit, step, why that day. Rest days: Saturdays and Sundays, from the change of 08-12 on also 08-13 and not 08-15;
# the machine is down from 08-05 to 08-08.
EXPECTED = """
07-27 甲 启动      启动当日上午，附第一个链接
07-27 乙 启动
07-27 丙 启动
07-29 丙 T0        签收：07-27启动后第2个工作日；甲、乙07-28已签
08-03 甲 T-7       自查报告08-10
08-03 乙 T-7
08-03 丙 T-7
08-10 甲 日程      08-11督察，应提前两个工作日（08-07）告知，停机，补在开机后第一个工作日
08-10 甲 T0        08-07的T-3·T-1停机未发，并入T0
08-10 乙 T0
08-10 丙 T0        甲、乙当日报送
08-11 乙 日程      08-13督察
08-11 丙 +1
08-14 丙 +3        08-13临时放假（08-12通知），08-15（周六）上班；原为08-13
08-15 丙 日程      08-18督察，前两个工作日为08-17、08-15
08-25 甲 印发
08-25 乙 印发
08-25 丙 印发
08-27 丙 T0        签收：印发后第2个工作日；甲、乙08-26已签
08-28 甲 T-7       整改报告09-05（周六），08-29为周六，提前
08-28 乙 T-7
08-28 丙 T-7
09-01 乙 延期答复  当日申请、当日同意延至09-12
09-02 甲 T-3       乙已改时限，不再发09-05的提醒
09-02 丙 T-3
09-02 甲 销号      问题4：08-28报，逐个工作日核实、回头看、销号
09-03 甲 销号      问题1：08-31报；甲当日报整改报告
09-03 乙 销号      问题5：08-31报
09-04 乙 T-7       整改报告09-12（周六），09-05为周六，提前
09-04 丙 T-1·T0    09-05为周六，提前
09-04 乙 销号      问题2、6：09-01报
09-04 乙 销号
09-07 甲 销号      问题3：09-02报
09-07 丙 +1
09-09 乙 T-3       09-10报送，不再提醒
09-09 丙 +3
"""


NOTICE_ON, NEW_REST, NEW_WORKDAY = date(2020, 8, 12), date(2020, 8, 13), date(2020, 8, 15)


def change_calendar(theatre: Stage) -> None:
    """On 08-12 the Thursday becomes a rest day and the Saturday a workday: loaded as `duban workday load` does."""
    data = parse((FOLDER / "2020.yaml").read_text(encoding="utf-8"))
    data["rest"]["临时放假"] = [NEW_REST, NEW_REST]
    data["makeup"] = [*data["makeup"], NEW_WORKDAY]
    with clock.jumped_to(clock.at_time(NOTICE_ON, time(17, 40))):
        write_year(data)
        with transaction(theatre.bind) as session:
            apply(session, theatre.people.actors["zhuren"], official())


def days() -> Iterator[date]:
    return (FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1))


@pytest.fixture(scope="module")
def story(draft: PlanDraft) -> Iterator[Stage]:
    """The story played once, with a second round at the end of every day; nobody reaches a machine that is down."""
    wish = Wish(unit=NAMES[1], ask_on=date(2020, 9, 1), to=date(2020, 9, 12), approve_on=date(2020, 9, 1))
    script = Script(default="obey", units={NAMES[2]: "never"}, down=DOWN, extensions=[wish])
    with stage(draft, 3, FIRST, script) as theatre:
        for day in days():
            if script.is_down(day):
                continue
            play_day(theatre.bind, theatre.cycle_id, theatre.cast, day)
            if day == NOTICE_ON:
                change_calendar(theatre)
            with clock.jumped_to(clock.at_time(day, time(17, 45))):
                again = run_round(theatre.bind, theatre.cycle_id, day)
            assert (again.stages, again.drafted, again.delivery.sent) == ([], 0, 0), day
        yield theatre


def test_exactly_these_notices_are_sent_and_no_other(story: Stage) -> None:
    expected = sorted(tuple(line.split()[:3]) for line in EXPECTED.strip().splitlines())
    sent = sorted(
        (one["day"][5:], UNITS[one["unit"]], re.sub(r"(?<=[一-龥])[0-9a-f-]+$", "", one["step"]))
        for one in notices(story) if one["unit"] in UNITS
    )
    assert sent == expected


def test_what_was_missed_while_the_machine_was_down_is_one_message_that_says_so(story: Stage) -> None:
    with reading(story.bind) as session:
        to_units = col(Message.unit_id).is_not(None)
        back = session.exec(select(Message).where(Message.day == date(2020, 8, 10), to_units)).all()
        names = {unit.id: UNITS[unit.name] for unit in session.exec(select(Unit))}
    assert sorted((names[message.unit_id], message.merged) for message in back) == [("丙", 1), ("乙", 1), ("甲", 2)]
    assert all("因系统停机，本次通知迟于原定的8月7日" in message.body for message in back)


def test_nobody_hears_of_anything_on_a_rest_day_or_outside_the_hours(story: Stage) -> None:
    with reading(story.bind) as session:
        for message in session.exec(select(Message)):
            local = message.sent_at.astimezone(clock.ZONE)
            assert local.date() == NEW_WORKDAY or (local.weekday() < 5 and local.date() != NEW_REST)
            assert time(9) <= local.time() <= time(18)


def test_the_letters_are_numbered_without_gap_and_hold_the_ledger(story: Stage) -> None:
    with reading(story.bind) as session:
        letters = session.exec(select(Letter).order_by(Letter.serial)).all()
        assert [letter.serial for letter in letters] == [1, 2, 3]
        for letter in letters:
            found = problems_of(session, story.cycle_id, letter.unit_id)
            assert [problem["no"] for problem in letter.content] == [problem.no for problem, _, _ in found]


def test_the_two_that_obey_are_closed_out_and_the_third_waits_for_a_leaders_word(story: Stage) -> None:
    with reading(story.bind) as session:
        units = {UNITS[unit.name]: unit.id for unit in session.exec(select(Unit))}
        states = {
            name: {problem.state for problem, _, _ in problems_of(session, story.cycle_id, key)}
            for name, key in units.items()
        }
        assert states == {"甲": {ProblemState.CLOSED}, "乙": {ProblemState.CLOSED}, "丙": {ProblemState.ISSUED}}
        drafts = session.exec(select(Escalation).order_by(Escalation.drafted_on)).all()
        assert {row.unit_id for row in drafts} == {units["丙"]}
        assert [(row.drafted_on, row.state) for row in drafts] == [
            (date(2020, 8, 15), EscalationState.DRAFT), (date(2020, 9, 10), EscalationState.DRAFT),
        ]


def test_an_extended_report_shows_both_limits_and_counts_against_each(story: Stage) -> None:
    with reading(story.bind) as session:
        unit = session.exec(select(Unit).where(Unit.name == NAMES[1])).one()
        report = unit_item(session, story.cycle_id, unit.id, AssignmentKind.RECT_REPORT)
        assert (report.first_due_on, report.due_on) == (date(2020, 9, 5), date(2020, 9, 12))
        assert on_time(report) == (False, True)


def test_the_history_of_all_this_holds(story: Stage) -> None:
    with reading(story.bind) as session:
        assert broken_at(session, story.people.office_id) is None


def test_a_visit_that_falls_on_the_new_rest_day_is_put_before_the_office(story: Stage) -> None:
    with reading(story.bind) as session:
        alerts = session.exec(select(Notice.text).where(Notice.kind == NoticeKind.ALERT)).all()
    assert f"按新的放假通知，1次实地督察落在休息日，请调整日程：{NAMES[1]}（2020-08-13）" in alerts
