"""Who is meant by a name: a person of the office, or one of a unit; namesakes are told apart first."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from models import personal_ledger as ledger
from models.base import NotFound, Rejected
from models.door_ledger import former_names
from models.event import Event
from models.office import User
from models.personal_ledger import Person
from models.unit import Contact, Unit
from rules.chain import ERASED
from rules.erasure import SHORTEST, Eraser

EXPORTED = "导出个人信息"
NO_TRACE = (ERASED, EXPORTED)  # what was done about the person's data is nothing the person did
FIELDS = ("phone", "mail", "address", "second_address")


def find_person(session: Session, name: str, unit: str = "", office: str = "") -> Person:
    """The one person of this name (or sign-in name); a unit's person who is no contact is found with `unit` only."""
    if unit:
        return _of_unit(session, name, _one_unit(session, unit, office))
    users = ledger.users_named(session, name, office)
    if by_login := [user for user in users if user.login == name]:
        return of_user(session, by_login[0])
    contacts = ledger.contacts_named(session, name, office)
    places = {(one.office_id, one.unit_id if isinstance(one, Contact) else None) for one in (*users, *contacts)}
    if not places:
        raise NotFound(f"没有找到“{name}”。单位中未登记为联系人的人员，请用 --unit 写明单位。")
    if len(places) > 1:
        raise Rejected(f"“{name}”不止一人：{_listed(session, users, contacts)}。请用 --unit、--office 或用户名指明。")
    return of_user(session, users[0]) if users else of_contact(session, contacts[0])


def _one_unit(session: Session, unit: str, office: str) -> Unit:
    found = ledger.unit_named(session, unit, office)
    if len(found) != 1:
        what = "不止一个办公室有" if found else "没有找到"
        raise Rejected(f"{what}单位“{unit}”，请核对，并用 --office 写明办公室。")
    return found[0]


def _listed(session: Session, users: Sequence[User], contacts: Sequence[Contact]) -> str:
    units = [session.get_one(Unit, one.unit_id).name if one.unit_id else "办公室" for one in contacts]
    return "、".join(dict.fromkeys([*(f"用户名{user.login}" for user in users), *units]))


def of_user(session: Session, user: User) -> Person:
    """A person of the office with former names; what units' contacts of the same name did is not theirs."""
    named = ledger.contacts_named(session, user.name)
    same = [one for one in named if one.office_id == user.office_id and one.unit_id is None]
    others = tuple(one.unit_id for one in named if one.office_id == user.office_id and one.unit_id is not None)
    rows: list[User | Contact] = [user, *same]
    names = (user.name, user.login, *former_names(session, user.office_id, user.name))
    return Person(
        user.office_id, user.name, names=_words(names), reach=_reach(rows), keys=tuple(row.id for row in rows),
        namesakes=others, active=user.active,
    )


def of_contact(session: Session, contact: Contact) -> Person:
    """A contact of a unit; of a team or the office, where the contact has no unit."""
    if contact.unit_id is not None:
        return _of_unit(session, contact.name, session.get_one(Unit, contact.unit_id))
    return Person(
        contact.office_id, contact.name, names=_words([contact.name]), reach=_reach([contact]), keys=(contact.id,),
        active=contact.active,
    )


def _of_unit(session: Session, name: str, unit: Unit) -> Person:
    rows = [one for one in ledger.contacts_named(session, name) if one.unit_id == unit.id]
    bare = Person(
        unit.office_id, name, unit.id, unit.name, _words([name]), _reach(rows), tuple(row.id for row in rows),
        active=any(row.active for row in rows),
    )
    told = [event.data.get("phone", "") for event in ledger.events_about(session, bare)
            if event.data.get("name") == name]
    reach = _words((*bare.reach, *told))
    return Person(bare.office_id, name, unit.id, unit.name, bare.names, reach, bare.keys, active=bare.active)


def _reach(rows: Sequence[User | Contact]) -> tuple[str, ...]:
    return _words([str(getattr(row, field, "")) for row in rows for field in FIELDS])


def _words(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in words if isinstance(word, str) and len(word) >= SHORTEST))


def eraser_for(session: Session, who: Person, sign: str) -> Eraser:
    """What takes the person out of words and leaves people whose longer name contains the person's."""
    names = ledger.names_of_office(session, who.office_id)
    longer = [name for name in names if any(word in name for word in who.names)]
    return Eraser(dict.fromkeys(who.words, sign), longer)


def traces(session: Session, who: Person) -> tuple[int, datetime | None]:
    """In how many events the person stands, and when the last of them happened that the person had a part in."""
    eraser, count, last = eraser_for(session, who, ""), 0, None
    for event in ledger.events_about(session, who):
        if speaks_of(event, eraser, who.keys):
            count, last = count + 1, last if event.verb in NO_TRACE else event.at
    return count, last


def speaks_of(event: Event, eraser: Eraser, keys: Sequence[UUID] = ()) -> bool:
    """Whether an event names the person, or is about one of the person's rows."""
    said = [event.actor, event.via, event.data]
    return eraser(said) != said or event.subject in {str(key) for key in keys}
