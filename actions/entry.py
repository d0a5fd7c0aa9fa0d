"""What a unit has done for a duty is registered act by act; enough of it goes to the office for its word."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import Session, select

from actions.deadline import move_deadline, settle
from actions.record import Actor, allow, record, second_key
from actions.remind import tell_unit
from config import clock
from models.base import Conflict, NotAllowed, Rejected
from models.cycle import OVER, Assignment
from models.database import fetch
from models.duty import Duty, Entry
from models.duty_ledger import done_of, entries_of, occurrence_on
from models.ledger import running_cycle
from models.words import DUTIES, AssignmentState
from rules import roles
from rules.period import lacking

A = AssignmentState
LONGEST = 200


@dataclass(frozen=True)
class Act:
    """One act as typed in: on which day, what, how much, by which person, received by whom."""

    nonce: str
    day: date
    what: str
    amount: float = 1
    person: str = ""
    receiver: str = ""


def own_or_office(actor: Actor, unit_id: UUID | None) -> None:
    """A unit acts for itself; on its behalf only the office does, not an auditor or an inspector."""
    if actor.unit_id is None:
        allow(actor, roles.Act.REGISTER)
    elif actor.unit_id != unit_id:
        raise NotAllowed("不是本单位的任务。")


def register(session: Session, actor: Actor, item: Assignment, act: Act) -> Entry:
    """Register an act for the period it lies in; a second click finds the first entry."""
    running_cycle(session, item.cycle_id)
    own_or_office(actor, item.unit_id)
    if not act.nonce.strip():
        raise Rejected("表单已失效，请刷新页面后重新提交。")
    if done := session.exec(select(Entry).where(Entry.nonce == act.nonce, Entry.unit_id == item.unit_id)).first():
        return done
    duty = fetch(session, Duty, item.duty_id)
    item = _right_period(session, duty, item, act.day)
    _check(duty, item, act)
    entry = Entry(
        office_id=item.office_id, duty_id=duty.id, assignment_id=item.id, unit_id=duty.unit_id, day=act.day,
        amount=act.amount, what=act.what.strip(), person=act.person.strip(), receiver=act.receiver.strip(),
        made_by=actor.name, made_at=clock.now(), nonce=act.nonce,
    )
    session.add(entry)
    session.flush()
    record(
        session, actor, "登记办理", item.id, item.cycle_id, item.unit_id, title=item.title, day=act.day,
        amount=act.amount, what=entry.what, person=entry.person, receiver=entry.receiver,
    )
    enough = is_enough(session, duty, item)
    if enough and item.state in (A.OPEN, A.RETURNED):
        settle(session, item, A.SUBMITTED)
    elif not enough and item.state == A.SUBMITTED:  # one more person was begun and has not come far enough
        settle(session, item, A.OPEN)
    return entry


def _right_period(session: Session, duty: Duty, item: Assignment, day: date) -> Assignment:
    """An act counts for the period its day lies in: two meetings of the first quarter never serve the second."""
    if "period_end" not in item.terms:
        return item
    found = occurrence_on(session, duty.id, day)
    if found is None:
        raise Rejected(f"{day}不在本任务的任何一期内，请核对日期。")
    return found


def _check(duty: Duty, item: Assignment, act: Act) -> None:
    if act.day > clock.today():
        raise Rejected(f"办理日期{act.day}晚于今天。")
    if act.day < (began := _began(item)):
        raise Rejected(f"办理日期{act.day}早于事由发生日期{began}，请核对。")
    if item.state in OVER:
        raise Conflict(f"“{item.title}”{item.state.label}，不再登记。")
    if not act.what.strip() or len(act.what) > LONGEST:
        raise Rejected(f"请写明办理内容（{LONGEST}字以内）。")
    if not 0 < act.amount <= 10_000:
        raise Rejected("数量须大于零，且不超过10000。")
    if duty.per_person and not act.person.strip():
        raise Rejected("此任务按人计，请填写姓名。")
    if len(act.person) > LONGEST:
        raise Rejected("姓名过长，一条只登记一人。")
    if duty.receivers and act.receiver.strip() not in duty.receivers:
        raise Rejected(f"请选择报送对象：{'、'.join(duty.receivers)}。")


def _began(item: Assignment) -> date:
    """The day of the event that called it up, or an earlier one it is counted from by now; else no bound."""
    if item.period_start is None or not (item.occurrence or "").startswith("event:"):
        return date.min
    return min(item.period_start, date.fromisoformat(item.basis.get("anchor") or item.period_start.isoformat()))


def is_enough(session: Session, duty: Duty, item: Assignment) -> bool:
    """Whether the period's figure is reached: by every person where it counts per person, and by as
    many persons as it asks for; by every receiver."""
    entries = [entry for entry in entries_of(session, item.id) if not entry.withdrawn]
    if duty.receivers:
        return set(duty.receivers) <= {entry.receiver for entry in entries}
    needed = item.terms.get("needed", duty.needed)  # an event's extra task asks for one, whatever the period asks
    if not duty.per_person:
        return lacking(needed, sum(entry.amount for entry in entries)) == 0
    sums: dict[str, float] = {}
    for entry in entries:
        sums[entry.person] = sums.get(entry.person, 0) + entry.amount
    return len(sums) >= duty.terms.get("people", 1) and all(total >= needed for total in sums.values())


def withdraw(session: Session, actor: Actor, entry: Entry, reason: str) -> None:
    """Take an entry back, with a reason; it stays on record and no longer counts."""
    own_or_office(actor, entry.unit_id)
    if not reason.strip() or len(reason) > LONGEST:
        raise Rejected(f"撤回登记须写明理由（{LONGEST}字以内）。")
    if entry.withdrawn:
        raise Conflict("此条登记已撤回。")
    item, duty = fetch(session, Assignment, entry.assignment_id), fetch(session, Duty, entry.duty_id)
    running_cycle(session, item.cycle_id)
    if item.state == A.DONE:
        raise NotAllowed("此期已经办公室确认，不能撤回登记。")
    entry.withdrawn = reason.strip()
    session.flush()
    record(
        session, actor, "撤回登记", item.id, item.cycle_id, item.unit_id, title=item.title, what=entry.what,
        reason=reason,
    )
    if item.state == A.SUBMITTED and not is_enough(session, duty, item):
        settle(session, item, A.OPEN)


def confirm(session: Session, actor: Actor, item: Assignment, note: str = "") -> None:
    """The office confirms a period (or event) as done."""
    allow(actor, roles.Act.CONFIRM)
    running_cycle(session, item.cycle_id)
    if item.kind not in DUTIES or item.state != A.SUBMITTED:
        raise NotAllowed("此项没有待确认的登记。")
    hands = [entry.made_by for entry in entries_of(session, item.id) if not entry.withdrawn]
    second_key(session, actor, hands, "此项有您代单位登记的内容，须由另一人确认。")
    item.note = note.strip() or _sum_words(session, item)
    settle(session, item, A.DONE)
    record(session, actor, "确认办结", item.id, item.cycle_id, item.unit_id, title=item.title, note=item.note)


def _sum_words(session: Session, item: Assignment) -> str:
    done = done_of(session, [item.id]).get(item.id, 0)
    return f"登记{done:g}{item.terms.get('measure', '次')}"


def return_entry(
    session: Session, actor: Actor, item: Assignment, reason: str, new_due: date | None = None
) -> None:
    """The office does not take what was registered; the unit is told why, and by when to mend it."""
    allow(actor, roles.Act.CONFIRM)
    running_cycle(session, item.cycle_id)
    if item.kind not in DUTIES or item.state != A.SUBMITTED:
        raise NotAllowed("此项没有待确认的登记。")
    if not reason.strip():
        raise Rejected("退回须写明理由。")
    settle(session, item, A.RETURNED)
    if new_due:
        move_deadline(session, actor, item, new_due, f"退回补办：{reason.strip()}")
    tell_unit(session, item, f"{item.title}已退回，理由：{reason.strip()}。", f"退回{item.version}")
    record(session, actor, "退回", item.id, item.cycle_id, item.unit_id, title=item.title, reason=reason)
