"""Duties of the office and its teams that end with a word of the person who did them."""

from sqlmodel import Session

from actions.deadline import settle
from actions.record import Actor, allow, record
from models.base import Conflict, NotAllowed, Rejected
from models.cycle import OVER, Assignment
from models.words import AssignmentKind, AssignmentState
from rules.roles import Act

OWN = (AssignmentKind.OFFICE_TASK, AssignmentKind.TEAM_REPORT, AssignmentKind.INSPECTION_REPORT)


def finish(session: Session, actor: Actor, item: Assignment, note: str) -> None:
    """Mark an own duty done, with a note of what was handed over (a number, a file, a place)."""
    allow(actor, Act.FINISH)
    if item.kind not in OWN:
        raise NotAllowed("此项不能由您直接办结。")
    if item.state in OVER:
        raise Conflict(f"“{item.title}”{item.state.label}，不再办理。")
    if not note.strip():
        raise Rejected("请写明办结情况（如文号、报送去向）。")
    item.note = note.strip()
    settle(session, item, AssignmentState.DONE)
    record(session, actor, "办结", item.id, item.cycle_id, item.unit_id, title=item.title, note=note)
