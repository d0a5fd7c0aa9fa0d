"""Who must be told what today: from the stored next-notice days to notices, once each."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import bindparam, update
from sqlmodel import Session, select

from actions.deadline import cancel_notices, ladder_of
from actions.plan_portion import kind_of, note_silent, plan_portion
from config import clock
from config.policy import Policy
from config.workdays import Calendar, official
from models import due_ledger
from models.cycle import Assignment, Cycle
from models.database import fetch, insert_new
from models.due_ledger import Portion, combinations, figures_due
from models.duty_ledger import done_of
from models.ledger import contacts_by_owner, contacts_of_unit
from models.notice import Notice
from models.unit import Contact
from models.words import NoticeKind, NoticeState
from notifications.wording import progress_line
from rules.period import is_behind
from rules.reminder import Verdict, verdict


def plan_reminders(session: Session, cycle_id: UUID, day: date) -> bool:
    """Write the notices owed on `day` for one portion of a cycle's rows; True when there may be more: the caller
    commits and asks again, so that no write lock is held for long.

    On a rest day nothing is written: what is owed waits for the next workday.
    """
    if not official().is_workday(day):
        return False
    cycle = fetch(session, Cycle, cycle_id)
    session.flush()
    portion = Portion(cycle.office_id, cycle_id, day)
    found = combinations(session, portion)
    if found.figures:
        plan_figures(session, cycle, day)
    if found.rows > due_ledger.MOST:
        portion = due_ledger.bounded(session, portion)
        found = combinations(session, portion)
    if found.kinds:
        plan_portion(session, cycle, portion, found)
    return found.figures or portion.last is not None


def plan_figures(session: Session, cycle: Cycle, day: date) -> None:
    """The rows that count towards a figure, one by one: each has words of its own, and is silent while on course."""
    rows = figures_due(session, cycle.id, day)
    policy, contacts = Policy.model_validate(cycle.policy), contacts_by_owner(session, cycle.office_id)
    done = done_of(session, [row.id for row in rows])
    notices: list[dict[str, Any]] = []
    moved, silent = [], []
    for row in rows:
        found = verdict(row.due_on, ladder_of(policy, row.kind, row.terms), official(), row.next_notice_on, day)
        people, so_far = contacts.get(row.team_id or row.unit_id, []), done.get(row.id, 0.0)
        if found.step and is_behind(day, row.period_start, row.due_on, row.terms.get("needed", 1), so_far):
            text = progress_line(row.title, row.terms, so_far, row.due_on)
            notices += [{**_notice(cycle, row, found, contact, day), "text": text} for contact in people]
            if not people:
                silent.append(row)
        moved.append({"key": row.id, "next": found.next_on})
    cancel_notices(session, [row["assignment_id"] for row in notices])  # an older step says less than a newer one
    insert_new(session, Notice, notices)
    revive(session, notices)
    _move_on(session, moved)
    note_silent(session, cycle, silent)


def _notice(cycle: Cycle, row: Any, found: Verdict, contact: Contact, day: date) -> dict[str, Any]:
    assert found.step is not None
    return {
        "id": uuid4(), "office_id": cycle.office_id, "cycle_id": cycle.id, "unit_id": row.unit_id,
        "contact_id": contact.id, "assignment_id": row.id, "message_id": None, "kind": kind_of(found.step),
        "step": found.step.name, "deadline_version": row.deadline_version, "due_on": row.due_on, "planned_on": day,
        "late_from": found.late_from, "state": NoticeState.PLANNED, "made_at": clock.now(),
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
