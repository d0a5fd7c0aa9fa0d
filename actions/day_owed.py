"""Who had to be told of what on a day: every duty that could be meant is put before rules/reckoning.py, one by one."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session

from actions.deadline import ladder_of
from actions.evaluation import BEFORE
from config import clock
from config.policy import Ladder, Policy
from config.workdays import DAY, official
from models import account_ledger as ledger
from models.cycle import QUIET, Cycle
from models.duty_ledger import done_of
from models.ledger import unsettled_units
from models.portions import portions
from models.words import ANSWER, AssignmentKind, AssignmentState, LimitChange
from rules import workday
from rules.period import is_behind
from rules.reckoning import Life, Limit, dues_told_on, limit_on, owed_on

K = AssignmentKind
LAST_ROUND = timedelta(minutes=15)  # what comes in after the day's last round goes out on the next workday


@dataclass(frozen=True)
class Pair:
    """One person to be told of one limit; `since` the day it was first owed, `ended`: handed in on this very day."""

    item: UUID
    contact: UUID | None
    due: date
    since: date
    ended: bool
    policy: Policy

    @property
    def key(self) -> tuple[UUID, UUID | None, date]:
        return self.item, self.contact, self.due


def last_call(policy: Policy, day: date) -> datetime:
    """The moment after which nothing new goes out on that day."""
    return clock.at_time(day, policy.send_until) - LAST_ROUND


def owed_pairs(session: Session, office_id: UUID, day: date, carried: Sequence[dict[str, Any]]) -> list[Pair]:
    """Everybody owed something on `day`: by the ladders, and what `carried` names as not told the day before."""
    kept = {(UUID(line["item"]), date.fromisoformat(line["due"])): date.fromisoformat(line["since"])
            for line in carried}
    rows = ledger.by_key(session, {key for key, _ in kept})
    found: list[Pair] = []
    for cycle in ledger.cycles_to_count(session, office_id):
        mine = {row.id: row for row in rows if row.cycle_id == cycle.id}
        found += _Cycle(session, cycle, day, kept).pairs(mine)
    return found


class _Cycle:
    """The duties of one cycle on one day."""

    def __init__(self, session: Session, cycle: Cycle, day: date, kept: dict[tuple[UUID, date], date]) -> None:
        self.session, self.cycle, self.day, self.kept = session, cycle, day, kept
        self.policy, self.calendar = Policy.model_validate(cycle.policy), official()

    def pairs(self, rows: dict[UUID, Any]) -> Iterator[Pair]:
        """Every duty that may be meant, judged alone."""
        rows |= {row.id: row for row in self._candidates()}
        self.versions = ledger.versions_of(self.session, (row.id for row in rows.values() if row.deadline_version > 1))
        self.parents = {row.id: row for row in ledger.by_key(self.session, {r.part_of for r in rows.values()} - {None})}
        self.progress = self._progress(rows.values())
        goals = any(row.kind == K.GOAL for row in rows.values())
        self.troubled = set(self.session.exec(unsettled_units(self.cycle.id))) if goals else set[UUID]()
        owed = [(row, *told) for row in rows.values() if (told := self._owed(row))]
        people = ledger.people_of(self.session, self.cycle.office_id, {row.team_id or row.unit_id for row, *_ in owed})
        for row, limit, since, ended in owed:
            for contact in self._people(people.get(row.team_id or row.unit_id, [])):
                yield Pair(row.id, contact, limit.due or self.day, since, ended, self.policy)

    def _progress(self, rows: Iterable[Any]) -> dict[UUID, float]:
        """What is registered for each that counts towards a figure."""
        quotas = [row.id for row in rows if row.kind == K.QUOTA and row.due_on and row.period_start]
        found = dict.fromkeys(quotas, 0.0)
        for part in portions(quotas):
            found |= done_of(self.session, part)
        return found

    def _candidates(self) -> Iterator[Any]:
        """What has a limit with a morning today, or yesterday for those that came too late for it."""
        days = [self.day, workday.add(self.day, -1, self.calendar)]
        start = clock.at_time(self.day, time(0, 0))
        everything: set[date] = set()
        for ladder, kinds in self._ladders():
            dues = dues_told_on(ladder, self.calendar, days)
            everything |= dues
            yield from self.session.exec(ledger.due_then(self.cycle, kinds, dues, start))
        yield from ledger.with_own_limit(self.session, self.cycle, everything, start)

    def _ladders(self) -> Iterator[tuple[Ladder, list[K]]]:
        grouped: dict[Ladder, list[K]] = {}
        for kind in K:
            grouped.setdefault(self.policy.ladder(kind), []).append(kind)
        yield from grouped.items()
        yield self.policy.ladder(ANSWER), [K.RECT_REPORT]
        for before in [*ledger.days_of_their_own(self.session, self.cycle.id), BEFORE]:
            yield self.policy.ladder(K.PERIODIC, before), list(K)

    def _owed(self, row: Any) -> tuple[Limit, date, bool] | None:
        life = self._life(row)
        if self._told_with_parent(row) or self._on_course(row):
            return None
        ladder = ladder_of(self.policy, row.kind, row.terms)
        if limit := owed_on(life, ladder, self.calendar, self.day):
            return limit, limit.day if limit.late else self.day, life.ended == self.day
        limit = limit_on(life, self.day)
        since = self.kept.get((row.id, limit.due)) if limit and limit.due else None
        alive = life.ended is None or life.ended >= self.day
        return (limit, since, life.ended == self.day) if limit and since and alive else None

    def _life(self, row: Any) -> Life:
        """The limits in force one after another, and when it ended, as the rules want them."""
        changes = self.versions.get(row.id, [])
        made = row.made_at or clock.at_time(self.cycle.opened_on, time(0, 0))
        limits = [self._limit(made, changes[0].old_due_on if changes else row.due_on, 1)]
        for change in changes:
            due = None if change.change == LimitChange.PAUSED else change.due_on
            limits.append(self._limit(change.made_at, due, change.version))
        return Life(tuple(limits), self._ended(row))

    def _limit(self, moment: datetime, due: date | None, version: int) -> Limit:
        day = clock.date_of(moment)
        return Limit(day, due, version, moment > last_call(self.policy, day))

    def _ended(self, row: Any) -> date | None:
        if row.state not in QUIET:
            return None
        moments = [row.sent_in_at] if row.state == AssignmentState.SUBMITTED else [row.sent_in_at, row.done_at]
        moment = min((one for one in moments if one), default=None)
        if moment is None:
            return date.min
        day = clock.date_of(moment)
        return day + DAY if moment > last_call(self.policy, day) else day

    def _told_with_parent(self, row: Any) -> bool:
        parent = self.parents.get(row.part_of)
        if parent is None or parent.due_on != row.due_on:
            return False
        return row.kind == K.TASK or parent.state not in QUIET

    def _on_course(self, row: Any) -> bool:
        """A figure that has come far enough, a unit without problems: not chased."""
        if row.kind == K.GOAL:
            return row.unit_id not in self.troubled
        if row.id not in self.progress:
            return False
        needed = row.terms.get("needed", 1)
        return not is_behind(self.day, row.period_start, row.due_on, needed, self.progress[row.id])

    def _people(self, contacts: Sequence[Any]) -> list[UUID | None]:
        """Who was there when the day began; None where there is nobody at all."""
        if not contacts:
            return [None]
        return [row.id for row in contacts if row.made_at is None or clock.date_of(row.made_at) < self.day]
