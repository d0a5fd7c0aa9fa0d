"""The programme: workdays only, days and teams evenly loaded, nobody sent to where they come from."""

from collections import Counter
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from actions.draw import Wanted, draw_units
from actions.plan_visits import days_of, plan_visits, visits_from_draw
from actions.problem import add_problem
from actions.team import declare_homes, form_team, homes_named
from actions.visit import excuse_team, feed_back_on_site, move_visit
from config import clock
from config.workdays import official
from models import lists
from models.base import Conflict, NotAllowed, Rejected
from models.cycle import Assignment, Team, UnitStage, Visit
from models.event import Event
from models.ledger import teams_of
from models.notice import Notice
from models.unit import Unit
from models.visit_ledger import never_visited
from models.words import AssignmentKind, AssignmentState, NoticeKind, ProblemSource, VisitKind
from rules.recusal import MUST, Origin, choose, unstaffed
from tests.programme import visit_of

AUG = date(2020, 8, 24)
DAILY = VisitKind.DAILY


def plan(running, session: Session, start: date, end: date, units: int | None = None, **more) -> list[Visit]:
    given = {"kind": DAILY} | more
    chosen = running.units(session)[:units]
    return plan_visits(session, running.actor("jingban"), running.cycle(session), chosen, start, end, **given)


def teams(running, session: Session) -> list[Team]:
    return teams_of(session, running.cycle_id)


def test_a_window_over_the_national_day_takes_the_makeup_day_and_no_rest_day(puyang: Callable) -> None:
    running = puyang(units=9, team_names=("甲组", "乙组"))
    with running.on(AUG) as session:
        visits = plan(running, session, date(2020, 9, 26), date(2020, 10, 11))
        days = Counter(visit.start_on for visit in visits)
        assert sorted(days) == [date(2020, 9, day) for day in (27, 28, 29, 30)] + [
            date(2020, 10, day) for day in (9, 10)  # 9-27 is a Sunday, 10-10 a Saturday: both worked
        ]
        assert set(days.values()) == {1, 2}
        assert abs(len([v for v in visits if v.team_id == teams(running, session)[0].id]) - 4.5) == 0.5


@given(st.integers(1, 60), st.dates(date(2021, 1, 1), date(2025, 11, 1)), st.integers(0, 40))
def test_any_window_is_filled_evenly_in_order_and_on_workdays_only(units: int, start: date, length: int) -> None:
    from rules.stage import spread

    end = date.fromordinal(start.toordinal() + length)
    with clock.jumped_to(clock.at_time(date(2020, 12, 1))):
        try:
            days = days_of(start, end)
        except Rejected as error:
            assert "没有工作日" in str(error) and not any(
                official().is_workday(date.fromordinal(n)) for n in range(start.toordinal(), end.toordinal() + 1)
            )
            return
    planned = [day for day, _ in spread(units, days, 3)]
    counts = [planned.count(day) for day in days]
    assert planned == sorted(planned) and all(official().is_workday(day) for day in planned)
    assert max(counts) - min(counts) <= 1 and sum(counts) == units


@pytest.mark.parametrize(
    ("start", "end", "says"),
    [
        (date(2020, 10, 1), date(2020, 10, 8), "2020-10-01至2020-10-08没有工作日"),
        (date(2020, 8, 10), date(2020, 8, 14), "2020-08-10至2020-08-14已经过去"),
        (date(2020, 9, 2), date(2020, 9, 1), "结束日期早于开始日期"),
        (date(2020, 12, 28), date(2041, 1, 8), "2027年、2028年"),
        (date(2031, 3, 3), date(2031, 3, 7), "2031年放假通知尚未入库，工作日不能确定"),
    ],
)
def test_a_window_that_cannot_be_planned_is_refused_with_a_sentence(
    puyang: Callable, start: date, end: date, says: str
) -> None:
    running = puyang(units=2)
    with running.on(AUG) as session, pytest.raises(Rejected, match=says):
        plan(running, session, start, end)


def test_days_that_have_passed_are_left_out_of_a_window_that_has_begun(puyang: Callable) -> None:
    running = puyang(units=4)
    with running.on(AUG) as session:
        days = {visit.start_on for visit in plan(running, session, date(2020, 8, 20), date(2020, 8, 25))}
        assert days == {date(2020, 8, 24), date(2020, 8, 25)}


def test_a_unit_has_one_visit_of_the_programme_and_any_number_of_others(puyang: Callable) -> None:
    running = puyang(units=2)  # Puyang's plan has put both on the programme
    with running.on(AUG) as session:
        with pytest.raises(Rejected, match="已在日程中；再去请选“日常督导”"):
            plan(running, session, AUG, AUG, kind=VisitKind.PROGRAMME, reason="补查")
        for day in (AUG, date(2020, 9, 3)):
            plan(running, session, day, day, units=1)
        with pytest.raises(Conflict, match="当日已排定日常督导，请勿重复排定"):  # a second click
            plan(running, session, AUG, AUG, units=1)
        unit = running.unit(session)
        assert len([v for v, u, _ in lists.visits_of(session, running.cycle_id) if u.id == unit.id]) == 3
        assert visit_of(session, running.cycle_id, unit.id).kind == VisitKind.PROGRAMME
    with pytest.raises(IntegrityError), running.on(AUG) as session:
        first = visit_of(session, running.cycle_id, running.unit(session).id)
        session.add(Visit(**first.model_dump(exclude={"id"})))


