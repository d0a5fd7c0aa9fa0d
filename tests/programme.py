"""Where a test finds the visit that a unit has of the programme."""

from uuid import UUID

from sqlmodel import Session, col, select

from models.cycle import Visit
from models.words import VisitKind


def visit_of(session: Session, cycle_id: UUID, unit_id: UUID) -> Visit:
    """The unit's visit of the programme."""
    statement = select(Visit).where(Visit.cycle_id == cycle_id, col(Visit.unit_id) == unit_id)
    return session.exec(statement.where(Visit.kind == VisitKind.PROGRAMME)).one()
