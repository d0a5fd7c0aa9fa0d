"""The offline bundle: wheels of everything in requirements.lock and of the project, static files, installer, hashes.

`make bundle` needs an index once; where the bundle is installed none is needed. Wheels belong to one Python and one
kind of machine, those this runs on; the installer refuses others.
"""

import argparse
import hashlib
import platform
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAPERS = ("README.zh-CN.md", "README.md", "CHANGELOG.md", "LICENSE", "NOTICE", "requirements.lock", "docs", "deploy")
SUMS, MADE_FOR = "SHA256SUMS", "PYTHON"


def made_for() -> str:
    """The Python and the machine these wheels are for, as install.sh asks."""
    return f"{sys.version_info[0]}.{sys.version_info[1]} {platform.machine()}"


def pip(*given: str) -> None:
    subprocess.run([sys.executable, "-m", "pip", "-q", *given], cwd=ROOT, check=True)


def wheels(folder: Path, ready: Path | None) -> None:
    """Every wheel of the lock, from the index or out of a folder that holds them, and the project's own."""
    if ready:
        shutil.copytree(ready, folder, dirs_exist_ok=True)
    else:
        locked = ("--only-binary=:all:", "--no-deps", "--require-hashes", "-r", "requirements.lock")
        pip("download", *locked, "-d", str(folder))
    pip("wheel", ".", "--no-deps", "--no-build-isolation", "-w", str(folder))


def papers(folder: Path) -> None:
    """What people read and proxies serve."""
    for name in PAPERS:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__", "screens"))
        else:
            shutil.copy(source, folder / name)
    shutil.copytree(ROOT / "web" / "static", folder / "static")
    shutil.copy(ROOT / "deploy" / "install.sh", folder / "install.sh")
    (folder / MADE_FOR).write_text(f"{made_for()}\n")


def sums(folder: Path) -> None:
    """A hash for every file, as sha256sum checks them."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != SUMS)
    found = ((hashlib.sha256(path.read_bytes()).hexdigest(), path.relative_to(folder).as_posix()) for path in files)
    (folder / SUMS).write_text("".join(f"{digest}  {name}\n" for digest, name in found))


def bundle(out: Path, ready: Path | None = None) -> Path:
    """Make the folder and the archive in `out`; the archive."""
    name = f"duban-offline-py{sys.version_info[0]}{sys.version_info[1]}-{platform.machine()}"
    folder = out / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    wheels(folder / "wheelhouse", ready)
    papers(folder)
    sums(folder)
    archive = out / f"{name}.tar"  # wheels are compressed already
    with tarfile.open(archive, "w") as tar:
        tar.add(folder, name)
    return archive


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--out", type=Path, default=ROOT / "dist")
    asked.add_argument("--wheels", type=Path, help="a folder that holds the wheels of requirements.lock already")
    told = asked.parse_args()
    sys.stdout.write(f"{bundle(told.out, told.wheels)}\n")
