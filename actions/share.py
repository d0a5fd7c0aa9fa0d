"""A sweep is cut into offices, and several workers take them in turn: never two in one office at a time (decision 36).

Who has an office renews its lease every few seconds; a worker that dies leaves it, and another takes it up.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from threading import Event, Thread
from uuid import UUID, uuid4

from sqlalchemy import Engine, exists
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, delete, select, update

from actions import claim, lease
from config import clock
from config.settings import settings
from models.database import insert_new, transaction
from models.office import Lease, Share
from models.office_ledger import every_office, open_shares
from rules.watching import JUMP

KEPT = timedelta(days=2)
LOG = logging.getLogger("duban.share")


def lease_name(office_id: UUID) -> str:
    return f"office {office_id}"


def cut(session: Session, sweep: str, day: date) -> int:
    """Write down a part for every office, once for the sweep of a day; returns how many there are. Old sweeps are
    forgotten."""
    now = clock.wall()
    session.exec(delete(Share).where(col(Share.cut_at) < now - KEPT))
    offices = every_office(session)
    blank = {"sweep": sweep, "day": day, "cut_at": now, "worker": "", "taken": 0, "done_at": None}
    insert_new(session, Share, [blank | {"id": uuid4(), "office_id": office_id} for office_id in offices])
    return len(offices)


def take(session: Session, sweep: str, worker: str, not_these: set[UUID]) -> UUID | None:
    """The next office that nobody has finished and nobody living has; None when there is none just now."""
    for office_id in open_shares(session, sweep):
        if office_id not in not_these and take_office(session, office_id, worker):
            if _mark(session, sweep, office_id, worker):
                return office_id
            lease.release(session, lease_name(office_id), worker)  # finished while we asked
    return None


def take_office(session: Session, office_id: UUID, worker: str) -> bool:
    """Have an office to oneself; False while somebody living has it."""
    return lease.take(session, lease_name(office_id), worker, settings().share_lease_seconds)


def _mark(session: Session, sweep: str, office_id: UUID, worker: str) -> bool:
    mine = select(Share).where(Share.sweep == sweep, Share.office_id == office_id, col(Share.done_at).is_(None))
    row = session.exec(mine.execution_options(populate_existing=True)).first()
    if row is None:
        return False
    if row.worker != worker:
        claim.bury(session, row.worker)  # it was in the middle of it and has lost its lease
    row.worker, row.taken = worker, row.taken + 1
    session.add(row)
    session.flush()
    return True


def finish(session: Session, sweep: str, office_id: UUID, worker: str) -> None:
    """This office is done; unless another has taken it up meanwhile, whose it is then."""
    give_back(session, office_id, worker)  # first the lease, then the part: the order in which another takes them
    mine = (col(Share.sweep) == sweep, col(Share.office_id) == office_id, col(Share.worker) == worker)
    session.exec(update(Share).where(*mine).values(done_at=clock.wall()))


def leave_open(session: Session, sweep: str, office_id: UUID, worker: str) -> None:
    """Something failed here: whoever takes the part next must not think that this worker died over it."""
    give_back(session, office_id, worker)
    mine = (col(Share.sweep) == sweep, col(Share.office_id) == office_id, col(Share.worker) == worker)
    session.exec(update(Share).where(*mine).values(worker=""))


def give_back(session: Session, office_id: UUID, worker: str) -> None:
    """Somebody else may have the office."""
    lease.release(session, lease_name(office_id), worker)


def current(session: Session, name: str, day: date) -> str | None:
    """The key of the sweep for this day that holds the lease `name` and still has offices to be done."""
    mine = select(Lease.holder).where(Lease.name == name, Lease.until > lease.moment(session))
    left = exists().where(
        col(Share.sweep) == col(Lease.holder), col(Share.done_at).is_(None), col(Share.day) == day
    )
    return session.exec(mine.where(left)).first()


def over(session: Session, sweep: str) -> bool:
    """Whether every office's part of the sweep is finished."""
    return not open_shares(session, sweep)


def holders(session: Session) -> set[str]:
    """The runs that have an office, or the sweep, just now."""
    living = select(Lease.holder).where(Lease.until > lease.moment(session))
    return set(session.exec(living))


def clock_agrees(session: Session) -> bool:
    """Whether this machine's clock is the database's: one that is wrong would do another hour's or day's work."""
    return abs(clock.wall() - lease.moment(session)) < JUMP


@contextmanager
def kept(bind: Engine | None, office_id: UUID, worker: str) -> Iterator[None]:
    """Renew the lease of an office in the background for as long as the block runs."""
    over = Event()
    thread = Thread(target=_renew, args=(bind, lease_name(office_id), worker, over), name="duban-share", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()


def _renew(bind: Engine | None, name: str, worker: str, over: Event) -> None:
    seconds = settings().share_lease_seconds
    while not over.wait(seconds / 4):
        try:
            with transaction(bind) as session:
                if not lease.renew(session, name, worker, seconds):
                    return
        except SQLAlchemyError as error:  # busy just now: the next turn comes before the lease is over
            LOG.warning("the lease of an office was not renewed: %s", type(error).__name__)
