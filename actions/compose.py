"""One message per person out of all that is planned for that person now, written with few statements."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Engine, bindparam, exists, func, insert, update
from sqlmodel import Session, and_, case, col, or_, select

from actions.record import Fact, record_many, system
from config import clock
from config.policy import Policy
from config.workdays import official
from models.cycle import QUIET, Assignment, Cycle
from models.database import reading, transaction
from models.ledger import open_cycles
from models.notice import Message, Notice
from models.unit import Contact
from models.words import CycleState, MessageState, NoticeKind, NoticeState


class Ready(dict[UUID | None, Policy]):
    """The cycles that may send now with their rules, None for what belongs to no cycle; of one office when named."""

    office: UUID | None = None


REMINDERS = (NoticeKind.REMIND, NoticeKind.URGE)
BY_HAND = "催办"  # how the step of an urge that a person asked for begins: it has a cap of its own (actions/urge.py)
AT_ONCE = 2_000  # contacts in one transaction: no click waits long for the write lock
MESSAGE, NOTICE = Message.__table__, Notice.__table__  # type: ignore[attr-defined]


@dataclass
class Person:
    """A contact and what is planned for it now: how much may wait for tomorrow, how much may not."""

    row: Any
    cycles: list[UUID | None] = field(default_factory=list)
    capped: int = 0
    free: int = 0


def may_send(moment: datetime, policy: Policy) -> bool:
    """Only on workdays, between the office's hours."""
    local = moment.astimezone(clock.ZONE)
    return official().is_workday(clock.date_of(moment)) and policy.send_from <= local.time() <= policy.send_until


def ready_cycles(session: Session, office_id: UUID | None = None) -> Ready:
    """The cycles that may send now with their rules; None stands for what belongs to no cycle."""
    now, ready = clock.now(), Ready()
    ready.office = office_id
    rules: dict[UUID | None, Policy] = {
        cycle.id: Policy.model_validate(cycle.policy) for cycle in open_cycles(session, office_id)
    }
    ended = select(Cycle.id).where(Cycle.state == CycleState.CLOSED)
    if office_id:
        ended = ended.where(Cycle.office_id == office_id)
    rules.update({key: Policy() for key in [None, *session.exec(ended)]})
    ready.update({key: policy for key, policy in rules.items() if may_send(now, policy)})
    return ready


def within(column: Any, ready: Ready) -> Any:
    """Whether the cycle in this column may send now."""
    named = column.in_([key for key in ready if key is not None])
    return or_(named, column.is_(None)) if None in ready else named


def of_office(column: Any, ready: Ready) -> list[Any]:
    """The condition that this column names the one office that is looked at; none when all are."""
    return [column == ready.office] if ready.office else []


def compose(bind: Engine | None, ready: Ready) -> int:
    """Write the messages of everybody who is owed one; returns how many people had reminders carried to the next
    workday because they have had enough today."""
    with reading(bind) as session:
        people = session.exec(
            select(Notice.contact_id).where(*_loose(ready)).distinct().order_by(col(Notice.contact_id))
        ).all()
        had = _had_today(session, ready) if people else {}
    carried = 0
    for start in range(0, len(people), AT_ONCE):
        first, last = people[start], people[min(start + AT_ONCE, len(people)) - 1]
        with transaction(bind) as session:
            carried += _compose_some(session, ready, had, first, last)
    return carried


def compose_all(session: Session, office_id: UUID) -> None:
    """Everybody's message of an office, whatever the hour: to be looked at before its hold is released, not to be sent
    by this."""
    cycles = session.exec(select(Cycle).where(Cycle.office_id == office_id)).all()
    rules: dict[UUID | None, Policy] = {one.id: Policy.model_validate(one.policy) for one in cycles}
    ready = Ready(rules | {None: Policy()})
    ready.office = office_id
    people = session.exec(select(Notice.contact_id).where(*_loose(ready)).distinct().order_by(col(Notice.contact_id)))
    if keys := people.all():
        _compose_some(session, ready, _had_today(session, ready), keys[0], keys[-1])


def _loose(ready: Ready) -> list[Any]:
    """Planned for somebody, in no message yet, in a cycle that may send now."""
    return [
        col(Notice.state) == NoticeState.PLANNED, col(Notice.message_id).is_(None),
        col(Notice.contact_id).is_not(None), within(col(Notice.cycle_id), ready), *of_office(Notice.office_id, ready),
    ]


def _compose_some(
    session: Session, ready: Ready, had: Mapping[UUID, int], first: UUID | None, last: UUID | None
) -> int:
    mine = [*_loose(ready), col(Notice.contact_id).between(first, last)]
    drop_settled(session, mine)
    people = _people(session, mine)
    gone = [one for one in people if not one.row.active]
    _forget(session, mine, gone)
    full = {one.row.id for one in people if one.capped and had.get(one.row.id, 0) >= _cap(one, ready)}
    told = [one for one in people if one.row.active and (one.free or one.row.id not in full)]
    if told:
        _link(session, told, _write(session, told), full)
    return sum(one.row.active and one.row.id in full for one in people)


