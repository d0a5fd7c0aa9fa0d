"""What a clerk, an attacker and a first reader once found wrong, kept right."""

import sqlite3
from collections.abc import Callable
from datetime import date, time
from pathlib import Path

import pytest
from sqlmodel import select

from actions.deadline import set_stage_dates
from actions.enrol import enrol_units
from actions.extend import ask_extension, decide_extension
from actions.open_cycle import Opening, open_cycle
from actions.problem import add_problem
from actions.record import broken_at
from actions.review import send_back
from commands.office import People
from config import clock
from models.base import Conflict, NotAllowed, Rejected
from models.notice import Notice
from models.plan import Plan
from models.words import AssignmentKind, NoticeState, ProblemSource, StageKind

K = AssignmentKind


def test_a_plan_whose_dates_are_past_is_not_launched_by_accident(puyang: Callable) -> None:
    with pytest.raises(NotAllowed, match="方案日期已全部过去（最晚2020-09-05）"):
        puyang(1, on=date(2026, 3, 2))
    assert puyang(1, on=date(2026, 3, 2), override_reason="补录旧周期")


def test_a_second_click_on_launch_opens_no_second_cycle(puyang: Callable) -> None:
    running = puyang(1)
    with pytest.raises(Conflict, match="今天已启动"), running.on(date(2020, 7, 24)) as session:
        plan = session.exec(select(Plan)).one()
        open_cycle(session, running.actor("jingban"), plan, running.units(session), Opening())


def test_a_report_returned_after_its_limit_gets_a_new_one_and_is_chased(puyang: Callable) -> None:
    running = puyang(1)
    with running.on(date(2020, 8, 7)) as session:
        sent = running.hand_in(session)
    with running.on(date(2020, 8, 20)) as session:
        send_back(session, running.actor("jingban"), session.merge(sent), "缺问题清单。")
        item = running.item(session, K.SELF_CHECK_REPORT)
        assert (item.first_due_on, item.due_on) == (date(2020, 8, 10), date(2020, 8, 25))  # three workdays
    running.rounds(date(2020, 8, 21), date(2020, 8, 27))
    assert [step for day, step in running.told(K.SELF_CHECK_REPORT) if day > date(2020, 8, 20)][-1] == "+1"
    with running.on(date(2020, 8, 21)) as session:
        assert "理由：缺问题清单。请于8月25日前重报。" in running.said(session, date(2020, 8, 20)) + running.said(
            session, date(2020, 8, 21)
        )


def test_a_moved_limit_does_not_swallow_the_letter_written_just_before(puyang: Callable) -> None:
    running = puyang(1)
    with running.on(date(2020, 8, 6), time(18, 30)) as session:
        sent = running.hand_in(session)
        send_back(session, running.actor("jingban"), sent, "材料不全")
        item = running.item(session, K.SELF_CHECK_REPORT)
        asked = ask_extension(session, running.speaks(session), item, date(2020, 8, 14), "需会议研究")
        session.flush()
        decide_extension(session, running.actor("zhuren"), asked, True)
    running.round(date(2020, 8, 7))
    with running.on(date(2020, 8, 7)) as session:
        said = running.said(session, date(2020, 8, 7))
        assert "材料不全" in said and "同意延期至8月14日" in said


def test_a_stage_that_ends_later_takes_its_limits_along_but_not_the_extended_one(puyang: Callable) -> None:
    running = puyang(2)
    with running.on(date(2020, 8, 28)) as session:
        asked = ask_extension(
            session, running.speaks(session, 0), running.item(session, K.RECT_REPORT, 0), date(2020, 9, 12), "会议研究"
        )
        session.flush()
        decide_extension(session, running.actor("zhuren"), asked, True)
        cycle = running.cycle(session)
        clerk, first, last = running.actor("jingban"), date(2020, 8, 25), date(2020, 9, 10)
        set_stage_dates(session, clerk, cycle, StageKind.RECTIFICATION, first, last, "顺延")
        assert running.item(session, K.RECT_REPORT, 0).due_on == date(2020, 9, 12)
        other = running.item(session, K.RECT_REPORT, 1)
        assert (other.due_on, other.first_due_on) == (date(2020, 9, 10), date(2020, 9, 5))


def test_a_list_does_not_overrule_whom_the_unit_confirmed_nor_empty_a_column_it_lacks(puyang: Callable) -> None:
    running = puyang(2)
    with running.on(date(2020, 7, 27)) as session:
        sure, other = running.contact(session, 0), running.contact(session, 1)
        sure.confirmed_at, other.phone = clock.now(), "123"
        names = [unit.name for unit in running.units(session)]
        rows = [
            {"name": names[0], "subject": "county", "contact": "另一人"},
            {"name": names[1], "subject": "county", "contact": other.name, "post": "科长"},
        ]
        enrol_units(session, running.actor("jingban"), rows)
        assert running.contact(session, 0).id == sure.id
        assert (running.contact(session, 1).phone, running.contact(session, 1).post) == ("123", "科长")


def test_a_list_that_names_another_person_re_addresses_what_was_planned(puyang: Callable) -> None:
    running = puyang(1)
    with running.on(date(2020, 7, 24)) as session:
        old = running.contact(session).id
        row = {"name": running.unit(session).name, "subject": "county", "contact": "新联络员"}
        enrol_units(session, running.actor("jingban"), [row])
        new = running.contact(session)
        waiting = select(Notice).where(Notice.state == NoticeState.PLANNED, Notice.contact_id == old)
        planned = session.exec(waiting).all()
        assert new.id != old and planned == []


def test_a_problem_belongs_to_a_unit_of_the_cycle_and_is_entered_once(puyang: Callable, people: People) -> None:
    running = puyang(1)
    with running.on(date(2020, 8, 11)) as session:
        clerk, unit = running.actor("jingban"), running.unit(session)
        add_problem(session, clerk, running.cycle_id, unit.id, ProblemSource.HIGHER, "公示不及时")
        with pytest.raises(Conflict, match="已登记"):
            add_problem(session, clerk, running.cycle_id, unit.id, ProblemSource.HIGHER, "公示不及时")
        enrol_units(session, clerk, [{"name": "局外单位", "subject": "department"}])
        outside = next(u for u in running.units(session) if u.name == "局外单位")
        with pytest.raises(Rejected, match="不在本督察周期内"):
            add_problem(session, clerk, running.cycle_id, outside.id, ProblemSource.HIGHER, "某问题")


@pytest.mark.sqlite_only("opens the file; tests/models/test_seals.py asks the same of both")
def test_no_statement_replaces_an_event_and_a_resealed_end_is_noticed(puyang: Callable, home: Path) -> None:
    running = puyang(1)
    with sqlite3.connect(home / "duban.db") as raw:
        columns = [row[1] for row in raw.execute("PRAGMA table_info(event)")]
        with pytest.raises(sqlite3.DatabaseError, match="append-only"):
            raw.execute(f"INSERT OR REPLACE INTO event SELECT {','.join(columns)} FROM event WHERE seq = 2")
        raw.execute("UPDATE chainhead SET hash = 'x'")
    raw.close()
    with running.on(date(2020, 7, 25)) as session:
        number, words = broken_at(session, running.people.office_id)
        assert number > 1 and "末尾" in words
