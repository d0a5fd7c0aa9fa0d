"""Several workers, one send: who holds which message, for as long as that worker lives."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import String, bindparam, select, type_coerce, update
from sqlmodel import Session, col, delete, or_

from actions import lease
from actions.compose import MESSAGE, NOTICE, Ready, of_office, within
from actions.message_text import Claim, Setting, claim_of, keep_links, the_setting, to_say, way_of
from config import clock
from config.settings import settings
from models.notice import Message
from models.office import Lease, Office
from models.unit import Contact, Unit
from models.words import MessageState, NoticeState

PREFIX = "send "
WAITING = (MessageState.QUEUED, MessageState.FAILED)
PERSON, UNIT, OFFICE = Contact.__table__, Unit.__table__, Office.__table__  # type: ignore[attr-defined]
KEYS: Any = bindparam("keys", expanding=True)
M, P = MESSAGE.c, PERSON.c
FREE = (
    select(
        M.id, M.office_id, M.cycle_id, M.unit_id, M.contact_id, M.subject, M.body, M.merged, M.attempts, M.tried_at,
        M.second_way, M.text_on, P.channel, P.address, P.second_channel, P.second_address, P.refused_at, P.active,
        P.name, type_coerce(P.user_id, String).label("user_id"), UNIT.c.name.label("unit"),
        OFFICE.c.name.label("office"),
    )
    .select_from(
        MESSAGE.join(PERSON, P.id == M.contact_id).join(OFFICE, OFFICE.c.id == M.office_id)
        .outerjoin(UNIT, UNIT.c.id == M.unit_id)
    )
    .where(M.id.in_(KEYS), M.state.in_(WAITING))
    .order_by(M.day, M.id)
    .with_for_update(skip_locked=True, of=MESSAGE)
)
MINE = MESSAGE.update().where(M.id == bindparam("key"))
WITHDRAWN = MESSAGE.update().where(M.id.in_(KEYS)).values(state=MessageState.CANCELLED)
NOT_TOLD = NOTICE.update().where(NOTICE.c.message_id.in_(KEYS), NOTICE.c.state == NoticeState.PLANNED).values(
    state=NoticeState.CANCELLED
)


@dataclass
class Taken:
    """A group after the claim: what to send, what had nothing left to say, whom nothing reaches."""

    claims: list[Claim]
    empty: list[UUID]
    unreached: list[Claim]


def new_worker(holder: str = "") -> str:
    """A name for one round of one process; its lease says that it lives. `holder` is the run that makes the round."""
    return f"{PREFIX}{holder}/{uuid4()}" if holder else f"{PREFIX}{uuid4()}"


def live(session: Session, worker: str) -> None:
    """Take or renew this worker's lease; without it its claims are anybody's."""
    lease.take(session, worker, worker, settings().send_lease_seconds)


def leave(session: Session, worker: str) -> None:
    """Nothing is in this worker's hands any more."""
    lease.release(session, worker, worker)


def bury(session: Session, holder: str) -> None:
    """A run that lost its office to another is dead: what it was sending is anybody's at once."""
    if holder:
        session.exec(delete(Lease).where(col(Lease.name).startswith(f"{PREFIX}{holder}/", autoescape=True)))


def dead_claims(session: Session, office_id: UUID | None = None) -> list[UUID]:
    """Messages (of one office when named) in the hands of workers that have died; nobody else takes them up meanwhile.

    A lease that ends later than one taken now could was left by a clock that has since been set back: it is given one
    more term by today's clock, in which a living worker renews it, so that no clock makes two workers of one.
    """
    now, term = lease.moment(session), timedelta(seconds=settings().send_lease_seconds)
    ours = col(Lease.name).like(f"{PREFIX}%")
    session.exec(update(Lease).where(ours, col(Lease.until) > now + term).values(until=now + term))
    session.exec(delete(Lease).where(ours, col(Lease.until) < now))
    living = select(col(Lease.holder)).where(ours)
    held = select(col(Message.id)).where(
        col(Message.state) == MessageState.CLAIMED, col(Message.claimed_by).not_in(living)
    )
    if office_id:
        held = held.where(col(Message.office_id) == office_id)
    return list(session.scalars(held.order_by(col(Message.id)).with_for_update(skip_locked=True)))


def due_messages(session: Session, ready: Ready, held: Collection[UUID] = ()) -> Sequence[Any]:
    """(id, channel, address) of what should leave now, the oldest day first, and last what died in a worker's hands:
    one message that kills workers holds up no other; none of the offices `held`. The way is where the contact is
    reached at this moment, and only a guess until the claim."""
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
        .where(
            due, within(col(Message.cycle_id), ready), *of_office(Message.office_id, ready),
            col(Message.office_id).not_in(held),
        )
        .order_by(col(Message.doubtful), col(Message.day), col(Message.retry_at).nulls_first(), col(Message.id))
    )
    found = session.execute(statement)
    return [
        (row.id, row.second_channel, row.second_address) if row.second else (row.id, row.channel, row.address)
        for row in found
    ]


def take(session: Session, worker: str, keys: Sequence[UUID]) -> Taken:
    """Claim those of these messages that nobody else has, and write their words; two workers never get the same one:
    SQLite lets one of them write at a time, PostgreSQL passes over rows that another has locked."""
    if not keys:
        return Taken([], [], [])
    at, done = the_setting(), Taken([], [], [])
    rows = session.connection().execute(FREE, {"keys": keys}).all()
    planned = to_say(session, [row.id for row in rows])
    for row in rows:
        mine = planned.get(row.id, [])
        if not mine or not row.active:
            done.empty.append(row.id)
        else:
            (done.claims if way_of(row) else done.unreached).append(claim_of(row, mine, at))
    keep_links(session, done.claims, at)
    _hold(session, worker, [*done.claims, *done.unreached], at)
    if done.empty:
        session.connection().execute(WITHDRAWN, {"keys": done.empty})
        session.connection().execute(NOT_TOLD, {"keys": done.empty})
    return done


def _hold(session: Session, worker: str, claims: Sequence[Claim], at: Setting) -> None:
    if claims:  # the columns to set are those the rows name
        session.connection().execute(MINE, [
            {
                "key": one.id, "state": MessageState.CLAIMED, "claimed_at": at.now, "claimed_by": worker,
                "attempts": one.attempts, "tried_at": one.tried_at, "channel": one.parcel.channel,
                "address": one.parcel.address, "subject": one.parcel.subject, "body": one.kept, "merged": one.merged,
                "text_on": at.day, "second_way": one.second_way,
            }
            for one in claims
        ])
