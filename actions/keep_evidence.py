"""Files sent in: checked by their bytes, kept under their hash, the sender's name only shown."""

import hashlib
import os
import re
import tempfile
import unicodedata
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from uuid import UUID

import filetype
from sqlmodel import Session, select

from config import clock
from config.settings import settings
from models.base import NotFound, Rejected
from models.submission import Evidence

KINDS = {
    "pdf": {"pdf"}, "docx": {"docx", "zip"}, "xlsx": {"xlsx", "zip"}, "jpg": {"jpg"}, "jpeg": {"jpg"}, "png": {"png"},
    "heic": {"heic"}, "mp4": {"mp4"}, "zip": {"zip"}, "ofd": {"zip"},
    "wps": {"ole"}, "doc": {"ole"}, "xls": {"ole"}, "txt": set(),
}
LARGEST_UNPACKED = 200 * 1024 * 1024
MOST_MEMBERS = 2000
LONGEST_NAME = 120
CENTRAL = b"PK\x01\x02"  # one per member in a zip's directory
ON_SITE = "现场查看"
OLE = b"\xd0\xcf\x11\xe0"
_TRIED: ContextVar[bool] = ContextVar("only tried", default=False)


@dataclass(frozen=True)
class Upload:
    """A file as it came: the name the sender gave and its bytes."""

    name: str
    data: bytes
    label: str = ""


def check_upload(upload: Upload) -> str:
    """The kind of an acceptable file; Rejected names the file and what is wrong with it."""
    name = shown_name(upload.name)
    limit = settings().evidence_max_mb
    if not upload.data:
        raise Rejected(f"“{name}”是空文件。")
    if len(upload.data) > limit * 1024 * 1024:
        raise Rejected(f"“{name}”超过{limit}MB，请压缩或拆分后再传。")
    ending = check_name(upload.name)
    if not _matches(ending, upload.data):
        raise Rejected(f"“{name}”的内容与扩展名不符，不予接收。")
    if upload.data[:2] == b"PK":
        _check_zip(name, upload.data)
    return ending


def check_name(name: str) -> str:
    """The ending of an acceptable name; Rejected says which may be sent."""
    name = shown_name(name)
    ending = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if ending not in KINDS:
        raise Rejected(f"“{name}”的格式不在允许范围内（可传：{'、'.join(KINDS)}）。")
    return ending


def _matches(ending: str, data: bytes) -> bool:
    if ending == "txt":
        return b"\0" not in data[:4096]
    if ending in ("wps", "doc", "xls"):
        return data[:4] == OLE
    kind = filetype.guess(data)
    return kind is not None and kind.extension in KINDS[ending]


def _check_zip(name: str, data: bytes) -> None:
    """Declared size and number of members, read before anything is unpacked."""
    if data.count(CENTRAL) > MOST_MEMBERS:
        raise Rejected(f"“{name}”所含文件过多，不予接收。")
    try:
        members = zipfile.ZipFile(BytesIO(data)).infolist()
    except UnicodeDecodeError:  # names in GB18030 that claim to be UTF-8
        raise Rejected(f"“{name}”内的文件名编码不规范，请把文件改名后重新压缩再传。") from None
    except (zipfile.BadZipFile, NotImplementedError, OverflowError, ValueError):
        raise Rejected(f"“{name}”已损坏，无法打开。") from None
    if len(members) > MOST_MEMBERS or sum(m.file_size for m in members) > LARGEST_UNPACKED:
        raise Rejected(f"“{name}”解开后过大，不予接收。")


