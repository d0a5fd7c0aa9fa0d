"""A limit stands still while nothing can be done, with a reason, and runs on for as long as was left."""

from datetime import timedelta

from sqlmodel import Session, select

from actions.deadline import move_deadline, note_version, replan
from actions.record import Actor, allow, record
from actions.remind import tell_unit
from config import clock
from config.day_words import month_day
from config.workdays import official
from models.base import Conflict, NotAllowed, Rejected
from models.cycle import Assignment
from models.ledger import LIVE, running_cycle
from models.words import LimitChange
from rules import workday
from rules.roles import Act


def pause(session: Session, actor: Actor, item: Assignment, reason: str) -> None:
    """Stop the clock of an assignment and of its parts: no reminders, not overdue, until it is resumed."""
    allow(actor, Act.LIMIT)
    running_cycle(session, item.cycle_id)
    if not reason.strip():
        raise Rejected("暂停计时须写明理由。")
    if item.state not in LIVE or item.due_on is None:
        raise NotAllowed("只有在办且有时限的事项才能暂停计时。")
    if item.paused_on:
        raise Conflict(f"此项自{item.paused_on}起已暂停计时。")
    for row in [item, *_parts(session, item)]:
        row.paused_on, row.because = clock.today(), f"暂停计时：{reason.strip()}"
        note_version(session, actor, row, row.due_on, LimitChange.PAUSED)
        replan(session, row)
    record(
        session, actor, "暂停计时", item.id, item.cycle_id, item.unit_id, title=item.title, due=item.due_on,
        reason=reason,
    )
    text = f"{item.title}：自今日起暂停计时，恢复时另行通知。理由：{reason.strip()}"
    tell_unit(session, item, text, f"暂停{item.deadline_version}")


def resume(session: Session, actor: Actor, item: Assignment, reason: str = "") -> None:
    """Let the clock run on: the limit moves by the days it stood still, and off a rest day."""
    allow(actor, Act.LIMIT)
    if item.paused_on is None or item.due_on is None:
        raise Conflict("此项没有暂停计时。")
    days = (clock.today() - item.paused_on).days
    due = item.due_on + timedelta(days=days)
    if days:
        due = workday.on_or_after(due, official())
    for row in [item, *_parts(session, item)]:
        row.paused_on = None
    why = f"（{reason.strip()}）" if reason.strip() else ""
    because = f"恢复计时：暂停{days}天，原{item.due_on}顺延至{due}{why}"
    move_deadline(session, actor, item, due, because, LimitChange.RESUMED)
    text = f"{item.title}：恢复计时，请于{month_day(due)}前完成。"
    tell_unit(session, item, text, f"恢复{item.deadline_version}")


def _parts(session: Session, item: Assignment) -> list[Assignment]:
    """What is told with it: parts that share its limit."""
    found = session.exec(select(Assignment).where(Assignment.part_of == item.id))
    return [part for part in found if part.due_on == item.due_on and part.state in LIVE]
