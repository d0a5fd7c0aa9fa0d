"""Xiayi 2023-06-28: 25 units in eight working days, daily supervision to the end of the year, spot checks by lot."""

from collections import Counter
from datetime import date, time, timedelta
from uuid import UUID

import pytest
from sqlmodel import col, select

from actions.draw import Wanted, draw_units, redo
from actions.open_cycle import Opening
from actions.plan_visits import plan_visits, visits_from_draw
from actions.problem import add_problem
from actions.round import run_round
from actions.visit import feed_back_on_site, move_visit
from commands.office import People
from commands.rehearse import launch
from config import clock
from models import lists
from models.base import Rejected
from models.cycle import Assignment, Cycle, Visit
from models.database import transaction
from models.draw import Draw
from models.ledger import teams_of
from models.notice import Message, Notice
from models.unit import Unit
from models.visit_ledger import never_visited
from models.words import AssignmentKind, NoticeKind, ProblemSource, VisitKind
from plans.planfile import read_plan
from plans.text import read_source
from rules.draw import draw
from tests.programme import visit_of

JULY = [date(2023, 7, day) for day in (12, 13, 14, 17, 18, 19, 20, 21)]
TEAMS = ("第一督导组", "第二督导组")


def towns() -> list[dict[str, str]]:
    """24 townships and one zone; the document names none of the townships."""
    names = [f"示例{n:02d}乡人民政府" for n in range(1, 25)]
    return [
        {"name": name, "subject": "township", "contact": f"{name}联络员"} for name in (*names, "郭庄农贸区")
    ]


@pytest.fixture
def xiayi(bind, people: People):
    """The cycle opened on the Monday after the document, its 25 units planned over the window it prints."""
    draft = read_plan(read_source("xiayi-2023"))
    with clock.jumped_to(clock.at_time(date(2023, 7, 3), time(8, 30))):
        key = launch(bind, people, draft, towns(), Opening(team_names=TEAMS))
        with transaction(bind) as session:
            cycle = session.get_one(Cycle, key)
            units = sorted(session.exec(select(Unit)).all(), key=lambda unit: unit.sort)
            plan_visits(session, people.actors["jingban"], cycle, units, date(2023, 7, 12), date(2023, 7, 21))
    return key


def rounds(bind, cycle: UUID, first: date, last: date) -> None:
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        with clock.jumped_to(clock.at_time(day, time(9))):
            run_round(bind, cycle, day)


def visit_all(bind, people: People, cycle: UUID, but: int) -> list[str]:
    """Every visit of July takes place except the last few; returns the units where it did not."""
    with clock.jumped_to(clock.at_time(date(2023, 7, 21), time(18))), transaction(bind) as session:
        rows = lists.visits_of(session, cycle)
        for visit, _, _ in rows[:-but]:
            feed_back_on_site(session, people.actors["zuzhang"], visit, "已反馈", "负责人")
        return [unit.name for _, unit, _ in sorted(rows[-but:], key=lambda row: row[1].sort)]


def test_x1_25_units_are_spread_over_the_eight_working_days_and_none_falls_on_15_or_16_july(
    bind, people: People, xiayi: UUID
) -> None:
    with transaction(bind) as session:
        visits = session.exec(select(Visit).where(Visit.cycle_id == xiayi)).all()
        days = Counter(visit.start_on for visit in visits)
        assert sorted(days) == JULY
        assert sum(days.values()) == len({visit.unit_id for visit in visits}) == 25
        assert sorted(days.values()) == [3] * 7 + [4]
        assert not {date(2023, 7, 15), date(2023, 7, 16)} & set(days)
        per_team = Counter(visit.team_id for visit in visits)
        assert sorted(per_team.values()) == [12, 13]
        assert all(visit.start_on == visit.end_on and visit.kind == VisitKind.PROGRAMME for visit in visits)


def test_x1_every_unit_hears_two_working_days_before_and_each_group_has_its_list_in_the_morning(
    bind, people: People, xiayi: UUID
) -> None:
    rounds(bind, xiayi, date(2023, 7, 7), date(2023, 7, 21))
    latest = dict(zip((12, 13, 14, 17, 18, 19, 20, 21), (10, 11, 12, 13, 14, 17, 18, 19), strict=True))
    with transaction(bind) as session:
        for visit, unit, team in lists.visits_of(session, xiayi):
            told = session.exec(select(Notice).filter_by(unit_id=unit.id, step=f"日程{visit.start_on}")).one()
            assert told.planned_on == date(2023, 7, latest[visit.start_on.day]), unit.name
            mine = select(Notice.text).where(
                Notice.step == f"当日名单{visit.start_on}", Notice.kind == NoticeKind.PROGRAMME
            )
            assert any(unit.name in text and "今日督察" in text for text in session.exec(mine)), team.name


