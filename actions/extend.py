"""More time: asked before the limit with a reason, given by a person; the first limit stays on record."""

from datetime import date

from sqlmodel import Session, select

from actions.deadline import move_deadline
from actions.record import Actor, allow, record, second_key
from actions.remind import tell_unit
from config import clock
from config.day_words import month_day
from models.base import Conflict, NotAllowed, NotFound, Rejected
from models.cycle import OVER, Assignment
from models.database import fetch
from models.ledger import running_cycle
from models.submission import Extension
from models.words import ExtensionState, LimitChange
from rules.extension import check_asked
from rules.roles import Act


def ask_extension(session: Session, actor: Actor, item: Assignment, day: date, reason: str) -> Extension:
    """Ask for a later day; the clock runs on unchanged until somebody approves."""
    allow(actor, Act.HAND_IN)
    if actor.unit_id is not None and actor.unit_id != item.unit_id:
        raise NotFound("没有找到这项任务。")
    running_cycle(session, item.cycle_id)
    check_asked(item.state, item.due_on, day, reason, clock.today())
    waiting = select(Extension).where(Extension.assignment_id == item.id, Extension.state == ExtensionState.ASKED)
    if session.exec(waiting).first():
        raise Conflict(f"“{item.title}”已有一份延期申请在审批中。")
    if item.due_on is None or item.unit_id is None:
        raise NotAllowed("此项未定时限，无须延期。")
    row = Extension(
        office_id=item.office_id, assignment_id=item.id, unit_id=item.unit_id, old_due_on=item.due_on,
        asked_due_on=day, reason=reason.strip(), asked_by=actor.name, asked_at=clock.now(),
    )
    session.add(row)
    record(
        session, actor, "申请延期", item.id, item.cycle_id, item.unit_id, title=item.title, old=item.due_on, asked=day,
        reason=reason,
    )
    return row


def decide_extension(
    session: Session, actor: Actor, row: Extension, approve: bool, answer: str = "", day: date | None = None
) -> None:
    """Approve (perhaps another day than asked) or refuse; the unit is told either way."""
    allow(actor, Act.EXTENSION)
    if row.state != ExtensionState.ASKED:
        raise Conflict(f"此申请{row.state.label}（{row.decided_by}）。")
    second_key(session, actor, [row.asked_by], "本人代为提出的延期申请，须由另一人审批。")
    if not approve and not answer.strip():
        raise Rejected("不同意延期须写明理由。")
    item = fetch(session, Assignment, row.assignment_id)
    row.state = ExtensionState.APPROVED if approve else ExtensionState.REFUSED
    new = day or row.asked_due_on
    words = f"同意延期至{month_day(new)}" if approve else f"未同意延期，仍按原时限办理：{answer}"
    # what was asked stays beside the answer: another day than that must be read there, by the unit above all
    other = words if approve and new != row.asked_due_on else ""
    row.decided_by, row.decided_at, row.answer = actor.name, clock.now(), answer or other
    if approve and (new <= row.old_due_on or new < clock.today()):
        raise Rejected(f"同意延至的日期{new}须晚于原时限{row.old_due_on}，且不早于今天。")
    if approve:
        move_deadline(session, actor, item, new, f"经批准延期：{row.reason}", LimitChange.EXTENDED)
    record(session, actor, "审批延期", item.id, item.cycle_id, item.unit_id, approved=approve, new=new, answer=answer)
    tell_unit(session, item, f"{item.title}：{words}。", f"延期答复{row.id}")


def set_limit(session: Session, actor: Actor, item: Assignment, day: date, reason: str) -> None:
    """A clerk gives a limit to a duty the document left without one, or changes the office's own."""
    allow(actor, Act.LIMIT)
    if item.due_on is not None and item.unit_id is not None:
        raise NotAllowed("单位的时限只能经延期审批调整。")
    if item.state in OVER:
        raise Conflict(f"“{item.title}”{item.state.label}，不再办理。")
    move_deadline(session, actor, item, day, reason, LimitChange.MOVED if item.due_on else LimitChange.SET)
