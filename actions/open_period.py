"""Every period of a duty is opened once, on the first sweep after it has begun; missed ones are made up for."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import Session

from actions.deadline import first_notice
from config import clock
from config.policy import Policy
from config.workdays import official
from models.cycle import Assignment
from models.database import insert_new
from models.duty import Duty
from models.duty_ledger import duties_to_open, standing_to_keep
from models.ledger import policy_of
from models.words import AssignmentKind, AssignmentState, DutyKind, StageKind
from rules.deadline import Offset, Unit, as_basis
from rules.period import Period, period_with

K = AssignmentKind
YEARLY = "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=31"
MOST_AT_ONCE = 60  # periods made up for in one go after a long silence


def open_periods(session: Session, cycle_id: UUID, day: date) -> int:
    """Open every period that has begun by `day`, each once; those missed while the machine was down as well."""
    opened = 0
    keep_standing(session, cycle_id)
    policy = policy_of(session, cycle_id)
    for duty in duties_to_open(session, cycle_id, day):
        for _ in range(MOST_AT_ONCE):
            if duty.next_on is None or duty.next_on > day:
                break
            opened += _open_next(session, duty, policy, day)
    return opened


def _open_next(session: Session, duty: Duty, policy: Policy, day: date) -> int:
    offset = Offset(duty.terms["n"], Unit(duty.terms["unit"])) if "unit" in duty.terms else None
    period = period_with(duty.terms["rrule"], duty.next_on or day, official(), duty.anchor_on, offset)
    if period is None:
        duty.next_on = None
        return 0
    duty.next_on = date.fromordinal(period.end.toordinal() + 1)
    basis = as_basis(offset, period.end, "期末", policy.roll_off_rest_days) if offset else {}
    _occurrence(session, duty, policy, period, basis)
    return 1


def _occurrence(session: Session, duty: Duty, policy: Policy, period: Period, basis: dict[str, Any]) -> None:
    """One assignment for one period; a second sweep finds it there."""
    kind = K.CONFIRMATION if duty.standing else K.QUOTA if duty.needed > 1 else K.PERIODIC
    _write(
        session, duty, policy, kind, occurrence=period.start.isoformat(), period_start=period.start, basis=basis,
        title=f"{duty.title}（{period.name}）", due_on=period.due, because=f"“{duty.phrase}”：{period.because}",
        terms={"period_end": period.end.isoformat()},
    )


def open_once(session: Session, duty: Duty, dues: Sequence[date], standing: bool) -> None:
    """A duty with a day of its own (or several): one assignment for each."""
    policy = policy_of(session, duty.cycle_id)
    for n, due in enumerate(dues, 1):
        part = f"（第{n}个时限）" if len(dues) > 1 else ""
        kind = K.QUOTA if duty.needed > 1 else K.PERIODIC
        _write(
            session, duty, policy, kind, occurrence=f"once:{due}", period_start=clock.today(), due_on=due,
            title=f"{duty.title}{part}", because=f"“{duty.phrase}”：{duty.because}", terms={}, basis={},
            standing=standing and n == len(dues),
        )


def _write(session: Session, duty: Duty, policy: Policy, kind: AssignmentKind, **values: Any) -> None:
    terms = values["terms"] | {"needed": duty.needed, "measure": duty.measure}
    if duty.remind_before:
        terms["before"] = duty.remind_before
    due = values["due_on"]
    row = Assignment(
        office_id=duty.office_id, cycle_id=duty.cycle_id, unit_id=duty.unit_id, duty_id=duty.id, kind=kind,
        stage=StageKind.DAILY, state=AssignmentState.OPEN, first_due_on=due,
        next_notice_on=first_notice(policy, kind, due, clock.today(), terms), **values | {"terms": terms},
    )
    insert_new(session, Assignment, [row.model_dump()])


def keep_standing(session: Session, cycle_id: UUID) -> None:
    """After the milestone of a standing duty: a yearly confirmation, reminded of and never overdue."""
    for item in standing_to_keep(session, cycle_id):
        if item.unit_id is None:
            continue
        last = item.due_on or clock.today()
        rule = f"FREQ=YEARLY;BYMONTH={last.month};BYMONTHDAY={last.day if (last.month, last.day) != (2, 29) else -1}"
        done = clock.date_of(item.done_at) if item.done_at else clock.today()
        session.add(
            Duty(
                office_id=item.office_id, cycle_id=cycle_id, unit_id=item.unit_id, code=f"confirm:{item.id}",
                kind=DutyKind.PERIOD, title=f"{item.title}：长期坚持情况", phrase="长期坚持", standing=True,
                because="阶段目标已完成，此后每年确认一次", terms={"rrule": rule}, made_by="系统", made_at=clock.now(),
                next_on=date.fromordinal(max(done, last).toordinal() + 1),
            )
        )
    session.flush()
