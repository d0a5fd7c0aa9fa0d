"""The queries behind the day's account: what could be owed by the limits themselves, and what really went."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import String, cast, func, text
from sqlmodel import Session, col, or_, select

from models.cycle import NO_PART, Assignment, Cycle, DeadlineVersion
from models.due_ledger import walked_past
from models.duty import Duty
from models.notice import DayAccount, Hold, Message, Notice
from models.portions import portions
from models.unit import Contact, Unit
from models.words import AssignmentKind, AssignmentState, CycleState, MessageState, NoticeKind, NoticeState

S = AssignmentState
OWING = (S.PLANNED, S.OPEN, S.SUBMITTED, S.RETURNED)
BY_HAND = "催办"  # the step of what a person had sent, besides the ladder
a = Assignment
COLUMNS: Any = (
    a.id, a.cycle_id, a.unit_id, a.team_id, a.kind, a.title, a.state, a.due_on, a.deadline_version, a.terms,
    a.period_start, a.part_of, a.made_at, a.sent_in_at, a.done_at, a.paused_on,
)


def cycles_to_count(session: Session, office_id: UUID) -> list[Cycle]:
    """The cycles in which an office owes reminders."""
    return list(session.exec(select(Cycle).where(Cycle.office_id == office_id, Cycle.state == CycleState.OPEN)))


def due_then(cycle: Cycle, kinds: Sequence[AssignmentKind], dues: Iterable[date], since: datetime) -> Any:
    """The statement for what is due on these days and was still owed at `since`: walks ix_assignment_state, so it
    costs what is due and not what exists."""
    return select(*COLUMNS).where(
        a.office_id == cycle.office_id, col(a.state).in_((*OWING, S.DONE)), col(a.due_on).in_(dues),
        walked_past(col(a.cycle_id)) == cycle.id, walked_past(col(a.kind)).in_(kinds), text(NO_PART),
        or_(col(a.state) != S.DONE, col(a.done_at) >= since),
    )


def days_of_their_own(session: Session, cycle_id: UUID) -> list[list[int]]:
    """The days before a limit that somebody set for duties that come again."""
    asked = select(Duty.remind_before).where(Duty.cycle_id == cycle_id, cast(Duty.remind_before, String) != "[]")
    return list({tuple(days): list(days) for days in session.exec(asked)}.values())


def with_own_limit(session: Session, cycle: Cycle, dues: Iterable[date], since: datetime) -> list[Any]:
    """Items of score sheets that were given a limit of their own, and whatever had one of these limits until then. The
    keys first: asked in one statement, SQLite would walk the whole cycle."""
    v, days = DeadlineVersion, list(dues)
    given = set(session.exec(select(v.assignment_id).where(v.office_id == cycle.office_id, col(v.due_on).in_(days))))
    moved = set(session.exec(select(v.assignment_id).where(
        v.office_id == cycle.office_id, col(v.old_due_on).in_(days), col(v.made_at) >= since
    )))
    return [
        row for row in by_key(session, given | moved)
        if row.cycle_id == cycle.id and row.state != S.CANCELLED
        and (row.id in moved or row.kind == AssignmentKind.TASK)
    ]


def by_key(session: Session, keys: Iterable[UUID]) -> list[Any]:
    """The same columns of these assignments."""
    return [row for part in portions(keys) for row in session.exec(select(*COLUMNS).where(col(a.id).in_(part)))]


def versions_of(session: Session, keys: Iterable[UUID]) -> dict[UUID, list[DeadlineVersion]]:
    """The changes of these assignments' limits, oldest first."""
    found: dict[UUID, list[DeadlineVersion]] = {}
    v = DeadlineVersion
    for part in portions(keys):
        for row in session.exec(select(v).where(col(v.assignment_id).in_(part)).order_by(col(v.version))):
            found.setdefault(row.assignment_id, []).append(row)
    return found


def people_of(session: Session, office_id: UUID, owners: Iterable[UUID | None]) -> dict[UUID | None, list[Any]]:
    """Key and moment of entry of the active contacts of units and teams; under None those of the office itself."""
    c, found = Contact, dict[UUID | None, list[Any]]()
    mine = (c.office_id == office_id, col(c.active).is_(True), col(c.user_id).is_(None))
    keys = [key for key in owners if key]
    wheres: list[Any] = [or_(col(c.unit_id).in_(part), col(c.team_id).in_(part)) for part in portions(keys)]
    for where in [*wheres, col(c.unit_id).is_(None) & col(c.team_id).is_(None)]:
        for row in session.exec(select(c.id, c.unit_id, c.team_id, c.made_at).where(*mine, where)):
            found.setdefault(row[1] or row[2], []).append(row)
    return found


