"""Files on their way in: begun, continued where they broke off, checked when complete, waiting for their form."""

import hashlib
import os
from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import event, func
from sqlmodel import Session, col, select, update

from actions.keep_evidence import Upload, check_name, check_upload, shown_name, write_whole
from actions.record import Actor, allow
from config import clock
from config.settings import settings
from models.base import Conflict, NotAllowed, NotFound, Rejected
from models.submission import StagedFile
from rules.behalf import place_of
from rules.roles import Act

MOST_FILES = 40  # of one unit, on their way or waiting
MOST_TIMES = 20  # times the limit of one file, of one unit together
KEPT_DAYS = 7
MB = 1024 * 1024


def begin(session: Session, actor: Actor, place: str, name: str, size: int) -> StagedFile:
    """A row for a file of `size` bytes that will be sent piece by piece; Rejected when it can never be taken."""
    allow(actor, Act.HAND_IN)
    if actor.unit_id is None:
        raise NotAllowed("只有单位可以上传到此处。")
    limit = settings().evidence_max_mb
    check_name(name)
    if size <= 0:
        raise Rejected(f"“{shown_name(name)}”是空文件。")
    if size > limit * MB:
        raise Rejected(f"“{shown_name(name)}”超过{limit}MB，请压缩或拆分后再传。")
    count, total = session.exec(
        select(func.count(), func.coalesce(func.sum(StagedFile.size), 0)).where(StagedFile.unit_id == actor.unit_id)
    ).one()
    if count >= MOST_FILES or total + size > MOST_TIMES * limit * MB:
        raise Rejected(f"本单位已上传、尚未提交的附件有{count}个，请先提交或移除，再传新的附件。")
    row = StagedFile(
        office_id=actor.office_id, unit_id=actor.unit_id, place=place_of(actor.via, place), name=shown_name(name),
        size=size, sent_by=actor.name, made_at=clock.now(),
    )
    session.add(row)
    session.flush()
    return row


def own_staged(session: Session, actor: Actor, key: UUID) -> StagedFile:
    """A file this unit began; NotFound for anybody else's."""
    found = session.exec(select(StagedFile).where(StagedFile.id == key, StagedFile.unit_id == actor.unit_id)).first()
    if found is None:
        raise NotFound("此附件已移除或已过期，请重新选择。")
    return found


def append(session: Session, actor: Actor, key: UUID, offset: int, data: bytes) -> StagedFile:
    """Put a piece at `offset` bytes; Conflict unless that is exactly how far the file has come."""
    row = own_staged(session, actor, key)
    if offset + len(data) > row.size:
        raise Rejected("收到的内容超过了文件的大小，请重新选择文件。")
    moved = session.exec(
        update(StagedFile).where(col(StagedFile.id) == key, col(StagedFile.received) == offset)
        .values(received=offset + len(data))
    )  # the row is held by now: of two pieces for one place the second waits, and then finds it filled
    if moved.rowcount != 1:
        raise Conflict("续传的位置不符，请从已收到的位置继续。")
    _write_at(_path(key), offset, data)
    session.refresh(row)
    return row


