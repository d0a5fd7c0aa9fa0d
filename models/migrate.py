"""Bring an installation's database to today's shape (alembic), and say whether it is there."""

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, inspect

from models.base import Refused
from models.database import engine
from models.seals import seal

FOLDER = Path(__file__).parent / "migrations"


def config_for(bind: Engine) -> Any:
    """Alembic's configuration without an .ini file."""
    from alembic.config import Config  # 10 MB with its template engine, which a running web does without

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["engine"] = bind
    return config


def upgrade(bind: Engine | None = None) -> None:
    """Run every migration that is missing; repeatable."""
    from alembic import command

    target = bind or engine()
    command.upgrade(config_for(target), "head")
    seal(target)


def is_current(bind: Engine | None = None) -> bool:
    """Whether the database has every migration."""
    return revision_in(bind) == newest()


def revision_in(bind: Engine | None = None) -> str:
    """The revision a database stands at; empty for one that was never migrated."""
    target = bind or engine()
    with target.execution_options(begin="DEFERRED").connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return ""
        found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars().all()
    return ",".join(sorted(found))


def revision_of(file: Path) -> str:
    """The revision of a SQLite file that nobody has open."""
    bind = create_engine(f"sqlite:///file:{file}?mode=ro&immutable=1&uri=true")
    try:
        return revision_in(bind)
    finally:
        bind.dispose()


def newest() -> str:
    """The last migration, by the number its file begins with."""
    return max(_numbers())


def _numbers() -> set[str]:
    return {path.name.partition("_")[0] for path in (FOLDER / "versions").glob("[0-9]*.py")}


def knows(revision: str) -> bool:
    """Whether this program has the migration; one it does not know was made by a newer program."""
    return not revision or revision in _numbers()


def make_ready() -> None:
    """Make the tables where there are none yet; a database of another shape is refused, never changed in passing."""
    refuse_other_shapes()
    upgrade()


def refuse_other_shapes() -> None:
    """Refused where the database was migrated by an older or a newer program: it must not be touched by this one. A
    database that was never migrated passes, for `upgrade` makes it."""
    revision = revision_in()
    if not knows(revision):
        raise Refused("数据库由更新的版本使用过，本程序较旧，不能启动；请安装新版本的程序。")
    if revision and not is_current():
        raise Refused("数据库结构较旧，程序未启动，数据未改动。请先运行 duban upgrade（会先备份，再升级、核验）。")


def stop_on_other_shapes() -> None:
    """The same for a process started on its own: it ends with the sentence, before it has taken any request or run."""
    try:
        refuse_other_shapes()
    except Refused as error:
        raise SystemExit(str(error)) from None
