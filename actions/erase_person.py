"""A person who has left is erased once the office's retention time is over: names become a sign, the history holds.

Decision 38: events keep their old seals; a new event seals what they say from now on (rules/chain.py).
"""

import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import pendulum
from sqlalchemy import bindparam, delete, update
from sqlmodel import Session

from actions.find_person import eraser_for, eraser_of_events, find_person, in_the_way, of_contact, of_user, traces
from actions.record import Actor, Fact, allow, record, record_many
from config import clock
from config.day_words import printed_day
from models import personal_ledger as ledger
from models.base import NotAllowed, Rejected
from models.event import ChainHead, Event
from models.office import Office, User
from models.personal import Fate, of_table
from models.personal_ledger import Person
from models.tables import METADATA
from rules import chain
from rules.erasure import MARK, Eraser, sign_of
from rules.roles import Act

AT_ONCE = 500  # erased events vouched for by one erasing event
LONGEST = 100
Changed = list[dict[str, Any]]


def set_retention(session: Session, actor: Actor, years: int) -> None:
    """For how many years after the last trace a person stays named in this office."""
    allow(actor, Act.ERASE_PERSON)
    if not 1 <= years <= LONGEST:
        raise Rejected(f"保存期请填1至{LONGEST}年。")
    office = session.get_one(Office, actor.office_id)
    record(session, actor, "更改个人信息保存期", office.id, old=office.retention_years, new=years)
    office.retention_years = years


def free_from(session: Session, who: Person) -> datetime | None:
    """From when a person may be erased; None while in office, or at a unit as its contact."""
    _, last = traces(session, who)
    years = session.get_one(Office, who.office_id).retention_years
    return None if who.active else pendulum.instance(last).add(years=years) if last else clock.now()


def people_due(session: Session) -> list[tuple[Person, datetime]]:
    """Who is out and past the retention time, in every office, with the day since when."""
    rows = ledger.gone_people(session, MARK)
    people = [of_user(session, row) if isinstance(row, User) else of_contact(session, row) for row in rows]
    dated = [(who, free_from(session, who)) for who in dict.fromkeys(people)]
    return [(who, day) for who, day in dated if day is not None and day <= clock.now()]


def erase_person(session: Session, actor: Actor, who: Person) -> tuple[str, int, int]:
    """Take a person out: the sign that stands there now, how many rows and how many events changed."""
    allow(actor, Act.ERASE_PERSON)
    _check_free(session, who)
    salt = secrets.token_hex(16)  # thrown away when this returns
    sign = sign_of(who.name, salt)
    eraser = eraser_for(session, who, sign)
    events = _erase_events(session, actor, who, sign)
    rows = sum(_erase_row(session, *found, eraser) for found in list(_changing(session, who)))
    _clear(session, who)
    session.expire_all()
    return sign, rows, events


def _check_free(session: Session, who: Person) -> None:
    if MARK in who.name:
        raise Rejected("此人的信息已清除。")
    if why := in_the_way(session, who):
        raise NotAllowed(why)
    day = free_from(session, who)
    if day is None:
        raise NotAllowed(f"“{who.name}”仍在任，请先停用此人或更换联系人。")
    if day > clock.now():
        raise NotAllowed(f"“{who.name}”的信息尚在保存期内，{printed_day(day.astimezone(clock.ZONE))}起方可清除。")


def _changing(session: Session, who: Person) -> Iterator[tuple[Any, list[str], dict[str, Any]]]:
    return ledger.rows_about(session, who, Fate.REPLACED)


def _erase_row(session: Session, table: Any, names: list[str], row: dict[str, Any], eraser: Eraser) -> bool:
    """Replace the person in one row; whether anything changed."""
    after = eraser({name: row[name] for name in names})
    new = {name: after[name] for name in names if after[name] != row[name]}
    if new:
        session.connection().execute(update(table).where(table.c.id == row["id"]).values(new))
    return bool(new)


def _clear(session: Session, who: Person) -> None:
    """The person's own rows: ways to reach them, sign-ins and what opened them."""
    for name, columns in of_table(Fate.CLEARED).items():
        table = METADATA.tables[name]
        owner = table.c.user_id if name in ledger.BY_USER else table.c.id
        session.connection().execute(update(table).where(owner.in_(who.keys)).values(dict.fromkeys(columns, "")))
    for name in of_table(Fate.REMOVED):
        table = METADATA.tables[name]
        session.connection().execute(delete(table).where(table.c.user_id.in_(who.keys)))


def _erase_events(session: Session, actor: Actor, who: Person, sign: str) -> int:
    """Seal what the events will say, then let them say it; the database refuses the other order."""
    eraser = eraser_of_events(session, who, sign)
    changed = [new for event in ledger.events_about(session, who) if (new := _without(event, eraser(event)))]
    parts = [changed[first : first + AT_ONCE] for first in range(0, len(changed), AT_ONCE)] or [[]]
    record_many(session, actor, [Fact(chain.ERASED, sign, None, who.unit_id, _vouched(sign, part)) for part in parts])
    last = session.get_one(ChainHead, who.office_id).seq
    for seq, part in enumerate(parts, last - len(parts) + 1):
        _replace(session, seq, part)
    return len(changed)


def _without(event: Event, eraser: Eraser) -> dict[str, Any] | None:
    """An event without the person, and the hash of what it then says; None where it never named them."""
    old = event.model_dump()
    new = {name: eraser(old[name]) for name in ("actor", "via", "data")}
    if all(new[name] == old[name] for name in new):
        return None
    return {"key": event.id, "seq": event.seq, **new, "digest": chain.after_erasure({**old, **new})}


def _vouched(sign: str, part: Changed) -> dict[str, Any]:
    return {"person": sign, "events": {str(row["seq"]): row["digest"] for row in part}}


def _replace(session: Session, seq: int, part: Sequence[dict[str, Any]]) -> None:
    table = Event.__table__  # type: ignore[attr-defined]
    names = ("actor", "via", "data")
    values = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in names}
    statement = update(table).where(table.c.id == bindparam("key")).values(salt="", erased=seq, **values)
    rows = [{"key": row["key"], **{f"new_{name}": row[name] for name in names}} for row in part]
    if rows:
        session.connection().execute(statement, rows)


__all__ = ["erase_person", "find_person", "free_from", "people_due", "set_retention"]
