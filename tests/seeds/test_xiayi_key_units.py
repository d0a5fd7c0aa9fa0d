"""Xiayi X7: a key unit is approved by a second person and visited every month, once, until it is released."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from actions.key_unit import decide, propose, release
from actions.record import broken_at
from actions.round import run_round
from actions.team import declare_homes
from commands.office import People
from config import clock
from config.workdays import official
from flows.cycle import programmes
from models.base import Conflict, NotAllowed
from models.cycle import Assignment, Visit
from models.database import reading, transaction
from models.event import Event
from models.key_unit import KeyUnit
from models.ledger import teams_of
from models.notice import Message, Notice
from models.unit import Unit
from models.words import AssignmentState, NoticeKind, NoticeState, VisitKind, VisitState
from rules.recusal import MUST
from tests.real_parts import in_thread
from tests.seeds.test_xiayi import xiayi

__all__ = ["xiayi"]
WHY = "两次督导发现的问题均未整改"
JULY_END = date(2023, 7, 27)  # two workdays of July are left


class Cast:
    """The cycle and what a test asks of it on a day."""

    def __init__(self, bind: Any, people: People, cycle: Any) -> None:
        self.bind, self.people, self.cycle = bind, people, cycle

    def on(self, day: date):
        return clock.jumped_to(clock.at_time(day, time(9)))

    def unit(self, session, position: int = 0) -> Unit:
        return session.exec(select(Unit).order_by(col(Unit.sort), col(Unit.name)).offset(position)).first()

    def propose(self, day: date, position: int = 0, by: str = "jingban") -> None:
        with self.on(day), transaction(self.bind) as session:
            propose(session, self.people.actors[by], self.cycle, self.unit(session, position), WHY)

    def row(self, session, position: int = 0) -> KeyUnit:
        mine = select(KeyUnit).where(KeyUnit.unit_id == self.unit(session, position).id)
        return session.exec(mine.order_by(col(KeyUnit.proposed_at).desc())).first()

    def decide(self, day: date, by: str = "lingdao", yes: bool = True, answer: str = "", position: int = 0) -> None:
        with self.on(day), transaction(self.bind) as session:
            decide(session, self.people.actors[by], self.row(session, position), yes, answer)

    def release(self, day: date, by: str = "jingban", reason: str = "问题已整改到位") -> None:
        with self.on(day), transaction(self.bind) as session:
            release(session, self.people.actors[by], self.row(session), reason)

    def listed(self, day: date = JULY_END, position: int = 0) -> None:
        self.propose(day, position)
        self.decide(day, position=position)

    def rounds(self, first: date, last: date) -> None:
        for n in range((last - first).days + 1):
            with self.on(day := first + timedelta(days=n)):
                run_round(self.bind, self.cycle, day)

    def visits(self, position: int = 0) -> list[Visit]:
        with reading(self.bind) as session:
            mine = select(Visit).where(Visit.kind == VisitKind.KEY, Visit.unit_id == self.unit(session, position).id)
            return list(session.exec(mine.order_by(col(Visit.start_on))))

    def alerts(self) -> list[str]:
        """Every alert about key units, read or not."""
        with transaction(self.bind) as session:
            found = select(Notice.text).where(Notice.kind == NoticeKind.ALERT).order_by(col(Notice.made_at))
            return [text for text in session.exec(found) if "重点督导" in text]

    def read_all(self) -> None:
        with transaction(self.bind) as session:
            for notice in session.exec(select(Notice).where(Notice.kind == NoticeKind.ALERT)):
                notice.state = NoticeState.SENT

    def letters(self) -> list[str]:
        with transaction(self.bind) as session:
            found = select(Notice.text).where(Notice.kind == NoticeKind.LETTER).order_by(col(Notice.made_at))
            return [text for text in session.exec(found) if "重点督导" in text]


@pytest.fixture
def cast(bind, people: People, xiayi) -> Cast:
    return Cast(bind, people, xiayi)


def months(visits: list[Visit]) -> list[int]:
    return [visit.start_on.month for visit in visits if visit.state != VisitState.CANCELLED]


def test_x7_a_key_unit_is_visited_every_month_until_it_is_released_and_the_planned_visit_is_cancelled(
    cast: Cast,
) -> None:
    cast.listed()
    assert cast.visits() == []
    for first, last in ((JULY_END, date(2023, 8, 4)), (date(2023, 8, 28), date(2023, 9, 5))):
        cast.rounds(first, last)
        cast.rounds(last, last)
    cast.rounds(date(2023, 9, 29), date(2023, 10, 8))
    found = cast.visits()
    assert months(found) == [8, 9, 10]
    assert [visit.start_on for visit in found] == [date(2023, 8, 17), date(2023, 9, 15), date(2023, 10, 19)]
    assert all(official().is_workday(visit.start_on) for visit in found)
    assert len({visit.team_id for visit in found}) == 1  # the team that knows the unit goes again
    cast.release(date(2023, 10, 11))
    cast.rounds(date(2023, 10, 11), date(2023, 10, 20))
    cast.rounds(date(2023, 11, 1), date(2023, 11, 3))
    assert [visit.state for visit in cast.visits()] == [VisitState.PLANNED, VisitState.PLANNED, VisitState.CANCELLED]
    with transaction(cast.bind) as session:
        sheets = [session.get_one(Assignment, visit.assignment_id) for visit in cast.visits()]
        assert sheets[-1].state == AssignmentState.CANCELLED and sheets[-1].next_notice_on is None
        cancelled = session.exec(select(Event).where(Event.verb == "取消督察日程")).one()
        assert cancelled.data["day"] == "2023-10-19" and "问题已整改到位" in cancelled.data["reason"]
        told = "\n".join(session.exec(select(Notice.text).where(Notice.step == "日程2023-10-19")))
        assert told == ""
        assert broken_at(session, cast.people.office_id) is None
    assert cast.alerts() == []


def test_x7_the_month_of_the_approval_has_a_visit_when_five_workdays_are_left(cast: Cast) -> None:
    cast.listed(date(2023, 7, 24))  # 25, 26, 27, 28 and 31 July
    cast.listed(date(2023, 7, 25), 1)
    assert [visit.start_on for visit in cast.visits()] == [date(2023, 7, 27)] and cast.visits(1) == []
    cast.rounds(date(2023, 7, 24), date(2023, 8, 2))
    assert months(cast.visits()) == [7, 8] and months(cast.visits(1)) == [8]


def test_x7_in_october_nothing_is_planned_before_the_first_working_day_after_the_holidays(cast: Cast) -> None:
    cast.listed(date(2023, 9, 27))
    cast.rounds(date(2023, 10, 1), date(2023, 10, 6))
    assert cast.visits() == []
    cast.rounds(date(2023, 10, 7), date(2023, 10, 7))  # a Saturday made up for
    assert months(cast.visits()) == [10]


def test_x7_the_unit_hears_of_the_approval_of_each_visit_and_of_the_release(cast: Cast) -> None:
    cast.listed(date(2023, 8, 1))
    visit = cast.visits()[0]
    assert visit.start_on == date(2023, 8, 17)
    cast.rounds(date(2023, 8, 1), date(2023, 8, 16))
    cast.release(date(2023, 8, 16), by="lingdao")
    cast.rounds(date(2023, 8, 16), date(2023, 8, 18))
    listed, ended = cast.letters()
    assert listed.startswith("经研究，自2023年8月1日起将贵单位列为重点督导对象") and WHY in listed
    assert ended == "经研究，自2023年8月16日起不再将贵单位列为重点督导对象。原定8月17日的督导不再进行。"
    with transaction(cast.bind) as session:
        unit = cast.unit(session)
        mails = [m.body for m in session.exec(select(Message).where(Message.unit_id == unit.id))]
        assert sum(WHY in body for body in mails) == sum("不再进行" in body for body in mails) == 1
        assert sum("8月17日（周四）到贵单位实地督察" in body for body in mails) == 1
        told = session.exec(select(Notice.text).where(Notice.kind == NoticeKind.PROGRAMME)).all()
        sent = [text for text in told if "今日督察" in text or "反馈单" in text]
        assert not [text for text in sent if unit.name in text]  # the team is neither sent nor chased for the sheet


@pytest.mark.parametrize(("proposer", "decider"), [("jingban", "jingban2"), ("jingban", "zuzhang")])
def test_x7_only_a_head_or_leader_approves(cast: Cast, proposer: str, decider: str) -> None:
    cast.propose(JULY_END, by=proposer)
    with pytest.raises(NotAllowed, match="主任或分管领导"):
        cast.decide(JULY_END, by=decider)


def test_x7_who_proposed_does_not_approve_and_nothing_follows_until_another_does(cast: Cast) -> None:
    cast.propose(date(2023, 8, 1), by="zhuren")
    with pytest.raises(NotAllowed, match="须由另一人"):
        cast.decide(date(2023, 8, 1), by="zhuren")
    cast.rounds(date(2023, 8, 2), date(2023, 8, 4))
    assert cast.visits() == [] and cast.letters() == []
    cast.decide(date(2023, 8, 4), by="lingdao")
    assert months(cast.visits()) == [8] and len(cast.letters()) == 1
    with pytest.raises(Conflict, match="已处理"):
        cast.decide(date(2023, 8, 4), by="lingdao")


def test_x7_without_a_team_the_office_hears_once_a_month_and_the_round_goes_on(cast: Cast) -> None:
    cast.listed()
    with transaction(cast.bind) as session:
        unit = cast.unit(session)
        name = unit.name
        for team in teams_of(session, cast.cycle):  # every team comes from the unit itself
            declare_homes(session, cast.people.actors["jingban"], team, [unit.id])
    cast.read_all()
    before = len(cast.alerts())
    cast.rounds(date(2023, 8, 1), date(2023, 8, 3))
    cast.read_all()
    cast.rounds(date(2023, 8, 4), date(2023, 8, 8))
    found = cast.alerts()[before:]
    assert len(found) == 1 and f"重点督导对象{name}：2023年8月的督导未能排定" in found[0] and MUST in found[0]
    with transaction(cast.bind) as session:  # the same round went on to the end
        assert session.exec(select(Message).where(Message.day == date(2023, 8, 1))).first()
        declare_homes(session, cast.people.actors["jingban"], teams_of(session, cast.cycle)[0], [])
    cast.rounds(date(2023, 8, 9), date(2023, 8, 9))
    assert months(cast.visits()) == [8] and len(cast.alerts()) == before + 1
    with transaction(cast.bind) as session:
        declare_homes(session, cast.people.actors["jingban"], teams_of(session, cast.cycle)[0], [unit.id])
    cast.rounds(date(2023, 9, 1), date(2023, 9, 4))
    assert len([text for text in cast.alerts() if "2023年9月的督导" in text]) == 1


def test_x7_without_a_calendar_of_the_year_there_is_one_alert_and_no_visit(cast: Cast) -> None:
    cast.listed(date(2026, 12, 28))
    cast.rounds(date(2027, 1, 1), date(2027, 1, 6))
    assert cast.visits() == []
    assert len(cast.alerts()) == 1 and "2027年放假通知尚未入库" in cast.alerts()[0]


def test_x7_months_in_which_the_machine_stood_still_are_named_and_not_made_up_for(cast: Cast) -> None:
    cast.listed(date(2023, 7, 3))
    cast.rounds(date(2023, 7, 3), date(2023, 7, 5))
    cast.rounds(date(2023, 10, 9), date(2023, 10, 12))
    assert months(cast.visits()) == [7, 10]
    assert len(cast.alerts()) == 1
    assert "2023年8月、2023年9月系统未运行，没有排定督导，已过的月份不补排。" in cast.alerts()[0]
    cast.read_all()
    cast.rounds(date(2023, 11, 1), date(2023, 11, 3))
    assert months(cast.visits()) == [7, 10, 11] and len(cast.alerts()) == 1


def test_x7_the_flow_of_the_visits_plans_them_as_the_round_does(cast: Cast) -> None:
    cast.listed()
    for _ in range(2):
        with cast.on(date(2023, 8, 1)):
            in_thread(programmes, cast.cycle, date(2023, 8, 1))
    assert months(cast.visits()) == [8]
