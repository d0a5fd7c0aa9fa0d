"""What lies in a backup: its list with a hash for every part, written and proved a piece at a time."""

import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from commands.dump import LITE, PG
from config.clock import ZONE
from config.day_words import printed_day
from models.base import Rejected

LIST = "MANIFEST.json"
TOML, KEY = "duban.toml", "secret.key"
FOLDERS = ("evidence", "intake", "workdays")
FORMAT = 2
PIECE = 1 << 20  # bytes: a database of gigabytes never lies in memory


@dataclass(frozen=True)
class Kept:
    """The list of a backup: hash by name, when it was made, the database's revision, what it lacks."""

    files: Mapping[str, str]
    made_at: str = ""
    revision: str = ""
    left_out: list[str] = field(default_factory=list)

    def text(self) -> str:
        told = {"format": FORMAT, "made_at": self.made_at, "revision": self.revision, "left_out": self.left_out}
        return json.dumps({**told, "files": dict(self.files)}, indent=1, ensure_ascii=False)

    @property
    def moment(self) -> str:
        """When it was made, as officials write it."""
        at = datetime.fromisoformat(self.made_at)
        return f"{printed_day(at)}{at.hour}时{at.minute:02}分"


def add(archive: zipfile.ZipFile, path: Path, name: str) -> str:
    """Put a file into the archive; its SHA-256 as it was written there."""
    digest = hashlib.sha256()
    info = zipfile.ZipInfo.from_file(path, name, strict_timestamps=False)
    info.compress_type = archive.compression
    with path.open("rb") as source, archive.open(info, "w", force_zip64=True) as target:
        while piece := source.read(PIECE):
            digest.update(piece)
            target.write(piece)
    return digest.hexdigest()


def read_list(archive: zipfile.ZipFile) -> Kept:
    """The list of an open backup; of the first format, which was nothing but hashes, too."""
    data: dict[str, Any] = json.loads(archive.read(LIST))
    if "format" not in data:
        taken = archive.getinfo(LIST).date_time
        return Kept(data, datetime(*taken, tzinfo=ZONE).isoformat())
    if data["format"] > FORMAT:
        raise Rejected("备份由更新的版本制作，请先升级程序再恢复。")
    return Kept(data["files"], data["made_at"], data["revision"], data["left_out"])


def check(source: Path) -> Kept:
    """Prove every hash of a backup; Rejected names what does not fit."""
    return _walk(source, None)


def unpack(source: Path, folder: Path) -> Kept:
    """Lay a backup's parts into an empty folder, each proved while it is written; Rejected where one does not fit."""
    return _walk(source, folder)


def _walk(source: Path, folder: Path | None) -> Kept:
    try:
        with zipfile.ZipFile(source) as archive:
            kept = read_list(archive)
            _only_ours(kept)
            if folder is not None:
                _room(archive, folder)
            for name, digest in kept.files.items():
                if _hash(archive, name, folder) != digest:
                    raise Rejected(f"备份中的“{name}”与校验值不符，未恢复。")
            return kept
    except (OSError, zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, EOFError) as error:
        raise Rejected(f"“{source}”不是可用的备份文件（{type(error).__name__}）。") from None


def _only_ours(kept: Kept) -> None:
    """One database and what `back_up` puts beside it: any other name (a write-ahead log, a database of Prefect, a file
    elsewhere) would be laid unseen into the data folder."""
    for name in kept.files:
        if not _belongs(name):
            raise Rejected(f"备份中的“{name}”不是备份应有的内容，未恢复。")
    if len({LITE, PG}.intersection(kept.files)) != 1:
        raise Rejected("备份中应有一个数据库，且只有一个，未恢复。")


def _belongs(name: str) -> bool:
    parts = PurePosixPath(name).parts
    below = len(parts) > 1 and parts[0] in FOLDERS and ".." not in parts and "\\" not in name
    return below or name in (LITE, PG, TOML, KEY)


def _room(archive: zipfile.ZipFile, folder: Path) -> None:
    needed = sum(info.file_size for info in archive.infolist())
    if needed > shutil.disk_usage(folder).free:
        raise Rejected(f"磁盘空间不足：恢复需要{needed // (1 << 20) + 1}MB。")


def _hash(archive: zipfile.ZipFile, name: str, folder: Path | None) -> str:
    digest = hashlib.sha256()
    target = folder / name if folder else None
    if target:
        target.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(name) as source, target.open("wb") if target else _nowhere() as out:
        while piece := source.read(PIECE):
            digest.update(piece)
            out.write(piece)
    return digest.hexdigest()


def _nowhere() -> Any:
    return Path(os.devnull).open("wb")
