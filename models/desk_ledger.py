"""What the desk tells of the last days and the next: messages by result, what the system did, what comes."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.cycle import Assignment, Cycle, Stage, Team, Visit
from models.event import Event
from models.ledger import LIVE
from models.notice import Message, Notice
from models.unit import Contact, Unit
from models.words import (
    AssignmentKind,
    CycleState,
    MessageState,
    NoticeKind,
    NoticeState,
    StageState,
    VisitState,
)

M = MessageState
RESULTS: dict[str, tuple[MessageState, ...]] = {
    "owed": tuple(state for state in M if state != M.CANCELLED), "sent": (M.SENT,), "failed": (M.FAILED, M.DEAD),
    "queued": (M.QUEUED, M.CLAIMED), "unknown": (M.UNKNOWN,),
}
Sent = tuple[Message, Contact, Unit | None]


def sent_figures(session: Session, office_id: UUID, since: date) -> dict[str, int]:
    """How many messages since that day, by result; `urged` are the reminders after a limit among them."""
    statement = select(Message.state, func.count()).where(Message.office_id == office_id, col(Message.day) >= since)
    found: dict[Any, int] = dict(session.exec(statement.group_by(col(Message.state))).all())
    figures = {name: sum(found.get(state, 0) for state in states) for name, states in RESULTS.items()}
    urged = select(func.count()).select_from(Message).where(*_behind(office_id, since, "urged"))
    planned = select(func.count()).select_from(Notice).where(*_planned(office_id))
    return figures | {"urged": session.exec(urged).one(), "planned": session.exec(planned).one()}


def _behind(office_id: UUID, since: date, what: str) -> list[Any]:
    """The conditions of a figure: what its list shows is what was counted."""
    mine = [Message.office_id == office_id, col(Message.day) >= since]
    if what != "urged":
        return [*mine, col(Message.state).in_(RESULTS[what])]
    urges = select(Notice.message_id).where(Notice.office_id == office_id, Notice.kind == NoticeKind.URGE)
    return [*mine, col(Message.id).in_(urges), col(Message.state).in_(RESULTS["owed"])]


def messages_since(session: Session, office_id: UUID, since: date, what: str, limit: int = 500) -> list[Sent]:
    """The messages behind one of the figures, newest first."""
    statement = (
        select(Message, Contact, Unit)
        .join(Contact, col(Contact.id) == Message.contact_id)
        .join(Unit, col(Unit.id) == Message.unit_id, isouter=True)
        .where(*_behind(office_id, since, what))
        .order_by(col(Message.day).desc(), col(Message.sent_at).desc().nulls_last(), col(Message.id))
        .limit(limit)
    )
    return [(row[0], row[1], row[2]) for row in session.exec(statement)]


def _planned(office_id: UUID) -> list[Any]:
    """What is still to go out to somebody and in no message yet."""
    return [
        Notice.office_id == office_id, Notice.state == NoticeState.PLANNED, col(Notice.message_id).is_(None),
        col(Notice.contact_id).is_not(None),
    ]


def planned_notices(
    session: Session, office_id: UUID, limit: int = 500
) -> list[tuple[Notice, Contact, Unit | None, Assignment | None]]:
    """What goes out with the next round within the office's hours."""
    columns: Any = (Notice, Contact, Unit, Assignment)
    statement = (
        select(*columns)
        .join(Contact, col(Contact.id) == Notice.contact_id)
        .join(Unit, col(Unit.id) == Notice.unit_id, isouter=True)
        .join(Assignment, col(Assignment.id) == Notice.assignment_id, isouter=True)
        .where(*_planned(office_id))
        .order_by(col(Unit.sort), col(Notice.made_at))
        .limit(limit)
    )
    return [(row[0], row[1], row[2], row[3]) for row in session.exec(statement)]


