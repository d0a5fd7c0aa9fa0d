"""The ledger of everything owed: in an order, page after page by key, and counted without lying."""

from collections.abc import Callable, Iterator, Sequence
from heapq import merge
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select, text
from sqlmodel import Session, col

from models.cycle import NO_PART, OWED, Assignment
from models.unit import Unit
from models.words import AssignmentState
from models.work_want import NOT_DONE, NOWHERE, STATE_ORDER, Key, Order, Owner, Place, Want, conditions_of

A = AssignmentState
MOST_COUNTED = 1000


def keys_of(session: Session, want: Want, after: Place | None = None, most: int = 50) -> list[Place]:
    """The next `most` rows in the order asked for, as places; the rows themselves are `models/work_lines.py`'s."""
    walk = WALKS[want.order](session, want, after, most)
    return list(islice(walk, most))


def count_of(session: Session, want: Want) -> int:
    """How many rows there are, counted no further than one beyond `MOST_COUNTED`."""
    found = 0
    for stream in _streams(want):
        inside = stream.limit(MOST_COUNTED + 1 - found).subquery()
        found += session.connection().execute(select(func.count()).select_from(inside)).scalar_one()
        if found > MOST_COUNTED:
            break
    return found


def _by_limit(session: Session, want: Want, after: Place | None, most: int) -> Iterator[Place]:
    for key in _within(session, _streams(want), after.key if after else None, most, want):
        yield Place("", key)


def _by_state(session: Session, want: Want, after: Place | None, most: int) -> Iterator[Place]:
    """State by state, the ones that need somebody first."""
    states = [state for state in STATE_ORDER if state in (want.states or NOT_DONE)]
    begin = next((n for n, state in enumerate(states) if after and state == after.group), 0)
    for number, state in enumerate(states[begin:]):
        start = after.key if after and number == 0 and state == after.group else None
        for key in _within(session, _streams(want, (state,)), start, most, want):
            yield Place(state.value, key)


def _by_unit(session: Session, want: Want, after: Place | None, most: int) -> Iterator[Place]:
    """Unit by unit in the order of the directory, then what belongs to no unit."""
    here = UUID(after.group) if after and after.group else None
    for unit in ([here] if here and here != NOWHERE else []) + _units_with_rows(session, want, here, most):
        start = after.key if after and unit == here else None
        for key in _within(session, _streams(want, unit=unit), start, most, want):
            yield Place(unit.hex, key)
    start = after.key if after and here == NOWHERE else None
    if want.unit_ids is None and want.owner != Owner.UNITS:
        for key in _within(session, _streams(want, unit=NOWHERE), start, most, want):
            yield Place(NOWHERE.hex, key)


WALKS: dict[Order, Callable[[Session, Want, Place | None, int], Iterator[Place]]] = {
    Order.LIMIT: _by_limit, Order.STATE: _by_state, Order.UNIT: _by_unit,
}


def _within(
    session: Session, streams: Sequence[Select[Any]], after: Key | None, most: int, want: Want
) -> Iterator[Key]:
    """Rows with a day by day, then those without: two walks along an index instead of one sort."""
    due, key = col(Assignment.due_on), col(Assignment.id)
    connection = session.connection()
    if not want.undated and (after is None or after.due is not None):
        beyond: list[Any] = [due.is_not(None)]
        if after and after.due is not None:
            beyond = [due >= after.due, _later((due, key), after)]
        found = [connection.execute(s.where(*beyond).order_by(due, key).limit(most)) for s in streams]
        yield from merge(*([Key(*row) for row in rows] for rows in found))
    if want.days is None:
        beyond = [due.is_(None)] + ([key > after.id] if after and after.due is None else [])
        found = [connection.execute(s.where(*beyond).order_by(key).limit(most)) for s in streams]
        yield from (Key(None, row_id) for row_id in merge(*([row[1] for row in rows] for rows in found)))


def _units_with_rows(session: Session, want: Want, after: UUID | None, most: int) -> list[UUID]:
    """The next units that have any of these rows."""
    if after == NOWHERE or want.owner in (Owner.OFFICE, Owner.OWN):
        return []
    order = (col(Unit.sort), col(Unit.name), col(Unit.id))
    has = or_(*(stream.where(col(Assignment.unit_id) == Unit.id).exists() for stream in _streams(want, unit=None)))
    statement = select(col(Unit.id)).where(col(Unit.office_id) == want.office_id, has).order_by(*order).limit(most)
    if want.unit_ids is not None:
        statement = statement.where(col(Unit.id).in_(want.unit_ids))
    if after:
        last = session.get_one(Unit, after)
        statement = statement.where(_later(order, (last.sort, last.name, last.id)))
    return list(session.connection().execute(statement).scalars())


def _later(columns: Sequence[Any], values: Sequence[Any]) -> Any:
    """Rows that stand after these values in the order of these columns."""
    same = [and_(*(columns[k] == values[k] for k in range(n)), columns[n] > values[n]) for n in range(len(columns))]
    return or_(*same)


EVERY = object()


def _streams(want: Want, states: Sequence[A] = (), unit: Any = EVERY) -> list[Select[Any]]:
    """The statements whose rows, merged, are the rows asked for; each walks one index. `unit` None leaves the unit to
    the statement around it, NOWHERE takes what belongs to none."""
    chosen = tuple(states or want.states or NOT_DONE)
    groups = [chosen] if chosen == NOT_DONE or want.parts else [(state,) for state in chosen]
    return [_stream(want, group, unit) for group in groups]


def _stream(want: Want, states: tuple[A, ...], unit: Any) -> Select[Any]:
    conditions = [col(Assignment.office_id) == want.office_id, *conditions_of(want), *_of_unit(want, unit)]
    index = ""
    if want.parts:
        conditions.append(col(Assignment.state).in_(states))
    elif states == NOT_DONE:
        index = _shelf(want, unit)
        conditions.append(text("paused_on IS NOT NULL") if index == "ix_assignment_paused" else text(OWED))
        if index == "ix_assignment_paused":
            conditions += [col(Assignment.state).in_(states), text(NO_PART)]
    else:
        index = "ix_assignment_state" if unit is EVERY and not want.cycle_id and not want.unit_ids else ""
        conditions += [col(Assignment.state) == states[0], text(NO_PART)]
    statement = select(col(Assignment.due_on), col(Assignment.id)).where(*conditions)
    # said, not left to the planner: without statistics it sorts where it could walk
    return statement.with_hint(Assignment, f"INDEXED BY {index}", "sqlite") if index else statement


def _shelf(want: Want, unit: Any) -> str:
    """The index that answers most of what is asked for."""
    if unit is None or isinstance(unit, UUID) or (want.unit_ids and len(want.unit_ids) == 1):
        return "ix_assignment_owed_unit"
    if want.unit_ids:
        return ""
    if want.paused:
        return "ix_assignment_paused"
    if want.cycle_id:
        return "ix_assignment_owed_cycle"
    return "ix_assignment_owed_kind" if len(want.kinds) == 1 else "ix_assignment_owed"


def _of_unit(want: Want, unit: Any) -> list[Any]:
    a = Assignment
    if unit is None:
        return []
    if unit == NOWHERE:
        return [col(a.unit_id).is_(None)]
    if unit is not EVERY:
        return [col(a.unit_id) == unit]
    if want.unit_ids is None:
        return []
    return [col(a.unit_id) == want.unit_ids[0] if len(want.unit_ids) == 1 else col(a.unit_id).in_(want.unit_ids)]
