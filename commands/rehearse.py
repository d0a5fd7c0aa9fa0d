"""A whole cycle played on a throw-away database with a clock that jumps from day to day."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, func
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from actions.adopt import adopt_plan
from actions.enrol import enrol_units
from actions.open_cycle import Opening, open_cycle
from actions.record import broken_at
from actions.round import run_round
from commands.cast import Cast
from commands.office import People, make_office
from commands.sample_units import proposed, rows_for, set_groups
from commands.script import Script
from config import clock
from config.settings import temporary_home
from config.workdays import home_folder, official
from models import lists
from models.base import Rejected
from models.cycle import Assignment
from models.database import create_all, make_engine, reading, transaction
from models.ledger import problems_of
from models.notice import Message, Notice
from models.plan import Plan
from models.unit import Contact, Unit
from models.words import MessageState, NoticeState, ProblemState
from notifications.wording import line
from plans.draft import PlanDraft

TICKS = (time(9, 0), time(17, 30))
DAY = timedelta(days=1)


@dataclass
class Stage:
    """A theatre: a throw-away database with an office, units and an open cycle."""

    bind: Engine
    cycle_id: UUID
    people: People
    cast: Cast


def span(draft: PlanDraft) -> tuple[date, date]:
    """From a month before the first printed day to a month after the last, so that overdue steps are seen."""
    days = [day for stage in draft.stages for day in (stage.start, stage.end) if day]
    if not days and not draft.tasks and not draft.slots:
        raise Rejected("方案没有任何日期，不能演练；请先设定阶段日期。")
    if not days:  # a plan of tasks begins when it is issued; its first year is played
        first = draft.issued_on or date(draft.year, 1, 4)
        return first, date(first.year, 12, 31)
    return min(days) - 30 * DAY, max(days) + 30 * DAY


@contextmanager
def stage(draft: PlanDraft, units: int, start: date, script: Script) -> Iterator[Stage]:
    """Build the theatre and take it away afterwards; nothing of it touches the installation's data."""
    notices = home_folder()
    with tempfile.TemporaryDirectory(prefix="duban-rehearsal-") as folder, temporary_home(Path(folder)):
        if notices.exists():  # the holiday notices this office has loaded count in its rehearsals too
            shutil.copytree(notices, home_folder())
        bind = make_engine(f"sqlite:///{folder}/rehearsal.db")
        create_all(bind)
        with clock.jumped_to(clock.at_time(start, time(8, 30))):
            people = make_office(bind, draft.issuer, "督察办公室", "rehearsal")
            cycle_id = launch(bind, people, draft, rows_for(draft, units), Opening(team_names=team_names(units)))
        yield Stage(bind, cycle_id, people, Cast(bind, cycle_id, people, script))
        bind.dispose()


def team_names(units: int) -> tuple[str, ...]:
    """One team for every twelve units."""
    count = max(1, round(units / 12))
    return tuple(f"第{'一二三四五六七八九十'[n]}督察组" if n < 10 else f"第{n + 1}督察组" for n in range(count))


def launch(
    bind: Engine | None, people: People, draft: PlanDraft, rows: list[dict[str, Any]], opening: Opening
) -> UUID:
    """Adopt the plan, enrol the units and open the cycle, as a clerk would."""
    clerk = people.actors["jingban"]
    with transaction(bind) as session:
        enrol_units(session, clerk, rows)
        plan = session.exec(select(Plan).where(Plan.office_id == people.office_id)).first()
        if plan is None:
            set_groups(session, clerk, draft, len(rows))
            plan = adopt_plan(session, clerk, draft, draft.key, proposed(session, clerk, draft))
        session.flush()
        names = [row["name"] for row in rows]
        ours = select(Unit).where(Unit.office_id == people.office_id, col(Unit.name).in_(names))
        units = list(session.exec(ours.order_by(col(Unit.sort))))
        return open_cycle(session, clerk, plan, units, opening).id


def play(theatre: Stage, start: date, end: date) -> Iterator[date]:
    """Play day by day; yields each day when it is over."""
    day = start
    while day <= end:
        play_day(theatre.bind, theatre.cycle_id, theatre.cast, day)
        yield day
        day += DAY


def play_day(bind: Engine | None, cycle_id: UUID, cast: Cast, day: date) -> None:
    """The morning round, what people do, the evening round; nothing of ours runs while the machine is down."""
    if not cast.script.is_down(day):
        with clock.jumped_to(clock.at_time(day, TICKS[0])):
            run_round(bind, cycle_id, day)
    cast.act(day)
    if not cast.script.is_down(day):
        with clock.jumped_to(clock.at_time(day, TICKS[1])):
            run_round(bind, cycle_id, day)


def told(session: Session) -> Iterator[dict[str, Any]]:
    """Every notice that was sent: who, when, about what."""
    statement = (
        sql_select(Notice, Message, Contact, Unit, Assignment)
        .join(Message, col(Message.id) == Notice.message_id)
        .join(Contact, col(Contact.id) == Message.contact_id)
        .join(Unit, col(Unit.id) == Message.unit_id, isouter=True)
        .join(Assignment, col(Assignment.id) == Notice.assignment_id, isouter=True)
        .where(col(Notice.state) == NoticeState.SENT)
        .order_by(col(Message.sent_at).nulls_first(), col(Message.id), col(Notice.due_on).nulls_first())
    )
    calendar = official()
    for notice, message, contact, unit, item in session.execute(statement):
        title = item.title if item else ""
        yield {
            "day": str(message.day), "unit": unit.name if unit else contact.name,
            "stage": item.stage.label if item else "",
            "kind": notice.kind.label, "about": title or notice.text, "step": notice.step,
            "due_on": notice.due_on and str(notice.due_on),
            "days_left": (notice.due_on - message.day).days if notice.due_on else None, "merged": message.merged,
            "channel": message.channel.label, "text": line(notice, title, message.day, calendar),
        }


def notices(theatre: Stage) -> list[dict[str, Any]]:
    with reading(theatre.bind) as session:
        return list(told(session))


def summary(theatre: Stage, first: date, last: date, count: int) -> dict[str, Any]:
    """What the rehearsal came to, in figures; `count` is the number of its notices."""
    with reading(theatre.bind) as session:
        problems = [problem for problem, _, _ in problems_of(session, theatre.cycle_id)]
        sent = session.exec(select(func.count()).select_from(Message).where(Message.state == MessageState.SENT)).one()
        drafts = len(lists.escalations_of(session, theatre.people.office_id))
        fault = broken_at(session, theatre.people.office_id)
    return {
        "from": str(first), "to": str(last), "units": len(theatre.cast.units), "notices": count,
        "messages": sent, "problems": len(problems), "closed": sum(p.state == ProblemState.CLOSED for p in problems),
        "drafts": drafts, "chain": "完整" if fault is None else fault[1],
    }
