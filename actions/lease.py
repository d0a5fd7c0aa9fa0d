"""One holder at a time for a piece of work, by a row of our own: a dead holder's lease runs out."""

from datetime import timedelta
from typing import Any

from sqlmodel import Session, col, delete, select, update

from config import clock
from models.database import insert_new
from models.office import Lease

SKEW = 300.0  # seconds by which the clocks of two machines may differ without taking a lease from each other


def take(session: Session, name: str, holder: str, seconds: int = 600) -> bool:
    """Take or renew the lease; False while somebody else holds it.

    On the machine that gave it the end is told by the clock that nobody can set: a clock put forward steals nothing,
    one put back prolongs nothing. On another machine, or after a restart, the wall clock counts; a lease that ends
    much later than one taken now could was left by a clock that has since been set back.
    """
    row = None
    while row is None:  # given back between the two statements: PostgreSQL lets that happen
        insert_new(session, Lease, [_now(holder, seconds) | {"name": name}])
        row = session.exec(
            select(Lease).where(Lease.name == name).with_for_update().execution_options(populate_existing=True)
        ).first()
    mine = _now(holder, seconds)  # read after the lock: who waited for it must not take the past for the present
    if row.holder != holder and not _over(row, seconds):
        return False
    session.exec(
        update(Lease).where(col(Lease.name) == name).values(mine).execution_options(synchronize_session=False)
    )
    return True


def renew(session: Session, name: str, holder: str, seconds: int = 600) -> bool:
    """Keep a lease one has; False when it is somebody else's by now, or given back."""
    mine = update(Lease).where(col(Lease.name) == name, col(Lease.holder) == holder).values(_now(holder, seconds))
    return session.exec(mine.execution_options(synchronize_session=False)).rowcount > 0


def _now(holder: str, seconds: int) -> dict[str, Any]:
    until = clock.wall() + timedelta(seconds=seconds)
    return {"holder": holder, "until": until, "boot": clock.boot(), "ticks": clock.ticks() + seconds}


def _over(row: Lease, seconds: int) -> bool:
    if row.boot and row.boot == clock.boot():
        left, slack = row.ticks - clock.ticks(), 0.0
    else:
        left, slack = (row.until - clock.wall()).total_seconds(), SKEW
    return left < 0 or left > seconds + slack


def release(session: Session, name: str, holder: str) -> None:
    """Give the lease back; somebody else's is left alone."""
    session.exec(delete(Lease).where(col(Lease.name) == name, col(Lease.holder) == holder))
