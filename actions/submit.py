"""What a unit hands in: kept once with its files, stopping the reminders of what it answers."""

from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session, select

from actions.advance import refresh
from actions.deadline import settle
from actions.keep_evidence import Upload, attach_again, check_upload, keep, note_on_site
from actions.record import Actor, record
from config import clock
from models.base import Conflict, Rejected
from models.cycle import OVER, Assignment
from models.ledger import running_cycle
from models.submission import Evidence, Submission
from models.words import AssignmentKind, AssignmentState
from rules.deadline import kept

A = AssignmentState


@dataclass(frozen=True)
class Report:
    """What a unit hands in: text, list of problems, files, some of them sent in before (`reused`), or the word that
    proof is to be looked at on the spot; `nonce` names this form once."""

    nonce: str
    body: str
    problems: list[dict[str, str]] = field(default_factory=list)
    uploads: list[Upload] = field(default_factory=list)
    no_problems: bool = False
    reused: list[Evidence] = field(default_factory=list)
    on_site: bool = False

    @property
    def has_files(self) -> bool:
        return bool(self.uploads or self.reused)


def take_in(
    session: Session, actor: Actor, item: Assignment, report: Report, content: dict[str, Any]
) -> Submission:
    """Keep a submission with its files and stop the reminders of its assignment."""
    for upload in report.uploads:
        check_upload(upload)
    row = Submission(
        office_id=item.office_id, cycle_id=item.cycle_id, unit_id=item.unit_id, assignment_id=item.id, kind=item.kind,
        body=report.body, content=content, sent_by=actor.name, sent_at=clock.now(), nonce=report.nonce,
    )
    session.add(row)
    session.flush()
    _attach(session, item, report, row)
    settle(session, item, A.SUBMITTED)
    late = item.due_on is not None and clock.today() > item.due_on
    record(
        session, actor, "报送", item.id, item.cycle_id, item.unit_id, title=item.title, submission=str(row.id),
        files=len(report.uploads) + len(report.reused), late=late,
    )
    refresh(session, item.cycle_id, item.stage, clock.today(), item.unit_id)
    return row


def _attach(session: Session, item: Assignment, report: Report, row: Submission) -> None:
    """The files of a submission, and the word that there is more to be seen on the spot."""
    if item.unit_id is None:
        return
    for upload in report.uploads:
        keep(session, item.office_id, item.unit_id, upload, submission_id=row.id)
    for old in report.reused:
        attach_again(session, old, submission_id=row.id)
    if report.on_site:
        note_on_site(session, item.office_id, item.unit_id, submission_id=row.id)


def already_sent(session: Session, actor: Actor, nonce: str) -> Submission | None:
    """The submission this unit's form already made, if any."""
    if not nonce.strip():
        raise Rejected("表单已失效，请刷新页面后重新提交。")
    statement = select(Submission).where(
        Submission.office_id == actor.office_id, Submission.unit_id == actor.unit_id, Submission.nonce == nonce
    )
    return session.exec(statement).first()


def says_the_same(row: Submission, report: Report, for_all: bool) -> bool:
    """Whether a form that came a second time says what its first click handed in; its files are not compared."""
    if row.kind == AssignmentKind.SELF_CHECK_REPORT:
        listed = (row.content.get("problems"), row.content.get("no_problems"))
        return (row.body, *listed) == (report.body, report.problems, report.no_problems)
    return (row.body, bool(row.content.get("for_all"))) == (report.body, for_all)


def check_open(session: Session, item: Assignment) -> None:
    """Refuse what is finished or belongs to an ended cycle."""
    running_cycle(session, item.cycle_id)
    if item.state in OVER:
        raise Conflict(f"“{item.title}”{item.state.label}，无须再报。")
    if item.state == A.SUBMITTED:
        raise Conflict(f"“{item.title}”已报送，正在审核。")


def on_time(item: Assignment) -> tuple[bool | None, bool | None]:
    """Whether it was sent in, or where nothing is sent in done, on time: against the first limit, and against the limit
    in force."""
    if item.state == A.CANCELLED:
        return None, None
    moment = item.sent_in_at or item.done_at
    day = clock.date_of(moment) if moment else None
    return tuple(kept(day, limit, clock.today()) for limit in (item.first_due_on, item.due_on))  # type: ignore[return-value]
