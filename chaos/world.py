"""A small office whose every duty is known by a number, so that what arrives can be told from what was owed."""

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import insert, update
from sqlmodel import Session, col, select

from actions.deadline import cancel_notices
from actions.enrol import name_contact
from chaos.sink import Sink
from commands.office import actors_of, make_office
from config import clock
from config.policy import Policy
from config.settings import settings, temporary_home
from config.workdays import official
from models import database
from models.cycle import Assignment, Cycle, CycleUnit
from models.plan import Plan
from models.unit import Contact, Unit
from models.words import AssignmentKind, AssignmentState, Channel, StageKind
from rules.reminder import next_step_on

FIRST = date(2025, 3, 3)  # a Monday; a year with every public holiday on file lies ahead
KIND = AssignmentKind.MEASURE


@dataclass
class Duty:
    """One thing owed, as the checker knows it."""

    title: str
    contact: int
    due: date
    key: UUID
    done_on: date | None = None


@dataclass
class World:
    """The folder, the office, its contacts by number and its duties by title."""

    folder: Path
    office: UUID
    cycle: UUID
    duties: dict[str, Duty] = field(default_factory=dict)
    contacts: dict[int, UUID] = field(default_factory=dict)
    replaced: dict[int, date] = field(default_factory=dict)

    def finish(self, title: str, day: date) -> None:
        """The unit has done it: nothing more may be said about it."""
        self.duties[title].done_on = day
        with database.transaction() as session:
            session.exec(
                update(Assignment).where(col(Assignment.id) == self.duties[title].key)
                .values(state=AssignmentState.DONE, next_notice_on=None)
            )
            cancel_notices(session, [self.duties[title].key])


@contextmanager
def made(folder: Path, sink: Sink, contacts: int, each: int, span: int = 20, seed: int = 7) -> Iterator[World]:
    """`each` duties for every one of `contacts` people, due within `span` days, in a data folder of their own."""
    os.environ["DUBAN_HOOK_HOSTS"] = "127.0.0.1"  # the sink's address, which contacts may not have otherwise
    with temporary_home(folder):
        _fresh()
        database.create_all(database.engine())
        with clock.jumped_to(clock.at_time(FIRST)):
            office = make_office(None, "某县委依法治县办", "县委依法治县办", "first-word").office_id
            world = _fill(folder, sink, office, contacts, each, span, random.Random(seed))
        try:
            yield world
        finally:
            database.engine().dispose()
            _fresh()


def _fresh() -> None:
    settings.cache_clear()
    database.engine.cache_clear()


def _fill(
    folder: Path, sink: Sink, office: UUID, contacts: int, each: int, span: int, dice: random.Random
) -> World:
    with database.transaction() as session:
        plan = Plan(office_id=office, key="chaos", title="督察方案", short_title="督察", issuer="某县", doc_no="无",
                    year=2026, digest="", adopted_at=clock.now())
        session.add(plan)
        session.flush()
        cycle = Cycle(office_id=office, plan_id=plan.id, title="督察", opened_on=FIRST)
        session.add(cycle)
        session.flush()
        world = World(folder, office, cycle.id)
        for number in range(contacts):
            _person(session, world, sink, number)
        session.flush()
        _duties(session, world, each, span, dice)
    return world


def _person(session: Session, world: World, sink: Sink, number: int) -> None:
    unit = Unit(office_id=world.office, name=f"第{number}单位", sort=number)
    session.add(unit)
    session.flush()
    contact = Contact(office_id=world.office, unit_id=unit.id, name=f"联络员{number}", channel=Channel.WEBHOOK,
                      address=f"http://127.0.0.1:{sink.port}/c{number}/", confirmed_at=clock.now())
    session.add_all([CycleUnit(cycle_id=world.cycle, unit_id=unit.id), contact])
    world.contacts[number] = contact.id


def _duties(session: Session, world: World, each: int, span: int, dice: random.Random) -> None:
    units = {row.sort: row.id for row in session.exec(select(Unit).where(Unit.office_id == world.office))}
    ladder, rows = Policy().ladder(KIND), []
    blank = Assignment(office_id=world.office, cycle_id=world.cycle, kind=KIND, stage=StageKind.DAILY, title="")
    for number in world.contacts:
        for turn in range(each):
            due = FIRST + timedelta(days=dice.randrange(span))
            row = blank.model_dump() | {
                "id": UUID(int=dice.getrandbits(128)), "unit_id": units[number], "due_on": due, "first_due_on": due,
                "title": f"任务{number * each + turn}号", "state": AssignmentState.OPEN,
                "next_notice_on": next_step_on(due, ladder, official(), FIRST - timedelta(days=1)),
            }
            rows.append(row)
            world.duties[row["title"]] = Duty(row["title"], number, due, row["id"])
    session.connection().execute(insert(Assignment.__table__), rows)  # type: ignore[attr-defined]


def replace_contact(world: World, sink: Sink, number: int, day: date) -> None:
    """Somebody else answers for the unit from now on; the old address must hear nothing more."""
    with database.transaction() as session:
        old = session.get_one(Contact, world.contacts[number])
        unit = session.get_one(Unit, old.unit_id)
        fields = {"contact": f"新联络员{number}", "phone": "0393-1", "channel": "webhook",
                  "address": f"http://127.0.0.1:{sink.port}/new{number}/"}
        world.contacts[number] = name_contact(session, actors_of(session, world.office)["jingban"], unit, fields).id
    world.replaced[number] = day
