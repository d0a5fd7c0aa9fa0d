"""The queries about key units: who waits for approval, who is followed, and the visits that came of it."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select

from models.cycle import Assignment, Cycle, CycleUnit, Team, Visit
from models.key_unit import KeyUnit
from models.unit import Unit
from models.words import CycleState, KeyUnitState, VisitKind, VisitState

LIVE = (KeyUnitState.PROPOSED, KeyUnitState.APPROVED)


def approved_key_units(session: Session, cycle_id: UUID) -> list[tuple[KeyUnit, Unit]]:
    """The units of a cycle that are followed now, in the order of the directory; each row is held until the end of the
    transaction, so that of two rounds at once the second finds the visit of the first."""
    statement = (
        select(KeyUnit, Unit)
        .join(Unit, col(Unit.id) == KeyUnit.unit_id)
        .where(KeyUnit.cycle_id == cycle_id, KeyUnit.state == KeyUnitState.APPROVED)
        .order_by(col(Unit.sort), col(Unit.name))
        .with_for_update(of=KeyUnit)
    )
    return [(row[0], row[1]) for row in session.exec(statement)]


def waiting_key_units(session: Session, office_id: UUID) -> list[tuple[KeyUnit, Unit]]:
    """Proposals in running cycles that nobody has decided on, oldest first."""
    statement = (
        select(KeyUnit, Unit)
        .join(Unit, col(Unit.id) == KeyUnit.unit_id)
        .join(Cycle, col(Cycle.id) == KeyUnit.cycle_id)
        .where(
            KeyUnit.office_id == office_id, KeyUnit.state == KeyUnitState.PROPOSED, Cycle.state == CycleState.OPEN
        )
        .order_by(col(KeyUnit.proposed_at))
    )
    return [(row[0], row[1]) for row in session.exec(statement)]


def live_key_unit(session: Session, cycle_id: UUID, unit_id: UUID) -> KeyUnit | None:
    """The proposal or approval of a unit that stands now."""
    statement = select(KeyUnit).where(
        KeyUnit.cycle_id == cycle_id, KeyUnit.unit_id == unit_id, col(KeyUnit.state).in_(LIVE)
    )
    return session.exec(statement).first()


def key_visits(session: Session, cycle_id: UUID, unit_id: UUID) -> list[tuple[Visit, Team]]:
    """Every visit to a unit as a key unit, cancelled ones among them, in order."""
    statement = (
        select(Visit, Team)
        .join(Team, col(Team.id) == Visit.team_id)
        .where(Visit.cycle_id == cycle_id, Visit.unit_id == unit_id, Visit.kind == VisitKind.KEY)
        .order_by(col(Visit.start_on))
    )
    return [(row[0], row[1]) for row in session.exec(statement)]


def days_visited(session: Session, cycle_id: UUID, unit_id: UUID) -> list[date]:
    """The days of a key unit's visits that stand, and the days they were first planned for.

    A visit that a person moved into another month has settled both months.
    """
    statement = (
        select(col(Visit.start_on), col(Assignment.first_due_on))
        .join(Assignment, col(Assignment.id) == Visit.assignment_id, isouter=True)
        .where(
            Visit.cycle_id == cycle_id, Visit.unit_id == unit_id, Visit.kind == VisitKind.KEY,
            Visit.state != VisitState.CANCELLED,
        )
    )
    return [day for row in session.exec(statement) for day in row if day]


def visits_ahead(session: Session, cycle_id: UUID, unit_id: UUID, day: date) -> list[Visit]:
    """The visits to a key unit that are arranged for a later day."""
    statement = select(Visit).where(
        Visit.cycle_id == cycle_id, Visit.unit_id == unit_id, Visit.kind == VisitKind.KEY,
        Visit.state == VisitState.PLANNED, col(Visit.start_on) > day,
    )
    return list(session.exec(statement.order_by(col(Visit.start_on))))


def load_of(session: Session, cycle_id: UUID, first: date, last: date) -> tuple[Counter[date], Counter[UUID]]:
    """How many visits each day and each team of a cycle has between two days."""
    statement = select(col(Visit.start_on), col(Visit.team_id)).where(
        Visit.cycle_id == cycle_id, col(Visit.start_on) >= first, col(Visit.start_on) <= last,
        Visit.state != VisitState.CANCELLED,
    )
    rows = session.exec(statement).all()
    return Counter(row[0] for row in rows), Counter(row[1] for row in rows)


def last_team(session: Session, cycle_id: UUID, unit_id: UUID) -> UUID | None:
    """The team that went, or is to go, to the unit last."""
    statement = select(Visit.team_id).where(
        Visit.cycle_id == cycle_id, Visit.unit_id == unit_id, Visit.state != VisitState.CANCELLED
    )
    return session.exec(statement.order_by(col(Visit.start_on).desc())).first()


@dataclass(frozen=True)
class KeyCard:
    """How a unit stands in one running cycle as a key unit: what is live, what was before, the visits by month."""

    cycle: Cycle
    row: KeyUnit | None
    earlier: list[KeyUnit]
    months: list[tuple[date, list[tuple[Visit, Team]]]]


def key_cards(session: Session, unit_id: UUID, today: date) -> list[KeyCard]:
    """One card for each running cycle of a unit, the newest first."""
    statement = (
        select(Cycle)
        .join(CycleUnit, col(CycleUnit.cycle_id) == Cycle.id)
        .where(CycleUnit.unit_id == unit_id, Cycle.state == CycleState.OPEN)
        .order_by(col(Cycle.opened_on).desc(), col(Cycle.title))
    )
    return [_card(session, cycle, unit_id, today) for cycle in session.exec(statement).all()]


def _card(session: Session, cycle: Cycle, unit_id: UUID, today: date) -> KeyCard:
    statement = select(KeyUnit).where(KeyUnit.cycle_id == cycle.id, KeyUnit.unit_id == unit_id)
    rows = session.exec(statement.order_by(col(KeyUnit.proposed_at).desc())).all()
    live = next((row for row in rows if row.state in LIVE), None)
    months: dict[date, list[tuple[Visit, Team]]] = {month: [] for month in _followed(live, today)}
    for visit, team in key_visits(session, cycle.id, unit_id):
        months.setdefault(visit.start_on.replace(day=1), []).append((visit, team))
    return KeyCard(cycle, live, [row for row in rows if row is not live], sorted(months.items()))


def _followed(row: KeyUnit | None, today: date) -> list[date]:
    """The whole months a unit has been followed, so that a month without a visit is seen."""
    if row is None or row.since is None:
        return []
    count = (today.year - row.since.year) * 12 + today.month - row.since.month
    numbers = (row.since.year * 12 + row.since.month + n for n in range(count))
    return [date(number // 12, number % 12 + 1, 1) for number in numbers]
