"""From the release before to this one: backed up, migrated, proved; nothing starts on tables of another shape."""

import os
import socket
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlmodel import col, select

from commands.contents import check
from commands.keep import bring_back
from commands.locked_file import is_locked, make_key, unlocked
from commands.upgrade import upgrade_kept
from config import heartbeat
from config.settings import settings
from models import database
from models.base import Refused
from models.database import reading, transaction
from models.event import ChainHead, Event
from models.migrate import config_for, is_current, make_ready, refuse_other_shapes, revision_in, upgrade
from models.notice import Message
from models.problem import Problem
from rules.chain import START, seal
from tests.conftest import Running
from tests.databases import unsealed

ROOT = Path(__file__).resolve().parents[2]
DAY, RELEASED = date(2020, 8, 3), "0009"


def before_this_release(engine) -> str:
    """The tables as the release before left them, with what is in them; its revision."""
    (head,) = ScriptDirectory.from_config(config_for(engine)).get_heads()
    command.stamp(config_for(engine), head)
    without_salt(engine)
    command.downgrade(config_for(engine), RELEASED)
    return RELEASED


def without_salt(engine) -> None:
    """The history as that release sealed it: it knew no salt, and its tables have none."""
    with transaction(engine) as session:
        unsealed(session.connection())
        prev = START
        for event in session.exec(select(Event).order_by(col(Event.seq))):
            event.prev_hash, event.salt = prev, ""
            event.hash = prev = seal(prev, event.model_dump())
        session.exec(select(ChainHead)).one().hash = prev


def what_is_there() -> tuple[list[str], list[str], int]:
    with reading() as session:
        return (sorted(session.exec(select(Message.body)).all()), sorted(session.exec(select(Problem.title)).all()),
                session.exec(select(ChainHead)).one().seq)


@pytest.fixture
def older(puyang: Callable[..., Running]) -> str:
    running = puyang(2)
    running.round(DAY)
    with running.on(DAY) as session:
        running.find(session)
    database.engine.cache_clear()
    return before_this_release(database.engine())


def test_the_release_before_becomes_this_one_with_a_backup_and_nothing_lost(older: str, home: Path) -> None:
    """R22."""
    said: list[str] = []
    with database.engine().connect() as connection:
        problems = connection.exec_driver_sql("SELECT count(*) FROM problem").scalar()
        events = connection.exec_driver_sql("SELECT count(*) FROM event").scalar()
    file = upgrade_kept(said.append)
    messages, titles, seq = what_is_there()
    assert len(titles) == problems == 1 and seq == events > 0 and messages
    assert is_current() and any(older in line and "首尾相接" in line for line in said)
    assert file is not None and file.parent == home / "backups"
    kept = check(file)
    assert kept.revision == older and "duban.db" in kept.files
    said.clear()
    assert upgrade_kept(said.append) is None and said == ["数据库已是最新结构，无须升级。"]


def test_the_backup_made_before_brings_the_release_before_back(older: str, home: Path) -> None:
    file = upgrade_kept(lambda _: None)
    database.engine().dispose()
    bring_back(file, replace=True)
    database.engine.cache_clear()
    assert revision_in() == older


def test_the_backup_made_before_holds_no_secret_and_going_back_needs_none(older: str, home: Path) -> None:
    key = settings().secret
    (home / "duban.toml").write_text('wecom_secret = "geheim"\n')
    file = upgrade_kept(lambda _: None)
    assert file is not None and "secret.key" not in check(file).files
    with zipfile.ZipFile(file) as archive:
        assert b"geheim" not in archive.read("duban.toml")
    database.engine().dispose()
    bring_back(file, replace=True)
    settings.cache_clear()
    assert settings().secret == key and settings().wecom_secret.get_secret_value() == "geheim"


def test_only_a_locked_backup_made_before_holds_the_secrets(
    older: str, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert settings().secret
    monkeypatch.setenv("DUBAN_BACKUP_KEY_FILE", str(make_key(tmp_path / "key")))
    settings.cache_clear()
    file = upgrade_kept(lambda _: None)
    assert file is not None and is_locked(file)
    with unlocked(file, None) as plain:
        assert "secret.key" in check(plain).files


def test_nothing_starts_on_the_tables_of_the_release_before(older: str, home: Path) -> None:
    for check_it in (refuse_other_shapes, make_ready):
        with pytest.raises(Refused, match="duban upgrade"):
            check_it()
    assert revision_in() == older, "and nothing was changed in passing"
    env = {**os.environ, "DUBAN_HOME": str(home), "PREFECT_API_URL": "http://127.0.0.1:1/api"}
    for argv in (["duban.py", "serve"], ["-m", "web.serve"], ["-m", "flows.serve"]):
        done = subprocess.run([sys.executable, *argv], cwd=ROOT, env=env, capture_output=True, text=True, check=False,
                              timeout=300)
        assert done.returncode == 1 and "duban upgrade" in done.stderr, (argv, done.stderr[-500:])
    assert revision_in() == older


def test_nothing_starts_on_tables_of_a_newer_program(older: str) -> None:
    with database.engine().begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    for act in (refuse_other_shapes, lambda: upgrade_kept(lambda _: None)):
        with pytest.raises(Refused, match="更新的版本"):
            act()


def test_a_history_that_was_changed_is_not_upgraded(older: str, home: Path) -> None:
    with database.engine().begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER IF EXISTS event_no_update")
        connection.exec_driver_sql("UPDATE event SET actor = '另一人' WHERE seq = 3")
    with pytest.raises(Refused, match="第3号事件"):
        upgrade_kept(lambda _: None)
    assert revision_in() == older and not list((home / "backups").glob("*"))


def test_where_there_is_no_database_yet_one_is_made(home: Path) -> None:
    said: list[str] = []
    assert upgrade_kept(said.append) is None and said == ["已建立数据库。"] and is_current()
    make_ready()
    upgrade()
    assert settings().home == home


def test_a_service_that_runs_is_not_reshaped_under_its_hands(
    older: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as web:
        web.bind(("127.0.0.1", 0))
        web.listen()
        monkeypatch.setenv("DUBAN_PORT", str(web.getsockname()[1]))
        settings.cache_clear()
        heartbeat.beat(heartbeat.WEB)
        with pytest.raises(Refused, match="正在运行"):
            upgrade_kept(lambda _: None)
        with pytest.raises(Refused, match="正在运行"):
            bring_back(home / "any.zip", replace=True)
    assert revision_in() == older and not list(home.glob("before-restore-*"))
