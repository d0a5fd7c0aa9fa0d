"""Duties that come again: taken from a printed phrase, refused while it leaves open what only a person can say."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import Session

from actions.open_period import YEARLY, open_once, open_periods
from actions.record import Actor, allow, record
from actions.register_event import open_before_expiry
from config import clock
from models.base import Rejected
from models.cycle import Cycle
from models.duty import Duty
from models.ledger import running_cycle
from models.unit import Unit
from models.words import DutyKind
from plans.phrase import read
from rules.deadline import Deadline, Kind
from rules.expiry import check_validity
from rules.roles import Act


@dataclass(frozen=True)
class Wanted:
    """What a clerk enters: the printed limit, and what the phrase itself does not say."""

    title: str
    phrase: str
    code: str = ""
    rrule: str = ""  # the period a person supplies where the document says only 定期
    anchor_on: date | None = None
    validity_years: float | None = None
    per_person: bool = False
    people: int = 0  # how many different persons must each have acted (案件由2人以上审理)
    on_new_contact: bool = False  # a change of the unit's contact calls it up
    receivers: list[str] = field(default_factory=list)
    gate: str = ""
    remind_before: list[int] = field(default_factory=list)
    doubt_seen: bool = False  # a person has looked at the doubt and takes the proposed reading


def add_duty(
    session: Session, actor: Actor, cycle_id: UUID, unit: Unit, wanted: Wanted, begin: bool = True
) -> Duty:
    """Make a duty of a phrase and open what has begun (unless the caller opens many at once); refused with the
    question that is still open."""
    allow(actor, Act.DUTY)
    cycle = running_cycle(session, cycle_id)
    reading = read(wanted.phrase, clock.today())
    rule = wanted.rrule or reading.rrule
    _check(wanted, reading, rule)
    duty = _row(actor, cycle, unit, wanted, reading, rule)
    session.add(duty)
    session.flush()
    record(
        session, actor, "设定长期任务", duty.id, cycle.id, unit.id, title=duty.title, phrase=duty.phrase,
        because=duty.because, rule=rule, doubt=reading.doubt,
    )
    if begin:
        _open(session, actor, duty, reading)
    return duty


def _open(session: Session, actor: Actor, duty: Duty, reading: Deadline) -> None:
    if duty.kind == DutyKind.EXPIRY and duty.anchor_on:
        open_before_expiry(session, actor, duty, duty.anchor_on)
    if duty.kind == DutyKind.ONCE:
        open_once(session, duty, reading.dues or ((reading.due,) if reading.due else ()), reading.ongoing)
    open_periods(session, duty.cycle_id, clock.today())


def _check(wanted: Wanted, reading: Deadline, rule: str | None) -> None:
    if not wanted.title.strip():
        raise Rejected("请填写任务名称。")
    if wanted.rrule and wanted.rrule != reading.rrule and (reading.rrule or reading.due or reading.offset):
        raise Rejected(f"“{wanted.phrase}”已写明时限（{reading.because}），不能另选周期。")
    if not 0 <= wanted.people <= 50 or (wanted.people and not wanted.per_person):
        raise Rejected("至少办理人数应在1至50之间，并须按人登记。")
    if any(not 0 <= days <= 366 for days in wanted.remind_before):
        raise Rejected("提前提醒天数应在0至366之间。")
    if reading.doubt and not wanted.doubt_seen:
        raise Rejected(f"“{wanted.phrase}”有疑问：{reading.doubt}请核对后勾选“按此读法”，或把时限改写明确。")
    if wanted.validity_years is not None:
        check_validity(wanted.title, wanted.validity_years)
    kind = kind_of(reading, rule)
    if wanted.on_new_contact and kind != DutyKind.EVENT:
        raise Rejected("联系人变更时办理的，时限须从变更起算（如“及时”“变更后5个工作日内”）。")
    if kind == DutyKind.EXPIRY and wanted.anchor_on is None:
        raise Rejected(f"“{wanted.phrase}”须填写{reading.anchor or '届满'}日期。")


def _row(actor: Actor, cycle: Cycle, unit: Unit, wanted: Wanted, reading: Deadline, rule: str | None) -> Duty:
    kind = kind_of(reading, rule)
    standing = kind == DutyKind.STANDING
    repeats = standing or kind == DutyKind.PERIOD
    return Duty(
        office_id=cycle.office_id, cycle_id=cycle.id, unit_id=unit.id, kind=kind, title=wanted.title.strip(),
        code=wanted.code.strip() or wanted.title.strip(), phrase=wanted.phrase.strip(),
        because=reading.because + (f"（{reading.doubt}{actor.name}已核对）" if reading.doubt else ""),
        terms=_terms(reading, YEARLY if standing else rule) | _besides(wanted), standing=standing,
        min_count=reading.min_count, quota=reading.quota, quota_unit=reading.quota_unit or "",
        per_person=wanted.per_person, receivers=wanted.receivers, gate=wanted.gate.strip(),
        remind_before=wanted.remind_before,
        anchor_on=wanted.anchor_on,
        next_on=(wanted.anchor_on or clock.today()) if repeats else None,
        made_by=actor.name, made_at=clock.now(),
    )


KINDS = {
    Kind.FIXED: DutyKind.ONCE, Kind.WINDOW: DutyKind.ONCE, Kind.RECURRING: DutyKind.PERIOD,
    Kind.ONGOING: DutyKind.STANDING, Kind.RELATIVE: DutyKind.EVENT,
}


def kind_of(reading: Deadline, rule: str | None) -> DutyKind:
    """What calls the duty up; refused with the question the phrase leaves open."""
    if rule:
        return DutyKind.PERIOD
    if reading.before and reading.offset:
        return DutyKind.EXPIRY
    if reading.kind == Kind.RECURRING:
        raise Rejected(f"“{reading.phrase}”没有写明周期，请选定周期后再设定。")
    if reading.kind == Kind.TBD or (reading.kind == Kind.WINDOW and reading.due is None):
        raise Rejected(f"“{reading.phrase}”没有写明日期（{reading.doubt or reading.because}），请改填确定的时限。")
    return DutyKind.STANDING if reading.done else KINDS[reading.kind]


def _terms(reading: Deadline, rule: str | None) -> dict[str, Any]:
    terms: dict[str, Any] = {"rrule": rule, "anchor": reading.anchor}
    if reading.offset:
        terms |= {"n": reading.offset.n, "unit": reading.offset.unit.value}
    return {key: value for key, value in terms.items() if value is not None}


def _besides(wanted: Wanted) -> dict[str, Any]:
    """What the entry asks for beside the printed limit."""
    terms: dict[str, Any] = {"people": wanted.people} if wanted.people else {}
    return terms | ({"on_new_contact": True} if wanted.on_new_contact else {})


def end_duty(session: Session, actor: Actor, duty: Duty, reason: str) -> None:
    """No further period is opened; what is owed already stays owed."""
    allow(actor, Act.DUTY)
    if not reason.strip():
        raise Rejected("停止长期任务须写明理由。")
    if duty.ended_on is not None:  # a second click
        return
    duty.ended_on, duty.next_on = clock.today(), None
    record(session, actor, "停止长期任务", duty.id, duty.cycle_id, duty.unit_id, title=duty.title, reason=reason)
