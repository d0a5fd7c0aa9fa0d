"""Migration 0006 up and down: one live row for a unit in a cycle, and nothing is thrown away on the way back."""

from pathlib import Path

import pytest
from alembic import command
from sqlalchemy.exc import DatabaseError

from models.database import make_engine
from models.migrate import config_for, upgrade
from tests.models.old_database import AROUND, execute, extra

KEY = (
    "INSERT INTO keyunit (id, office_id, cycle_id, unit_id, reason, proposed_by, proposed_at, state, decided_by, "
    "answer, released_by, release_reason) "
    "VALUES ('{id}', 'a', 'c', 'u', '未整改', '甲', '2023-07-12', '{state}', '', '', '', '')"
)
CANCELLED = "UPDATE visit SET state = 'cancelled'"


@pytest.fixture
def old(tmp_path: Path):
    """A database of version 0005 with a unit, a team and one visit."""
    engine = make_engine(f"sqlite:///{tmp_path / 'old.db'}")
    command.upgrade(config_for(engine), "0005")
    for statement in (*AROUND, extra("v1", "daily")):
        execute(engine, statement)
    yield engine
    engine.dispose()


def test_a_unit_is_live_once_in_a_cycle_whatever_was_refused_or_released_before(old) -> None:
    upgrade(old)
    for key, state in (("k1", "refused"), ("k2", "released"), ("k3", "proposed")):
        execute(old, KEY.format(id=key, state=state))
    for state in ("proposed", "approved"):
        with pytest.raises(DatabaseError, match="UNIQUE"):
            execute(old, KEY.format(id="k4", state=state))
    assert execute(old, "SELECT id, kind FROM visit") == [("v1", "daily")]


def test_down_and_up_again_lose_nothing(old) -> None:
    upgrade(old)
    command.downgrade(config_for(old), "0005")
    assert execute(old, "SELECT name FROM sqlite_master WHERE name LIKE '%keyunit%'") == []
    assert execute(old, "SELECT id, kind, state FROM visit") == [("v1", "daily", "planned")]
    upgrade(old)
    execute(old, KEY.format(id="k1", state="approved"))


@pytest.mark.parametrize("row", [KEY.format(id="k1", state="refused"), extra("v2", "key"), CANCELLED])
def test_down_is_refused_while_there_is_something_an_older_version_cannot_keep(old, row: str) -> None:
    upgrade(old)
    execute(old, row)
    with pytest.raises(NotImplementedError, match="restore a backup"):
        command.downgrade(config_for(old), "0005")
    assert execute(old, "SELECT count(*) FROM keyunit")[0][0] in (0, 1)
