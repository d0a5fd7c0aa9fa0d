"""More time for many rows without a request: by those who may approve one, with a reason the units read."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select

from actions.advance import refresh
from actions.deadline import move_deadline
from actions.record import Actor
from actions.remind import tell_unit
from config import clock
from config.day_words import month_day
from config.workdays import official
from models.base import Rejected
from models.cycle import Assignment
from models.ledger import LIVE, contacts_by_owner
from models.submission import Extension
from models.unit import Contact
from models.words import AssignmentKind, ExtensionState, LimitChange
from rules import workday
from rules.roles import Act, may

MOST_WORKDAYS = 250


class Granting:
    """Gives these rows a later limit: one day for all, or so many workdays more for each."""

    def __init__(
        self, session: Session, actor: Actor, reason: str, day: date | None, workdays: int,
        items: Sequence[Assignment],
    ) -> None:
        if not reason:
            raise Rejected("调整时限须写明理由。")
        if (day is None) == (workdays == 0) or not 0 <= workdays <= MOST_WORKDAYS:
            raise Rejected(f"请填写新的时限，或顺延的工作日数（1至{MOST_WORKDAYS}），两者填一项。")
        self.session, self.actor, self.reason, self.day, self.workdays = session, actor, reason, day, workdays
        self.asked = asked_for(session, [item.id for item in items])
        self.contacts = contacts_by_owner(session, actor.office_id)
        self.when = "通知随下一次发送发出"

    def refusal(self, item: Assignment) -> str:
        if why := self._who(item):
            return why
        if item.state not in LIVE:
            return f"{item.state.label}，不再调整时限"
        if item.paused_on:
            return "暂停计时中，恢复时自动顺延"
        if item.kind == AssignmentKind.TASK:
            return "打分表的一项，随自查报告一并调整"
        return self._clash(item)

    def _clash(self, item: Assignment) -> str:
        if item.id in self.asked:
            return "有延期申请待批，请在“延期审批”中办理"
        if self.workdays and not item.due_on:
            return "未定时限，无从顺延"
        new = self._new(item)
        if new < clock.today() or (item.due_on and new <= item.due_on):
            return f"{month_day(new)}不晚于现时限或今天"
        return ""

    def _who(self, item: Assignment) -> str:
        """A unit's limit is moved by whoever approves extensions; the office's own and undated ones by the office."""
        units = item.unit_id is not None and item.due_on is not None
        if units and not may(self.actor.role, Act.EXTENSION):
            return "单位的时限须由主任或分管领导调整"
        return "" if units or may(self.actor.role, Act.LIMIT) else "办公室的任务由办公室调整"

    def _new(self, item: Assignment) -> date:
        if self.day is not None or item.due_on is None:
            return self.day or clock.today()
        return workday.add(item.due_on, self.workdays, official())

    def says(self, item: Assignment) -> str:
        old = month_day(item.due_on) if item.due_on else "未定"
        new = self._new(item)
        return f"{old} → {new.month}月{new.day}日"

    def told(self, item: Assignment) -> list[tuple[Contact, str]]:
        people = self.contacts.get(item.unit_id, []) if item.unit_id else []
        return [(person, self._words(item, self._new(item))) for person in people]

    def _words(self, item: Assignment, new: date) -> str:
        return f"{item.title}：时限调整为{month_day(new)}。理由：{self.reason.rstrip('。')}。"

    def do(self, item: Assignment) -> None:
        new, dated = self._new(item), item.due_on is not None
        change = LimitChange.SET if not dated else LimitChange.EXTENDED if item.unit_id else LimitChange.MOVED
        move_deadline(self.session, self.actor, item, new, f"批量调整：{self.reason}", change)
        tell_unit(self.session, item, self._words(item, new), f"调整{item.deadline_version}")
        refresh(self.session, item.cycle_id, item.stage, clock.today(), item.unit_id)


def asked_for(session: Session, keys: Sequence[UUID]) -> set[UUID]:
    """The rows for which somebody waits to hear about more time."""
    statement = select(Extension.assignment_id).where(
        col(Extension.assignment_id).in_(keys), Extension.state == ExtensionState.ASKED
    )
    return set(session.exec(statement))
