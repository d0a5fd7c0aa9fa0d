"""Bring an installation's database to today's shape (alembic), and say whether it is there."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from models.database import engine
from models.seals import seal

FOLDER = Path(__file__).parent / "migrations"


def config_for(bind: Engine) -> Config:
    """Alembic's configuration without an .ini file."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["engine"] = bind
    return config


def upgrade(bind: Engine | None = None) -> None:
    """Run every migration that is missing; repeatable."""
    target = bind or engine()
    command.upgrade(config_for(target), "head")
    seal(target)


def is_current(bind: Engine | None = None) -> bool:
    """Whether the database has every migration."""
    target = bind or engine()
    heads = set(ScriptDirectory.from_config(config_for(target)).get_heads())
    with target.execution_options(begin="DEFERRED").connect() as connection:
        return set(MigrationContext.configure(connection).get_current_heads()) == heads
