"""重点督导对象: who decides on a key unit, in which months it must be visited, and on which day."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from config.workdays import Calendar
from models.base import Conflict, Rejected
from models.words import KeyUnitState
from rules import workday
from rules.roles import Act, check, other_hand

LEAST_LEFT = 5
S = KeyUnitState


def check_decision(state: KeyUnitState, proposed_by: str, role: str, actor: str, approve: bool, answer: str) -> None:
    """Only a head or leader decides, once, and never on an own proposal; a refusal says why."""
    if state != S.PROPOSED:
        raise Conflict(f"此件已处理：{state.label}。")
    check(role, Act.DECIDE_KEY)
    other_hand(actor, [proposed_by], "本人提出的重点督导对象，须由另一人批准。")
    if not approve and not answer.strip():
        raise Rejected("不予批准须写明理由。")


def check_release(state: KeyUnitState, role: str, reason: str) -> None:
    """The office or a leader releases an approved key unit, with a reason."""
    check(role, Act.RELEASE_KEY)
    if state != S.APPROVED:
        raise Conflict(f"当前为“{state.label}”，不能解除。")
    if not reason.strip():
        raise Rejected("解除重点督导须写明理由。")


def month_of(day: date) -> date:
    """The first day of a day's month, which stands for the month."""
    return day.replace(day=1)


def next_month(day: date) -> date:
    return month_of(month_of(day) + timedelta(days=31))


def months(first: date, last: date) -> list[date]:
    """The months from `first` to `last`, both included."""
    found, month = [], month_of(first)
    while month <= last:
        found.append(month)
        month = next_month(month)
    return found


def days_left(day: date, calendar: Calendar) -> list[date]:
    """The workdays of the month after `day`: today is already under way."""
    return workday.window(day + timedelta(days=1), next_month(day) - timedelta(days=1), calendar)


def is_due(since: date, day: date, calendar: Calendar) -> bool:
    """Whether this month asks for a visit: from its first workday on; the month of the approval, if enough is left."""
    if month_of(since) == month_of(day):
        return since <= day and len(days_left(since, calendar)) >= LEAST_LEFT
    return since < day and day >= workday.on_or_after(month_of(day), calendar)


def near_middle(days: Sequence[date], load: Mapping[date, int]) -> date:
    """The day nearest the middle, within the middle third the one with the fewest visits so far."""
    third, middle = len(days) // 3, days[len(days) // 2]
    near = days[third : len(days) - third]
    return min(near, key=lambda day: (load.get(day, 0), abs((day - middle).days), day))


def missed_months(last_look: date, day: date) -> list[date]:
    """The whole months between two looks, when nobody (a machine that stood still) planned anything."""
    return [month for month in months(next_month(last_look), day) if month != month_of(day)]
