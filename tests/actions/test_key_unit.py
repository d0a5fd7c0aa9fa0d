"""A key unit in the cases that are not everyday: cancelled, moved and merged, refused, released and listed again."""

from datetime import date, time

import pytest
from sqlmodel import select

from actions.advance import close_cycle
from actions.key_unit import decide, plan_key_visits, propose
from actions.plan_visits import plan_visits
from actions.round import run_round
from actions.team import declare_homes
from actions.visit import feed_back_on_site, move_visit
from config import clock
from models.base import Conflict, NotAllowed, Rejected
from models.cycle import Cycle, Visit
from models.database import transaction
from models.key_unit import KeyUnit
from models.ledger import contacts_of_unit, teams_of
from models.notice import Notice
from models.unit import Unit
from models.words import KeyUnitState, VisitKind, VisitState
from tests.seeds.test_xiayi_key_units import JULY_END, WHY, Cast, cast, months, xiayi

__all__ = ["cast", "xiayi"]


def test_x7_a_cancelled_visit_is_not_chased_for_its_sheet_moved_or_fed_back(cast: Cast) -> None:
    cast.listed(date(2023, 8, 1))
    cast.release(date(2023, 8, 8))
    day, lead = date(2023, 8, 17), cast.people.actors["zuzhang"]
    with clock.jumped_to(clock.at_time(day, time(18))):
        run_round(cast.bind, cast.cycle, day)
    with cast.on(day), transaction(cast.bind) as session:
        unit = cast.unit(session)
        assert not [text for text in session.exec(select(Notice.text)) if unit.name in text and "反馈单" in text]
        visit = session.get_one(Visit, cast.visits()[0].id)
        with pytest.raises(NotAllowed, match="已取消"):
            feed_back_on_site(session, lead, visit, "已反馈", "负责人")
        with pytest.raises(NotAllowed, match="已取消"):
            move_visit(session, lead, visit, date(2023, 8, 21), date(2023, 8, 21))


def test_x7_a_visit_that_has_begun_or_taken_place_stays_when_the_unit_is_released(cast: Cast) -> None:
    cast.listed(date(2023, 8, 1))
    with cast.on(date(2023, 8, 17)), transaction(cast.bind) as session:
        visit = session.get_one(Visit, cast.visits()[0].id)
        feed_back_on_site(session, cast.people.actors["zuzhang"], visit, "已反馈", "负责人")
    cast.rounds(date(2023, 9, 1), date(2023, 9, 1))
    cast.release(cast.visits()[1].start_on)
    assert [visit.state for visit in cast.visits()] == [VisitState.FED_BACK, VisitState.PLANNED]


def test_x7_a_proposal_needs_a_reason_a_unit_of_the_cycle_and_stands_alone(cast: Cast) -> None:
    clerk = cast.people.actors["jingban"]
    with cast.on(JULY_END), transaction(cast.bind) as session:
        unit, stranger = cast.unit(session), Unit(office_id=clerk.office_id, name="示例局")
        session.add(stranger)
        session.flush()
        with pytest.raises(Rejected, match="写明事由"):
            propose(session, clerk, cast.cycle, unit, " ")
        with pytest.raises(Rejected, match="不在本督察周期"):
            propose(session, clerk, cast.cycle, stranger, WHY)
        with pytest.raises(NotAllowed):
            propose(session, cast.people.actors["lingdao"], cast.cycle, unit, WHY)
        propose(session, clerk, cast.cycle, unit, WHY)
        with pytest.raises(Conflict, match="正待批准"):
            propose(session, clerk, cast.cycle, unit, WHY)
        decide(session, cast.people.actors["zhuren"], cast.row(session), True)
        with pytest.raises(Conflict, match="自2023年7月27日起已是"):
            propose(session, clerk, cast.cycle, unit, WHY)


def test_x7_a_refusal_says_why_and_the_unit_may_be_proposed_again(cast: Cast) -> None:
    cast.propose(date(2023, 8, 1))
    with pytest.raises(Rejected, match="写明理由"):
        cast.decide(date(2023, 8, 1), yes=False, answer=" ")
    cast.decide(date(2023, 8, 1), yes=False, answer="先约谈")
    assert cast.visits() == [] and cast.letters() == []
    cast.listed(date(2023, 8, 2))
    with transaction(cast.bind) as session:
        assert sorted(row.state for row in session.exec(select(KeyUnit))) == [
            KeyUnitState.APPROVED, KeyUnitState.REFUSED,
        ]


def test_x7_released_and_listed_again_in_one_month_it_is_visited_again(cast: Cast) -> None:
    cast.listed(date(2023, 8, 1))
    with pytest.raises(Rejected, match="写明理由"):
        cast.release(date(2023, 8, 2), reason=" ")
    with pytest.raises(NotAllowed):
        cast.release(date(2023, 8, 2), by="zuzhang")
    cast.release(date(2023, 8, 2))
    with pytest.raises(Conflict, match="已解除"):
        cast.release(date(2023, 8, 2))
    cast.listed(date(2023, 8, 3))
    assert [visit.state for visit in cast.visits()].count(VisitState.PLANNED) == 1