def drop_settled(session: Session, mine: list[Any]) -> None:
    """Nobody is reminded of what was meanwhile handed in, done or cancelled."""
    settled = exists().where(
        col(Assignment.id) == col(Notice.assignment_id), col(Assignment.state).in_(QUIET)
    )
    session.exec(
        update(Notice).where(*mine, col(Notice.kind).in_(REMINDERS), settled).values(state=NoticeState.CANCELLED)
        .execution_options(synchronize_session=False)
    )


def may_wait() -> Any:
    """Reminders that the ladder wrote: over the cap they wait for the next workday's message."""
    return and_(col(Notice.kind).in_(REMINDERS), col(Notice.step).not_like(f"{BY_HAND}%"))


def _people(session: Session, mine: list[Any]) -> list[Person]:
    capped = func.sum(case((may_wait(), 1), else_=0))
    who = (
        Contact.id, Contact.office_id, Contact.unit_id, Contact.channel, Contact.address, Contact.active, Contact.name,
    )
    columns: Any = (*who, col(Notice.cycle_id), func.count().label("all"), capped.label("capped"))
    statement: Any = select(*columns).join(Contact, col(Contact.id) == Notice.contact_id).where(*mine)
    found: dict[UUID, Person] = {}
    for row in session.exec(statement.group_by(*who, col(Notice.cycle_id)).order_by(func.min(Notice.made_at))):
        person = found.setdefault(row.id, Person(row))
        person.cycles.append(row.cycle_id)
        person.capped += row.capped
        person.free += row.all - row.capped
    return list(found.values())


def _cap(person: Person, ready: Ready) -> int:
    return min(ready[key].unit_messages_a_day for key in person.cycles)


def _had_today(session: Session, ready: Ready) -> dict[UUID, int]:
    """How many messages with notices each has had or will have today; a code somebody asked for is none."""
    statement = (
        select(Message.contact_id, func.count())
        .where(
            Message.day == clock.today(), Message.state != MessageState.CANCELLED,
            exists().where(col(Notice.message_id) == col(Message.id)), *of_office(Message.office_id, ready),
        )
        .group_by(col(Message.contact_id))
    )
    return dict(session.exec(statement).all())


def _forget(session: Session, mine: list[Any], gone: list[Person]) -> None:
    """What was planned for somebody who is no longer the contact is withdrawn, and said so in the history."""
    if not gone:
        return
    keys = [one.row.id for one in gone]
    session.exec(
        update(Notice).where(*mine, col(Notice.contact_id).in_(keys)).values(state=NoticeState.CANCELLED)
        .execution_options(synchronize_session=False)
    )
    for office_id, rows in by_office([one.row for one in gone]):
        facts = [Fact("联系人已停用，未发", row.id, None, row.unit_id, {"name": row.name}) for row in rows]
        record_many(session, system(office_id), facts)


def by_office(rows: list[Any]) -> Iterator[tuple[UUID, list[Any]]]:
    """Rows under the office they belong to: every office has a history of its own."""
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.office_id].append(row)
    yield from found.items()


def _write(session: Session, people: list[Person]) -> list[dict[str, Any]]:
    blank = {
        "subject": "", "body": "", "merged": 0, "state": MessageState.QUEUED, "attempts": 0, "error": "",
        "second_way": False, "doubtful": False, "claimed_by": "", "day": clock.today(),
    }
    rows = [
        blank | {
            "id": uuid4(), "office_id": one.row.office_id, "cycle_id": one.cycles[0], "unit_id": one.row.unit_id,
            "contact_id": one.row.id, "channel": one.row.channel, "address": one.row.address,
        }
        for one in people
    ]
    session.connection().execute(insert(MESSAGE), rows)
    return rows


def _link(session: Session, people: list[Person], messages: list[dict[str, Any]], full: set[UUID]) -> None:
    """Put every planned notice into its person's message, of who has had enough only what may not wait; a message that
    got none, because another worker wrote it at the same moment, is not kept."""
    n = NOTICE.c
    statement = update(NOTICE).values(message_id=bindparam("into")).where(
        n.contact_id == bindparam("who"), n.state == NoticeState.PLANNED, n.message_id.is_(None),
        func.coalesce(n.cycle_id, n.contact_id) == bindparam("cycle"),  # by person: never by the index of the cycle
    )
    for some, what in ((False, statement), (True, statement.where(~may_wait()))):
        rows = [
            {"who": one.row.id, "into": message["id"], "cycle": cycle or one.row.id}
            for one, message in zip(people, messages, strict=True) if (one.row.id in full) == some
            for cycle in one.cycles
        ]
        if rows:
            session.connection().execute(what, rows)
    if session.get_bind().dialect.name == "postgresql":  # another worker may have linked the same notices meanwhile
        bare = MESSAGE.c.id.in_([one["id"] for one in messages]), ~exists().where(n.message_id == MESSAGE.c.id)
        session.connection().execute(MESSAGE.delete().where(*bare))
