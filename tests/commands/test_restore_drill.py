"""The drill: a running office is lost, comes back from last night's backup somewhere else, and goes on."""

import hashlib
import json
import os
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from actions import sending
from actions.deliver import deliver
from actions.keep_evidence import Upload, keep
from commands import audit
from commands.contents import LIST, Kept, check
from commands.keep import back_up, bring_back, clear_old, verify
from config import clock, heartbeat
from config.settings import settings, temporary_home
from models import database
from models.base import Rejected
from models.database import reading, transaction
from models.event import ChainHead
from models.notice import Message
from models.office import Office, User
from models.problem import Problem
from tests.conftest import Running

ROOT = Path(__file__).resolve().parents[2]
DAY = date(2020, 8, 3)
PROOF = "已整改".encode()


@dataclass
class Lost:
    """What an office had when its backup was made."""

    file: Path
    name: str
    people: int
    problems: int
    sent: int
    seal: tuple[int, str]


def counted() -> tuple[str, int, int, int, tuple[int, str]]:
    with reading() as session:
        office = session.exec(select(Office)).one()
        head = session.get_one(ChainHead, office.id)
        return (office.name, len(session.exec(select(User)).all()), len(session.exec(select(Problem)).all()),
                len(session.exec(select(Message)).all()), (head.seq, head.hash))


@pytest.fixture
def lost(puyang: Callable[..., Running], tmp_path: Path) -> Lost:
    running = puyang(2)
    running.round(DAY)
    with running.on(DAY) as session:
        running.find(session)
        unit = running.unit(session)
        keep(session, unit.office_id, unit.id, Upload("佐证.txt", PROOF))
    before = counted()
    assert before[2] == 1 and before[3] > 0
    return Lost(back_up(tmp_path / "昨夜.zip", with_secrets=True), *before)


def test_the_office_comes_back_with_everybody_the_evidence_the_chain_and_a_hold(lost: Lost, tmp_path: Path) -> None:
    """R12. What a person must be able to say after the drill: everybody is there, nothing was changed, nothing left."""
    key = settings().secret
    with temporary_home(tmp_path / "elsewhere"):
        database.engine.cache_clear()
        there = bring_back(lost.file)
        assert counted() == (lost.name, lost.people, lost.problems, lost.sent, lost.seal)
        assert [path.read_bytes() for path in (there / "evidence").rglob("*") if path.is_file()] == [PROOF]
        assert [(name, fault) for name, _, fault in audit.verify(None)] == [(lost.name, None)]
        assert settings().secret == key, "links sent before still open, for the key came along"
        assert stat.S_IMODE((there / "secret.key").stat().st_mode) == 0o600
        with clock.jumped_to(clock.at_time(DAY + timedelta(days=1), time(9, 0))):
            assert deliver().held
        with transaction() as session:
            assert "备份恢复" in sending.held(session).why
        assert not list(there.glob(".duban-open-*")), "nothing is left lying"
    database.engine.cache_clear()


def test_a_backup_is_checked_without_touching_anything(lost: Lost, tmp_path: Path) -> None:
    with temporary_home(tmp_path / "untouched"):
        kept = verify(lost.file)
        assert kept.moment.startswith(f"{clock.wall().year}年") and "duban.db" in kept.files
        assert not (tmp_path / "untouched").exists()


def rewritten(source: Path, target: Path, change: Callable[[str, bytes], bytes]) -> Path:
    """The same archive with parts changed; its list is left as it was."""
    with zipfile.ZipFile(source) as good, zipfile.ZipFile(target, "w") as spoiled:
        for name in good.namelist():
            spoiled.writestr(name, change(name, good.read(name)))
    return target


def nothing_changed(home: Path, file: Path, **given: bool) -> str:
    """Restore over `home` and be refused; why. What lay there lies there still."""
    before = {path: path.read_bytes() for path in sorted(home.rglob("*")) if path.is_file() and "db-" not in path.name}
    with pytest.raises(Rejected) as refused:
        bring_back(file, replace=True, **given)
    after = {path: path.read_bytes() for path in sorted(home.rglob("*")) if path.is_file() and "db-" not in path.name}
    assert after == before
    return str(refused.value)


def test_nothing_is_overwritten_before_everything_is_proved(lost: Lost, home: Path, tmp_path: Path) -> None:
    outside = tmp_path.parent
    for name in ("duban.db", next(n for n in check(lost.file).files if n.startswith("evidence/"))):
        bad = rewritten(lost.file, outside / "bad.zip", lambda n, data, name=name: data + b"x" if n == name else data)
        assert "与校验值不符" in nothing_changed(home, bad)
    cut = outside / "cut.zip"
    cut.write_bytes(lost.file.read_bytes()[:-200])
    assert "不是可用的备份文件" in nothing_changed(home, cut)
    away = rewritten(lost.file, outside / "away.zip", lambda n, d: d.replace(b'"duban.db"', b'"../x.db"') if n == LIST
                     else d)
    assert "不是备份应有的内容" in nothing_changed(home, away) and not (home.parent / "x.db").exists()
    newer = rewritten(lost.file, outside / "newer.zip", lambda n, d: d.replace(b'"format": 2', b'"format": 9')
                      if n == LIST else d)
    assert "更新的版本" in nothing_changed(home, newer)


