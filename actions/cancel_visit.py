"""A visit that will not take place: its row stays, marked cancelled, and its feedback sheet is no longer owed."""

from sqlmodel import Session

from actions.advance import refresh
from actions.deadline import settle
from actions.record import Actor, record
from config import clock
from models.base import NotAllowed
from models.cycle import Assignment, Visit
from models.database import fetch
from models.words import AssignmentState, VisitState


def cancel_visit(session: Session, actor: Actor, visit: Visit, reason: str) -> None:
    """Cancel a visit nobody has made yet; who may and why is decided by what calls for it."""
    if visit.state != VisitState.PLANNED:
        raise NotAllowed(f"此次督察{visit.state.label}，不能取消。")
    visit.state = VisitState.CANCELLED
    record(
        session, actor, "取消督察日程", visit.id, visit.cycle_id, visit.unit_id, day=visit.start_on,
        kind=visit.kind.label, reason=reason,
    )
    if visit.assignment_id:
        item = fetch(session, Assignment, visit.assignment_id)
        settle(session, item, AssignmentState.CANCELLED)
        refresh(session, visit.cycle_id, item.stage, clock.today(), visit.unit_id)
