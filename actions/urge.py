"""Urging by hand: in the allowed hours, merged per person, no row twice a day, nobody more often than the cap."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid4

from sqlmodel import Session, col, select

from actions.compose import may_send
from actions.record import Actor, record
from actions.remind import revive
from config import clock
from config.policy import Policy
from config.workdays import DAY, official
from models.base import Rejected
from models.cycle import Assignment, Stage
from models.database import insert_new
from models.ledger import LIVE, contacts_by_owner, policy_of
from models.notice import Message, Notice
from models.unit import Contact
from models.words import AssignmentKind, AssignmentState, MessageState, NoticeKind, NoticeState, StageState
from notifications.wording import line
from rules import workday

K = AssignmentKind
LONGEST = 200


class Urging:
    """Urges these rows: everything it must know of them is read once."""

    def __init__(
        self, session: Session, actor: Actor, reason: str, _day: date | None, _workdays: int,
        items: Sequence[Assignment],
    ) -> None:
        if len(reason) > LONGEST:
            raise Rejected(f"附言请控制在{LONGEST}字以内。")
        self.session, self.actor, self.reason = session, actor, reason
        self.contacts = contacts_by_owner(session, actor.office_id)
        self.policies = {key: policy_of(session, key) for key in {item.cycle_id for item in items}}
        self.day = max((sending_day(policy) for policy in self.policies.values()), default=clock.today())
        self.told_today = _told(session, [item.id for item in items])
        self.had = _messages_of(session, actor.office_id) if self.day == clock.today() else Counter[UUID]()
        self.closed = _closed_stages(session, list(self.policies))
        self.parents = _parents(session, items)

    @property
    def when(self) -> str:
        policy = next(iter(self.policies.values()), Policy())
        if self.day == clock.today() and may_send(clock.now(), policy):
            return "确认后即发"
        return f"{self.day.month}月{self.day.day}日{policy.send_from:%H:%M}起发出"

    def refusal(self, item: Assignment) -> str:
        return _state_refusal(item) or self._part(item) or self._people(item)

    def _part(self, item: Assignment) -> str:
        parent = self.parents.get(item.part_of) if item.part_of else None
        if parent and parent.state in LIVE and parent.due_on == item.due_on:
            return f"随“{parent.title}”一并催办"
        if item.state == AssignmentState.PLANNED and (item.cycle_id, item.stage) in self.closed:
            return "所在阶段尚未开始"
        return ""

    def _people(self, item: Assignment) -> str:
        if item.id in self.told_today:
            return self.told_today[item.id]
        people = self.contacts.get(item.team_id or item.unit_id, [])
        if not people:
            return "没有联系人，请电话通知"
        return "" if self._reached(item) else f"联系人今日已收到{self._cap(item)}条通知，不再催"

    def _cap(self, item: Assignment) -> int:
        return self.policies[item.cycle_id].messages_a_day

    def _reached(self, item: Assignment) -> list[Contact]:
        people = self.contacts.get(item.team_id or item.unit_id, [])
        return [person for person in people if self.had[person.id] < self._cap(item)]

    def says(self, item: Assignment) -> str:
        return "通知" + "、".join(person.name for person in self._reached(item))

    def told(self, item: Assignment) -> list[tuple[Contact, str]]:
        return [
            (person, line(self._notice(item, person), item.title, self.day, official()))
            for person in self._reached(item)
        ]

    def do(self, item: Assignment) -> None:
        people = self._reached(item)
        rows = [self._notice(item, person).model_dump() for person in people]
        insert_new(self.session, Notice, rows)
        revive(self.session, rows)
        names = "、".join(person.name for person in people)
        record(
            self.session, self.actor, "催办", item.id, item.cycle_id, item.unit_id, title=item.title, to=names,
            due=item.due_on, reason=self.reason,
        )

    def _notice(self, item: Assignment, person: Contact) -> Notice:
        """One notice a day and row: its key is the day on which it goes out."""
        text = "" if item.due_on and not self.reason else _words(item, self.reason, self.day)
        return Notice(
            id=uuid4(), office_id=item.office_id, cycle_id=item.cycle_id, unit_id=item.unit_id, contact_id=person.id,
            assignment_id=item.id, kind=NoticeKind.URGE, step=f"催办{self.day}", due_on=item.due_on,
            deadline_version=item.deadline_version, planned_on=clock.today(), text=text, made_at=clock.now(),
        )


def _words(item: Assignment, reason: str, day: date) -> str:
    """The line of a notice that carries more than its limit."""
    blank = Notice(office_id=item.office_id, kind=NoticeKind.URGE, step="", planned_on=day, due_on=item.due_on,
                   made_at=clock.now())
    said = line(blank, item.title, day, official()) if item.due_on else f"{item.title}：请尽快办理"
    return f"{said}。{reason}" if reason else said


def sending_day(policy: Policy) -> date:
    """The day on which what is written now goes out: today until the last allowed minute, else the next workday."""
    local, today = clock.now().astimezone(clock.ZONE), clock.today()
    if local.time() > policy.send_until:
        today += DAY
    return workday.on_or_after(today, official())


def _state_refusal(item: Assignment) -> str:
    if item.state == AssignmentState.SUBMITTED:
        return "已报送，等办公室审核"
    if item.state not in LIVE:
        return f"{item.state.label}，无须催办"
    if item.paused_on:
        return "暂停计时中"
    return "每年确认一次的事项不催办" if item.kind == K.CONFIRMATION else ""


def _told(session: Session, keys: Sequence[UUID]) -> dict[UUID, str]:
    """The rows already spoken of today, or about to be."""
    statement = (
        select(Notice.assignment_id, Notice.state)
        .join(Message, col(Message.id) == Notice.message_id, isouter=True)
        .where(
            col(Notice.assignment_id).in_(keys), col(Notice.kind).in_((NoticeKind.REMIND, NoticeKind.URGE)),
            (col(Notice.state) == NoticeState.PLANNED)
            | ((col(Notice.state) == NoticeState.SENT)
               & ((col(Notice.planned_on) == clock.today()) | (col(Message.day) == clock.today()))),
        )
    )
    words = {NoticeState.PLANNED: "已有一条提醒待发", NoticeState.SENT: "今日已提醒过"}
    return {row[0]: words[NoticeState(row[1])] for row in session.exec(statement) if row[0]}


def _messages_of(session: Session, office_id: UUID) -> Counter[UUID]:
    """How many messages each person has had today."""
    statement = select(Message.contact_id).where(
        Message.office_id == office_id, Message.day == clock.today(), Message.state != MessageState.CANCELLED
    )
    return Counter(session.exec(statement))


def _closed_stages(session: Session, cycles: Sequence[UUID]) -> set[tuple[UUID, str]]:
    statement = select(Stage).where(col(Stage.cycle_id).in_(cycles), Stage.state == StageState.PLANNED)
    return {(stage.cycle_id, stage.kind) for stage in session.exec(statement)}


def _parents(session: Session, items: Sequence[Assignment]) -> dict[UUID, Assignment]:
    keys = {item.part_of for item in items if item.part_of}
    return {row.id: row for row in session.exec(select(Assignment).where(col(Assignment.id).in_(keys)))}
