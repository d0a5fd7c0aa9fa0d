"""Whose turn it is to write: on PostgreSQL one writer of an office at a time, as SQLite has one of all."""

from contextvars import ContextVar
from uuid import UUID

from sqlmodel import Session

HOLDING = 8_270_002  # the key under which one at a time puts up holds or releases them, for all offices
WRITES, TURN = "writes", "turn"  # what a session remembers of itself
ACTING: ContextVar[UUID | None] = ContextVar("acting", default=None)  # the office in whose name this request acts


def may_write(session: Session) -> None:
    """A session that is going to write; in a request of an office's person its turn begins here."""
    session.info[WRITES] = True
    if (office_id := ACTING.get()) is not None:
        take_turn(session, office_id)


def waits_for_turn(session: Session) -> bool:
    """Whether this session is to write and has no turn yet."""
    info = session.info
    return bool(info.get(WRITES)) and TURN not in info and session.get_bind().dialect.name == "postgresql"


def take_turn(session: Session, office_id: UUID) -> None:
    """Wait till no other transaction writes for this office; the turn ends with this one.

    Whatever is decided by reading first (a state, a version, whether a name is taken) would on PostgreSQL be decided
    by two at once. A transaction takes one turn only, its first: who holds none of another office waits in no circle.
    What was read before the turn may have been changed meanwhile and is read again.
    """
    if not waits_for_turn(session):
        return
    session.info[TURN] = office_id
    key = int.from_bytes(office_id.bytes[:8], "big", signed=True)
    session.connection().exec_driver_sql(f"SELECT pg_advisory_xact_lock({key})")
    if session.identity_map and not (session.new or session.dirty or session.deleted):
        session.expire_all()


def hold_turn(session: Session) -> None:
    """Wait till nobody else puts up or releases a hold; until this transaction ends nobody does. Taken after the turn
    of an office, never before it."""
    if session.get_bind().dialect.name == "postgresql" and session.info.get(WRITES):
        session.connection().exec_driver_sql(f"SELECT pg_advisory_xact_lock({HOLDING})")
