"""Migration 0005 up and down: visits keep their rows, one of the programme each, and draws are not thrown away."""

from pathlib import Path

import pytest
from alembic import command
from sqlalchemy.exc import DatabaseError

from models.database import make_engine
from models.migrate import config_for, upgrade
from tests.models.old_database import AROUND, VISIT, execute, extra

DRAW = (
    "INSERT INTO draw VALUES ('d', 'a', NULL, '抽查', '抽查', 1, NULL, '', 'sha256-1', '1', '骰子', "
    "'{}', '[]', '[]', '[]', '甲', '2023-07-12')"
)


@pytest.fixture
def old(tmp_path: Path):
    """A database of version 0004 with one visit, and what refers to its team."""
    engine = make_engine(f"sqlite:///{tmp_path / 'old.db'}")
    command.upgrade(config_for(engine), "0004")
    for statement in (*AROUND, VISIT.format(id="v1", more="", val="")):
        execute(engine, statement)
    yield engine
    engine.dispose()


def test_up_keeps_the_visit_and_lets_a_unit_be_visited_again_but_not_planned_twice(old) -> None:
    with pytest.raises(DatabaseError, match="UNIQUE"):
        execute(old, VISIT.format(id="v2", more="", val=""))
    upgrade(old)
    assert execute(old, "SELECT id, kind, recusal_reason, draw_id FROM visit") == [("v1", "programme", "", None)]
    execute(old, extra("v2", "daily"))
    execute(old, extra("v3", "daily"))
    with pytest.raises(DatabaseError, match="UNIQUE"):
        execute(old, extra("v4", "programme"))


def test_down_and_up_again_lose_nothing(old) -> None:
    upgrade(old)
    command.downgrade(config_for(old), "0004")
    assert execute(old, "SELECT id, start_on FROM visit") == [("v1", "2023-07-12")]
    assert execute(old, "SELECT id, team_id FROM contact") == [("k", "t")]
    with pytest.raises(DatabaseError, match="UNIQUE"):
        execute(old, VISIT.format(id="v2", more="", val=""))
    assert execute(old, "SELECT name FROM sqlite_master WHERE name LIKE 'draw%'") == []
    upgrade(old)
    assert execute(old, "SELECT kind FROM visit") == [("programme",)]


@pytest.mark.parametrize("row", [DRAW, extra("v2", "spot")])
def test_down_is_refused_while_there_is_something_to_lose(old, row: str) -> None:
    upgrade(old)
    execute(old, row)
    with pytest.raises(NotImplementedError, match="restore a backup"):
        command.downgrade(config_for(old), "0004")


def test_a_migrated_database_refuses_to_change_a_draw(old) -> None:
    upgrade(old)
    execute(old, DRAW)
    for statement in ("UPDATE draw SET seed = '2'", "DELETE FROM draw"):
        with pytest.raises(DatabaseError, match="append-only"):
            execute(old, statement)