def system_acts(session: Session, office_id: UUID, since: datetime) -> list[tuple[str, Cycle | None, str, int]]:
    """What the system did by itself since then: the act, in which cycle, about what, how often."""
    columns: Any = (Event.verb, Cycle, Event.subject, func.count())
    statement: Any = (
        select(*columns)
        .join(Cycle, col(Cycle.id) == Event.cycle_id, isouter=True)
        .where(
            Event.office_id == office_id, col(Event.at) >= since, Event.actor == "系统",
            col(Event.verb).in_(("阶段开启", "阶段结束", "停机补办")),
        )
        .group_by(col(Event.verb), col(Cycle.id), col(Event.subject))
        .order_by(func.min(Event.seq))
    )
    rows = [(row[0], row[1], row[2], row[3]) for row in session.exec(statement)]
    return rows + _counted_acts(session, office_id, since)


def _counted_acts(session: Session, office_id: UUID, since: datetime) -> list[tuple[str, Cycle | None, str, int]]:
    statement: Any = (
        select(Event.verb, func.count())
        .where(
            Event.office_id == office_id, col(Event.at) >= since, Event.actor == "系统",
            col(Event.verb).in_(("拟督办单", "无人可通知", "通知未发出")),
        )
        .group_by(col(Event.verb))
    )
    return [(row[0], None, "", row[1]) for row in session.exec(statement)]


@dataclass(frozen=True)
class Coming:
    """Limits of one kind that fall on one day."""

    day: date
    cycle: Cycle
    kind: AssignmentKind
    title: str
    count: int
    units: int


def coming_limits(session: Session, office_id: UUID, first: date, last: date) -> list[Coming]:
    """What units owe from one day to another, the same thing of many units as one line."""
    a = Assignment
    columns: Any = (a.due_on, Cycle, a.kind, func.min(a.title), func.count(), func.count(func.distinct(a.unit_id)))
    statement: Any = (
        select(*columns)
        .join(Cycle, col(Cycle.id) == a.cycle_id)
        .where(
            a.office_id == office_id, Cycle.state == CycleState.OPEN, col(a.state).in_(LIVE),
            col(a.due_on).between(first, last), col(a.part_of).is_(None), col(a.paused_on).is_(None),
        )
        .group_by(col(a.due_on), col(Cycle.id), col(a.kind))
        .order_by(col(a.due_on).nulls_first(), col(Cycle.opened_on), col(a.kind))
    )
    return [Coming(*row) for row in session.exec(statement)]


def coming_stages(session: Session, office_id: UUID, first: date, last: date) -> list[tuple[date, Cycle, Stage, str]]:
    """Stages that open or close from one day to another."""
    statement = (
        select(Stage, Cycle)
        .join(Cycle, col(Cycle.id) == Stage.cycle_id)
        .where(Cycle.office_id == office_id, Cycle.state == CycleState.OPEN, Stage.state != StageState.CLOSED)
    )
    found = []
    for stage, cycle in session.exec(statement):
        turns = ((stage.start_on, "开始"), (stage.end_on, "结束"))
        found += [(day, cycle, stage, word) for day, word in turns if day and first <= day <= last]
    return sorted(found, key=lambda row: (row[0], row[2].no))


def coming_visits(
    session: Session, office_id: UUID, first: date, last: date
) -> list[tuple[Visit, Unit, Team]]:
    """Visits that are still to be made in these days."""
    statement = (
        select(Visit, Unit, Team)
        .join(Unit, col(Unit.id) == Visit.unit_id)
        .join(Team, col(Team.id) == Visit.team_id)
        .where(
            Visit.office_id == office_id, Visit.state == VisitState.PLANNED, col(Visit.start_on).between(first, last),
            col(Visit.cycle_id).in_(select(Cycle.id).where(Cycle.state == CycleState.OPEN)),
        )
        .order_by(col(Visit.start_on), col(Team.sort), col(Unit.sort))
    )
    return [(row[0], row[1], row[2]) for row in session.exec(statement)]