def added(source: Path, target: Path, name: str) -> Path:
    """The same backup with one more part, whose hash is right."""
    with zipfile.ZipFile(source) as good, zipfile.ZipFile(target, "w") as more:
        kept = json.loads(good.read(LIST))
        kept["files"][name] = hashlib.sha256(b"theirs").hexdigest()
        for known in set(good.namelist()) - {LIST}:
            more.writestr(known, good.read(known))
        more.writestr(name, b"theirs")
        more.writestr(LIST, json.dumps(kept))
    return target


@pytest.mark.parametrize("name", [
    "duban.db-wal", "duban.db-shm", "prefect.db", "logs/web.log", "duban.sent.json", "first-login.txt", "evidence",
    "backups/duban-x.zip", "evidence/../duban.sent.json", "/tmp/duban-x", "evidence\\..\\x", ".", "./secret.key",
])
def test_a_backup_lays_nothing_into_the_data_folder_but_what_backups_hold(lost: Lost, home: Path, name: str) -> None:
    more = added(lost.file, home.parent / "more.zip", name)
    assert f"“{name}”不是备份应有的内容" in nothing_changed(home, more)
    with pytest.raises(Rejected, match="不是备份应有的内容"):
        verify(more)


def test_a_backup_has_one_database_and_not_one_of_each_kind(lost: Lost, home: Path) -> None:
    assert "只有一个" in nothing_changed(home, added(lost.file, home.parent / "two.zip", "duban.pgdump"))


def test_a_backup_whose_history_was_changed_is_refused_until_a_person_takes_it(
    lost: Lost, home: Path, tmp_path: Path
) -> None:
    with database.engine().begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER IF EXISTS event_no_update")
        connection.exec_driver_sql("UPDATE event SET actor = '另一人' WHERE seq = 3")
    changed = back_up(tmp_path.parent / "changed.zip")
    assert "第3号事件" in nothing_changed(home, changed)
    bring_back(changed, replace=True, accept_broken=True)


def test_what_a_restore_replaces_is_moved_aside_and_not_deleted(lost: Lost, home: Path) -> None:
    database.engine().dispose()
    (home / "evidence" / "later").write_bytes(b"newer than the backup")
    (home / "duban.toml").write_text('host = "127.0.0.1"\n')
    bring_back(lost.file, replace=True)
    (aside,) = home.glob("before-restore-*")
    assert (aside / "duban.db").exists() and (aside / "evidence" / "later").exists()
    assert not (home / "evidence" / "later").exists() and (home / "duban.toml").exists()
    database.engine.cache_clear()
    assert counted() == (lost.name, lost.people, lost.problems, lost.sent, lost.seal)


def test_a_backup_of_the_first_format_is_still_read(lost: Lost, tmp_path: Path) -> None:
    plain = check(lost.file).files
    old = rewritten(lost.file, tmp_path / "old.zip", lambda n, d: json.dumps(plain).encode() if n == LIST else d)
    with temporary_home(tmp_path / "first"):
        database.engine.cache_clear()
        bring_back(old)
        assert counted()[4] == lost.seal
    database.engine.cache_clear()


def test_a_backup_is_its_owner_s_alone_and_a_failed_one_leaves_nothing(
    lost: Lost, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert stat.S_IMODE(lost.file.stat().st_mode) == 0o600
    assert heartbeat.read(heartbeat.BACKUP).done
    folder = tmp_path / "full"
    folder.mkdir()
    code = (
        "import resource, signal, sys; from pathlib import Path; from commands.keep import back_up\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))\n"
        f"back_up(Path({str(folder / 'b.zip')!r}))"
    )
    env = {**os.environ, "DUBAN_HOME": str(home), "TMPDIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode and list(folder.iterdir()) == [], "neither half a backup nor its beginning"


def test_the_newest_stay_and_what_is_old_beyond_them_goes(home: Path) -> None:
    folder = home / "backups"
    folder.mkdir()
    for n in range(6):
        file = folder / f"duban-2026010{n + 1}-030000.zip"
        file.touch()
        age = clock.wall().timestamp() - (6 - n) * 86400 + 3600
        os.utime(file, (age, age))
    young = clock.wall().timestamp() - 3 * 86400
    for other, age in (("before-upgrade-0009-x.zip", 0), ("ours.txt", 0), ("before-upgrade-0010-x.zip", young)):
        (folder / other).touch()
        os.utime(folder / other, (age, age))
    clear_old(folder, keep=2, days=4)
    assert sorted(path.name for path in folder.iterdir()) == [
        "before-upgrade-0010-x.zip", "duban-20260103-030000.zip", "duban-20260104-030000.zip",
        "duban-20260105-030000.zip", "duban-20260106-030000.zip", "ours.txt",
    ]
    clear_old(folder, keep=3, days=1)
    assert len(list(folder.glob("duban-*"))) == 3, "a clock gone wrong or a month without backups deletes none of these"


def test_what_a_backup_lacks_is_named(lost: Lost, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "oidc.secret").write_text("geheim")
    monkeypatch.setenv("DUBAN_OIDC_CLIENT_SECRET_FILE", str(tmp_path / "oidc.secret"))
    settings.cache_clear()
    plain: Kept = check(back_up(tmp_path / "plain.zip"))
    assert "secret.key" in plain.left_out and str(tmp_path / "oidc.secret") in plain.left_out
    assert "secret.key" not in check(lost.file).left_out and "secret.key" in check(lost.file).files
