"""Lushan 鲁法政办〔2021〕4号: the weekly table told in time, the bureau does not inspect itself, the sample drawn."""

from datetime import date, time, timedelta
from uuid import UUID

import pytest
from sqlmodel import col, select

from actions.draw import Wanted, draw_units, redo
from actions.extend import set_limit
from actions.feed_back import proposed_day
from actions.finish import finish
from actions.open_cycle import Opening
from actions.round import run_round
from actions.team import declare_homes, form_team, homes_named, recusal_of
from actions.visit import feed_back_on_site, move_visit
from commands.office import People
from commands.rehearse import launch
from commands.sample_units import rows_for
from config import clock
from models import lists
from models.base import NotAllowed, Rejected
from models.cycle import Assignment, Cycle, Visit
from models.database import transaction
from models.draw import Draw
from models.ledger import teams_of
from models.notice import Notice
from models.open_work import without_limit
from models.unit import Unit
from models.unit_names import names_of
from models.words import AssignmentState, NoticeKind
from plans.planfile import read_plan
from plans.text import read_source
from rules.recusal import MUST, UNKNOWN
from tests.programme import visit_of

BUREAU = "鲁山县司法局"
START = date(2021, 1, 4)


def open_lushan(bind, people: People, **opening) -> UUID:
    draft = read_plan(read_source("lushan-2021"))
    with clock.jumped_to(clock.at_time(START, time(8, 30))):
        return launch(bind, people, draft, rows_for(draft, 4), Opening(**opening))


def on(day: date):
    return clock.jumped_to(clock.at_time(day, time(9)))


def of_bureau(session, cycle: UUID) -> Visit:
    return visit_of(session, cycle, session.exec(select(Unit.id).where(Unit.name == BUREAU)).one())


def alerts(session) -> list[str]:
    return list(session.exec(select(Notice.text).where(Notice.kind == NoticeKind.ALERT)))


def test_l3_a_unit_hears_five_workdays_before_the_monday_of_its_week_and_the_team_on_that_monday(
    bind, people: People
) -> None:
    cycle = open_lushan(bind, people, team_names=("工作小组",))
    for n in range(14):
        day = date(2021, 4, 27) + timedelta(days=n)
        with on(day):
            run_round(bind, cycle, day)
    with transaction(bind) as session:
        unit = session.exec(select(Unit).where(Unit.name == "鲁山县应急管理局")).one()
        visit = visit_of(session, cycle, unit.id)
        assert (visit.start_on, visit.end_on) == (date(2021, 5, 10), date(2021, 5, 14))
        told = session.exec(select(Notice).filter_by(unit_id=unit.id, step="日程2021-05-10")).one()
        # back from Monday 10 May: Sat 8 (made up), Fri 7, Thu 6, Fri 30 and Thu 29 April; 1 to 5 May are a holiday
        assert told.planned_on == date(2021, 4, 29)
        group = session.exec(select(Notice).where(Notice.step == "当日名单2021-05-10")).one()
        assert group.planned_on == date(2021, 5, 10)
        assert "鲁山县应急管理局" in group.text and "鲁山县文化广电和旅游局" in group.text


def test_l4_with_its_own_team_alone_the_bureaus_visit_is_planned_and_flagged_until_another_team_takes_it(
    bind, people: People
) -> None:
    with on(START), transaction(bind) as session:
        clerk = people.actors["jingban"]
        session.add(Unit(office_id=clerk.office_id, name=BUREAU, subject="department"))
        session.flush()
        home = session.exec(select(Unit.id).where(Unit.name == BUREAU)).one()
    cycle = open_lushan(bind, people, team_names=("工作小组",), homes={"工作小组": [home]})
    with on(date(2021, 4, 12)), transaction(bind) as session:
        rows = lists.visits_of(session, cycle)
        assert len(rows) == 55
        flagged = [(unit.name, recusal_of(visit, unit, team)) for visit, unit, team in rows]
        assert [(name, doubt) for name, doubt in flagged if doubt] == [(BUREAU, MUST)]
        assert [text for text in alerts(session) if BUREAU in text and MUST in text]
        visit, lead, head = of_bureau(session, cycle), people.actors["zuzhang"], people.actors["zhuren"]
        assert visit.start_on == date(2021, 4, 12)
        with pytest.raises(NotAllowed, match=MUST):
            feed_back_on_site(session, lead, visit, "反馈", "负责人")
        with pytest.raises(Rejected, match=MUST):
            move_visit(session, head, visit, visit.start_on, visit.end_on)
        other = form_team(session, head, session.get_one(Cycle, cycle), "第二工作小组", [])
        move_visit(session, lead, visit, visit.start_on, visit.end_on, team=other)
        feed_back_on_site(session, lead, visit, "反馈", "负责人")
        assert visit.recusal_reason == ""


