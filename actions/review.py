"""The office takes what was handed in, or sends it back with a reason and a limit."""

from datetime import date

from sqlmodel import Session, select

from actions import gate
from actions.advance import refresh
from actions.deadline import move_deadline, settle
from actions.measure import close_parts
from actions.problem import add_problem
from actions.record import Actor, allow, record, second_key
from actions.remind import tell_unit
from config import clock
from config.day_words import month_day
from config.workdays import official
from models.base import Conflict, Rejected
from models.cycle import Assignment
from models.database import fetch
from models.ledger import policy_of
from models.submission import Submission
from models.words import AssignmentKind, AssignmentState, ProblemSource, SubmissionState
from rules.deadline import Offset, Unit, as_basis, from_basis
from rules.roles import Act

A = AssignmentState


def accept(
    session: Session, actor: Actor, submission: Submission, waive: str = "", counted: set[int] | None = None
) -> None:
    """A clerk accepts a report; one that falls short of the content rule needs a reason to be waived.

    `counted` names the sections (from 0) that the clerk takes for problems and measures, where the system's split
    was wrong; the measured share is then the one of this split, and the event says so.
    """
    item = _decide(session, actor, submission)
    _look_again(session, actor, item, submission, counted)
    findings = submission.content.get("findings") or []
    if findings and not waive.strip():
        raise Rejected("内容未达要求：" + "".join(findings) + "请退回，或写明理由后受理。")
    submission.state, submission.reason = SubmissionState.ACCEPTED, waive.strip()
    settle(session, item, A.DONE)
    _finish_parts(session, item)
    close_parts(session, actor, item, bool(submission.content.get("for_all")))
    if item.kind == AssignmentKind.SELF_CHECK_REPORT:
        _list_problems(session, actor, submission)
    record(
        session, actor, "受理", item.id, item.cycle_id, item.unit_id, title=item.title, waived=waive,
        findings=findings,
    )
    refresh(session, item.cycle_id, item.stage, clock.today(), item.unit_id)


def _look_again(
    session: Session, actor: Actor, item: Assignment, submission: Submission, counted: set[int] | None
) -> None:
    """Check once more as things stand now, by the split a clerk chose where one was; that choice is an event."""
    found = gate.gate_of(session, submission, item, counted)
    if found is None:
        return
    submission.content = {**submission.content, **gate.facts(found)}
    if counted is None or found.content is None:
        return
    submission.content = {**submission.content, "counted": sorted(counted)}
    record(
        session, actor, "更正内容划分", item.id, item.cycle_id, item.unit_id, title=item.title,
        share=round(found.content.share, 4), counted=sorted(counted),
    )


def send_back(
    session: Session, actor: Actor, submission: Submission, reason: str, new_due: date | None = None,
    counted: set[int] | None = None,
) -> None:
    """A clerk returns a report with the reason; the unit is told and its ladder goes on. `counted` as in accept.

    Where the limit has passed meanwhile a new one is given: the day named, or a few workdays from today.
    """
    if not reason.strip():
        raise Rejected("退回须写明理由。")
    item = _decide(session, actor, submission)
    _look_again(session, actor, item, submission, counted)
    submission.state, submission.reason = SubmissionState.RETURNED, reason
    settle(session, item, A.RETURNED)
    if new_due or (item.due_on and item.due_on < clock.today()):
        if new_due:
            move_deadline(session, actor, item, new_due, "退回重报")
        else:
            days = Offset(policy_of(session, item.cycle_id).return_workdays, Unit.WORKDAY)
            basis = as_basis(days, clock.today(), "退回")
            limit = from_basis(basis, official())
            move_deadline(session, actor, item, limit.rolled, f"退回重报，{limit.because}", basis=basis)
    until = f"请于{month_day(item.due_on)}前重报。" if item.due_on else ""
    why = reason.strip().rstrip("。")
    tell_unit(session, item, f"{item.title}已退回，理由：{why}。{until}", f"退回{item.version}")
    record(
        session, actor, "退回", item.id, item.cycle_id, item.unit_id, title=item.title, reason=reason,
        findings=submission.content.get("findings") or [],
    )
    refresh(session, item.cycle_id, item.stage, clock.today(), item.unit_id)


def _decide(session: Session, actor: Actor, submission: Submission) -> Assignment:
    """The second key: whoever sent it in, or entered it in a unit's name, does not decide on it."""
    allow(actor, Act.REVIEW)
    second_key(session, actor, [submission.sent_by], "此件由您报送或代为录入，须由另一人审核。")
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
