"""The whole story of one problem in the order it happened: every act, every file, every message about it.

A problem that was reopened, or carried over into another cycle, has several lives; each stays whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, col, select

from models.cycle import Assignment
from models.event import Event
from models.look_back_ledger import ancestors
from models.notice import Message, Notice
from models.problem import Escalation, Letter, Problem
from models.step_ledger import no_referrals
from models.submission import Evidence
from models.unit import Contact
from models.words import MessageState, Move

BEGINS = (Move.REOPEN.label, "结转列入")


@dataclass(frozen=True)
class Chapter:
    """One thing that happened: an act with its event, or a message that went out; `files` came with it."""

    at: datetime
    event: Event | None = None
    message: Message | None = None
    to: str = ""
    files: list[Evidence] = field(default_factory=list)


def story_of(
    session: Session, problem: Problem, item: Assignment | None, evidence: Sequence[Evidence], referrals: bool = False
) -> list[Chapter]:
    """Everything from the finding on, oldest first."""
    chapters = [Chapter(event.at, event=event) for event in _events(session, problem, item, referrals)]
    reports = [one for one in chapters if one.event and one.event.verb == Move.REPORT.label]
    for file in [*_earlier(session, problem), *_own(problem, evidence)]:
        # files are kept right after the report they came with
        before = [one for one in reports if one.at <= file.sent_at]
        (before[-1] if before else _loose(chapters, file)).files.append(file)
    chapters += _messages(session, problem, item) if item else []
    return sorted(chapters, key=lambda one: one.at)


def _earlier(session: Session, problem: Problem) -> list[Evidence]:
    """What was sent in before the problem was carried over."""
    keys = ancestors(session, problem)[1:]
    statement = select(Evidence).where(col(Evidence.problem_id).in_(keys)).order_by(col(Evidence.sent_at))
    return list(session.exec(statement)) if keys else []


def _own(problem: Problem, evidence: Sequence[Evidence]) -> list[Evidence]:
    """What was sent in since; what came along with a carry-over is told where it was sent."""
    return [file for file in evidence if not (problem.carried_from and file.reused_from)]


@dataclass(frozen=True)
class Life:
    """From the finding, a reopening or a carry-over to the next; `began` is the event a later one began with."""

    chapters: list[Chapter]
    began: Event | None = None

    def last(self, move: Move) -> Event | None:
        """The last time somebody made this move in this life."""
        acts = [one.event for one in self.chapters if one.event and one.event.verb == move.label]
        return acts[-1] if acts else None


def lives_of(chapters: Sequence[Chapter]) -> list[Life]:
    """The story cut where a second life begins, the first life first."""
    lives = [Life([])]
    for one in chapters:
        if one.event and one.event.verb in BEGINS:
            lives.append(Life([], one.event))
        lives[-1].chapters.append(one)
    return lives


def _loose(chapters: list[Chapter], file: Evidence) -> Chapter:
    """A file that came with no report stands for itself."""
    chapters.append(Chapter(file.sent_at))
    return chapters[-1]


def last_act(session: Session, problem: Problem) -> Event | None:
    """Who acted on it last: what somebody is told whose page is stale."""
    statement = select(Event).where(Event.office_id == problem.office_id, Event.subject == str(problem.id))
    return session.exec(statement.order_by(col(Event.seq).desc())).first()


def _events(session: Session, problem: Problem, item: Assignment | None, referrals: bool) -> list[Event]:
    keys = [*ancestors(session, problem), *([item.id] if item else [])]
    keys += session.exec(select(Assignment.id).where(col(Assignment.problem_id).in_(keys[1:]))).all()
    letter = session.get(Letter, problem.letter_id) if problem.letter_id else None
    if letter:
        keys += [letter.id, *([letter.assignment_id] if letter.assignment_id else [])]
    if item:
        keys += session.exec(select(Escalation.id).where(Escalation.assignment_id == item.id)).all()
    statement = select(Event).where(
        Event.office_id == problem.office_id, col(Event.subject).in_([str(key) for key in keys])
    )
    if not referrals:
        statement = statement.where(*no_referrals())
    return list(session.exec(statement.order_by(col(Event.seq))))


def _messages(session: Session, problem: Problem, item: Assignment) -> list[Chapter]:
    """What went out about it, about its letter or about the report it is told with, alone or merged."""
    letter = session.get(Letter, problem.letter_id) if problem.letter_id else None
    about = [key for key in (item.id, item.part_of, letter.assignment_id if letter else None) if key]
    inside = select(Notice.message_id).where(
        col(Notice.assignment_id).in_(about), col(Notice.message_id).is_not(None),
    )
    statement = (
        select(Message, Contact)
        .join(Contact, col(Contact.id) == Message.contact_id)
        .where(col(Message.id).in_(inside), Message.state == MessageState.SENT, Message.unit_id == item.unit_id)
        .order_by(col(Message.sent_at).nulls_first())
    )
    rows = session.exec(statement).all()
    return [Chapter(row[0].sent_at, message=row[0], to=row[1].name) for row in rows if row[0].sent_at]