def _write_at(path: Path, offset: int, data: bytes) -> None:
    """Bytes are on the disk before the row says so; what a broken write left beyond its place is overwritten."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if (path.stat().st_size if path.exists() else 0) < offset:  # lost, say with an old disk: no hole may pass for it
        raise Rejected("此附件先前收到的部分已丢失，请移除后重新选择。")
    with path.open("r+b" if path.exists() else "w+b") as file:
        file.seek(offset)
        file.write(data)
        file.truncate()
        file.flush()
        os.fsync(file.fileno())


def finish(session: Session, actor: Actor, key: UUID) -> StagedFile:
    """Check a complete file by its bytes and note its hash; Rejected names what is wrong with it."""
    row = own_staged(session, actor, key)
    if not row.sha256:
        upload = _upload(row)
        check_upload(upload)
        row.sha256 = hashlib.sha256(upload.data).hexdigest()
    return row


def whole(session: Session, actor: Actor, place: str, upload: Upload) -> StagedFile:
    """A file that came in one piece with a form that was refused: it waits like the others."""
    check_upload(upload)
    row = begin(session, actor, place, upload.name, len(upload.data))
    append(session, actor, row.id, 0, upload.data)
    return finish(session, actor, row.id)


def claim(session: Session, actor: Actor, place: str, keys: Collection[UUID]) -> list[Upload]:
    """The files a form names, taken out of waiting; only those begun by this unit for this very place."""
    found = []
    for key in dict.fromkeys(keys):
        row = own_staged(session, actor, key)
        if row.place != place_of(actor.via, place):
            raise NotFound("此附件不是在本页上传的，请重新选择。")
        if row.received < row.size:
            raise Rejected(f"“{row.name}”还没有传完，请传完或移除后再提交。")
        found.append(replace(_upload(row), label=row.label))
        remove(session, actor, key)
    return found


def peek(row: StagedFile) -> Upload:
    """A complete file that waits, read and left where it is."""
    return _upload(row)


def remove(session: Session, actor: Actor, key: UUID) -> None:
    """Take a staged file away with its bytes; they go only when the change is kept."""
    session.delete(own_staged(session, actor, key))
    session.flush()
    event.listen(session, "after_commit", lambda _session: _path(key).unlink(missing_ok=True), once=True)


def staged_at(session: Session, actor: Actor, place: str) -> list[StagedFile]:
    """What this unit has sent towards a place and not yet handed in, oldest first."""
    mine = (StagedFile.unit_id == actor.unit_id, StagedFile.place == place_of(actor.via, place))
    return list(session.exec(select(StagedFile).where(*mine).order_by(col(StagedFile.made_at), col(StagedFile.id))))


def hold(unit_id: UUID, upload: Upload) -> str:
    """Keep a checked file until its form is confirmed, for a week at most; returns the hash it is asked for by."""
    check_upload(upload)
    digest, most = hashlib.sha256(upload.data).hexdigest(), MOST_TIMES * settings().evidence_max_mb * MB
    path = _held_path(unit_id, digest)
    if path.exists():
        path.touch()
        return digest
    held = sum(one.stat().st_size for one in _folder().glob(f"{unit_id.hex}-*"))
    if held + len(upload.data) > most:
        raise Rejected("本单位等候确认的附件过多，请稍后再传，或与办公室联系。")
    write_whole(path, upload.data)
    return digest


def held(unit_id: UUID, digest: str, name: str) -> Upload:
    """A file that waits for its form to be confirmed."""
    path = _held_path(unit_id, digest)
    data = path.read_bytes() if path.exists() else b""
    if hashlib.sha256(data).hexdigest() != digest:
        raise Rejected(f"“{name}”已过期或已损坏，请重新上传。")
    return Upload(name, data)


def _held_path(unit_id: UUID, digest: str) -> Path:
    return _folder() / f"{unit_id.hex}-{digest}"


def clear_stale(session: Session) -> int:
    """Take away what was begun a week ago and never handed in, and bytes without a row; returns how many rows."""
    before = clock.now() - timedelta(days=KEPT_DAYS)
    stale = list(session.exec(select(StagedFile).where(col(StagedFile.made_at) < before)))
    for row in stale:
        session.delete(row)
    session.flush()
    known = {str(key) for key in session.exec(select(StagedFile.id))}
    for path in _folder().glob("*"):
        # a file younger than the limit may belong to a row another transaction is just making
        if path.name not in known and path.stat().st_mtime < before.timestamp():
            path.unlink(missing_ok=True)
    return len(stale)


def _upload(row: StagedFile) -> Upload:
    path = _path(row.id)
    data = path.read_bytes() if path.exists() else b""
    if len(data) != row.size:
        raise Rejected(f"“{row.name}”没有收完整，请移除后重新选择。")
    return Upload(row.name, data)


def _folder() -> Path:
    return settings().evidence_dir / "partial"


def _path(key: UUID) -> Path:
    return _folder() / str(key)
