"""Where a backup lies open while it is made or read: a folder of its own, its owner's alone, gone afterwards.

A run that was killed cannot clear up; the next one does. Which folder is still in use the kernel knows: each is held by
a lock that ends with its process.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from config.settings import settings

PREFIX, HELD = ".duban-open-", "held"


@contextmanager
def open_folder(place: Path) -> Iterator[Path]:
    """An empty folder in `place`, which need not be there before and then is not there afterwards; what killed runs
    left goes."""
    there = place.exists()
    place.mkdir(parents=True, exist_ok=True)
    clear_left(place)
    folder, lock = _held(place)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)
        if not there:
            with suppress(OSError):  # not empty: something was put there
                place.rmdir()


def places() -> tuple[Path, Path]:
    """Where such folders may lie: beside the data, and where backups go."""
    return settings().home, settings().backups


def left_behind() -> list[Path]:
    """The folders that nobody holds any more."""
    found = [folder for place in places() for folder in sorted(place.glob(f"{PREFIX}*"))]
    return [folder for folder in found if not _is_held(folder)]


def clear_left(*where: Path) -> None:
    """Delete what killed runs left, here and in the usual places."""
    for folder in [folder for place in {*where, *places()} for folder in place.glob(f"{PREFIX}*")]:
        with suppress(OSError):
            lock = _take(folder)
            shutil.rmtree(folder, ignore_errors=True)
            os.close(lock)


def _held(place: Path) -> tuple[Path, int]:
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))  # mode 0700
        with suppress(FileNotFoundError, BlockingIOError):  # another run clears it away before it is held
            lock = _take(folder)
            if (folder / HELD).exists():
                return folder, lock
            os.close(lock)


def _is_held(folder: Path) -> bool:
    try:
        os.close(_take(folder))
    except OSError:
        return True
    return False


def _take(folder: Path) -> int:
    """The folder's lock; OSError where somebody has it, or the folder is gone or another's."""
    lock = os.open(folder / HELD, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        raise
    return lock
