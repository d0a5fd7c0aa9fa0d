"""A day is written one way wherever it stands."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from config import clock
from config.day_words import day_and_weekday, month_day, printed_day, weekday_word

DAY = date(2020, 8, 9)


def test_a_day_has_no_leading_noughts_and_its_weekday_in_brackets() -> None:
    assert (printed_day(DAY), month_day(DAY)) == ("2020年8月9日", "8月9日")
    assert (weekday_word(DAY), day_and_weekday(DAY)) == ("周日", "8月9日（周日）")


def test_a_moment_is_written_in_the_zone_of_the_office() -> None:
    assert clock.minute_words(datetime(2020, 8, 8, 17, 5, tzinfo=ZoneInfo("UTC"))) == "2020-08-09 01:05"
