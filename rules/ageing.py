"""How long something has been overdue, in bands of workdays."""

from dataclasses import dataclass
from datetime import date

from config.workdays import Calendar
from rules import workday


@dataclass(frozen=True)
class Band:
    """From one number of workdays overdue to another; without an end it is open."""

    first: int
    last: int | None

    @property
    def label(self) -> str:
        return f"{self.first}—{self.last}个工作日" if self.last else f"{self.first - 1}个工作日以上"


BANDS = (Band(1, 3), Band(4, 10), Band(11, 30), Band(31, None))


def edges(today: date, calendar: Calendar) -> list[date]:
    """For every band that ends, the earliest limit that still falls into it; later bands lie before earlier edges.

    What fell due on Friday is not one workday late on Saturday; it counts to the first band all the same.
    """
    last = workday.on_or_before(today, calendar)
    return [workday.add(last, -band.last, calendar) for band in BANDS if band.last]
