"""What tests stand on: a data folder of their own, one office, and a running Puyang cycle with a clock that jumps."""

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import hypothesis
import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from actions.feed_back import issue_letter
from actions.open_cycle import Opening
from actions.record import Actor
from actions.round import Round, run_round
from actions.self_check import submit_self_check
from actions.submit import Report
from actions.visit import record_problem
from commands import office
from commands.cast import REPORT
from commands.office import People
from commands.rehearse import launch
from commands.sample_units import demo_rows
from config import clock
from config.settings import temporary_home
from models import database
from models.cycle import Assignment, Cycle
from models.database import transaction
from models.ledger import contacts_of_unit, unit_item
from models.notice import Message, Notice
from models.plan import Plan
from models.problem import Letter, Problem
from models.submission import Submission
from models.unit import Contact, Unit
from models.words import AssignmentKind, NoticeState
from plans.draft import PlanDraft
from tests.beginnings import DAY as DAY_ONE
from tests.beginnings import Beginnings, HashedOnce
from tests.one_app import calm
from tests.programme import visit_of

os.environ.setdefault("DUBAN_HOOK_HOSTS", "127.0.0.1")  # the sinks of tests are services of this machine
pytest_plugins = ["tests.beginnings", "tests.databases", "tests.real_parts", "tests.window"]
hypothesis.settings.register_profile(  # a timed assertion is not a test; `make fuzz` looks for what nobody has met yet
    "shared-machine", deadline=None, derandomize="DUBAN_FUZZ" not in os.environ
)
hypothesis.settings.load_profile("shared-machine")
WAITING = ("stories", "newcomer", "browser", "chaos", "commands")
MORNING, TEN, EVENING = time(9, 0), time(10, 0), time(17, 30)
DAY = timedelta(days=1)


def pytest_make_parametrize_id(val: object) -> str | None:
    """Bytes are named by their length: a zip's times would give each process of a run tests of other names."""
    return f"{len(val)} bytes" if isinstance(val, bytes) else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with servers, browsers and processes of their own first: they wait much, and a file that waits at the very
    end of a run leaves the other processes idle."""
    items.sort(key=lambda item: item.path.parent.name not in WAITING)


def pytest_collection_finish() -> None:
    """Five thousand tests' worth of modules stay for good: not to be walked through again at every collection."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(autouse=True, scope="session")
def one_dialect() -> Iterator[None]:
    """SQLAlchemy keeps what it has compiled by dialect, and each engine brings its own: a process that opens a database
    per test would compile every statement again and keep thousands of copies. Here all engines of a kind share the
    first one's dialect and what was compiled with it."""
    make, first = database.create_engine, dict[str, Engine]()

    def create_engine(url: str, **given: Any) -> Engine:
        made = make(url, **given)
        one = first.setdefault(made.dialect.name, made)
        made.dialect = made.pool._dialect = one.dialect
        made._compiled_cache = one._compiled_cache
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "create_engine", create_engine)
        yield


