"""Walk the event chain of every office in a database."""

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import DatabaseError
from sqlmodel import select

from actions.record import broken_at
from models.base import Rejected
from models.database import Session, engine
from models.event import ChainHead
from models.office import Office


def verify(file: Path | None) -> Iterator[tuple[str, int, tuple[int, str] | None]]:
    """(office, number of events, first fault or None) for each office."""
    if file is not None and not file.is_file():
        raise Rejected(f"没有找到文件“{file}”。")
    bind = create_engine(f"sqlite:///file:{file}?mode=ro&immutable=1&uri=true") if file else engine()
    try:
        yield from _offices(bind)
    except (DatabaseError, ValueError) as error:
        raise Rejected(f"“{file or '数据库'}”读不出办理记录（{type(error).__name__}）。") from None


def _offices(bind: Engine) -> Iterator[tuple[str, int, tuple[int, str] | None]]:
    with Session(bind) as session:
        for key, name in session.exec(select(Office.id, Office.name)).all():  # what every release's tables have
            head = session.get(ChainHead, key)
            yield name, head.seq if head else 0, broken_at(session, key)
