"""The queries about one person: who goes by a name, what is kept about them, when they left their last trace."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Table, and_, or_, true
from sqlmodel import Session, col, select

from models.bearers import Span
from models.event import Event
from models.office import Login, Office, User
from models.personal import Fate, of_table
from models.tables import METADATA
from models.unit import Contact, Unit

BY_USER = ("login", "secondfactor", "recoverycode")
RECEIVED = ("settled_by", "reason", "received_by")  # what an office writes on a plan or report sent to it


@dataclass(frozen=True)
class Person:
    """One person of an office or of a unit: the names and addresses to look for, and the rows that are the person's.

    A unit's person is looked for in what belongs to the unit; namesakes of other units are other people.
    """

    office_id: UUID
    name: str
    unit_id: UUID | None = None
    unit: str = ""
    names: tuple[str, ...] = ()
    reach: tuple[str, ...] = ()
    keys: tuple[UUID, ...] = ()
    namesakes: tuple[UUID, ...] = ()  # units with a contact of this name: what is theirs is another person's
    active: bool = False
    logins: tuple[str, ...] = ()  # sign-in names: nobody's words, so looked for where a sign-in name stands only
    spans: tuple[Span, ...] = ()  # between which events a name was the person's; one without a span always is

    @property
    def words(self) -> tuple[str, ...]:
        return (*self.names, *self.reach)

    def words_at(self, seq: int) -> tuple[str, ...]:
        """What stands for the person in the event of this number."""
        dated = {name for name, _, _ in self.spans}
        then = {name for name, since, until in self.spans if since <= seq <= until}
        return (*(name for name in self.names if name in then or name not in dated), *self.reach)


def users_named(session: Session, name: str, office: str = "") -> list[User]:
    """The office's people of this name or sign-in name."""
    statement = select(User).join(Office, col(Office.id) == User.office_id)
    statement = statement.where(or_(col(User.name) == name, col(User.login) == name))
    return list(session.exec(statement.where(Office.name == office) if office else statement))


def contacts_named(session: Session, name: str, office: str = "") -> list[Contact]:
    """The contacts of this name, of units, teams and offices."""
    statement = select(Contact).join(Office, col(Office.id) == Contact.office_id).where(Contact.name == name)
    return list(session.exec(statement.where(Office.name == office) if office else statement))


def digest_contacts(session: Session, user_id: UUID) -> list[Contact]:
    """How one person of the office got the digests, under whatever name."""
    return list(session.exec(select(Contact).where(Contact.user_id == user_id)))


def unit_named(session: Session, unit: str, office: str = "") -> list[Unit]:
    """The units of this name; several where several offices have one."""
    statement = select(Unit).join(Office, col(Office.id) == Unit.office_id).where(Unit.name == unit)
    return list(session.exec(statement.where(Office.name == office) if office else statement))


def gone_people(session: Session, mark: str) -> list[User | Contact]:
    """The people who are out (stopped, replaced) and do not bear the `mark` of the erased in their names."""
    users = select(User).where(col(User.active).is_(False), ~col(User.name).contains(mark))
    contacts = select(Contact).where(col(Contact.active).is_(False), ~col(Contact.name).contains(mark))
    return [*session.exec(users), *session.exec(contacts)]


def scope(table: Table, who: Person) -> Any | None:
    """Which rows of a table may speak of the person; None where the table is not of this person's kind."""
    columns = table.c
    if table.name in BY_USER:
        return columns.user_id.in_(who.keys)
    if table.name == "office":
        return columns.id == who.office_id if who.unit_id is None else None
    if table.name in ("contact", "user"):
        return columns.id.in_(who.keys)
    if "office_id" not in columns:
        return true()
    mine = columns.office_id == who.office_id
    if who.unit_id is None:
        if "unit_id" not in columns:
            return mine
        return and_(mine, or_(columns.unit_id.is_(None), columns.unit_id.not_in(who.namesakes)))
    return and_(mine, columns.unit_id == who.unit_id) if "unit_id" in columns else None


def rows_about(session: Session, who: Person, *fates: Fate) -> Iterator[tuple[Table, list[str], dict[str, Any]]]:
    """Rows of the listed columns within the person's scope, table by table: (table, columns, row)."""
    for name, columns in of_table(*fates).items():
        table = METADATA.tables[name]
        for where, mine in _scopes(table, columns, who):
            statement = select(*table.primary_key, *(table.c[one] for one in mine)).where(where)
            for row in session.connection().execute(statement.execution_options(yield_per=1000)):
                yield table, mine, dict(row._mapping)


def _scopes(table: Table, columns: list[str], who: Person) -> Iterator[tuple[Any, list[str]]]:
    """The condition on a table's rows with the columns it is about. What passed between two offices names people of
    both: each office's are looked for in its own words only."""
    if "sender_id" not in table.c:
        if (where := scope(table, who)) is not None:
            yield where, columns
    elif who.unit_id is None:
        yield table.c.sender_id == who.office_id, [one for one in columns if one not in RECEIVED]
        yield table.c.receiver_id == who.office_id, [one for one in columns if one in RECEIVED]


def events_about(session: Session, who: Person) -> Iterator[Event]:
    """The events within the person's scope, in order; whether they speak of the person is for the caller to see."""
    statement = select(Event).where(Event.office_id == who.office_id)
    if who.unit_id is None:
        statement = statement.where(or_(col(Event.unit_id).is_(None), col(Event.unit_id).not_in(who.namesakes)))
    else:
        subjects = [str(key) for key in who.keys]
        statement = statement.where(or_(col(Event.unit_id) == who.unit_id, col(Event.subject).in_(subjects)))
    yield from session.exec(statement.order_by(col(Event.seq)).execution_options(yield_per=1000))


def logins_of(session: Session, user_ids: tuple[UUID, ...]) -> list[Login]:
    """Every sign-in of these people."""
    return list(session.exec(select(Login).where(col(Login.user_id).in_(user_ids)).order_by(col(Login.started_at))))
