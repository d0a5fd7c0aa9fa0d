"""The counter of the `limits` library in our own database: one row per send that a window still holds.

A window of twenty is twenty rows, each taken by one send until it may be taken again; taking one is a single guarded
statement, so several workers on SQLite or PostgreSQL never give out more than the window holds.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from limits.storage import MovingWindowSupport, Storage
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, delete, select, update

from config import clock
from models.database import insert_new, reading, transaction
from models.notice import RateWindow


class RateStore(Storage, MovingWindowSupport):
    """Moving windows in RateWindow; `bind` None is the process's own database."""

    STORAGE_SCHEME = ["duban"]

    def __init__(self, uri: str | None = None, bind: Engine | None = None, **options: Any) -> None:
        super().__init__(uri, **options)
        self.bind = bind

    @property
    def base_exceptions(self) -> type[Exception]:
        return SQLAlchemyError

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Take `amount` of the window's rows; another worker may be quicker at one, then the next is tried."""
        now = clock.wall()
        with transaction(self.bind) as session:
            held = {row[0] for row in self._held(session, key, limit, now)}
            free = [slot for slot in slots(key, limit) if slot not in held]
            taken = 0
            for slot in free if len(free) >= amount else ():
                taken += _take(session, slot, now, expiry)
                if taken == amount:
                    return True
            return False

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        """When the oldest entry was made (epoch s; now when there is none), and how many there are."""
        now = clock.wall()
        with reading(self.bind) as session:
            held = [row[1] for row in self._held(session, key, limit, now)]
        return (min(held).timestamp() - expiry if held else now.timestamp()), len(held)

    def _held(self, session: Session, key: str, limit: int, now: datetime) -> Sequence[tuple[str, datetime]]:
        found = select(RateWindow.key, RateWindow.until).where(
            col(RateWindow.key).in_(slots(key, limit)), col(RateWindow.until) > now
        )
        return session.exec(found).all()

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """A fixed window, for whoever asks the library for one."""
        now = clock.wall()
        with transaction(self.bind) as session:
            insert_new(session, RateWindow, [{"key": key, "amount": 0, "until": now}])
            session.exec(
                update(RateWindow).where(col(RateWindow.key) == key, col(RateWindow.until) <= now)
                .values(amount=0, until=now + timedelta(seconds=expiry))
            )
            session.exec(
                update(RateWindow).where(col(RateWindow.key) == key).values(amount=RateWindow.amount + amount)
            )
            return session.exec(select(RateWindow.amount).where(RateWindow.key == key)).one()

    def get(self, key: str) -> int:
        with reading(self.bind) as session:
            live = select(RateWindow.amount).where(RateWindow.key == key, col(RateWindow.until) > clock.wall())
            return session.exec(live).first() or 0

    def get_expiry(self, key: str) -> float:
        with reading(self.bind) as session:
            until = session.exec(select(RateWindow.until).where(RateWindow.key == key)).first()
        return (until or clock.wall()).timestamp()

    def check(self) -> bool:
        try:
            self.get("")
        except SQLAlchemyError:
            return False
        return True

    def reset(self) -> int | None:
        with transaction(self.bind) as session:
            return session.exec(delete(RateWindow)).rowcount

    def clear(self, key: str) -> None:
        with transaction(self.bind) as session:
            ours = (col(RateWindow.key) == key) | col(RateWindow.key).startswith(f"{key}#", autoescape=True)
            session.exec(delete(RateWindow).where(ours))


def slots(key: str, limit: int) -> list[str]:
    """The names of a window's rows."""
    return [f"{key}#{number}" for number in range(limit)]


def _take(session: Session, slot: str, now: datetime, expiry: int) -> int:
    """1 when this row was free and is ours now. A first use inserts it as free; the update decides who has it."""
    insert_new(session, RateWindow, [{"key": slot, "amount": 1, "until": now}])
    taken = session.exec(
        update(RateWindow).where(col(RateWindow.key) == slot, col(RateWindow.until) <= now)
        .values(until=now + timedelta(seconds=expiry))
    )
    return int(taken.rowcount)
