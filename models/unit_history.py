"""What a unit did, was told and sent in, page by page: every query names the unit."""

import re
from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, not_, or_, select

from models.base import NotFound
from models.cycle import Assignment, Cycle
from models.event import Event
from models.notice import Message
from models.problem import Problem
from models.submission import Evidence, Statement, Submission
from models.unit import Contact
from models.unit_ledger import SHOWN
from models.words import AssignmentKind

# what a team photographs on a visit or a look-back is kept under the unit's name and is not the unit's own
OWN = (col(Evidence.visit_id).is_(None), col(Evidence.look_back_id).is_(None), Evidence.sha256 != "")
EARLIER = 200
LIKE_A_KEY = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def acts_of_unit(
    session: Session, unit_id: UUID, verbs: Collection[str], cycle_id: UUID | None, offset: int, limit: int
) -> list[Event]:
    """The unit's events with these verbs, newest first; problems not yet shown stay unsaid."""
    hidden = [str(key) for key in session.exec(select(Problem.id).where(Problem.unit_id == unit_id, not_(SHOWN)))]
    statement = select(Event).where(
        Event.unit_id == unit_id, col(Event.verb).in_(verbs), col(Event.subject).not_in(hidden)
    )
    if cycle_id:
        statement = statement.where(Event.cycle_id == cycle_id)
    return list(session.exec(statement.order_by(col(Event.seq).desc()).offset(offset).limit(limit)))


def pages_of(session: Session, unit_id: UUID, events: Sequence[Event]) -> dict[str, str]:
    """Where the unit can look at what an event is about, by its subject: its duties and the problems it was told of."""
    subjects = [UUID(event.subject) for event in events if LIKE_A_KEY.fullmatch(event.subject)]
    items = select(Assignment.id).where(
        col(Assignment.id).in_(subjects), Assignment.unit_id == unit_id, col(Assignment.team_id).is_(None),
        Assignment.kind != AssignmentKind.TASK,
    )
    problems = select(Problem.id).where(col(Problem.id).in_(subjects), Problem.unit_id == unit_id, SHOWN)
    found = {str(key): f"item/{key}" for key in session.exec(items)}
    return found | {str(key): f"problem/{key}" for key in session.exec(problems)}


def messages_of_unit(
    session: Session, unit_id: UUID, cycle_id: UUID | None, offset: int, limit: int
) -> list[tuple[Message, Contact]]:
    """What was sent to the unit's contacts, newest first."""
    statement = (
        select(Message, Contact)
        .join(Contact, col(Contact.id) == Message.contact_id)
        .where(Message.unit_id == unit_id)
        .order_by(col(Message.day).desc(), col(Message.sent_at).desc().nulls_last(), col(Message.id))
    )
    if cycle_id:  # a message may speak of several cycles at once and then names none
        statement = statement.where(or_(col(Message.cycle_id) == cycle_id, col(Message.cycle_id).is_(None)))
    return [(row[0], row[1]) for row in session.exec(statement.offset(offset).limit(limit))]


def earlier_evidence(session: Session, unit_id: UUID) -> list[Evidence]:
    """The files a unit sent in, each once, newest first."""
    newest = (
        select(func.max(Evidence.sent_at).label("at"), Evidence.sha256)
        .where(Evidence.unit_id == unit_id, *OWN).group_by(Evidence.sha256).subquery()
    )
    statement = (
        select(Evidence)
        .join(newest, (newest.c.sha256 == Evidence.sha256) & (newest.c.at == Evidence.sent_at))
        .where(Evidence.unit_id == unit_id, *OWN)
        .order_by(col(Evidence.sent_at).desc(), col(Evidence.id)).limit(EARLIER)
    )
    return list({row.sha256: row for row in session.exec(statement)}.values())


def chosen_evidence(session: Session, unit_id: UUID, keys: Collection[UUID]) -> list[Evidence]:
    """Files of the unit by key, in the order asked; NotFound when one is not its own."""
    statement = select(Evidence).where(Evidence.unit_id == unit_id, col(Evidence.id).in_(keys), *OWN)
    found = {row.id: row for row in session.exec(statement)}
    if len(found) < len(set(keys)):
        raise NotFound("所选的以前材料有的已找不到，请重新选择。")
    return [found[key] for key in dict.fromkeys(keys)]


Receipt = tuple[Evidence, Assignment | None, Problem | None, Cycle | None]


def receipts_of(session: Session, unit_id: UUID, cycle_id: UUID | None = None) -> list[Receipt]:
    """Every file the unit sent in with what it answers for, newest first."""
    item = func.coalesce(Submission.assignment_id, Statement.assignment_id)
    cycle = func.coalesce(Submission.cycle_id, Statement.cycle_id, Problem.cycle_id)
    statement = (
        select(Evidence, Assignment, Problem, Cycle)
        .join(Submission, col(Submission.id) == Evidence.submission_id, isouter=True)
        .join(Statement, col(Statement.id) == Evidence.statement_id, isouter=True)
        .join(
            Problem, col(Problem.id) == func.coalesce(Evidence.problem_id, Statement.problem_id), isouter=True
        )
        .join(Assignment, col(Assignment.id) == item, isouter=True)
        .join(Cycle, col(Cycle.id) == cycle, isouter=True)
        .where(Evidence.unit_id == unit_id, *OWN)
        .order_by(col(Evidence.sent_at).desc(), col(Evidence.id))
    )
    if cycle_id:
        statement = statement.where(cycle == cycle_id)
    return [(row[0], row[1], row[2], row[3]) for row in session.exec(statement)]
