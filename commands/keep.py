"""Backup and restore: database, evidence and settings in one file, each part with its hash, no secrets."""

import hashlib
import json
import re
import sqlite3
import tempfile
import zipfile
from pathlib import Path

from pydantic import SecretStr

from actions.sending import mark_restored
from config.settings import Settings, settings
from models.base import Rejected

LIST = "MANIFEST.json"
WORTH_HIDING = ("database_url", "rate_store", "wecom_url")  # may carry a password
SECRETS = [name for name, one in Settings.model_fields.items() if one.annotation is SecretStr] + list(WORTH_HIDING)
SECRET = re.compile(rf"\s*({'|'.join(SECRETS)})\b")
SECTION = re.compile(r"\s*\[+\s*([\w.-]+)\s*\]+\s*(#.*)?$")


def back_up(target: Path) -> Path:
    """Write a consistent copy of a SQLite installation while it runs; returns the file."""
    ours = settings()
    if not ours.database.startswith("sqlite:///"):
        raise Rejected("PostgreSQL 请用 pg_dump 备份，佐证材料目录一并复制。")
    if target.exists():
        raise Rejected(f"“{target}”已存在，未覆盖。")
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(target, "x", zipfile.ZIP_DEFLATED) as archive:
        copy = Path(folder) / "duban.db"
        _copy_database(Path(ours.database.removeprefix("sqlite:///")), copy)
        hashes = {"duban.db": _add(archive, copy, "duban.db")}
        folders = {"evidence": ours.evidence_dir} | {name: ours.home / name for name in ("workdays", "intake")}
        for part, root in folders.items():
            for path in sorted(root.rglob("*")):
                if path.is_file() and path.parent.name != "partial":  # still growing: its sender sends it again
                    name = f"{part}/{path.relative_to(root).as_posix()}"
                    hashes[name] = _add(archive, path, name)
        if (toml := ours.home / "duban.toml").exists():
            plain = Path(folder) / "duban.toml"
            plain.write_text(without_secrets(toml.read_text(encoding="utf-8")), encoding="utf-8")
            hashes["duban.toml"] = _add(archive, plain, "duban.toml")
        archive.writestr(LIST, json.dumps(hashes, indent=1))
    return target


def without_secrets(text: str) -> str:
    """duban.toml without the lines that hold a secret; the SMS gateway's section is one from end to end."""
    kept, inside = [], ""
    for line in text.splitlines(keepends=True):
        if section := SECTION.match(line.rstrip()):
            inside = section.group(1)
        if inside.partition(".")[0] != "sms" and not SECRET.match(line) and not line.lstrip().startswith("sms"):
            kept.append(line)
    return "".join(kept)


def _copy_database(source: Path, target: Path) -> None:
    """SQLite's own online copy: a plain `cp` of the main file would miss what lies in the WAL."""
    with sqlite3.connect(source) as live, sqlite3.connect(target) as copy:
        live.backup(copy)
    copy.close()
    live.close()


def _add(archive: zipfile.ZipFile, path: Path, name: str) -> str:
    archive.write(path, name)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def bring_back(source: Path) -> Path:
    """Restore into an empty data folder; every part is checked before any is put in place."""
    home = settings().home
    if (home / "duban.db").exists():
        raise Rejected(f"数据目录“{home}”已有数据库，未覆盖；请换空目录（DUBAN_HOME）再恢复。")
    try:
        with zipfile.ZipFile(source) as archive:
            hashes = json.loads(archive.read(LIST))
            for name, digest in hashes.items():
                if ".." in name or name.startswith("/") or hashlib.sha256(archive.read(name)).hexdigest() != digest:
                    raise Rejected(f"备份中的“{name}”与校验值不符，未恢复。")
            for name in hashes:
                path = home / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(archive.read(name))
            taken = archive.getinfo(LIST).date_time
            mark_restored(home / "duban.sent.json", f"{taken[0]}年{taken[1]}月{taken[2]}日{taken[3]}时{taken[4]:02}分")
    except (OSError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise Rejected(f"“{source}”不是可用的备份文件（{type(error).__name__}）。") from None
    return home
