"""Beyond reminders: the system drafts, a leader decides, nothing happens by itself."""

from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select

from actions.deadline import move_deadline
from actions.record import Actor, allow, record, system
from actions.remind import tell_unit
from config import clock
from models.base import Conflict, NotAllowed, Rejected
from models.cycle import Assignment
from models.database import fetch
from models.ledger import LIVE
from models.problem import Escalation
from models.unit import Unit
from models.words import AssignmentState, EscalationState, EscalationStep
from rules.escalation import check_decision, check_step
from rules.roles import Act

S = EscalationState
ACTS = {step: step.label for step in EscalationStep} | {EscalationStep.SLIP: "督办"}


def taken_steps(session: Session, assignment_id: UUID) -> set[EscalationStep]:
    """The steps approved so far for an assignment."""
    statement = select(Escalation).where(
        Escalation.assignment_id == assignment_id, col(Escalation.state).in_((S.APPROVED, S.DELISTED))
    )
    return {row.step for row in session.exec(statement)}


def draft_slips(session: Session, assignment_ids: list[UUID], day: date) -> int:
    """Draft 督办单 for duties whose ladder has run out; a person decides on each."""
    drafted = 0
    for key in assignment_ids:
        item = fetch(session, Assignment, key)
        if item.state in (AssignmentState.DONE, AssignmentState.SUBMITTED, AssignmentState.CANCELLED):
            continue
        if _waiting(session, key) is None and EscalationStep.SLIP not in taken_steps(session, key):
            draft_step(session, system(item.office_id), item, EscalationStep.SLIP, day)
            drafted += 1
    return drafted


def _waiting(session: Session, assignment_id: UUID) -> Escalation | None:
    statement = select(Escalation).where(Escalation.assignment_id == assignment_id, Escalation.state == S.DRAFT)
    return session.exec(statement).first()


def draft_step(
    session: Session, actor: Actor, item: Assignment, step: EscalationStep, day: date, reason: str = ""
) -> Escalation:
    """Draft a step; leaving one out needs a reason, two drafts at once are refused."""
    allow(actor, Act.DRAFT_STEP)
    if item.unit_id is None:
        raise NotAllowed("只能对被督察单位采取督办措施。")
    _still_owed(item, day)
    if _waiting(session, item.id):
        raise Conflict("此项已有一份督办草稿待审批。")
    check_step(step, taken_steps(session, item.id), reason)
    unit = fetch(session, Unit, item.unit_id)
    due = f"{item.due_on.year}年{item.due_on.month}月{item.due_on.day}日" if item.due_on else "规定时间"
    days = (day - item.due_on).days if item.due_on else 0
    late = f"，截至{day.month}月{day.day}日已逾期{days}天"
    text = f"{unit.name}“{item.title}”应于{due}前完成{late}，经提醒、催办仍未完成，拟予{ACTS[step]}。"
    row = Escalation(
        office_id=item.office_id, cycle_id=item.cycle_id, unit_id=unit.id, assignment_id=item.id, step=step,
        text=text, drafted_on=day, drafted_by=actor.name, reason=reason,
    )
    session.add(row)
    record(session, actor, f"拟{step.label}", item.id, item.cycle_id, unit.id, text=text, reason=reason)
    return row


def _still_owed(item: Assignment, day: date) -> None:
    """A step speaks of something that is still owed past its limit, or it would not be true."""
    if item.state not in LIVE or item.due_on is None or item.due_on >= day:
        raise NotAllowed(f"“{item.title}”未逾期、已报送或已取消，不能采取督办措施。")


def decide(
    session: Session, actor: Actor, row: Escalation, approve: bool, number: str = "", new_due: date | None = None,
    reason: str = "",
) -> None:
    """A leader approves a draft (with number, meeting note or new limit) or drops it with a reason."""
    check_decision(actor.role, row.drafted_by, actor.name, row.state)
    if not approve and not reason.strip():
        raise Rejected("不予采取须写明理由。")
    if approve and not number.strip():
        raise Rejected("请填写文号（或会议记录编号）后再批准。")
    item = fetch(session, Assignment, row.assignment_id)
    if approve:
        _still_owed(item, clock.today())
    row.state = S.APPROVED if approve else S.DROPPED
    row.decided_by, row.decided_at, row.number, row.new_due_on = actor.name, clock.now(), number, new_due
    row.reason = "；".join(filter(None, (row.reason, reason)))
    record(
        session, actor, f"{'批准' if approve else '不予'}{row.step.label}", item.id, item.cycle_id, row.unit_id,
        number=number, new_due=new_due, reason=reason,
    )
    if not approve:
        return
    if new_due:
        move_deadline(session, actor, item, new_due, f"{row.step.label}限期完成")
    limit = f"，请于{new_due.month}月{new_due.day}日前完成" if new_due else ""
    if row.step != EscalationStep.REFERRAL:
        text = f"{item.title}：经研究，予以{ACTS[row.step]}（{number}）{limit}。"
        tell_unit(session, item, text, f"{row.step.label}{row.id}")


def delist(session: Session, actor: Actor, row: Escalation, reason: str) -> None:
    """摘牌: the closing record of 挂牌督办."""
    allow(actor, Act.DELIST)
    if row.step != EscalationStep.LISTED or row.state != S.APPROVED:
        raise NotAllowed("只有挂牌督办中的事项可以摘牌。")
    if not reason.strip():
        raise Rejected("摘牌须写明理由。")
    row.state = S.DELISTED
    record(session, actor, "摘牌", row.assignment_id, row.cycle_id, row.unit_id, reason=reason)
