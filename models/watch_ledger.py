"""What the system asks about itself: what waits to go out and since when, what went today."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, or_, select

from config.policy import Policy
from models.base import Moment
from models.ledger import open_cycles
from models.notice import DayAccount, Message, Notice
from models.office import User
from models.words import MessageState, NoticeState, Role


def oldest_waiting(session: Session, day: date, most: int) -> datetime | None:
    """Since when the oldest notice waits that nothing keeps: its person has not had `most` messages on `day` yet, and
    no failure of its message is waiting for another try."""
    full = (
        select(Message.contact_id).where(Message.day == day, Message.state == MessageState.SENT)
        .group_by(col(Message.contact_id)).having(func.count() >= most)
    )
    statement: Any = (
        select(func.min(Notice.made_at, type_=Moment()))
        .join(Message, col(Message.id) == Notice.message_id, isouter=True)
        .where(
            Notice.state == NoticeState.PLANNED, col(Notice.contact_id).is_not(None),
            or_(col(Message.id).is_(None), col(Message.state) == MessageState.QUEUED),
            col(Notice.contact_id).not_in(full),
        )
    )
    found: datetime | None = session.exec(statement).one()
    return found


def waiting_count(session: Session) -> int:
    """How many notices are planned and not sent."""
    statement = select(func.count()).where(Notice.state == NoticeState.PLANNED, col(Notice.contact_id).is_not(None))
    return session.exec(statement).one()


def sending_hours(session: Session) -> tuple[time, time]:
    """The hours in which every running cycle may send."""
    found = [Policy.model_validate(cycle.policy) for cycle in open_cycles(session)] or [Policy()]
    return max(one.send_from for one in found), min(one.send_until for one in found)


def messages_by_state(session: Session, day: date) -> dict[str, int]:
    """The messages of a day by what became of them, over all offices."""
    statement = select(Message.state, func.count()).where(Message.day == day).group_by(col(Message.state))
    found: dict[Any, int] = dict(session.exec(statement).all())
    return {state.value: found.get(state, 0) for state in MessageState}


def day_figures(session: Session, day: date) -> dict[str, int]:
    """The day's accounts of all offices added up."""
    d: Any = DayAccount
    names = ("owed", "sent", "failed", "waiting", "missing")
    row: Any = session.exec(select(*(func.sum(getattr(d, name)) for name in names)).where(d.day == day)).one()
    return {name: int(count or 0) for name, count in zip(names, row, strict=True)}


def mail_of_heads(session: Session) -> list[str]:
    """Where the heads of all offices are written to."""
    statement = select(User.mail).where(User.role == Role.HEAD, col(User.active).is_(True), User.mail != "")
    return sorted(set(session.exec(statement)))
