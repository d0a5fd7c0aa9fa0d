"""Backup and restore: database, evidence and settings in one file, each part with its hash; secrets only when asked."""

import os
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from actions.sending import mark_restored
from commands.contents import FOLDERS, KEY, LIST, TOML, Kept, add, check, unpack
from commands.dump import LITE, PG, dump, holds_tables, lite_file, load, readable, sound
from commands.locked_file import key_for, lock, unlocked
from commands.open_copies import open_folder
from commands.stopped import refuse_while_running
from config import clock, heartbeat
from config.secret_files import secret_names
from config.settings import Settings, settings
from models.base import Rejected
from models.migrate import knows, revision_in, revision_of

SECRET = re.compile(rf"\s*({'|'.join(secret_names(Settings))})\b")
SECTION = re.compile(r"\s*\[+\s*([\w.-]+)\s*\]+\s*(#.*)?$")
OURS, BEFORE = "duban-*.zip", "before-upgrade-*.zip"


def back_up(target: Path | None = None, with_secrets: bool = False, key_file: Path | None = None) -> Path:
    """Write a consistent copy of a running installation and read it back; returns the file, its owner's alone. Without
    `target` it goes into the folder of the settings, where the oldest are then cleared away. With a key file (or one
    in the settings) it is locked, and what is not yet locked lies only in a folder beside the data."""
    ours = settings()
    key = key_for(key_file)
    file = target or ours.backups / f"duban-{clock.wall():%Y%m%d-%H%M%S}.zip"
    if file.exists():
        raise Rejected(f"“{file}”已存在，未覆盖。")
    with open_folder(ours.home) as inside, open_folder(file.parent) as beside:  # half of one never bears its name
        part = beside / "part.zip"
        plain = inside / "plain.zip" if key else part
        _write(plain, inside, ours, with_secrets)
        check(plain)
        if key:
            lock(plain, part, key)
        part.rename(file)
    heartbeat.beat(heartbeat.BACKUP, done=True)
    if target is None:
        clear_old(ours.backups, ours.backup_keep, ours.backup_days)
    return file


def _write(part: Path, folder: Path, ours: Settings, with_secrets: bool) -> None:
    handle = os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w+b") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        copy = dump(ours.database, folder)
        hashes = {copy.name: add(archive, copy, copy.name)}
        for name, path in _files(ours):  # after the database: whatever it points at was there before
            hashes[name] = add(archive, path, name)
        for name, path in _settings(ours, folder, with_secrets):
            hashes[name] = add(archive, path, name)
        told = Kept(hashes, clock.wall().isoformat(), revision_of(copy) if copy.name == LITE else revision_in(),
                    left_out(ours, with_secrets))
        archive.writestr(LIST, told.text())


def _files(ours: Settings) -> Iterator[tuple[str, Path]]:
    """What units and the office handed in, and the loaded calendars, each with its name in the backup."""
    folders = {name: ours.home / name for name in FOLDERS} | {"evidence": ours.evidence_dir}
    for part, root in folders.items():
        for path in sorted(root.rglob("*")):
            if path.is_file() and path.parent.name != "partial":  # still growing: its sender sends it again
                yield f"{part}/{path.relative_to(root).as_posix()}", path


def _settings(ours: Settings, folder: Path, with_secrets: bool) -> Iterator[tuple[str, Path]]:
    toml, key = ours.home / TOML, ours.home / KEY
    if toml.exists() and with_secrets:
        yield toml.name, toml
    elif toml.exists():
        plain = folder / toml.name
        plain.write_text(without_secrets(toml.read_text(encoding="utf-8")), encoding="utf-8")
        yield toml.name, plain
    if with_secrets and key.exists():
        yield KEY, key


def left_out(ours: Settings, with_secrets: bool) -> list[str]:
    """What a person must keep elsewhere, for this backup lacks it."""
    kept = [] if with_secrets else [KEY, "duban.toml 中的各项密钥和 [sms] 一节"]
    return [*kept, "以 DUBAN_ 开头的环境变量", *map(str, ours.secret_files)]


def without_secrets(text: str) -> str:
    """duban.toml without the lines that hold a secret; the SMS gateway's section is one from end to end."""
    kept, inside = [], ""
    for line in text.splitlines(keepends=True):
        if section := SECTION.match(line.rstrip()):
            inside = section.group(1)
        if inside.partition(".")[0] != "sms" and not SECRET.match(line) and not line.lstrip().startswith("sms"):
            kept.append(line)
    return "".join(kept)


