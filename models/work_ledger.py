"""The ledger of everything owed: in an order, page after page by key, and counted without lying."""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from heapq import merge
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select, text
from sqlmodel import Session

from models.cycle import NO_PART, OWED
from models.unit import Unit
from models.words import AssignmentState
from models.work_want import NOT_DONE, NOWHERE, STATE_ORDER, Key, Order, Owner, Place, T, Want, conditions_of

A = AssignmentState
U = Unit.__table__.c  # type: ignore[attr-defined]
MOST_COUNTED = 1000


def keys_of(session: Session, want: Want, after: Place | None = None, most: int = 50) -> list[Place]:
    """The next `most` rows in the order asked for, as places; the rows themselves are `models/work_lines.py`'s."""
    walk = WALKS[want.order](session, want, after, most)
    return list(islice(walk, most))


def count_of(session: Session, want: Want) -> int:
    """How many rows there are, counted no further than one beyond `MOST_COUNTED`."""
    found = 0
    for stream in _streams(want):
        found += session.connection().execute(_counted(stream, MOST_COUNTED + 1 - found)).scalar_one()
        if found > MOST_COUNTED:
            break
    return found


@lru_cache(256)
def _counted(stream: Select[Any], most: int) -> Select[Any]:
    """Counted in the order of the pages, so that the index of the pages is walked and no other."""
    return select(func.count()).select_from(stream.order_by(T.due_on, T.id).limit(most).subquery())


@lru_cache(256)
def _dated(stream: Select[Any], most: int) -> Select[Any]:
    """The first page of a walk by day."""
    return stream.where(T.due_on.is_not(None)).order_by(T.due_on, T.id).limit(most)


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
    due, key = T.due_on, T.id
    connection = session.connection()
    if not want.undated and (after is None or after.due is not None):
        first = [_dated(stream, most) for stream in streams]
        if after and after.due is not None:
            first = [one.where(due >= after.due, _later((due, key), after)) for one in first]
        found = [connection.execute(one) for one in first]
        yield from merge(*([Key(*row) for row in rows] for rows in found))
    if want.days is None:
        beyond = [due.is_(None)] + ([key > after.id] if after and after.due is None else [])
        found = [connection.execute(s.where(*beyond).order_by(key).limit(most)) for s in streams]
        yield from (Key(None, row_id) for row_id in merge(*([row[1] for row in rows] for rows in found)))


def _units_with_rows(session: Session, want: Want, after: UUID | None, most: int) -> list[UUID]:
    """The next units that have any of these rows."""
    if after == NOWHERE or want.owner in (Owner.OFFICE, Owner.OWN):
        return []
    order = (U.sort, U.name, U.id)
    has = or_(*(stream.where(T.unit_id == U.id).exists() for stream in _streams(want, unit=None)))
    statement = select(U.id).where(U.office_id == want.office_id, has).order_by(*order).limit(most)
    if want.unit_ids is not None:
        statement = statement.where(U.id.in_(want.unit_ids))
    if after:
        last = session.get_one(Unit, after)
        statement = statement.where(_later(order, (last.sort, last.name, last.id)))
    return list(session.connection().execute(statement).scalars())


def _later(columns: Sequence[Any], values: Sequence[Any]) -> Any:
    """Rows that stand after these values in the order of these columns."""
    same = [and_(*(columns[k] == values[k] for k in range(n)), columns[n] > values[n]) for n in range(len(columns))]
    return or_(*same)


EVERY = object()


@lru_cache(256)
def _streams(want: Want, states: tuple[A, ...] = (), unit: Any = EVERY) -> tuple[Select[Any], ...]:
    """The statements whose rows, merged, are the rows asked for; each walks one index. `unit` None leaves the unit to
    the statement around it, NOWHERE takes what belongs to none."""
    chosen = tuple(states or want.states or NOT_DONE)
    groups = [chosen] if chosen == NOT_DONE or want.parts else [(state,) for state in chosen]
    return tuple(_stream(want, group, unit) for group in groups)


def _stream(want: Want, states: tuple[A, ...], unit: Any) -> Select[Any]:
    """One walk. A cycle or a unit is the office's own already (web/work_filters.py): naming the office again would let
    the database walk the office's index instead; whose a row is is looked at once more when it is read."""
    narrow = want.cycle_id or unit is None or isinstance(unit, UUID) or want.unit_ids
    conditions = [*([] if narrow and unit != NOWHERE else [T.office_id == want.office_id]), *conditions_of(want)]
    if want.parts:
        state = [T.state.in_(states)]
    elif states == NOT_DONE:
        state = [text(OWED)]
    else:
        state = [T.state == states[0], text(OWED if states[0] in NOT_DONE else NO_PART)]
    paused = [text("paused_on IS NOT NULL")] if want.paused else []  # word for word as its index says it
    return select(T.due_on, T.id).where(*conditions, *_of_unit(want, unit), *state, *paused)


def _of_unit(want: Want, unit: Any) -> list[Any]:
    if unit is None:
        return []
    if unit == NOWHERE:
        return [T.unit_id.is_(None)]
    if unit is not EVERY:
        return [T.unit_id == unit]
    if want.unit_ids is None:
        return []
    return [T.unit_id == want.unit_ids[0] if len(want.unit_ids) == 1 else T.unit_id.in_(want.unit_ids)]