def test_an_extra_visit_is_told_has_its_own_sheet_and_is_recorded(puyang: Callable) -> None:
    running = puyang(units=1)
    running.round(AUG)
    with running.on(AUG) as session:
        visit = plan(running, session, date(2020, 9, 3), date(2020, 9, 3))[0]
        item = session.get_one(Assignment, visit.assignment_id)
        assert (item.due_on, item.state, item.kind) == (
            date(2020, 9, 3), AssignmentState.OPEN, AssignmentKind.ON_SITE_FEEDBACK
        )
        assert session.exec(select(Event).where(Event.verb == "排定督察日程")).one().data["day"] == "2020-09-03"
    for day in (31, 32):
        running.round(date.fromordinal(date(2020, 8, 1).toordinal() + day - 1))
    with running.on(date(2020, 9, 3)) as session:
        told = session.exec(select(Notice).where(Notice.step == "日程2020-09-03")).one()
        assert told.planned_on == date(2020, 9, 1)
        visit = session.get_one(Visit, visit.id)
        feed_back_on_site(session, running.actor("zuzhang"), visit, "已反馈", "单位负责人")
        assert session.get_one(Assignment, visit.assignment_id).state == AssignmentState.DONE
        move = plan(running, session, date(2020, 9, 7), date(2020, 9, 7))[0]
        move_visit(session, running.actor("zuzhang"), move, date(2020, 9, 8), date(2020, 9, 8))  # no stage, no doubt
        assert move.override_reason == ""