def clear_old(folder: Path, keep: int, days: int) -> list[Path]:
    """Delete our own backups older than `days` that are not among the newest `keep`, and those made before an upgrade
    that are as old; which."""
    newest = sorted(folder.glob(OURS), key=lambda path: path.name, reverse=True)
    limit = clock.wall().timestamp() - days * 86400
    old = [path for path in (*newest[keep:], *folder.glob(BEFORE)) if path.stat().st_mtime < limit]
    for path in old:
        path.unlink()
    return old


def verify(source: Path, key_file: Path | None = None) -> Kept:
    """Read a backup from end to end and prove its database, without touching this installation."""
    with unlocked(source, key_file) as plain, _unpacked(plain) as (kept, folder):
        _prove(folder, accept_broken=False)
    return kept


def bring_back(
    source: Path, replace: bool = False, accept_broken: bool = False, key_file: Path | None = None
) -> Path:
    """Restore into the data folder; everything is checked before anything is put in place. With `replace` what is there
    is moved aside, not deleted; with `accept_broken` a history that was changed is taken all the same."""
    ours = settings()
    place = lite_file(ours.database)
    _refuse_occupied(ours, place, replace)
    refuse_while_running()
    with unlocked(source, key_file) as plain, _unpacked(plain) as (kept, folder):
        _fits(place, folder)
        _prove(folder, accept_broken)
        if replace:
            _aside(ours.home, place)
        if place is None:
            load(folder / PG, ours.database)
        else:
            place.parent.mkdir(parents=True, exist_ok=True)
            (folder / LITE).replace(place)
        _put(folder, ours.home, kept)
        mark_restored((place or ours.home / LITE).with_suffix(".sent.json"), kept.moment)
    return ours.home


def _refuse_occupied(ours: Settings, place: Path | None, replace: bool) -> None:
    if place is None and holds_tables(ours.database):
        raise Rejected("数据库里已有内容，未覆盖；请先建一个空数据库，再恢复。")
    if place is not None and place.exists() and not replace:
        raise Rejected(f"数据目录“{ours.home}”已有数据库，未覆盖；请换空目录（DUBAN_HOME）再恢复，或加 --replace。")


@contextmanager
def _unpacked(source: Path) -> Iterator[tuple[Kept, Path]]:
    """The backup's parts, every hash proved, in a folder that goes when the block ends."""
    with open_folder(settings().home) as folder:
        parts = folder / "parts"
        parts.mkdir()
        yield unpack(source, parts), parts


def _fits(place: Path | None, folder: Path) -> None:
    if (place is None) != (folder / PG).exists():
        kind = "PostgreSQL" if (folder / PG).exists() else "SQLite"
        raise Rejected(f"备份来自 {kind}，与现在设置的数据库种类不同，未恢复；请改 database_url 后再试。")


def _prove(folder: Path, accept_broken: bool) -> None:
    """The database in a backup is whole, not newer than this program, and its history unbroken."""
    from commands.audit import verify as walk

    file = folder / LITE
    if not file.exists():
        readable(folder / PG)
        return
    if not sound(file):
        raise Rejected("备份中的数据库已损坏，未恢复。")
    if not knows(revision_of(file)):
        raise Rejected("备份由更新的版本制作，请先升级程序再恢复。")
    faults = [f"{office}第{fault[0]}号事件{fault[1]}" for office, _, fault in walk(file) if fault]
    if faults and not accept_broken:
        raise Rejected(f"备份中的办理记录对不上：{'；'.join(faults)}。确要恢复，请加 --accept-broken-chain。")


def _aside(home: Path, place: Path | None) -> None:
    """Move what a restore would overwrite into a folder beside it, named after the moment."""
    aside = home / f"before-restore-{clock.wall():%Y%m%d-%H%M%S}"
    aside.mkdir()
    names = ["evidence", "intake", "workdays", "duban.sent.json", "duban.sent.jsonl"]
    beside = [place, *(place.with_name(f"{place.name}-{end}") for end in ("wal", "shm"))] if place else []
    for path in (*beside, *(home / name for name in names)):
        if path.exists():
            path.rename(aside / path.name)


def _put(folder: Path, home: Path, kept: Kept) -> None:
    """Settings and keys of this installation stay; those of the backup are taken where there are none."""
    for name in kept.files:
        target = home / name
        if name in (LITE, PG) or (target.exists() and name in (KEY, TOML)):
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        (folder / name).replace(target)
        if name in (KEY, TOML):
            target.chmod(0o600)