def told_between(session: Session, office_id: UUID, first: datetime, last: datetime) -> list[Any]:
    """(assignment, contact, limit, moment) of every reminder of the ladder that really went in this time."""
    columns: Any = (Notice.assignment_id, Notice.contact_id, Notice.due_on, Message.sent_at)
    statement: Any = (
        select(*columns)
        .join(Message, col(Message.id) == Notice.message_id)
        .where(
            Message.office_id == office_id, col(Message.sent_at) >= first, col(Message.sent_at) < last,
            Message.state == MessageState.SENT, Notice.state == NoticeState.SENT,
            col(Notice.kind).in_((NoticeKind.REMIND, NoticeKind.URGE)), col(Notice.step).not_like(f"{BY_HAND}%"),
            col(Notice.assignment_id).is_not(None),
        )
    )
    return list(session.exec(statement))


def planned_for(session: Session, keys: Iterable[UUID]) -> dict[tuple[UUID, UUID, date], Any]:
    """The newest notice not sent of each (assignment, contact, limit), with what became of its message."""
    n, found = Notice, {}
    columns: Any = (n.assignment_id, n.contact_id, n.due_on, n.state, n.made_at, Message.state, Message.error)
    for part in portions(keys):
        statement: Any = (
            select(*columns).join(Message, col(Message.id) == n.message_id, isouter=True)
            .where(
                col(n.assignment_id).in_(part), col(n.kind).in_((NoticeKind.REMIND, NoticeKind.URGE)),
                col(n.state).in_((NoticeState.PLANNED, NoticeState.FAILED)), col(n.step).not_like(f"{BY_HAND}%"),
            )
            .order_by(col(n.made_at))
        )
        found.update({(row[0], row[1], row[2]): row for row in session.exec(statement)})
    return found


def messages_on(session: Session, contacts: Iterable[UUID], day: date) -> dict[UUID, int]:
    """How many messages each of these people was sent on a day."""
    found: dict[UUID, int] = {}
    for part in portions(contacts):
        statement = select(Message.contact_id, func.count()).where(
            col(Message.contact_id).in_(part), Message.day == day, Message.state == MessageState.SENT
        )
        found.update(dict(session.exec(statement.group_by(col(Message.contact_id))).all()))
    return found


def held(session: Session, office_id: UUID | None = None) -> Hold | None:
    """The hold that stands for an office (without one: for any), if there is one."""
    statement = select(Hold).where(col(Hold.released_at).is_(None)).order_by(col(Hold.since))
    if office_id:
        statement = statement.where(or_(Hold.office_id == office_id, col(Hold.office_id).is_(None)))
    return session.exec(statement).first()


def accounts_of(session: Session, office_id: UUID, limit: int = 60) -> list[DayAccount]:
    """The kept days of an office, newest first."""
    statement = select(DayAccount).where(DayAccount.office_id == office_id)
    return list(session.exec(statement.order_by(col(DayAccount.day).desc()).limit(limit)))


def account_on(session: Session, office_id: UUID, day: date) -> DayAccount | None:
    """One kept day."""
    return session.exec(select(DayAccount).where(DayAccount.office_id == office_id, DayAccount.day == day)).first()


def account_before(session: Session, office_id: UUID, day: date) -> DayAccount | None:
    """The last kept day before this one."""
    statement = select(DayAccount).where(DayAccount.office_id == office_id, col(DayAccount.day) < day)
    return session.exec(statement.order_by(col(DayAccount.day).desc()).limit(1)).first()


def named(session: Session, office_id: UUID, pairs: Sequence[tuple[UUID, UUID | None]]) -> dict[Any, Any]:
    """Title, unit and person of (assignment, contact) pairs, for a list."""
    items: dict[UUID, Any] = {}
    for part in portions({pair[0] for pair in pairs}):
        statement = select(a.id, a.title, Unit.name).join(Unit, col(Unit.id) == a.unit_id, isouter=True)
        items.update({row[0]: row for row in session.exec(
            statement.where(col(a.id).in_(part), a.office_id == office_id))})
    names: dict[UUID | None, str] = {}
    for part in portions({pair[1] for pair in pairs if pair[1]}):
        names.update({row[0]: row[1] for row in session.exec(
            select(Contact.id, Contact.name).where(col(Contact.id).in_(part)))})
    return {pair: (items[pair[0]], names.get(pair[1], "")) for pair in pairs if pair[0] in items}

