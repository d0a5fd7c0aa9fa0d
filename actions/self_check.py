"""Reports come in, are measured, and a clerk accepts or returns them; a unit's self-check items are marked."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import Session, select

from actions.advance import refresh
from actions.deadline import move_deadline, settle
from actions.keep_evidence import Upload, check_upload, keep
from actions.problem import add_problem
from actions.record import Actor, record
from actions.remind import tell_unit
from config import clock
from config.workdays import official
from models.base import Conflict, NotAllowed, Rejected
from models.cycle import Assignment
from models.database import fetch
from models.ledger import policy_of, running_cycle, task_items
from models.submission import Submission
from models.words import (
    AssignmentKind,
    AssignmentState,
    ProblemSource,
    Role,
    SubmissionState,
)
from rules.deadline import Offset, Unit, as_basis, from_basis, kept
from rules.report import measure

A = AssignmentState
MARKS = ("达标", "部分达标", "未达标")
DECIDERS = (Role.HEAD, Role.CLERK)


@dataclass(frozen=True)
class Report:
    """What a unit hands in: text, list of problems, files; `nonce` names this form once."""

    nonce: str
    body: str
    problems: list[dict[str, str]] = field(default_factory=list)
    uploads: list[Upload] = field(default_factory=list)
    no_problems: bool = False


def submit_self_check(session: Session, actor: Actor, item: Assignment, report: Report) -> Submission:
    """Hand in the self-check report with its list of problems; a second click finds the first submission."""
    if done := already_sent(session, actor, report.nonce):
        return done
    check_open(session, item)
    if not report.body.strip() and not report.uploads:
        raise Rejected("请填写自查报告正文或上传报告文件。")
    if not report.problems and not report.no_problems:
        raise Rejected("自查报告须附问题清单：请逐条列出问题；确无问题的，请勾选“自查未发现问题”。")
    for number, problem in enumerate(report.problems, 1):
        if not problem.get("title", "").strip():
            raise Rejected(f"问题清单第{number}条没有写明问题。")
    content = measure(report.body) if report.body.strip() else None
    findings = content.findings(policy_of(session, item.cycle_id).content_share) if content else []
    facts = {
        "share": content.share if content else None, "figures": content.figures if content else None,
        "findings": findings, "problems": report.problems,
        "no_problems": report.no_problems and not report.problems,
    }
    return take_in(session, actor, item, report, facts)


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
    if item.unit_id:
        for upload in report.uploads:
            keep(session, item.office_id, item.unit_id, upload, submission_id=row.id)
    settle(session, item, A.SUBMITTED)
    late = item.due_on is not None and clock.today() > item.due_on
    record(
        session, actor, "报送", item.id, item.cycle_id, item.unit_id, title=item.title, submission=str(row.id),
        files=len(report.uploads), late=late,
    )
    refresh(session, item.cycle_id, item.stage, clock.today(), item.unit_id)
    return row


def already_sent(session: Session, actor: Actor, nonce: str) -> Submission | None:
    """The submission this unit's form already made, if any."""
    if not nonce.strip():
        raise Rejected("表单已失效，请刷新页面后重新提交。")
    statement = select(Submission).where(
        Submission.office_id == actor.office_id, Submission.unit_id == actor.unit_id, Submission.nonce == nonce
    )
    return session.exec(statement).first()


def check_open(session: Session, item: Assignment) -> None:
    """Refuse what is finished or belongs to an ended cycle."""
    running_cycle(session, item.cycle_id)
    if item.state in (A.DONE, A.CANCELLED):
        raise Conflict(f"“{item.title}”{item.state.label}，无须再报。")
    if item.state == A.SUBMITTED:
        raise Conflict(f"“{item.title}”已报送，正在审核。")


def accept(
    session: Session, actor: Actor, submission: Submission, waive: str = "", counted: set[int] | None = None
) -> None:
    """A clerk accepts a report; one that falls short of the content rule needs a reason to be waived.

    `counted` names the sections (from 0) that the clerk takes for problems and measures, where the system's split
    was wrong; the measured share is then the one of this split, and the event says so.
    """
    item = _decide(session, actor, submission)
    if counted is not None:
        _split_anew(session, actor, item, submission, counted)
    findings = submission.content.get("findings") or []
    if findings and not waive.strip():
        raise Rejected("内容未达要求：" + "".join(findings) + "请退回，或写明理由后受理。")
    submission.state, submission.reason = SubmissionState.ACCEPTED, waive
    settle(session, item, A.DONE)
    _finish_parts(session, item)
    if item.kind == AssignmentKind.SELF_CHECK_REPORT:
        _list_problems(session, actor, submission)
    record(
        session, actor, "受理", item.id, item.cycle_id, item.unit_id, title=item.title, waived=waive,
        findings=findings,
    )
    refresh(session, item.cycle_id, item.stage, clock.today(), item.unit_id)


