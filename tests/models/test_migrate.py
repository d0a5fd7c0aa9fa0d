"""Migrations lead to exactly the tables of the models, run twice without harm, and seal the events."""

from datetime import date
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import DatabaseError

from actions.deadline import move_deadline
from commands.office import make_office
from models.database import make_engine
from models.migrate import config_for, is_current, newest, upgrade
from models.seals import seal
from models.tables import METADATA
from models.words import AssignmentKind


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


def test_the_newest_migration_is_the_one_alembic_would_lead_to(migrated) -> None:
    assert ScriptDirectory.from_config(config_for(migrated)).get_heads() == [newest()]


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


def test_an_installed_database_refuses_to_rewrite_the_history_of_limits(puyang) -> None:
    running = puyang(units=1)
    seal(running.bind)
    with running.on(date(2020, 8, 3)) as session:
        item = running.item(session, AssignmentKind.SELF_CHECK_REPORT)
        move_deadline(session, running.actor("zhuren"), item, date(2020, 8, 14), "顺延")
    for statement, fault in (
        ("UPDATE deadlineversion SET old_due_on = '2020-08-14'", "append-only"),
        ("DELETE FROM deadlineversion", "append-only"),
        ("INSERT OR REPLACE INTO deadlineversion SELECT * FROM deadlineversion", "append-only"),
        ("UPDATE assignment SET first_due_on = '2020-08-14' WHERE first_due_on = '2020-08-10'", "first limit"),
        ("UPDATE assignment SET first_due_on = NULL WHERE first_due_on = '2020-08-10'", "first limit"),
    ):
        with pytest.raises(DatabaseError, match=fault), running.bind.begin() as connection:
            connection.exec_driver_sql(statement)


def test_a_database_of_the_first_version_keeps_its_rows_and_gains_the_new_columns(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'old.db'}")
    command.upgrade(config_for(engine), "0001")
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql(
            "INSERT INTO office (id, name, short_name, made_at) VALUES ('a', '办公室', '办', '2020-01-01')"
        )
        connection.exec_driver_sql(
            "INSERT INTO plan (id, office_id, key, title, short_title, issuer, doc_no, year, digest, adopted_at, "
            "subjects, windows, checks) "
            "VALUES ('p', 'a', 'k', 't', 't', 'i', 'n', 2020, 'd', '2020-01-01', '[]', '[]', '[]')"
        )
        connection.exec_driver_sql(
            "INSERT INTO cycle (id, office_id, plan_id, title, state, opened_on, shift_days, policy, override_reason) "
            "VALUES ('c', 'a', 'p', 't', 'open', '2020-01-01', 0, '{}', '')"
        )
        connection.exec_driver_sql(
            "INSERT INTO assignment (id, office_id, cycle_id, kind, stage, code, title, terms, state, "
            "deadline_version, because, note, version, first_due_on) "
            "VALUES ('x', 'a', 'c', 'task', 'self_check', '', 't', '{}', 'open', 1, '', '', 1, '2020-08-10')"
        )
    upgrade(engine)
    with engine.connect() as connection:
        row = connection.exec_driver_sql("SELECT basis, standing, paused_on, duty_id FROM assignment").one()
        assert tuple(row) == ("{}", 0, None, None)
    with pytest.raises(DatabaseError, match="first limit"), engine.begin() as connection:
        connection.exec_driver_sql("UPDATE assignment SET first_due_on = '2021-01-01'")
    engine.dispose()
