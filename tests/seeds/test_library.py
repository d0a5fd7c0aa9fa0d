"""Every shipped plan becomes a running cycle in one step: adopted, its questions answered, opened, played a while."""

from datetime import date, time, timedelta

import pytest
from sqlmodel import col, func, select

from actions.adopt_tasks import open_questions
from actions.open_cycle import Opening
from actions.round import run_round
from commands.office import People
from commands.rehearse import launch, span
from commands.sample_units import is_collective, rows_for
from config import clock
from models.cycle import Assignment, Visit
from models.database import transaction
from models.duty import Duty
from models.notice import Notice
from models.unit import Unit
from models.words import AssignmentKind, NoticeKind
from plans.answers import Answers
from plans.planfile import read_plan
from plans.text import library, read_source

K = AssignmentKind
DAY = timedelta(days=1)


def open_plan(name: str, bind, people: People, units: int = 4):
    draft = read_plan(read_source(name))
    first, _ = span(draft)
    with clock.jumped_to(clock.at_time(first, time(8, 30))):
        return draft, first, launch(bind, people, draft, rows_for(draft, units), Opening())


@pytest.mark.parametrize("name", library())
def test_a_shipped_plan_is_adopted_opened_and_played_for_three_weeks(name: str, bind, people: People) -> None:
    _, first, cycle = open_plan(name, bind, people)
    for n in range(21):
        with clock.jumped_to(clock.at_time(first + n * DAY, time(9))):
            run_round(bind, cycle, first + n * DAY)
    with transaction(bind) as session:
        owed = session.exec(select(func.count()).select_from(Assignment).where(Assignment.cycle_id == cycle)).one()
        told = session.exec(select(func.count()).select_from(Notice).where(Notice.cycle_id == cycle)).one()
        assert owed > 0 and told > 0


def test_l3_lushan_visits_55_units_in_37_weeks_by_the_week_of_the_nth_monday(bind, people: People) -> None:
    draft, _, cycle = open_plan("lushan-2021", bind, people)
    with transaction(bind) as session:
        visits = session.exec(select(Visit).where(Visit.cycle_id == cycle)).all()
        assert (len(visits), len({visit.unit_id for visit in visits})) == (55, 55)
        assert len({visit.start_on for visit in visits}) == len(draft.slots) == 37
        may = session.exec(
            select(Visit).join(Unit, col(Unit.id) == Visit.unit_id).where(Unit.name == "鲁山县应急管理局")
        ).one()
        assert (may.start_on, may.end_on) == (date(2021, 5, 10), date(2021, 5, 14))


def test_n1_n4_n6_n7_xinshao_has_50_measures_ten_late_on_arrival_and_no_overdue_message(bind, people: People) -> None:
    draft, first, cycle = open_plan("xinshao-2024", bind, people, units=3)
    with transaction(bind) as session:
        leads = session.exec(select(Assignment).where(Assignment.cycle_id == cycle, Assignment.kind == K.MEASURE)).all()
        led_by_units = {task.no for task in draft.tasks if not any(is_collective(draft, word) for word in task.lead)}
        assert len({item.code for item in leads}) == 50
        assert len([item for item in leads if item.code in led_by_units]) == len(led_by_units)
        late = {item.code for item in leads if item.due_on and item.due_on < first}
        assert len(late) == 10
        assert {item.next_notice_on for item in leads if item.code in late} == {None}
        told = session.exec(select(Notice).where(Notice.step == "到文已到期")).all()
        assert len({notice.unit_id for notice in told}) == len(told)
        beneath = session.exec(select(Assignment).where(col(Assignment.rolls_up_to).is_not(None))).all()
        assert {item.kind for item in beneath} == {K.CO_LEAD, K.SHARE}
    with clock.jumped_to(clock.at_time(first + DAY, time(9))):
        run_round(bind, cycle, first + DAY)
    with transaction(bind) as session:
        assert session.exec(select(Notice).where(Notice.kind == NoticeKind.URGE)).all() == []


def test_c8_c18_liaoning_makes_duties_of_what_comes_again(bind, people: People) -> None:
    draft, _, cycle = open_plan("liaoning-2011", bind, people, units=2)
    with transaction(bind) as session:
        duties = {duty.phrase: duty for duty in session.exec(select(Duty).where(Duty.cycle_id == cycle))}
        assert {duty.min_count for phrase, duty in duties.items() if "2期" in phrase} == {2}
        rules = {duty.terms.get("rrule") for duty in duties.values()}
        assert {"FREQ=YEARLY;BYMONTH=6,12;BYMONTHDAY=-1", "FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1"} <= rules
        undefined = [task for task in draft.tasks if task.limit.startswith("定期")]
        assert undefined
        assert not any(task.limit in duties for task in undefined)


def test_a_plan_with_open_questions_names_each_and_writes_nothing(bind, people: People) -> None:
    draft = read_plan(read_source("xinshao-2024"))
    with transaction(bind) as session:
        found = open_questions(session, people.actors["zhuren"], draft, Answers())
        kinds = {question.kind for question in found}
        assert kinds == {"name", "limit", "row"}
        assert {q.key for q in found if q.kind == "limit"} == {"七-2", "七-3", "七-4", "七-5", "七-6"}
        assert len([q for q in found if q.kind == "row"]) >= 11
