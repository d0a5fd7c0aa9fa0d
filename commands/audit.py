"""Walk the event chain of every office in a database, and name the events by which others were erased."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import DatabaseError
from sqlmodel import col, select

from actions.record import broken_at
from config import clock
from models.base import Refused, Rejected
from models.database import Session, engine
from models.event import ERASING, ChainHead, Event
from models.office import Office

T = TypeVar("T")


@dataclass(frozen=True)
class Erasure:
    """One erasing event: its number, when, by whom, and how many events it took words out of."""

    office: str
    seq: int
    at: datetime
    actor: str
    events: int

    @property
    def words(self) -> str:
        at = clock.minute_words(self.at)
        return f"{self.office}：第{self.seq}号事件清除个人信息，{at}，{self.actor}，涉及{self.events}个事件。"


def verify(file: Path | None) -> Iterator[tuple[str, int, tuple[int, str] | None]]:
    """(office, number of events, first fault or None) for each office."""
    yield from _reading(file, _offices)


def erasures(file: Path | None) -> Iterator[Erasure]:
    """Every erasing event, office by office: who can write to the database can forge one, so somebody has to know
    that each was meant."""
    yield from _reading(file, _erasures)


def told(file: Path | None) -> Iterator[str]:
    """What the command says; Refused at the first office whose chain does not hold."""
    for office, count, fault in verify(file):
        if fault:
            raise Refused(f"{office}：第{fault[0]}号事件{fault[1]}。")
        yield f"{office}：{count}个事件，首尾相接，未被改动。"
    if found := [one.words for one in erasures(file)]:
        yield from (*found, "请核对上述清除是否均经批准：此外的清除即为改动。")


def _reading(file: Path | None, ask: Callable[[Engine], Iterator[T]]) -> Iterator[T]:
    if file is not None and not file.is_file():
        raise Rejected(f"没有找到文件“{file}”。")
    bind = create_engine(f"sqlite:///file:{file}?mode=ro&immutable=1&uri=true") if file else engine()
    try:
        yield from ask(bind)
    except (DatabaseError, ValueError) as error:
        raise Rejected(f"“{file or '数据库'}”读不出办理记录（{type(error).__name__}）。") from None


def _offices(bind: Engine) -> Iterator[tuple[str, int, tuple[int, str] | None]]:
    with Session(bind) as session:
        for key, name in session.exec(select(Office.id, Office.name)).all():  # what every release's tables have
            head = session.get(ChainHead, key)
            yield name, head.seq if head else 0, broken_at(session, key)


def _erasures(bind: Engine) -> Iterator[Erasure]:
    columns = (Office.name, Event.seq, Event.at, Event.actor, Event.data)  # what every release's tables have
    statement = select(*columns).join(Office, col(Office.id) == Event.office_id)  # type: ignore[call-overload]
    with Session(bind) as session:
        for name, seq, at, actor, data in session.exec(
            statement.where(Event.verb == ERASING).order_by(Office.name, col(Event.seq))
        ):
            yield Erasure(name, seq, at, actor, len(data.get("events", {})))
