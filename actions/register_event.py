"""An event calls a duty up: a decision taken, a document published or about to expire; each event once."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import Session, select

from actions.deadline import first_notice, start_clock
from actions.entry import own_or_office
from actions.open_period import open_periods
from actions.record import Actor, allow, record
from config import clock
from config.workdays import official
from models.base import Conflict, NotAllowed, Rejected
from models.cycle import OVER, Assignment
from models.duty import Duty
from models.duty_ledger import duties_on_new_contact, occurrence_on
from models.ledger import policy_of, running_cycle
from models.words import AssignmentKind, AssignmentState, DutyKind, StageKind
from rules.deadline import Offset, Unit, as_basis, from_basis
from rules.period import PLAIN
from rules.roles import Act

K = AssignmentKind
LONGEST = 200


def open_before_expiry(session: Session, actor: Actor, duty: Duty, expiry: date) -> Assignment:
    """What must be done so long before an expiry; each expiry calls it up once."""
    key = expiry.isoformat()
    twice = select(Assignment).where(Assignment.duty_id == duty.id, Assignment.occurrence == key)
    if session.exec(twice).first():
        raise Conflict(f"{expiry}届满的办理任务已设定。")
    return _called_up(session, actor, duty, expiry, key, f"{expiry}届满")


def republish(session: Session, actor: Actor, duty: Duty, expiry: date) -> Assignment:
    """The document was evaluated and published anew with a later expiry: the duty comes up once more."""
    allow(actor, Act.DUTY)
    running_cycle(session, duty.cycle_id)
    if duty.kind != DutyKind.EXPIRY or (duty.anchor_on and expiry <= duty.anchor_on):
        raise Rejected("新的届满日期须晚于原届满日期。")
    duty.anchor_on = expiry
    return open_before_expiry(session, actor, duty, expiry)


def register_event(
    session: Session, actor: Actor, duty: Duty, day: date, subject: str, gate_result: str = "", restarts: bool = False
) -> Assignment:
    """The event that calls the duty up has happened (决定作出, 规章发布, 依据修改); one assignment per event.

    For a duty by period the event makes an extra task and leaves the period alone, unless a person says otherwise.
    """
    running_cycle(session, duty.cycle_id)
    own_or_office(actor, duty.unit_id)
    if duty.ended_on:
        raise NotAllowed(f"“{duty.title}”已于{duty.ended_on}停止，不再登记新事由。")
    if not subject.strip() or len(subject) > LONGEST or len(gate_result) > LONGEST:
        raise Rejected(f"请写明事由（如决定书文号、文件名称，{LONGEST}字以内）。")
    if day > clock.today():
        raise Rejected(f"事由发生日期{day}晚于今天。")
    if duty.gate and not gate_result.strip():
        raise NotAllowed(f"须先有“{duty.gate}”的结果，才能办理“{duty.title}”。")
    key = f"event:{subject.strip()}"
    if session.exec(select(Assignment).where(Assignment.duty_id == duty.id, Assignment.occurrence == key)).first():
        raise Conflict(f"“{subject.strip()}”已登记；日期有变请用“重新起算”。")
    if restarts:
        _restart_period(session, actor, duty, day)
    return _called_up(session, actor, duty, day, key, subject.strip(), gate_result)


def contact_changed(session: Session, actor: Actor, unit_id: UUID, old: str, new: str) -> None:
    """The unit's person in charge has changed: what hangs on that comes up, once for each change."""
    for duty in duties_on_new_contact(session, unit_id):
        subject = f"{old}改为{new}（{clock.today()}）"
        twice = select(Assignment).where(Assignment.duty_id == duty.id, Assignment.occurrence == f"event:{subject}")
        if session.exec(twice).first() is None:
            _called_up(session, actor, duty, clock.today(), f"event:{subject}", subject)


def _called_up(
    session: Session, actor: Actor, duty: Duty, day: date, key: str, subject: str, gate_result: str = ""
) -> Assignment:
    terms: dict[str, Any] = {"needed": 1, "measure": "次"}
    if gate_result.strip():
        terms["gate"] = f"{duty.gate}：{gate_result.strip()}"
    if duty.remind_before:
        terms["before"] = duty.remind_before
    if "unit" in duty.terms and duty.kind != DutyKind.PERIOD:
        terms |= {"n": duty.terms["n"], "unit": duty.terms["unit"]}
    item = Assignment(
        office_id=duty.office_id, cycle_id=duty.cycle_id, unit_id=duty.unit_id, duty_id=duty.id, kind=K.FILING,
        stage=StageKind.DAILY, occurrence=key, period_start=day, terms=terms, title=f"{duty.title}：{subject}",
        state=AssignmentState.OPEN, because=f"“{duty.phrase}”没有写明天数，须由办公室设定",
    )
    session.add(item)
    session.flush()
    record(
        session, actor, "登记事由", item.id, duty.cycle_id, duty.unit_id, title=item.title, day=day,
        gate=terms.get("gate"),
    )
    if "unit" in terms:
        _first_limit(session, item, day, duty.terms.get("anchor") or subject)
    return item


def _first_limit(session: Session, item: Assignment, day: date, event: str) -> None:
    """The limit as first counted; it is version 1 and changes nothing yet."""
    policy = policy_of(session, item.cycle_id)
    basis = as_basis(Offset(item.terms["n"], Unit(item.terms["unit"])), day, event, policy.roll_off_rest_days)
    counted = from_basis(basis, official())
    item.due_on = item.first_due_on = counted.rolled
    item.because, item.basis = counted.because, basis
    item.next_notice_on = first_notice(policy, item.kind, item.due_on, clock.today(), item.terms)


def restart(session: Session, actor: Actor, item: Assignment, day: date, reason: str) -> None:
    """The event happened anew (处罚变更): the limit is counted from the new day, the old one stays on record."""
    allow(actor, Act.LIMIT)
    running_cycle(session, item.cycle_id)
    if item.state in OVER:
        raise Conflict(f"“{item.title}”{item.state.label}，不再重新起算。")
    if item.kind != K.FILING or "unit" not in item.terms:
        raise NotAllowed("此项不按事由起算，不能重新起算。")
    if not reason.strip() or day > clock.today():
        raise Rejected("重新起算须写明理由，日期不晚于今天。")
    start_clock(session, actor, item, day, reason.strip())


def can_restart(duty: Duty) -> bool:
    """Whether the periods run from an event's own day; the end of a year or quarter is no event's to move."""
    return bool(PLAIN.match(str(duty.terms.get("rrule", ""))))


def _restart_period(session: Session, actor: Actor, duty: Duty, day: date) -> None:
    """By choice of a person: the period begins anew on the day of the event."""
    if not can_restart(duty):
        raise NotAllowed("本任务按月末、季末、年末等固定日期分期，不能改从某日起算。")
    current = occurrence_on(session, duty.id, day)
    if current and current.period_start == day:
        return  # it begins on that day already
    duty.anchor_on, duty.next_on = day, day
    if current and current.state == AssignmentState.OPEN:
        current.state, current.next_notice_on = AssignmentState.CANCELLED, None
        record(session, actor, "周期重新起算", current.id, duty.cycle_id, duty.unit_id, title=current.title, day=day)
    session.flush()
    open_periods(session, duty.cycle_id, clock.today())
