"""Who is meant by a name: a person of the office, or one of a unit; namesakes are told apart first."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from uuid import UUID

from sqlmodel import Session

from models import personal_ledger as ledger
from models.base import NotFound, Rejected
from models.bearers import names_of_others, numbers_of_office, numbers_of_others, spans_of, units_contacts
from models.event import Event
from models.office import Office, User
from models.personal_ledger import Person
from models.unit import Contact, Unit
from rules.chain import ERASED
from rules.erasure import MARK, SHORTEST, Eraser

EXPORTED = "导出个人信息"
NO_TRACE = (ERASED, EXPORTED)  # what was done about the person's data is nothing the person did
NOBODY = ("系统", "安装程序", "单位", "命令行")  # names under which no person acts
FIELDS = ("phone", "mail", "address", "second_address")


def find_person(session: Session, name: str, unit: str = "", office: str = "") -> Person:
    """The one person of this name (or sign-in name); a unit's person who is no contact is found with `unit` only."""
    if unit:
        return _of_unit(session, name, _one_unit(session, unit, office))
    users = ledger.users_named(session, name, office)
    if by_login := [user for user in users if user.login == name]:
        return of_user(session, _one_office(session, name, by_login))
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


def _one_office(session: Session, login: str, users: Sequence[User]) -> User:
    if len(users) > 1:
        offices = "、".join(session.get_one(Office, user.office_id).name for user in users)
        raise Rejected(f"几个办公室都有用户名“{login}”：{offices}。请用 --office 写明办公室。")
    return users[0]


def _listed(session: Session, users: Sequence[User], contacts: Sequence[Contact]) -> str:
    units = [session.get_one(Unit, one.unit_id).name if one.unit_id else "办公室" for one in contacts]
    return "、".join(dict.fromkeys([*(f"用户名{user.login}" for user in users), *units]))


def of_user(session: Session, user: User) -> Person:
    """A person of the office with former names, as far as nobody else bears or bore them; what units' contacts of the
    same name did is not theirs."""
    named = [one for one in ledger.contacts_named(session, user.name) if one.office_id == user.office_id]
    same = [one for one in named if one.unit_id is None and one.user_id is None]
    rows: list[User | Contact] = [user, *same, *ledger.digest_contacts(session, user.id)]
    keys, spans = tuple(row.id for row in rows), spans_of(session, user)
    others = {*names_of_others(session, user.office_id, keys, MARK), *units_contacts(session, user.office_id, keys)}
    names = _words([user.name, *(name for name, _, _ in spans if name not in others)])
    return Person(
        user.office_id, user.name, names=names, reach=_reach(session, user.office_id, names, rows), keys=keys,
        namesakes=tuple(one.unit_id for one in named if one.unit_id is not None), active=user.active,
        logins=(user.login,), spans=spans,
    )


def of_contact(session: Session, contact: Contact) -> Person:
    """A contact of a unit; of teams or the office, where the contact has no unit: one person in all of them."""
    if contact.unit_id is not None:
        return _of_unit(session, contact.name, session.get_one(Unit, contact.unit_id))
    named = ledger.contacts_named(session, contact.name)
    rows = [one for one in named if (one.office_id, one.unit_id) == (contact.office_id, None)]
    names = _words([contact.name])
    return Person(
        contact.office_id, contact.name, names=names, reach=_reach(session, contact.office_id, names, rows),
        keys=tuple(row.id for row in rows), active=any(row.active for row in rows),
        namesakes=tuple(one.unit_id for one in named if one.unit_id and one.office_id == contact.office_id),
    )


def _of_unit(session: Session, name: str, unit: Unit) -> Person:
    rows = [one for one in ledger.contacts_named(session, name) if one.unit_id == unit.id]
    bare = Person(
        unit.office_id, name, unit.id, unit.name, _words([name]), (), tuple(row.id for row in rows),
        active=any(row.active for row in rows),
    )
    told = [event.data.get("phone", "") for event in ledger.events_about(session, bare)
            if event.data.get("name") == name]
    return replace(bare, reach=_reach(session, unit.office_id, bare.names, rows, told))


def _reach(
    session: Session, office_id: UUID, names: Sequence[str], rows: Sequence[User | Contact], told: Sequence[str] = ()
) -> tuple[str, ...]:
    """The person's numbers and addresses, without those that a colleague, a unit or the office has as well."""
    keys = [row.id for row in rows]
    others = numbers_of_others(session, office_id, keys, names[0] if names else "")
    office = numbers_of_office(session, office_id, names)
    mine = [*(str(getattr(row, field, "")) for row in rows for field in FIELDS), *told]
    return _words([one for one in mine if one not in others and one not in office])


def _words(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in words if isinstance(word, str) and len(word) >= SHORTEST))


def in_the_way(session: Session, who: Person) -> str:
    """Why a person cannot be erased by name: whose it is or was too; "" when nobody's."""
    others = dict.fromkeys(NOBODY, "系统记录使用的名称") | names_of_others(session, who.office_id, who.keys, MARK)
    whose = others.get(who.name)
    return f"“{who.name}”也是{whose}，两者的记录分不开，不能清除。" if whose else ""


def eraser_for(session: Session, who: Person, sign: str) -> Eraser:
    """What takes the person out of the words of rows and leaves people whose longer name contains the person's."""
    return _eraser(who, who.words, sign, _longer(session, who))


def eraser_of_events(session: Session, who: Person, sign: str) -> Callable[[Event], Eraser]:
    """The same for each event: a former name is the person's only while the person bore it."""
    longer = _longer(session, who)
    made = cache(lambda words: _eraser(who, words, sign, longer))
    return lambda event: made(who.words_at(event.seq))


def _longer(session: Session, who: Person) -> list[str]:
    others = {*names_of_others(session, who.office_id, who.keys, MARK),
              *units_contacts(session, who.office_id, who.keys)}
    return [name for name in others if any(word in name for word in who.names)]


def _eraser(who: Person, words: Sequence[str], sign: str, longer: Sequence[str]) -> Eraser:
    return Eraser(dict.fromkeys(words, sign), longer, dict.fromkeys(who.logins, sign))


def traces(session: Session, who: Person) -> tuple[int, datetime | None]:
    """In how many events the person stands, and when the last of them happened that the person had a part in."""
    eraser, count, last = eraser_of_events(session, who, ""), 0, None
    for event in ledger.events_about(session, who):
        if speaks_of(event, eraser(event), who.keys):
            count, last = count + 1, last if event.verb in NO_TRACE else event.at
    return count, last


def speaks_of(event: Event, eraser: Eraser, keys: Sequence[UUID] = ()) -> bool:
    """Whether an event names the person, or is about one of the person's rows."""
    said = [event.actor, event.via, event.data]
    return eraser(said) != said or event.subject in {str(key) for key in keys}