def test_x7_of_two_teams_the_one_that_comes_from_the_unit_stays_away(cast: Cast) -> None:
    with transaction(cast.bind) as session:
        unit, clerk = cast.unit(session), cast.people.actors["jingban"]
        mine = session.exec(select(Visit).where(Visit.unit_id == unit.id)).one().team_id
        first, second = sorted(teams_of(session, cast.cycle), key=lambda team: team.id != mine)
        declare_homes(session, clerk, first, [unit.id])
        declare_homes(session, clerk, second, [])
        other = second.id
    cast.listed(date(2023, 8, 1))
    assert [visit.team_id for visit in cast.visits()] == [other]


def test_x7_on_the_last_working_day_of_a_month_nothing_is_planned_in_the_past(cast: Cast) -> None:
    cast.listed()
    cast.rounds(date(2023, 8, 31), date(2023, 8, 31))
    assert cast.visits() == [] and "本月已没有工作日可以安排" in cast.alerts()[0]
    cast.rounds(date(2023, 9, 1), date(2023, 9, 1))
    assert months(cast.visits()) == [9] and len(cast.alerts()) == 1


def test_x7_a_visit_the_office_moved_or_made_itself_is_not_planned_twice(cast: Cast) -> None:
    cast.listed(date(2023, 8, 1))
    cast.listed(date(2023, 8, 1), 1)
    clerk = cast.people.actors["jingban"]
    with cast.on(date(2023, 8, 2)), transaction(cast.bind) as session:
        visit = session.get_one(Visit, cast.visits()[0].id)
        move_visit(session, clerk, visit, date(2023, 9, 6), date(2023, 9, 6), "单位迁址")
        cycle, unit, day = session.get_one(Cycle, cast.cycle), cast.unit(session, 1), date(2023, 9, 20)
        plan_visits(session, clerk, cycle, [unit], day, day, kind=VisitKind.KEY)
    cast.rounds(date(2023, 8, 2), date(2023, 8, 4))
    cast.rounds(date(2023, 9, 1), date(2023, 9, 5))
    assert months(cast.visits()) == [9] and months(cast.visits(1)) == [8, 9]


def test_x7_several_key_units_share_the_middle_of_the_month(cast: Cast) -> None:
    for position in range(6):
        cast.listed(position=position)
    cast.rounds(date(2023, 8, 1), date(2023, 8, 1))
    days = [cast.visits(position)[0].start_on for position in range(6)]
    assert len(set(days)) == 6 and min(days) >= date(2023, 8, 10) and max(days) <= date(2023, 8, 22)
    assert len({cast.visits(position)[0].team_id for position in range(6)}) == 2


def test_x7_a_unit_that_went_up_in_another_is_not_visited_and_the_office_is_asked_to_release_it(cast: Cast) -> None:
    cast.listed()
    with transaction(cast.bind) as session:
        cast.unit(session).active = False
    cast.rounds(date(2023, 8, 1), date(2023, 8, 3))
    assert cast.visits() == [] and len(cast.alerts()) == 1 and "已撤并，请解除重点督导" in cast.alerts()[0]
    cast.release(date(2023, 8, 3))
    cast.rounds(date(2023, 9, 1), date(2023, 9, 1))
    assert len(cast.alerts()) == 1 or "联系人" in cast.alerts()[-1]


def test_x7_without_a_contact_the_office_is_told_to_tell_the_unit_itself(cast: Cast) -> None:
    with transaction(cast.bind) as session:
        for contact in contacts_of_unit(session, cast.unit(session).id):
            contact.active = False
    cast.listed()
    assert cast.letters() == [] and "没有联系人" in cast.alerts()[0]


def test_x7_after_the_cycle_has_ended_nothing_is_planned_decided_or_released(cast: Cast) -> None:
    cast.listed()
    cast.propose(JULY_END, 1)
    with cast.on(date(2023, 7, 31)), transaction(cast.bind) as session:
        close_cycle(session, cast.people.actors["zhuren"], session.get_one(Cycle, cast.cycle), date(2023, 7, 31))
    with cast.on(date(2023, 8, 1)), transaction(cast.bind) as session:
        assert plan_key_visits(session, cast.cycle, date(2023, 8, 1)) == 0
    with pytest.raises(NotAllowed, match="已结束"):
        cast.decide(date(2023, 8, 1), position=1)
    with pytest.raises(NotAllowed, match="已结束"):
        cast.release(date(2023, 8, 1))
    assert cast.visits() == [] and cast.alerts() == []
