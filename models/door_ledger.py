"""The queries about ways in: links, codes, short addresses, and what a unit's calendar shows."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, or_, select

from models.cycle import Assignment, Cycle
from models.event import Event
from models.ledger import LIVE
from models.office import User
from models.problem import Problem
from models.unit import Contact, Link, LinkCode, ShortAddress
from models.unit_ledger import SHOWN
from models.words import AssignmentKind, AssignmentState, CycleState, LinkPurpose, Role


def live_links(
    session: Session, unit_id: UUID, now: datetime, purposes: Sequence[LinkPurpose] = tuple(LinkPurpose)
) -> list[tuple[Link, Contact]]:
    """The links of a unit that still open something, newest first, with whom they were given to."""
    statement = (
        select(Link, Contact)
        .join(Contact, col(Contact.id) == Link.contact_id)
        .where(
            Link.unit_id == unit_id, col(Link.revoked_at).is_(None), Link.expires_at > now,
            col(Link.purpose).in_(purposes),
        )
        .order_by(col(Link.made_at).desc(), col(Link.id))
    )
    return [(row[0], row[1]) for row in session.exec(statement)]


def live_short_addresses(session: Session, unit_id: UUID, now: datetime) -> list[tuple[ShortAddress, Contact]]:
    """The short addresses of a unit that still work, newest first."""
    statement = (
        select(ShortAddress, Contact)
        .join(Contact, col(Contact.id) == ShortAddress.contact_id)
        .where(
            ShortAddress.unit_id == unit_id, col(ShortAddress.revoked_at).is_(None), ShortAddress.expires_at > now
        )
        .order_by(col(ShortAddress.made_at).desc(), col(ShortAddress.id))
    )
    return [(row[0], row[1]) for row in session.exec(statement)]


def short_by_selector(session: Session, selector: str, now: datetime) -> tuple[ShortAddress, Contact] | None:
    """The working short address of this selector with its contact, of whatever office."""
    statement = (
        select(ShortAddress, Contact)
        .join(Contact, col(Contact.id) == ShortAddress.contact_id)
        .where(
            ShortAddress.selector == selector, col(ShortAddress.revoked_at).is_(None), ShortAddress.expires_at > now,
            col(Contact.active).is_(True),
        )
    )
    found = session.exec(statement).first()
    return (found[0], found[1]) if found else None


def codes_since(session: Session, since: datetime, **of: UUID) -> int:
    """How many codes were made since a moment, for a link (`link_id`) or a contact (`contact_id`)."""
    statement = select(func.count()).select_from(LinkCode).where(LinkCode.made_at > since)
    for column, key in of.items():
        statement = statement.where(getattr(LinkCode, column) == key)
    return session.exec(statement).one()


def newest_code(session: Session, link_id: UUID) -> LinkCode | None:
    """The one code of a link that can count: an earlier one ends with the next."""
    statement = select(LinkCode).where(LinkCode.link_id == link_id)
    return session.exec(statement.order_by(col(LinkCode.made_at).desc())).first()


def proof_lives(session: Session, link_id: UUID, proof_hash: str, now: datetime) -> bool:
    """Whether this proof was given for this link and has not run out."""
    statement = select(LinkCode.id).where(
        LinkCode.proof_hash == proof_hash, LinkCode.link_id == link_id, col(LinkCode.proof_until) > now
    )
    return session.exec(statement).first() is not None


def _last(session: Session, *where: ColumnElement[bool]) -> Event | None:
    return session.exec(select(Event).where(*where).order_by(col(Event.seq).desc())).first()


def last_signed_name(session: Session, unit_id: UUID, via: str) -> str:
    """The name under which somebody last signed by this link; empty when nobody did."""
    found = _last(session, col(Event.unit_id) == unit_id, col(Event.verb) == "签收", col(Event.via) == via)
    return str(found.data.get("name", "")) if found else ""


def last_done(session: Session, subject: UUID, verb: str) -> tuple[str, str]:
    """Who last did this to a row, and the reason given; empty words when nobody did."""
    found = _last(session, col(Event.subject) == str(subject), col(Event.verb) == verb)
    return (found.actor, str(found.data.get("reason", ""))) if found else ("", "")


def former_names(session: Session, office_id: UUID, name: str) -> list[str]:
    """The names a person of the office had before this one."""
    person = select(User.id).where(User.office_id == office_id, User.name == name)
    subjects = [str(key) for key in session.exec(person)]
    renamed = select(Event).where(col(Event.subject).in_(subjects), Event.verb == "更改姓名")
    return [str(event.data["old"]) for event in session.exec(renamed)] if subjects else []


def desk_telephones(session: Session, office_id: UUID) -> list[tuple[str, str]]:
    """Whom a unit can ring up: the office's own contact, then its clerks and head, where a number is known."""
    own = select(Contact.name, Contact.phone).where(
        Contact.office_id == office_id, col(Contact.unit_id).is_(None), col(Contact.team_id).is_(None),
        col(Contact.active).is_(True), Contact.phone != "",
    )
    people = select(User.name, User.phone).where(
        User.office_id == office_id, col(User.active).is_(True), User.phone != "",
        col(User.role).in_((Role.CLERK, Role.HEAD)),
    )
    found = [*session.exec(own), *session.exec(people.order_by(col(User.login)))]
    return [(row[0], row[1]) for row in found]


def telephones_behind(session: Session, token_hash: str) -> list[tuple[str, str]]:
    """Whom somebody can ring up who stands before a link that no longer opens; nobody for a link never made."""
    link = session.exec(select(Link).where(Link.token_hash == token_hash)).first()
    return desk_telephones(session, link.office_id) if link else []


def dated_items(session: Session, unit_id: UUID) -> list[tuple[Assignment, int | None]]:
    """What a unit still owes by a day in running cycles, and what of it was cancelled; a problem with its number."""
    statement = (
        select(Assignment, Problem.no)
        .join(Cycle, col(Cycle.id) == Assignment.cycle_id)
        .join(Problem, col(Problem.id) == Assignment.problem_id, isouter=True)
        .where(
            Assignment.unit_id == unit_id, col(Assignment.team_id).is_(None), Cycle.state == CycleState.OPEN,
            col(Assignment.due_on).is_not(None), Assignment.kind != AssignmentKind.TASK,
            col(Assignment.state).in_((*LIVE, AssignmentState.CANCELLED)),
            or_(col(Assignment.problem_id).is_(None), SHOWN),
        )
        .order_by(col(Assignment.due_on).nulls_first(), col(Assignment.id))
    )
    return [(row[0], row[1]) for row in session.exec(statement)]
