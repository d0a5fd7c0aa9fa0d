"""One holder at a time for a piece of work, by a row of our own: a dead holder's lease runs out."""

from datetime import timedelta

from sqlmodel import Session, and_, col, delete, or_, select, update

from config import clock
from models.database import insert_new
from models.office import Lease


def take(session: Session, name: str, holder: str, seconds: int = 600) -> bool:
    """Take or renew the lease; False while somebody else holds it.

    On the machine that gave it the end is told by the clock that nobody can set: a clock put forward steals nothing,
    one put back prolongs nothing. On another machine, or after a restart, the wall clock counts; a lease that ends
    later than one taken now could was left by a clock that has since been set back.
    """
    now, ticks, boot = clock.wall(), clock.ticks(), clock.boot()
    until = now + timedelta(seconds=seconds)
    fresh = Lease(name=name, holder=holder, until=until, boot=boot, ticks=ticks + seconds)
    insert_new(session, Lease, [fresh.model_dump()])
    here = and_(col(Lease.boot) == boot, col(Lease.boot) != "")
    over_here = and_(here, or_(col(Lease.ticks) < ticks, col(Lease.ticks) > ticks + seconds))
    elsewhere = and_(~here, or_(col(Lease.until) < now, col(Lease.until) > until))
    session.exec(
        update(Lease)
        .where(col(Lease.name) == name, or_(over_here, elsewhere, col(Lease.holder) == holder))
        .values(holder=holder, until=until, boot=boot, ticks=ticks + seconds)
    )
    return session.exec(select(Lease.holder).where(Lease.name == name)).one() == holder


def release(session: Session, name: str, holder: str) -> None:
    """Give the lease back; somebody else's is left alone."""
    session.exec(delete(Lease).where(col(Lease.name) == name, col(Lease.holder) == holder))
