"""Walk the event chain of every office in a database."""

from collections.abc import Iterator
from pathlib import Path

from sqlmodel import select

from actions.record import broken_at
from models.base import Rejected
from models.database import engine, make_engine, reading
from models.event import ChainHead
from models.office import Office


def verify(file: Path | None) -> Iterator[tuple[str, int, tuple[int, str] | None]]:
    """(office, number of events, first fault or None) for each office."""
    if file is not None and not file.is_file():
        raise Rejected(f"没有找到文件“{file}”。")
    bind = make_engine(f"sqlite:///{file}") if file else engine()
    with reading(bind) as session:
        for office in session.exec(select(Office)):
            head = session.get(ChainHead, office.id)
            yield office.name, head.seq if head else 0, broken_at(session, office.id)
