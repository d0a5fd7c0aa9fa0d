"""The engine, one transaction at a time, and the few statements SQLite and PostgreSQL spell alike."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from time import monotonic, sleep
from typing import Any, TypeVar

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel, select

from config.settings import settings
from models import tables
from models.base import NotFound
from models.seals import seal

T = TypeVar("T", bound=SQLModel)
WAIT = 10.0  # seconds for the write lock of SQLite
ASK = 0.001  # seconds between two tries
LONG, GAP = 0.02, 0.003  # seconds


def make_engine(url: str) -> Engine:
    """An engine for `url`; SQLite gets WAL, foreign keys and write locks taken at BEGIN."""
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, hide_parameters=True)
    if url.startswith("sqlite:///") and not url.startswith("sqlite:///file:"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"check_same_thread": False, "timeout": WAIT}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # sqlite3 must not open transactions behind our back
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", f"busy_timeout={WAIT * 1000:.0f}"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        # A deferred transaction that read first and writes later fails at once when another commits between.
        mode = connection.get_execution_options().get("begin", "IMMEDIATE")
        raw = connection.connection.driver_connection
        if mode != "IMMEDIATE":
            connection.exec_driver_sql(f"BEGIN {mode}")
            return
        raw.execute("PRAGMA busy_timeout=0")
        try:
            if not _taken(raw):
                connection.exec_driver_sql(f"BEGIN {mode}")  # which fails as SQLAlchemy says it
        finally:
            raw.execute(f"PRAGMA busy_timeout={WAIT * 1000:.0f}")

    return engine


def _taken(raw: Any) -> bool:
    """Take the write lock by asking often: SQLite's own waiting asks ten times a second and misses the moments in which
    a worker that has much to write lets go. False when it could not be had in WAIT seconds, or not at all."""
    end = monotonic() + WAIT
    while True:
        try:
            raw.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or monotonic() > end:
                return False
            sleep(ASK)
        else:
            return True


@lru_cache
def engine() -> Engine:
    """The engine of this process."""
    return make_engine(settings().database)


@contextmanager
def transaction(bind: Engine | None = None) -> Iterator[Session]:
    """A session that commits when the block ends and rolls back when it fails."""
    began = monotonic()
    with Session(bind or engine(), expire_on_commit=False) as session, session.begin():
        yield session
    if monotonic() - began > LONG:
        sleep(GAP)  # whoever waits to write gets a turn before the next portion of long work


@contextmanager
def reading(bind: Engine | None = None) -> Iterator[Session]:
    """A session for pages: takes no write lock, commits nothing."""
    quiet = (bind or engine()).execution_options(begin="DEFERRED")
    with Session(quiet, expire_on_commit=False) as session:
        yield session


def fetch(session: Session, model: type[T], key: Any, office_id: Any = None) -> T:
    """The row with this key, of this office; NotFound otherwise."""
    row = session.get(model, key)
    if row is None or (office_id is not None and getattr(row, "office_id", office_id) != office_id):
        raise NotFound("没有找到这项内容，可能已被移走或不属于本单位。")
    return row


def insert_new(session: Session, model: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows as dicts; a row whose unique key exists already is left out, silently and on purpose."""
    if not rows:
        return
    dialect = session.get_bind().dialect.name
    maker: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = maker(model.__table__).on_conflict_do_nothing()  # type: ignore[attr-defined]
    session.connection().execute(statement, list(rows))


def create_all(bind: Engine) -> None:
    """Every table at once, for throw-away databases; installations migrate."""
    tables.METADATA.create_all(bind)
    seal(bind)


__all__ = ["Session", "create_all", "engine", "fetch", "insert_new", "make_engine", "reading", "select", "transaction"]
