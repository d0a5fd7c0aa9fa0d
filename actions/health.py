"""Whether the service lives: each check by name, with a sentence; for /healthz, /metrics and `duban doctor` alike."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import uuid4

import httpx
from sqlalchemy import Connection, Engine, delete, event, insert
from sqlalchemy.exc import SQLAlchemyError

from config import clock, heartbeat
from config.policy import Policy
from config.settings import settings
from config.workdays import official
from models.account_ledger import held
from models.database import make_engine, reading
from models.migrate import is_current
from models.office import Lease
from models.watch_ledger import oldest_waiting, sending_hours
from rules.watching import SLACK, has_stopped

MEGABYTE = 1024 * 1024
ROOM = 100  # megabytes that must be free, or the next backup or evidence may not fit
PATIENCE = 3000  # milliseconds another writer may hold the database
WAIT = timedelta(minutes=60)
_born: list[float] = []  # when this process began to watch


@dataclass(frozen=True)
class Check:
    """One thing looked at: its key, its Chinese name, whether it is well, and a sentence."""

    name: str
    label: str
    ok: bool
    words: str


def checks() -> list[Check]:
    """Everything, in order; never raises: what breaks is red and says how."""
    return [_safely(name, label, look) for name, label, look in LOOKS]


def _safely(name: str, label: str, look: Callable[[], tuple[bool, str]]) -> Check:
    try:
        return Check(name, label, *look())
    except Exception as error:  # a driver's own errors, a file system's, a broken row: all of them are an answer
        fault = type(error).__name__
        return Check(name, label, False, f"检查时出错：{fault}")


@lru_cache(1)
def _prober(url: str) -> Engine:
    """An engine of its own that waits for another writer no longer than a probe may."""
    engine = make_engine(url)
    if not url.startswith("sqlite"):
        @event.listens_for(engine, "begin")
        def _soon(connection: Connection) -> None:
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {PATIENCE}")
    else:
        @event.listens_for(engine, "connect")
        def _short(connection: object, _record: object) -> None:
            connection.execute(f"PRAGMA busy_timeout={PATIENCE}")  # type: ignore[attr-defined]
    return engine


def _database() -> tuple[bool, str]:
    """A row is really written and committed; a larger one is tried and taken back, which needs room in the file."""
    table = Lease.__table__  # type: ignore[attr-defined]
    row = {"id": uuid4(), "name": "probe", "holder": "", "until": clock.wall(), "boot": "", "ticks": 0.0}
    large = row | {"id": uuid4(), "name": f"probe/{uuid4()}", "holder": "x" * 60_000}
    try:
        with _prober(settings().database).connect() as connection:
            with connection.begin() as trial:
                connection.execute(insert(table), large)
                trial.rollback()
            with connection.begin():
                connection.execute(delete(table).where(table.c.name == row["name"]))
                connection.execute(insert(table), row)
    except SQLAlchemyError as error:
        return False, _why(str(getattr(error, "orig", error)))
    return True, "可以写入"


def _why(text: str) -> str:
    words = {
        "readonly": "数据库为只读，不能写入", "full": "磁盘或数据库已满，不能写入",
        "locked": "数据库被长时间占用，不能写入", "I/O": "磁盘读写出错，不能写入", "no such table": "数据库结构不完整",
        "unable to open": "数据库文件打不开", "read-only": "数据库为只读，不能写入",  # and PostgreSQL's words
        "No space": "磁盘或数据库已满，不能写入", "lock timeout": "数据库被长时间占用，不能写入",
        "relation": "数据库结构不完整", "connect": "数据库连接不上",
    }
    return next((said for key, said in words.items() if key in text), "数据库不能写入")


def _migration() -> tuple[bool, str]:
    return (True, "已是最新结构") if is_current() else (False, "结构不是最新，请停止服务后运行 duban upgrade")


def _disk() -> tuple[bool, str]:
    free = shutil.disk_usage(settings().home).free // MEGABYTE
    if not os.access(settings().home, os.W_OK):
        return False, "数据目录不能写入"
    return (True, f"剩余{free}MB") if free >= ROOM else (False, f"只剩{free}MB，请清理磁盘")


def _sweep() -> tuple[bool, str]:
    stopped = stopped_since()
    last = last_sweep()
    if stopped:
        return False, f"自{clock.minute_words(stopped)}以来没有完成巡检，提醒可能没有发出"
    return True, f"最近一次{clock.minute_words(last)}" if last else "尚未巡检"


def last_sweep() -> datetime | None:
    """When the last sweep ended, in the office's zone."""
    beat = heartbeat.read(heartbeat.SWEEP)
    return beat.done.astimezone(clock.ZONE) if beat and beat.done else None


def begin_watch() -> None:
    """From now on this process may say that no sweep was ever made here."""
    _born[:] = [clock.ticks()]


def stopped_since() -> datetime | None:
    """The last sweep when one that was due is missing; where there was none, the moment the watch began."""
    now = clock.wall()
    begun = now - timedelta(seconds=clock.ticks() - _born[0]) if _born else None
    last = last_sweep() or begun
    return last if last and has_stopped(now, last, settings().sweep_minutes) else None


def _clock() -> tuple[bool, str]:
    beats = [beat.at for name in (heartbeat.SWEEP, heartbeat.WEB) if (beat := heartbeat.read(name))]
    newest = max(beats, default=clock.wall())
    if newest > clock.wall() + SLACK:
        return False, f"系统时钟早于{clock.minute_words(newest)}的运行记录，可能被往回拨过"
    return True, f"{clock.wall():%Y-%m-%d %H:%M}"


def _outbox() -> tuple[bool, str]:
    now = clock.now()
    day = clock.date_of(now)
    with reading() as session:
        oldest = oldest_waiting(session, day, Policy().unit_messages_a_day)
        opens, closes = (clock.at_time(day, hour) for hour in sending_hours(session))
    if oldest is None:
        return True, "没有积压"
    late = opens + WAIT <= now <= closes and official().is_workday(day) and oldest < now - WAIT
    return not late, f"最早一条自{clock.minute_words(oldest)}起等待发送"


def _hold() -> tuple[bool, str]:
    with reading() as session:
        hold = held(session)
    return (False, f"自{clock.minute_words(hold.since)}起暂停发送：{hold.why}") if hold else (True, "未暂停发送")


def _engine() -> tuple[bool, str]:
    url = os.environ.get("PREFECT_API_URL") or f"http://127.0.0.1:{settings().prefect_port}/api"
    try:
        well = httpx.get(f"{url}/health", timeout=2).status_code == 200
    except httpx.HTTPError:
        well = False
    return (True, "有应答") if well else (False, "没有应答；网页和命令仍可使用，自动巡检须待其恢复")


LOOKS: tuple[tuple[str, str, Callable[[], tuple[bool, str]]], ...] = (
    ("database", "数据库写入", _database), ("migration", "数据库结构", _migration), ("disk", "磁盘", _disk),
    ("sweep", "自动巡检", _sweep), ("clock", "系统时钟", _clock), ("outbox", "待发通知", _outbox),
    ("hold", "发送开关", _hold), ("prefect", "Prefect", _engine),
)


def red(found: list[Check]) -> Iterator[Check]:
    """Those that need a person."""
    return (check for check in found if not check.ok)
