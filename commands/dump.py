"""The database as one file and back: SQLite's online copy, or pg_dump and pg_restore where PostgreSQL is used."""

import os
import shutil
import sqlite3
import subprocess
from pathlib import Path

from sqlalchemy import URL, create_engine, inspect, make_url
from sqlalchemy.exc import DatabaseError

from models.base import Rejected
from notifications.masks import masked

LITE, PG = "duban.db", "duban.pgdump"
BACK = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction")


def lite_file(url: str) -> Path | None:
    """Where SQLite keeps its database; None for another kind."""
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None


def dump(url: str, folder: Path) -> Path:
    """A consistent copy of a database that is in use, in `folder`, under the name its kind has in a backup."""
    source = lite_file(url)
    if source is None:
        target = folder / PG
        _run("pg_dump", url, "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")
        return target
    if not source.is_file():
        raise Rejected("没有找到数据库，尚无内容可备份。")
    return _copied(source, folder / LITE)


def _copied(source: Path, target: Path) -> Path:
    """SQLite's own online copy: a plain `cp` of the main file would miss what lies in the WAL."""
    live, copy = sqlite3.connect(source), sqlite3.connect(target)
    try:
        live.backup(copy)
    finally:
        copy.close()
        live.close()
    return target


def sound(file: Path) -> bool:
    """Whether SQLite finds its own structure whole."""
    try:
        with create_engine(f"sqlite:///file:{file}?mode=ro&immutable=1&uri=true").connect() as connection:
            return bool(connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok")
    except DatabaseError:
        return False


def holds_tables(url: str) -> bool:
    """Whether a PostgreSQL database already has tables in it."""
    engine = create_engine(url, hide_parameters=True)
    try:
        return bool(inspect(engine).get_table_names())
    finally:
        engine.dispose()


def load(file: Path, url: str) -> None:
    """Fill an empty PostgreSQL database from a dump, whole or not at all."""
    _run("pg_restore", url, *BACK, str(file))


def readable(file: Path) -> None:
    """Rejected where pg_restore cannot read the dump's list."""
    _run("pg_restore", "", "--list", str(file))


def _run(tool: str, url: str, *given: str) -> None:
    """Run PostgreSQL's own tool; the password goes by the environment, never onto the command line."""
    program = shutil.which(tool)
    if program is None:
        raise Rejected(f"本机没有 {tool}。请安装与数据库同版本的 PostgreSQL 客户端，或按 docs/operate.md 导出。")
    place = make_url(url) if url else None
    env = {**os.environ, **({"PGPASSWORD": str(place.password)} if place and place.password else {})}
    where = [f"--dbname={_plain(place)}"] if place else []
    done = subprocess.run([program, *where, *given], env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Rejected(f"{tool} 未能完成：{masked(done.stderr) or '没有说明原因'}")


def _plain(place: URL) -> str:
    bare = URL.create(
        "postgresql", place.username, None, place.host, place.port, place.database, place.query
    )
    return bare.render_as_string(hide_password=False)
