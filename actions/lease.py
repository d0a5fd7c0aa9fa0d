"""One holder at a time for a piece of work, by a row of our own: a dead holder's lease runs out."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select as sql_select
from sqlmodel import Session, col, delete, func, select, update

from config import clock
from models.database import insert_new
from models.office import Lease

SKEW = 300.0  # seconds by which the clocks of two machines may differ without taking a lease from each other


def take(session: Session, name: str, holder: str, seconds: int = 600) -> bool:
    """Take or renew the lease; False while somebody else holds it.

    On the machine that gave it the end is told by the clock that nobody can set: a clock put forward steals nothing,
    one put back prolongs nothing. On another machine, or after a restart, the clock that all share counts (`moment`);
    a lease that ends much later than one taken now could was left by a clock that has since been set back.
    """
    row = None
    while row is None:  # given back between the two statements: PostgreSQL lets that happen
        insert_new(session, Lease, [_now(session, holder, seconds) | {"name": name}])
        row = session.exec(
            select(Lease).where(Lease.name == name).with_for_update().execution_options(populate_existing=True)
        ).first()
    now = moment(session)  # read after the lock: who waited for it must not take the past for the present
    mine = _until(now, holder, seconds)
    if row.holder != holder and not _over(row, now, seconds):
        return False
    session.exec(
        update(Lease).where(col(Lease.name) == name).values(mine).execution_options(synchronize_session=False)
    )
    return True


def renew(session: Session, name: str, holder: str, seconds: int = 600) -> bool:
    """Keep a lease one has; False when it is somebody else's by now, or given back."""
    mine = update(Lease).where(col(Lease.name) == name, col(Lease.holder) == holder)
    kept = mine.values(_now(session, holder, seconds)).execution_options(synchronize_session=False)
    return session.exec(kept).rowcount > 0


def moment(session: Session) -> datetime:
    """Now, by the one clock of all machines that use this database: the server's, or a file's own machine's."""
    if session.get_bind().dialect.name == "sqlite":
        return clock.wall()
    there: datetime = session.execute(sql_select(func.clock_timestamp())).scalar_one()
    return there


def _now(session: Session, holder: str, seconds: int) -> dict[str, Any]:
    return _until(moment(session), holder, seconds)


def _until(now: datetime, holder: str, seconds: int) -> dict[str, Any]:
    until = now + timedelta(seconds=seconds)
    return {"holder": holder, "until": until, "boot": clock.boot(), "ticks": clock.ticks() + seconds}


def _over(row: Lease, now: datetime, seconds: int) -> bool:
    if row.boot and row.boot == clock.boot():
        left, slack = row.ticks - clock.ticks(), 0.0
    else:
        left, slack = (row.until - now).total_seconds(), SKEW
    return left < 0 or left > seconds + slack


def release(session: Session, name: str, holder: str) -> None:
    """Give the lease back; somebody else's is left alone."""
    session.exec(delete(Lease).where(col(Lease.name) == name, col(Lease.holder) == holder))