def test_x2_daily_supervision_visits_again_as_often_as_needed_to_the_end_of_the_year(
    bind, people: People, xiayi: UUID
) -> None:
    for month in (9, 10, 12):
        with clock.jumped_to(clock.at_time(date(2023, month, 4), time(9))), transaction(bind) as session:
            cycle, unit = session.get_one(Cycle, xiayi), session.exec(select(Unit).order_by(col(Unit.sort))).first()
            made = plan_visits(
                session, people.actors["jingban"], cycle, [unit], date(2023, month, 11), date(2023, month, 15),
                kind=VisitKind.DAILY,
            )
            assert made[0].start_on == date(2023, month, 11)
    with transaction(bind) as session:
        kinds = Counter(visit.kind for visit in session.exec(select(Visit).where(Visit.unit_id == unit.id)))
        assert kinds == {VisitKind.PROGRAMME: 1, VisitKind.DAILY: 3}
        assert visit_of(session, xiayi, unit.id).kind == VisitKind.PROGRAMME


def test_x2_each_month_the_office_is_told_whom_nobody_has_visited(bind, people: People, xiayi: UUID) -> None:
    left = visit_all(bind, people, xiayi, but=3)
    with transaction(bind) as session:
        assert [unit.name for unit in never_visited(session, xiayi, date(2023, 7, 31))] == left
    rounds(bind, xiayi, date(2023, 7, 31), date(2023, 8, 4))
    with clock.jumped_to(clock.at_time(date(2023, 8, 21), time(9))), transaction(bind) as session:
        trip = visit_of(session, xiayi, session.exec(select(Unit.id).where(Unit.name == left[0])).one())
        feed_back_on_site(session, people.actors["zuzhang"], trip, "补查", "负责人")
        trip.start_on = trip.end_on = date(2023, 8, 21)
    rounds(bind, xiayi, date(2023, 9, 1), date(2023, 9, 5))
    rounds(bind, xiayi, date(2023, 12, 29), date(2024, 1, 4))
    rounds(bind, xiayi, date(2024, 1, 31), date(2024, 2, 2))
    with transaction(bind) as session:
        sent = session.exec(
            select(Notice).where(col(Notice.step).like("未督察%")).order_by(col(Notice.planned_on))
        ).all()
        assert [(notice.planned_on, notice.text) for notice in sent] == [
            (date(2023, 8, 1), f"截至7月31日，尚有3个单位未督察：{'、'.join(left)}。"),
            (date(2023, 9, 1), f"截至8月31日，尚有2个单位未督察：{'、'.join(left[1:])}。"),
            (date(2023, 12, 29), f"截至11月30日，尚有2个单位未督察：{'、'.join(left[1:])}。"),
            (date(2024, 1, 2), f"截至12月31日，尚有2个单位未督察：{'、'.join(left[1:])}。"),
        ]
        assert any("尚有3个单位未督察" in body for body in session.exec(select(Message.body)))


def test_x8_a_spot_check_of_county_units_is_drawn_by_lot_and_anybody_can_draw_it_again(
    bind, people: People, xiayi: UUID
) -> None:
    names = [f"示例{n:02d}局" for n in range(1, 31)]
    with clock.jumped_to(clock.at_time(date(2023, 8, 7), time(10))), transaction(bind) as session:
        clerk, cycle = people.actors["jingban"], session.get_one(Cycle, xiayi)
        pool = [Unit(office_id=clerk.office_id, name=name, sort=100 + n) for n, name in enumerate(names)]
        session.add_all(pool)
        session.flush()
        wanted = Wanted("抽查县直各单位", {"县直各单位": (pool, 5)}, "62513", "当众掷骰子五次", cycle_id=cycle.id)
        row = draw_units(session, clerk, wanted)
        assert [line["name"] for line in row.result] == draw(names[::-1], 5, "62513")
        with pytest.raises(Rejected, match="再次抽取须写明理由"):
            draw_units(session, clerk, wanted)
        visits = visits_from_draw(session, clerk, cycle, row, date(2023, 8, 14), date(2023, 8, 18))
        assert sorted(visit.start_on.day for visit in visits) == [14, 15, 16, 17, 18]
        add_problem(session, clerk, xiayi, visits[0].unit_id, ProblemSource.ON_SITE, "执法记录不全")
    with transaction(bind) as session:
        assert redo(session.exec(select(Draw)).one())
        assert len(teams_of(session, xiayi)) == 2


def test_x4_the_half_year_report_is_due_when_the_team_comes_and_moves_with_it(xiayi, bind, people: People) -> None:
    with clock.jumped_to(clock.at_time(date(2023, 7, 4), time(9))), transaction(bind) as session:
        reports = session.exec(select(Assignment).where(Assignment.kind == AssignmentKind.SELF_CHECK_REPORT)).all()
        days = {visit.unit_id: visit.start_on for visit in session.exec(select(Visit))}
        assert len(reports) == 25 and all(row.due_on == row.first_due_on == days[row.unit_id] for row in reports)
        first, *_, last = sorted(reports, key=lambda row: row.due_on or date.min)
        visit = visit_of(session, xiayi, first.unit_id)
        move_visit(session, people.actors["jingban"], visit, JULY[4], JULY[4])
        assert (first.due_on, first.first_due_on, first.because) == (JULY[4], JULY[0], "督察组到场之日：2023-07-18")
        key = last.id
    rounds(bind, xiayi, date(2023, 7, 12), date(2023, 7, 18))
    with transaction(bind) as session:
        told = session.exec(select(Notice.planned_on, Notice.step).where(Notice.assignment_id == key)).all()
        assert (date(2023, 7, 18), "T-3") in [tuple(row) for row in told]  # due on 07-21
