"""重点督导对象: proposed with a reason, approved by a second person, visited every month until released."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select, update

from actions.cancel_visit import cancel_visit
from actions.plan_visits import plan_visits
from actions.record import Actor, allow, record
from actions.remind import alert_office, tell
from config import clock
from config.day_words import month_day, printed_day
from config.workdays import official
from models.base import Conflict, NotAllowed, Refused, Rejected
from models.cycle import Cycle, CycleUnit, Team, Visit
from models.database import fetch, insert_new
from models.key_unit import KeyUnit
from models.key_unit_ledger import approved_key_units, days_visited, last_team, live_key_unit, load_of, visits_ahead
from models.ledger import contacts_of_unit, running_cycle, teams_of
from models.unit import Unit
from models.words import CycleState, KeyUnitState, Role, VisitKind
from rules.key_unit import check_decision, check_release, days_left, is_due, missed_months, month_of, near_middle
from rules.roles import Act

S = KeyUnitState


def propose(session: Session, actor: Actor, cycle_id: UUID, unit: Unit, reason: str) -> KeyUnit:
    """The office proposes a unit of a running cycle; nothing follows until a second person approves."""
    allow(actor, Act.PROPOSE_KEY)
    cycle = running_cycle(session, cycle_id)
    if not reason.strip():
        raise Rejected("提出重点督导对象须写明事由。")
    if not unit.active:
        raise NotAllowed(f"{unit.name}已撤并，不能列为重点督导对象。")
    enrolled = select(CycleUnit.id).where(CycleUnit.cycle_id == cycle.id, CycleUnit.unit_id == unit.id)
    if session.exec(enrolled).first() is None:
        raise Rejected(f"{unit.name}不在本督察周期内。")
    row = KeyUnit(
        office_id=actor.office_id, cycle_id=cycle.id, unit_id=unit.id, reason=reason.strip(), proposed_by=actor.name,
        proposed_at=clock.now(),
    )
    insert_new(session, KeyUnit, [row.model_dump()])  # of two at once, the index lets only one in
    kept = session.get(KeyUnit, row.id)
    if kept is None:
        raise Conflict(_already(unit, live_key_unit(session, cycle.id, unit.id)))
    record(session, actor, "提出重点督导对象", kept.id, cycle.id, unit.id, reason=kept.reason)
    return kept


def _already(unit: Unit, live: KeyUnit | None) -> str:
    if live is None or live.since is None:
        return f"{unit.name}已由{live.proposed_by if live else '他人'}提出，正待批准。"
    return f"{unit.name}自{printed_day(live.since)}起已是重点督导对象。"


def decide(session: Session, actor: Actor, row: KeyUnit, approve: bool, answer: str = "") -> None:
    """The second key: approve, and the unit is told and its first visit planned; or refuse with a reason."""
    allow(actor, Act.DECIDE_KEY)
    cycle = running_cycle(session, row.cycle_id)
    check_decision(row.state, row.proposed_by, actor.role, actor.name, approve, answer)
    unit, today = fetch(session, Unit, row.unit_id), clock.today()
    if approve and not unit.active:
        raise NotAllowed(f"{unit.name}已撤并，不能列为重点督导对象。")
    _swap(
        session, row, S.PROPOSED, state=S.APPROVED if approve else S.REFUSED, decided_by=actor.name,
        decided_at=clock.now(), answer=answer.strip(), since=today if approve else None,
    )
    verb = "批准列为重点督导对象" if approve else "不予列为重点督导对象"
    record(session, actor, verb, row.id, row.cycle_id, unit.id, reason=answer.strip() or row.reason)
    if approve:
        why = row.reason.rstrip("。；;.")
        text = f"经研究，自{printed_day(today)}起将贵单位列为重点督导对象，每月实地督导，直至解除。事由：{why}。"
        _tell(session, row, unit, text)
        _look(session, cycle, row, unit, today)


def release(session: Session, actor: Actor, row: KeyUnit, reason: str) -> None:
    """End it with a reason: visits that lie ahead are cancelled, and the unit is told."""
    allow(actor, Act.RELEASE_KEY)
    running_cycle(session, row.cycle_id)
    check_release(row.state, actor.role, reason)
    unit, today = fetch(session, Unit, row.unit_id), clock.today()
    _swap(
        session, row, S.APPROVED, state=S.RELEASED, released_by=actor.name, released_on=today,
        release_reason=reason.strip(),
    )
    record(session, actor, "解除重点督导对象", row.id, row.cycle_id, unit.id, reason=reason.strip())
    ahead = visits_ahead(session, row.cycle_id, unit.id, today)
    for visit in ahead:
        cancel_visit(session, actor, visit, f"已解除重点督导：{reason.strip()}")
    _tell(session, row, unit, f"经研究，自{printed_day(today)}起不再将贵单位列为重点督导对象。{_called_off(ahead)}")


def _called_off(visits: Sequence[Visit]) -> str:
    """Only what the unit had been told of is worth taking back."""
    days = "、".join(month_day(visit.start_on) for visit in visits if visit.told)
    return f"原定{days}的督导不再进行。" if days else ""


def _swap(session: Session, row: KeyUnit, seen: KeyUnitState, **values: Any) -> None:
    """Change a row only from the state the person saw; of two at once, the second is told."""
    session.flush()
    done = session.exec(update(KeyUnit).where(col(KeyUnit.id) == row.id, col(KeyUnit.state) == seen).values(**values))
    if done.rowcount != 1:
        raise Conflict("此件刚刚已被他人处理，请刷新页面后再办。")
    session.refresh(row)


def _tell(session: Session, row: KeyUnit, unit: Unit, text: str) -> None:
    people = [contact.id for contact in contacts_of_unit(session, unit.id)]
    step = f"重点督导对象{row.state.label}"
    tell(session, people, text, office_id=row.office_id, step=step, cycle_id=row.cycle_id, unit_id=unit.id)
    if not people:
        name = f"{unit.name}{'已列为' if row.state == S.APPROVED else '已不再是'}重点督导对象"
        alert_office(session, row.office_id, f"{name}，该单位没有联系人，通知未能发出，请另行告知。", row.cycle_id)


def plan_key_visits(session: Session, cycle_id: UUID, day: date) -> int:
    """Each key unit has one visit planned every month; where none can be, the office hears of it once that month."""
    cycle = fetch(session, Cycle, cycle_id)
    if cycle.state != CycleState.OPEN:
        return 0
    return sum(_look(session, cycle, row, unit, day) for row, unit in approved_key_units(session, cycle_id))


def _look(session: Session, cycle: Cycle, row: KeyUnit, unit: Unit, day: date) -> bool:
    """One key unit in one month: whether a visit was planned now."""
    if row.since is None or not is_due(row.since, day, official()):
        return False
    settled = {month_of(one) for one in days_visited(session, cycle.id, unit.id)}
    since = row.looked_on or row.since
    missed = [month for month in missed_months(since, day) if month not in settled]
    row.looked_on, wanted = max(day, since), month_of(day) not in settled
    fault = _plan_one(session, cycle, row, unit, day) if wanted else ""
    _alert(session, row, unit, day, missed, fault)
    return wanted and not fault


def _plan_one(session: Session, cycle: Cycle, row: KeyUnit, unit: Unit, day: date) -> str:
    """Plan this month's visit; why it cannot be, or nothing."""
    if not unit.active:
        return "该单位已撤并，请解除重点督导；须继续的，在并入的单位另行提出。"
    days = days_left(day, official())
    if not days:
        return "本月已没有工作日可以安排。"
    load, _ = load_of(session, cycle.id, days[0], days[-1])
    on = near_middle(days, load)
    # the office's own act: the second key was turned for every month until release
    actor = Actor(cycle.office_id, "系统", Role.CLERK, f"重点督导（{row.decided_by}批准）")
    try:
        plan_visits(session, actor, cycle, [unit], on, on, _teams(session, cycle, unit, day), VisitKind.KEY)
    except Refused as refusal:
        return str(refusal)
    return ""


def _teams(session: Session, cycle: Cycle, unit: Unit, day: date) -> list[Team]:
    """The team that knows the unit first, then those with the fewest visits this month."""
    known = last_team(session, cycle.id, unit.id)
    end = max(days_left(day, official()))
    _, load = load_of(session, cycle.id, month_of(day), end)
    return sorted(teams_of(session, cycle.id), key=lambda team: (team.id != known, load[team.id], team.sort))


def _alert(session: Session, row: KeyUnit, unit: Unit, day: date, missed: Sequence[date], fault: str) -> None:
    """Once for a unit and month, whether or not somebody has read it since."""
    told = row.alerted_on is not None and month_of(row.alerted_on) == month_of(day)
    if told or not (fault or missed):
        return
    row.alerted_on = day
    parts = [f"{_month(day)}的督导未能排定：{fault}"] if fault else []
    if missed:
        parts.append(f"{'、'.join(map(_month, missed))}系统未运行，没有排定督导，已过的月份不补排。")
    alert_office(session, row.office_id, f"重点督导对象{unit.name}：{''.join(parts)}", row.cycle_id)


def _month(day: date) -> str:
    return f"{day.year}年{day.month}月"
