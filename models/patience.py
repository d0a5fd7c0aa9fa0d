"""How connections to PostgreSQL are kept, how long a statement may wait, and what is said when that was too long."""

from typing import Any

from sqlalchemy import Connection, Engine, NullPool, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError, TimeoutError

from config.settings import settings

LEFT_OPEN = 600  # seconds after which the server ends a transaction in which nothing happens: its process hangs
AGAIN = "本次操作没有生效，请返回上一页再提交一次。"
SENTENCES = {
    "55P03": f"这项内容正由他人办理，等候超时；{AGAIN}",  # lock_timeout
    # statement_timeout
    "57014": "数据库没有在限定时间内完成，本次操作没有生效；请缩小范围（如选定单位或日期）后重试。",
    "40P01": f"几个人同时办理了相互关联的内容；{AGAIN}",  # deadlock
    "40001": f"这项内容刚由他人办理；{AGAIN}",  # a snapshot that is too old
    "53300": f"数据库的连接已用满，请稍候；{AGAIN}",
}
LOCKED = f"数据库正忙，等候超时；{AGAIN}"


def limits() -> dict[str, str]:
    """What PostgreSQL is told about patience: a name of its configuration -> milliseconds."""
    ours = settings()
    return {
        "statement_timeout": str(ours.database_statement_seconds * 1000),
        "lock_timeout": str(ours.database_lock_seconds * 1000),
        "idle_in_transaction_session_timeout": str(LEFT_OPEN * 1000),
    }


def options(url: str) -> dict[str, Any]:
    """What an engine of PostgreSQL is made with. Behind a pooler (pgbouncer, a connection per transaction) none is
    kept here, nothing is said at connecting and no statement is prepared: the next transaction meets another server
    process."""
    ours, calls = settings(), {"connect_timeout": 10, "application_name": "duban"}
    if ours.database_pooler:
        return {"poolclass": NullPool, "hide_parameters": True, "connect_args": calls | {"prepare_threshold": None}}
    given = str(make_url(url).query.get("options", ""))
    said = " ".join([*(f"-c {name}={value}" for name, value in limits().items()), given]).strip()
    return {
        "pool_size": ours.database_pool, "max_overflow": ours.database_pool, "pool_timeout": ours.database_lock_seconds,
        "pool_recycle": ours.database_recycle_seconds, "pool_pre_ping": True, "pool_use_lifo": True,
        "hide_parameters": True, "connect_args": calls | {"options": said},
    }


def watch(engine: Engine) -> None:
    """Behind a pooler each transaction says for itself how long it waits."""
    if not settings().database_pooler:
        return
    said = ", ".join(f"set_config('{name}', '{value}', true)" for name, value in limits().items())

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(f"SELECT {said}")


def busy(error: SQLAlchemyError) -> str | None:
    """The sentence for a person when the database was too busy, on either kind; None for any other fault."""
    if isinstance(error, TimeoutError):  # every connection of this process was taken
        return SENTENCES["53300"]
    cause = error.orig if isinstance(error, DBAPIError) else None
    if "database is locked" in str(cause):
        return LOCKED
    return SENTENCES.get(getattr(cause, "sqlstate", None) or "")
