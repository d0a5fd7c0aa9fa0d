"""Migration 0007 up and down: what stood stays, new columns have their defaults, and new rows are not thrown away."""

from pathlib import Path

import pytest
from alembic import command

from models.database import make_engine
from models.migrate import config_for, upgrade
from tests.models.old_database import execute

OLD = (
    "INSERT INTO office (id, name, short_name, made_at) VALUES ('a', '办公室', '办', '2023-01-01')",
    "INSERT INTO user (id, office_id, login, name, role, password_hash, active) "
    "VALUES ('p', 'a', 'jia', '甲', 'clerk', 'x', 1)",
    "INSERT INTO unit (id, office_id, name, subject, sort, active, aliases) "
    "VALUES ('u', 'a', '甲局', 'department', 0, 1, '[]')",
    "INSERT INTO contact (id, office_id, unit_id, name, post, phone, channel, address, active) "
    "VALUES ('k', 'a', 'u', '联络员', '', '', 'outbox', '', 1)",
    "INSERT INTO link (id, office_id, unit_id, contact_id, token_hash, made_at, expires_at) "
    "VALUES ('l', 'a', 'u', 'k', 'h', '2023-01-01', '2024-01-01')",
    "INSERT INTO evidence (id, office_id, unit_id, label, name, size, sha256, mime, sent_at) "
    "VALUES ('e', 'a', 'u', '', '照片.jpg', 1, 's', 'image/jpeg', '2023-01-01')",
)
CODE = (
    "INSERT INTO linkcode (id, office_id, link_id, contact_id, code_hash, made_at, expires_at, tries, used_for, "
    "proof_hash) VALUES ('c', 'a', 'l', 'k', 'h', '2023-01-01', '2023-01-01', 0, '', '')"
)


@pytest.fixture
def old(tmp_path: Path):
    """A database of version 0006 with a unit, its link and a file."""
    engine = make_engine(f"sqlite:///{tmp_path / 'old.db'}")
    command.upgrade(config_for(engine), "0006")
    for statement in OLD:
        execute(engine, statement)
    yield engine
    engine.dispose()


def test_up_keeps_links_and_files_and_asks_for_codes(old) -> None:
    upgrade(old)
    assert execute(old, "SELECT purpose, user_id, basis FROM link") == [("page", None, "")]
    assert execute(old, "SELECT name, visit_id, statement_id, reused_from FROM evidence") == [
        ("照片.jpg", None, None, None)
    ]
    assert execute(old, "SELECT asks_code FROM office") == [(1,)]
    assert execute(old, "SELECT name, post, phone, identity FROM user") == [("甲", "", "", "")]


def test_down_and_up_again_loses_nothing_that_stood_before(old) -> None:
    upgrade(old)
    command.downgrade(config_for(old), "0006")
    assert execute(old, "SELECT id FROM link") == [("l",)]
    assert execute(old, "SELECT id FROM evidence") == [("e",)]
    assert "purpose" not in {row[1] for row in execute(old, "PRAGMA table_info(link)")}
    upgrade(old)


def test_down_refuses_to_throw_away_what_an_older_version_cannot_keep(old) -> None:
    upgrade(old)
    execute(old, CODE)
    with pytest.raises(NotImplementedError, match="restore a backup"):
        command.downgrade(config_for(old), "0006")
    assert execute(old, "SELECT id FROM linkcode") == [("c",)]
