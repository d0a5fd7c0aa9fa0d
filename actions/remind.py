"""Who must be told what today: from the stored next-notice days to notices, once each."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import bindparam, update
from sqlmodel import Session, select

from actions.deadline import cancel_notices, ladder_of
from actions.record import Fact, record_many, system
from config import clock
from config.policy import Policy
from config.workdays import Calendar, official
from models.cycle import Assignment, Cycle
from models.database import fetch, insert_new
from models.duty_ledger import quota_progress
from models.ledger import contacts_by_owner, contacts_of_unit, due_for_notice, units_with_problems
from models.notice import Notice
from models.unit import Contact
from models.words import AssignmentKind, NoticeKind, NoticeState
from notifications.wording import progress_line
from rules.period import is_behind
from rules.reminder import Owed, next_step_on, owed_steps


def plan_reminders(session: Session, cycle_id: UUID, day: date) -> list[UUID]:
    """Write the notices owed on `day`; returns the assignments whose ladder has run out and need a person.

    On a rest day nothing is written: what is owed waits for the next workday.
    """
    calendar = official()
    if not calendar.is_workday(day):
        return []
    cycle = fetch(session, Cycle, cycle_id)
    policy = Policy.model_validate(cycle.policy)
    contacts = contacts_by_owner(session, cycle.office_id)
    troubled = units_with_problems(session, cycle_id)
    notices: list[dict[str, Any]] = []
    moved, drafts, silent = [], [], []
    rows = due_for_notice(session, cycle_id, day)
    progress = quota_progress(session, rows)
    for row in rows:
        ladder = ladder_of(policy, row.kind, row.terms)
        owed = owed_steps(row.due_on, ladder, calendar, row.next_notice_on, day)
        people = contacts.get(row.team_id or row.unit_id, [])
        settled = _on_course(row, progress, day) or (row.kind == AssignmentKind.GOAL and row.unit_id not in troubled)
        if owed and not owed.step.draft and not settled:
            text = progress_line(row.title, row.terms, progress[row.id], row.due_on) if row.id in progress else ""
            notices += [{**_notice(cycle, row, owed, contact, day), "text": text} for contact in people]
            if not people:
                silent.append(row)
        if owed and owed.draft and row.unit_id:
            drafts.append(row.id)
        moved.append({"key": row.id, "next": next_step_on(row.due_on, ladder, calendar, day)})
    cancel_notices(session, [row["assignment_id"] for row in notices])  # an older step says less than a newer one
    insert_new(session, Notice, notices)
    revive(session, notices)
    _move_on(session, moved)
    facts = [Fact("无人可通知", row.id, cycle.id, row.unit_id, {"title": row.title}) for row in silent]
    record_many(session, system(cycle.office_id), facts)
    return drafts


def _on_course(row: Any, progress: dict[UUID, float], day: date) -> bool:
    """A figure that has come far enough for this time of its period is not chased."""
    if row.id not in progress:
        return False
    return not is_behind(day, row.period_start, row.due_on, row.terms.get("needed", 1), progress[row.id])


def _notice(cycle: Cycle, row: Any, owed: Owed, contact: Contact, day: date) -> dict[str, Any]:
    return {
        "id": uuid4(), "office_id": cycle.office_id, "cycle_id": cycle.id, "unit_id": row.unit_id,
        "contact_id": contact.id, "assignment_id": row.id, "message_id": None,
        "kind": NoticeKind.URGE if owed.step.overdue else NoticeKind.REMIND, "step": owed.step.name,
        "deadline_version": row.deadline_version, "due_on": row.due_on, "planned_on": day,
        "late_from": owed.late_from, "state": NoticeState.PLANNED, "made_at": clock.now(),
    }


def revive(session: Session, notices: list[dict[str, Any]]) -> None:
    """A notice that was withdrawn (a report came in) and is owed again (it was sent back) stands up again in today's
    words."""
    if not notices:
        return
    table = Notice.__table__  # type: ignore[attr-defined]
    keys = ("assignment_id", "step", "contact_id", "deadline_version")
    statement = (
        update(table)
        .where(table.c.state == NoticeState.CANCELLED, *(table.c[key] == bindparam(f"b_{key}") for key in keys))
        .values(
            state=NoticeState.PLANNED, message_id=None, planned_on=bindparam("b_day"), text=bindparam("b_text"),
        )
    )
    rows = [
        {**{f"b_{key}": row[key] for key in keys}, "b_day": row["planned_on"], "b_text": row["text"]}
        for row in notices
    ]
    session.connection().execute(statement, rows)


def _move_on(session: Session, moved: list[dict[str, Any]]) -> None:
    """Store the next look of every row with one statement."""
    if moved:
        table = Assignment.__table__  # type: ignore[attr-defined]
        statement = update(table).where(table.c.id == bindparam("key")).values(next_notice_on=bindparam("next"))
        session.connection().execute(statement, moved)


def tell(
    session: Session,
    contact_ids: list[UUID],
    text: str,
    *,
    office_id: UUID,
    step: str,
    kind: NoticeKind = NoticeKind.LETTER,
    cycle_id: UUID | None = None,
    unit_id: UUID | None = None,
    assignment_id: UUID | None = None,
    version: int = 1,
) -> None:
    """Plan one sentence for these people; the same (assignment, step, person, version) is told only once."""
    rows = [
        {
            "id": uuid4(), "office_id": office_id, "cycle_id": cycle_id, "unit_id": unit_id, "contact_id": contact,
            "assignment_id": assignment_id, "message_id": None, "kind": kind, "step": step,
            "deadline_version": version, "due_on": None, "planned_on": clock.today(), "late_from": None,
            "text": text, "state": NoticeState.PLANNED, "made_at": clock.now(),
        }
        for contact in contact_ids
    ]
    session.flush()
    insert_new(session, Notice, rows)


def tell_unit(
    session: Session, item: Assignment, text: str, step: str, kind: NoticeKind = NoticeKind.LETTER
) -> None:
    """Plan one sentence about an assignment for all contacts of its unit."""
    people = contacts_of_unit(session, item.unit_id) if item.unit_id else []
    tell(
        session, [contact.id for contact in people], text, office_id=item.office_id, step=step, kind=kind,
        cycle_id=item.cycle_id, unit_id=item.unit_id, assignment_id=item.id, version=item.version,
    )


def alert_office(session: Session, office_id: UUID, text: str, cycle_id: UUID | None = None) -> None:
    """Leave a notice on the office's own desk; it stays until somebody has read it, the same one only once."""
    unread = select(Notice.id).where(
        Notice.office_id == office_id, Notice.kind == NoticeKind.ALERT, Notice.state == NoticeState.PLANNED,
        Notice.text == text,
    )
    if session.exec(unread).first():
        return
    session.add(
        Notice(
            office_id=office_id, cycle_id=cycle_id, kind=NoticeKind.ALERT, step="告警", planned_on=clock.today(),
            text=text, made_at=clock.now(),
        )
    )


def calendar_note(day: date, calendar: Calendar) -> str:
    """Why nothing is sent today, for a run's end state; empty on a workday."""
    rest = calendar.rest_name(day)
    return f"{day:%m-%d}逢{rest}，不发通知" if rest else ""