def test_l4_an_override_keeps_its_reason(bind, people: People) -> None:
    cycle = open_lushan(bind, people, team_names=("工作小组",))
    with on(date(2021, 4, 12)), transaction(bind) as session:
        head, visit = people.actors["zhuren"], of_bureau(session, cycle)
        declare_homes(session, head, teams_of(session, cycle)[0], homes_named(session, head.office_id, BUREAU))
        reason = "另请县纪委派员主持，本组只作记录"
        move_visit(session, head, visit, visit.start_on, visit.end_on, reason)
        feed_back_on_site(session, people.actors["zuzhang"], visit, "反馈", "负责人")
    with transaction(bind) as session:
        assert of_bureau(session, cycle).recusal_reason == reason


def test_l4_of_two_teams_the_other_one_is_given_the_bureau_at_once(bind, people: People) -> None:
    with on(START), transaction(bind) as session:
        session.add(Unit(office_id=people.office_id, name=BUREAU, subject="department"))
        session.flush()
        home = session.exec(select(Unit.id).where(Unit.name == BUREAU)).one()
    names = ("甲组", "乙组")
    for mine, other in (names, names[::-1]):
        cycle = open_lushan(bind, people, team_names=names, homes={mine: [home], other: []}, title=mine)
        with transaction(bind) as session:
            teams = {team.id: team.name for team in teams_of(session, cycle)}
            assert teams[of_bureau(session, cycle).team_id] == other
    with transaction(bind) as session:
        assert [text for text in alerts(session) if BUREAU in text] == []


def test_l4_before_anybody_has_said_where_the_team_comes_from_the_bureaus_visit_is_not_given_silently(
    bind, people: People
) -> None:
    cycle = open_lushan(bind, people)
    with transaction(bind) as session:
        doubts = [recusal_of(*row) for row in lists.visits_of(session, cycle)]
        assert [doubt for doubt in doubts if doubt] == [UNKNOWN]
        assert [text for text in alerts(session) if BUREAU in text]
        declare_homes(session, people.actors["zhuren"], teams_of(session, cycle)[0], [])
        assert not any(recusal_of(*row) for row in lists.visits_of(session, cycle))


def test_l9_both_campaigns_of_the_year_stand_with_a_proposed_day_until_the_office_sets_one(
    bind, people: People
) -> None:
    """L9: the paper prints no day; the proposed one is editable, the ladder runs from the one set, a word ends it."""
    cycle = open_lushan(bind, people)
    with on(date(2021, 4, 1)), transaction(bind) as session:
        waits = {item.title: item for item in without_limit(session, people.office_id)}
        middle, last = waits["年中集中监督（抽查式）"], waits["年终集中监督（总结式）"]
        assert (proposed_day(middle), proposed_day(last)) == (date(2021, 6, 29), date(2021, 12, 30))
        set_limit(session, people.actors["jingban"], middle, date(2021, 6, 25), "经研究，定于端午节后")
        assert (middle.due_on, middle.next_notice_on) == (date(2021, 6, 25), date(2021, 6, 18))
        assert last in without_limit(session, people.office_id)
        key = middle.id
    for day in (18, 22, 24, 25):
        with on(date(2021, 6, day)):
            run_round(bind, cycle, date(2021, 6, day))
    with on(date(2021, 6, 25)), transaction(bind) as session:
        told = session.exec(select(Notice.step).where(Notice.assignment_id == key)).all()
        assert set(told) == {"T-7", "T-3", "T-1", "T0"}
        finish(session, people.actors["jingban"], session.get_one(Assignment, key), "抽查报告已报送")
        assert session.get_one(Assignment, key).state == AssignmentState.DONE


def test_l9_the_mid_year_sample_is_drawn_by_group_from_a_seed_and_the_list_can_be_made_again(
    bind, people: People
) -> None:
    cycle = open_lushan(bind, people)
    draft = read_plan(read_source("lushan-2021"))
    with on(date(2021, 6, 21)), transaction(bind) as session:
        known = names_of(session, people.office_id).units
        groups = {group.name: group.members for group in draft.groups if group.declared}
        strata = {
            name: (session.exec(select(Unit).where(col(Unit.id).in_([known[one] for one in members]))).all(), n)
            for (name, members), n in zip(groups.items(), (6, 4), strict=True)
        }
        assert [len(pool) for pool, _ in strata.values()] == [35, 20]
        bureau = next(unit for unit in strata["县直单位"][0] if unit.name == BUREAU)
        wanted = Wanted(
            "年中集中监督", strata, "20210621", "当日彩票开奖号码", {bureau.id: "抽查组由其组成"}, cycle
        )
        row = draw_units(session, people.actors["jingban"], wanted)
        drawn = [line["name"] for line in row.result]
        assert [len(set(drawn) & set(members)) for members in groups.values()] == [6, 4]
        assert BUREAU not in drawn
        again = draw_units(session, people.actors["jingban"], Wanted(
            "年终集中监督", dict(reversed(strata.items())), "20210621", "同一号码", {bureau.id: "同上"}, None
        ))
        assert {line["name"] for line in again.result} == set(drawn)
    with transaction(bind) as session:
        assert all(redo(row) for row in session.exec(select(Draw)))
