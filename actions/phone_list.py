"""未签收电话联系单: who is to be telephoned about what has not been signed for, with room for the call."""

from typing import Any

from sqlmodel import Session

from actions.record import Actor
from actions.workbook import keep_workbook
from config import clock
from config.workdays import official
from models.cycle import Assignment
from models.ledger import contacts_by_owner
from models.open_work import unsigned
from models.paper import Paper
from models.paper_words import PaperKind
from models.unit import Contact, Unit
from models.workbook_ledger import Told, times_told
from rules import workday

BLANK = {"call_at": "", "answered_by": "", "answer": "", "caller": ""}


def make_phone_list(session: Session, actor: Actor) -> Paper:
    """Every receipt whose limit has passed, for every contact of its unit."""
    owed = unsigned(session, actor.office_id, clock.today())
    people = contacts_by_owner(session, actor.office_id)
    told = times_told(session, actor.office_id, [item.id for item, _ in owed])
    nobody: list[Contact | None] = [None]
    rows = [
        _row(item, unit, contact, told.get(item.id))
        for item, unit in owed for contact in people.get(unit.id) or nobody
    ]
    return keep_workbook(session, actor, PaperKind.PHONE_LIST, "office", {"rows": rows}, "未签收电话联系单")


def _row(item: Assignment, unit: Unit, contact: Contact | None, told: Told | None) -> dict[str, Any]:
    due = item.due_on
    return {
        "unit_key": str(unit.id), "unit": unit.name, "contact": contact.name if contact else "无联系人",
        "post": contact.post if contact else "", "phone": (contact.phone if contact else "") or "未登记",
        "title": item.title, "due": due.isoformat() if due else "",
        "late": workday.between(due, clock.today(), official()) if due else None,
        "first": minute(told.first)[:10] if told else "", "last": minute(told.last)[:10] if told else "",
        "times": told.times if told else 0, **BLANK,
    }


def minute(moment: Any) -> str:
    """A moment of the office's zone as content keeps it: 2020-08-10T09:00; empty for none."""
    return f"{moment.astimezone(clock.ZONE):%Y-%m-%dT%H:%M}" if moment else ""
