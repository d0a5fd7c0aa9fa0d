"""“M月第N周”: which days a week of a month is, by the three rules in use."""

from datetime import date, timedelta

RULES = ("nth_monday", "calendar_week", "days_block")


def slot_window(year: int, month: int, week: int, rule: str = "nth_monday") -> tuple[date, date]:
    """First and last day. `nth_monday`: the week of the n-th Monday; `calendar_week`: weeks from Monday to Sunday, the
    first holding the 1st; `days_block`: blocks of seven days from the 1st."""
    first = date(year, month, 1)
    if rule == "days_block":
        start = first + timedelta(days=7 * (week - 1))
    elif rule == "calendar_week":
        start = first - timedelta(days=first.weekday()) + timedelta(weeks=week - 1)
    else:
        start = first + timedelta(days=-first.weekday() % 7) + timedelta(weeks=week - 1)
    return start, start + timedelta(days=6)
