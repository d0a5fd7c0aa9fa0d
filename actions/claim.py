"""Several workers, one send: who holds which message, for as long as that worker lives."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import literal, update
from sqlmodel import Session, col, delete, func, or_, select

from actions import lease
from actions.compose import Ready, within
from config import clock
from config.settings import settings
from models.base import MOMENT
from models.notice import Message
from models.office import Lease
from models.unit import Contact
from models.words import MessageState

PREFIX = "发送 "
WAITING = (MessageState.QUEUED, MessageState.FAILED)


def new_worker() -> str:
    """A name for one round of one process; its lease says that it lives."""
    return f"{PREFIX}{uuid4()}"


def live(session: Session, worker: str) -> None:
    """Take or renew this worker's lease; without it its claims are anybody's."""
    lease.take(session, worker, worker, settings().send_lease_seconds)


def leave(session: Session, worker: str) -> None:
    """Nothing is in this worker's hands any more."""
    lease.release(session, worker, worker)


def dead_claims(session: Session) -> list[UUID]:
    """Messages in the hands of workers that have died.

    A lease that ends later than one taken now could was left by a clock that has since been set back: it is given one
    more term by today's clock, in which a living worker renews it, so that no clock makes two workers of one.
    """
    now, term = clock.wall(), timedelta(seconds=settings().send_lease_seconds)
    ours = col(Lease.name).like(f"{PREFIX}%")
    session.exec(update(Lease).where(ours, col(Lease.until) > now + term).values(until=now + term))
    session.exec(delete(Lease).where(ours, col(Lease.until) < now))
    living = select(Lease.holder).where(ours)
    held = select(Message.id).where(
        Message.state == MessageState.CLAIMED, col(Message.claimed_by).not_in(living)
    )
    return list(session.exec(held.order_by(col(Message.id))))


def due_messages(session: Session, ready: Ready) -> Sequence[Any]:
    """(id, channel, address) of what should leave now, the oldest day first; the way is where the contact is reached
    at this moment, and only a guess until the claim."""
    second = or_(col(Message.second_way), col(Contact.refused_at).is_not(None)).label("second")
    columns: Any = (
        col(Message.id), second, col(Contact.channel), col(Contact.address), col(Contact.second_channel),
        col(Contact.second_address),
    )
    due = or_(
        col(Message.state) == MessageState.QUEUED,
        (col(Message.state) == MessageState.FAILED) & (col(Message.retry_at) <= clock.now()),
    )
    statement: Any = (
        select(*columns)
        .join(Contact, col(Contact.id) == Message.contact_id)
        .where(due, within(col(Message.cycle_id), ready))
        .order_by(col(Message.day), col(Message.retry_at), col(Message.id))
    )
    found = session.exec(statement)
    return [
        (row.id, row.second_channel, row.second_address) if row.second else (row.id, row.channel, row.address)
        for row in found
    ]


def take(session: Session, worker: str, keys: Sequence[UUID]) -> list[UUID]:
    """Claim those of these messages that nobody else has; two workers never get the same one."""
    if not keys:
        return []
    now = clock.now()
    free = select(Message.id).where(col(Message.id).in_(keys), col(Message.state).in_(WAITING))
    statement = (
        update(Message)
        .where(col(Message.id).in_(free.with_for_update(skip_locked=True)))
        .values(
            state=MessageState.CLAIMED, claimed_at=now, claimed_by=worker, attempts=Message.attempts + 1,
            tried_at=func.coalesce(Message.tried_at, literal(now, MOMENT)),
        )
        .returning(col(Message.id))
        .execution_options(synchronize_session=False)
    )
    return list(session.scalars(statement))
