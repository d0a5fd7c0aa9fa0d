"""A new holiday notice moves what was counted by the calendar: shown first, then moved, with the old days kept."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import String, cast
from sqlmodel import Session, col, select

from actions.deadline import move_deadline, replan
from actions.record import Actor, allow, record, system
from actions.remind import alert_office
from config import clock
from config.workdays import Calendar
from models.base import NotAllowed
from models.cycle import Assignment, Cycle, Visit
from models.ledger import LIVE
from models.office_ledger import every_office, topmost
from models.rank_ledger import superior_of
from models.unit import Unit
from models.words import CycleState, LimitChange, VisitState
from rules.deadline import from_basis
from rules.roles import Act


@dataclass(frozen=True)
class Moved:
    """A running limit and where a calendar puts it."""

    item: Assignment
    unit: str
    old: date
    new: date
    because: str

    @property
    def title(self) -> str:
        return self.item.title


def moves(session: Session, office_id: UUID, calendar: Calendar) -> list[Moved]:
    """Every running limit of an office not yet past that this calendar counts to another day; nothing is changed."""
    statement = (
        select(Assignment, Unit.name)
        .join(Cycle, col(Cycle.id) == Assignment.cycle_id)
        .join(Unit, col(Unit.id) == Assignment.unit_id, isouter=True)
        .where(
            Assignment.office_id == office_id, Cycle.state == CycleState.OPEN, col(Assignment.state).in_(LIVE),
            col(Assignment.due_on) >= clock.today(),
            cast(Assignment.basis, String) != "{}",
        )
        .order_by(col(Assignment.due_on).nulls_first(), col(Unit.name))
    )
    found = []
    for item, unit in session.exec(statement):
        settled = from_basis(item.basis, calendar)
        if settled.rolled != item.due_on and item.due_on:
            found.append(Moved(item, unit or "办公室", item.due_on, settled.rolled, settled.because))
    return found


def apply(session: Session, actor: Actor, calendar: Calendar) -> int:
    """Move what `moves` lists and plan every reminder anew; the calendar must already be the official one. It is the
    State Council's, one for all offices here: each counts again in its own history, and who stands under another leaves
    the notice to the office above."""
    check_keeper(session, actor)
    moved = _apply_one(session, actor, calendar)
    for other in every_office(session):
        if other != actor.office_id and (count := _apply_one(session, system(other), calendar)):
            alert_office(session, other, f"放假安排有变，已重算{count}项在办时限，请到“放假安排”核对。")
    return moved


def check_keeper(session: Session, actor: Actor) -> None:
    """Refuse who may not write the calendar of everybody here."""
    allow(actor, Act.HOLIDAYS)
    if above := superior_of(session, actor.office_id):
        raise NotAllowed(f"放假安排各办公室共用，由上级“{above.name}”写入。")
    if topmost(session) != actor.office_id:  # one of several that stand under nobody
        raise NotAllowed("放假安排各办公室共用，由最早设立的办公室写入。")


def _apply_one(session: Session, actor: Actor, calendar: Calendar) -> int:
    found = moves(session, actor.office_id, calendar)
    for row in found:
        because = f"放假安排有变，重算：{row.because}"
        move_deadline(session, actor, row.item, row.new, because, LimitChange.RECOUNTED, row.item.basis)
    _replan_all(session, actor.office_id)
    _warn_of_visits(session, actor, calendar)
    record(session, actor, "按放假通知重算时限", moved=len(found), years=sorted(calendar.notices))
    return len(found)


def _replan_all(session: Session, office_id: UUID) -> None:
    """Reminders keep to working mornings, so each next look is computed again."""
    statement = select(Assignment).join(Cycle, col(Cycle.id) == Assignment.cycle_id).where(
        Assignment.office_id == office_id, Cycle.state == CycleState.OPEN,
        col(Assignment.next_notice_on) >= clock.today(),
    )
    for item in session.exec(statement).all():
        replan(session, item)


def _warn_of_visits(session: Session, actor: Actor, calendar: Calendar) -> None:
    """Visits do not move by themselves; those that now fall on a rest day are put before the office."""
    statement = (
        select(Visit, Unit.name).join(Unit, col(Unit.id) == Visit.unit_id)
        .where(
            Visit.office_id == actor.office_id, Visit.state == VisitState.PLANNED,
            col(Visit.start_on) >= clock.today(),
        )
        .order_by(col(Visit.start_on))
    )
    found = session.exec(statement).all()
    hit = [f"{name}（{visit.start_on}）" for visit, name in found if calendar.rest_name(visit.start_on)]
    if hit:
        text = f"按新的放假通知，{len(hit)}次实地督察落在休息日，请调整日程：{'、'.join(hit[:10])}"
        alert_office(session, actor.office_id, text)
