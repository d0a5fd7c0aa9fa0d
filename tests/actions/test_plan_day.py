"""R4, R5: the notices of a day, planned by few statements, are those that plain day-by-day reasoning finds."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session, col, func, select, update

from actions.deadline import move_deadline, replan, settle
from actions.record import system
from actions.remind import plan_reminders
from config import clock
from models import due_ledger
from models.cycle import Assignment, Cycle, Team
from models.database import transaction
from models.duty import Duty, Entry
from models.event import Event
from models.notice import Notice
from models.office import Office
from models.plan import Plan
from models.problem import Problem
from models.unit import Contact, Unit
from models.words import AssignmentKind, AssignmentState, DutyKind, NoticeState, ProblemSource, ProblemState, StageKind
from tests.actions.plain_day import PlainOffice, Row

pytestmark = pytest.mark.both_databases
A = AssignmentState
OPENED, DAY = date(2020, 9, 14), timedelta(days=1)  # a Monday; the holidays of 1 to 8 October lie ahead
KINDS = ("measure", "contact", "goal", "periodic", "filing", "confirmation", "quota", "office_task", "problem")
OWNERS = ("甲", "乙", "组", "办")


@dataclass
class Life:
    """The database and the plain reasoning side by side: whatever happens, happens to both."""

    session: Session
    office: UUID
    plain: PlainOffice
    cycle: Cycle
    owners: dict[str, dict[str, UUID]]
    items: dict[str, Assignment]

    def add(self, kind: str, owner: str, due: date, before: list[int] | None, needed: float) -> None:
        figure = kind == "quota"
        row = Row(f"事项{len(self.items)}", kind, owner, due, before=before, start=OPENED if figure else None,
                  needed=needed)
        row.looked = self.plain.first_look(row, OPENED)
        item = Assignment(
            id=uuid4(), office_id=self.office, cycle_id=self.cycle.id, kind=AssignmentKind(kind), stage=StageKind.DAILY,
            title=row.name, state=A.OPEN, due_on=due, first_due_on=due, next_notice_on=row.looked,
            period_start=row.start, terms={**({"before": before} if before else {}), "needed": needed},
            **self.owners[owner],
        )
        self.session.add(item)
        self.items[row.name] = item
        self.plain.rows.append(row)

    def plan(self, day: date) -> None:
        self.session.flush()
        for _ in range(200):
            if not plan_reminders(self.session, self.cycle.id, day):
                break
        else:
            pytest.fail("there is always one more portion")
        self.session.expire_all()
        self.plain.plan(day)

    def act(self, what: str, which: int, day: date) -> None:
        row = self.plain.rows[which % len(self.plain.rows)]
        item = self.items[row.name]
        if what in STATES:
            row.state = STATES[what]
            settle(self.session, item, A(row.state))
            self.plain.replan(row, day)
        elif what == "move":
            row.due, row.version = row.due + (1 + which % 5) * DAY, row.version + 1
            move_deadline(self.session, system(self.office), item, row.due, "顺延")
            self.plain.replan(row, day)
        elif what == "send":
            self._send()
        elif what == "people":
            self._people(OWNERS[which % 4])
        elif what == "problem":
            self._problem(("甲", "乙")[which % 2])
        elif what == "entry" and row.kind == "quota":
            self._entry(row, item, day)

    def _send(self) -> None:
        planned = col(Notice.state) == NoticeState.PLANNED
        self.session.exec(update(Notice).where(planned, col(Notice.assignment_id).in_(
            [item.id for item in self.items.values()])).values(state=NoticeState.SENT))
        for told in self.plain.told.values():
            told.state = "sent" if told.state == "planned" else told.state

    def _people(self, owner: str) -> None:
        """One more person answers, or nobody does any more."""
        people = self.plain.people.setdefault(owner, [])
        if len(people) == 2:
            for contact in self.session.exec(select(Contact).where(col(Contact.name).in_(people))):
                contact.active = False
            people.clear()
            return
        name = f"{owner}{uuid4()}"
        self.session.add(Contact(office_id=self.office, name=name, **self.owners[owner]))
        people.append(name)

    def _problem(self, owner: str) -> None:
        unit = self.owners[owner]["unit_id"]
        if owner in self.plain.troubled:
            self.session.exec(update(Problem).where(col(Problem.unit_id) == unit).values(state=ProblemState.CLOSED))
            self.plain.troubled.remove(owner)
            return
        self.session.add(Problem(office_id=self.office, cycle_id=self.cycle.id, unit_id=unit, title="问题",
                                 no=self.session.exec(select(func.count()).select_from(Problem)).one() + 1,
                                 source=next(iter(ProblemSource)), found_at=clock.now()))
        self.plain.troubled.add(owner)

    def _entry(self, row: Row, item: Assignment, day: date) -> None:
        duty = Duty(office_id=self.office, cycle_id=self.cycle.id, unit_id=self.owners["甲"]["unit_id"], code="q",
                    kind=DutyKind.PERIOD, title="定量", phrase="每年", made_at=clock.now())
        self.session.add(duty)
        self.session.flush()
        self.session.add(Entry(office_id=self.office, duty_id=duty.id, assignment_id=item.id, unit_id=duty.unit_id,
                               day=day, what="一次", made_by="甲", made_at=clock.now(), nonce=str(uuid4())))
        row.done += 1

    def found(self) -> dict[Any, Any]:
        """What the database holds, in the words of the plain reasoning."""
        names = {item.id: name for name, item in self.items.items()}
        people = {one.id: one.name for one in self.session.exec(select(Contact))}
        return {
            (names[one.assignment_id], one.step, people[one.contact_id], one.deadline_version):
                (str(one.state), one.planned_on, one.late_from, one.text, str(one.kind), one.due_on)
            for one in self.session.exec(select(Notice)) if one.assignment_id in names
        }

    def owed(self) -> dict[Any, Any]:
        return {key: (one.state, one.day, one.late, one.text, one.kind, one.due)
                for key, one in self.plain.told.items()}

    def check(self, day: date) -> None:
        assert self.found() == self.owed(), day
        looks = {name: item.next_notice_on for name, item in self.items.items()}
        assert looks == {row.name: row.looked for row in self.plain.rows}, day
        names = {str(item.id): name for name, item in self.items.items()}
        silent = self.session.exec(select(Event.subject).where(Event.verb == "无人可通知")).all()
        assert sorted(names[one] for one in silent if one in names) == sorted(self.plain.silent), day


STATES = {"hand_in": "submitted", "return": "returned", "done": "done", "open": "open"}
ACTS = (*STATES, "move", "send", "send", "people", "people", "problem", "entry")
ROWS = st.tuples(
    st.sampled_from(KINDS), st.sampled_from(OWNERS), st.integers(0, 30),
    st.sampled_from((None, None, [5, 2], [10, 9, 8, 1])), st.sampled_from((1.0, 2.0, 4.0)),
)
DAYS = st.tuples(
    st.sampled_from((0, 1, 1, 1, 2, 3, 10)), st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 30)), max_size=5),
)


@pytest.fixture
def live(bind: Engine) -> Callable[..., Any]:
    """Plays a life in a transaction of which nothing is kept."""
    def play(act: Callable[[Life], None]) -> None:
        with pytest.raises(ZeroDivisionError), transaction(bind) as session, clock.jumped_to(clock.at_time(OPENED)):
            act(born(session))
            raise ZeroDivisionError

    return play


def born(session: Session) -> Life:
    """A cycle with two units, a team and the office; at first one person answers for each but the office."""
    row = Office(name="办公室", short_name="办", made_at=clock.now())
    session.add(row)
    session.flush()
    office = row.id
    plan = Plan(office_id=office, key="k", title="t", short_title="t", issuer="i", doc_no="n", year=2020, digest="",
                adopted_at=clock.now())
    session.add(plan)
    session.flush()
    cycle = Cycle(office_id=office, plan_id=plan.id, title="周期", opened_on=OPENED)
    units = {name: Unit(office_id=office, name=name) for name in "甲乙"}
    session.add_all([cycle, *units.values()])
    session.flush()
    team = Team(office_id=office, cycle_id=cycle.id, name="组")
    session.add(team)
    session.flush()
    owners = {name: {"unit_id": unit.id} for name, unit in units.items()} | {"组": {"team_id": team.id}, "办": {}}
    life = Life(session, office, PlainOffice(), cycle, owners, {})
    for owner in OWNERS[:3]:
        life._people(owner)
    session.flush()
    return life


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(rows=st.lists(ROWS, min_size=1, max_size=8), days=st.lists(DAYS, min_size=2, max_size=14),
       most=st.sampled_from((1, 2, 3, 2_500)))
def test_r5_few_statements_plan_what_plain_reasoning_finds_day_by_day(live, rows, days, most) -> None:
    """Whatever the kinds, owners, limits and ladders; with days left out; in portions of any size; each day twice."""

    def act(life: Life) -> None:
        for kind, owner, ahead, before, needed in rows:
            life.add(kind, owner, OPENED + ahead * DAY, before, needed)
        day = OPENED
        for gap, acts in days:
            day += gap * DAY
            with clock.jumped_to(clock.at_time(day)):
                for what, which in acts:
                    life.act(what, which, day)
                    life.session.flush()
                for _ in range(2):
                    life.plan(day)
                    life.check(day)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(due_ledger, "MOST", most)
        live(act)


def test_r5_the_same_day_a_hundred_times_writes_nothing_new(live) -> None:
    def act(life: Life) -> None:
        for n, kind in enumerate(KINDS * 3):
            life.add(kind, OWNERS[n % 4], OPENED + n % 9 * DAY, None, 4.0)
        life.plan(OPENED)
        once = life.found()
        events = life.session.exec(select(func.count()).select_from(Event)).one()
        assert once
        for _ in range(100):
            assert not plan_reminders(life.session, life.cycle.id, OPENED)
        assert life.found() == once
        assert life.session.exec(select(func.count()).select_from(Event)).one() == events

    live(act)


@pytest.mark.parametrize(
    ("up", "down", "late"),
    [
        (date(2020, 9, 16), 0, None),  # an hour of the same morning
        (date(2020, 9, 17), 1, date(2020, 9, 16)),
        (date(2020, 9, 19), 3, None),  # a Saturday: nobody is told on a rest day
        (date(2020, 9, 21), 5, date(2020, 9, 16)),
        (date(2020, 10, 9), 23, date(2020, 9, 16)),  # over the holidays
    ],
)
def test_r4_after_a_downtime_what_is_owed_is_told_once_as_one_and_says_since_when(live, up, down, late) -> None:
    """What was handed in meanwhile is not spoken of."""

    def act(life: Life) -> None:
        for _ in range(2):
            life.add("measure", "甲", date(2020, 9, 23), None, 1)  # its first morning is Wednesday the 16th
        life.plan(date(2020, 9, 15))
        with clock.jumped_to(clock.at_time(up)):
            life.act("hand_in", 1, up)
            for _ in range(3):
                life.plan(up)
            life.check(up)
        told = [key + value[:3] for key, value in life.found().items()]
        if up.weekday() == 5:
            assert told == []
            return
        assert [(one[0], one[5], one[6]) for one in told] == [("事项0", up, late)]
        assert (up - date(2020, 9, 16)).days == down

    live(act)


def test_r4_an_older_step_planned_and_not_sent_gives_way_to_the_newer(live) -> None:
    def act(life: Life) -> None:
        life.add("measure", "甲", date(2020, 9, 23), None, 1)
        for day in (date(2020, 9, 16), date(2020, 9, 21)):
            life.plan(day)
        assert {key[1]: value[0] for key, value in life.found().items()} == {"T-7": "cancelled", "T-3": "planned"}

    live(act)


def test_a_notice_withdrawn_by_a_report_stands_up_again_when_that_is_sent_back(live) -> None:
    def act(life: Life) -> None:
        life.add("measure", "甲", date(2020, 9, 23), None, 1)
        day = date(2020, 9, 16)
        with clock.jumped_to(clock.at_time(day)):
            life.plan(day)
            life.act("hand_in", 0, day)
            assert [value[0] for value in life.found().values()] == ["cancelled"]
            life.act("return", 0, day)
            replan(life.session, life.items["事项0"])
            life.plan(day)
        assert [value[0] for value in life.found().values()] == ["planned"]

    live(act)
