"""The lists on the office's desk: messages, submissions, requests, visits, letters, plans."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.cycle import Assignment, Cycle, Team, Visit
from models.event import Event
from models.intake import Intake
from models.notice import Message, Notice
from models.paper_words import EscalationState
from models.plan import Plan
from models.problem import Escalation, Letter
from models.step_ledger import no_referrals
from models.submission import Extension, Submission
from models.unit import Contact, Unit
from models.words import ExtensionState, IntakeState, MessageState, NoticeState, SubmissionState


def messages_of(
    session: Session, office_id: UUID, unit_id: UUID | None = None, day: date | None = None, limit: int = 100
) -> list[tuple[Message, Contact, Unit | None]]:
    """The newest messages with the person and unit they went to."""
    statement = (
        select(Message, Contact, Unit)
        .join(Contact, col(Contact.id) == Message.contact_id)
        .join(Unit, col(Unit.id) == Message.unit_id, isouter=True)
        .where(Message.office_id == office_id)
        .order_by(col(Message.day).desc(), col(Message.sent_at).desc().nulls_last(), col(Message.id))
        .limit(limit)
    )
    if unit_id:
        statement = statement.where(Message.unit_id == unit_id)
    if day:
        statement = statement.where(Message.day == day)
    return [(row[0], row[1], row[2]) for row in session.exec(statement)]


def sending_figures(session: Session, office_id: UUID, day: date) -> dict[str, int]:
    """应发/已发/失败 of a day, counted from the messages themselves."""
    statement = (
        select(Message.state, func.count())
        .where(Message.office_id == office_id, Message.day == day)
        .group_by(col(Message.state))
    )
    found: dict[str, int] = {row[0]: row[1] for row in session.exec(statement)}
    sent, cancelled = found.get(MessageState.SENT, 0), found.get(MessageState.CANCELLED, 0)
    failed = found.get(MessageState.FAILED, 0) + found.get(MessageState.DEAD, 0)
    waiting = session.exec(
        select(func.count(func.distinct(Notice.contact_id))).where(
            Notice.office_id == office_id, Notice.state == NoticeState.PLANNED, col(Notice.contact_id).is_not(None),
            col(Notice.message_id).is_(None),
        )
    ).one()
    return {"owed": sum(found.values()) - cancelled, "sent": sent, "failed": failed, "waiting": waiting}


def pending_submissions(session: Session, office_id: UUID) -> list[tuple[Submission, Unit | None]]:
    """What units and (without a unit) teams handed in, what nobody has decided on first."""
    statement = (
        select(Submission, Unit)
        .join(Unit, col(Unit.id) == Submission.unit_id, isouter=True)
        .where(Submission.office_id == office_id)
        .order_by((col(Submission.state) != SubmissionState.SUBMITTED), col(Submission.sent_at).desc())
        .limit(200)
    )
    return [(row[0], row[1]) for row in session.exec(statement)]


def extensions_of(session: Session, office_id: UUID) -> list[tuple[Extension, Unit, Assignment]]:
    statement = (
        select(Extension, Unit, Assignment)
        .join(Unit, col(Unit.id) == Extension.unit_id)
        .join(Assignment, col(Assignment.id) == Extension.assignment_id)
        .where(Extension.office_id == office_id)
        .order_by((col(Extension.state) != ExtensionState.ASKED), col(Extension.asked_at).desc())
    )
    return [(row[0], row[1], row[2]) for row in session.exec(statement)]


def escalations_of(session: Session, office_id: UUID) -> list[tuple[Escalation, Unit]]:
    statement = (
        select(Escalation, Unit)
        .join(Unit, col(Unit.id) == Escalation.unit_id)
        .where(Escalation.office_id == office_id)
        .order_by((col(Escalation.state) != EscalationState.DRAFT), col(Escalation.drafted_on).desc())
    )
    return [(row[0], row[1]) for row in session.exec(statement)]


def drafts_waiting(session: Session) -> int:
    """Escalation drafts of all offices that wait for a leader."""
    return session.exec(
        select(func.count()).select_from(Escalation).where(Escalation.state == EscalationState.DRAFT)
    ).one()


def visits_of(session: Session, cycle_id: UUID, since: date | None = None) -> list[tuple[Visit, Unit, Team]]:
    """Visits in their order; with `since` only those that are not over before that day."""
    statement = (
        select(Visit, Unit, Team)
        .join(Unit, col(Unit.id) == Visit.unit_id)
        .join(Team, col(Team.id) == Visit.team_id)
        .where(Visit.cycle_id == cycle_id)
        .order_by(col(Visit.start_on), col(Team.sort), col(Unit.sort))
    )
    if since:
        statement = statement.where(col(Visit.end_on) >= since)
    return [(row[0], row[1], row[2]) for row in session.exec(statement)]


def letters_of(session: Session, cycle_id: UUID) -> list[tuple[Letter, Unit]]:
    statement = (
        select(Letter, Unit)
        .join(Unit, col(Unit.id) == Letter.unit_id)
        .where(Letter.cycle_id == cycle_id)
        .order_by(col(Letter.serial))
    )
    return [(row[0], row[1]) for row in session.exec(statement)]


def events_of(
    session: Session, office_id: UUID, limit: int = 200, referrals: bool = False, **where: Any
) -> list[Event]:
    """The newest events, of a unit, a cycle or a subject; `referrals` only for those who decide on them."""
    statement = select(Event).where(Event.office_id == office_id)
    if not referrals:
        statement = statement.where(*no_referrals())
    for column, value in where.items():
        statement = statement.where(getattr(Event, column) == value)
    return list(session.exec(statement.order_by(col(Event.seq).desc()).limit(limit)))


def cycles_of(session: Session, office_id: UUID) -> list[Cycle]:
    return list(
        session.exec(select(Cycle).where(Cycle.office_id == office_id).order_by(col(Cycle.opened_on).desc()))
    )


def plans_of(session: Session, office_id: UUID) -> list[Plan]:
    return list(session.exec(select(Plan).where(Plan.office_id == office_id).order_by(col(Plan.adopted_at).desc())))


def open_intakes(session: Session, office_id: UUID) -> list[Intake]:
    """Issued documents that wait for answers, newest first."""
    statement = select(Intake).where(Intake.office_id == office_id, Intake.state == IntakeState.OPEN)
    return list(session.exec(statement.order_by(col(Intake.made_at).desc(), col(Intake.position))))


def units_of(session: Session, office_id: UUID) -> list[Unit]:
    return list(session.exec(select(Unit).where(Unit.office_id == office_id).order_by(col(Unit.sort), col(Unit.name))))
