"""How far a new office has come before its first cycle, counted from what is there."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.cycle import Cycle
from models.event import Event
from models.office import User
from models.plan import Plan
from models.unit import Contact, Unit
from models.words import Role

OWN = ("添加人员", "更改姓名", "更改口令")  # what makes a first sign-in a person's own


@dataclass(frozen=True)
class Begun:
    """What a new office has: people with a sign-in of their own by role, units, units nobody is named for, plans."""

    roles: frozenset[Role]
    units: int
    alone: int
    plan: Plan | None
    cycles: int


def begun(session: Session, office_id: UUID) -> Begun:
    """The counts of an office."""
    units = select(func.count()).select_from(Unit).where(Unit.office_id == office_id, col(Unit.active).is_(True))
    told = select(Contact.unit_id).where(
        Contact.office_id == office_id, col(Contact.active).is_(True), col(Contact.unit_id).is_not(None)
    )
    plans = select(Plan).where(Plan.office_id == office_id).order_by(col(Plan.adopted_at).desc())
    cycles = select(func.count()).select_from(Cycle).where(Cycle.office_id == office_id)
    return Begun(
        _own_roles(session, office_id), session.exec(units).one(),
        session.exec(units.where(col(Unit.id).not_in(told))).one(), session.exec(plans).first(),
        session.exec(cycles).one(),
    )


def _own_roles(session: Session, office_id: UUID) -> frozenset[Role]:
    """The roles of which somebody has a sign-in of their own."""
    acts = select(Event.subject).where(Event.office_id == office_id, col(Event.verb).in_(OWN))
    known = set(session.exec(acts))
    users = session.exec(select(User).where(User.office_id == office_id, col(User.active).is_(True)))
    return frozenset(user.role for user in users if str(user.id) in known)
