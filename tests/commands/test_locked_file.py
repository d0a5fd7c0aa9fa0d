"""A locked backup opens with its key and nothing else, whole or not at all."""

import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from commands import locked_file
from commands.locked_file import MAGIC, PIECE, SALT, TAG, is_locked, key_of, lock, make_key, unlock
from config.settings import temporary_home
from duban import app
from models import database
from models.base import Rejected

KEY = b"a passphrase of several words"


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_what_was_locked_comes_back_at_every_size(tmp_path: Path, size: int) -> None:
    plain, sealed, back = tmp_path / "p", tmp_path / "s", tmp_path / "b"
    plain.write_bytes(bytes(range(256)) * (size // 256) + b"x" * (size % 256))
    lock(plain, sealed, KEY)
    unlock(sealed, back, KEY)
    assert back.read_bytes() == plain.read_bytes()
    assert is_locked(sealed) and not is_locked(plain)
    assert stat.S_IMODE(sealed.stat().st_mode) == 0o600


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    plain = tmp_path / "plain"
    plain.write_bytes(b"geheim" * (PIECE // 2))
    lock(plain, tmp_path / "sealed", KEY)
    return tmp_path / "sealed"


def test_nothing_of_the_content_and_no_two_files_alike(sealed: Path, tmp_path: Path) -> None:
    lock(tmp_path / "plain", tmp_path / "again", KEY)
    assert b"geheim" not in sealed.read_bytes()
    assert sealed.read_bytes()[:200] != (tmp_path / "again").read_bytes()[:200]


def refusal(sealed: Path, tmp_path: Path, key: bytes = KEY) -> str:
    with pytest.raises(Rejected) as told:
        unlock(sealed, tmp_path / "never", key)
    return str(told.value)


def test_another_key_is_refused_with_a_sentence(sealed: Path, tmp_path: Path) -> None:
    assert "密钥不对，或文件已损坏" in refusal(sealed, tmp_path, KEY + b".")


def test_a_piece_changed_left_out_moved_or_cut_off_is_noticed(sealed: Path, tmp_path: Path) -> None:
    whole, first = sealed.read_bytes(), len(MAGIC) + SALT
    step = PIECE + TAG
    one, two, rest = whole[first : first + step], whole[first + step : first + 2 * step], whole[first + 2 * step :]
    for broken in (
        whole[:first] + one + two, whole[:first] + one + rest, whole[:first] + two + one + rest, whole[: first + 9],
        whole[:-1] + bytes([whole[-1] ^ 1]), whole + one, whole[:first],
    ):
        (tmp_path / "never").unlink(missing_ok=True)
        sealed.write_bytes(broken)
        assert "打不开" in refusal(sealed, tmp_path)


def test_a_key_file_is_made_for_its_owner_alone_and_never_over_another(tmp_path: Path) -> None:
    path = make_key(tmp_path / "key")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(key_of(path)) == 64
    with pytest.raises(Rejected, match="已存在"):
        make_key(path)


def test_a_short_or_missing_key_file_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "short").write_text("123456\n")
    for name, words in (("short", "过短"), ("none", "读不出来")):
        with pytest.raises(Rejected, match=words):
            key_of(tmp_path / name)


def run(*words: object) -> tuple[int, str]:
    """What the command says, refusals included, and how it ends."""
    done = CliRunner().invoke(app, [str(word) for word in words])
    return done.exit_code, f"{done.output}{done.exception or ''}"


def test_a_locked_backup_of_a_running_office_comes_back_elsewhere_and_asks_for_its_key(
    people, home: Path, tmp_path: Path
) -> None:
    """The drill: refused without and with a wrong key, restored with the right one; nothing plain is left behind."""
    for name in ("key", "other"):
        make_key(tmp_path / name)
    file = tmp_path / "office.locked"
    assert run("backup", file, "--key-file", tmp_path / "key")[0] == 0
    assert is_locked(file)
    assert "督察办公室".encode() not in file.read_bytes()
    with temporary_home(tmp_path / "elsewhere"):
        database.engine.cache_clear()
        assert "已加密" in run("restore", file)[1]
        assert "密钥不对" in run("restore", file, "--key-file", tmp_path / "other")[1]
        assert not (tmp_path / "elsewhere" / "duban.db").exists()
        assert run("restore", file, "--key-file", tmp_path / "key")[0] == 0
        assert (tmp_path / "elsewhere" / "duban.db").exists()
        assert not list((tmp_path / "elsewhere").glob(".duban-open-*"))
    assert not list(home.glob(".duban-open-*"))


def test_the_setting_locks_every_backup(people, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from config.settings import settings

    make_key(tmp_path / "key")
    monkeypatch.setenv("DUBAN_BACKUP_KEY_FILE", str(tmp_path / "key"))
    settings.cache_clear()
    try:
        assert run("backup", tmp_path / "b")[0] == 0
    finally:
        settings.cache_clear()
    assert locked_file.is_locked(tmp_path / "b")