def test_units_of_another_cycle_and_no_units_are_refused(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(AUG) as session:
        session.add(Unit(office_id=running.people.office_id, name="圈外单位", sort=99))
        session.flush()
        with pytest.raises(Rejected, match="圈外单位不在本督察周期内"):
            plan(running, session, AUG, AUG)
        with pytest.raises(Rejected, match="请选择要督察的单位"):
            plan(running, session, AUG, AUG, units=0)


ORIGINS = [Origin(f"{name}组", frozenset(units), True) for name, units in (("甲", "1"), ("乙", "2"), ("丙", ""))]


@given(st.integers(0, 50), st.sampled_from("1234"))
def test_the_next_team_goes_where_the_one_whose_turn_it_is_may_not(turn: int, unit: str) -> None:
    chosen = choose(ORIGINS, turn, unit, f"单位{unit}")
    assert not chosen.recused(unit)
    if not ORIGINS[turn % 3].recused(unit):
        assert chosen is ORIGINS[turn % 3]


def test_a_unit_that_every_team_comes_from_is_named_and_a_justice_bureau_before_anybody_has_said() -> None:
    assert unstaffed(ORIGINS[:1], [("1", "甲局"), ("2", "乙局")]) == {MUST: ["甲局"]}
    silent = Origin("甲组")
    assert "尚未申报" in silent.doubt("9", "某县司法局") and silent.doubt("9", "某县财政局") == ""


def test_the_planner_sends_another_team_and_asks_for_a_reason_when_there_is_none(puyang: Callable) -> None:
    running = puyang(units=4, team_names=("甲组", "乙组"))
    with running.on(AUG) as session:
        head, mine = running.actor("zhuren"), running.unit(session)
        first, second = teams(running, session)
        declare_homes(session, head, first, [mine.id])
        visits = plan(running, session, AUG, date(2020, 8, 25))
        assert next(v for v in visits if v.unit_id == mine.id).team_id == second.id
        declare_homes(session, head, second, [mine.id])
        with pytest.raises(Rejected, match=f"{mine.name}{MUST}"):
            plan(running, session, date(2020, 9, 3), date(2020, 9, 4))
        forced = plan(running, session, date(2020, 9, 3), date(2020, 9, 4), reason="人手不足，请纪检人员同行")
        assert {v.unit_id: v.recusal_reason for v in forced}[mine.id] == "人手不足，请纪检人员同行"
        assert [v.recusal_reason for v in forced].count("") == 3


def test_declaring_late_puts_the_visit_before_the_office_and_another_team_or_a_reason_settles_it(
    puyang: Callable,
) -> None:
    running = puyang(units=2, team_names=("甲组",))
    with running.on(date(2020, 8, 3)) as session:
        head, mine = running.actor("zhuren"), running.unit(session)
        visit, team = visit_of(session, running.cycle_id, mine.id), teams(running, session)[0]
        assert declare_homes(session, head, team, homes_named(session, head.office_id, mine.name)) != []
        alert = session.exec(select(Notice).where(Notice.kind == NoticeKind.ALERT)).one()
        assert mine.name in alert.text and MUST in alert.text
        with pytest.raises(Rejected, match=MUST):
            move_visit(session, head, visit, visit.start_on, visit.end_on)
        with pytest.raises(NotAllowed, match="须由办公室主任或经办人决定"):
            move_visit(session, running.actor("zuzhang"), visit, visit.start_on, visit.end_on, "我组可以")
        other = form_team(session, head, running.cycle(session), "乙组", [])
        move_visit(session, running.actor("zuzhang"), visit, visit.start_on, visit.end_on, team=other)
        assert (visit.team_id, visit.recusal_reason) == (other.id, "")
        assert session.get_one(Assignment, visit.assignment_id).team_id == other.id
        with pytest.raises(Rejected, match=MUST):
            move_visit(session, head, visit, visit.start_on, visit.end_on, team=team)
        move_visit(session, head, visit, visit.start_on, visit.end_on, "乙组当日另有任务", team)
        assert (visit.team_id, visit.recusal_reason, visit.override_reason) == (team.id, "乙组当日另有任务", "")
        move_visit(session, running.actor("zuzhang"), visit, date(2020, 8, 12), date(2020, 8, 12))
        assert visit.recusal_reason == "乙组当日另有任务"
        excuses = session.exec(select(Event).where(Event.verb == "回避例外")).all()
        assert [event.data["reason"] for event in excuses] == ["乙组当日另有任务"]


def test_a_recused_team_cannot_end_a_visit_until_it_is_excused(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(date(2020, 8, 11)) as session:
        head, lead, mine = running.actor("zhuren"), running.actor("zuzhang"), running.unit(session)
        visit = visit_of(session, running.cycle_id, mine.id)
        declare_homes(session, head, teams(running, session)[0], [mine.id])
        with pytest.raises(NotAllowed, match=MUST):
            feed_back_on_site(session, lead, visit, "反馈", "负责人")
        with pytest.raises(NotAllowed, match="回避例外须由办公室主任或经办人办理"):
            excuse_team(session, lead, visit, "我组可以")
        with pytest.raises(Rejected, match="须写明理由"):
            excuse_team(session, head, visit, " ")
        excuse_team(session, head, visit, "仅一组可用，县纪委派员监督")
        feed_back_on_site(session, lead, visit, "反馈", "负责人")
        assert visit.recusal_reason == "仅一组可用，县纪委派员监督"


def test_a_team_is_formed_once_by_the_office_with_a_contact_and_unknown_units_are_named(puyang: Callable) -> None:
    running = puyang(units=2, team_names=("甲组",))
    with running.on(AUG) as session:
        cycle, head = running.cycle(session), running.actor("zhuren")
        with pytest.raises(Conflict, match="本周期已有“甲组”"):
            form_team(session, head, cycle, " 甲组 ")
        with pytest.raises(NotAllowed):
            form_team(session, running.actor("zuzhang"), cycle, "乙组")
        with pytest.raises(Rejected, match="单位名录中没有“无名局”"):
            homes_named(session, head.office_id, "无名局")
        assert homes_named(session, head.office_id, "无") == []
        with pytest.raises(Rejected, match="请填“无”"):
            homes_named(session, head.office_id, " ")


def test_drawn_units_are_visited_once_and_enter_the_cycle_without_its_duties(puyang: Callable) -> None:
    running = puyang(units=3)
    with running.on(AUG) as session:
        clerk, cycle = running.actor("jingban"), running.cycle(session)
        outside = [Unit(office_id=clerk.office_id, name=f"县直{n}局", sort=50 + n) for n in range(4)]
        session.add_all(outside)
        session.flush()
        row = draw_units(session, clerk, Wanted("抽查县直", {"县直": (outside, 2)}, "1", "骰子", cycle_id=cycle.id))
        visits = visits_from_draw(session, clerk, cycle, row, date(2020, 9, 1), date(2020, 9, 4))
        assert {str(visit.unit_id) for visit in visits} == {line["id"] for line in row.result}
        assert {(visit.kind, visit.draw_id) for visit in visits} == {(VisitKind.SPOT, row.id)}
        owed = session.exec(select(Assignment.kind).where(Assignment.unit_id == visits[0].unit_id)).all()
        assert owed == [AssignmentKind.ON_SITE_FEEDBACK]
        assert session.exec(select(UnitStage).where(UnitStage.unit_id == visits[0].unit_id)).all()
        add_problem(session, clerk, cycle.id, visits[0].unit_id, ProblemSource.ON_SITE, "案卷不全")
        with pytest.raises(Conflict, match="已排定日程"):
            visits_from_draw(session, clerk, cycle, row, date(2020, 9, 1), date(2020, 9, 4))


def test_only_a_visit_that_took_place_takes_a_unit_off_the_list(puyang: Callable) -> None:
    running = puyang(units=3)
    with running.on(date(2020, 8, 20)) as session:
        feed_back_on_site(
            session, running.actor("zuzhang"), visit_of(session, running.cycle_id, running.unit(session).id), "x", "y"
        )
        found = [unit.id for unit in never_visited(session, running.cycle_id, date(2020, 8, 31))]
        assert found == [unit.id for unit in running.units(session)[1:]]
        assert len(never_visited(session, running.cycle_id, date(2020, 7, 31))) == 3
