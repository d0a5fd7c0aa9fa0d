"""The query about whom notices go to that belong to no unit: the office's own people and the teams'."""

from uuid import UUID

from sqlmodel import Session, col, or_, select

from models.cycle import Cycle, Team
from models.unit import Contact
from models.words import CycleState


def own_contacts(session: Session, office_id: UUID) -> list[tuple[Contact, Team | None, Cycle | None]]:
    """Active contacts of the office, then of the teams of running cycles; not the readers of digests."""
    found = (
        select(Contact, Team, Cycle)
        .outerjoin(Team, col(Team.id) == Contact.team_id)
        .outerjoin(Cycle, col(Cycle.id) == Team.cycle_id)
        .where(Contact.office_id == office_id, col(Contact.active).is_(True), col(Contact.unit_id).is_(None))
        .where(col(Contact.user_id).is_(None), or_(col(Cycle.id).is_(None), Cycle.state == CycleState.OPEN))
        .order_by(col(Cycle.opened_on).desc().nulls_first(), col(Team.sort), col(Contact.name))
    )
    return [(row[0], row[1], row[2]) for row in session.exec(found)]
