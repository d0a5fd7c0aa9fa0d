"""情况说明: a unit tells the office something about what it owes; the office answers. No limit and no state moves."""

from dataclasses import dataclass, field
from uuid import UUID

from sqlmodel import Session

from actions.keep_evidence import Upload, attach_again, check_upload, keep
from actions.record import Actor, allow, record
from actions.remind import tell
from config import clock
from config.day_words import month_day
from models.base import Conflict, NotAllowed, Rejected
from models.cycle import Assignment
from models.ledger import contacts_of_unit, running_cycle
from models.problem import Problem
from models.statement_ledger import statement_by_nonce
from models.submission import Evidence, Statement
from rules.roles import Act

LONGEST = 2000


@dataclass(frozen=True)
class Saying:
    """A statement as typed in; `nonce` names its form once."""

    nonce: str
    text: str
    uploads: list[Upload] = field(default_factory=list)
    reused: list[Evidence] = field(default_factory=list)


def state(session: Session, actor: Actor, about: Assignment | Problem, saying: Saying) -> Statement:
    """A unit states something about a duty or a problem of its own; a second click finds the first statement."""
    allow(actor, Act.HAND_IN)
    if actor.unit_id is None or actor.unit_id != about.unit_id:
        raise NotAllowed("不是本单位的事项。")
    if done := statement_by_nonce(session, actor.unit_id, saying.nonce):
        return done
    running_cycle(session, about.cycle_id)
    text = _checked(saying.text, "情况说明")
    for upload in saying.uploads:
        check_upload(upload)
    whole = isinstance(about, Problem)
    row = Statement(
        office_id=about.office_id, unit_id=actor.unit_id, cycle_id=about.cycle_id, text=text, sent_by=actor.name,
        sent_at=clock.now(), nonce=saying.nonce, assignment_id=None if whole else about.id,
        problem_id=about.id if whole else None,
    )
    session.add(row)
    session.flush()
    _attach(session, row, saying)
    record(
        session, actor, "提交情况说明", about.id, about.cycle_id, about.unit_id, title=about.title, note=text,
        statement=str(row.id), files=len(saying.uploads) + len(saying.reused),
    )
    return row


def _checked(text: str, name: str) -> str:
    text = text.strip()
    if not text:
        raise Rejected(f"请填写{name}。")
    if len(text) > LONGEST:
        raise Rejected(f"{name}共{len(text)}字，最多{LONGEST}字；长材料请作为附件上传。")
    return text


def _attach(session: Session, row: Statement, saying: Saying) -> None:
    for upload in saying.uploads:
        keep(session, row.office_id, row.unit_id, upload, statement_id=row.id)
    for old in saying.reused:
        attach_again(session, old, statement_id=row.id)


def answer(session: Session, actor: Actor, row: Statement, text: str) -> Statement:
    """The office answers; the unit is told. The same answer twice is one answer, another one is a Conflict."""
    allow(actor, Act.ANSWER_STATEMENT)
    text = _checked(text, "答复")
    if row.answered_at is not None:
        if row.answer == text:
            return row
        raise Conflict(f"此说明已由{row.answered_by}答复，您的答复没有保存。")
    row.answer, row.answered_by, row.answered_at = text, actor.name, clock.now()
    session.add(row)
    about: UUID | None = row.problem_id or row.assignment_id
    record(session, actor, "答复情况说明", about or "", row.cycle_id, row.unit_id, answer=text, statement=str(row.id))
    people, day = [contact.id for contact in contacts_of_unit(session, row.unit_id)], clock.date_of(row.sent_at)
    tell(
        session, people, f"您单位{month_day(day)}提交的情况说明已答复：{text}",
        office_id=row.office_id, step=f"说明答复{row.id}", cycle_id=row.cycle_id, unit_id=row.unit_id,
        assignment_id=row.assignment_id,
    )
    return row
