"""The words of messages about to leave, written at the last moment from what is still planned, a group at a time."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import String, bindparam, select, type_coerce
from sqlmodel import Session

from actions.compose import NOTICE, REMINDERS
from config import clock
from config.settings import settings
from config.workdays import Calendar, official
from models.cycle import QUIET, Assignment
from models.database import insert_new
from models.unit import Link
from models.words import Channel, LinkPurpose, NoticeState
from notifications.channel import Parcel
from notifications.link import hash_token, mask, token_for
from notifications.wording import Letterhead, render

ITEM = Assignment.__table__  # type: ignore[attr-defined]
# Built once: a statement made anew for every sixteen messages would cost more than running it.
TO_SAY = (
    select(
        NOTICE.c.id, NOTICE.c.message_id, NOTICE.c.kind, NOTICE.c.due_on, NOTICE.c.late_from, NOTICE.c.text,
        type_coerce(NOTICE.c.assignment_id, String).label("about"), ITEM.c.title, ITEM.c.state,
    )
    .select_from(NOTICE.outerjoin(ITEM, ITEM.c.id == NOTICE.c.assignment_id))
    .where(NOTICE.c.message_id.in_(bindparam("keys", expanding=True)), NOTICE.c.state == NoticeState.PLANNED)
    .order_by(NOTICE.c.due_on.nulls_first(), NOTICE.c.made_at, NOTICE.c.id)
)
WITHDRAW = (
    NOTICE.update().where(NOTICE.c.id.in_(bindparam("keys", expanding=True))).values(state=NoticeState.CANCELLED)
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A message in this worker's hands: what goes over the wire, and what must be known to write the result down."""

    parcel: Parcel
    id: UUID
    office_id: UUID
    cycle_id: UUID | None
    unit_id: UUID | None
    contact_id: UUID
    to: str
    kept: str
    merged: int
    attempts: int
    tried_at: datetime
    second_way: bool
    second: tuple[Channel, str] | None
    token: str


@dataclass(frozen=True)
class Setting:
    """What every message of a group shares."""

    day: date
    now: datetime
    calendar: Calendar
    secret: bytes
    site: str


def the_setting() -> Setting:
    return Setting(clock.today(), clock.now(), official(), settings().secret, settings().site)


def to_say(session: Session, keys: Sequence[UUID]) -> dict[UUID, list[Any]]:
    """What is still planned in these messages; nobody is reminded of what was meanwhile handed in or done."""
    found, settled = defaultdict[UUID, list[Any]](list), []
    for row in session.connection().execute(TO_SAY, {"keys": keys}):
        if row.state in QUIET and row.kind in REMINDERS:
            settled.append(row.id)
        else:
            found[row.message_id].append(row)
    if settled:
        session.connection().execute(WITHDRAW, {"keys": settled})
    return found


def way_of(row: Any) -> tuple[Channel, str] | None:
    """Where a message goes now: the second way when the first has failed, at once where it was refused for good."""
    if not (row.second_way or row.refused_at):
        return row.channel, row.address
    return second_of(row)


def second_of(row: Any) -> tuple[Channel, str] | None:
    return (row.second_channel, row.second_address) if row.second_channel else None


def claim_of(row: Any, notices: list[Any], at: Setting) -> Claim:
    """The message in words; as kept, its link is masked."""
    channel, address = way_of(row) or (row.channel, row.address)
    token = token_for(at.secret, row.id) if row.unit_id else ""
    subject, body, kept = _words(row, notices, token, at)
    return Claim(
        Parcel(channel, address, subject, body, str(row.id)), row.id, row.office_id, row.cycle_id, row.unit_id,
        row.contact_id, row.unit or (row.name if row.user_id else "督察组"), kept, len(notices), row.attempts + 1,
        row.tried_at or at.now, bool(row.second_way or row.refused_at), second_of(row), token,
    )


def _words(row: Any, notices: list[Any], token: str, at: Setting) -> tuple[str, str, str]:
    """What was written today for the same notices stays as it was, letter for letter: it may have arrived."""
    if row.body and row.text_on == at.day and row.merged == len(notices):
        return row.subject, row.body.replace(mask(token, token), token) if token else row.body, row.body
    head = Letterhead(row.office, row.unit or row.name, at.day, f"{at.site}/u/{token}" if token else "")
    once = {(one.about, one.kind, one.text) if one.about else one.id: one for one in notices}
    told = list(once.values())
    subject, body = render(head, told, [one.title or "" for one in told], at.calendar)
    return subject, body, mask(body, token)


def keep_links(session: Session, claims: Sequence[Claim], at: Setting) -> None:
    """The link in a message works from the moment it may arrive; the same message brings the same one again."""
    ends = at.now + timedelta(days=settings().link_days)
    insert_new(session, Link, [
        {
            "id": uuid4(), "office_id": one.office_id, "unit_id": one.unit_id, "contact_id": one.contact_id,
            "token_hash": hash_token(one.token), "made_at": at.now, "expires_at": ends, "purpose": LinkPurpose.PAGE,
            "basis": "",
        }
        for one in claims if one.token
    ])
