"""The one place where a limit, or what follows from it, is changed: versions grow, unsent notices are cancelled."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select, update

from actions.record import Actor, allow, record
from config import clock
from config.policy import Ladder, Policy
from config.workdays import official
from models.base import NotAllowed, Rejected
from models.cycle import QUIET, Assignment, Cycle, DeadlineVersion, Stage
from models.ledger import policy_of
from models.notice import Notice
from models.words import (
    ANSWER,
    FROM_RECEIPT,
    AssignmentKind,
    AssignmentState,
    CycleState,
    LimitChange,
    NoticeKind,
    NoticeState,
    StageKind,
    StageState,
)
from rules.deadline import Offset, Unit, as_basis, from_basis
from rules.reminder import next_step_on
from rules.roles import Act


def ladder_of(policy: Policy, kind: str, terms: dict[str, Any]) -> Ladder:
    """The ladder of an assignment: its kind's, with the days of its own where a person set some; a report whose days
    run from receipt has the ladder of an answer (鲁法政办〔2021〕4号: thirty days)."""
    if kind == AssignmentKind.RECT_REPORT and terms.get("anchor") == FROM_RECEIPT:
        kind = ANSWER
    return policy.ladder(kind, terms.get("before"))


def first_notice(
    policy: Policy, kind: str, due: date | None, opened: date, terms: dict[str, Any] | None = None
) -> date | None:
    """The first morning of a duty's ladder that is not already behind us when it begins.

    A duty that was due before it arrived gets no ladder: its unit could not have met it.
    """
    if due is not None and due < opened:
        return None
    ladder = ladder_of(policy, kind, terms or {})
    return next_step_on(due, ladder, official(), date.fromordinal(opened.toordinal() - 1))


def move_deadline(
    session: Session, actor: Actor, item: Assignment, due: date | None, because: str,
    change: LimitChange = LimitChange.MOVED, basis: dict[str, Any] | None = None,
) -> None:
    """Give an assignment a new limit: a new version. The first limit stays for ever; parts with the same limit move
    along. `basis` says how the day was counted; a day that somebody simply named has none."""
    if not because.strip():
        raise Rejected("调整时限须写明理由。")
    old = item.due_on
    for row in [item, *_parts(session, item, old)]:
        row.due_on, row.basis, row.because = due, basis or {}, because
        row.first_due_on = row.first_due_on or due
        note_version(session, actor, row, old, change)
        replan(session, row)
    record(
        session, actor, "调整时限", item.id, item.cycle_id, item.unit_id, title=item.title, old=old, new=due,
        first=item.first_due_on, version=item.deadline_version, because=because, change=change,
    )


def note_version(session: Session, actor: Actor, row: Assignment, old: date | None, change: LimitChange) -> None:
    """One more version of a limit in the history that the database refuses to rewrite."""
    row.deadline_version += 1
    session.add(
        DeadlineVersion(
            office_id=row.office_id, assignment_id=row.id, version=row.deadline_version, change=change,
            old_due_on=old, due_on=row.due_on, because=row.because, made_by=actor.name, made_at=clock.now(),
        )
    )


def start_clock(session: Session, actor: Actor, item: Assignment, day: date, event: str) -> None:
    """The event a limit runs from has happened: the limit is counted from its day, which itself is not counted."""
    offset = Offset(item.terms["n"], Unit(item.terms["unit"]))
    policy = policy_of(session, item.cycle_id)
    basis = as_basis(offset, day, event, policy.roll_off_rest_days)
    settled = from_basis(basis, official())
    change = LimitChange.RESTARTED if item.due_on else LimitChange.SET
    move_deadline(session, actor, item, settled.rolled, settled.because, change, basis)


def _parts(session: Session, item: Assignment, old: date | None) -> list[Assignment]:
    found = session.exec(select(Assignment).where(Assignment.part_of == item.id))
    return [part for part in found if part.due_on == old and part.state != AssignmentState.DONE]


def replan(session: Session, item: Assignment) -> None:
    """Cancel what was planned and not sent, and store when this row must be looked at next."""
    cancel_notices(session, [item.id])
    policy = policy_of(session, item.cycle_id)
    told_with_parent = item.part_of is not None and _same_limit(session, item)
    if item.state in QUIET or told_with_parent or item.paused_on:
        item.next_notice_on = None
        return
    since = clock.today() if told_today(session, item) else date.fromordinal(clock.today().toordinal() - 1)
    item.next_notice_on = next_step_on(item.due_on, ladder_of(policy, item.kind, item.terms), official(), since)


def told_today(session: Session, item: Assignment) -> bool:
    """Whether this limit was already spoken of today, so that a change back does not repeat it."""
    statement = select(Notice.id).where(
        Notice.assignment_id == item.id, Notice.planned_on == clock.today(), Notice.state == NoticeState.SENT,
        Notice.due_on == item.due_on,
    )
    return session.exec(statement).first() is not None


def _same_limit(session: Session, item: Assignment) -> bool:
    """A part is told with its parent while that is still owed and due on the same day."""
    parent = session.get(Assignment, item.part_of)
    told = parent is not None and (item.kind == AssignmentKind.TASK or parent.state not in QUIET)
    return told and parent is not None and parent.due_on == item.due_on


def cancel_notices(session: Session, assignment_ids: list[UUID]) -> None:
    """Reminders planned for these and not sent are cancelled, never sent; letters say what was decided and go out."""
    session.exec(
        update(Notice)
        .where(
            col(Notice.assignment_id).in_(assignment_ids), col(Notice.state) == NoticeState.PLANNED,
            col(Notice.kind) != NoticeKind.LETTER,
        )
        .values(state=NoticeState.CANCELLED)
    )


def settle(session: Session, item: Assignment, state: AssignmentState) -> None:
    """Change an assignment's state and re-plan what follows from it."""
    item.state = state
    item.version += 1
    if state == AssignmentState.SUBMITTED:
        item.sent_in_at = clock.now()
    if state == AssignmentState.DONE:
        item.done_at = clock.now()
    session.flush()
    replan(session, item)
    if state in QUIET:  # what was told with it and is still owed speaks for itself from now on
        for part in session.exec(select(Assignment).where(Assignment.part_of == item.id)).all():
            if part.kind == AssignmentKind.PROBLEM and part.state not in QUIET:
                replan(session, part)


