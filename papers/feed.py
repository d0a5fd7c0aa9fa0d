"""Limits as an iCalendar file (RFC 5545): one all-day event each, with an alarm on the morning before."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from icalendar import Alarm, Calendar, Event

MORNING_BEFORE = timedelta(hours=-15)  # an all-day event begins at midnight: 09:00 of the day before
REFRESH = timedelta(hours=6)


@dataclass(frozen=True)
class Entry:
    """One limit: the same key for ever, a version that rises when the day is moved."""

    key: UUID
    version: int
    day: date
    title: str
    cancelled: bool = False
    alarm: bool = True


def calendar(name: str, entries: Iterable[Entry], made_at: datetime) -> bytes:
    """The file as a calendar program fetches it; it carries no link and no names of persons."""
    book = Calendar()
    book.add("prodid", "-//duban//limits//ZH")
    book.add("version", "2.0")
    book.add("method", "PUBLISH")
    book.add("calscale", "GREGORIAN")
    book.add("x-wr-calname", name)
    book.add("x-wr-timezone", "Asia/Shanghai")
    book.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    book.add("x-published-ttl", "PT6H")
    for entry in entries:
        book.add_component(_event(entry, made_at))
    return bytes(book.to_ical())


def _event(entry: Entry, made_at: datetime) -> Event:
    event = Event()
    event.add("uid", f"{entry.key}@duban")
    event.add("sequence", entry.version)
    event.add("dtstamp", made_at)
    event.add("dtstart", entry.day)
    event.add("dtend", entry.day + timedelta(days=1))
    event.add("summary", entry.title)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    if entry.alarm:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", entry.title)
        alarm.add("trigger", MORNING_BEFORE)
        event.add_component(alarm)
    return event
