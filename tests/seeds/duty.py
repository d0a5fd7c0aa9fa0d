"""A duty of the first unit, made of a printed phrase, and the one time it is owed."""

from sqlmodel import select

from actions.duty import Wanted, add_duty
from models.cycle import Assignment
from models.duty import Duty


def duty_of(running, session, title: str, phrase: str, **more) -> Duty:
    wanted = Wanted(title=title, phrase=phrase, **more)
    return add_duty(session, running.actor("zhuren"), running.cycle_id, running.unit(session), wanted)


def one(session, duty: Duty) -> Assignment:
    return session.exec(select(Assignment).where(Assignment.duty_id == duty.id)).one()
