"""An installation keeps its events sealed under the migration that lets names be erased, and back again."""

from pathlib import Path

import pytest
from alembic import command
from sqlalchemy.exc import DatabaseError

from actions.record import broken_at, record, system
from commands.office import make_office
from models.database import make_engine, transaction
from models.migrate import config_for, upgrade


def test_events_stay_and_stay_sealed_both_ways(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'm.db'}")
    upgrade(engine)
    people = make_office(engine, "办公室", "办")
    with transaction(engine) as session:
        record(session, system(people.office_id), "试")
    command.downgrade(config_for(engine), "0009")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM event").scalar() == 2
        names = {row[1] for row in connection.exec_driver_sql("PRAGMA table_info(event)")}
        assert not {"salt", "erased"} & names
    upgrade(engine)
    with pytest.raises(DatabaseError, match="append-only"), engine.begin() as connection:
        connection.exec_driver_sql("UPDATE event SET actor = 'x'")
    with transaction(engine) as session:
        # the salts went with the column: docs/decisions/0038
        assert broken_at(session, people.office_id) == (1, "内容与印记不符：事件被改动")
    engine.dispose()
