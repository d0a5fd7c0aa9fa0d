"""What the outbox asks about: messages that wait for a person, how many reminders wait for tomorrow, what waits now."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func
from sqlmodel import Session, col, select

from models.notice import Message, Notice
from models.unit import Contact, Unit
from models.words import MessageState, NoticeKind, NoticeState

M = MessageState
ASKED, WAITING = (M.UNKNOWN, M.DEAD), (M.QUEUED, M.FAILED, M.CLAIMED)
Told = tuple[Message, Contact, Unit | None]


def in_states(
    session: Session, office_id: UUID, states: tuple[MessageState, ...], limit: int = 300
) -> list[Told]:
    """Messages in these states with whom they are for, the oldest first."""
    statement = (
        select(Message, Contact, Unit)
        .join(Contact, col(Contact.id) == Message.contact_id)
        .join(Unit, col(Unit.id) == Message.unit_id, isouter=True)
        .where(Message.office_id == office_id, col(Message.state).in_(states))
        .order_by(col(Message.state).desc(), col(Message.day), col(Message.id))
        .limit(limit)
    )
    return [(row[0], row[1], row[2]) for row in session.exec(statement)]


def to_telephone(session: Session, office_id: UUID) -> list[Told]:
    """Whom nothing reached, and of whom nobody knows: the office telephones. A code that did not go out is not among
    them, whoever asked for it knows."""
    return [row for row in in_states(session, office_id, ASKED) if row[0].merged and row[0].text_on]


def unknown_count(session: Session, office_id: UUID) -> int:
    """How many messages there are of which nobody knows whether they arrived."""
    statement = select(func.count()).select_from(Message)
    return session.exec(statement.where(Message.office_id == office_id, Message.state == M.UNKNOWN)).one()


def carried_people(session: Session, office_id: UUID, today: date) -> int:
    """How many people have reminders planned and have already had a message today: they are told tomorrow."""
    had: Any = exists().where(
        col(Message.contact_id) == col(Notice.contact_id), col(Message.day) == today, col(Message.state) == M.SENT
    )
    statement = select(func.count(func.distinct(Notice.contact_id))).where(
        Notice.office_id == office_id, Notice.state == NoticeState.PLANNED, col(Notice.message_id).is_(None),
        col(Notice.kind).in_((NoticeKind.REMIND, NoticeKind.URGE)), had,
    )
    return session.exec(statement).one()