@pytest.fixture(autouse=True)
def nobody_is_throttled() -> None:
    """Whatever the test before it tried too often."""
    calm()


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A data folder of this test's own; the process's engine is made anew for it."""
    with temporary_home(tmp_path):
        database.engine.cache_clear()
        yield tmp_path
    database.engine.cache_clear()


@pytest.fixture
def people(
    bind: Engine, beginnings: Beginnings, hashed_once: HashedOnce, monkeypatch: pytest.MonkeyPatch
) -> People:
    """One office with a sign-in per role; every password is WORD."""
    monkeypatch.setattr(office, "PASSWORDS", hashed_once)
    return beginnings.office(bind)


@dataclass
class Running:
    """A running cycle: jumps the clock, plays rounds, finds what a test asks about."""

    bind: Engine
    people: People
    cycle_id: UUID

    @contextmanager
    def on(self, day: date, hour: time = TEN) -> Iterator[Session]:
        """A transaction on that day at that hour."""
        with clock.jumped_to(clock.at_time(day, hour)), transaction(self.bind) as session:
            yield session

    def round(self, day: date, hour: time = MORNING) -> Round:
        with clock.jumped_to(clock.at_time(day, hour)):
            return run_round(self.bind, self.cycle_id, day)

    def rounds(self, first: date, last: date) -> None:
        """The morning and evening rounds of every day from first to last."""
        for n in range((last - first).days + 1):
            for hour in (MORNING, EVENING):
                self.round(first + n * DAY, hour)

    def actor(self, login: str) -> Actor:
        return self.people.actors[login]

    def cycle(self, session: Session) -> Cycle:
        return session.get_one(Cycle, self.cycle_id)

    def units(self, session: Session) -> list[Unit]:
        return list(session.exec(select(Unit).where(Unit.office_id == self.people.office_id).order_by(col(Unit.sort))))

    def unit(self, session: Session, position: int = 0) -> Unit:
        return self.units(session)[position]

    def contact(self, session: Session, position: int = 0) -> Contact:
        return contacts_of_unit(session, self.unit(session, position).id)[0]

    def speaks(self, session: Session, position: int = 0) -> Actor:
        """The contact of a unit, acting by its link."""
        unit = self.unit(session, position)
        return Actor(unit.office_id, f"{unit.name}联络员", "unit", "链接", unit.id)

    def item(self, session: Session, kind: AssignmentKind, position: int = 0) -> Assignment:
        return unit_item(session, self.cycle_id, self.unit(session, position).id, kind)

    def own(self, session: Session, kind: AssignmentKind) -> Assignment:
        """A duty of the office or a team."""
        return session.exec(
            select(Assignment).where(Assignment.cycle_id == self.cycle_id, Assignment.kind == kind)
        ).first()

    def hand_in(self, session: Session, position: int = 0, body: str = REPORT, **more) -> Submission:
        """A unit hands in its self-check report."""
        item = self.item(session, AssignmentKind.SELF_CHECK_REPORT, position)
        report = Report(f"{item.id}-{item.version}", body, [{"title": "记录不完整"}], **more)
        return submit_self_check(session, self.speaks(session, position), item, report)

    def find(self, session: Session, position: int = 0, title: str = "档案缺失") -> Problem:
        """The team finds a problem at a unit."""
        visit = visit_of(session, self.cycle_id, self.unit(session, position).id)
        return record_problem(session, self.actor("zuzhang"), visit, title, "现场查看案卷时发现。")

    def letter(self, session: Session, position: int = 0) -> Letter:
        """The office issues the feedback to a unit."""
        plan = session.get_one(Plan, self.cycle(session).plan_id)
        return issue_letter(session, self.actor("jingban"), plan, self.cycle_id, self.unit(session, position))

    def said(self, session: Session, day: date, **where: object) -> str:
        """Everything that was sent on a day."""
        found = session.exec(select(Message).where(Message.day == day).filter_by(**where))
        return "\n".join(message.body for message in found)

    def told(
        self, kind: AssignmentKind, position: int = 0, state: NoticeState = NoticeState.SENT
    ) -> list[tuple[date, str]]:
        """Day and step of every notice of this state that a unit has about a kind of duty, in order."""
        with transaction(self.bind) as session:
            found = session.exec(
                select(Notice)
                .join(Assignment, col(Assignment.id) == Notice.assignment_id)
                .where(Assignment.kind == kind, Notice.unit_id == self.unit(session, position).id)
                .where(Notice.state == state)
            )
            return sorted((notice.planned_on, notice.step) for notice in found)


@pytest.fixture
def puyang(people: People, bind: Engine, draft: PlanDraft, beginnings: Beginnings) -> Callable[..., Running]:
    """Opens the Puyang cycle for a few sample units, and `more` rows, on a day (Friday 2020-07-24 unless told)."""

    def open_it(
        units: int = 3, on: date = DAY_ONE, more: tuple = (), plan: PlanDraft = draft, **opening
    ) -> Running:
        plain = on == DAY_ONE and plan is beginnings.plan and not more and not opening
        if plain and (opened := beginnings.cycle(bind, units)):
            return Running(bind, people, opened)
        rows = [*demo_rows(units), *more]
        with clock.jumped_to(clock.at_time(on, time(8, 30))):
            return Running(bind, people, launch(bind, people, plan, rows, Opening(**opening)))

    return open_it