def shown_name(name: str) -> str:
    """The sender's file name made harmless for pages and headers; it never reaches the file system."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    name = "".join(ch for ch in name if unicodedata.category(ch) not in ("Cc", "Cf", "Cs", "Co"))
    name = re.sub(r"\s+", " ", name).strip()
    if len(name) > LONGEST_NAME:
        stem, dot, ending = name.rpartition(".")
        short = dot and len(ending) < 10  # the ending says what a file is; it outlives the cut
        name = f"{stem[:LONGEST_NAME - 10]}….{ending}" if short else name[:LONGEST_NAME]
    return name or "未命名"


def keep(session: Session, office_id: UUID, unit_id: UUID, upload: Upload, **where: UUID) -> Evidence:
    """Store a checked file by its SHA-256 and note who sent it for what; sent twice, it is noted once."""
    check_upload(upload)
    digest = hashlib.sha256(upload.data).hexdigest()
    same = select(Evidence).where(Evidence.unit_id == unit_id, Evidence.sha256 == digest)
    for column, value in where.items():
        same = same.where(getattr(Evidence, column) == value)
    if "visit_id" in where:  # one photo may prove two items
        same = same.where(Evidence.label == upload.label)
    if known := session.exec(same).first():
        return known
    _write(digest, upload.data)
    kind = filetype.guess_mime(upload.data) or "application/octet-stream"
    row = Evidence(
        office_id=office_id, unit_id=unit_id, label=upload.label, name=shown_name(upload.name), size=len(upload.data),
        sha256=digest, mime=kind, sent_at=clock.now(), **where,
    )
    session.add(row)
    session.flush()
    return row


def attach_again(session: Session, old: Evidence, **where: UUID) -> Evidence:
    """A file the unit sent in before answers for something else too: a new row, the same bytes; noted once."""
    same = select(Evidence).where(Evidence.unit_id == old.unit_id, Evidence.sha256 == old.sha256)
    for column, value in where.items():
        same = same.where(getattr(Evidence, column) == value)
    if known := session.exec(same).first():
        return known
    row = Evidence(
        office_id=old.office_id, unit_id=old.unit_id, reused_from=old.reused_from or old.id, label=old.label,
        name=old.name, size=old.size, sha256=old.sha256, mime=old.mime, sent_at=clock.now(), **where,
    )
    session.add(row)
    session.flush()
    return row


@contextmanager
def only_tried() -> Iterator[None]:
    """Files are checked and not written while an act is tried out: what it noted is taken back with its transaction."""
    before = _TRIED.set(True)
    try:
        yield
    finally:
        _TRIED.reset(before)


def _write(digest: str, data: bytes) -> None:
    path = settings().evidence_dir / digest[:2] / digest
    if not path.exists() and not _TRIED.get():
        write_whole(path, data)


def write_whole(path: Path, data: bytes) -> None:
    """The file is there with all its bytes on the disk, or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(path)


def note_on_site(session: Session, office_id: UUID, unit_id: UUID, **where: UUID) -> Evidence:
    """“现场查看”: a valid answer that asks for no upload."""
    return note_seen(session, office_id, unit_id, ON_SITE, **where)


def note_seen(session: Session, office_id: UUID, unit_id: UUID, words: str, **where: UUID) -> Evidence:
    """What was seen with one's own eyes stands for a file, under these words."""
    row = Evidence(
        office_id=office_id, unit_id=unit_id, label=words, name=words, size=0, sha256="", mime="",
        sent_at=clock.now(), **where,
    )
    session.add(row)
    return row


def read(evidence: Evidence) -> bytes:
    """The bytes of a kept file, checked against its hash."""
    if not evidence.sha256:
        raise NotFound("现场查看的佐证没有文件。")
    data = (settings().evidence_dir / evidence.sha256[:2] / evidence.sha256).read_bytes()
    if hashlib.sha256(data).hexdigest() != evidence.sha256:
        raise Rejected(f"“{evidence.name}”与接收时的校验值不一致，文件可能已损坏。")
    return data


def store(upload: Upload) -> str:
    """Keep a checked file that answers to an event instead of a row; returns the hash it lies under."""
    check_upload(upload)
    digest = hashlib.sha256(upload.data).hexdigest()
    _write(digest, upload.data)
    return digest


def stored(digest: str, name: str) -> bytes:
    """The bytes under a hash, checked against it."""
    path = settings().evidence_dir / digest[:2] / digest
    data = path.read_bytes() if path.exists() else b""
    if hashlib.sha256(data).hexdigest() != digest:
        raise Rejected(f"“{name}”的原件缺失或已损坏，请重新上传。")
    return data
