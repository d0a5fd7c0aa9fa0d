"""Who is owed what, reasoned the slow and plain way: one row after another, one day after another, no statement."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from config.policy import Ladder, Policy
from config.workdays import Calendar, official

DAY = timedelta(days=1)
LIVE = ("planned", "open", "returned")
FAR = 30  # no step lies further behind a limit, whatever the holidays


@dataclass
class Row:
    """One duty with its life so far; `people` are the names of those who hear of it, read anew every day."""

    name: str
    kind: str
    owner: str
    due: date
    looked: date | None = None
    state: str = "open"
    version: int = 1
    before: list[int] | None = None
    start: date | None = None
    needed: float = 1
    done: float = 0


@dataclass
class Told:
    """What one person is told once."""

    state: str
    day: date
    late: date | None
    text: str
    kind: str
    due: date


@dataclass
class PlainOffice:
    """Rows, people by owner, units with an open problem, and everything that was ever planned."""

    policy: Policy = field(default_factory=Policy)
    rows: list[Row] = field(default_factory=list)
    people: dict[str, list[str]] = field(default_factory=dict)
    troubled: set[str] = field(default_factory=set)
    told: dict[tuple[str, str, str, int], Told] = field(default_factory=dict)
    silent: list[str] = field(default_factory=list)

    def ladder(self, row: Row) -> Ladder:
        return self.policy.ladder(row.kind, row.before)

    def mornings(self, row: Row, day: date) -> list[tuple[str, bool, bool]]:
        """The steps of a ladder that fall on this very day, the words of the merged ones together; overdue? draft?"""
        ladder, calendar = self.ladder(row), official()
        early = [n for n in sorted(ladder.before, reverse=True) if _back(row.due - n * DAY, calendar) == day]
        found = [("·".join(f"T-{n}" if n else "T0" for n in early), False, False)] if early else []
        found += [(f"+{n}", True, False) for n in ladder.after if _workday_after(row.due, n, calendar) == day]
        if ladder.draft_after is not None and _workday_after(row.due, ladder.draft_after, calendar) == day:
            found.append(("拟督办单", True, True))
        return found

    def first_look(self, row: Row, since: date) -> date | None:
        """The first morning from `since` on, looked for day by day."""
        days = (since + n * DAY for n in range(FAR + max(0, (row.due - since).days)))
        return next((day for day in days if self.mornings(row, day)), None)

    def plan(self, day: date) -> None:
        if not official().is_workday(day):
            return
        for row in self.rows:
            if row.looked is not None and row.looked <= day and row.state in LIVE:
                self._tell(row, day)
                row.looked = self.first_look(row, day + DAY)

    def _tell(self, row: Row, day: date) -> None:
        assert row.looked is not None
        passed = [
            (one, when) for when in (row.looked + n * DAY for n in range((day - row.looked).days + 1))
            for one in self.mornings(row, when)
        ]
        spoken = [(one, when) for one, when in passed if not one[2]]
        if not spoken or (row.kind == "goal" and row.owner not in self.troubled) or self._on_course(row, day):
            return
        (name, overdue, _), _ = spoken[-1]
        late = passed[0][1] if passed[0][1] < day else None
        hearers = self.people.get(row.owner, [])
        if not hearers:
            self.silent.append(row.name)
            return
        self.withdraw(row)
        for person in hearers:
            self._say((row.name, name, person, row.version), row, overdue, late, day)

    def _say(self, key: Any, row: Row, overdue: bool, late: date | None, day: date) -> None:
        known, text = self.told.get(key), self._text(row)
        if known is None:
            self.told[key] = Told("planned", day, late, text, "urge" if overdue else "remind", row.due)
        elif known.state == "cancelled":
            known.state, known.day, known.text = "planned", day, text

    def withdraw(self, row: Row) -> None:
        for key, told in self.told.items():
            if key[0] == row.name and told.state == "planned":
                told.state = "cancelled"

    def replan(self, row: Row, day: date) -> None:
        """After a change of state or limit: nothing planned stays, and the ladder is looked at from now on."""
        self.withdraw(row)
        today = any(key[0] == row.name and one.state == "sent" and one.day == day and one.due == row.due
                    for key, one in self.told.items())
        row.looked = self.first_look(row, day + DAY if today else day) if row.state in LIVE else None

    def _on_course(self, row: Row, day: date) -> bool:
        if row.start is None:
            return False
        far = (day - row.start).days / max(1, (row.due - row.start).days)
        return row.done >= row.needed * (0.5 if far < 0.75 else 1)

    def _text(self, row: Row) -> str:
        if row.start is None:
            return ""
        missing = max(0.0, row.needed - row.done)
        figures = f"应{row.needed:g}次，已登记{row.done:g}次，尚缺{missing:g}次"
        return f"{row.name}：{figures}，{row.due.month}月{row.due.day}日截止"


def _back(day: date, calendar: Calendar) -> date:
    while not calendar.is_workday(day):
        day -= DAY
    return day


def _workday_after(day: date, count: int, calendar: Calendar) -> date:
    while count:
        day += DAY
        count -= calendar.is_workday(day)
    return day
