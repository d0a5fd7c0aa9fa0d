"""What a unit has typed and not yet sent: kept once per form, taken away when it was sent."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlmodel import Session, col, delete, select, update

from actions.record import Actor
from config import clock
from models.base import Conflict, NotAllowed, Rejected
from models.database import insert_new
from models.submission import Draft
from rules.behalf import place_of

LONGEST = 400_000
WORDLESS = ("nonce", "seen", "staged", "draft_seen", "from_sheet")


@dataclass(frozen=True)
class Kept:
    """The fields of a draft and when they were saved."""

    fields: dict[str, str]
    saved_at: datetime

    @property
    def stamp(self) -> str:
        """What a page says it has seen: the words themselves, so that saving the same twice moves nothing."""
        return stamp(self.fields)


def stamp(fields: dict[str, str]) -> str:
    """The words of a form in short; what the form itself adds, and empty boxes, are no words."""
    words = {name: value for name, value in fields.items() if value and name not in WORDLESS}
    return hashlib.sha256(json.dumps(words, sort_keys=True).encode()).hexdigest()[:20]


class DraftMoved(Conflict):
    """Somebody else of the unit has saved this form since; `kept` is what they wrote."""

    def __init__(self, kept: Kept) -> None:
        super().__init__(f"{kept.saved_at.astimezone(clock.ZONE):%H:%M}另有人保存了这份草稿，您写的没有覆盖它。")
        self.kept = kept


def save(session: Session, actor: Actor, form: str, fields: dict[str, str], seen: str | None = None) -> datetime:
    """Keep the fields of a form in place of what was kept before. Leaves no event: nothing was handed in.

    `seen` is the stamp of the draft the page was filled with ("" for none): DraftMoved when another one lies there.
    """
    if actor.unit_id is None:
        raise NotAllowed("只有单位可以保存草稿。")
    if sum(len(key) + len(value) for key, value in fields.items()) > LONGEST:
        raise Rejected("内容过长，草稿未能保存；长材料请作为附件上传。")
    other = load(session, actor, form)
    if seen is not None and other and other.stamp not in (seen, stamp(fields)):
        raise DraftMoved(other)
    now, form = clock.now(), place_of(actor.via, form)
    row = {"id": uuid4(), "office_id": actor.office_id, "unit_id": actor.unit_id, "form": form, "saved_at": now}
    insert_new(session, Draft, [{**row, "fields": fields}])
    mine = (col(Draft.unit_id) == actor.unit_id, col(Draft.form) == form)
    session.exec(update(Draft).where(*mine).values(fields=fields, saved_at=now))
    return now


def load(session: Session, actor: Actor, form: str) -> Kept | None:
    """What is kept for a form, or None."""
    mine = (Draft.unit_id == actor.unit_id, Draft.form == place_of(actor.via, form))
    row = session.exec(select(Draft).where(*mine)).first()
    return Kept(row.fields, row.saved_at) if row else None


def waiting(session: Session, actor: Actor) -> dict[str, datetime]:
    """Which of the unit's forms wait half filled in, and since when."""
    start = place_of(actor.via, "")
    rows = session.exec(select(Draft).where(Draft.unit_id == actor.unit_id, col(Draft.form).startswith(start)))
    return {row.form.removeprefix(start): row.saved_at for row in rows if any(row.fields.values())}


def drop(session: Session, actor: Actor, form: str) -> None:
    """Take a draft away; it is no error when there is none."""
    mine = (col(Draft.unit_id) == actor.unit_id, col(Draft.form) == place_of(actor.via, form))
    session.exec(delete(Draft).where(*mine))
