"""What was owed by plain reasoning, beside what the other side saw: neither asks the product's own tables."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import col, select

from chaos.sink import Arrival
from chaos.world import Duty, World
from config.workdays import Calendar, official
from models import database
from models.cycle import Assignment
from models.notice import Message, Notice
from models.words import MessageState

BEFORE, AFTER = (7, 3, 1, 0), (1, 3)


@dataclass(frozen=True)
class Outcome:
    """One fault's line: how much was owed, arrived, arrived twice, got lost; what waits for a person, because nobody
    can know whether it arrived, is neither sent nor lost. `wrong` names what must never be."""

    name: str
    owed: int
    sent: int
    twice: int
    lost: int
    most_twice: int = 0
    wrong: tuple[str, ...] = ()
    note: str = ""
    waiting: int = 0

    @property
    def kept(self) -> bool:
        return not self.lost and self.twice <= self.most_twice and not self.wrong and self.owed > 0


def ladder_days(due: date, calendar: Calendar) -> set[date]:
    """The mornings on which a duty is told about, counted with fingers."""
    found = set()
    for n in BEFORE:
        day = due - timedelta(days=n)
        while not calendar.is_workday(day):
            day -= timedelta(days=1)
        found.add(day)
    for n in AFTER:
        day, left = due, n
        while left:
            day += timedelta(days=1)
            left -= calendar.is_workday(day)
        found.add(day)
    return found


def owed(duty: Duty, first: date, runs: Sequence[date]) -> Iterator[date]:
    """The days of `runs` on which this duty had to be told: a morning of its ladder came since the run before."""
    mornings = {day for day in ladder_days(duty.due, official()) if day >= first}
    since = first - timedelta(days=1)
    for day in runs:
        if any(since < one <= day for one in mornings) and (duty.done_on is None or day < duty.done_on):
            yield day
        since = day


def all_owed(world: World, first: date, runs: Sequence[date]) -> Counter[str]:
    """How often each duty had to be told over these runs."""
    found = {title: sum(1 for _ in owed(duty, first, runs)) for title, duty in world.duties.items()}
    return Counter({title: count for title, count in found.items() if count})


def account(
    name: str, world: World, arrivals: Sequence[Arrival], expected: Counter[str], most_twice: int = 0, note: str = ""
) -> Outcome:
    """One line: what arrived under one key counts once, the rest of that key is twice; so is what a doubtful message
    with a key of its own said again in the words of another hour."""
    taken = [one for one in arrivals if one.taken]
    keys = Counter(one.key for one in taken)
    first = {one.key: one for one in reversed(taken)}
    rows, asked = _messages(), _asked()
    told = Counter(title for one in first.values() for title in one.titles)
    renewed = {key: one for key, one in first.items() if key in rows and rows[key].doubtful and keys[key] == 1}
    over, excused = told - expected, Counter(title for one in renewed.values() for title in one.titles)
    again = sum(1 for one in renewed.values() if set(one.titles) & set(over))
    twice = sum(count - 1 for count in keys.values()) + again
    missing = expected - told
    wrong = [*_unlike(taken, keys), *_unsaid(keys, rows), *_too_often(world, over - excused)]
    return Outcome(
        name, expected.total(), (told & expected).total(), twice, (missing - asked).total(), most_twice,
        tuple(wrong[:5]), note, (missing & asked).total(),
    )


def _too_often(world: World, over: Counter[str]) -> Iterator[str]:
    """Somebody new hears for the first time what the one before may have heard."""
    for title in over:
        if world.duties[title].contact not in world.replaced:
            yield f"{title}多说了"


def _messages() -> dict[str, Message]:
    with database.reading() as session:
        return {str(row.id): row for row in session.exec(select(Message).where(col(Message.address) != ""))}


def _asked() -> Counter[str]:
    """What a person was asked about: nobody knows whether it arrived, or nothing reached the address."""
    states = (MessageState.UNKNOWN, MessageState.DEAD)
    with database.reading() as session:
        found = session.exec(
            select(Assignment.title).join(Notice, col(Notice.assignment_id) == Assignment.id)
            .join(Message, col(Message.id) == Notice.message_id).where(col(Message.state).in_(states))
        )
        return Counter(found)


def _unlike(taken: Sequence[Arrival], keys: Counter[str]) -> Iterator[str]:
    for key in [key for key, count in keys.items() if count > 1]:
        if len({one.digest for one in taken if one.key == key}) > 1:
            yield f"{key[:8]}两次文字不同"


def _unsaid(keys: Counter[str], rows: dict[str, Message]) -> Iterator[str]:
    """Everything that came twice must say so in the outbox; nothing may be called sent that never arrived."""
    for key, count in keys.items():
        if count > 1 and key in rows and not rows[key].doubtful:
            yield f"{key[:8]}到达{count}次而未标注可能重复"
    for key, row in rows.items():
        if row.state == "sent" and key not in keys:
            yield f"{key[:8]}称已发而未到达"


def workdays(first: date, count: int) -> list[date]:
    """So many working days from `first`, by the official calendar."""
    found, day = [], first
    while len(found) < count:
        if official().is_workday(day):
            found.append(day)
        day += timedelta(days=1)
    return found
