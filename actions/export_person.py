"""Everything kept about one person, as that person may ask for it; each export is an event."""

from typing import Any

from sqlmodel import Session

from actions.find_person import EXPORTED, eraser_for, eraser_of_events, speaks_of
from actions.record import Actor, allow, record
from models import personal_ledger as ledger
from models.personal import Fate, columns
from models.personal_ledger import Person
from rules.roles import Act

SHOWN = (Fate.REPLACED, Fate.CLEARED, Fate.KEPT)
SIGN_IN = ("started_at", "ended_at", "seen_at", "address", "device", "way")


def export_person(session: Session, actor: Actor, who: Person) -> dict[str, Any]:
    """{"person", "rows": table -> rows, "events", "logins", "kept": why some rows stay}; JSON but for moments and keys,
    which `str` writes. Secrets (word, second factor) are no data of the person and stay out."""
    allow(actor, Act.EXPORT_PERSON)
    record(session, actor, EXPORTED, who.keys[0] if who.keys else "", unit_id=who.unit_id, name=who.name)
    eraser = eraser_of_events(session, who, "")
    events = [event.model_dump(include={"seq", "at", "actor", "via", "verb", "data"})
              for event in ledger.events_about(session, who) if speaks_of(event, eraser(event), who.keys)]
    return {
        "person": {"name": who.name, "unit": who.unit, "reach": who.reach, "active": who.active},
        "rows": rows_of(session, who), "events": events,
        "logins": [one.model_dump(include=set(SIGN_IN)) for one in ledger.logins_of(session, who.keys)],
        "kept": {f"{one.table}.{one.name}": one.why for one in columns() if one.fate == Fate.KEPT},
    }


def rows_of(session: Session, who: Person) -> dict[str, list[dict[str, Any]]]:
    """The rows in which the person stands, by table, with the listed columns only; secrets never."""
    eraser = eraser_for(session, who, "")
    secret = {(one.table, one.name) for one in columns() if one.holds == "proof"}
    found: dict[str, list[dict[str, Any]]] = {}
    for table, names, row in ledger.rows_about(session, who, *SHOWN):
        said = {name: row[name] for name in names if (table.name, name) not in secret}
        if table.name != "login" and (eraser(said) != said or row.get("id") in who.keys):
            found.setdefault(table.name, []).append({"id": row.get("id"), **said})
    return found
