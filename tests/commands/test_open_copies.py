"""What a backup lays open while it works lies in the data folder, is its owner's alone, and goes by the next run."""

import os
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from commands.doctor_machine import machine
from commands.keep import back_up, bring_back, verify
from commands.locked_file import make_key
from commands.office import People
from commands.open_copies import PREFIX, left_behind, open_folder
from config.settings import settings, temporary_home
from models import database

ROOT = Path(__file__).resolve().parents[2]


def lying(place: Path) -> list[Path]:
    return sorted(place.glob(f"{PREFIX}*"))


@contextmanager
def another(home: Path, place: Path) -> Iterator[subprocess.Popen]:
    """Another process that holds a folder in `place`, with something open in it, till it is killed."""
    code = (
        "import sys, time; from pathlib import Path; from commands.open_copies import open_folder\n"
        f"with open_folder(Path({str(place)!r})) as folder:\n"
        "    (folder / 'duban.db').write_text('names'); print('there', flush=True); time.sleep(600)"
    )
    env = {**os.environ, "DUBAN_HOME": str(home)}
    process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=env, stdout=subprocess.PIPE)
    assert process.stdout is not None and process.stdout.readline()
    try:
        yield process
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()


def told() -> tuple[bool, str]:
    (one,) = [one for one in machine() if one.name == "备份残留"]
    return one.ok, one.words


def test_nothing_of_a_backup_locked_or_not_comes_into_the_system_s_temporary_folder(
    people: People, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "there is none"))
    key = make_key(tmp_path / "key")
    for name, given in (("plain", None), ("locked", key)):
        file = back_up(tmp_path / name, key_file=given)
        assert "duban.db" in verify(file, given).files
        with temporary_home(tmp_path / f"elsewhere-{name}"):
            database.engine.cache_clear()
            assert (bring_back(file, key_file=given) / "duban.db").exists()
            assert lying(settings().home) == []
    assert lying(tmp_path) == []


def test_it_is_its_owner_s_alone_and_a_place_that_was_not_there_is_not_there_afterwards(home: Path) -> None:
    with open_folder(home / "new") as folder:
        assert folder.parent == home / "new" and stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert not (home / "new").exists()


def test_what_a_killed_run_left_is_told_and_goes_with_the_next_backup_or_restore(people: People, home: Path) -> None:
    (home / "backups").mkdir()
    file = back_up(home / "backups" / "b.zip")
    for again in (back_up, lambda: bring_back(file, replace=True)):
        with another(home, home), another(home, home / "backups"):
            assert told()[0], "in use, not left"
        left = lying(home) + lying(home / "backups")
        assert len(left) == 1 + 1 and left_behind() == left and (left[0] / "duban.db").exists()
        well, words = told()
        assert not well and all(str(one) in words for one in left)
        database.engine().dispose()
        again()
        assert lying(home) + lying(home / "backups") == [] and told()[0]


def test_what_another_run_is_using_stays(people: People, home: Path) -> None:
    with another(home, home):
        (used,) = lying(home)
        back_up()
        assert (used / "duban.db").exists()
