"""What has left by a wire, kept beside the database too: after a restore it tells what the database cannot know."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlmodel import Session, col, select

from actions.message_text import Claim
from config import clock
from models.notice import Message
from models.portions import portions
from models.words import MessageState

MOST_BYTES, SHOWN = 4_000_000, 2_000


@dataclass(frozen=True)
class Left:
    """A message that has left: when, for whom, about what."""

    at: datetime
    office_id: UUID
    message_id: UUID
    contact_id: UUID
    to: str
    subject: str


def add(file: Path | None, claims: Iterable[Claim]) -> None:
    """Append what the wires have taken; the oldest half goes once the list has grown long."""
    lines = [
        json.dumps([
            clock.now().isoformat(), str(one.office_id), str(one.id), str(one.contact_id), one.to, one.parcel.subject,
        ], ensure_ascii=False) + "\n"
        for one in claims
    ]
    if file is None or not lines:
        return
    with file.open("a", encoding="utf-8") as out:
        out.writelines(lines)
    if file.stat().st_size > MOST_BYTES:
        kept = file.read_text(encoding="utf-8").splitlines(keepends=True)
        file.write_text("".join(kept[len(kept) // 2:]), encoding="utf-8")


def unknown_here(session: Session, file: Path | None) -> list[Left]:
    """What has left and this database does not know as sent, the newest first."""
    found = {left.message_id: left for left in _read(file)}
    keys = list(found)
    sent = set[UUID]()
    for some in portions(keys):
        sent |= set(session.exec(
            select(Message.id).where(col(Message.id).in_(some), Message.state == MessageState.SENT)
        ))
    return [left for key, left in reversed(found.items()) if key not in sent]


def _read(file: Path | None) -> list[Left]:
    if file is None or not file.exists():
        return []
    lines = file.read_text(encoding="utf-8").splitlines()[-SHOWN:]
    return [left for left in map(_left, lines) if left]


def _left(line: str) -> Left | None:
    try:
        at, office, message, contact, to, subject = json.loads(line)
        return Left(datetime.fromisoformat(at), UUID(office), UUID(message), UUID(contact), str(to), str(subject))
    except (ValueError, TypeError):  # the last line of a process that was killed
        return None