def set_stage_dates(
    session: Session, actor: Actor, cycle: Cycle, kind: StageKind, start: date | None, end: date | None, because: str
) -> Stage:
    """Set or move a stage's window. Duties tied to its first day are due the day before it, those due on its
    last day move along with it; a limit that was extended for one unit stays."""
    allow(actor, Act.STEER)
    if start and end and end < start:
        raise Rejected(f"{kind.label}的结束日期{end}早于开始日期{start}。")
    stage = session.exec(select(Stage).where(Stage.cycle_id == cycle.id, Stage.kind == kind)).one()
    if cycle.state == CycleState.CLOSED or stage.state == StageState.CLOSED:
        raise NotAllowed(f"{kind.label}阶段或本周期已结束，日期不再调整。")
    if (stage.start_on, stage.end_on) == (start, end):  # a second click
        return stage
    old, last = f"{stage.start_on or '待定'}至{stage.end_on or '待定'}", stage.end_on
    stage.start_on, stage.end_on = start, end
    stage.version += 1
    record(
        session, actor, "调整阶段日期", kind, cycle.id, old=old, start=start, end=end, because=because,
        version=stage.version,
    )
    tied = session.exec(select(Assignment).where(Assignment.cycle_id == cycle.id, Assignment.code != ""))
    for item in tied:
        if item.terms.get("anchor") == kind:
            due = date.fromordinal(start.toordinal() - 1) if start else None
            move_deadline(session, actor, item, due, because or f"随{kind.label}日期确定")
        elif end and last and item.stage == kind and item.due_on == last and item.state != AssignmentState.DONE:
            move_deadline(session, actor, item, end, because or f"随{kind.label}结束日期调整")
    return stage
