"""One sentence to one person once: a notice whose own key says what it is about, so the database keeps it single."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlmodel import Session

from config import clock
from models.database import insert_new
from models.notice import Notice
from models.unit import Contact
from models.words import NoticeKind, NoticeState


@dataclass(frozen=True)
class Telling:
    """What is told to whom; `key` names the occasion and the person. `late_from` is the day it was owed, if missed."""

    key: str
    contact: Contact
    text: str
    step: str
    cycle_id: UUID | None = None
    unit_id: UUID | None = None
    late_from: date | None = None
    state: NoticeState = NoticeState.PLANNED


def key_of(key: str) -> UUID:
    """The same words always give the same key."""
    return uuid5(NAMESPACE_URL, f"duban:{key}")


def tell_once(session: Session, told: Sequence[Telling]) -> None:
    """Plan these sentences; one whose key is there already, sent or not, is left as it is."""
    session.flush()
    insert_new(session, Notice, [
        {
            "id": key_of(one.key), "office_id": one.contact.office_id, "cycle_id": one.cycle_id,
            "unit_id": one.unit_id, "contact_id": one.contact.id, "assignment_id": None, "message_id": None,
            "kind": NoticeKind.LETTER, "step": one.step, "deadline_version": 1, "due_on": None,
            "planned_on": clock.today(), "late_from": one.late_from, "text": one.text, "state": one.state,
            "made_at": clock.now(),
        }
        for one in told
    ])
