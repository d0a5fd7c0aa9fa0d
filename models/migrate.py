"""Bring an installation's database to today's shape (alembic), and say whether it is there."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine

from models.base import Refused
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


def revision_in(file: Path | None = None) -> str:
    """The revision a database stands at: this installation's, or that of a SQLite file nobody has open; empty for one
    that was never migrated."""
    bind = create_engine(f"sqlite:///file:{file}?mode=ro&immutable=1&uri=true") if file else engine()
    with bind.execution_options(begin="DEFERRED").connect() as connection:
        return ",".join(sorted(MigrationContext.configure(connection).get_current_heads()))


def knows(revision: str) -> bool:
    """Whether this program has the migration; one it does not know was made by a newer program."""
    scripts = ScriptDirectory.from_config(config_for(engine()))
    return not revision or revision in {one.revision for one in scripts.walk_revisions()}


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
