"""Migrations lead to exactly the tables of the models, run twice without harm, and seal the events."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.exc import DatabaseError

from commands.office import make_office
from models.database import make_engine
from models.migrate import is_current, upgrade
from models.tables import METADATA


@pytest.fixture
def migrated(tmp_path: Path):
    engine = make_engine(f"sqlite:///{tmp_path / 'm.db'}")
    assert not is_current(engine)
    upgrade(engine)
    yield engine
    engine.dispose()


def test_the_migrations_make_what_the_models_say(migrated) -> None:
    with migrated.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
    assert is_current(migrated)


def test_a_second_upgrade_changes_nothing_and_loses_nothing(migrated) -> None:
    people = make_office(migrated, "办公室", "办")
    upgrade(migrated)
    with migrated.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM office").scalar() == 1
        assert connection.exec_driver_sql("SELECT count(*) FROM user").scalar() == len(people.actors)


def test_an_installed_database_refuses_to_change_an_event(migrated) -> None:
    make_office(migrated, "办公室", "办")
    with pytest.raises(DatabaseError, match="append-only"), migrated.begin() as connection:
        connection.exec_driver_sql("UPDATE event SET actor = 'x'")
