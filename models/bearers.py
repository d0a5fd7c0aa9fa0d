"""The queries about who else in an office bears a name or a number, or once bore it: what erasure leaves alone."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlmodel import Session, col, or_, select

from models.event import Event
from models.office import Office, User
from models.unit import Contact, Unit

RENAMED = "更改姓名"
FOREVER = 2**62
Span = tuple[str, int, int]  # a name, the numbers of the events by which it was given and taken away


def renames(session: Session, user_ids: Sequence[UUID]) -> list[Event]:
    """Every change of these people's names, in order."""
    subjects = [str(key) for key in user_ids]
    statement = select(Event).where(col(Event.subject).in_(subjects), Event.verb == RENAMED)
    return list(session.exec(statement.order_by(col(Event.seq))))


def spans_of(session: Session, user: User) -> tuple[Span, ...]:
    """The names a person of the office has had, each with the events between which it was the person's."""
    spans, since, name = list[Span](), 0, user.name
    for event in renames(session, [user.id]):
        spans.append((str(event.data["old"]), since, event.seq))
        since, name = event.seq, str(event.data["new"])
    return (*spans, (user.name, since if name == user.name else 0, FOREVER))


def names_of_others(session: Session, office_id: UUID, keys: Sequence[UUID], mark: str) -> dict[str, str]:
    """Names that are not of the rows `keys`, with whose they are, in words: of the office's people and its own and its
    teams' contacts, now or once, of units and of the office. Who bears the `mark` of the erased bears no name."""
    office = session.get_one(Office, office_id)
    names = dict.fromkeys([office.name, office.short_name], "办公室的名称")
    for unit in session.exec(select(Unit).where(Unit.office_id == office_id)):
        names |= dict.fromkeys([unit.name, *unit.aliases], "单位的名称")
    own = select(Contact.name).where(Contact.office_id == office_id, col(Contact.unit_id).is_(None))
    names |= dict.fromkeys(session.exec(own.where(col(Contact.id).not_in(keys))), "办公室或督察组联系人的姓名")
    people = select(User).where(User.office_id == office_id, ~col(User.name).contains(mark))
    return names | dict(_of_users(session, list(session.exec(people.where(col(User.id).not_in(keys))))))


def _of_users(session: Session, users: Sequence[User]) -> Iterator[tuple[str, str]]:
    logins = {str(user.id): user.login for user in users}
    for event in renames(session, [user.id for user in users]):
        login, seq = logins[event.subject], event.seq
        once = f"用户名{login}的曾用名（第{seq}号办理记录）"
        yield from ((str(event.data[which]), once) for which in ("old", "new"))
    yield from ((user.name, f"用户名{user.login}的姓名") for user in users)


def units_contacts(session: Session, office_id: UUID, keys: Sequence[UUID]) -> set[str]:
    """The names of the units' contacts, those who were replaced among them."""
    statement = select(Contact.name).where(Contact.office_id == office_id, col(Contact.unit_id).is_not(None))
    return set(session.exec(statement.where(col(Contact.id).not_in(keys))))


def numbers_of_others(session: Session, office_id: UUID, keys: Sequence[UUID], name: str) -> set[str]:
    """Telephones and addresses of the office's other people and contacts; a row of the same name that is out is the
    person's own at another place."""
    users = select(User.phone, User.mail).where(User.office_id == office_id, col(User.id).not_in(keys))
    contacts = select(Contact.phone, Contact.address, Contact.second_address).where(
        Contact.office_id == office_id, col(Contact.id).not_in(keys),
        or_(Contact.name != name, col(Contact.active).is_(True)),
    )
    return {one for row in (*session.exec(users), *session.exec(contacts)) for one in row if one}


def numbers_of_office(session: Session, office_id: UUID, names: Sequence[str]) -> str:
    """Where the office itself is reached; whom its papers name is left out where that is the person."""
    office = session.get_one(Office, office_id)
    return "\n".join([office.phone, "" if any(name in office.contact for name in names) else office.contact])
