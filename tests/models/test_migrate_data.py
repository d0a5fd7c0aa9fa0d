"""R22: from each earlier release with rows in every table up to today's shape and one step down, on both databases."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import DBAPIError

from models.database import make_engine
from models.migrate import FOLDER, config_for, is_current, upgrade
from models.tables import METADATA

pytestmark = pytest.mark.both_databases
RELEASES = sorted(one.revision for one in ScriptDirectory(str(FOLDER)).walk_revisions())
FINAL = {"0002", "0003"}  # what they brought, an older version cannot keep: they never go down
ROWS = 3
Contents = dict[str, list[dict[str, Any]]]


@pytest.fixture
def old(empty_url: str) -> Iterator[sa.Engine]:
    engine = make_engine(empty_url)
    yield engine
    engine.dispose()


def test_what_the_migrations_make_is_what_the_models_say(old) -> None:
    upgrade(old)
    with old.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
    assert is_current(old)
    upgrade(old)


@pytest.mark.parametrize("release", RELEASES)
def test_r22_an_earlier_release_with_rows_in_every_table_keeps_them_all(old, release: str) -> None:
    command.upgrade(config_for(old), release)
    filled = fill(old)
    upgrade(old)
    kept(filled, contents(old))
    with pytest.raises(DBAPIError, match="append-only"), old.begin() as connection:
        connection.exec_driver_sql("UPDATE event SET actor = '别人'")


@pytest.mark.parametrize(("before", "release"), list(pairwise(RELEASES)))
def test_r22_one_step_down_keeps_what_stood_before_it_or_refuses(old, before: str, release: str) -> None:
    command.upgrade(config_for(old), before)
    filled = fill(old)
    command.upgrade(config_for(old), release)
    if release in FINAL:
        refused(old, before)
        return
    risen = contents(old)
    command.downgrade(config_for(old), before)
    kept(filled, contents(old))
    assert {name: set(rows[0]) for name, rows in contents(old).items() if rows} == {
        name: set(rows[0]) for name, rows in filled.items() if rows
    }
    command.upgrade(config_for(old), release)
    kept(filled, contents(old))
    assert {name: len(rows) for name, rows in contents(old).items()} == {name: len(r) for name, r in risen.items()}


@pytest.mark.parametrize("release", ["0005", "0006", "0007", "0008"])
def test_r22_down_is_refused_and_changes_nothing_where_it_would_lose_rows(old, release: str) -> None:
    command.upgrade(config_for(old), release)
    fill(old)
    refused(old, f"{int(release) - 1:04}")


def refused(old: sa.Engine, target: str) -> None:
    """The way down says no, and everything is as it was."""
    before = contents(old)
    with pytest.raises(NotImplementedError, match="restore"):
        command.downgrade(config_for(old), target)
    assert contents(old) == before


def kept(filled: Contents, now: Contents) -> None:
    """Every row of every table is there with what its columns said; columns may have been added."""
    for name, rows in filled.items():
        found = {json.dumps(key_of(row)): row for row in now[name]}
        for row in rows:
            there = found[json.dumps(key_of(row))]
            assert {column: there[column] for column in row if column in there} == row, name


def key_of(row: dict[str, Any]) -> list[str]:
    names = ("id",) if "id" in row else ("office_id", "plan_id", "seq", "key", "version_num")
    return [str(row[name]) for name in names if name in row]


def contents(engine: sa.Engine) -> Contents:
    """Every row of every table, as the database says it."""
    names = [name for name in sa.inspect(engine).get_table_names() if name != "alembic_version"]
    with engine.connect() as connection:
        found = {name: connection.exec_driver_sql(f'SELECT * FROM "{name}"').mappings() for name in names}
        return {name: sorted((dict(row) for row in rows), key=str) for name, rows in found.items()}


def fill(engine: sa.Engine) -> Contents:
    """Some rows in every table, parents first; rows of the same number belong together."""
    found = sa.MetaData()
    found.reflect(engine)
    with engine.begin() as connection:
        for table in found.sorted_tables:
            if table.name != "alembic_version":
                connection.execute(table.insert(), [row_of(table, number) for number in range(1, ROWS + 1)])
    return contents(engine)


def row_of(table: sa.Table, number: int) -> dict[str, Any]:
    return {column.name: value(table, column, number) for column in table.columns}


def value(table: sa.Table, column: sa.Column[Any], number: int) -> Any:
    """A value of the column's own kind; every third row has only what it must."""
    follows = any(key.column.table is table for key in column.foreign_keys)  # another row of its own table
    if follows or (column.nullable and number % 3 == 0):
        return None
    return "open" if column.name == "state" else KINDS[type_of(column)](number)


def type_of(column: sa.Column[Any]) -> str:
    """SQLite keeps a key as 32 characters."""
    kind = column.type
    if isinstance(kind, (sa.CHAR, sa.Uuid)) and getattr(kind, "length", 32) in (32, None):
        return "hex" if isinstance(kind, sa.CHAR) else "uuid"
    order = (sa.Boolean, sa.Integer, sa.Float, sa.DateTime, sa.Date, sa.JSON)
    return next((one.__name__ for one in order if isinstance(kind, one)), "text")


MORNING = datetime(2020, 8, 3, 1, 30, tzinfo=UTC)
KINDS: dict[str, Callable[[int], Any]] = {
    "hex": lambda n: UUID(int=n).hex, "uuid": lambda n: UUID(int=n), "Boolean": lambda n: n % 2 == 0,
    "Integer": lambda n: n, "Float": lambda n: n + 0.5, "DateTime": lambda n: MORNING + timedelta(hours=n),
    "Date": lambda n: date(2020, 8, n), "JSON": lambda n: {"次": n, "名": ["督察", None]}, "text": lambda n: f"第{n}项",
}
