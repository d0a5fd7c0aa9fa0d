"""What a digest counts between two days, who reads digests, and which papers wait for a signature."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_
from sqlmodel import Session, col, select

from models.counting import count_if, is_late
from models.cycle import Assignment, Cycle
from models.ledger import A
from models.local_day import LocalDay
from models.notice import Message, Notice
from models.office import User
from models.paper import STEP_SUBJECT, Paper
from models.paper_words import PaperKind, PaperState
from models.statistics import Scope, _counted
from models.unit import Contact, Unit
from models.words import CycleState, MessageState, NoticeState, Role

DIGESTS = (PaperKind.DIGEST_WEEK, PaperKind.DIGEST_MONTH)
READERS = (Role.HEAD, Role.LEADER)


@dataclass(frozen=True)
class Due:
    """What fell due between two days: of `total` so many were handed in on time, handed in late, are still owed."""

    total: int = 0
    on_time: int = 0
    late: int = 0
    owed: int = 0


def scope_between(session: Session, office_id: UUID, first: date, last: date, today: date) -> Scope:
    """The cycles that ran at any time from first to last."""
    ran = or_(col(Cycle.state) == CycleState.OPEN, col(Cycle.closed_on) >= first)
    statement = select(Cycle.id).where(Cycle.office_id == office_id, Cycle.opened_on <= last, ran)
    return Scope(office_id, tuple(session.exec(statement.order_by(col(Cycle.opened_on)))), today)


def _due_columns(scope: Scope) -> list[Any]:
    a = Assignment
    handed, day = col(a.state).in_((A.SUBMITTED, A.DONE)), LocalDay(func.coalesce(a.sent_in_at, a.done_at))
    return [
        func.count(), count_if(and_(handed, day <= a.due_on)), count_if(and_(handed, day > a.due_on)),
        count_if(is_late(scope.today)),
    ]


def due_between(session: Session, scope: Scope, first: date, last: date) -> Due:
    """What units owed by a day from first to last, under the limits in force."""
    statement: Any = select(*_due_columns(scope)).where(
        _counted(scope), col(Assignment.due_on).between(first, last)
    )
    return Due(*session.exec(statement).one())


def still_owed(session: Session, scope: Scope, first: date, last: date) -> list[tuple[Assignment, Unit]]:
    """What fell due between two days and nobody has handed in, oldest first."""
    a = Assignment
    statement = (
        select(Assignment, Unit)
        .join(Unit, col(Unit.id) == Assignment.unit_id)
        .where(
            _counted(scope), col(a.due_on).between(first, last), is_late(scope.today),
        )
        .order_by(col(a.due_on).nulls_first(), col(Unit.sort), col(a.id))
    )
    return [(row[0], row[1]) for row in session.exec(statement)]


def burden_between(session: Session, scope: Scope, first: date, last: date) -> list[tuple[Unit, int, int]]:
    """Unit, messages it got between two days, and what they asked one by one; the most burdened first."""
    messages, asks = func.count(func.distinct(Message.id)), func.count(col(Notice.id))
    statement: Any = (
        select(Unit, messages, asks)
        .select_from(Message)
        .join(Unit, col(Unit.id) == Message.unit_id)
        .join(Notice, and_(col(Notice.message_id) == Message.id, col(Notice.state) == NoticeState.SENT), isouter=True)
        .where(
            Message.office_id == scope.office_id, col(Message.cycle_id).in_(scope.cycles),
            Message.state == MessageState.SENT, col(Message.day).between(first, last),
        )
        .group_by(col(Unit.id))
        .order_by(messages.desc(), asks.desc(), col(Unit.sort))
    )
    return [(row[0], row[1], row[2]) for row in session.exec(statement)]


def readers_of(session: Session, office_id: UUID) -> list[User]:
    """Heads and leaders of the office who may sign in, by name."""
    statement = select(User).where(
        User.office_id == office_id, col(User.active).is_(True), col(User.role).in_(READERS)
    )
    return list(session.exec(statement.order_by(col(User.login))))


def reader_contacts(session: Session, office_id: UUID) -> list[Contact]:
    """How persons of the office get their digests, those who do not any more among them."""
    statement = select(Contact).where(Contact.office_id == office_id, col(Contact.user_id).is_not(None))
    return list(session.exec(statement))


def papers_to_sign(session: Session, office_id: UUID, kinds: frozenset[PaperKind]) -> list[Paper]:
    """Drafts of these kinds, the oldest first; a step's paper is signed with its step, its correction alone."""
    statement = select(Paper).where(
        Paper.office_id == office_id, Paper.state == PaperState.DRAFT, col(Paper.kind).in_(kinds),
        or_(col(Paper.subject).not_like(f"{STEP_SUBJECT}%"), col(Paper.replaces).is_not(None)),
    )
    return list(session.exec(statement.order_by(col(Paper.drafted_at))))


def digests_of(session: Session, office_id: UUID, most: int = 60) -> list[Paper]:
    """The digests of an office, the newest period first, each in its newest version."""
    statement = select(Paper).where(
        Paper.office_id == office_id, col(Paper.kind).in_(DIGESTS),
        col(Paper.state).in_((PaperState.DRAFT, PaperState.ISSUED)),
    )
    return list(session.exec(statement.order_by(col(Paper.drafted_at).desc(), col(Paper.kind)).limit(most)))
