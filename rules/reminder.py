"""When a duty is told about, and in which words its distance is put."""

from dataclasses import dataclass
from datetime import date, timedelta

from config.day_words import day_and_weekday, weekday_word
from config.policy import Ladder
from config.workdays import Calendar
from rules import workday


@dataclass(frozen=True)
class Step:
    """One morning on which a duty is told about; steps that fall on the same morning are one."""

    day: date
    name: str
    overdue: bool = False
    draft: bool = False


def ladder_steps(due: date, ladder: Ladder, calendar: Calendar) -> list[Step]:
    """All mornings of a duty due on `due`, in order.

    Before the limit: T-n moved to the last workday on or before that day. After it: the n-th workday.
    """
    before: dict[date, list[str]] = {}
    for n in sorted(ladder.before, reverse=True):
        day = workday.on_or_before(due - timedelta(days=n), calendar)
        before.setdefault(day, []).append(f"T-{n}" if n else "T0")
    steps = [Step(day, "·".join(names)) for day, names in sorted(before.items())]
    steps += [Step(workday.add(due, n, calendar), f"+{n}", overdue=True) for n in ladder.after]
    if ladder.draft_after is not None:
        steps.append(Step(workday.add(due, ladder.draft_after, calendar), "拟督办单", overdue=True, draft=True))
    return steps


def next_step_on(due: date | None, ladder: Ladder, calendar: Calendar, after: date) -> date | None:
    """The next morning later than `after` on which this duty must be looked at; None when there is none."""
    if due is None:
        return None
    return next((step.day for step in ladder_steps(due, ladder, calendar) if step.day > after), None)


@dataclass(frozen=True)
class Owed:
    """What must be said today: the newest step reached, and since when it was owed."""

    step: Step
    late_from: date | None
    draft: bool


def owed_steps(due: date, ladder: Ladder, calendar: Calendar, since: date, day: date) -> Owed | None:
    """The step owed on `day` for a duty last looked at before `since`; missed ones are merged into the newest.

    Where the ladder goes on after the limit the newest step is an overdue one and says more than those it replaces.
    """
    reached = [step for step in ladder_steps(due, ladder, calendar) if since <= step.day <= day]
    if not reached:
        return None
    spoken = [step for step in reached if not step.draft]
    newest = spoken[-1] if spoken else reached[-1]
    late = reached[0].day if reached[0].day < day else None
    return Owed(newest, late, any(step.draft for step in reached))


@dataclass(frozen=True)
class Verdict:
    """What follows on a day for a duty: the step to be said (None: nothing), since when it was owed, the next look."""

    step: Step | None
    late_from: date | None
    next_on: date | None


def verdict(due: date, ladder: Ladder, calendar: Calendar, since: date, day: date) -> Verdict:
    """Decide once for all duties that share limit, ladder and the morning they were to be looked at."""
    owed, following = owed_steps(due, ladder, calendar, since, day), next_step_on(due, ladder, calendar, day)
    if owed is None or owed.step.draft:
        return Verdict(None, None, following)
    return Verdict(owed.step, owed.late_from, following)


def due_words(due: date, today: date, calendar: Calendar) -> str:
    """How far away a limit is, as officials put it: the calendar date first, then working days."""
    stamp = day_and_weekday(due)
    if due < today:
        return f"{stamp}已到期，逾期{(today - due).days}天"
    if due == today:
        return f"今日（{weekday_word(due)}）到期"
    if (due - today).days == 1:
        return f"明日（{weekday_word(due)}）到期"
    return f"{stamp}截止，距截止{workday.between(today, due, calendar)}个工作日"
