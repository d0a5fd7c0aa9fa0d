"""Everything that was sent or tried to a unit, with the events that seal it: what a 催办凭证 is made of."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from models.cycle import Assignment
from models.event import Event
from models.notice import Message, Notice
from models.portions import portions
from models.problem import Letter, Problem
from models.unit import Contact, Link

SEALING = ("发出通知", "通知未发出", "重发通知")
NOBODY, SIGNED = "无人可通知", "签收"


def about_item(session: Session, item: Assignment) -> set[UUID]:
    """The keys a matter is told under: its own, the one it is a part of, and the letter that carried it."""
    problem = session.get(Problem, item.problem_id) if item.problem_id else None
    letter = session.get(Letter, problem.letter_id) if problem and problem.letter_id else None
    return {key for key in (item.id, item.part_of, letter.assignment_id if letter else None) if key}


def messages_to(
    session: Session, office_id: UUID, unit_id: UUID, about: set[UUID] | None = None
) -> list[tuple[Message, Contact]]:
    """Every message to a unit's contacts in whatever state, oldest first; with keys only those that speak of them."""
    statement = (
        select(Message, Contact)
        .join(Contact, col(Contact.id) == Message.contact_id)
        .where(Message.office_id == office_id, Message.unit_id == unit_id)
        .order_by(col(Message.day), col(Message.sent_at).nulls_first(), col(Message.id))
    )
    if about is not None:
        told = select(Notice.message_id).where(col(Notice.assignment_id).in_(about))
        statement = statement.where(col(Message.id).in_(told))
    return [(row[0], row[1]) for row in session.exec(statement)]


def notices_in(session: Session, keys: Sequence[UUID]) -> dict[UUID, list[tuple[Notice, Assignment | None]]]:
    """What each message was merged from, with what it is about."""
    found: dict[UUID, list[tuple[Notice, Assignment | None]]] = {}
    columns: Any = (Notice, Assignment)
    for some in portions(keys):
        statement = select(*columns).join(Assignment, col(Assignment.id) == Notice.assignment_id, isouter=True)
        for row in session.exec(statement.where(col(Notice.message_id).in_(some)).order_by(col(Notice.made_at))):
            found.setdefault(row[0].message_id, []).append((row[0], row[1]))
    return found


def events_about(
    session: Session, office_id: UUID, keys: Sequence[UUID], verbs: Sequence[str]
) -> dict[str, list[Event]]:
    """The events with these verbs, by the key they are about, in their order."""
    found: dict[str, list[Event]] = {}
    for some in portions([str(key) for key in keys]):
        statement = select(Event).where(
            Event.office_id == office_id, col(Event.subject).in_(some), col(Event.verb).in_(verbs)
        )
        for event in session.exec(statement.order_by(col(Event.seq))):
            found.setdefault(event.subject, []).append(event)
    return found


def told_nobody(session: Session, office_id: UUID, unit_id: UUID, about: set[UUID] | None) -> list[Event]:
    """When something should have been told and the unit had no contact."""
    statement = select(Event).where(Event.office_id == office_id, Event.unit_id == unit_id, Event.verb == NOBODY)
    if about is not None:
        statement = statement.where(col(Event.subject).in_([str(key) for key in about]))
    return list(session.exec(statement.order_by(col(Event.seq))))


def links_by_hash(session: Session, hashes: Sequence[str]) -> dict[str, Link]:
    found: dict[str, Link] = {}
    for some in portions(hashes):
        rows = session.exec(select(Link).where(col(Link.token_hash).in_(some)))
        found.update({link.token_hash: link for link in rows})
    return found

