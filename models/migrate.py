"""Bring an installation's database to today's shape (alembic), and say whether it is there."""

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, inspect

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
    target = bind or engine()
    with target.execution_options(begin="DEFERRED").connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars().all()
    return found == [newest()]


def newest() -> str:
    """The last migration, by the number its file begins with."""
    return max(path.name.partition("_")[0] for path in (FOLDER / "versions").glob("[0-9]*.py"))
