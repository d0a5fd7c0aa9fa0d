"""The offline bundle: nothing of the program is missing in it, and a damaged or foreign one is not installed."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.real_parts import free_port

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("config", "models", "rules", "plans", "notifications", "papers", "actions", "flows", "web", "commands")


def made(out: Path, wheels: Path) -> Path:
    """A bundle out of the wheels that lie ready, and the project's own; its folder."""
    wheels.mkdir(exist_ok=True)
    argv = [sys.executable, "deploy/bundle.py", "--out", str(out), "--wheels", str(wheels)]
    subprocess.run(argv, cwd=ROOT, check=True, capture_output=True)
    (folder,) = (path for path in out.iterdir() if path.is_dir())
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("bundle")
    return made(place / "out", place / "wheels")


def install(folder: Path, target: Path) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], "PYTHON": sys.executable, "HOME": str(target.parent)}
    argv = ["sh", str(folder / "install.sh"), str(target)]
    return subprocess.run(argv, env=env, capture_output=True, text=True, check=False)


def test_the_project_s_wheel_holds_every_file_of_the_program(folder: Path) -> None:
    (wheel,) = (folder / "wheelhouse").glob("duban-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        inside = {name: hashlib.sha256(archive.read(name)).digest() for name in archive.namelist()}
    ours = [ROOT / "duban.py", *(path for part in FOLDERS for path in (ROOT / part).rglob("*") if path.is_file())]
    source = {path.relative_to(ROOT).as_posix(): path for path in ours if "__pycache__" not in path.parts}
    assert len(source) > 700 and not set(source) - set(inside)
    assert not [name for name, path in source.items() if hashlib.sha256(path.read_bytes()).digest() != inside[name]]


def test_static_files_papers_and_the_board_lie_beside_it_each_with_its_hash(folder: Path) -> None:
    lines = (folder / "SHA256SUMS").read_text().splitlines()
    named = {line.split("  ", 1)[1]: line.split("  ", 1)[0] for line in lines}
    there = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    assert set(named) == set(there) - {"SHA256SUMS"}
    assert all(hashlib.sha256(there[name].read_bytes()).hexdigest() == digest for name, digest in named.items())
    assert {"install.sh", "static/vendor/htmx.min.js", "docs/operate.md", "deploy/grafana-board.json",
            "requirements.lock"} <= set(there)


def changed(folder: Path, tmp_path: Path, name: str, text: str) -> Path:
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    (copy / name).write_text(text)
    return copy


def test_a_bundle_that_was_changed_is_not_installed(folder: Path, tmp_path: Path) -> None:
    done = install(changed(folder, tmp_path, "docs/operate.md", "x"), tmp_path / "app")
    assert done.returncode == 1 and "不完整或被改动" in done.stderr and not (tmp_path / "app").exists()


def test_a_bundle_for_another_python_is_not_installed(folder: Path, tmp_path: Path) -> None:
    copy = changed(folder, tmp_path, "PYTHON", "3.99 sparc\n")
    digest = hashlib.sha256(b"3.99 sparc\n").hexdigest()
    lines = [line for line in (copy / "SHA256SUMS").read_text().splitlines() if not line.endswith("  PYTHON")]
    (copy / "SHA256SUMS").write_text("\n".join([*lines, f"{digest}  PYTHON"]) + "\n")
    done = install(copy, tmp_path / "app")
    assert done.returncode == 1 and "3.99 sparc" in done.stderr and not (tmp_path / "app").exists()


def test_what_is_missing_in_the_bundle_is_fetched_from_nowhere(folder: Path, tmp_path: Path) -> None:
    """Without the wheels of the lock the installer stops; it asks no index, whatever this machine has set."""
    done = install(folder, tmp_path / "app")
    assert done.returncode != 0 and "No matching distribution" in done.stderr


def test_it_installs_and_works_where_there_is_no_index(tmp_path: Path) -> None:
    """The whole of it: DUBAN_WHEELS names a folder with the wheels of requirements.lock."""
    wheels = os.environ.get("DUBAN_WHEELS")
    if not wheels:
        pytest.skip("needs the wheels of the lock: `make bundle-try` does the same with an index at hand")
    made(tmp_path, Path(wheels))
    (archive,) = tmp_path.glob("*.tar")
    argv = [sys.executable, "deploy/try_bundle.py", str(archive), "--port", str(free_port())]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout.splitlines()[-1]) == {"doctor": 1, "database": True, "history": True, "healthz": 200}
