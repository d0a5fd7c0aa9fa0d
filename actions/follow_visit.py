"""What a plan wants handed in at the visit (到场时汇报) has the day of the visit as its limit, and moves with it."""

from sqlmodel import Session, col, select

from actions.deadline import move_deadline
from actions.record import Actor
from models.cycle import Assignment, Visit
from models.ledger import LIVE
from models.words import LimitChange, VisitKind

ANCHOR = "visit"


def because_of(visit: Visit) -> str:
    return f"督察组到场之日：{visit.start_on}"


def follow_visit(session: Session, actor: Actor, visit: Visit) -> None:
    """Set or move the limit of what is due when the team comes; only the visit of the programme counts."""
    if visit.kind != VisitKind.PROGRAMME:
        return
    statement = select(Assignment).where(
        Assignment.cycle_id == visit.cycle_id, Assignment.unit_id == visit.unit_id, col(Assignment.state).in_(LIVE),
        col(Assignment.part_of).is_(None),
    )
    for item in session.exec(statement):
        if item.terms.get("anchor") == ANCHOR and item.due_on != visit.start_on:
            change = LimitChange.MOVED if item.due_on else LimitChange.SET
            move_deadline(session, actor, item, visit.start_on, because_of(visit), change)
