"""What need not be done after all: cancelled with a reason its unit reads; the row and its history stay."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select

from actions.advance import refresh
from actions.deadline import settle
from actions.grant_time import asked_for
from actions.record import Actor, record
from actions.remind import tell_unit
from config import clock
from models.base import Rejected
from models.cycle import Assignment
from models.ledger import LIVE, contacts_by_owner
from models.unit import Contact
from models.words import AssignmentKind, AssignmentState

K = AssignmentKind
# each of these ends with something else: a problem's life, a visit, a letter
ELSEWHERE = {
    K.PROBLEM: "问题请在问题页撤销", K.ON_SITE_FEEDBACK: "请在实地督察日程中取消该次督察",
    K.FEEDBACK_RECEIPT: "督察反馈意见已印发，须签收", K.FEEDBACK_LETTER: "随督察反馈办理",
    K.RECT_PLAN: "随问题整改办理", K.RECT_REPORT: "随问题整改办理", K.GOAL: "随问题整改办理",
    K.TASK: "打分表的一项，随自查报告办理", K.LOOK_BACK: "请在回头看中逐个登记核查情况",
}


class Cancelling:
    """Cancels these rows, a self-check report with the items of its score sheets."""

    def __init__(
        self, session: Session, actor: Actor, reason: str, _day: date | None, _workdays: int,
        items: Sequence[Assignment],
    ) -> None:
        if not reason:
            raise Rejected("取消事项须写明理由。")
        self.session, self.actor, self.reason = session, actor, reason
        keys = [item.id for item in items]
        self.hands, self.asked = _live_hands(session, keys), asked_for(session, keys)
        self.contacts = contacts_by_owner(session, actor.office_id)
        self.when = "通知随下一次发送发出"

    def refusal(self, item: Assignment) -> str:
        if item.state not in LIVE:
            return f"{item.state.label}，不能取消"
        if hands := self.hands[item.id]:
            return f"其下还有{hands}项责任落实未办结"
        if item.id in self.asked:
            return "有延期申请待批，请在“延期审批”中办理"
        return ELSEWHERE.get(item.kind, "")

    def says(self, item: Assignment) -> str:
        return f"{item.state.label} → 已取消"

    def told(self, item: Assignment) -> list[tuple[Contact, str]]:
        people = self.contacts.get(item.unit_id, []) if item.unit_id else []
        return [(person, self._words(item)) for person in people]

    def _words(self, item: Assignment) -> str:
        return f"{item.title}：此项已取消，不再办理。理由：{self.reason.rstrip('。')}。"

    def do(self, item: Assignment) -> None:
        settle(self.session, item, AssignmentState.CANCELLED)
        for part in self.session.exec(select(Assignment).where(Assignment.part_of == item.id)).all():
            if part.kind == K.TASK and part.state in LIVE:
                part.state = AssignmentState.CANCELLED
        record(
            self.session, self.actor, "取消事项", item.id, item.cycle_id, item.unit_id, title=item.title,
            reason=self.reason,
        )
        tell_unit(self.session, item, self._words(item), f"取消{item.version}")
        refresh(self.session, item.cycle_id, item.stage, clock.today(), item.unit_id)


def _live_hands(session: Session, keys: Sequence[UUID]) -> Counter[UUID | None]:
    """How much is still owed beneath each lead."""
    statement = select(Assignment.rolls_up_to).where(
        col(Assignment.rolls_up_to).in_(keys), col(Assignment.state).in_(LIVE)
    )
    return Counter(session.exec(statement))
