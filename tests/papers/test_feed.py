"""A calendar file that any program reads: stable keys, whole days, long Chinese titles, nothing to run."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from icalendar import Calendar

from papers.feed import Entry, calendar

KEY = UUID("00000000-0000-4000-8000-000000000001")
MADE = datetime(2020, 8, 3, 2, tzinfo=UTC)


def read(*entries: Entry) -> Calendar:
    return Calendar.from_ical(calendar("督办时限（县司法局）", entries, MADE))


def test_a_limit_is_one_whole_day_with_an_alarm_the_morning_before() -> None:
    (event,) = read(Entry(KEY, 2, date(2020, 8, 31), "督办截止：自查报告")).walk("VEVENT")
    assert event.decoded("dtstart") == date(2020, 8, 31) and event.decoded("dtend") == date(2020, 9, 1)
    assert (str(event["uid"]), int(event["sequence"])) == (f"{KEY}@duban", 2)
    assert event.walk("VALARM")[0].decoded("trigger") == timedelta(hours=-15)


def test_a_cancelled_limit_says_so_and_rings_no_more() -> None:
    (event,) = read(Entry(KEY, 3, date(2020, 8, 31), "督办截止：自查报告", cancelled=True, alarm=False)).walk("VEVENT")
    assert str(event["status"]) == "CANCELLED" and event.walk("VALARM") == []


def test_titles_of_any_text_stay_titles() -> None:
    title = "督办截止：" + "很长的题目；有,逗号\\反斜杠" * 8 + "\nBEGIN:VEVENT"
    data = calendar("名", [Entry(KEY, 1, date(2020, 8, 31), title)], MADE)
    assert all(len(line) <= 75 for line in data.split(b"\r\n")) and b"\n" not in data.replace(b"\r\n", b"")
    (event,) = Calendar.from_ical(data).walk("VEVENT")
    assert str(event["summary"]) == title


def test_an_empty_calendar_is_still_one() -> None:
    assert read().walk("VEVENT") == [] and str(read()["x-wr-calname"]) == "督办时限（县司法局）"
