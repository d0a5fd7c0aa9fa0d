"""The queries about visits and draws: who was never visited, who may go, what was drawn before."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import or_
from sqlmodel import Session, col, select

from models.cycle import CycleUnit, Visit
from models.draw import Draw
from models.unit import Unit
from models.words import VisitKind, VisitState

BEEN = (VisitState.DONE, VisitState.FED_BACK)


def never_visited(session: Session, cycle_id: UUID, until: date) -> list[Unit]:
    """The units of a cycle where no team has been by that day; a visit that is only arranged does not count."""
    been = select(Visit.unit_id).where(
        Visit.cycle_id == cycle_id, col(Visit.state).in_(BEEN), col(Visit.start_on) <= until
    )
    statement = (
        select(Unit)
        .join(CycleUnit, col(CycleUnit.unit_id) == Unit.id)
        .where(CycleUnit.cycle_id == cycle_id, col(Unit.active).is_(True), col(Unit.id).not_in(been))
        .order_by(col(Unit.sort), col(Unit.name))
    )
    return list(session.exec(statement))


def on_programme(session: Session, cycle_id: UUID) -> set[UUID]:
    """The units that have their visit of the programme already."""
    statement = select(Visit.unit_id).where(Visit.cycle_id == cycle_id, Visit.kind == VisitKind.PROGRAMME)
    return set(session.exec(statement))


def units_by_key(session: Session, office_id: UUID, keys: Sequence[UUID]) -> list[Unit]:
    """These units of the office, in the order of the directory."""
    statement = select(Unit).where(Unit.office_id == office_id, col(Unit.id).in_(keys))
    return list(session.exec(statement.order_by(col(Unit.sort), col(Unit.name))))


def draws_of(session: Session, office_id: UUID) -> list[Draw]:
    """Every draw of the office, newest first."""
    return list(session.exec(select(Draw).where(Draw.office_id == office_id).order_by(col(Draw.drawn_at).desc())))


def draws_beside(session: Session, first: UUID) -> list[Draw]:
    """A first draw and all that were made again after it, in order."""
    statement = select(Draw).where(or_(col(Draw.id) == first, col(Draw.again_of) == first))
    return list(session.exec(statement.order_by(col(Draw.no))))


def visits_of_draw(session: Session, draw_id: UUID) -> list[tuple[Visit, Unit]]:
    """The visits that came out of a draw."""
    statement = select(Visit, Unit).join(Unit, col(Unit.id) == Visit.unit_id).where(Visit.draw_id == draw_id)
    return [(row[0], row[1]) for row in session.exec(statement.order_by(col(Visit.start_on), col(Unit.sort)))]