def _split_anew(
    session: Session, actor: Actor, item: Assignment, submission: Submission, counted: set[int]
) -> None:
    content = measure(submission.body, counted)
    findings = content.findings(policy_of(session, item.cycle_id).content_share)
    submission.content = {
        **submission.content, "share": content.share, "findings": findings, "counted": sorted(counted)
    }
    record(
        session, actor, "更正内容划分", item.id, item.cycle_id, item.unit_id, title=item.title,
        share=round(content.share, 4), counted=sorted(counted),
    )


def send_back(
    session: Session, actor: Actor, submission: Submission, reason: str, new_due: date | None = None
) -> None:
    """A clerk returns a report with the reason; the unit is told and its ladder goes on.

    Where the limit has passed meanwhile a new one is given: the day named, or a few workdays from today.
    """
    if not reason.strip():
        raise Rejected("退回须写明理由。")
    item = _decide(session, actor, submission)
    submission.state, submission.reason = SubmissionState.RETURNED, reason
    settle(session, item, A.RETURNED)
    if new_due or (item.due_on and item.due_on < clock.today()):
        if new_due:
            move_deadline(session, actor, item, new_due, "退回重报")
        else:
            days = Offset(policy_of(session, item.cycle_id).return_workdays, Unit.WORKDAY)
            basis = as_basis(days, clock.today(), "退回")
            counted = from_basis(basis, official())
            move_deadline(session, actor, item, counted.rolled, f"退回重报，{counted.because}", basis=basis)
    limit = f"请于{item.due_on.month}月{item.due_on.day}日前重报。" if item.due_on else ""
    why = reason.strip().rstrip("。")
    tell_unit(session, item, f"{item.title}已退回，理由：{why}。{limit}", f"退回{item.version}")
    record(session, actor, "退回", item.id, item.cycle_id, item.unit_id, title=item.title, reason=reason)
    refresh(session, item.cycle_id, item.stage, clock.today(), item.unit_id)


def _decide(session: Session, actor: Actor, submission: Submission) -> Assignment:
    if actor.role not in DECIDERS:
        raise NotAllowed("须由办公室经办人或主任审核。")
    if submission.state != SubmissionState.SUBMITTED:
        raise Conflict(f"此件{submission.state.label}（{submission.decided_by}）。")
    submission.decided_by, submission.decided_at = actor.name, clock.now()
    return fetch(session, Assignment, submission.assignment_id)


def _finish_parts(session: Session, item: Assignment) -> None:
    """The items of a self-check end with its report; those nobody marked keep an empty note."""
    if item.kind != AssignmentKind.SELF_CHECK_REPORT:
        return
    for part in session.exec(select(Assignment).where(Assignment.part_of == item.id)):
        if part.state != A.DONE:
            part.state, part.done_at = A.DONE, clock.now()


def _list_problems(session: Session, actor: Actor, submission: Submission) -> None:
    for problem in submission.content.get("problems", []):
        add_problem(
            session, actor, submission.cycle_id, submission.unit_id, ProblemSource.SELF_CHECK,
            problem["title"], problem.get("detail", ""), measure=problem.get("measure", ""),
        )


def mark_tasks(session: Session, actor: Actor, cycle_id: UUID, unit_id: UUID, marks: dict[str, str]) -> int:
    """A unit marks its self-check items by task number ("party:1" → 达标/部分达标/未达标); returns how many changed."""
    running_cycle(session, cycle_id)
    changed = 0
    for item, task in task_items(session, cycle_id, unit_id):
        mark = marks.get(f"{task.sheet}:{task.no}", "").strip()
        if mark in MARKS and mark != item.note and item.state not in (A.DONE, A.CANCELLED):
            item.note, changed = mark, changed + 1
    if changed:
        record(session, actor, "填写自查项", cycle_id, cycle_id, unit_id, count=changed)
    return changed


def on_time(item: Assignment) -> tuple[bool | None, bool | None]:
    """Whether it was sent in on time: against the first limit, and against the limit in force."""
    day = clock.date_of(item.sent_in_at) if item.sent_in_at else None
    return tuple(kept(day, limit, clock.today()) for limit in (item.first_due_on, item.due_on))  # type: ignore[return-value]
